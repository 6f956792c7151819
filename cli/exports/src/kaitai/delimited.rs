//! Frames with a type byte and a delimited payload.

use wsdraft_spec::vocabulary::{Delimiter, Kind, TypeRange};

use super::{
    prefixed::within,
    yaml::{Map, Node},
};
use crate::formats::{WireFormat, snake};

/// The types of a frame.
pub(super) fn types(format: &WireFormat<'_>, ranges: &[TypeRange]) -> Map {
    let mut delimiters: Vec<Delimiter> = Vec::new();
    for range in ranges {
        if !delimiters.contains(&range.payload) {
            delimiters.push(range.payload);
        }
    }
    let first = Map::new()
        .with("id", "type_byte")
        .with("type", "u1")
        .with("doc", "The first byte of the frame.");
    let mut seq = vec![first];
    let mut payload = String::new();
    for (at, delimiter) in delimiters.iter().enumerate() {
        let when = condition(ranges, *delimiter);
        let id = match delimiter {
            Delimiter::Until(end) => format!("payload_until_{end:02x}"),
            Delimiter::Counted => {
                let count = Map::new().with("id", "count").with("type", "count");
                seq.push(count.with("if", when.clone()));
                "payload_counted".into()
            }
        };
        let field = Map::new().with("id", id.clone());
        let field = match delimiter {
            Delimiter::Until(end) => field.with("terminator", Node::Number((*end).into())),
            Delimiter::Counted => field.with("size", within("count.value", "count.value")),
        };
        seq.push(field.with("if", when.clone()));
        let last = at + 1 == delimiters.len();
        payload.push_str(&if last {
            id
        } else {
            format!("{when} ? {id} : ")
        });
    }
    let types = Map::new().with("frame", frame(format, seq, payload));
    if delimiters.contains(&Delimiter::Counted) {
        types.with("count", count()).with("group", group())
    } else {
        types
    }
}

fn frame(format: &WireFormat<'_>, seq: Vec<Map>, payload: String) -> Map {
    let opcode = Map::new().with("value", "type_byte").with("enum", "opcode");
    let payload = Map::new()
        .with("value", payload)
        .with("doc", "The payload without what delimits it.");
    let mut instances = Map::new().with("opcode", opcode).with("payload", payload);
    for (_, name, opcode) in format.opcodes() {
        let name = snake(name);
        if opcode.kind == Kind::Text {
            let text = Map::new()
                .with("value", "payload.to_s(\"UTF-8\")")
                .with("if", format!("opcode == opcode::{name}"))
                .with("doc", "The text; an error if the bytes are not UTF-8.");
            instances = instances.with("text", text);
        }
        if opcode.only_empty {
            let one = Map::new()
                .with(
                    "value",
                    format!("opcode == opcode::{name} and payload.length == 0"),
                )
                .with("doc", "Only a frame without payload has this meaning.");
            instances = instances.with(format!("is_{name}"), one);
        }
    }
    Map::new().with("seq", seq).with("instances", instances)
}

/// The condition that a type byte is of a range with this delimiter.
fn condition(ranges: &[TypeRange], delimiter: Delimiter) -> String {
    let ranges = ranges.iter().filter(|range| range.payload == delimiter);
    let ranges = ranges.map(|range| match (range.from, range.to) {
        (0, to) => format!("type_byte <= {to}"),
        (from, u8::MAX) => format!("type_byte >= {from}"),
        (from, to) => format!("(type_byte >= {from} and type_byte <= {to})"),
    });
    ranges.collect::<Vec<_>>().join(" or ")
}

/// A number with seven bits in each byte.
fn count() -> Map {
    let groups = Map::new()
        .with("id", "groups")
        .with("type", "group(_index == 0 ? 0 : groups[_index - 1].total)")
        .with("repeat", "until")
        .with("repeat-until", "not _.has_next");
    let value = Map::new().with("value", "groups.last.total");
    Map::new()
        .with(
            "doc",
            "A number with seven bits in each byte, the most significant first. More than 64 bits are an error.",
        )
        .with("seq", vec![groups])
        .with("instances", Map::new().with("value", value))
}

fn group() -> Map {
    let before = Map::new().with("id", "before").with("type", "u8");
    let next = Map::new()
        .with("id", "has_next")
        .with("type", "b1")
        .with("doc", "Set in every byte except the last.");
    // Nobody can send so much, and without a limit the bytes of an attacker are read as one number.
    let fits = Map::new().with("expr", format!("before < {}", 1u64 << 57));
    let digits = Map::new()
        .with("id", "digits")
        .with("type", "b7")
        .with("valid", fits);
    let total = Map::new().with("value", "before * 128 + digits");
    Map::new()
        .with("params", vec![before])
        .with("seq", vec![next, digits])
        .with("instances", Map::new().with("total", total))
}
