//! Readers for the formats of records, independent of the contents of the connections.

mod format;
pub(crate) mod har;
mod link;
mod packet;
mod packets;
mod pcap;
mod pcapng;
mod text;
mod writer;

pub(crate) use self::link::{Found, Segment, find};
pub use self::{
    format::Format,
    link::name as link_name,
    packet::Packet,
    packets::Packets,
    text::{Piece, from_hex},
    writer::{LARGEST, Writer},
};
