//! Spans of drafts that say the same.

use wsdraft_spec::ResolvedDraft;

/// Drafts that follow each other in the table of drafts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span<'a> {
    /// The first one.
    pub(super) since: &'a str,
    /// The last one.
    pub(super) until: &'a str,
}

/// The spans of drafts with equal values.
pub(super) fn spans<'a, T: PartialEq>(
    drafts: &[&'a ResolvedDraft],
    value: impl Fn(&'a ResolvedDraft) -> Option<T>,
) -> Vec<(Span<'a>, T)> {
    let mut found: Vec<(Span<'a>, T)> = Vec::new();
    let mut open = false;
    for draft in drafts {
        let Some(value) = value(draft) else {
            open = false;
            continue;
        };
        let (since, until) = (draft.short.as_str(), draft.short.as_str());
        match found.last_mut() {
            Some((span, last)) if open && *last == value => span.until = until,
            _ => found.push((Span { since, until }, value)),
        }
        open = true;
    }
    found
}
