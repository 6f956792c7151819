//! Counts of what a record contains beside the analysed connections.

use std::collections::BTreeMap;

use crate::analyser::Protocol;

/// Counts of what an analysis skipped, or analysed only in part.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Connections with HTTP without an opening handshake.
    pub http: u64,
    /// Connections with HTTP/2.
    pub http2: u64,
    /// Connections with TLS.
    pub tls: u64,
    /// Connections with none of these protocols, or with too few bytes to recognise one.
    pub unknown: u64,
    /// Fragments of IP packets. The analysis does not reassemble them.
    pub fragments: u64,
    /// Packets with a link type that the analysis does not support, by link type.
    pub unread: BTreeMap<u32, u64>,
    /// Packets of which only the start was captured.
    pub shortened: u64,
    /// Entries of HTTP archives that could not be read.
    pub odd: u64,
    /// Connections whose analysis stopped early for lack of memory.
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
