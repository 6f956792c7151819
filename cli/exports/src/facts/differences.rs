//! What changed between two drafts or two extensions, in words. Names of the protocol stand between backticks.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use wsdraft_spec::{
    extension::{self as ext, DropRange},
    model::{
        Bootstraps, CloseRanges, Closing, CodeRange, Header, Layout, Masking, Opcode, RequestBody,
        ResponseBody, SessionKey, Sign,
    },
    vocabulary as spec,
};

use super::{codes, sentences};
use crate::words::{self, multiplex};

/// A field of an item that is not as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// What the field is about.
    pub field: String,
    /// What it was and what it is; `None` if the words for both are the same.
    pub words: Option<(String, String)>,
}

/// A field that is not as it was.
#[must_use]
pub fn changed(part: &str, field: &str, from: &Value, to: &Value) -> Changed {
    let words = (value(part, field, from), value(part, field, to));
    Changed {
        field: label(part, field),
        words: (words.0 != words.1).then_some(words),
    }
}

/// What a part is about, as a heading.
#[must_use]
pub fn part(part: &str) -> String {
    match part {
        "request_headers" => "Fields of the request".into(),
        "response_headers" => "Fields of the response".into(),
        "signs" => "Signs of a request".into(),
        part => {
            let name = part.rsplit('/').next().unwrap_or(part).replace('_', " ");
            let mut characters = name.chars();
            let first = characters.next().map(|first| first.to_ascii_uppercase());
            first.into_iter().chain(characters).collect()
        }
    }
}

/// What a field is about.
fn label(part: &str, field: &str) -> String {
    match (part, field) {
        ("request_headers" | "response_headers", "purpose") => "for".into(),
        (_, "send") => "sent".into(),
        (_, "otherwise") => "broken".into(),
        ("rules", "by") => "kept by".into(),
        ("rules", "require") => "requirement".into(),
        (_, "when") => "condition".into(),
        (_, "summary") => "says".into(),
        ("close_codes" | "multiplexing/drop_codes", "meaning") => "means".into(),
        ("close_codes" | "multiplexing/drop_codes", "local") => "wsdraft".into(),
        (_, "by") => "sent by".into(),
        ("opcodes", "kind") => "a frame with it".into(),
        ("opcodes", "only_empty") => "payload".into(),
        (_, "type") => "series".into(),
        (_, "wire_version") => "version on the wire".into(),
        (_, "minor_version") => "version of HTTP".into(),
        (_, "absolute") => "schemes of absolute URIs".into(),
        ("multiplexing/blocks", "fields") => "bits of the first byte".into(),
        (_, field) => field.replace('_', " "),
    }
}

/// An item that is new or gone.
#[must_use]
pub fn item(part: &str, item: &Value) -> String {
    let text = |field: &str| Some(item.get(field)?.as_str()?.to_owned());
    let said = match part {
        "rules" | "parameters" => text("summary"),
        "close_codes" | "multiplexing/drop_codes" => text("name")
            .zip(text("meaning"))
            .map(|(name, meaning)| format!("`{name}`: {meaning}")),
        "request_headers" | "response_headers" => read(item, |header: &Header| {
            let purpose = words::purpose(header.purpose);
            let grammar = words::grammar(&header.value);
            let sent = words::source(&header.send);
            format!("for {purpose}; value: {grammar}; sent: {sent}")
        }),
        "opcodes" => read(item, |opcode: &Opcode| {
            let does = words::kind(opcode.kind);
            let payload = words::payload(opcode.only_empty);
            format!("`0x{:X}`: {does}, {payload}", opcode.value)
        }),
        "signs" => read(item, |sign: &Sign| {
            format!("`{}` {}", sign.header, sentences::sign(&sign.test))
        }),
        "multiplexing/blocks" => read(item, |block: &ext::Block| {
            format!("{}: {}", block.opcode, multiplex::does(block.kind))
        }),
        "multiplexing/unknown" => text("reason"),
        part if part.starts_with("multiplexing/") => of_fields(part, item),
        _ => single(part, item),
    };
    said.unwrap_or_else(|| plain(item))
}

