//! Payloads, and what close frames hold.

use wsdraft_spec::vocabulary::{CloseBody, Kind};

use super::{
    enums, prefixed,
    yaml::{Map, Node},
};
use crate::formats::WireFormat;

/// Adds the types of payloads.
pub(super) fn types(format: &WireFormat<'_>, types: Map) -> Map {
    let data = Map::new()
        .with("id", "data")
        .with("size-eos", Node::Yes)
        .with("doc", "All bytes, unmasked.");
    let mut instances = Map::new();
    if let Some(condition) = prefixed::condition(format, Kind::Text) {
        let text = Map::new()
            .with("value", "data.to_s(\"UTF-8\")")
            .with("if", condition)
            .with(
                "doc",
                "The text. An error if the bytes are not UTF-8, as those of a frame that ends within a character.",
            );
        instances = instances.with("text", text);
    }
    let body = body(format).zip(prefixed::condition(format, Kind::Close));
    let mut added = Vec::new();
    if let Some((body, condition)) = body {
        let close = Map::new()
            .with("pos", Node::Number(0))
            .with("type", "close_body")
            .with("if", condition)
            .with("doc", "What a close frame holds.");
        instances = instances.with("close_body", close);
        added.push(("close_body", body));
    }
    let payload = Map::new().with("seq", vec![data]);
    let payload = if instances.is_empty() {
        payload
    } else {
        payload.with("instances", instances)
    };
    let types = types.with("payload", payload);
    added
        .into_iter()
        .fold(types, |types, (name, one)| types.with(name, one))
}

/// What a close frame holds, if it has parts.
fn body(format: &WireFormat<'_>) -> Option<Map> {
    match format.body? {
        CloseBody::Empty | CloseBody::Opaque => None,
        CloseBody::Letter { client, server } => {
            let sender = Map::new()
                .with("id", "sender")
                .with("type", "u1")
                .with("if", "_io.size >= 1");
            let sender = if client == server {
                sender
            } else {
                sender.with("enum", "sender")
            };
            let sender = sender.with("doc", "A letter for the end that sends.");
            Some(Map::new().with("seq", vec![sender]))
        }
        CloseBody::Status => Some(status(format)),
    }
}

fn status(format: &WireFormat<'_>) -> Map {
    let holds = "_io.size >= 2";
    let code = Map::new()
        .with("id", "code")
        .with("type", "u2")
        .with("if", holds);
    let code = if format.close_codes().is_empty() {
        code
    } else {
        code.with("enum", "close_code")
    };
    let code = code.with("doc", Node::Block(enums::ranges(format)));
    let reason = Map::new()
        .with("id", "reason_bytes")
        .with("size-eos", Node::Yes)
        .with("if", holds)
        .with("doc", "The reason, which has to be UTF-8.");
    let text = Map::new()
        .with("value", "reason_bytes.to_s(\"UTF-8\")")
        .with("if", holds)
        .with("doc", "The reason as text; an error if it is not UTF-8.");
    Map::new()
        .with("seq", vec![code, reason])
        .with("instances", Map::new().with("reason", text))
}
