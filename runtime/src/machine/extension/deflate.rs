//! DEFLATE compression (RFC 1951) in chunks: compressors with a bounded window, and inflaters that
//! stop at a limit.
//!
//! States are created on first use. Without context takeover, a state comes from a small store of
//! the thread before each message and returns to it after the message, so that connections share it.

use alloc::vec::Vec;
use core::{cell::RefCell, fmt};

mod lenient;
mod store;

pub(crate) use self::lenient::Held;
use self::store::{Store, put, take};

use zlib_rs::{Deflate, DeflateConfig, DeflateFlush, Inflate, InflateFlush, Status};

use super::window::{Sink, WINDOW};

/// The last bytes of a flush, which are not sent (RFC 7692 §7.2.1).
const TAIL: [u8; 4] = [0, 0, 0xff, 0xff];

/// The first byte of an empty stored block, which remains after its tail is removed.
const EMPTY: u8 = 0;

/// Settings of a compressor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Settings {
    pub(crate) level: u8,
    pub(crate) memory_level: u8,
    pub(crate) window_bits: u8,
    /// Whether the compression context is discarded before each unit.
    pub(crate) forgets: bool,
}

std::thread_local! {
    static COMPRESSORS: Store<Settings, Deflate> = const { RefCell::new(Vec::new()) };
    static INFLATERS: Store<u8, Inflate> = const { RefCell::new(Vec::new()) };
}

/// A compressor.
pub(crate) struct Compressor {
    settings: Settings,
    state: Option<Deflate>,
}

impl Compressor {
    pub(crate) const fn new(settings: Settings) -> Self {
        Self {
            settings,
            state: None,
        }
    }

    pub(crate) const fn settings(&self) -> Settings {
        self.settings
    }

    fn make(settings: Settings) -> Deflate {
        take(&COMPRESSORS, settings).unwrap_or_else(|| {
            Deflate::new_with_config(DeflateConfig {
                level: i32::from(settings.level.min(9)),
                // zlib has no raw window of 256 bytes. Its window of 512 bytes never refers back by
                // more than 512 - 262 bytes, because it keeps room for the longest match.
                window_bits: -i32::from(settings.window_bits.clamp(9, 15)),
                mem_level: i32::from(settings.memory_level.clamp(1, 9)),
                ..DeflateConfig::default()
            })
        })
    }

    /// Appends a compressed chunk, including the tail of its flush.
    pub(crate) fn push(&mut self, part: &[u8], out: &mut Vec<u8>) {
        let settings = self.settings;
        let state = self.state.get_or_insert_with(|| Self::make(settings));
        let mut rest = part;
        let mut room = part.len() / 2 + 64;
        loop {
            let start = out.len();
            out.resize(start + room, 0);
            let (read, written) = (state.total_in(), state.total_out());
            let space = out.get_mut(start..).unwrap_or_default();
            let status = state.compress(rest, space, DeflateFlush::SyncFlush);
            let read = (state.total_in() - read) as usize;
            let written = (state.total_out() - written) as usize;
            out.truncate(start + written);
            rest = rest.get(read..).unwrap_or_default();
            // A flush is complete if it leaves room.
            if status.is_err() || (written < room && rest.is_empty()) {
                return;
            }
            room = (2 * room).min(64 << 10).max(rest.len() / 2 + 64);
        }
    }

    /// Appends the last compressed chunk of a unit, without the tail of its flush.
    pub(crate) fn finish(&mut self, part: &[u8], out: &mut Vec<u8>) {
        let start = out.len();
        self.push(part, out);
        if out
            .get(start..)
            .is_some_and(|written| written.ends_with(&TAIL))
        {
            out.truncate(out.len() - TAIL.len());
        } else {
            // There was nothing to flush, because everything before has been flushed.
            out.push(EMPTY);
        }
        if self.settings.forgets {
            self.forget();
        }
    }

    /// Discards the compression context. Nothing refers back any more to data that the peer may not
    /// have received.
    pub(crate) fn forget(&mut self) {
        if let Some(mut state) = self.state.take() {
            state.reset();
            if self.settings.forgets {
                put(&COMPRESSORS, self.settings, state);
            } else {
                self.state = Some(state);
            }
        }
    }
}

