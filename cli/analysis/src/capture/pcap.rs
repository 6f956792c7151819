//! pcap: a header, then each packet with a header of 16 bytes.

use std::time::Duration;

use super::packet::{ByteOrder, LARGEST, Packet};
use crate::{bytes::Source, error::Error};

/// The header of a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Header {
    order: ByteOrder,
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
        let (order, unit) = ByteOrder::ALL.into_iter().find_map(|order| {
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

/// Reads packets.
#[derive(Debug)]
pub(super) struct Reader {
    header: Header,
    /// Packets so far.
    number: u64,
    /// Bytes of the source that are done with at the next call.
    done: usize,
    /// Whether the file ends within a packet.
    cut: bool,
}

impl Reader {
    /// Bytes of the header of a packet.
    const SIZE: usize = 16;

    /// Reads the packets after this header.
    pub(super) const fn new(header: Header) -> Self {
        Self {
            header,
            number: 0,
            done: Header::SIZE,
            cut: false,
        }
    }

    /// Whether the file ends within a packet.
    pub(super) const fn is_cut(&self) -> bool {
        self.cut
    }

    /// The next packet.
    pub(super) fn next<'s>(&mut self, source: &'s mut Source) -> Result<Option<Packet<'s>>, Error> {
        source.consume(core::mem::take(&mut self.done));
        let bytes = source.peek(Self::SIZE)?;
        if bytes.len() < Self::SIZE {
            self.cut |= !bytes.is_empty();
            return Ok(None);
        }
        let Header { order, link, unit } = self.header;
        let seconds = u64::from(order.u32(bytes, 0));
        let rest = u64::from(order.u32(bytes, 4)) * u64::from(unit);
        let captured = order.u32(bytes, 8) as usize;
        let length = order.u32(bytes, 12) as usize;
        self.number += 1;
        let number = self.number;
        if captured > LARGEST {
            return Err(Error::invalid(format!(
                "{}: packet {number} has {captured} bytes: the file is damaged",
                source.name()
            )));
        }
        let size = Self::SIZE + captured;
        let Some(bytes) = source.peek(size)?.get(Self::SIZE..size) else {
            self.cut = true;
            return Ok(None);
        };
        self.done = size;
        Ok(Some(Packet {
            number,
            link,
            bytes,
            length,
            time: Some(Duration::from_secs(seconds) + Duration::from_nanos(rest)),
        }))
    }
}
