//! Control blocks of connections that carry channels.

use std::fmt;

use serde::Serialize;
use wsdraft::{
    extension::multiplex::{BlockKind, Flag},
    multiplex::ControlBlock,
};

use crate::words;

/// A control block. What its kind does not have is left out.
#[derive(Debug, Default, Serialize)]
pub struct Block {
    /// Where it starts.
    offset: u64,
    /// Its name.
    block: &'static str,
    /// The encoding of the handshake: its name, or its number where it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    encoding: Option<String>,
    /// Whether the server refuses the channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<bool>,
    /// Whether the channel ends because of an error.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<bool>,
    /// Whether the client should use another connection.
    #[serde(skip_serializing_if = "Option::is_none")]
    fallback: Option<bool>,
    /// Channels that may be opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    slots: Option<u64>,
    /// What may be sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    quota: Option<u64>,
    /// The drop code.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<u16>,
    /// The reason of a drop.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// The handshake.
    #[serde(skip_serializing_if = "Option::is_none")]
    handshake: Option<String>,
    /// Bytes of the reason or of the handshake, where only its start is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    length: Option<u64>,
}

impl Block {
    /// A block, with at most so many bytes of its text.
    pub fn new(block: &ControlBlock, most: usize) -> Self {
        let flag = |of| {
            block
                .flag
                .filter(|(flag, _)| *flag == of)
                .map(|(_, set)| set)
        };
        let encoding = block.encoding.map(|number| match block.encoding_name {
            Some(name) => name.to_owned(),
            None => number.to_string(),
        });
        let text = block.text.as_deref();
        let shown = text.map(|text| {
            let start = text.get(..most).unwrap_or(text);
            String::from_utf8_lossy(start).into_owned()
        });
        let cut = text.filter(|text| text.len() > most);
        let is_drop = block.info.kind == BlockKind::Drop;
        let (reason, handshake) = if is_drop {
            (shown, None)
        } else {
            (None, shown)
        };
        Self {
            offset: block.offset,
            block: block.info.name,
            encoding,
            refused: flag(Flag::Refused),
            error: flag(Flag::Error),
            fallback: flag(Flag::Fallback),
            slots: block.slots,
            quota: block.quota,
            code: block.code,
            reason,
            handshake,
            length: cut.map(|text| text.len() as u64),
        }
    }
}

impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "byte {}: {}", self.offset, self.block)?;
        if let Some(encoding) = &self.encoding {
            write!(f, ", encoding {encoding}")?;
        }
        for (set, word) in [
            (self.refused, "refused"),
            (self.error, "error"),
            (self.fallback, "fallback"),
        ] {
            if set == Some(true) {
                write!(f, ", {word}")?;
            }
        }
        for (number, word) in [(self.slots, "slots"), (self.quota, "quota")] {
            if let Some(number) = number {
                write!(f, ", {word} {number}")?;
            }
        }
        if let Some(code) = self.code {
            write!(f, ", code {code}")?;
        }
        if let Some(length) = self.length {
            write!(f, ", the start of {}", words::count(length, "byte"))?;
        }
        match self.reason.as_ref().or(self.handshake.as_ref()) {
            Some(text) if !text.is_empty() => write!(f, ": {text:?}"),
            Some(_) | None => Ok(()),
        }
    }
}
