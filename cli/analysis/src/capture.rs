//! Readers for the formats of records, independent of the contents of the connections.

mod curl;
mod devtools;
mod followed;
mod format;
pub(crate) mod har;
mod link;
mod mitmproxy;
mod packet;
mod packets;
mod pcap;
mod pcapng;
mod text;
mod transcript;
mod writer;

pub use self::{
    format::Format,
    link::name as link_name,
    packet::Packet,
    packets::Packets,
    text::{Piece, from_hex},
    writer::{LARGEST, Writer},
};
pub(crate) use self::{
    format::transcripts,
    link::{Found, Segment, find},
    transcript::{Piece as Sent, Transcript, What},
};
