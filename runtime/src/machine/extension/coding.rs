//! A compressing extension at work on one connection.

use alloc::{boxed::Box, vec::Vec};

use super::{
    Agreed, Demand, OPAQUE, Transform,
    deflate::{Bad, Compressor, Held, Inflater, Settings},
    window::{Passing, Sink},
};
use crate::{
    payload::buffer::{Assembly, Input},
    protocol::{
        info::{Kind, Role, RuleInfo},
        violation::Relaxed,
    },
};

pub(crate) use super::window::Window;

/// The state of a compressing extension.
#[derive(Debug)]
pub(crate) struct Coding {
    transform: Transform,
    /// The bit that says that something is compressed.
    bit: u8,
    /// Messages with fewer bytes are sent as they are.
    threshold: usize,
    compressor: Compressor,
    inflater: Inflater,
    /// The end of what was received of a unit, where units may end anyhow.
    kept_back: Option<Held>,
    /// What is to be sent, compressed; in a stream, the frame before that.
    scratch: Vec<u8>,
    /// Whether the message that is being sent is compressed.
    sending: bool,
    /// What was received of a stream and is not inflated.
    wire: Input,
    not_deflate: Option<&'static RuleInfo>,
    not_whole: Option<&'static RuleInfo>,
}

/// Why something that was received cannot be had.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Failed {
    /// It breaks this rule.
    Rule(&'static RuleInfo),
    /// It is too large.
    TooLarge,
    /// There may be no room for it.
    Memory,
}

/// A message, as far as it may grow.
struct Limited<'a> {
    message: &'a mut Assembly,
    limit: usize,
}

impl Sink for Limited<'_> {
    fn room(&mut self, wanted: usize) -> &mut [u8] {
        self.message.room(wanted, self.limit)
    }

    fn filled(&mut self, length: usize) {
        self.message.grow(length);
    }

    fn total(&self) -> usize {
        self.message.len()
    }

    fn since(&self, mark: usize) -> &[u8] {
        self.message.done().get(mark..).unwrap_or_default()
    }
}

impl Coding {
    /// From how much room on the buffer is given back after use.
    const KEEP: usize = 64 << 10;

    /// The state of the one agreed extension that compresses, for this end, with the rules that
    /// the peer may break.
    pub(crate) fn new(agreed: &Agreed, role: Role, relaxed: Relaxed) -> Option<Box<Self>> {
        let compresses = |item: &&super::Agreement| item.extension.transform.compresses();
        let item = agreed.iter().find(compresses)?;
        let settings = &item.settings;
        let (own, peer) = match role {
            Role::Server => (item.server, item.client),
            Role::Client => (item.client, item.server),
        };
        let own = settings.within(role, own);
        let rule = |demand| item.extension.demands(&demand);
        let not_whole = rule(Demand::BlockBoundary);
        Some(Box::new(Self {
            transform: item.extension.transform,
            bit: item.claimed,
            threshold: settings.threshold,
            compressor: Compressor::new(Settings {
                level: settings.level,
                memory_level: settings.memory_level,
                window_bits: own.window_bits,
                forgets: own.no_context_takeover,
            }),
            inflater: Inflater::new(peer.window_bits, peer.no_context_takeover),
            scratch: Vec::new(),
            sending: false,
            wire: Input::default(),
            kept_back: not_whole
                .filter(|rule| relaxed.allows(rule.id))
                .map(|_| Held::default()),
            not_deflate: rule(Demand::Deflate),
            not_whole,
        }))
    }

    /// Whether any frame of a message can be compressed, so that only the whole tells what it
    /// is.
    pub(crate) const fn is_by_frame(&self) -> bool {
        matches!(
            self.transform,
            Transform::DeflateFrames | Transform::DeflateEveryFrame
        )
    }

    /// Whether the whole byte stream is compressed.
    pub(crate) const fn is_stream(&self) -> bool {
        matches!(self.transform, Transform::DeflateStream)
    }

    /// Of the bits that a message has, those that are not this extension's.
    pub(crate) const fn others(&self, coded: u8) -> u8 {
        coded & !self.bit & !OPAQUE
    }

    /// Whether the payload of a frame with these reserved bits, of a message with those, is
    /// compressed.
    pub(crate) const fn compresses(&self, reserved: u8, coded: u8) -> bool {
        match self.transform {
            Transform::DeflateFrames => reserved & self.bit != 0,
            Transform::DeflateEveryFrame => true,
            Transform::DeflateMessages
            | Transform::DeflateStream
            | Transform::Nothing
            | Transform::Multiplex => coded & self.bit != 0,
        }
    }

