//! Captures: what was recorded, turned into the bytes of connections.

use std::collections::BTreeMap;

use super::{
    analyser::{Analyser, Nature},
    settings::Settings,
};
use crate::Error;

mod har;
mod link;
mod packets;
mod pcap;
mod pcapng;
mod raw;
mod source;
mod tcp;

pub use self::{
    link::name as link_name,
    raw::{Piece, Recorded, from_hex, sender},
    source::Source,
};
pub use super::report::Sink;

/// What some editors write in front of a text, and is no part of it: U+FEFF in UTF-8.
pub const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// What a file can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Packets, as tcpdump writes them.
    Pcap,
    /// Packets, as Wireshark writes them.
    Pcapng,
    /// An HTTP archive, as browsers write it.
    Har,
    /// Bytes of one direction.
    Raw,
    /// Bytes in hex, of one direction or of both.
    Hex,
}

/// Connections that were found, by what they are.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// HTTP without an opening handshake.
    pub http: u64,
    /// HTTP/2.
    pub http2: u64,
    /// TLS.
    pub tls: u64,
    /// Neither, or not enough of them.
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
    const fn count(&mut self, nature: Nature) {
        match nature {
            Nature::Http => self.http += 1,
            Nature::Http2 => self.http2 += 1,
            Nature::Tls => self.tls += 1,
            Nature::Unknown => self.unknown += 1,
            Nature::WebSocket => {}
        }
    }
}

/// Tells what a file is by how it begins.
pub fn detect(start: &[u8]) -> Result<Format, &'static str> {
    if pcap::Header::read(start).is_some() {
        return Ok(Format::Pcap);
    }
    if pcapng::is_start(start) {
        return Ok(Format::Pcapng);
    }
    if start.starts_with(&[0x1f, 0x8b]) || start.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
        return Err("it is compressed; decompress it first");
    }
    let start = start.get(text_start(start)..).unwrap_or_default();
    if let Some(b'{') = start.trim_ascii_start().first() {
        return Ok(Format::Har);
    }
    Ok(if raw::is_hex(start) {
        Format::Hex
    } else {
        Format::Raw
    })
}

/// Where a text begins: after a byte order mark, where one is in front of what is taken for text.
pub fn text_start(start: &[u8]) -> usize {
    let text = start.strip_prefix(BYTE_ORDER_MARK);
    let is_text = text.is_some_and(|text| {
        text.trim_ascii_start().starts_with(b"{") || raw::is_hex(text) || sender(text).is_some()
    });
    if is_text { BYTE_ORDER_MARK.len() } else { 0 }
}

/// Lints the packets of a file.
pub fn lint_packets(
    source: &mut Source,
    settings: &Settings<'_>,
    tally: &mut Tally,
    sink: &mut Sink<'_>,
) -> Result<(), Error> {
    let mut flows = tcp::Flows::new(settings, source.name().into());
    packets::read(source, tally, &mut |packet, tally| {
        flows.packet(packet, tally, sink)
    })?;
    flows.finish(tally, sink)
}

/// Lints the connections of an HTTP archive.
pub fn lint_har(
    source: &mut Source,
    settings: &Settings<'_>,
    tally: &mut Tally,
    sink: &mut Sink<'_>,
) -> Result<(), Error> {
    har::lint(source, settings, tally, sink)
}

/// Lints the bytes of one connection.
pub fn lint_recorded(
    recorded: Recorded,
    settings: &Settings<'_>,
    tally: &mut Tally,
    sink: &mut Sink<'_>,
) -> Result<(), Error> {
    let mut analyser = Analyser::new(settings, recorded.name().into(), Default::default(), true);
    raw::lint(recorded, &mut analyser, settings, sink)?;
    tally.count(analyser.nature());
    Ok(())
}
