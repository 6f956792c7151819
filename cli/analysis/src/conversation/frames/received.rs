//! Frames of a connection without extensions.

use wsdraft::{
    Close, Violation,
    info::{CloseBody, Kind},
    receive::{Frame, Item},
};

use super::{FrameEvent, Frames, State};
use crate::conversation::exchange::SentFrame;

/// What one step showed besides broken rules.
#[derive(Default)]
struct Shown {
    /// The number of the frame.
    frame: u64,
    /// The number of the message that it is of.
    message: Option<u64>,
    sent: Option<SentFrame>,
    close: Option<Close>,
}

impl Frames {
    /// Does one step; gives what it consumed, or `None` where more is needed.
    pub(super) fn step(
        &mut self,
        bytes: &mut [u8],
        sink: &mut dyn FnMut(FrameEvent),
    ) -> Option<usize> {
        let Self {
            receiver,
            violations,
            ..
        } = self;
        let mut observe = |violation: Violation| {
            violations.push(violation);
            Ok(())
        };
        let step = receiver.next(bytes, &mut observe).ok()?;
        let shown = self.item(&step.item, bytes);
        for mut violation in self.violations.drain(..) {
            violation.offset += self.base;
            sink(FrameEvent::Violation(violation, shown.frame, shown.message));
        }
        let mut start = None;
        if let Some(mut sent) = shown.sent {
            sent.offset += self.base;
            start = Some(sent.offset);
            sink(FrameEvent::Frame(sent));
        }
        if let Some(close) = shown.close {
            sink(FrameEvent::Close(close, start));
        }
        match step.item {
            Item::Incomplete(_) => None,
            Item::Unreadable => {
                sink(FrameEvent::Unreadable(self.base + self.receiver.offset()));
                self.state = State::Stopped;
                None
            }
            Item::Frame(..) | Item::Begin(_) | Item::Chunk { .. } => Some(step.consumed),
        }
    }

    /// Counts what the receiver found.
    fn item(&mut self, item: &Item, bytes: &[u8]) -> Shown {
        let mut shown = Shown {
            frame: self.frames + 1,
            ..Shown::default()
        };
        match item {
            Item::Incomplete(needed) => self.needed = *needed,
            Item::Unreadable => {}
            Item::Frame(found, payload) => {
                let body = bytes.get(payload.clone()).unwrap_or_default();
                shown.sent = Some(sent(found, body.len() as u64, body));
                self.frames += 1;
                if found.part.is_some() {
                    shown.message = self.message(found, body);
                } else if found.header.kind == Kind::Close {
                    let closing = self.draft.info().closing;
                    let form = closing.map_or(CloseBody::Opaque, |closing| closing.body);
                    shown.close = Some(Close::read(body, form));
                }
            }
            Item::Begin(found) => {
                shown.sent = Some(sent(found, found.header.payload_length().max(1), &[]));
                self.frames += 1;
                if let Some(part) = found.part {
                    self.begun += u64::from(part.first);
                    shown.message = Some(self.begun);
                } else if found.header.kind == Kind::Close {
                    shown.close = Some(Close::default());
                }
                self.part_of = shown.message;
            }
            Item::Chunk { payload, end } => {
                shown.frame = self.frames;
                shown.message = self.part_of;
                if shown.message.is_some() {
                    self.bytes += payload.len() as u64;
                }
                if let Some(Some(part)) = end {
                    self.messages += u64::from(part.last);
                }
            }
        }
        shown
    }

    /// Counts a frame of a message that is there as a whole; gives the number of the message.
    fn message(&mut self, found: &Frame, body: &[u8]) -> Option<u64> {
        let part = found.part?;
        self.begun += u64::from(part.first);
        self.messages += u64::from(part.last);
        self.bytes += body.len() as u64;
        let plain = part.message.kind == Kind::Text && part.message.claimed_bits == 0;
        // The machine leaves the text of such a message to its caller.
        if part.first && part.last && plain {
            let mut observe = |violation: Violation| {
                self.violations.push(violation);
                Ok(())
            };
            let at = found.payload_offset();
            let _ = self.receiver.text(body, at, &mut observe);
        }
        Some(self.begun)
    }
}

/// What both ends are told of a frame.
fn sent(found: &Frame, length: u64, payload: &[u8]) -> SentFrame {
    let masked = (found.header.mask, found.header.size);
    let kind = (found.header.kind, found.header.fin);
    SentFrame {
        reserved: found.header.reserved,
        ..SentFrame::new(kind, found.offset, masked, length, payload)
    }
}
