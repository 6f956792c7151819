//! What happens on a connection, as text for people.

use std::fmt;

use wsdraft_analysis::from_hex;

use super::{Agreed, AgreedExtension, Event, Message};
use crate::words;

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Frame { .. } => self.frame(f),
            Self::Message(message) => message.fmt(f),
            Self::Ping { data, length } => control("ping", *length, data, f),
            Self::Pong { data, length } => control("pong", *length, data, f),
            Self::Close { code, reason } => {
                f.write_str("close")?;
                if let Some(code) = code {
                    write!(f, " {code}")?;
                }
                if !reason.is_empty() {
                    write!(f, ": {reason:?}")?;
                }
                Ok(())
            }
            Self::Violation(violation) => violation.fmt(f),
            Self::Incomplete { offset, needed } => {
                let more = match needed {
                    1 => "1 more byte is".to_owned(),
                    needed => format!("{needed} more bytes are"),
                };
                write!(f, "byte {offset}: incomplete, at least {more} needed")
            }
            Self::Limit { offset, limit } => write!(
                f,
                "byte {offset}: the {limit} is larger than this program keeps"
            ),
            Self::Open { .. } => self.open(f),
            Self::Refused {
                status,
                reason,
                versions,
                fields,
                body,
            } => {
                write!(f, "refused: {status} {reason}")?;
                if !versions.is_empty() {
                    write!(f, "; the server lists the versions {versions:?}")?;
                }
                refusal(fields, body, f)
            }
            Self::Dropped(dropped) => dropped.fmt(f),
            Self::Block(block) => block.fmt(f),
            Self::Lost { offset, detail } => {
                write!(f, "byte {offset}: not followed any further: {detail}")
            }
            Self::Unreadable { offset } => {
                write!(f, "byte {offset}: no frame; what follows cannot be read")
            }
        }
    }
}

impl Event {
    /// A frame.
    fn frame(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Frame {
            offset,
            fin,
            rsv,
            opcode,
            opcode_value,
            masked,
            length,
            payload,
        } = self
        else {
            return Ok(());
        };
        write!(
            f,
            "byte {offset}: frame, {opcode} (opcode 0x{opcode_value:x})"
        )?;
        f.write_str(if *fin { ", final" } else { ", more to come" })?;
        for bit in rsv {
            write!(f, ", {bit}")?;
        }
        f.write_str(if *masked { ", masked" } else { "" })?;
        write!(f, ", {}", words::count(*length, "byte"))?;
        let start = Shortened(payload);
        if payload.len() as u64 / 2 < *length {
            write!(f, ": {start:#}")
        } else if payload.is_empty() {
            Ok(())
        } else {
            write!(f, ": {start}")
        }
    }

    /// An open connection.
    fn open(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Open {
            draft,
            subprotocol,
            extensions,
            agreed,
        } = self
        else {
            return Ok(());
        };
        let agreed = Agreed {
            subprotocol: subprotocol.as_deref(),
            extensions: extensions.as_deref(),
            dialects: agreed,
        };
        write!(f, "open, {draft}{agreed}")
    }
}

impl fmt::Display for Agreed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(subprotocol) = self.subprotocol {
            write!(f, ", subprotocol {subprotocol}")?;
        }
        if let Some(extensions) = self.extensions {
            write!(f, ", extensions {extensions}")?;
        }
        if let Some(dialects) = AgreedExtension::dialects(self.dialects) {
            write!(f, " ({dialects})")?;
        }
        Ok(())
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text {
                text: Some(text),
                length,
                ..
            } => write!(f, "text{}: {text:?}", Of(*length)),
            Self::Text { data, length, .. } => write!(
                f,
                "text{}, coded by an extension: {}",
                Of(*length),
                Shortened(data.as_deref().unwrap_or_default())
            ),
            Self::Binary { data, length } => {
                write!(f, "binary{}: {}", Of(*length), Shortened(data))
            }
        }
    }
}

/// A ping or a pong: its payload in hex, and as text if it is one.
fn control(name: &str, length: Option<u64>, data: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{name}{}", Of(length))?;
    if data.is_empty() {
        return Ok(());
    }
    write!(f, ": {}", Shortened(data))?;
    let bytes = from_hex(data).unwrap_or_default();
    match String::from_utf8(bytes) {
        Ok(text) if length.is_none() && !text.contains(char::is_control) => {
            write!(f, " ({text:?})")
        }
        _ => Ok(()),
    }
}

/// What a refusal says besides its status: the fields that tell something, and the first lines of
/// the body.
fn refusal(fields: &[(String, String)], body: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    /// Fields of every answer, or of how it is sent (RFC 9110, RFC 9112).
    const SILENT: &[&str] = &[
        "accept-ranges",
        "cache-control",
        "connection",
        "content-length",
        "content-type",
        "date",
        "etag",
        "expires",
        "keep-alive",
        "last-modified",
        "pragma",
        "transfer-encoding",
        "vary",
    ];
    const FIELDS: usize = 16;
    const LINES: usize = 12;
    const WIDTH: usize = 200;
    let tells = |name: &str| {
        !SILENT
            .iter()
            .any(|silent| silent.eq_ignore_ascii_case(name))
    };
    for (name, value) in fields.iter().filter(|(name, _)| tells(name)).take(FIELDS) {
        write!(f, "\n  {name}: {}", Cut(value, WIDTH))?;
    }
    let mut lines = body.lines().filter(|line| !line.trim().is_empty());
    for line in lines.by_ref().take(LINES) {
        write!(f, "\n  | {}", Cut(line, WIDTH))?;
    }
    match lines.next() {
        Some(_) => f.write_str("\n  | …"),
        None => Ok(()),
    }
}

/// Text, cut where it would fill the screen.
struct Cut<'a>(&'a str, usize);

impl fmt::Display for Cut<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.char_indices().nth(self.1) {
            Some((at, _)) => write!(f, "{}…", &self.0[..at]),
            None => f.write_str(self.0),
        }
    }
}

/// Says how many bytes there are where not all of them are shown.
struct Of(Option<u64>);

impl fmt::Display for Of {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(length) => write!(f, ", the start of {}", words::count(length, "byte")),
            None => Ok(()),
        }
    }
}

/// Hex digits, cut where they would fill the screen. `{:#}` marks them as cut in any case.
struct Shortened<'a>(&'a str);

impl fmt::Display for Shortened<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.split_at_checked(128) {
            Some((start, rest)) if !rest.is_empty() => write!(f, "{start}…"),
            _ if f.alternate() => write!(f, "{}…", self.0),
            _ => f.write_str(self.0),
        }
    }
}
