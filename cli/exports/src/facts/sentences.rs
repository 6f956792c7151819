//! Parts of drafts and extensions in words, without a stop at the end. Names of the protocol stand between backticks.

use wsdraft_spec::{
    extension::{Claims, Frames, Parameter, Transform},
    model::{Closing, Masking, RequestLine, StatusLine},
    vocabulary::{
        ChangeKind, CloseBody, CloseReply, Cover, Delimiter, Extended, Form, LayoutField, SignTest,
    },
};

use crate::words::{self, multiplex};

/// A request line.
#[must_use]
pub fn request_line(line: &RequestLine) -> String {
    let mut text = format!(
        "`{} … HTTP/1.{}`, or a later version of HTTP/1; the target is a path",
        line.method, line.minor_version
    );
    if !line.absolute.is_empty() {
        let schemes = line.absolute.join(" or ");
        text.push_str(&format!(", or a URI with the scheme {schemes}"));
    }
    text
}

/// A status line.
#[must_use]
pub fn status_line(line: &StatusLine) -> String {
    format!("`HTTP/1.1 {} {}`", line.status, line.reason)
}

/// A sign of a request.
#[must_use]
pub fn sign(test: &SignTest) -> String {
    let list = |texts: &[String]| {
        let texts: Vec<String> = texts.iter().map(|text| format!("`{text}`")).collect();
        texts.join(" or ")
    };
    match test {
        SignTest::Present => "is there".into(),
        SignTest::Absent => "is not there".into(),
        SignTest::OneOf(texts) => format!("is {}", list(texts)),
        SignTest::AbsentOr(texts) => format!("is not there, or is {}", list(texts)),
        SignTest::Exactly(text) => format!("is `{text}`, in this case"),
    }
}

/// What a field of the first two bytes of a frame holds.
#[must_use]
pub fn layout_field(field: &LayoutField) -> String {
    match field {
        LayoutField::Final => "1 in the last frame of a message".into(),
        LayoutField::More => "1 in every frame of a message but the last".into(),
        LayoutField::Reserved(name) => format!("reserved bit {name}"),
        LayoutField::Opcode(_) => "opcode".into(),
        LayoutField::Masked => "1 where a masking key follows the length".into(),
        LayoutField::Length(_) => "length of the payload, or a marker".into(),
    }
}

/// Where a payload ends.
#[must_use]
pub fn delimiter(payload: Delimiter) -> String {
    match payload {
        Delimiter::Until(end) => format!("up to a byte 0x{end:02X}"),
        Delimiter::Counted => "counted by a number before it, seven bits a byte".into(),
    }
}

/// The form of a frame.
#[must_use]
pub fn form(form: &Form) -> String {
    match form {
        Form::Prefixed { fields, extended } => {
            let fields: Vec<String> = fields.iter().map(multiplex::header_field).collect();
            let longer = extended.iter().map(|Extended { marker, bits }| {
                format!("; after {marker}, a length of {bits} bits")
            });
            format!("{}{}", fields.join(", "), longer.collect::<String>())
        }
        Form::Delimited { types } => {
            let types = types.iter().map(|range| {
                let payload = delimiter(range.payload);
                format!("0x{:02X} to 0x{:02X}: {payload}", range.from, range.to)
            });
            format!(
                "by the first byte: {}",
                types.collect::<Vec<_>>().join("; ")
            )
        }
    }
}

/// What a mask covers.
#[must_use]
pub const fn cover(cover: Cover) -> &'static str {
    match cover {
        Cover::Payload => "the payload, with a key that follows the length",
        Cover::Frame => "the whole frame, after four bytes that precede it",
    }
}

/// Who masks what, and with which key.
#[must_use]
pub fn masking(masking: &Masking) -> String {
    let (by, over) = (masking.by.as_str(), cover(masking.covers));
    let key = words::expression(&masking.key);
    format!("The {by} masks {over}; the key is {key}")
}

/// What the body of a close frame holds.
#[must_use]
pub fn close_body(body: CloseBody) -> String {
    match body {
        CloseBody::Empty => "nothing".to_owned(),
        CloseBody::Opaque => "any bytes".into(),
        CloseBody::Letter { client, server } => format!(
            "one byte that names its sender, 0x{client:02X} a client and 0x{server:02X} a server"
        ),
        CloseBody::Status => "nothing, or a code of two bytes and a reason".into(),
    }
}

/// What the answer to a close frame holds.
#[must_use]
pub const fn close_reply(reply: CloseReply) -> &'static str {
    match reply {
        CloseReply::Empty => "nothing",
        CloseReply::Echo => "what was received",
        CloseReply::EchoCode => "the code that was received",
        CloseReply::Letter => "the letter of the end that answers",
    }
}

/// What close frames hold.
#[must_use]
pub fn closing(closing: &Closing) -> String {
    let (body, reply) = (close_body(closing.body), close_reply(closing.reply));
    format!("A close frame holds {body}; the answer to it holds {reply}")
}

/// What kind of change something is.
#[must_use]
pub const fn change(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Semantic => "semantic",
        ChangeKind::Editorial => "editorial",
        ChangeKind::Trivial => "trivial",
    }
}

/// What an extension does to what is sent.
#[must_use]
pub const fn transform(transform: Transform) -> &'static str {
    match transform {
        Transform::Nothing => "Payloads are left as they are",
        Transform::DeflateMessages => "DEFLATE over each message whose first frame says so",
        Transform::DeflateFrames => "DEFLATE over each data frame that says so",
        Transform::DeflateEveryFrame => "DEFLATE over every data frame, without a sign",
        Transform::DeflateStream => "DEFLATE over all bytes after the opening handshake",
        Transform::Multiplex => "Several logical connections over one",
    }
}

/// The reserved bits and opcodes that an extension claims.
#[must_use]
pub fn claims(claims: &Claims) -> String {
    let on = match claims.on {
        Frames::First => "the first frame of a message",
        Frames::Data => "data frames",
        Frames::All => "all frames",
    };
    let opcodes = claims.opcodes.iter();
    let opcodes = opcodes.map(|opcode| format!("opcode 0x{opcode:X}"));
    let bits = claims.bits.iter().map(|bit| format!("{bit} on {on}"));
    let claimed: Vec<String> = bits.chain(opcodes).collect();
    format!("It claims {}", claimed.join(", "))
}

/// The value of a parameter in an answer, and when it may be there.
#[must_use]
pub fn answer(parameter: &Parameter) -> String {
    let mut answer = words::value(parameter.answer);
    for (holds, text) in [
        (parameter.needs_offer, "only if it was offered"),
        (parameter.owed, "owed if it was offered"),
        (parameter.at_most_offered, "at most what was offered"),
    ] {
        if holds {
            answer.push_str(&format!("; {text}"));
        }
    }
    answer
}
