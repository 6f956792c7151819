//! What an analyser takes of the memory of all connections, and its end where that is too much.

use wsdraft::Role;

use super::{Analyser, state::Phase};
use crate::{
    error::Stopped,
    finding::{NoteKind, Sink},
};

impl Analyser {
    /// Bytes of memory that it takes, roughly.
    pub fn held(&self) -> usize {
        size_of::<Self>()
            + self.phase.held()
            + self.sides.client.held()
            + self.sides.server.held()
            + self.repeats.held()
    }

    /// Says why the connection is not followed any further, and ends with what is known of it.
    ///
    /// # Errors
    /// The sink has stopped.
    pub fn give_up(&mut self, why: String, sink: &mut Sink<'_>) -> Result<(), Stopped> {
        let role = Role::Client;
        let at = self.sides.of(role).trace.end();
        let packet = self.sides.of(role).trace.packet(at);
        let current = match &mut self.phase {
            Phase::Open(current) | Phase::Request(current) | Phase::Response(current, ..) => {
                current
            }
            Phase::Search(_) | Phase::Done => {
                self.phase = Phase::Done;
                return Ok(());
            }
        };
        let note = current.note(role, packet, at, NoteKind::GivenUp(why.clone()));
        current.ending.given_up = Some(why);
        self.note(note);
        self.conclude();
        self.phase = Phase::Done;
        self.tell(sink)
    }
}
