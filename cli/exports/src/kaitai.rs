//! Kaitai Struct: a file for each wire format, and code for the masks that Kaitai Struct cannot compute.

use wsdraft_spec::{
    Database,
    vocabulary::{Evidence, Expr, Form},
};

use self::yaml::{Map, Node};
use crate::{
    Document,
    formats::{Mask, WireFormat, formats, span},
    mask_key::CONNECTION_KEY,
    origin,
};

mod closing;
mod delimited;
mod enums;
mod names;
mod prefixed;
mod process;
mod sources;
mod yaml;

/// The files.
#[must_use]
pub fn kaitai(database: &Database) -> Vec<Document> {
    let (formats, head) = (formats(database), origin::comment(database, "kaitai"));
    let each = formats.iter();
    let mut written: Vec<Document> = each.flat_map(|format| documents(format, &head)).collect();
    written.push(index(&formats));
    written
}

/// Which file is for which draft.
fn index(formats: &[WireFormat<'_>]) -> Document {
    let formats = formats.iter().map(|format| {
        let senders = format.senders.iter().rev().map(|sender| {
            let ends = sender.by.map_or_else(
                || "\"client\", \"server\"".to_owned(),
                |by| format!("\"{by}\""),
            );
            let draft = &sender.draft.short;
            format!("        {{\"draft\": \"{draft}\", \"by\": [{ends}]}}")
        });
        let senders: Vec<String> = senders.collect();
        format!(
            "    {{\n      \"file\": \"{}.ksy\",\n      \"senders\": [\n{}\n      ]\n    }}",
            id(format),
            senders.join(",\n")
        )
    });
    let formats: Vec<String> = formats.collect();
    Document {
        path: "formats.json".into(),
        text: format!(
            "{{\n  \"license\": \"{}\",\n  \"formats\": [\n{}\n  ]\n}}\n",
            origin::LICENCE,
            formats.join(",\n")
        ),
    }
}

fn id(format: &WireFormat<'_>) -> String {
    format!("websocket_{}", format.name())
}

fn documents(format: &WireFormat<'_>, head: &str) -> Vec<Document> {
    let id = id(format);
    let process = match format.mask {
        Mask::Nothing | Mask::Payload => None,
        Mask::Frame(Expr::FrameNonce) => Some(("xor(masking_key)".to_owned(), Vec::new())),
        Mask::Frame(key) => Some(process::of(&id, key, head)),
    };
    let (process, mut files) = process.unzip();
    let mut file = Map::new()
        .with("meta", meta(&id, format))
        .with("doc", Node::Block(told(format)))
        .with_some("doc-ref", sources::references(&evidence(format)));
    if process
        .as_ref()
        .is_some_and(|process| process.contains(CONNECTION_KEY))
    {
        file = file.with("params", vec![process::parameter()]);
    }
    let element = process.as_ref().map_or("frame", |_| "masked_frame");
    let frames = Map::new()
        .with("id", "frames")
        .with("type", element)
        .with("repeat", "eos");
    let mut types = match format.form {
        Form::Prefixed { fields, extended } => {
            prefixed::types(format, fields, extended, process.as_deref())
        }
        Form::Delimited { types } => delimited::types(format, types),
    };
    if let Form::Prefixed { .. } = format.form {
        types = closing::types(format, types);
    }
    file = file.with("seq", vec![frames]).with("types", types);
    let enums = enums::of(format);
    if !enums.is_empty() {
        file = file.with("enums", enums);
    }
    let text = format!("{head}{}", file.document());
    let mut written = vec![Document {
        path: format!("{id}.ksy"),
        text,
    }];
    written.append(files.get_or_insert_default());
    written
}

fn meta(id: &str, format: &WireFormat<'_>) -> Map {
    let sender = format.newest();
    let by = sender
        .by
        .map_or_else(String::new, |by| format!(", sent by a {by}"));
    let meta = Map::new().with("id", id).with(
        "title",
        format!("WebSocket frames ({}{by})", sender.draft.name),
    );
    let meta = match sources::rfc(sender.draft) {
        Some(number) => meta.with("xref", Map::new().with("rfc", Node::Number(number))),
        None => meta,
    };
    meta.with("license", origin::LICENCE)
        .with("ks-version", "0.10")
        .with("endian", "be")
        .with("bit-endian", "be")
}

/// Evidence for the layout and for the masks.
fn evidence(format: &WireFormat<'_>) -> Vec<Evidence> {
    let draft = format.newest().draft;
    let layout = draft
        .layout
        .iter()
        .flat_map(|layout| &layout.value.evidence);
    let masking = draft
        .masking
        .iter()
        .flat_map(|masking| &masking.value.evidence);
    let mut all = Vec::new();
    for one in layout.chain(masking) {
        if !all.contains(one) {
            all.push(one.clone());
        }
    }
    all
}

/// What the file is, in paragraphs.
fn told(format: &WireFormat<'_>) -> Vec<String> {
    let end = match format.newest().by {
        Some(by) => format!("a {by}"),
        None => "one end".into(),
    };
    let mut told = vec![
        format!(
            "The frames that {end} of a WebSocket connection sends, one after another, from the first byte after \
             the opening handshake."
        ),
        format!("Drafts with this format: {}.", span(&format.senders)),
    ];
    let unverified = format.unverified();
    if !unverified.is_empty() {
        told.push(format!(
            "From memory, without a source: {}.",
            span(&unverified)
        ));
    }
    told.push(
        "Frames that break rules of the protocol are decoded as well. The last frame has to be complete: a stream \
         that ends within a frame is an error. Payloads are as sent, so those that an extension compressed remain \
         compressed."
            .into(),
    );
    match format.mask {
        Mask::Nothing => {}
        Mask::Payload => told.push("Payloads are unmasked.".into()),
        Mask::Frame(Expr::FrameNonce) => told.push(
            "Each frame is masked as a whole, its header too, with the four bytes that precede it. `ahead` is the \
             header, read for the length, and `frame` is the frame without its mask."
                .into(),
        ),
        Mask::Frame(_) => told.push(
            "Each frame is masked as a whole, its header too, with a key that the connection's key and the four \
             bytes before the frame give. Kaitai Struct has no hash functions, so a class of its own removes the \
             mask; those for Python and JavaScript are beside this file."
                .into(),
        ),
    }
    told
}
