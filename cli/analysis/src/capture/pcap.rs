//! pcap: a header, then each packet with a header of 16 bytes.

use std::time::Duration;

use super::{
    Source, Tally,
    packets::{LARGEST, Order, Packet, Take},
};
use crate::Error;

/// The header of a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Header {
    order: Order,
    link: u32,
    /// Nanoseconds in the smaller unit of times.
    unit: u32,
}

impl Header {
    /// Bytes of it.
    pub(super) const SIZE: usize = 24;
    /// Its first four bytes, with time stamps in microseconds and in nanoseconds.
    const MAGIC: [(u32, u32); 2] = [(0xa1b2_c3d4, 1_000), (0xa1b2_3c4d, 1)];

    /// Reads it; `None` where this is no such file.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let bytes = bytes.get(..Self::SIZE)?;
        let (order, unit) = [Order::Little, Order::Big].into_iter().find_map(|order| {
            let magic = order.u32(bytes, 0);
            let (_, unit) = Self::MAGIC.into_iter().find(|known| known.0 == magic)?;
            Some((order, unit))
        })?;
        Some(Self {
            order,
            unit,
            // The upper bits tell of a checksum at the end of each packet.
            link: order.u32(bytes, 20) & 0xffff,
        })
    }
}

/// Reads all packets.
pub(super) fn read(
    source: &mut Source,
    header: Header,
    tally: &mut Tally,
    take: &mut Take<'_>,
) -> Result<(), Error> {
    const SIZE: usize = 16;
    source.consume(Header::SIZE);
    let mut number = 0;
    loop {
        let bytes = source.peek(SIZE)?;
        if bytes.len() < SIZE {
            tally.cut |= !bytes.is_empty();
            return Ok(());
        }
        let length = header.order.u32(bytes, 8) as usize;
        let sent = header.order.u32(bytes, 12) as usize;
        let seconds = u64::from(header.order.u32(bytes, 0));
        let rest = u64::from(header.order.u32(bytes, 4)) * u64::from(header.unit);
        number += 1;
        if length > LARGEST {
            return Err(Error::invalid(format!(
                "{}: packet {number} has {length} bytes: the file is damaged",
                source.name()
            )));
        }
        let bytes = source.peek(SIZE + length)?;
        let Some(bytes) = bytes.get(SIZE..SIZE + length) else {
            tally.cut = true;
            return Ok(());
        };
        let packet = Packet {
            number,
            link: header.link,
            bytes,
            length: sent,
            time: Some(Duration::from_secs(seconds) + Duration::from_nanos(rest)),
        };
        take(&packet, tally)?;
        source.consume(SIZE + length);
    }
}
