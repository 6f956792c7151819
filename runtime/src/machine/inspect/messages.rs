//! Assembles messages from their frames.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};

use super::{Checksum, Inspector, Observed};
use crate::{
    machine::{
        extension::{Failed, Window},
        limits::Limit,
        receive::{Frame, MessagePart},
    },
    payload::utf8,
    protocol::{
        draft::Draft,
        info::{Kind, Level, RuleInfo},
        violation::{Seen, Violation},
    },
};

/// What is known of the message that is being received.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    /// Its first bytes, as many as may be shown.
    start: Vec<u8>,
    /// Bytes so far.
    length: u64,
    /// The checksum of the bytes after the first ones, if it is wanted.
    rest: Option<Checksum>,
    /// Whether it is not shown, because it exceeds a limit or cannot be decoded.
    dropped: bool,
    /// Checks its text if an extension has decoded it.
    text: utf8::Validator,
    /// Whether that text is not valid UTF-8.
    faulty: bool,
    /// The latest inflated bytes.
    window: Window,
}

impl Gathered {
    /// Counts the next bytes, and keeps them up to `most` bytes in all.
    #[inline]
    fn add(&mut self, bytes: &[u8], most: usize) {
        self.length += bytes.len() as u64;
        let room = most.saturating_sub(self.start.len()).min(bytes.len());
        let (kept, rest) = bytes.split_at(room);
        self.start.extend_from_slice(kept);
        if let Some(sum) = &mut self.rest {
            sum.add(rest);
        }
    }

    /// Checks the next bytes of text; returns, once, the byte that makes it invalid UTF-8.
    #[inline]
    fn check(&mut self, bytes: &[u8]) -> Option<u8> {
        if self.faulty {
            return None;
        }
        let at = self.text.push(bytes).err()?;
        self.faulty = true;
        bytes.get(at).copied()
    }

    /// Whether the text ends within a code point; `true` only once.
    #[inline]
    fn is_cut(&mut self) -> bool {
        let is_cut = !self.faulty && !self.text.is_complete();
        self.faulty |= is_cut;
        is_cut
    }

    /// Bytes of memory that it holds.
    #[inline]
    pub(super) fn held(&self) -> usize {
        self.start.capacity() + self.window.held()
    }
}

impl<D: Draft> Inspector<D> {
    /// Starts a part of a message.
    pub(super) fn start(&mut self, part: MessagePart) {
        if part.first {
            self.gathered = Gathered::default();
            self.gathered.dropped = self.undecodable && self.is_decoded(part);
            self.gathered.rest = self.sums.then(Checksum::default);
        }
    }

    /// Adds a chunk of a frame to its message.
    pub(super) fn grow(&mut self, frame: &Frame, part: MessagePart, payload: &[u8]) {
        if self.is_decoded(part) {
            self.decode(frame, part, Some(payload));
        } else {
            let most = self.most();
            self.gathered.add(payload, most);
        }
    }

    /// Ends a part of a message; returns the message if it is the last part.
    pub(super) fn finish(&mut self, frame: &Frame, part: MessagePart) -> Option<Observed> {
        if self.is_decoded(part) {
            self.decode(frame, part, None);
        }
        if self.shown.is_none() {
            // A frame beyond its limit is cut, and its message is not shown; `show_frame` reports that.
            let is_cut = self.length > self.limits.frame as u64;
            let exceeds = self.gathered.length > self.limits.message as u64;
            if exceeds && !is_cut && !self.gathered.dropped {
                self.late.push(Observed::Exceeded {
                    offset: frame.offset,
                    limit: Limit::Message,
                });
            }
            self.gathered.dropped |= is_cut || exceeds;
        }
        if self.gathered.dropped {
            self.gathered.start = Vec::new();
            return None;
        }
        if !part.last {
            return None;
        }
        let gathered = core::mem::take(&mut self.gathered);
        self.complete_message(part, gathered)
    }

    /// Bytes of a message that are kept.
    fn most(&self) -> usize {
        self.shown.unwrap_or(self.limits.message)
    }

