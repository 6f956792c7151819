//! The version numbers in responses.

use alloc::{format, string::String, vec::Vec};

use crate::protocol::{
    fields::Fields,
    grammar,
    info::{DraftInfo, Purpose, Separator},
};

/// The version numbers of drafts on the wire, without duplicates, the newest first. Drafts whose
/// version field differs from that of the newest draft are left out.
#[must_use]
pub fn versions<'d>(drafts: impl IntoIterator<Item = &'d DraftInfo>) -> String {
    let numbered = drafts.into_iter().filter_map(|draft| {
        let field = draft.request_header(Purpose::Version)?.name;
        Some((draft.wire_version?, field))
    });
    let numbered: Vec<(u16, &str)> = numbered.collect();
    let newest = numbered.iter().max().map(|(_, field)| *field);
    let mut versions: Vec<u16> = numbered
        .iter()
        .filter(|(_, field)| Some(*field) == newest)
        .map(|(version, _)| *version)
        .collect();
    versions.sort_unstable_by(|a, b| b.cmp(a));
    versions.dedup();
    let versions: Vec<String> = versions
        .into_iter()
        .map(|version| format!("{version}"))
        .collect();
    versions.join(", ")
}

/// The items of a response field with several values, for example versions.
#[must_use]
pub fn listed_versions(draft: &DraftInfo, fields: &Fields<'_>) -> Vec<u16> {
    let Some(header) = draft.request_header(Purpose::Version) else {
        return Vec::new();
    };
    let values = fields.all(header.name).flat_map(|field| {
        grammar::items(field.value, Separator::Comma)
            .filter_map(|item| {
                grammar::is_number(item, 65_535).and_then(|number| u16::try_from(number).ok())
            })
            .collect::<Vec<_>>()
    });
    values.collect()
}
