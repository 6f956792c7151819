//! Scapy: a Python module with a class of packets for each wire format of frames.

use wsdraft_spec::{
    Database,
    vocabulary::{CloseBody, Delimiter, Expr, Extended, Form, LayoutField, TypeRange},
};

use crate::{
    Document,
    formats::{Mask, WireFormat, camel, formats, snake, span},
    languages::python_literal as literal,
    mask_key, origin,
    texts::text,
};

/// The module.
#[must_use]
pub fn scapy(database: &Database) -> Vec<Document> {
    let formats = formats(database);
    let newest = formats
        .first()
        .map_or("", |format| &format.newest().draft.short);
    let mut text = format!(
        "{head}\"\"\"WebSocket frames of every draft.\n\n\
         frames, rest = dissect(data, draft=\"{newest}\", by=\"client\")\n\n\
         `data` is what one end sends after the opening handshake. Frames that break rules are dissected as well.\n\
         \"\"\"\n",
        head = origin::comment(database, "scapy"),
    );
    // What all formats share.
    let base = text!("scapy/base.py");
    text.push_str(&base.replacen("NEWEST = \"\"", &format!("NEWEST = {}", literal(newest)), 1));
    for format in &formats {
        text.push_str(&class(format));
    }
    text.push_str("\n\n# The frames of a draft and of one of its ends.\nDRAFTS = {\n");
    for format in &formats {
        for sender in format.senders.iter().rev() {
            let ends = sender
                .by
                .map_or_else(|| vec!["client", "server"], |by| vec![by.as_str()]);
            for by in ends {
                let (draft, by) = (literal(&sender.draft.short), literal(by));
                text.push_str(&format!("    ({draft}, {by}): {},\n", name(format)));
            }
        }
    }
    text.push_str("}\n");
    vec![Document {
        path: "wsdraft_websocket.py".into(),
        text,
    }]
}

fn name(format: &WireFormat<'_>) -> String {
    format!("WebSocket{}", camel(&format.name()))
}

fn class(format: &WireFormat<'_>) -> String {
    let base = match format.form {
        Form::Prefixed { .. } => "_Prefixed",
        Form::Delimited { .. } => "_Delimited",
    };
    let drafts = span(&format.senders);
    let mut out = format!(
        "\n\nclass {}({base}):\n    \"\"\"Frames of {drafts}.\"\"\"\n\n    name = \"WebSocket ({drafts})\"\n",
        name(format)
    );
    out.push_str("    OPCODES = {\n");
    for (value, name, opcode) in format.opcodes() {
        let empty = if opcode.only_empty { "True" } else { "False" };
        let name = literal(name);
        out.push_str(&format!("        {value}: ({name}, {empty}),\n"));
    }
    out.push_str("    }\n");
    close_codes(format, &mut out);
    match format.form {
        Form::Prefixed { fields, extended } => prefixed(format, fields, extended, &mut out),
        Form::Delimited { types } => delimited(types, &mut out),
    }
    out
}

/// Whether close frames have codes, and what the newest of the drafts says of them.
fn close_codes(format: &WireFormat<'_>, out: &mut String) {
    if format.body != Some(CloseBody::Status) {
        return;
    }
    let newest = &format.newest().draft.short;
    out.push_str(&format!(
        "    STATUS = True\n    # In {newest}: the name, the meaning, whether a close frame may contain it, who alone \
         sends it.\n"
    ));
    out.push_str("    CLOSE_CODES = {\n");
    for (code, meanings) in format.close_codes() {
        let entry = &meanings[0].item.value;
        let wire = if entry.on_wire { "True" } else { "False" };
        let by = entry
            .by
            .map_or_else(|| "None".into(), |by| literal(by.as_str()));
        let (name, meaning) = (literal(&entry.name), literal(&entry.meaning));
        out.push_str(&format!(
            "        {code}: ({name}, {meaning}, {wire}, {by}),\n"
        ));
    }
    out.push_str("    }\n");
}

