//! What an analyser takes of the memory of all connections, and its end where that is too much.

use super::{Analyser, Current, Phase, Side};
use crate::{
    Stopped,
    opening::{Answer, Opening},
    report::{Sink, What},
};

impl Analyser<'_> {
    /// Bytes of memory that it takes, roughly.
    pub fn held(&self) -> usize {
        let phase = match &self.phase {
            Phase::Search(head) => head.bytes.capacity(),
            Phase::Request(current) | Phase::Open(current) => current.held(),
            Phase::Response(current, head) => current.held() + head.bytes.capacity(),
            Phase::Done => 0,
        };
        size_of::<Self>()
            + phase
            + self.sides.client.held()
            + self.sides.server.held()
            + self.repeats.held()
    }

    /// Says why the connection is not followed any further, and ends with what is known of it.
    pub fn give_up(&mut self, why: String, sink: &mut Sink<'_>) -> Result<(), Stopped> {
        let role = wsdraft::Role::Client;
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
        let note = current.note(role, packet, at, What::GivenUp(why.clone()));
        current.ending.given_up = Some(why);
        self.note(note);
        self.conclude();
        self.phase = Phase::Done;
        self.tell(sink)
    }
}

impl Side {
    fn held(&self) -> usize {
        self.trace.held()
            + self.frames.as_ref().map_or(0, |frames| frames.held())
            + self.waiting
            + self.held.capacity() * HELD
    }
}

/// What a piece that waits takes beside its bytes, roughly.
pub(super) const HELD: usize = 64;

impl Current {
    fn held(&self) -> usize {
        let peers = &self.peers;
        let addresses = [&peers.client, &peers.server].into_iter().flatten();
        size_of::<Self>()
            + addresses.map(String::capacity).sum::<usize>()
            + self.opening.as_ref().map_or(0, Opening::held)
            + self.answer.as_ref().map_or(0, Answer::held)
            + self.ending.held()
            + self.talk.held()
    }
}
