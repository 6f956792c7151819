//! The state of a compressing extension on one connection.

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
    /// The reserved bit that marks compressed messages or frames.
    bit: u8,
    /// Messages with fewer bytes are sent uncompressed.
    threshold: usize,
    compressor: Compressor,
    inflater: Inflater,
    /// The last received bytes of a unit, if the rule on the end of units is relaxed.
    kept_back: Option<Held>,
    /// The compressed payload to be sent; for a compressed stream, the frame to be compressed.
    scratch: Vec<u8>,
    /// Whether the message that is being sent is compressed.
    sending: bool,
    /// Received bytes of a compressed stream that are not inflated.
    wire: Input,
    not_deflate: Option<&'static RuleInfo>,
    not_whole: Option<&'static RuleInfo>,
}

/// How a message is compressed that refers to no other one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Alone(Settings);

impl Alone {
    pub(crate) fn compress(self, payload: &[u8]) -> Vec<u8> {
        let mut compressed = Vec::new();
        Compressor::new(self.0).finish(payload, &mut compressed);
        compressed.shrink_to_fit();
        compressed
    }
}

/// Why received data could not be inflated.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Failed {
    /// It violates this rule.
    Rule(&'static RuleInfo),
    /// The message is too large.
    TooLarge,
    /// The budget does not allow it.
    Memory,
}

/// A message with the length that it may grow to.
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
    /// A larger capacity than this is freed after use.
    const KEEP: usize = 64 << 10;

    /// The state of the agreed extension that compresses, if there is one, for the endpoint with this
    /// role. The peer may violate the relaxed rules.
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

    /// Whether each frame of a message may be compressed by itself.
    pub(crate) const fn is_by_frame(&self) -> bool {
        matches!(
            self.transform,
            Transform::DeflateFrames | Transform::DeflateEveryFrame
        )
    }

    /// Whether the stream of frames is compressed, and not payloads.
    pub(crate) const fn is_stream(&self) -> bool {
        matches!(self.transform, Transform::DeflateStream)
    }

    /// The claimed bits of a message that do not belong to this extension.
    pub(crate) const fn others(&self, claimed_bits: u8) -> u8 {
        claimed_bits & !self.bit & !OPAQUE
    }

    /// Whether a payload is compressed, from the reserved bits of its frame and the claimed bits of
    /// its message.
    pub(crate) const fn compresses(&self, reserved: u8, claimed_bits: u8) -> bool {
        match self.transform {
            Transform::DeflateFrames => reserved & self.bit != 0,
            Transform::DeflateEveryFrame => true,
            Transform::DeflateMessages
            | Transform::DeflateStream
            | Transform::Nothing
            | Transform::Multiplex => claimed_bits & self.bit != 0,
        }
    }

    /// Compresses the payload of a data frame to be sent into [`scratch`](Self::scratch), and returns
    /// the reserved bits of the frame. `None` if the payload is to be sent uncompressed.
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

    /// How a message in one frame with a payload of this length is compressed if it refers to no
    /// other one, and the reserved bits of the frame; `None` if it is sent uncompressed.
    pub(crate) fn alone(&self, length: usize) -> Option<(Alone, u8)> {
        let large = length >= self.threshold;
        let bit = match self.transform {
            Transform::DeflateMessages if large => self.bit,
            Transform::DeflateFrames if large && length > 0 => self.bit,
            Transform::DeflateEveryFrame => 0,
            Transform::DeflateMessages
            | Transform::DeflateFrames
            | Transform::DeflateStream
            | Transform::Nothing
            | Transform::Multiplex => return None,
        };
        let settings = self.compressor.settings();
        let alone = Alone(Settings {
            forgets: true,
            ..settings
        });
        Some((alone, bit))
    }

    /// Notes that a message was sent that was compressed [alone](Self::alone). Nothing later may
    /// refer to what preceded it, because the distance is not known.
    pub(crate) fn interrupted(&mut self) {
        self.compressor.forget();
    }

    /// The result of [`encode`](Self::encode).
    pub(crate) fn scratch(&self) -> &[u8] {
        &self.scratch
    }

    /// Notes whether the encoded payload was queued. If not, nothing later may refer to it.
    pub(crate) fn encoded(&mut self, sent: bool) {
        if !sent {
            self.compressor.forget();
        }
        if self.scratch.capacity() > Self::KEEP {
            self.scratch = Vec::new();
        }
    }

    /// Appends a frame to a compressed stream; `write` writes the frame.
    pub(crate) fn stream(&mut self, out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
        self.scratch.clear();
        write(&mut self.scratch);
        self.compressor.push(&self.scratch, out);
        self.encoded(true);
    }

    /// Notes that the last frame of a compressed stream is not sent: nothing later may refer to it.
    pub(crate) fn take_back(&mut self) {
        if self.is_stream() {
            self.compressor.forget();
        }
    }

    /// Received bytes of a compressed stream that are not inflated.
    pub(crate) fn wire(&mut self) -> &mut Input {
        &mut self.wire
    }

    /// Inflates received bytes of a compressed stream; returns whether there were any.
    pub(crate) fn pump(&mut self, input: &mut Input, needed: usize) -> Result<bool, Failed> {
        let (_, bytes) = self.wire.waiting();
        let room = input.space(needed, 0);
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

    /// Inflates a chunk of a compressed payload into the message.
    pub(crate) fn decode(
        &mut self,
        chunk: &[u8],
        message: &mut Assembly,
        limit: usize,
    ) -> Result<(), Failed> {
        let mut sink = Limited { message, limit };
        let done = match &mut self.kept_back {
            Some(held) => held.pass(chunk, |bytes| self.inflater.push(bytes, &mut sink)),
            None => self.inflater.push(chunk, &mut sink),
        };
        done.map_err(|bad| self.failed_in(bad, message))
    }

    /// Ends a compressed unit: a message or a frame.
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

    /// Inflates a chunk of a compressed payload without keeping it: `look` gets the inflated bytes.
    pub(crate) fn look(
        &mut self,
        chunk: &[u8],
        window: &mut Window,
        look: &mut dyn FnMut(&[u8]),
    ) -> Result<(), Failed> {
        let done = self.inflater.push(chunk, &mut Passing { window, look });
        done.map_err(|bad| self.failed(bad))
    }

    /// Ends a compressed unit, as [`look`](Self::look).
    pub(crate) fn look_last(
        &mut self,
        window: &mut Window,
        look: &mut dyn FnMut(&[u8]),
    ) -> Result<(), Failed> {
        let done = self.inflater.finish(&mut Passing { window, look });
        done.map_err(|bad| self.failed(bad))
    }

    /// The approximate memory that it holds for receiving, in bytes.
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

    /// Frees buffers that are empty.
    pub(crate) fn rest(&mut self) {
        self.scratch = Vec::new();
        self.wire.rest();
    }
}
