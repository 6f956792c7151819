//! Frames of a connection on which extensions were agreed.

use wsdraft::{info::Kind, inspect::Observed};

use super::{FrameEvent, Frames, State};
use crate::conversation::exchange::SentFrame;

impl Frames {
    /// Takes a piece through the extensions.
    pub(super) fn inspect(&mut self, bytes: &[u8], sink: &mut dyn FnMut(FrameEvent)) {
        self.base += bytes.len() as u64;
        let Some(mut inspector) = self.inspector.take() else {
            return;
        };
        inspector.push(bytes);
        let mut message = None;
        for seen in inspector.by_ref() {
            self.inspected(&seen, &mut message, sink);
            if self.carries {
                sink(FrameEvent::Carried(Box::new(seen), self.frames.max(1)));
            }
        }
        self.inspector = Some(inspector);
    }

    /// Takes what was observed, and the number of the message that it is of.
    fn inspected(
        &mut self,
        seen: &Observed,
        message: &mut Option<u64>,
        sink: &mut dyn FnMut(FrameEvent),
    ) {
        match seen {
            Observed::Frame {
                kind,
                fin,
                offset,
                mask,
                size,
                length,
                payload,
                ..
            } => {
                sink(FrameEvent::Frame(SentFrame::new(
                    (*kind, *fin),
                    *offset,
                    (*mask, *size),
                    *length,
                    payload,
                )));
                self.frames += 1;
                self.begun += u64::from(matches!(kind, Kind::Text | Kind::Binary));
                *message = Some(self.begun).filter(|_| kind.is_data());
            }
            Observed::Violation(violation) => {
                let violation = violation.clone();
                sink(FrameEvent::Violation(
                    violation,
                    self.frames.max(1),
                    *message,
                ));
            }
            Observed::Text(text) => {
                self.messages += 1;
                self.bytes += text.len() as u64;
            }
            Observed::Binary(payload) | Observed::Coded { payload, .. } => {
                self.messages += 1;
                self.bytes += payload.len() as u64;
            }
            Observed::Long { kind, length, .. } if kind.is_data() => {
                self.messages += 1;
                self.bytes += length;
            }
            Observed::Close(close) => sink(FrameEvent::Close(close.clone(), None)),
            Observed::Unreadable { offset } => {
                sink(FrameEvent::Unreadable(*offset));
                self.state = State::Stopped;
            }
            _ => {}
        }
    }
}
