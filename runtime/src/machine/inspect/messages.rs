//! Messages, put together from their frames.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};

use super::{Inspector, Observed};
use crate::{
    machine::{
        extension::{Failed, Window},
        limits::Limit,
        receive::{Frame, Place},
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
    /// Its start, as far as it may be shown.
    start: Vec<u8>,
    /// Bytes so far.
    length: u64,
    /// It is not shown: it exceeds a limit, or cannot be decoded.
    dropped: bool,
    /// Its text, where an extension has decoded it.
    text: utf8::Validator,
    /// Whether that text was found not to be UTF-8.
    faulty: bool,
    /// What comes out of its compressed parts.
    window: Window,
}

impl Gathered {
    /// Takes the next bytes, and keeps no more of them than up to `most` in all.
    fn add(&mut self, bytes: &[u8], most: usize) {
        self.length += bytes.len() as u64;
        let room = most.saturating_sub(self.start.len()).min(bytes.len());
        self.start.extend_from_slice(&bytes[..room]);
    }

    /// Checks the next bytes of text; gives the byte that shows that it is not UTF-8, once.
    fn check(&mut self, bytes: &[u8]) -> Option<u8> {
        if self.faulty {
            return None;
        }
        let at = self.text.push(bytes).err()?;
        self.faulty = true;
        bytes.get(at).copied()
    }

    /// Whether the text ends within a code point, which is told once.
    fn is_cut(&mut self) -> bool {
        let is_cut = !self.faulty && !self.text.is_complete();
        self.faulty |= is_cut;
        is_cut
    }

    /// Bytes that it takes.
    pub(super) fn held(&self) -> usize {
        self.start.capacity() + self.window.held()
    }
}

impl<D: Draft> Inspector<D> {
    /// Starts with a frame of a message.
    pub(super) fn start(&mut self, place: Place) {
        if place.first {
            self.message = Gathered::default();
            self.message.dropped = self.undecodable && self.is_decoded(place);
        }
    }

    /// Adds a part of a frame to its message.
    pub(super) fn grow(&mut self, frame: &Frame, place: Place, payload: &[u8]) {
        if self.is_decoded(place) {
            self.decode(frame, place, Some(payload));
        } else {
            let most = self.most();
            self.message.add(payload, most);
        }
    }

    /// Says that a frame of a message ends; gives the message if it is its last one.
    pub(super) fn finish(&mut self, frame: &Frame, place: Place) -> Option<Observed> {
        if self.is_decoded(place) {
            self.decode(frame, place, None);
        }
        if self.shown.is_none() {
            // A frame beyond its limit is cut, and its message is not shown: that is said.
            let is_cut = self.length > self.limits.frame as u64;
            let exceeds = self.message.length > self.limits.message as u64;
            if exceeds && !is_cut && !self.message.dropped {
                self.late.push(Observed::Exceeded {
                    offset: frame.offset,
                    limit: Limit::Message,
                });
            }
            self.message.dropped |= is_cut || exceeds;
        }
        if self.message.dropped {
            self.message.start = Vec::new();
            return None;
        }
        if !place.last {
            return None;
        }
        let message = core::mem::take(&mut self.message);
        self.message(place, message)
    }

    /// Bytes of a message that are kept.
    fn most(&self) -> usize {
        self.shown.unwrap_or(self.limits.message)
    }

    /// Whether an extension that is known here may have changed what a frame is of.
    const fn is_decoded(&self, place: Place) -> bool {
        place.message.coded != 0 && self.coding.is_some()
    }

    /// Decodes a part of a frame, or what is left at its end.
    fn decode(&mut self, frame: &Frame, place: Place, part: Option<&[u8]>) {
        let most = self.most();
        let message = &mut self.message;
        let Some(coding) = self.coding.as_mut().filter(|_| !message.dropped) else {
            return;
        };
        let coded = place.message.coded;
        let compressed = coding.compresses(frame.head.reserved, coded);
        let is_text = place.message.kind == Kind::Text && coding.others(coded) == 0;
        let mut window = core::mem::take(&mut message.window);
        let mut fault = None;
        let mut take = |bytes: &[u8]| {
            message.add(bytes, most);
            if is_text {
                fault = fault.or_else(|| message.check(bytes));
            }
        };
        let done = match part {
            Some(part) if compressed => coding.look(part, &mut window, &mut take),
            Some(part) => {
                take(part);
                Ok(())
            }
            None if compressed && (place.last || coding.is_by_frame()) => {
                coding.look_last(&mut window, &mut take)
            }
            None => Ok(()),
        };
        message.window = window;
        let ends = part.is_none() && place.last && done.is_ok();
        if fault.is_some() || (is_text && ends && message.is_cut()) {
            self.not_text(frame, fault);
        }
        if let Err(failed) = done {
            let failed = self.failed(failed, frame.offset);
            self.late.push(failed);
            (self.message.dropped, self.undecodable) = (true, true);
        }
    }

    /// Notes that text which an extension has decoded is not UTF-8.
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

    /// What says that something could not be decoded.
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

    /// A message that is complete; `None` where its text fails the connection.
    fn message(&self, place: Place, message: Gathered) -> Option<Observed> {
        let kind = place.message.kind;
        let (reserved, faulty) = match &self.coding {
            Some(coding) if place.message.coded != 0 => {
                (coding.others(place.message.coded), message.faulty)
            }
            _ => (place.message.coded, place.message.faulty),
        };
        let fails = |rule: &RuleInfo| rule.level == Level::Must;
        let is_text = kind == Kind::Text && reserved == 0;
        if is_text && faulty && self.receiver.text_rule().is_some_and(fails) {
            return None;
        }
        if self.exceeds(message.length) {
            return Some(Observed::Long {
                kind,
                reserved,
                length: message.length,
                start: message.start,
            });
        }
        Some(match (kind, reserved) {
            (Kind::Text, 0) => Observed::Text(text(message.start)),
            (_, 0) => Observed::Binary(message.start),
            _ => Observed::Coded {
                kind,
                reserved,
                payload: message.start,
            },
        })
    }
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).to_string())
}
