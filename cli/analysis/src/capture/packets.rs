//! Packets of a file of either format, one after the other.

use super::{packet::Packet, pcap, pcapng};
use crate::{bytes::Source, error::Error};

/// Reads the packets of a capture.
#[derive(Debug)]
pub struct Packets<'s> {
    source: &'s mut Source,
    format: Format,
}

#[derive(Debug)]
enum Format {
    Pcap(pcap::Reader),
    Pcapng(pcapng::Reader),
}

impl<'s> Packets<'s> {
    /// Reads pcap where the source begins so, and pcapng otherwise.
    ///
    /// # Errors
    /// Reading fails.
    pub fn new(source: &'s mut Source) -> Result<Self, Error> {
        let start = source.peek(pcap::Header::SIZE)?;
        let format = match pcap::Header::read(start) {
            Some(header) => Format::Pcap(pcap::Reader::new(header)),
            None => Format::Pcapng(pcapng::Reader::new()),
        };
        Ok(Self { source, format })
    }

    /// The next packet; `None` at the end.
    ///
    /// # Errors
    /// Reading fails, or the file is damaged.
    #[expect(
        clippy::should_implement_trait,
        reason = "each packet borrows the reader, which no iterator allows"
    )]
    pub fn next(&mut self) -> Result<Option<Packet<'_>>, Error> {
        match &mut self.format {
            Format::Pcap(reader) => reader.next(self.source),
            Format::Pcapng(reader) => reader.next(self.source),
        }
    }

    /// Whether the file ends within a packet, once [`next`](Self::next) gave the last one.
    #[must_use]
    pub const fn is_cut(&self) -> bool {
        match &self.format {
            Format::Pcap(reader) => reader.is_cut(),
            Format::Pcapng(reader) => reader.is_cut(),
        }
    }
}
