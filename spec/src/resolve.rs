//! Inheritance: applies a draft's changes to its parent.
//!
//! The result contains every inherited item, with the draft that added it and the draft that last
//! stated it. It is an error to add an item that exists, to amend, replace or remove an item that
//! does not exist, or to state what already holds. Each file is therefore an accurate changelog.

pub(crate) use self::pass::{Pass, Problem};
use crate::{model::Draft, resolved::ResolvedDraft};

mod pass;

/// Applies `draft` to its resolved parent.
pub(crate) fn apply(
    draft: &Draft,
    parent: Option<&ResolvedDraft>,
) -> (ResolvedDraft, Vec<Problem>) {
    let mut resolved = inherited(draft, parent);
    let mut pass = Pass::new(&draft.short, draft.extends.as_deref());
    handshake(&mut pass, draft, &mut resolved);
    frames(&mut pass, draft, &mut resolved);
    pass.delta("rules", &mut resolved.rules, &draft.rules);
    pass.order("rules", &mut resolved.rules, &draft.rules.add, |rule| {
        rule.before.as_ref()
    });
    for (section, table, delta) in [
        (
            "request_headers",
            &mut resolved.request_headers,
            &draft.request_headers,
        ),
        (
            "response_headers",
            &mut resolved.response_headers,
            &draft.response_headers,
        ),
    ] {
        pass.order(section, table, &delta.add, |header| header.before.as_ref());
    }
    pass.cite(&mut resolved, &draft.cited);
    (resolved, pass.problems)
}

/// The draft's identity, and the items of its parent.
fn inherited(draft: &Draft, parent: Option<&ResolvedDraft>) -> ResolvedDraft {
    let mut resolved = ResolvedDraft::empty(draft);
    if let Some(parent) = parent {
        resolved = ResolvedDraft {
            wire_version: draft.wire_version.or(parent.wire_version),
            request_line: parent.request_line.clone(),
            status_line: parent.status_line.clone(),
            request_headers: parent.request_headers.clone(),
            response_headers: parent.response_headers.clone(),
            request_body: parent.request_body.clone(),
            response_body: parent.response_body.clone(),
            session_key: parent.session_key.clone(),
            bootstraps: parent.bootstraps.clone(),
            signs: parent.signs.clone(),
            layout: parent.layout.clone(),
            masking: parent.masking.clone(),
            opcodes: parent.opcodes.clone(),
            closing: parent.closing.clone(),
            close_codes: parent.close_codes.clone(),
            close_ranges: parent.close_ranges.clone(),
            rules: parent.rules.clone(),
            lineage: parent.lineage.clone(),
            ..resolved
        };
    }
    resolved.lineage.push(draft.short.clone());
    resolved
}

/// Applies the sections of the opening handshake.
fn handshake(pass: &mut Pass<'_>, draft: &Draft, resolved: &mut ResolvedDraft) {
    pass.single(
        "request_line",
        &mut resolved.request_line,
        draft.request_line.as_ref(),
    );
    pass.single(
        "status_line",
        &mut resolved.status_line,
        draft.status_line.as_ref(),
    );
    pass.delta(
        "request_headers",
        &mut resolved.request_headers,
        &draft.request_headers,
    );
    pass.delta(
        "response_headers",
        &mut resolved.response_headers,
        &draft.response_headers,
    );
    pass.single(
        "request_body",
        &mut resolved.request_body,
        draft.request_body.as_ref(),
    );
    pass.single(
        "response_body",
        &mut resolved.response_body,
        draft.response_body.as_ref(),
    );
    pass.single(
        "session_key",
        &mut resolved.session_key,
        draft.session_key.as_ref(),
    );
    pass.single(
        "bootstraps",
        &mut resolved.bootstraps,
        draft.bootstraps.as_ref(),
    );
    pass.delta("signs", &mut resolved.signs, &draft.signs);
}

/// Applies the sections of frames and of the closing handshake.
fn frames(pass: &mut Pass<'_>, draft: &Draft, resolved: &mut ResolvedDraft) {
    pass.single("layout", &mut resolved.layout, draft.layout.as_ref());
    pass.single("masking", &mut resolved.masking, draft.masking.as_ref());
    pass.delta("opcodes", &mut resolved.opcodes, &draft.opcodes);
    pass.single("closing", &mut resolved.closing, draft.closing.as_ref());
    pass.delta("close_codes", &mut resolved.close_codes, &draft.close_codes);
    pass.single(
        "close_ranges",
        &mut resolved.close_ranges,
        draft.close_ranges.as_ref(),
    );
}
