//! A header field from draft to draft.

use serde::Serialize;
use wsdraft_spec::{Item, ResolvedDraft, Table, model::Header};

use super::atlas::Atlas;
use crate::words;

/// Header fields of a request or a response.
pub type Fields = Table<String, Item<Header>>;

/// A field in drafts that treat it the same.
#[derive(Debug, Serialize)]
pub struct Use<'a> {
    /// The first of the drafts.
    pub since: &'a str,
    /// The last of them; `None` if the last draft has it too.
    pub until: Option<&'a str>,
    /// What it is for.
    pub purpose: &'static str,
    /// What its value looks like.
    pub value: String,
    /// What an implementation sends.
    pub sent: String,
}

/// What the drafts do with the field of this name, in their requests or in their responses.
#[must_use]
pub fn uses<'a>(
    name: &str,
    atlas: &Atlas<'a>,
    fields: impl Fn(&'a ResolvedDraft) -> &'a Fields,
) -> Vec<Use<'a>> {
    let spans = atlas.spans(|draft| {
        let header = &fields(draft).get(name)?.value;
        Some((header.purpose, &header.value, &header.send))
    });
    let uses = spans.into_iter().map(|span| {
        let (purpose, value, send) = span.value;
        Use {
            since: span.since,
            until: span.until,
            purpose: words::purpose(purpose),
            value: words::grammar(value).replace('`', ""),
            sent: words::source(send).replace('`', ""),
        }
    });
    uses.collect()
}

/// The field as the newest draft has it that has it at all, in its request or else in its response.
#[must_use]
pub fn newest<'a>(name: &str, atlas: &Atlas<'a>) -> Option<&'a Header> {
    let find = |fields: fn(&ResolvedDraft) -> &Fields| {
        let mut drafts = atlas.drafts().into_iter().rev();
        drafts.find_map(|draft| fields(draft).get(name))
    };
    let found =
        find(|draft| &draft.request_headers).or_else(|| find(|draft| &draft.response_headers));
    found.map(|item| &item.value)
}
