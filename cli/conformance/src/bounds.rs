//! Bounds on what a peer can make of a case: none keeps the tester, or its memory, for ever.

use std::time::Duration;

use wsdraft::Violation;

use crate::{
    talk::Talk,
    verdict::{Judgement, Verdict},
};

/// How many answers in a row may take as long as an answer may take.
const ANSWERS: u32 = 12;
/// A case may take at least this long.
const LEAST: Duration = Duration::from_secs(5);
/// The most broken rules that are kept of a peer in a case.
const BROKEN: usize = 1 << 10;
/// The most bytes of a head that are read.
pub(crate) const HEAD: usize = 64 << 10;

impl<W> Talk<'_, W> {
    /// How long the case may take.
    fn limit(&self) -> Duration {
        (self.patience() * ANSWERS).max(LEAST)
    }

    /// Whether the case takes too long: from then on the peer is not listened to.
    pub(crate) fn is_over(&self) -> bool {
        // A transport without patience never waits.
        !self.setup.patience.is_zero() && self.log.elapsed() > self.limit()
    }

    /// The judgement on a peer that kept the case from its end.
    pub(crate) fn overdue(&self) -> Judgement {
        let seconds = self.limit().as_secs_f64();
        let why = format!(
            "The case has no end: after {seconds:.0} s the peer still sends, or still takes what it is sent."
        );
        Judgement::new(Verdict::Unknown, why)
    }

    /// Notes a rule that the peer broke.
    pub(crate) fn note_broken(&mut self, violation: Violation) {
        if self.broken.len() < BROKEN {
            self.broken.push(violation);
        }
    }
}
