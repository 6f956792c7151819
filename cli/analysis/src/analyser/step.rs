//! What is done with the next bytes.

use wsdraft::Role;

use super::{
    Analyser,
    state::{Current, Phase},
};
use crate::{conversation::Frames, error::Stopped, finding::Sink};

impl Analyser {
    /// Takes some bytes, and gives how many.
    pub(super) fn step(
        &mut self,
        from: Role,
        bytes: &[u8],
        packet: Option<u64>,
        sink: &mut Sink<'_>,
    ) -> Result<usize, Stopped> {
        let side = self.sides.of_mut(from);
        let first = !std::mem::replace(&mut side.begun, true);
        let taken = match (std::mem::replace(&mut self.phase, Phase::Done), from) {
            (Phase::Search(head), _) => self.search(from, head, bytes, packet, first),
            (Phase::Request(current), _) => self.body(current, bytes, packet),
            (Phase::Response(current, head), Role::Server) => {
                self.response(current, head, bytes, packet)
            }
            (Phase::Open(current), _) => {
                self.frames(current, from, bytes, packet, sink)?;
                bytes.len()
            }
            (phase @ (Phase::Response(..) | Phase::Done), _) => {
                self.phase = phase;
                bytes.len()
            }
        };
        self.tell(sink)?;
        Ok(taken)
    }

    /// Takes bytes of frames.
    fn frames(
        &mut self,
        current: Box<Current>,
        from: Role,
        bytes: &[u8],
        packet: Option<u64>,
        sink: &mut Sink<'_>,
    ) -> Result<(), Stopped> {
        let mut current = self.settle(current, from, bytes);
        current.keep_start(from, bytes);
        let side = self.sides.of_mut(from);
        side.trace.push(bytes, packet);
        let mut frames = side.frames.take();
        let mut told = Ok(());
        if let Some(frames) = &mut frames {
            frames.push(bytes, &mut |sighting| {
                self.sighting(&mut current, from, sighting);
                if told.is_ok() {
                    told = self.tell(sink);
                }
            });
        }
        let side = self.sides.of_mut(from);
        let tried = frames.as_ref().and_then(Frames::tried);
        side.trace.ask_from(tried.map(|offset| side.start + offset));
        side.frames = frames;
        self.phase = Phase::Open(current);
        told
    }
}
