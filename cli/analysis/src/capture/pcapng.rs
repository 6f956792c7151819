//! pcapng: blocks, of which some describe interfaces and some hold packets.

use std::time::Duration;

use super::packet::{ByteOrder, LARGEST, Packet};
use crate::{bytes::Source, error::Error};

const SECTION: u32 = 0x0a0d_0d0a;
const INTERFACE: u32 = 1;
const OLD_PACKET: u32 = 2;
const SIMPLE_PACKET: u32 = 3;
const ENHANCED_PACKET: u32 = 6;
const BYTE_ORDER: u32 = 0x1a2b_3c4d;

/// Bytes of a block beside its body: its type, and its length twice.
const FRAME: usize = 12;
/// Bytes in front of its body.
const HEAD: usize = 8;
/// Interfaces of a section that are kept: a file can go on for ever.
const INTERFACES: usize = 1 << 16;

/// Whether a file of blocks starts here.
pub(super) fn is_start(bytes: &[u8]) -> bool {
    ByteOrder::Little.u32(bytes, 0) == SECTION && order(bytes).is_some()
}

/// The order that a section is written in.
fn order(bytes: &[u8]) -> Option<ByteOrder> {
    let mut orders = ByteOrder::ALL.into_iter();
    orders.find(|order| order.u32(bytes, 8) == BYTE_ORDER)
}

/// An interface that packets were captured at.
#[derive(Clone, Copy, Debug)]
struct Interface {
    link: u32,
    /// Bytes that are captured of a packet at most; 0 for all.
    longest: u32,
    /// How many units of time a second has.
    resolution: u64,
}

impl Interface {
    /// Reads the body of the block that describes it.
    fn read(order: ByteOrder, body: &[u8]) -> Self {
        Self {
            link: u32::from(order.u16(body, 0)),
            longest: order.u32(body, 4),
            resolution: resolution(order, body.get(8..).unwrap_or_default()),
        }
    }

    /// The time that so many units are.
    fn time(&self, units: u64) -> Duration {
        let rest =
            u128::from(units % self.resolution) * 1_000_000_000 / u128::from(self.resolution);
        Duration::from_secs(units / self.resolution) + Duration::from_nanos(rest as u64)
    }
}

/// How many units of time a second has, by the options of an interface: a million, where they do
/// not say it.
fn resolution(order: ByteOrder, mut options: &[u8]) -> u64 {
    const RESOLUTION: u16 = 9;

    while options.len() >= 4 {
        let (code, length) = (order.u16(options, 0), usize::from(order.u16(options, 2)));
        if code == RESOLUTION && length == 1 {
            let value = options.get(4).copied().unwrap_or_default();
            let (base, exponent) = if value & 0x80 == 0 {
                (10, value)
            } else {
                (2, value & 0x7f)
            };
            return u64::checked_pow(base, u32::from(exponent)).unwrap_or(u64::MAX);
        }
        options = options
            .get(4 + length.next_multiple_of(4)..)
            .unwrap_or_default();
    }
    1_000_000
}

/// What a block with a packet says of it.
#[derive(Clone, Copy, Debug)]
struct Entry {
    /// The number of the interface in its section.
    interface: usize,
    captured: usize,
    length: usize,
    /// When it passed, in units of the interface.
    units: Option<u64>,
    /// Where its bytes start in the body.
    start: usize,
}

impl Entry {
    /// Reads the body of a block; `None` where the block holds no packet.
    fn read(order: ByteOrder, kind: u32, body: &[u8]) -> Option<Self> {
        let (interface, is_simple) = match kind {
            ENHANCED_PACKET => (order.u32(body, 0) as usize, false),
            OLD_PACKET => (usize::from(order.u16(body, 0)), false),
            SIMPLE_PACKET => (0, true),
            _ => return None,
        };
        if is_simple {
            let length = order.u32(body, 0) as usize;
            return Some(Self {
                interface,
                captured: length,
                length,
                units: None,
                start: 4,
            });
        }
        let (high, low) = (order.u32(body, 4), order.u32(body, 8));
        Some(Self {
            interface,
            captured: order.u32(body, 12) as usize,
            length: order.u32(body, 16) as usize,
            units: Some(u64::from(high) << 32 | u64::from(low)),
            start: 20,
        })
    }
}

/// Reads packets.
#[derive(Debug)]
pub(super) struct Reader {
    order: ByteOrder,
    interfaces: Vec<Interface>,
    /// Packets so far.
    number: u64,
    /// Bytes of the source that are done with at the next call.
    done: usize,
    /// Whether the file ends within a block.
    cut: bool,
}

impl Reader {
    /// Reads a file from its start.
    pub(super) const fn new() -> Self {
        Self {
            order: ByteOrder::Little,
            interfaces: Vec::new(),
            number: 0,
            done: 0,
            cut: false,
        }
    }

    /// Whether the file ends within a block.
    pub(super) const fn is_cut(&self) -> bool {
        self.cut
    }

    /// The next packet.
    pub(super) fn next<'s>(&mut self, source: &'s mut Source) -> Result<Option<Packet<'s>>, Error> {
        loop {
            source.consume(core::mem::take(&mut self.done));
            let Some((kind, length)) = self.block(source)? else {
                return Ok(None);
            };
            let body = HEAD..length - (FRAME - HEAD);
            let Some(bytes) = source.peek(length)?.get(body.clone()) else {
                self.cut = true;
                return Ok(None);
            };
            self.done = length;
            if kind == INTERFACE && self.interfaces.len() < INTERFACES {
                self.interfaces.push(Interface::read(self.order, bytes));
            }
            if let Some(entry) = Entry::read(self.order, kind, bytes) {
                self.number += 1;
                let Some(interface) = self.interfaces.get(entry.interface) else {
                    return Err(damaged(source, self.number));
                };
                let bytes = source.peek(length)?.get(body).unwrap_or_default();
                return Ok(Some(packet(self.number, interface, entry, bytes)));
            }
        }
    }

    /// The type and the length of the next block.
    fn block(&mut self, source: &mut Source) -> Result<Option<(u32, usize)>, Error> {
        let start = source.peek(FRAME)?;
        if start.len() < FRAME {
            self.cut |= !start.is_empty();
            return Ok(None);
        }
        // The name of this block reads the same in both orders.
        let is_section = ByteOrder::Little.u32(start, 0) == SECTION;
        let order = if is_section {
            self.interfaces.clear();
            order(start)
        } else {
            Some(self.order)
        };
        let length = order.map(|order| (order.u32(start, 0), order.u32(start, 4) as usize));
        let (Some(order), Some((kind, length))) = (order, length) else {
            return Err(damaged(source, self.number));
        };
        self.order = order;
        if !(FRAME..=LARGEST).contains(&length) || length % 4 != 0 {
            return Err(damaged(source, self.number));
        }
        Ok(Some((kind, length)))
    }
}

/// The packet of a block with this body.
fn packet<'b>(number: u64, interface: &Interface, entry: Entry, body: &'b [u8]) -> Packet<'b> {
    let mut captured = entry.captured;
    if entry.units.is_none() && interface.longest > 0 {
        captured = captured.min(interface.longest as usize);
    }
    let rest = body.get(entry.start..).unwrap_or_default();
    Packet {
        number,
        link: interface.link,
        bytes: &rest[..captured.min(rest.len())],
        length: entry.length,
        time: entry.units.map(|units| interface.time(units)),
    }
}

fn damaged(source: &Source, packets: u64) -> Error {
    Error::invalid(format!(
        "{}: after {packets} packets comes no block: the file is damaged",
        source.name()
    ))
}
