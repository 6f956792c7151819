//! From the first header of a packet to the payload of a TCP segment.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::packet::Packet;

/// A TCP segment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Segment<'a> {
    pub(crate) from: SocketAddr,
    pub(crate) to: SocketAddr,
    pub(crate) sequence: u32,
    pub(crate) acknowledged: Option<u32>,
    pub(crate) opens: bool,
    pub(crate) finishes: bool,
    pub(crate) resets: bool,
    /// What was captured of its payload.
    pub(crate) payload: &'a [u8],
    /// Bytes of its payload that were not captured.
    pub(crate) missing: usize,
}

/// What a packet is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Found<'a> {
    /// A TCP segment.
    Segment(Segment<'a>),
    /// A fragment of an IP packet.
    Fragment,
    /// A packet whose first header is not read here.
    Unread,
    /// Something else.
    Other,
}

/// Finds the TCP segment of a packet.
pub(crate) fn find<'a>(packet: &Packet<'a>) -> Found<'a> {
    match network(packet) {
        Ok(bytes) => bytes.and_then(ip).unwrap_or(Found::Other),
        Err(Unread) => Found::Unread,
    }
}

/// A header that is not read here.
struct Unread;

/// What the tcpdump project calls a link type.
pub const fn name(link: u32) -> Option<&'static str> {
    Some(match link {
        3 => "AX.25",
        6 => "IEEE 802.5",
        8 => "SLIP",
        9 => "PPP",
        10 => "FDDI",
        50 => "PPP in HDLC-like framing",
        51 => "PPPoE",
        104 => "Cisco HDLC",
        105 => "IEEE 802.11",
        107 => "Frame Relay",
        117 => "OpenBSD pflog",
        119 => "IEEE 802.11 with Prism header",
        127 => "IEEE 802.11 with radiotap header",
        147..=162 => "user-defined",
        187 | 201 => "Bluetooth HCI",
        189 | 220 => "USB of Linux",
        192 => "PPI",
        195 => "IEEE 802.15.4",
        227 => "CAN of Linux",
        239 => "NFLOG of Linux",
        249 => "USB of Windows",
        253 => "netlink of Linux",
        _ => return None,
    })
}

/// The IP packet in a packet of this link type, as the tcpdump project numbers them.
fn network<'a>(packet: &Packet<'a>) -> Result<Option<&'a [u8]>, Unread> {
    let bytes = packet.bytes;
    Ok(match packet.link {
        // BSD loopback: the address family in one order or the other.
        0 | 108 => bytes.get(4..),
        1 => bytes.get(12..).and_then(ethernet),
        12 | 14 | 101 | 228 | 229 => Some(bytes),
        // Linux "cooked", versions 1 and 2.
        113 => bytes.get(14..).and_then(ethernet),
        276 => match bytes {
            [0x08, 0x00, ..] | [0x86, 0xdd, ..] => bytes.get(20..),
            _ => None,
        },
        _ => return Err(Unread),
    })
}

/// What follows a type field, behind any number of VLAN tags.
fn ethernet(mut bytes: &[u8]) -> Option<&[u8]> {
    loop {
        match bytes {
            [0x08, 0x00, rest @ ..] | [0x86, 0xdd, rest @ ..] => return Some(rest),
            [0x81, 0x00, _, _, rest @ ..]
            | [0x88, 0xa8, _, _, rest @ ..]
            | [0x91, 0x00, _, _, rest @ ..] => bytes = rest,
            _ => return None,
        }
    }
}

const TCP: u8 = 6;

fn ip(bytes: &[u8]) -> Option<Found<'_>> {
    match bytes.first()? >> 4 {
        4 => ip4(bytes),
        6 => ip6(bytes),
        _ => None,
    }
}

fn ip4(bytes: &[u8]) -> Option<Found<'_>> {
    let head = bytes.first_chunk::<20>()?;
    if head[9] != TCP {
        return None;
    }
    let fragment = u16::from_be_bytes([head[6], head[7]]);
    if fragment & 0x3fff != 0 {
        return Some(Found::Fragment);
    }
    let size = usize::from(head[0] & 15) * 4;
    let total = usize::from(u16::from_be_bytes([head[2], head[3]]));
    let address = |at: usize| -> Option<IpAddr> {
        let octets: [u8; 4] = *head.get(at..)?.first_chunk()?;
        Some(Ipv4Addr::from(octets).into())
    };
    // An offloading network card leaves the length to be filled in later.
    let length = if total == 0 { bytes.len() } else { total };
    tcp(
        bytes.get(size..)?,
        length.checked_sub(size)?,
        address(12)?,
        address(16)?,
    )
}

fn ip6(bytes: &[u8]) -> Option<Found<'_>> {
    let head = bytes.first_chunk::<40>()?;
    let mut next = head[6];
    let mut at = 40;
    let total = usize::from(u16::from_be_bytes([head[4], head[5]]));
    let length = if total == 0 { bytes.len() } else { total + 40 };
    loop {
        let rest = bytes.get(at..)?;
        match next {
            TCP => break,
            // Hop-by-hop options, routing, destination options.
            0 | 43 | 60 => {
                next = *rest.first()?;
                at += (usize::from(*rest.get(1)?) + 1) * 8;
            }
            44 => return Some(Found::Fragment),
            _ => return None,
        }
    }
    let address = |at: usize| -> Option<IpAddr> {
        let octets: [u8; 16] = *head.get(at..)?.first_chunk()?;
        Some(Ipv6Addr::from(octets).into())
    };
    tcp(
        bytes.get(at..)?,
        length.checked_sub(at)?,
        address(8)?,
        address(24)?,
    )
}

/// Reads a segment of which `length` bytes were sent.
fn tcp(bytes: &[u8], length: usize, from: IpAddr, to: IpAddr) -> Option<Found<'_>> {
    let head = bytes.first_chunk::<20>()?;
    let size = usize::from(head[12] >> 4) * 4;
    let sent = length.checked_sub(size)?;
    // Short frames are padded.
    let rest = bytes.get(size..).unwrap_or_default();
    let payload = &rest[..rest.len().min(sent)];
    let number =
        |at: usize| -> Option<u32> { Some(u32::from_be_bytes(*head.get(at..)?.first_chunk()?)) };
    let port =
        |at: usize| -> Option<u16> { Some(u16::from_be_bytes(*head.get(at..)?.first_chunk()?)) };
    let flags = head[13];
    Some(Found::Segment(Segment {
        from: SocketAddr::new(from, port(0)?),
        to: SocketAddr::new(to, port(2)?),
        sequence: number(4)?,
        acknowledged: if flags & 16 == 0 { None } else { number(8) },
        opens: flags & 2 != 0,
        finishes: flags & 1 != 0,
        resets: flags & 4 != 0,
        payload,
        missing: sent - payload.len(),
    }))
}