    /// Compresses a data frame to be sent, if it is to be: gives its reserved bits. The
    /// payload is then [`scratch`](Self::scratch).
    pub(crate) fn encode(&mut self, kind: Kind, fin: bool, payload: &[u8]) -> Option<u8> {
        self.scratch.clear();
        let large = payload.len() >= self.threshold;
        match self.transform {
            Transform::DeflateMessages => {
                let first = kind != Kind::Continuation;
                if first {
                    self.sending = large || !fin;
                }
                if !self.sending {
                    return None;
                }
                if fin {
                    self.compressor.finish(payload, &mut self.scratch);
                } else {
                    self.compressor.push(payload, &mut self.scratch);
                }
                Some(if first { self.bit } else { 0 })
            }
            Transform::DeflateFrames => (large && !payload.is_empty()).then(|| {
                self.compressor.finish(payload, &mut self.scratch);
                self.bit
            }),
            Transform::DeflateEveryFrame => {
                self.compressor.finish(payload, &mut self.scratch);
                Some(0)
            }
            Transform::DeflateStream | Transform::Nothing | Transform::Multiplex => None,
        }
    }

    /// What [`encode`](Self::encode) made.
    pub(crate) fn scratch(&self) -> &[u8] {
        &self.scratch
    }

    /// Says whether what was encoded is on its way. Where it is not, nothing may refer to it.
    pub(crate) fn encoded(&mut self, sent: bool) {
        if !sent {
            self.compressor.forget();
        }
        if self.scratch.capacity() > Self::KEEP {
            self.scratch = Vec::new();
        }
    }

    /// Appends a frame to what is sent of a stream; `write` writes it.
    pub(crate) fn stream(&mut self, out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
        self.scratch.clear();
        write(&mut self.scratch);
        self.compressor.push(&self.scratch, out);
        self.encoded(true);
    }

    /// Says that the last frame that was appended to a stream is not sent: nothing may refer to
    /// it.
    pub(crate) fn take_back(&mut self) {
        if self.is_stream() {
            self.compressor.forget();
        }
    }

    /// What was received of a stream and is not inflated.
    pub(crate) fn wire(&mut self) -> &mut Input {
        &mut self.wire
    }

    /// Inflates some of what was received of a stream; says whether there was any.
    pub(crate) fn pump(&mut self, input: &mut Input, needed: usize) -> Result<bool, Failed> {
        let (_, bytes) = self.wire.waiting();
        let room = input.space(needed);
        if room.is_empty() {
            return Ok(false);
        }
        match self.inflater.pull(bytes, room) {
            Ok((read, written)) => {
                self.wire.take(read);
                input.filled(written);
                Ok(read + written > 0)
            }
            Err(bad) => Err(self.failed(bad)),
        }
    }

    /// Inflates a part of a compressed payload into the message.
    pub(crate) fn decode(
        &mut self,
        part: &[u8],
        message: &mut Assembly,
        limit: usize,
    ) -> Result<(), Failed> {
        let mut sink = Limited { message, limit };
        let done = match &mut self.kept_back {
            Some(held) => held.pass(part, |bytes| self.inflater.push(bytes, &mut sink)),
            None => self.inflater.push(part, &mut sink),
        };
        done.map_err(|bad| self.failed_in(bad, message))
    }

    /// Says that a compressed message, or frame, ends here.
    pub(crate) fn finish(&mut self, message: &mut Assembly, limit: usize) -> Result<(), Failed> {
        let mut sink = Limited { message, limit };
        let done = match &mut self.kept_back {
            Some(held) => self.inflater.finish_anyhow(&held.take(), &mut sink),
            None => self.inflater.finish(&mut sink),
        };
        done.map_err(|bad| self.failed_in(bad, message))
    }

    fn failed_in(&self, bad: Bad, message: &Assembly) -> Failed {
        match bad {
            Bad::TooLarge if message.is_starved() => Failed::Memory,
            bad => self.failed(bad),
        }
    }

    /// Inflates a part of a compressed payload, of which nothing is kept: `look` sees what comes
    /// out, in pieces.
    pub(crate) fn look(
        &mut self,
        part: &[u8],
        window: &mut Window,
        look: &mut dyn FnMut(&[u8]),
    ) -> Result<(), Failed> {
        let done = self.inflater.push(part, &mut Passing { window, look });
        done.map_err(|bad| self.failed(bad))
    }

    /// Says that a compressed message, or frame, ends here, as [`look`](Self::look).
    pub(crate) fn look_last(
        &mut self,
        window: &mut Window,
        look: &mut dyn FnMut(&[u8]),
    ) -> Result<(), Failed> {
        let done = self.inflater.finish(&mut Passing { window, look });
        done.map_err(|bad| self.failed(bad))
    }

    /// Bytes that it holds to receive, roughly.
    pub(crate) fn held(&self) -> usize {
        size_of::<Self>() + self.inflater.held() + self.wire.capacity()
    }

    fn failed(&self, bad: Bad) -> Failed {
        let rule = match bad {
            Bad::TooLarge => None,
            Bad::Incomplete => self.not_whole.or(self.not_deflate),
            Bad::Data => self.not_deflate,
        };
        rule.map_or(Failed::TooLarge, Failed::Rule)
    }

    /// Gives back the memory of buffers that hold nothing.
    pub(crate) fn rest(&mut self) {
        self.scratch = Vec::new();
        self.wire.rest();
    }
}
