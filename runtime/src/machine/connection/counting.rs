//! Tells those who count what happens.

use super::{Core, loan::Loan};
use crate::{
    machine::{
        close::{Cause, Close, Ending},
        error::ConnectionError,
        limits::CloseAnswer,
        metrics::{CloseFrame, EndKind},
    },
    payload::buffer::Assembly,
    protocol::{draft::Draft, info::Kind},
};

impl<D: Draft> Core<D> {
    /// Appends a whole message to the output.
    #[inline]
    pub(super) fn queue_message(
        &mut self,
        kind: Kind,
        reserved: u8,
        payload: &[u8],
    ) -> Result<(), ConnectionError> {
        self.queue_data(kind, true, reserved, payload)?;
        self.meter.sent(kind, payload.len());
        Ok(())
    }

    /// Counts a received message. Other frames are counted when they arrive.
    #[inline]
    pub(super) fn count(&self, loan: &Loan, assembly: &Assembly) {
        let (kind, length) = match loan {
            Loan::Text(payload, _) => (Kind::Text, payload.len()),
            Loan::Binary(payload) => (Kind::Binary, payload.len()),
            Loan::Coded(state, payload) => (state.kind, payload.len()),
            Loan::Assembled(state) | Loan::Decoded(state, _) => (state.kind, assembly.len()),
            Loan::Ping(_) | Loan::Pong(_) | Loan::Extension(..) | Loan::Close | Loan::Closed => {
                return;
            }
        };
        self.meter.received(kind, length);
    }

    /// Reports the ending to those who count, unless the response to the peer's close frame is held:
    /// then the application may still choose its code.
    pub(super) fn count_end(&mut self, ending: &Ending) {
        let why = match &ending.cause {
            Cause::Clean => EndKind::Clean,
            Cause::Violation(violation) => EndKind::Violation(violation.rule.id),
            Cause::Limit { limit, .. } => EndKind::Limit(limit.name()),
            Cause::Vanished { .. } => EndKind::Vanished,
        };
        let peer = self.closing.peer.as_deref();
        let received = peer.map_or(CloseFrame::Absent, |close| close.code.into());
        self.meter.ended(why, ending.by, received);
        let held = self.closing.answer > 0 && self.config.close_answer == CloseAnswer::Held;
        if !held {
            self.meter.settle();
        }
    }

    /// Notes the close frame that this endpoint sends.
    pub(super) fn note_close(&mut self, body: &[u8]) {
        let closing = self.receiver.draft().info().closing;
        self.meter.closes(|| Close::read(body, closing?.body).code);
    }
}
