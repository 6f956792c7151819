//! Opcodes and close codes.

use wsdraft_spec::{
    model::CloseCode,
    vocabulary::{CloseBody, Evidence, Kind, RangeUse},
};

use super::{
    names::Names,
    sources::references,
    yaml::{Map, Node},
};
use crate::formats::{Meaning, WireFormat, snake, span};

/// The enums of a format.
pub(super) fn of(format: &WireFormat<'_>) -> Map {
    let mut enums = Map::new();
    let mut names = Names::default();
    let opcodes = format.opcodes().into_iter().map(|(value, name, opcode)| {
        let empty = if opcode.only_empty {
            " Only a frame without payload has this meaning."
        } else {
            ""
        };
        let entry = entry(
            names.fresh(&snake(name)),
            vec![format!("{}{empty}", purpose(opcode.kind))],
            &opcode.evidence,
        );
        (value.into(), entry)
    });
    enums = with(enums, "opcode", opcodes.collect());
    let mut names = Names::default();
    let codes = format.close_codes().into_iter().map(|(code, meanings)| {
        let newest = &meanings[0].item.value;
        let told = meanings.iter().map(|meaning| said(meaning, meanings.len()));
        let name = names.fresh(&snake(&newest.name));
        (code.into(), entry(name, told.collect(), &newest.evidence))
    });
    enums = with(enums, "close_code", codes.collect());
    if let Some(CloseBody::Letter { client, server }) = format.body {
        if client != server {
            let letter = |byte: u8, name: &str| (byte.into(), Map::new().with("id", name));
            let letters = vec![letter(client, "client"), letter(server, "server")];
            enums = with(enums, "sender", letters);
        }
    }
    enums
}

fn with(enums: Map, name: &str, values: Vec<(u64, Map)>) -> Map {
    if values.is_empty() {
        return enums;
    }
    let values = values.into_iter().fold(Map::new(), |map, (value, entry)| {
        map.with(value.to_string(), entry)
    });
    enums.with(name, values)
}

fn entry(name: String, told: Vec<String>, evidence: &[Evidence]) -> Map {
    Map::new()
        .with("id", name)
        .with("doc", Node::Block(told))
        .with_some("doc-ref", references(evidence))
}

/// What frames of a kind do.
const fn purpose(kind: Kind) -> &'static str {
    match kind {
        Kind::Continuation => "Continues the open message.",
        Kind::Text => "Starts a text message.",
        Kind::Binary => "Starts a binary message.",
        Kind::Close => "Starts the closing handshake or responds to it.",
        Kind::Ping => "Requests a pong with the same payload.",
        Kind::Pong => "Responds to a ping, or is unsolicited.",
        Kind::Extension | Kind::ExtensionControl | Kind::Reserved => "Has no meaning.",
    }
}

/// What a close code means, and in which drafts if there are several meanings.
fn said(meaning: &Meaning<'_>, meanings: usize) -> String {
    let code: &CloseCode = &meaning.item.value;
    let wire = match (code.on_wire, code.by) {
        (false, _) => " No close frame may contain it.".into(),
        (true, Some(by)) => format!(" Only a {by} sends it."),
        (true, None) => String::new(),
    };
    let drafts = span(&meaning.drafts);
    let name = if meanings > 1 {
        format!(", {}", code.name)
    } else {
        String::new()
    };
    format!("{}.{wire} (In {drafts}{name}.)", code.meaning)
}

/// The ranges of close codes, in words.
pub(super) fn ranges(format: &WireFormat<'_>) -> Vec<String> {
    let draft = format.newest().draft;
    let mut told = vec!["Why the connection is closed.".to_owned()];
    if let Some(ranges) = &draft.close_ranges {
        let ranges = ranges.value.ranges.iter().map(|range| {
            let usage = match range.usage {
                RangeUse::Unused => "not used",
                RangeUse::Protocol => "the protocol and its extensions",
                RangeUse::Later => "the protocol, in later documents",
                RangeUse::Registered => "libraries and applications, by registration",
                RangeUse::Private => "private use",
            };
            format!("{} to {}: {usage}", range.from, range.to)
        });
        let ranges: Vec<String> = ranges.collect();
        told.push(format!("Ranges in {}: {}.", draft.short, ranges.join("; ")));
    }
    told
}
