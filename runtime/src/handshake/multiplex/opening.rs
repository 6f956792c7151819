//! The opening handshake of a channel, as its own end writes it.

use alloc::vec::Vec;

use super::texts::{END, sent_response};
use crate::{
    handshake::parse::{self, HeadError, HeadLimits, is_interim},
    machine::extension::multiplex::HandshakesInfo,
    protocol::draft::Draft,
};

/// A head, as far as it is written.
#[derive(Debug, Default)]
pub(super) struct Head {
    bytes: Vec<u8>,
}

impl Head {
    /// Takes bytes up to the end of the head. Returns how many, and whether that completes it.
    pub(super) fn take(&mut self, bytes: &[u8]) -> (usize, bool) {
        let before = self.bytes.len();
        let known = before.saturating_sub(END.len() - 1);
        self.bytes.extend_from_slice(bytes);
        let rest = self.bytes.get(known..).unwrap_or_default();
        let Some(end) = parse::after_fields(rest) else {
            return (bytes.len(), false);
        };
        let end = known + end;
        self.bytes.truncate(end);
        (end - before, true)
    }

    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// What a complete head of a server's response says.
#[derive(Debug)]
pub(super) enum Said {
    /// Nothing yet: it is an interim response.
    Interim,
    /// It accepts; this is sent of it.
    Accepts(Vec<u8>),
    /// It refuses, and so many bytes of content follow; `None` if its end is not known.
    Refuses(Option<usize>),
}

/// Reads the head of a response of this end.
///
/// # Errors
/// It is no response.
pub(super) fn read_response(
    draft: &dyn Draft,
    info: &HandshakesInfo,
    head: &[u8],
) -> Result<Said, HeadError> {
    parse::with_response(head, &[], &HeadLimits::MOST, |response| {
        if draft.info().accepts(response) {
            return Said::Accepts(sent_response(info, head, &response.fields));
        }
        if is_interim(response.status) {
            return Said::Interim;
        }
        let length = response.fields.get("content-length");
        let length = length.and_then(|field| field.text()?.parse().ok());
        let coded = response.fields.get("transfer-encoding").is_some();
        Said::Refuses(length.filter(|_| !coded))
    })
}
