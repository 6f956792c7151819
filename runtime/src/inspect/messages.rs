//! Messages, put together from their frames.

use alloc::{
    boxed::Box,
    string::{String, ToString},
    vec::Vec,
};

use super::{Inspector, Observed};
use crate::{
    draft::Draft,
    extension::{Coding, Failed},
    info::{Kind, Level},
    limits::Limit,
    receive::{self, Frame, Place},
    violation::{Seen, Violation},
};

impl<D: Draft> Inspector<D> {
    /// Adds a frame to its message, and shows the message when it is complete.
    pub(super) fn extend(&mut self, frame: &Frame, place: Place, payload: &[u8]) {
        let offset = frame.offset;
        if place.message.coded != 0 {
            if let Some(coding) = self.coding.take() {
                self.coding = Some(self.decode(coding, frame, place, payload));
                return;
            }
        }
        if place.first {
            self.message.clear();
            self.dropped = false;
        }
        // A frame beyond its limit is cut, and its message is not shown: that was said.
        self.dropped |= self.length > self.limits.frame as u64;
        if !self.dropped && self.message.len() + payload.len() > self.limits.message {
            self.seen.push_back(Observed::Exceeded {
                offset,
                limit: Limit::Message,
            });
            self.dropped = true;
        }
        if self.dropped {
            self.message = Vec::new();
        } else {
            self.message.extend_from_slice(payload);
        }
        if place.last && !self.dropped {
            let message = core::mem::take(&mut self.message);
            self.seen.extend(self.message(place.message, message));
        }
    }

    /// Adds a frame to a message that an extension has changed, and shows the message when it
    /// is complete.
    fn decode(
        &mut self,
        mut coding: Box<Coding>,
        frame: &Frame,
        place: Place,
        payload: &[u8],
    ) -> Box<Coding> {
        let limit = self.limits.message;
        if place.first {
            self.decoded.clear();
            self.dropped = false;
        }
        // A payload that is cut cannot be decoded, nor what refers to it.
        self.undecodable |= self.length > self.limits.frame as u64;
        self.dropped |= self.undecodable;
        if self.dropped {
            return coding;
        }
        let message = &mut self.decoded;
        let compressed = coding.compresses(frame.head.reserved, place.message.coded);
        let done = if compressed {
            coding.decode(payload, message, limit).and_then(|()| {
                if place.last || coding.is_by_frame() {
                    coding.finish(message, limit)
                } else {
                    Ok(())
                }
            })
        } else if message.len() + payload.len() > limit {
            Err(Failed::TooLarge)
        } else {
            message.push(payload);
            Ok(())
        };
        if let Err(failed) = done {
            self.failed(failed, frame.offset);
            (self.dropped, self.undecodable) = (true, true);
        } else if place.last {
            let payload = self.decoded.take();
            let mut message = receive::Message {
                coded: coding.others(place.message.coded),
                ..place.message
            };
            if message.kind == Kind::Text && message.coded == 0 {
                message.faulty = self.is_faulty(|receiver, report| {
                    receiver.decoded_text(&payload, frame.payload_offset(), report)
                });
                self.report_violations();
            }
            self.seen.extend(self.message(message, payload));
        }
        coding
    }

    /// Shows that something could not be decoded.
    pub(super) fn failed(&mut self, failed: Failed, offset: u64) {
        self.seen.push_back(match failed {
            Failed::TooLarge => Observed::Exceeded {
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
        });
    }

    fn message(&self, message: receive::Message, payload: Vec<u8>) -> Option<Observed> {
        let receive::Message {
            kind,
            coded,
            faulty,
        } = message;
        match (kind, coded) {
            (Kind::Text, 0) => {
                let failed = self
                    .receiver
                    .text_rule()
                    .is_some_and(|rule| rule.level == Level::Must);
                let text = || String::from_utf8_lossy(&payload).to_string();
                (!(faulty && failed)).then(text).map(Observed::Text)
            }
            (_, 0) => Some(Observed::Binary(payload)),
            _ => Some(Observed::Coded {
                kind,
                reserved: coded,
                payload,
            }),
        }
    }
}