/// Why data could not be inflated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bad {
    /// It is not valid DEFLATE data.
    Data,
    /// It does not end at a block boundary.
    Incomplete,
    /// There is no more room.
    TooLarge,
}

/// An inflater.
pub(crate) struct Inflater {
    window_bits: u8,
    forgets: bool,
    state: Option<Inflate>,
    /// The latest inflated bytes, kept after the first block that was marked as the last one, because
    /// the next DEFLATE stream may refer to them.
    history: Option<Vec<u8>>,
    /// DEFLATE streams that have ended in the unit, or in a row without output.
    ended: usize,
    /// Whether the rest of a stream without units is known to be invalid.
    broken: bool,
}

/// The result of one call of the library.
struct Step {
    read: usize,
    written: usize,
    /// Whether a block that was marked as the last one has ended.
    status: Result<bool, Bad>,
}

/// DEFLATE streams that may end in a unit, plus one for each [`BYTES_FOR_AN_END`] bytes of output. A
/// new stream costs more than the two bytes that cause it.
const MOST_ENDED: usize = 64;
const BYTES_FOR_AN_END: usize = 1024;

/// The approximate size of a zlib state with the largest window, in bytes.
const STATE: usize = 56 << 10;

impl Inflater {
    pub(crate) const fn new(window_bits: u8, forgets: bool) -> Self {
        Self {
            window_bits,
            forgets,
            state: None,
            history: None,
            ended: 0,
            broken: false,
        }
    }

    fn make(window_bits: u8) -> Inflate {
        take(&INFLATERS, window_bits)
            .unwrap_or_else(|| Inflate::new(false, window_bits.clamp(8, 15)))
    }

    /// The approximate memory that it holds, in bytes.
    pub(crate) fn held(&self) -> usize {
        let state = self.state.as_ref().map_or(0, |_| STATE);
        state + self.history.as_ref().map_or(0, Vec::capacity)
    }

    /// Inflates a chunk of a unit.
    pub(crate) fn push(&mut self, part: &[u8], sink: &mut impl Sink) -> Result<(), Bad> {
        self.run(part, InflateFlush::NoFlush, sink).map(drop)
    }

    /// Inflates as much of a stream without units as there is room for; returns the number of bytes
    /// read and the number of bytes written.
    ///
    /// The output before invalid data is returned first, and the error by the next call, so that the
    /// result does not depend on how the stream is cut.
    pub(crate) fn pull(&mut self, part: &[u8], room: &mut [u8]) -> Result<(usize, usize), Bad> {
        if self.broken {
            return Err(Bad::Data);
        }
        let Step {
            read,
            written,
            status,
        } = self.step(part, room, InflateFlush::SyncFlush);
        let ended = match status {
            Err(_) if written > 0 => {
                self.broken = true;
                false
            }
            status => status?,
        };
        if written > 0 {
            self.ended = 0;
        }
        if ended {
            self.count_end(0)?;
            self.state = None;
        }
        Ok((read, written))
    }

    /// Ends the unit.
    pub(crate) fn finish(&mut self, sink: &mut impl Sink) -> Result<(), Bad> {
        self.end_block(sink)?;
        self.end_unit();
        Ok(())
    }

    /// Inflates the tail of a flush, which must end at a block boundary.
    fn end_block(&mut self, sink: &mut impl Sink) -> Result<(), Bad> {
        // One byte more than the tail: it stays unread at a block boundary.
        let end = [TAIL[0], TAIL[1], TAIL[2], TAIL[3], 0];
        match self.run(&end, InflateFlush::Block, sink) {
            Ok(1) => Ok(()),
            Err(Bad::TooLarge) => Err(Bad::TooLarge),
            // If the unit ends within a block, the tail is not valid DEFLATE data.
            Ok(_) | Err(Bad::Data | Bad::Incomplete) => Err(Bad::Incomplete),
        }
    }

    fn end_unit(&mut self) {
        self.ended = 0;
        if self.forgets {
            self.forget();
        }
    }