/// An item by its fields.
fn of_fields(part: &str, item: &Value) -> Option<String> {
    let told = item.as_object()?.iter().map(|(field, of)| {
        let (field, of) = (label(part, field), value(part, field, of));
        format!("{field}: {of}")
    });
    Some(told.collect::<Vec<_>>().join("; "))
}

/// A part that is one item.
fn single(part: &str, item: &Value) -> Option<String> {
    match part {
        "request_line" => read(item, sentences::request_line),
        "status_line" => read(item, sentences::status_line),
        "request_body" => read(item, |body: &RequestBody| {
            format!("{} after the head", random(body.length))
        }),
        "response_body" => read(item, |body: &ResponseBody| words::expression(&body.value)),
        "session_key" => read(item, |key: &SessionKey| words::expression(&key.value)),
        "layout" => read(item, |layout: &Layout| sentences::form(&layout.form)),
        "masking" => read(item, |masking: &Masking| sentences::masking(masking)),
        "closing" => read(item, |closing: &Closing| sentences::closing(closing)),
        "close_ranges" => read(item, |all: &CloseRanges| ranges(&all.ranges)),
        "bootstraps" => read(item, |all: &Bootstraps| all.extensions.join(", ")),
        "undetectable" => read(item, |is: &bool| undetectable(*is)),
        "claims" => read(item, sentences::claims),
        "transform" => read(item, |transform: &ext::Transformation| {
            sentences::transform(transform.apply).into()
        }),
        _ => None,
    }
}

/// The value of a field of an item; of a part that has no fields, itself.
#[must_use]
pub fn value(part: &str, field: &str, value: &Value) -> String {
    let said = match part {
        "request_headers" | "response_headers" => of_header(field, value),
        "rules" => of_rule(field, value),
        "opcodes" | "signs" | "layout" | "masking" => of_frame(field, value),
        "closing" | "close_codes" | "close_ranges" => of_closing(field, value),
        "request_line" | "request_body" | "response_body" | "session_key" => {
            of_handshake(field, value)
        }
        "parameters" | "claims" | "transform" => of_extension(field, value),
        part if part.starts_with("multiplexing/") => of_channels(field, value),
        part => single(part, value),
    };
    said.unwrap_or_else(|| plain(value))
}

fn of_header(field: &str, value: &Value) -> Option<String> {
    match field {
        "purpose" => read(value, |purpose| words::purpose(*purpose).into()),
        "value" => read(value, words::grammar),
        "send" => read(value, words::source),
        _ => None,
    }
}

fn of_rule(field: &str, value: &Value) -> Option<String> {
    match field {
        "level" => read(value, |level: &spec::Level| level.as_str().into()),
        "scope" => read(value, |scope| words::scope(*scope).into()),
        "by" => read(value, |by| words::by(*by).into()),
        "otherwise" => read(value, |outcome| words::outcome(*outcome))
            .or_else(|| read(value, |failure| words::failure(*failure))),
        "require" | "when" => Some(requirement(value)),
        _ => None,
    }
}

/// What a requirement is about: why nothing shows it, or what it names.
fn requirement(value: &Value) -> String {
    if let Ok(spec::Predicate::Documented(why)) = serde_json::from_value(value.clone()) {
        return format!("not checked: {why}");
    }
    let mut names = Vec::new();
    named(value, &mut names);
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match names.is_empty() {
        true => String::new(),
        false => format!("about {}", names.join(", ")),
    }
}

