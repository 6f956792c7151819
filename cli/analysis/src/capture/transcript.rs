//! Connections as another program printed them.

use std::borrow::Cow;

use wsdraft::Role;

/// A connection in text that a program printed.
#[derive(Debug, Default)]
pub(crate) struct Transcript {
    /// What is recorded of it, in order.
    pub(crate) pieces: Vec<Piece>,
    /// What the program does not print, or only tells.
    pub(crate) lacks: Option<Cow<'static, str>>,
    /// How the program says that it ended.
    pub(crate) ended: Option<String>,
}

/// Something that one end sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) from: Role,
    pub(crate) what: What,
    /// The number of the packet in the capture, where it is printed.
    pub(crate) packet: Option<u64>,
}

/// What is recorded of something that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum What {
    Bytes(Vec<u8>),
    /// So many bytes, which are not recorded.
    Missing(u64),
}

impl Transcript {
    /// Adds bytes to what this end sent last.
    pub(crate) fn bytes(&mut self, from: Role, bytes: &[u8]) {
        if let Some(Piece {
            from: last,
            what: What::Bytes(before),
            packet: None,
        }) = self.pieces.last_mut()
        {
            if *last == from {
                before.extend_from_slice(bytes);
                return;
            }
        }
        self.pieces.push(Piece {
            from,
            what: What::Bytes(bytes.to_vec()),
            packet: None,
        });
    }

    /// Adds a line of a head.
    pub(crate) fn line(&mut self, from: Role, line: &str) {
        self.bytes(from, line.as_bytes());
        self.bytes(from, b"\r\n");
    }
}