fn prefixed(
    format: &WireFormat<'_>,
    fields: &[LayoutField],
    extended: &[Extended],
    out: &mut String,
) {
    let size = |form: &Extended| u32::from(form.bits).div_ceil(8);
    let mut described = Vec::new();
    let mut at = 0;
    if let Mask::Frame(_) = format.mask {
        out.push_str("    NONCE = 4\n");
        described.push("XStrFixedLenField(\"masking_key\", bytes(4), 4)".to_owned());
    }
    for field in fields {
        let bits = u32::from(field.bits());
        let (byte, shift) = (at / 8, 8u32.saturating_sub(at % 8 + bits));
        described.push(match field {
            LayoutField::Final => "BitField(\"fin\", 1, 1)".into(),
            LayoutField::More => "BitField(\"more\", 0, 1)".into(),
            LayoutField::Reserved(name) => format!("BitField({}, 0, 1)", literal(&snake(name))),
            LayoutField::Opcode(bits) => format!(
                "BitEnumField(\"opcode\", 0, {bits}, {{value: name for value, (name, _) in OPCODES.items()}})"
            ),
            LayoutField::Masked => {
                out.push_str(&format!("    MASK = ({byte}, 0x{:02X})\n", 1 << shift));
                "BitField(\"masked\", 0, 1)".into()
            }
            LayoutField::Length(bits) => {
                let mask = (1u32 << bits) - 1;
                out.push_str(&format!("    LENGTH = ({byte}, {shift}, 0x{mask:02X})\n"));
                format!("BitField(\"len_code\", None, {bits})")
            }
        });
        at += bits;
    }
    let markers = extended
        .iter()
        .map(|form| format!("{}: {}", form.marker, size(form)));
    let markers: Vec<String> = markers.collect();
    out.push_str(&format!("    EXTENDED = {{{}}}\n", markers.join(", ")));
    described.extend(extended.iter().map(|form| {
        let (bytes, marker) = (size(form), form.marker);
        format!(
            "ConditionalField(NBytesField(\"len_{}\", 0, {bytes}), lambda pkt: pkt.len_code == {marker})",
            bytes * 8
        )
    }));
    if format.mask == Mask::Payload {
        described.push(
            "ConditionalField(XStrFixedLenField(\"masking_key\", bytes(4), 4), lambda pkt: pkt.masked)".into(),
        );
    }
    described.push("_Data(\"data\", b\"\")".into());
    list(&described, out);
    if let Mask::Frame(key) = format.mask {
        frame_key(key, out);
    }
}

fn list(described: &[String], out: &mut String) {
    out.push_str("    fields_desc = [\n");
    for field in described {
        out.push_str(&format!("        {field},\n"));
    }
    out.push_str("    ]\n");
}

/// The key of a frame, where it is not the four bytes before the frame themselves.
fn frame_key(key: &Expr, out: &mut String) {
    if *key == Expr::FrameNonce {
        return;
    }
    let name = mask_key::CONNECTION_KEY;
    let body = match mask_key::python(key) {
        Some(key) if key.contains(name) => format!(
            "{name} = cls.{name}\n        if not {name}:\n            \
             raise ValueError(\"the frames are masked with a {name}, and none is given\")\n        return {key}"
        ),
        Some(key) => format!("return {key}"),
        None => "raise NotImplementedError".into(),
    };
    out.push_str(&format!(
        "\n    @classmethod\n    def frame_key(cls, nonce):\n        {body}\n"
    ));
}

fn delimited(ranges: &[TypeRange], out: &mut String) {
    out.push_str("    RANGES = (\n");
    for range in ranges {
        let end = match range.payload {
            Delimiter::Until(end) => end.to_string(),
            Delimiter::Counted => "None".into(),
        };
        out.push_str(&format!("        ({}, {}, {end}),\n", range.from, range.to));
    }
    out.push_str("    )\n");
    let fields = [
        "ByteEnumField(\"opcode\", 0, {value: name for value, (name, _) in OPCODES.items()})"
            .to_owned(),
        "_DelimitedData(\"data\", b\"\")".into(),
    ];
    list(&fields, out);
}
