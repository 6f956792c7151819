//! Where a frame most likely starts, after bytes that are not recorded.

use wsdraft::{
    Draft, Violation,
    receive::{Item, Receiver},
};

use super::{Frames, State};

impl Frames {
    /// Passes over bytes that are not recorded; `false` where it is not known what follows.
    pub(crate) fn gap(&mut self, missing: u64) -> bool {
        let plain = self.inspector.take().is_none() && self.work.is_empty();
        if self.state == State::Reading && plain && self.receiver.skip(missing) {
            return true;
        }
        self.base += missing + self.work.len() as u64;
        self.work.clear();
        if let Some(trial) = self.trial.take() {
            self.refute(&trial);
        }
        if self.state == State::Reading {
            self.state = State::Lost;
        }
        false
    }

    /// Whether a piece most likely starts with a frame: it is made of whole frames that break
    /// no rule.
    pub(crate) fn is_start(&self, bytes: &[u8]) -> bool {
        let mut copy = bytes.to_vec();
        let mut receiver = self.fresh();
        let mut done = 0;
        let mut clean = true;
        let mut note = |_: Violation| {
            clean = false;
            Ok(())
        };
        while done < copy.len() {
            let rest = copy.get_mut(done..).unwrap_or_default();
            let Ok(step) = receiver.next(rest, &mut note) else {
                return false;
            };
            if !matches!(step.item, Item::Frame(..)) {
                return false;
            }
            done += step.consumed;
        }
        clean && !copy.is_empty()
    }

    pub(crate) fn fresh(&self) -> Receiver<&'static dyn Draft> {
        Receiver::new(
            self.draft,
            self.from,
            self.session,
            self.claimed,
            Self::MAX_HELD,
        )
    }
}
