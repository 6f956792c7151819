//! The closing handshake, close codes and their ranges.

use super::{Found, is_kebab};
use crate::{
    resolved::ResolvedDraft,
    vocabulary::{CloseBody, CloseReply, Kind},
};

pub(super) fn check(draft: &ResolvedDraft, found: &mut Found<'_>) {
    handshake(draft, found);
    codes(draft, found);
    ranges(draft, found);
}

fn handshake(draft: &ResolvedDraft, found: &mut Found<'_>) {
    let Some(closing) = &draft.closing else {
        return;
    };
    let mut report = |field: &str, message: &str| {
        found.in_single(
            "closing",
            &closing.stated_in,
            |path| path.field(field),
            message.to_owned(),
        );
    };
    let body = closing.value.body;
    let fits = match closing.value.reply {
        CloseReply::Empty => true,
        CloseReply::Echo => body != CloseBody::Empty,
        CloseReply::EchoCode => body == CloseBody::Status,
        CloseReply::Letter => matches!(body, CloseBody::Letter { .. }),
    };
    if !fits {
        report("reply", "the body cannot contain what the reply states");
    }
    if !draft.has_frames(Kind::Close) {
        report("body", "a closing handshake needs an opcode of kind Close");
    }
}

fn codes(draft: &ResolvedDraft, found: &mut Found<'_>) {
    let written = found.draft;
    let entries: Vec<_> = draft.close_codes.iter().collect();
    for (at, (code, entry)) in entries.iter().enumerate() {
        let mut report = |field: &str, message: String| {
            found.in_item(
                "close_codes",
                &written.close_codes,
                *code,
                &entry.stated_in,
                |path| path.field(field),
                message,
            );
        };
        if !is_kebab(&entry.value.name) {
            report(
                "name",
                "write lower case letters, digits and hyphens".into(),
            );
        }
        for (other, earlier) in &entries[..at] {
            if earlier.value.name == entry.value.name {
                report("name", format!("{other} already has this name"));
            }
            if entry.value.local.is_some() && earlier.value.local == entry.value.local {
                report("local", format!("{other} is already used for this"));
            }
        }
    }
}

fn ranges(draft: &ResolvedDraft, found: &mut Found<'_>) {
    let Some(ranges) = &draft.close_ranges else {
        return;
    };
    let mut next = 0u32;
    for (at, range) in ranges.value.ranges.iter().enumerate() {
        if u32::from(range.from) < next || range.to < range.from {
            let message = format!(
                "{} to {}: write ranges in ascending order, without overlap",
                range.from, range.to
            );
            found.in_single(
                "close_ranges",
                &ranges.stated_in,
                |path| path.field("ranges").index(at),
                message,
            );
        }
        next = u32::from(range.to) + 1;
    }
}
