//! What is registered with IANA.

use wsdraft_spec::Registry;

use crate::site::{
    addresses::REGISTRIES,
    html::{Html, code, h2, p, table},
    page::{Page, cited},
    widgets::{lead, sourced},
};

/// The page.
pub(super) fn page() -> Page {
    let mut body = lead("What is registered with IANA for the protocol.");
    for registry in Registry::built_in().unwrap_or_default() {
        body.push(h2(&registry.short, registry.name.as_str()));
        body.push(p(sourced("Created in", cited(&registry.evidence))));
        let rows = registry.entries.iter().map(|(key, entry)| {
            vec![
                code(key),
                entry.name.as_str().into(),
                entry
                    .reference
                    .as_deref()
                    .map_or_else(Html::default, Html::from),
                cited(&entry.evidence),
            ]
        });
        body.push(table(
            &registry.name,
            &["registered", "as", "refers to", "source"],
            rows,
        ));
    }
    Page {
        address: REGISTRIES.into(),
        title: "Registries".into(),
        description: "Close codes, extensions, subprotocols and version numbers that are registered with IANA.".into(),
        heading: "Registries".into(),
        body,
    }
}
