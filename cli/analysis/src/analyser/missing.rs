//! Bytes that are not recorded.

use wsdraft::Role;

use super::{
    Analyser,
    head::Head,
    state::{Phase, Piece},
};
use crate::{
    error::Stopped,
    finding::{NoteKind, Sink},
};

impl Analyser {
    /// Says that so many of the next bytes that `from` sent are not recorded.
    ///
    /// # Errors
    /// The sink has stopped.
    pub fn gap(
        &mut self,
        from: Role,
        missing: u64,
        packet: Option<u64>,
        sink: &mut Sink<'_>,
    ) -> Result<(), Stopped> {
        self.sides.of_mut(from).missing += missing;
        if self.holds(from) || self.is_holding(from) {
            let held = &mut self.sides.of_mut(from).held;
            held.push_back((packet, Piece::Gap(missing)));
            self.bound(from);
        } else {
            self.lose(from, missing, packet);
        }
        self.release(sink)
    }

    pub(super) fn lose(&mut self, from: Role, missing: u64, packet: Option<u64>) {
        match std::mem::replace(&mut self.phase, Phase::Done) {
            Phase::Request(current) => {
                self.check_request(current);
                // Where its frames start is not known either, once there are any.
                let held = &mut self.sides.of_mut(from).held;
                held.push_front((packet, Piece::Gap(missing)));
                return;
            }
            Phase::Search(_) if from == Role::Client => {
                self.phase = Phase::Search(Head::default());
            }
            Phase::Open(mut current) => {
                self.believe(&mut current, from);
                self.phase = Phase::Open(current);
            }
            phase => {
                self.phase = phase;
                self.unanswered();
            }
        }
        if from == Role::Client {
            self.content = None;
        }
        let side = self.sides.of_mut(from);
        let at = side.trace.end();
        side.trace.skip(missing);
        if let (Phase::Open(current), Some(frames)) = (&mut self.phase, &mut side.frames) {
            let within_payload = frames.gap(missing);
            current.exchange.trouble();
            let lost = frames.offset();
            side.troubled |= !within_payload;
            let what = NoteKind::Gap {
                missing,
                within_payload,
            };
            let note = current.note(from, packet, at, what);
            self.note(note);
            self.channels_lost(from, lost);
        }
    }
}