    /// Whether the agreed compressing extension may have changed the message.
    const fn is_decoded(&self, part: MessagePart) -> bool {
        part.message.claimed_bits != 0 && self.coding.is_some()
    }

    /// Decodes a chunk of a frame, or with `None` what is left at its end.
    fn decode(&mut self, frame: &Frame, part: MessagePart, chunk: Option<&[u8]>) {
        let most = self.most();
        let gathered = &mut self.gathered;
        let Some(coding) = self.coding.as_mut().filter(|_| !gathered.dropped) else {
            return;
        };
        let claimed_bits = part.message.claimed_bits;
        let compressed = coding.compresses(frame.header.reserved, claimed_bits);
        let is_text = part.message.kind == Kind::Text && coding.others(claimed_bits) == 0;
        let mut window = core::mem::take(&mut gathered.window);
        let mut fault = None;
        let mut take = |bytes: &[u8]| {
            gathered.add(bytes, most);
            if is_text {
                fault = fault.or_else(|| gathered.check(bytes));
            }
        };
        let done = match chunk {
            Some(chunk) if compressed => coding.look(chunk, &mut window, &mut take),
            Some(chunk) => {
                take(chunk);
                Ok(())
            }
            None if compressed && (part.last || coding.is_by_frame()) => {
                coding.look_last(&mut window, &mut take)
            }
            None => Ok(()),
        };
        gathered.window = window;
        let ends = chunk.is_none() && part.last && done.is_ok();
        if fault.is_some() || (is_text && ends && gathered.is_cut()) {
            self.not_text(frame, fault);
        }
        if let Err(failed) = done {
            let failed = self.failed(failed, frame.offset);
            self.late.push(failed);
            (self.gathered.dropped, self.undecodable) = (true, true);
        }
    }

    /// Notes that decoded text is not valid UTF-8.
    fn not_text(&mut self, frame: &Frame, byte: Option<u8>) {
        let Some(rule) = self.receiver.text_rule() else {
            return;
        };
        self.violations.push(Violation {
            rule,
            draft: self.receiver.draft().info(),
            by: self.receiver.from(),
            offset: frame.payload_offset(),
            seen: byte.map_or(Seen::Nothing, Seen::Byte),
        });
    }

    /// The observation for a payload that could not be decoded.
    pub(super) fn failed(&self, failed: Failed, offset: u64) -> Observed {
        match failed {
            Failed::TooLarge | Failed::Memory => Observed::Exceeded {
                offset,
                limit: Limit::Message,
            },
            Failed::Rule(rule) => Observed::Violation(Violation {
                rule,
                draft: self.receiver.draft().info(),
                by: self.receiver.from(),
                offset,
                seen: Seen::Nothing,
            }),
        }
    }

    /// The observation for a complete message; `None` if its text fails the connection.
    fn complete_message(&self, part: MessagePart, gathered: Gathered) -> Option<Observed> {
        let kind = part.message.kind;
        let (reserved, faulty) = match &self.coding {
            Some(coding) if part.message.claimed_bits != 0 => {
                (coding.others(part.message.claimed_bits), gathered.faulty)
            }
            _ => (part.message.claimed_bits, part.message.faulty),
        };
        let fails = |rule: &RuleInfo| rule.level == Level::Must;
        let is_text = kind == Kind::Text && reserved == 0;
        if is_text && faulty && self.receiver.text_rule().is_some_and(fails) {
            return None;
        }
        if self.exceeds(gathered.length) {
            return Some(Observed::Long {
                kind,
                reserved,
                length: gathered.length,
                start: gathered.start,
                rest: gathered.rest,
            });
        }
        Some(if is_text {
            Observed::Text(text(gathered.start))
        } else if reserved == 0 {
            Observed::Binary(gathered.start)
        } else {
            Observed::Coded {
                kind,
                reserved,
                payload: gathered.start,
            }
        })
    }
}

#[inline]
fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).to_string())
}