/// The names in a requirement: what its words hold, and not the words.
fn named<'v>(value: &'v Value, names: &mut Vec<&'v str>) {
    let mut held = |value: &'v Value| match value {
        Value::String(name) => names.push(name),
        other => named(other, names),
    };
    match value {
        Value::Object(fields) => fields.values().for_each(held),
        Value::Array(items) => items.iter().for_each(&mut held),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn of_frame(field: &str, value: &Value) -> Option<String> {
    match field {
        "value" => Some(format!("`0x{:X}`", value.as_u64()?)),
        "kind" => read(value, |kind| words::kind(*kind).into()),
        "only_empty" => Some(words::payload(value.as_bool()?).into()),
        "header" => Some(format!("`{}`", value.as_str()?)),
        "test" => read(value, sentences::sign),
        "form" => read(value, sentences::form),
        "by" => read(value, |by| words::by(*by).into()),
        "covers" => read(value, |cover| sentences::cover(*cover).into()),
        "key" => read(value, words::expression),
        _ => None,
    }
}

fn of_closing(field: &str, value: &Value) -> Option<String> {
    match field {
        "body" => read(value, |body| sentences::close_body(*body)),
        "reply" => read(value, |reply| sentences::close_reply(*reply).into()),
        "name" => Some(format!("`{}`", value.as_str()?)),
        "on_wire" => Some(if value.as_bool()? { "yes" } else { "never" }.into()),
        "by" => read(value, |by| words::by(*by).into()),
        "local" => read(value, |usage| {
            codes::local(*usage)
                .unwrap_or("does nothing with it by itself")
                .into()
        }),
        "ranges" => read(value, |all: &Vec<CodeRange>| ranges(all)),
        _ => None,
    }
}

fn of_handshake(field: &str, value: &Value) -> Option<String> {
    match field {
        "method" => Some(format!("`{}`", value.as_str()?)),
        "minor_version" => Some(format!("1.{}", value.as_u64()?)),
        "length" => Some(words::count(value.as_u64()?, "byte")),
        "value" => read(value, words::expression),
        _ => None,
    }
}

fn of_extension(field: &str, value: &Value) -> Option<String> {
    match field {
        "offer" | "answer" => read(value, |value| words::value(*value)),
        "effect" => read(value, |effect| words::effect(*effect)),
        "apply" => read(value, |transform| sentences::transform(*transform).into()),
        _ => None,
    }
}

fn of_channels(field: &str, value: &Value) -> Option<String> {
    match field {
        "form" => read(value, multiplex::carriage).or_else(|| read(value, multiplex::numbers)),
        "ids" => read(value, multiplex::ids),
        "kind" => read(value, |kind| multiplex::does(*kind).into()),
        "by" | "opened_by" => read(value, |by| words::by(*by).into()),
        "fields" => read(value, |fields: &Vec<_>| multiplex::fields(fields)),
        "parts" => read(value, |parts: &Vec<_>| multiplex::parts(parts)),
        "cost" => read(value, |cost| multiplex::cost(*cost).into()),
        "client_first" | "server_first" | "client_others" | "server_others" => {
            read(value, |initial| multiplex::at_first(*initial).into())
        }
        "request" | "response" => read(value, |base| multiplex::base(*base).into()),
        "ranges" => read(value, |all: &Vec<DropRange>| {
            let ranges = all.iter().map(|range| {
                let ends = multiplex::drop_scope(range.ends);
                format!("{} to {}: {ends}", range.from, range.to)
            });
            ranges.collect::<Vec<_>>().join("; ")
        }),
        "name" => Some(format!("`{}`", value.as_str()?)),
        _ => None,
    }
}

fn random(length: usize) -> String {
    let length = u64::try_from(length).unwrap_or(u64::MAX);
    words::count(length, "random byte")
}

fn ranges(ranges: &[CodeRange]) -> String {
    let ranges = ranges.iter().map(|range| {
        let usage = words::range(range.usage);
        format!("{} to {}: {usage}", range.from, range.to)
    });
    ranges.collect::<Vec<_>>().join("; ")
}

fn undetectable(is: bool) -> String {
    match is {
        true => "requests carry nothing that tells it from an older draft",
        false => "a request shows which draft it is of",
    }
    .into()
}

/// Something of the database, in words. Its evidence has been left out.
fn read<T: DeserializeOwned>(value: &Value, words: impl FnOnce(&T) -> String) -> Option<String> {
    let read = serde_json::from_value(value.clone()).or_else(|_| {
        let mut value = value.clone();
        if let Some(fields) = value.as_object_mut() {
            fields.insert("evidence".into(), json!([]));
        }
        serde_json::from_value(value)
    });
    Some(words(&read.ok()?))
}

/// A text or a number as it is, and data with as few signs as it can be read with.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => "nothing".into(),
        Value::Bool(true) => "yes".into(),
        Value::Bool(false) => "no".into(),
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Array(items) if items.is_empty() => "nothing".into(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => {
            let fields = fields
                .iter()
                .map(|(name, value)| format!("{}: {}", name.replace('_', " "), plain(value)));
            fields.collect::<Vec<_>>().join("; ")
        }
    }
}
