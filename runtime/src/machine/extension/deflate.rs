//! DEFLATE (RFC 1951) in pieces: compressors that keep to a window, and inflaters that stop at
//! a limit.
//!
//! State is made on first use. What is not kept between messages comes from a small store of
//! each thread and goes back to it, so that connections without context takeover share it.

use alloc::vec::Vec;
use core::{cell::RefCell, fmt};
use std::thread::LocalKey;

mod lenient;

pub(crate) use self::lenient::Held;

use zlib_rs::{Deflate, DeflateConfig, DeflateFlush, Inflate, InflateFlush, Status};

use super::window::{Sink, WINDOW};

/// The end of a flush, which is not sent (RFC 7692 §7.2.1).
const TAIL: [u8; 4] = [0, 0, 0xff, 0xff];

/// The first byte of an empty stored block: what is left of one without its tail.
const EMPTY: u8 = 0;

/// Settings of a compressor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Settings {
    pub(crate) level: u8,
    pub(crate) memory_level: u8,
    pub(crate) window_bits: u8,
    /// Whether what was seen is forgotten before each unit.
    pub(crate) forgets: bool,
}

std::thread_local! {
    static COMPRESSORS: Store<Settings, Deflate> = const { RefCell::new(Vec::new()) };
    static INFLATERS: Store<u8, Inflate> = const { RefCell::new(Vec::new()) };
}

/// Idle states that a thread keeps, of each kind.
const STORED: usize = 4;

/// States of a kind that lie idle on a thread, and what they are set up for.
type Store<K, S> = RefCell<Vec<(K, S)>>;

/// Takes a state out of a store. A thread that ends has none any more.
fn take<K: PartialEq, S>(store: &'static LocalKey<Store<K, S>>, wanted: K) -> Option<S> {
    let taken = store.try_with(|store| {
        let mut store = store.try_borrow_mut().ok()?;
        let at = store.iter().position(|(key, _)| *key == wanted)?;
        Some(store.swap_remove(at).1)
    });
    taken.ok().flatten()
}

/// Puts a state into a store, if it has room.
fn put<K, S>(store: &'static LocalKey<Store<K, S>>, key: K, state: S) {
    let _ = store.try_with(|store| {
        if let Ok(mut store) = store.try_borrow_mut() {
            if store.len() < STORED {
                store.push((key, state));
            }
        }
    });
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

    fn make(settings: Settings) -> Deflate {
        take(&COMPRESSORS, settings).unwrap_or_else(|| {
            Deflate::new_with_config(DeflateConfig {
                level: i32::from(settings.level.min(9)),
                // zlib has no raw window of 256 bytes. Its one of 512 never refers back by more
                // than 512 - 262 bytes, since it keeps room for the longest match ahead.
                window_bits: -i32::from(settings.window_bits.clamp(9, 15)),
                mem_level: i32::from(settings.memory_level.clamp(1, 9)),
                ..DeflateConfig::default()
            })
        })
    }

    /// Appends the compressed form of a part, up to the end of its flush.
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
            // A flush is complete when it leaves room.
            if status.is_err() || (written < room && rest.is_empty()) {
                return;
            }
            room = (2 * room).min(64 << 10).max(rest.len() / 2 + 64);
        }
    }

    /// Appends the compressed form of the last part of a unit, without the tail of its flush.
    pub(crate) fn finish(&mut self, part: &[u8], out: &mut Vec<u8>) {
        let start = out.len();
        self.push(part, out);
        if out
            .get(start..)
            .is_some_and(|written| written.ends_with(&TAIL))
        {
            out.truncate(out.len() - TAIL.len());
        } else {
            // There was nothing to flush: everything before has its tail.
            out.push(EMPTY);
        }
        if self.settings.forgets {
            self.forget();
        }
    }

    /// Forgets what was seen. Nothing refers back any more to what the peer may not have got.
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

