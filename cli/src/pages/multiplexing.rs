//! How an extension carries several channels.

use wsdraft_exports::facts::channels;
use wsdraft_spec::{extension::ResolvedMultiplexing, sort, vocabulary::Role};

use super::page::{Page, cited, code, or_dash};
use crate::words::multiplex as words;

/// The format of channels, blocks and drop codes.
pub(super) fn describe(stated: &ResolvedMultiplexing, page: &mut Page) {
    page.heading(2, "Channels");
    let rows = channels::facts(stated).into_iter();
    let rows = rows.map(|fact| {
        [
            fact.name.into(),
            fact.text,
            fact.since.to_owned(),
            cited(fact.evidence),
        ]
    });
    page.table(["what", "how", "since", "source"], rows);
    blocks(stated, page);
    encodings(stated, page);
    drops(stated, page);
    unknown(stated, page);
}

fn blocks(stated: &ResolvedMultiplexing, page: &mut Page) {
    if stated.blocks.is_empty() {
        return;
    }
    page.heading(3, "Blocks");
    let mut blocks: Vec<_> = stated.blocks.iter().collect();
    sort::by_key(&mut blocks, |(_, item)| item.value.opcode);
    let rows = blocks.into_iter().map(|(name, item)| {
        let block = &item.value;
        [
            code(name),
            block.opcode.to_string(),
            block.by.map_or("both ends", Role::as_str).into(),
            words::fields(&block.fields),
            words::parts(&block.parts),
            item.since.clone(),
            cited(&block.evidence),
        ]
    });
    let head = [
        "block",
        "opcode",
        "sent by",
        "bits of the first byte",
        "parts",
        "since",
        "source",
    ];
    page.table(head, rows);
}

fn encodings(stated: &ResolvedMultiplexing, page: &mut Page) {
    if stated.encodings.is_empty() {
        return;
    }
    page.heading(3, "Encodings of handshakes");
    let rows = stated.encodings.iter().map(|(name, item)| {
        let value = &item.value;
        [
            code(name),
            value.value.to_string(),
            words::base(value.request).into(),
            words::base(value.response).into(),
            item.since.clone(),
            cited(&value.evidence),
        ]
    });
    let head = [
        "encoding", "number", "request", "response", "since", "source",
    ];
    page.table(head, rows);
}

fn drops(stated: &ResolvedMultiplexing, page: &mut Page) {
    if let Some(item) = &stated.drops {
        page.heading(3, "Drop codes");
        let ranges = item.value.ranges.iter().map(|range| {
            [
                format!("{} to {}", range.from, range.to),
                words::drop_scope(range.ends).into(),
                item.since.clone(),
                cited(&item.value.evidence),
            ]
        });
        page.table(["codes", "end", "since", "source"], ranges);
        if let Some(close) = item.value.physical_close {
            let text = format!("A physical connection that fails is closed with {close}");
            page.sourced(&text, item, &item.value.evidence);
        }
    }
    let mut codes: Vec<_> = stated.drop_codes.iter().collect();
    sort::by_key(&mut codes, |(code, _)| **code);
    let rows = codes.into_iter().map(|(code, item)| {
        [
            code.to_string(),
            item.value.name.clone(),
            item.value.meaning.clone(),
            item.since.clone(),
            cited(&item.value.evidence),
        ]
    });
    page.table(["code", "name", "meaning", "since", "source"], rows);
}

fn unknown(stated: &ResolvedMultiplexing, page: &mut Page) {
    if stated.unknown.is_empty() {
        return;
    }
    page.heading(3, "What is unknown");
    let rows = stated.unknown.iter().map(|(name, item)| {
        [
            name.clone(),
            or_dash(Some(&item.value.reason)),
            item.since.clone(),
            cited(&item.value.evidence),
        ]
    });
    page.table(["what", "why", "since", "source"], rows);
}
