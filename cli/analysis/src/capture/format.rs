//! Which format a record has.

use super::{pcap, pcapng};
use crate::bytes::{is_hex, text_start};

/// The format of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A pcap capture, as tcpdump writes it.
    Pcap,
    /// A pcapng capture, as Wireshark writes it.
    Pcapng,
    /// An HTTP archive, as browsers write it.
    Har,
    /// The bytes of one direction.
    Raw,
    /// Bytes in hex, of one direction or of both.
    Hex,
}

impl Format {
    /// Detects the format from the first bytes of a record. 4 KiB are enough.
    ///
    /// # Errors
    /// Returns an error text if the record is compressed.
    pub fn detect(start: &[u8]) -> Result<Self, &'static str> {
        if pcap::Header::read(start).is_some() {
            return Ok(Self::Pcap);
        }
        if pcapng::is_start(start) {
            return Ok(Self::Pcapng);
        }
        if start.starts_with(&[0x1f, 0x8b]) || start.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
            return Err("it is compressed; decompress it first");
        }
        let start = start.get(text_start(start)..).unwrap_or_default();
        if let Some(b'{') = start.trim_ascii_start().first() {
            return Ok(Self::Har);
        }
        Ok(if is_hex(start) { Self::Hex } else { Self::Raw })
    }
}
