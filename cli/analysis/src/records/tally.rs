//! What a record held beside connections that were analysed.

use std::collections::BTreeMap;

use crate::analyser::Protocol;

/// Counts of what was found in records and not analysed, or only in part.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Connections with HTTP without an opening handshake.
    pub http: u64,
    /// Connections with HTTP/2.
    pub http2: u64,
    /// Connections with TLS.
    pub tls: u64,
    /// Connections with neither, or not enough of them.
    pub unknown: u64,
    /// Fragments of IP packets, which are not put together.
    pub fragments: u64,
    /// Packets that begin with a header which is not read, by its link type.
    pub unread: BTreeMap<u32, u64>,
    /// Packets of which only the start was captured.
    pub shortened: u64,
    /// Entries of HTTP archives that cannot be read.
    pub odd: u64,
    /// Connections that were not followed to their end, for lack of memory.
    pub given_up: u64,
    /// Whether the file ends within a packet.
    pub cut: bool,
}

impl Tally {
    /// Counts a connection that has come to its end.
    pub(super) const fn count(&mut self, nature: Protocol) {
        match nature {
            Protocol::Http => self.http += 1,
            Protocol::Http2 => self.http2 += 1,
            Protocol::Tls => self.tls += 1,
            Protocol::Unknown => self.unknown += 1,
            Protocol::WebSocket => {}
        }
    }
}
