//! Frames behind bytes that are not recorded, until it is plain that they are frames.
//!
//! Part of a payload can look like a frame. What follows it then hardly ever looks like another one.

use super::{FrameEvent, Frames, State};

/// What is held back until it is believed.
#[derive(Debug)]
pub(super) struct Trial {
    events: Vec<FrameEvent>,
    /// Frames, begun messages, messages and bytes that were counted before.
    counts: [u64; 4],
    /// Where the first frame starts.
    start: u64,
    /// Frames in a row that break no rule, after which they are believed.
    proof: u64,
}

impl Trial {
    /// What proves that these are frames, where any piece of a payload may have been taken for one.
    const PROOF: u64 = 4;

    /// Bytes of memory that it takes, roughly.
    pub(super) fn held(&self) -> usize {
        self.events.capacity() * size_of::<FrameEvent>()
    }
}

impl Frames {
    /// Begins to read again where the next piece starts.
    pub(super) fn begin_trial(&mut self) {
        // A record that begins with a frame is most likely one of short messages.
        let start = self.offset();
        let proof = if start == 0 { 1 } else { Trial::PROOF };
        self.trial = Some(Box::new(Trial {
            events: vec![FrameEvent::Resumed(start)],
            counts: [self.frames, self.begun, self.messages, self.bytes],
            start,
            proof,
        }));
        self.base += self.receiver.offset();
        self.receiver = self.fresh().joining();
        self.state = State::Reading;
    }

    /// Takes a piece while what comes is not believed.
    pub(super) fn try_out(
        &mut self,
        mut trial: Box<Trial>,
        bytes: &[u8],
        sink: &mut dyn FnMut(FrameEvent),
    ) {
        let mut is_clean = true;
        let begins = self.offset() == trial.start;
        self.read(bytes, &mut |event| {
            is_clean &= !matches!(event, FrameEvent::Violation(..) | FrameEvent::Unreadable(_));
            trial.events.push(event);
        });
        if !is_clean {
            self.refute(&trial);
            // Frames may start with this piece all the same, unless it was tried already.
            if !begins {
                self.base -= bytes.len() as u64;
                self.push(bytes, sink);
            }
        } else if self.frames - trial.counts[0] >= trial.proof {
            trial.events.drain(..).for_each(sink);
        } else {
            self.trial = Some(trial);
        }
    }

    /// Where what is held back starts.
    pub(crate) fn tried(&self) -> Option<u64> {
        self.trial.as_ref().map(|trial| trial.start)
    }

    /// Takes back what was read: those were no frames.
    pub(super) fn refute(&mut self, trial: &Trial) {
        self.base = self.offset();
        self.work.clear();
        self.receiver = self.fresh();
        self.state = State::Lost;
        [self.frames, self.begun, self.messages, self.bytes] = trial.counts;
    }

    /// What is held back and ends with a whole frame, where nothing more comes that could refute it.
    pub(crate) fn believed(&mut self) -> Vec<FrameEvent> {
        let is_whole = self.work.is_empty() && self.receiver.payload_left().is_none();
        let trial = self.trial.take_if(|_| is_whole);
        trial.map_or_else(Vec::new, |trial| trial.events)
    }
}
