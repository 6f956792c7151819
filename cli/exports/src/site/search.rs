//! The index of the search, made with the pages.

use super::{
    addresses::CLOSE_RANGE,
    page::Site,
    playground::{PAGE as PLAYGROUND, SAYS as PLAYGROUND_SAYS},
};
use crate::{
    facts::index::{self, Entry},
    words,
};

/// Everything that has a page or a place on one, and the ranges of close codes.
pub(super) fn entries<'a>(site: &Site<'a>) -> Vec<Entry<'a>> {
    let mut entries = index::entries(&site.atlas);
    let current = site.atlas.current();
    let ranges = current.and_then(|draft| draft.close_ranges.as_ref());
    let ranges = ranges.iter().flat_map(|item| &item.value.ranges);
    entries.extend(ranges.map(|range| Entry {
        kind: CLOSE_RANGE,
        name: format!("{} to {}", range.from, range.to),
        summary: words::range(range.usage),
        more: String::new(),
    }));
    entries
}

/// The index: for each thing its kind, its name, what it says, its address, and what else is searched.
pub(super) fn index(site: &Site<'_>) -> serde_json::Result<String> {
    let entries = entries(site);
    let rows = entries.iter().filter_map(|entry| {
        let address = site.addresses.find(entry.kind, &entry.name)?;
        Some([entry.kind, &entry.name, entry.summary, address, &entry.more])
    });
    let playground = [
        "page",
        "Playground",
        PLAYGROUND_SAYS,
        PLAYGROUND,
        "try tools",
    ];
    let rows = rows.chain(site.has_playground.then_some(playground));
    let rows: Vec<String> = rows
        .map(|row| serde_json::to_string(&row))
        .collect::<Result<_, _>>()?;
    Ok(format!(
        "globalThis.wsdraftIndex = [\n{}\n]\n",
        rows.join(",\n")
    ))
}
