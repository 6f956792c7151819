//! The index of the search, made with the pages.

use super::page::Site;
use crate::facts::index;

/// The file of the index. A page from a file may load a script, and no other text.
pub(super) const FILE: &str = "search-index.js";

/// The index: for each thing its kind, its name, what it says, its address, and what else is searched.
pub(super) fn index(site: &Site<'_>) -> serde_json::Result<String> {
    let entries = index::entries(&site.atlas);
    let rows = entries.iter().filter_map(|entry| {
        let address = site.addresses.find(entry.kind, &entry.name)?;
        Some([entry.kind, &entry.name, entry.summary, address, &entry.more])
    });
    let rows: Vec<String> = rows
        .map(|row| serde_json::to_string(&row))
        .collect::<Result<_, _>>()?;
    Ok(format!(
        "globalThis.wsdraftIndex = [\n{}\n]\n",
        rows.join(",\n")
    ))
}
