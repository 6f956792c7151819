//! The latest bytes of a direction as they were on the wire, and the packets they came in.

use std::{collections::VecDeque, ops::Range};

/// Where bytes of one direction came from.
#[derive(Debug, Default)]
pub(crate) struct Trace {
    /// The latest bytes, the newest piece whole.
    window: Vec<u8>,
    /// Offset of the window's first byte in the direction.
    start: u64,
    /// Offsets at which packets start, and their numbers.
    packets: VecDeque<(u64, u64)>,
    /// Offset from which on packets may still be asked for, although their bytes are not kept.
    asked: Option<u64>,
}

impl Trace {
    /// Bytes that are kept besides the newest piece.
    const KEEP: usize = 512;
    /// Packets whose bytes are not kept, at most.
    const PACKETS: usize = 1024;
    /// Bytes that an excerpt shows before the marked ones, at most.
    const BEFORE: usize = 16;
    /// Bytes that an excerpt shows in all, at most.
    const SHOWN: usize = 48;

    /// Bytes of the direction so far.
    pub(crate) fn end(&self) -> u64 {
        self.start + self.window.len() as u64
    }

    /// Takes the next piece.
    pub(crate) fn push(&mut self, bytes: &[u8], packet: Option<u64>) {
        self.trim();
        if let Some(packet) = packet {
            let first = self.asked.map_or(self.start, |asked| asked.min(self.start));
            while self.packets.get(1).is_some_and(|next| next.0 <= first) {
                self.packets.pop_front();
            }
            // The first one is asked for most likely.
            while self.packets.len() > Self::PACKETS {
                self.packets.remove(1);
            }
            if self.packets.back().is_none_or(|last| last.1 != packet) {
                self.packets.push_back((self.end(), packet));
            }
        }
        self.window.extend_from_slice(bytes);
    }

    /// Keeps the numbers of packets from this offset on.
    pub(crate) const fn ask_from(&mut self, offset: Option<u64>) {
        self.asked = offset;
    }

    /// Forgets what the next piece leaves no room for.
    pub(crate) fn trim(&mut self) {
        let surplus = self.window.len().saturating_sub(Self::KEEP);
        self.window.drain(..surplus);
        self.start += surplus as u64;
        if self.window.capacity() > 16 * Self::KEEP {
            self.window.shrink_to(2 * Self::KEEP);
        }
    }

    /// Bytes that it takes.
    pub(crate) fn held(&self) -> usize {
        self.window.capacity() + self.packets.capacity() * size_of::<(u64, u64)>()
    }

    /// Passes over bytes that were not recorded.
    pub(crate) fn skip(&mut self, length: u64) {
        self.start = self.end() + length;
        self.window.clear();
    }

    /// Number of the packet that brought the byte at this offset.
    pub(crate) fn packet(&self, offset: u64) -> Option<u64> {
        let before = self.packets.iter().rev().find(|packet| packet.0 <= offset);
        before
            .or_else(|| self.packets.front())
            .map(|packet| packet.1)
    }

    /// The bytes around a marked place, as far as they are kept.
    pub(crate) fn excerpt(&self, offset: u64, length: usize) -> Option<Excerpt> {
        let at = usize::try_from(offset.checked_sub(self.start)?).ok()?;
        Excerpt::of(&self.window, self.start, at, length)
    }
}

/// An excerpt of the bytes on the wire.
#[derive(Debug)]
pub struct Excerpt {
    /// The offset of the first byte in its direction.
    pub offset: u64,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// The range of the bytes that a finding concerns.
    pub marked: Range<usize>,
}

impl Excerpt {
    /// The part of `bytes`, which start at `start`, around the `length` marked ones at `at`.
    pub(crate) fn of(bytes: &[u8], start: u64, at: usize, length: usize) -> Option<Self> {
        if at >= bytes.len() {
            return None;
        }
        let first = at.saturating_sub(Trace::BEFORE) & !15;
        let shown = bytes.get(first..bytes.len().min(first + Trace::SHOWN))?;
        let marked = (at - first)..(at - first + length.max(1)).min(shown.len());
        Some(Self {
            offset: start + first as u64,
            bytes: shown.into(),
            marked,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Trace;

    #[test]
    fn bytes_and_packets_are_found_again() {
        let mut trace = Trace::default();
        for packet in 1..=100 {
            trace.push(&[packet as u8; 100], Some(packet));
        }
        assert_eq!(trace.end(), 10_000);
        assert_eq!(trace.packet(9_999), Some(100));
        assert_eq!(trace.packet(9_899), Some(99));
        let excerpt = trace.excerpt(9_899, 2).unwrap();
        assert_eq!(&excerpt.bytes[excerpt.marked], [99, 100]);
        assert!(trace.excerpt(0, 1).is_none(), "it is long gone");
        trace.skip(50);
        assert_eq!(trace.end(), 10_050);
        trace.ask_from(Some(10_050));
        for packet in 101..=2_000 {
            trace.push(&[0; 100], Some(packet));
        }
        assert_eq!(trace.packet(10_050), Some(101));
        assert!(trace.packets.len() <= Trace::PACKETS + 1);
    }
}
