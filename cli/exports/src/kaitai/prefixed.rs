//! Frames with two bytes of fields before their payload.

use wsdraft_spec::vocabulary::{Extended, Kind, LayoutField};

use super::{
    names::Names,
    yaml::{Map, Node},
};
use crate::formats::{Mask, WireFormat, snake};

/// The types of a frame.
pub(super) fn types(
    format: &WireFormat<'_>,
    fields: &[LayoutField],
    extended: &[Extended],
    process: Option<&str>,
) -> Map {
    let types = match process {
        Some(process) => Map::new().with("masked_frame", masked_frame(extended, process)),
        None => Map::new(),
    };
    let payload = Map::new()
        .with("id", "payload")
        .with("type", "payload")
        .with("size", within("header.len_payload", "header.len_payload"));
    let payload = match format.mask {
        Mask::Payload => payload.with("process", "xor(header.mask)"),
        Mask::Nothing | Mask::Frame(_) => payload,
    };
    let header = Map::new().with("id", "header").with("type", "header");
    let frame = Map::new().with("seq", vec![header, payload]);
    let header = header_type(format, fields, extended);
    types.with("frame", frame).with("header", header)
}

/// A frame of which all is masked. How long it is, is masked too, so the header is read ahead.
fn masked_frame(extended: &[Extended], process: &str) -> Map {
    let longest = 2 + extended.iter().map(bytes).max().unwrap_or_default();
    let key = Map::new()
        .with("id", "masking_key")
        .with("size", Node::Number(4))
        .with(
            "doc",
            "Bytes that the client draws at random for each frame; they are not masked.",
        );
    let frame = Map::new()
        .with("id", "frame")
        .with("type", "frame")
        .with(
            "size",
            within("ahead.len_payload", "ahead.len_header + ahead.len_payload"),
        )
        .with("process", process)
        .with("doc", "The frame, unmasked.");
    let ahead = Map::new()
        .with("pos", "_io.pos")
        .with(
            "size",
            format!("_io.size - _io.pos < {longest} ? _io.size - _io.pos : {longest}"),
        )
        .with("type", "header")
        .with("process", process)
        .with(
            "doc",
            "The header, read ahead: the length of the frame is masked too.",
        );
    Map::new()
        .with("seq", vec![key, frame])
        .with("instances", Map::new().with("ahead", ahead))
}

/// A size; beyond the end of the stream if the length is. The runtimes of some languages would cut
/// a long length to 32 bits.
pub(super) fn within(length: &str, size: &str) -> String {
    format!("{length} <= _io.size ? {size} : _io.size + 1")
}

/// Number of bytes of an extended length.
fn bytes(form: &Extended) -> u32 {
    u32::from(form.bits).div_ceil(8)
}

fn header_type(format: &WireFormat<'_>, fields: &[LayoutField], extended: &[Extended]) -> Map {
    let mut names = Names::with(&["fin", "more", "opcode", "masked", "masking_key", "mask"]);
    let mut seq: Vec<Map> = Vec::new();
    let mut instances = Map::new();
    for field in fields {
        let (id, text) = described(field, &mut names);
        let one = Map::new()
            .with("id", id)
            .with("type", format!("b{}", field.bits()));
        let one = match field {
            LayoutField::Opcode(_) => one.with("enum", "opcode"),
            LayoutField::Final
            | LayoutField::More
            | LayoutField::Reserved(_)
            | LayoutField::Masked
            | LayoutField::Length(_) => one,
        };
        seq.push(one.with("doc", text));
        if *field == LayoutField::More {
            let last = Map::new()
                .with("value", "not more")
                .with("doc", "Whether the frame is the last one of its message.");
            instances = instances.with("fin", last);
        }
    }
    seq.extend(extended.iter().flat_map(extended_length));
    if format.mask == Mask::Payload {
        let key = Map::new()
            .with("id", "masking_key")
            .with("size", Node::Number(4))
            .with("if", "masked");
        seq.push(key);
        let mask = Map::new().with("value", "masked ? masking_key : [0]").with(
            "doc",
            "What the payload is masked with; zero where it is not.",
        );
        instances = instances.with("mask", mask);
    }
    instances = instances.with("len_payload", payload_length(extended));
    if let Mask::Frame(_) = format.mask {
        let size = chosen(extended, "2", |form| (2 + bytes(form)).to_string());
        let size = Map::new()
            .with("value", size)
            .with("doc", "The length of the header.");
        instances = instances.with("len_header", size);
    }
    Map::new().with("seq", seq).with("instances", instances)
}

/// The name of a field and what it holds.
fn described(field: &LayoutField, names: &mut Names) -> (String, String) {
    match field {
        LayoutField::Final => ("fin".into(), "Set in the last frame of a message.".into()),
        LayoutField::More => (
            "more".into(),
            "Set in every frame of a message except the last.".into(),
        ),
        LayoutField::Reserved(name) => (
            names.fresh(&snake(name)),
            format!("The reserved bit {name}: zero unless an agreed extension uses it."),
        ),
        LayoutField::Opcode(_) => ("opcode".into(), "What the frame is for.".into()),
        LayoutField::Masked => (
            "masked".into(),
            "Set if a masking key follows the length.".into(),
        ),
        LayoutField::Length(_) => (
            "len_code".into(),
            "The length of the payload, or the marker of an extended length.".into(),
        ),
    }
}

/// The fields of an extended length. Numbers of five to seven bytes are read in two parts, since
/// JavaScript reads no more than 32 bits of a field at once.
fn extended_length(form: &Extended) -> Vec<Map> {
    let all = bytes(form) * 8;
    let field = |id: String, kind: String| {
        let marked = format!("len_code == {}", form.marker);
        Map::new()
            .with("id", id)
            .with("type", kind)
            .with("if", marked)
    };
    let mut seq = match all {
        8 | 16 | 32 | 64 => vec![field(format!("len_{all}"), format!("u{}", all / 8))],
        ..=32 => vec![field(format!("len_{all}"), format!("b{all}"))],
        _ => vec![
            field(format!("len_{all}_high"), format!("b{}", all - 32)),
            field(format!("len_{all}_low"), "u4".into()),
        ],
    };
    let unused = all - u32::from(form.bits);
    if unused > 0 {
        let first = seq.remove(0);
        let doc = match unused {
            1 => "The most significant bit has to be zero.".to_owned(),
            unused => format!("The {unused} most significant bits have to be zero."),
        };
        seq.insert(0, first.with("doc", doc));
    }
    seq
}

fn payload_length(extended: &[Extended]) -> Map {
    let value = chosen(extended, "len_code", |form| match bytes(form) * 8 {
        all @ (..=32 | 64) => format!("len_{all}"),
        all => format!("len_{all}_high * 4294967296 + len_{all}_low"),
    });
    Map::new()
        .with("value", value)
        .with("doc", "The length of the payload in bytes.")
}

/// An expression that takes one value for each extended length, and this one if there is none.
fn chosen(extended: &[Extended], otherwise: &str, value: impl Fn(&Extended) -> String) -> String {
    let choices = extended.iter().map(|form| {
        let value = value(form);
        format!("len_code == {} ? {value} : ", form.marker)
    });
    choices.collect::<String>() + otherwise
}

/// The condition that a payload belongs to a frame of this kind.
pub(super) fn condition(format: &WireFormat<'_>, kind: Kind) -> Option<String> {
    let opcodes = format.opcodes();
    let (_, name, _) = opcodes.iter().find(|(_, _, opcode)| opcode.kind == kind)?;
    Some(format!("_parent.header.opcode == opcode::{}", snake(name)))
}