    /// Counts a DEFLATE stream that has ended after `length` bytes of output of the unit.
    const fn count_end(&mut self, length: usize) -> Result<(), Bad> {
        self.ended += 1;
        if self.ended > MOST_ENDED + length / BYTES_FOR_AN_END {
            return Err(Bad::TooLarge);
        }
        Ok(())
    }

    /// Inflates; returns the number of bytes left unread, which is 0 unless the flush stops at a block
    /// boundary.
    fn run(
        &mut self,
        part: &[u8],
        flush: InflateFlush,
        sink: &mut impl Sink,
    ) -> Result<usize, Bad> {
        let mut mark = sink.total();
        let mut rest = part;
        loop {
            let room = sink.room((4 * rest.len()).clamp(512, 32 << 10));
            let (size, full) = (room.len(), room.is_empty());
            let mut over = [0];
            let room = if full { &mut over } else { room };
            let Step {
                read,
                written,
                status,
            } = self.step(rest, room, flush);
            let ended = status?;
            if full && written > 0 {
                return Err(Bad::TooLarge);
            }
            sink.filled(written);
            rest = rest.get(read..).unwrap_or_default();
            if ended {
                self.count_end(sink.total())?;
                // Before the first such block, the message itself is the history.
                let from = if self.history.is_some() { mark } else { 0 };
                self.restart(sink.since(from));
                mark = sink.total();
                if !rest.is_empty() {
                    continue;
                }
            }
            let has_room = full || written < size;
            let stopped = rest.len() == 1 && matches!(flush, InflateFlush::Block);
            if has_room && (rest.is_empty() || stopped) {
                if let Some(history) = &mut self.history {
                    push_history(history, sink.since(mark));
                }
                return Ok(rest.len());
            }
            if read == 0 && written == 0 {
                // It stopped at a block boundary before the end, or cannot go on.
                return Err(match flush {
                    InflateFlush::Block => Bad::Incomplete,
                    _ => Bad::Data,
                });
            }
        }
    }

    fn step(&mut self, part: &[u8], room: &mut [u8], flush: InflateFlush) -> Step {
        let bits = self.window_bits;
        let state = self.state.get_or_insert_with(|| Self::make(bits));
        let (read, written) = (state.total_in(), state.total_out());
        let status = state.decompress(part, room, flush);
        let read = (state.total_in() - read) as usize;
        let written = (state.total_out() - written) as usize;
        Step {
            read,
            written,
            status: status
                .map(|status| status == Status::StreamEnd)
                .map_err(|_| Bad::Data),
        }
    }

    /// Starts a new DEFLATE stream after a block that was marked as the last one; `fresh` is the output
    /// before it.
    fn restart(&mut self, fresh: &[u8]) {
        let mut history = self.history.take().unwrap_or_default();
        push_history(&mut history, fresh);
        let mut state = Inflate::new(false, self.window_bits.clamp(8, 15));
        let window = 1 << self.window_bits;
        let start = history.len().saturating_sub(window);
        if !history.is_empty() && state.set_dictionary(&history[start..]).is_err() {
            state = Inflate::new(false, self.window_bits.clamp(8, 15));
        }
        self.state = Some(state);
        self.history = Some(history);
    }

    /// Discards the compression context.
    fn forget(&mut self) {
        self.history = None;
        self.ended = 0;
        let Some(mut state) = self.state.take() else {
            return;
        };
        // A reset state would have the largest window.
        if self.window_bits == 15 {
            state.reset(false);
            put(&INFLATERS, self.window_bits, state);
        }
    }
}

fn push_history(history: &mut Vec<u8>, fresh: &[u8]) {
    let fresh = fresh
        .get(fresh.len().saturating_sub(WINDOW)..)
        .unwrap_or(fresh);
    let drop = (history.len() + fresh.len()).saturating_sub(WINDOW);
    history.drain(..drop.min(history.len()));
    history.extend_from_slice(fresh);
}

impl fmt::Debug for Compressor {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Compressor")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Inflater {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inflater")
            .field("window_bits", &self.window_bits)
            .field("forgets", &self.forgets)
            .finish_non_exhaustive()
    }
}
