//! The version numbers in responses.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};
use core::cmp::Reverse;

use crate::protocol::{
    fields::Fields,
    grammar,
    info::{DraftInfo, Purpose, Separator},
    lists,
};

/// The version numbers of drafts on the wire, without duplicates, the newest first. Drafts whose
/// version field differs from that of the newest draft are left out.
#[must_use]
pub fn versions<'d>(drafts: impl IntoIterator<Item = &'d DraftInfo>) -> String {
    numbers(&mut drafts.into_iter())
}

/// As [`versions`], compiled once for all iterators.
fn numbers(drafts: &mut dyn Iterator<Item = &DraftInfo>) -> String {
    let numbered = drafts.filter_map(|draft| {
        let field = draft.request_header(Purpose::Version)?.name;
        Some((draft.wire_version?, field))
    });
    let numbered: Vec<(u16, &str)> = numbered.collect();
    let newest = numbered.iter().max().map(|(_, field)| *field);
    let mut versions = Vec::new();
    for (version, _) in numbered.iter().filter(|(_, field)| Some(*field) == newest) {
        lists::add(&mut versions, Reverse(*version));
    }
    let versions: Vec<String> = versions
        .iter()
        .map(|version| version.0.to_string())
        .collect();
    lists::joined(&versions, ", ")
}

/// The items of a response field with several values, for example versions.
#[inline]
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