/// Why something could not be inflated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bad {
    /// It is no DEFLATE.
    Data,
    /// It does not end at the boundary of a block.
    Incomplete,
    /// There is no more room.
    TooLarge,
}

/// An inflater.
pub(crate) struct Inflater {
    window_bits: u8,
    forgets: bool,
    state: Option<Inflate>,
    /// The last bytes that came out, kept from the first block on that was marked as the last
    /// one: the next stream may refer to them.
    history: Option<Vec<u8>>,
    /// Streams that have ended in the unit, or in a row without anything coming out.
    ended: usize,
    /// Whether what follows in a stream without units is known to be no DEFLATE.
    broken: bool,
}

/// What one call of the library did.
struct Step {
    read: usize,
    written: usize,
    /// Whether a block that was marked as the last one has ended.
    status: Result<bool, Bad>,
}

/// Streams that may end in a unit, beside one for each so many bytes that come out: a new one
/// costs more than the two bytes that ask for it.
const MOST_ENDED: usize = 64;
const BYTES_FOR_AN_END: usize = 1024;

/// What a state of zlib takes with the largest window, roughly.
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

    /// Bytes that it holds, roughly.
    pub(crate) fn held(&self) -> usize {
        let state = self.state.as_ref().map_or(0, |_| STATE);
        state + self.history.as_ref().map_or(0, Vec::capacity)
    }

    /// Inflates a part of a unit.
    pub(crate) fn push(&mut self, part: &[u8], sink: &mut impl Sink) -> Result<(), Bad> {
        self.run(part, InflateFlush::NoFlush, sink).map(drop)
    }

    /// Inflates what there is room for of a stream without units: gives how many bytes were
    /// read, and how many written.
    ///
    /// What comes out before a fault is given first, and the fault by the next call, so that
    /// nothing depends on how the stream was cut.
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

    /// Says that the unit ends here.
    pub(crate) fn finish(&mut self, sink: &mut impl Sink) -> Result<(), Bad> {
        self.end_block(sink)?;
        self.end_unit();
        Ok(())
    }

    /// Inflates the tail of a flush, which has to end at the boundary of a block.
    fn end_block(&mut self, sink: &mut impl Sink) -> Result<(), Bad> {
        // One byte more than the tail: at the boundary of a block it is left unread.
        let end = [TAIL[0], TAIL[1], TAIL[2], TAIL[3], 0];
        match self.run(&end, InflateFlush::Block, sink) {
            Ok(1) => Ok(()),
            Err(Bad::TooLarge) => Err(Bad::TooLarge),
            // The tail is what is not DEFLATE where the unit ends within a block.
            Ok(_) | Err(Bad::Data | Bad::Incomplete) => Err(Bad::Incomplete),
        }
    }

    fn end_unit(&mut self) {
        self.ended = 0;
        if self.forgets {
            self.forget();
        }
    }

    /// Counts a stream that has ended after so many bytes of the unit came out.
    const fn count_end(&mut self, length: usize) -> Result<(), Bad> {
        self.ended += 1;
        if self.ended > MOST_ENDED + length / BYTES_FOR_AN_END {
            return Err(Bad::TooLarge);
        }
        Ok(())
    }

    /// Inflates, and gives how many bytes were left unread: none unless the flush stops at the
    /// boundary of a block.
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
                // Before the first such block, only the message itself is there to remember.
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
                // It stopped at a boundary before the end, or cannot go on.
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

    /// Starts anew after a block that was marked as the last one; `fresh` came out before it.
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

    /// Forgets what was seen.
    fn forget(&mut self) {
        self.history = None;
        self.ended = 0;
        let Some(mut state) = self.state.take() else {
            return;
        };
        // Starting anew would restore the largest window.
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
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Compressor")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Inflater {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inflater")
            .field("window_bits", &self.window_bits)
            .field("forgets", &self.forgets)
            .finish_non_exhaustive()
    }
}
