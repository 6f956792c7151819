//! pcapng: blocks, of which some describe interfaces and some hold packets.

use std::time::Duration;

use super::{
    Source, Tally,
    packets::{LARGEST, Order, Packet, Take},
};
use crate::Error;

const SECTION: u32 = 0x0a0d_0d0a;
const INTERFACE: u32 = 1;
const OLD_PACKET: u32 = 2;
const SIMPLE_PACKET: u32 = 3;
const ENHANCED_PACKET: u32 = 6;
const BYTE_ORDER: u32 = 0x1a2b_3c4d;

/// Whether a file of blocks starts here.
pub(super) fn is_start(bytes: &[u8]) -> bool {
    Order::Little.u32(bytes, 0) == SECTION && order(bytes).is_some()
}

/// The order that a section is written in.
fn order(bytes: &[u8]) -> Option<Order> {
    [Order::Little, Order::Big]
        .into_iter()
        .find(|order| order.u32(bytes, 8) == BYTE_ORDER)
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

/// How many units of time a second has, by the options of an interface: a million, where they do
/// not say it.
fn resolution(order: Order, mut options: &[u8]) -> u64 {
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

impl Interface {
    /// The time that so many units are.
    fn time(&self, units: u64) -> Duration {
        let rest =
            u128::from(units % self.resolution) * 1_000_000_000 / u128::from(self.resolution);
        Duration::from_secs(units / self.resolution) + Duration::from_nanos(rest as u64)
    }
}

/// Reads all packets.
pub(super) fn read(
    source: &mut Source,
    tally: &mut Tally,
    take: &mut Take<'_>,
) -> Result<(), Error> {
    let mut current = Order::Little;
    let mut interfaces: Vec<Interface> = Vec::new();
    let mut number = 0;
    loop {
        let start = source.peek(12)?;
        if start.len() < 12 {
            tally.cut |= !start.is_empty();
            return Ok(());
        }
        // The name of this block reads the same in both orders.
        let is_section = Order::Little.u32(start, 0) == SECTION;
        if is_section {
            current = order(start).ok_or_else(|| damaged(source, number))?;
            interfaces.clear();
        }
        let start = source.peek(12)?;
        let kind = current.u32(start, 0);
        let length = current.u32(start, 4) as usize;
        if !(12..=LARGEST).contains(&length) || length % 4 != 0 {
            return Err(damaged(source, number));
        }
        let block = source.peek(length)?;
        let Some(body) = block.get(8..length - 4) else {
            tally.cut = true;
            return Ok(());
        };
        let (interface, captured, sent, at) = match kind {
            INTERFACE => {
                // A file can go on for ever; what is kept of it cannot.
                if interfaces.len() < 1 << 16 {
                    interfaces.push(Interface {
                        link: u32::from(current.u16(body, 0)),
                        longest: current.u32(body, 4),
                        resolution: resolution(current, body.get(8..).unwrap_or_default()),
                    });
                }
                source.consume(length);
                continue;
            }
            ENHANCED_PACKET => (
                current.u32(body, 0),
                current.u32(body, 12),
                current.u32(body, 16),
                20,
            ),
            OLD_PACKET => (
                u32::from(current.u16(body, 0)),
                current.u32(body, 12),
                current.u32(body, 16),
                20,
            ),
            SIMPLE_PACKET => (0, current.u32(body, 0), current.u32(body, 0), 4),
            _ => {
                source.consume(length);
                continue;
            }
        };
        number += 1;
        let Some(interface) = interfaces.get(interface as usize) else {
            return Err(damaged(source, number));
        };
        let mut captured = captured as usize;
        if kind == SIMPLE_PACKET && interface.longest > 0 {
            captured = captured.min(interface.longest as usize);
        }
        let rest = body.get(at..).unwrap_or_default();
        let packet = Packet {
            number,
            link: interface.link,
            bytes: &rest[..captured.min(rest.len())],
            length: sent as usize,
            time: (kind != SIMPLE_PACKET).then(|| {
                let (high, low) = (current.u32(body, 4), current.u32(body, 8));
                interface.time(u64::from(high) << 32 | u64::from(low))
            }),
        };
        take(&packet, tally)?;
        source.consume(length);
    }
}

fn damaged(source: &Source, packets: u64) -> Error {
    Error::invalid(format!(
        "{}: after {packets} packets comes no block: the file is damaged",
        source.name()
    ))
}
