//! Finds out which case a server did not survive.

use std::collections::BTreeSet;

use wsdraft_conformance::{Judgement, Played, Suite, report::Report};

use super::{
    Test,
    presence::{Gone, Presence},
};
use crate::output;

/// The most cases that are named.
const NAMED: usize = 8;

impl Test {
    /// Plays each case again, alone, during which the server may have gone, and blames the one after
    /// which it is gone again.
    pub(super) async fn blame(&self, suite: &Suite, played: &mut [Option<Played>]) {
        // The last cases may have ended it.
        self.look().await;
        let suspects = self.presence.take_suspects();
        for &at in &suspects {
            if self.presence.gone().is_some() {
                break;
            }
            let mut again = self.play(suite, at).await;
            self.look().await;
            let is_guilty = self.presence.take_suspects().contains(&at);
            if is_guilty {
                again.judgement = judgement(Gone::Ended, true);
                let id = &suite.cases[at].id;
                output::log(&format!(
                    "the server ended its process or stopped listening during {id}"
                ));
            }
            played[at] = Some(again);
            if is_guilty && self.presence.gone().is_some() {
                return;
            }
        }
        if let Some(gone) = self.presence.gone() {
            self.gone(gone, &suspects, suite, played);
        }
    }

    /// Says during which cases the server went.
    fn gone(
        &self,
        gone: Gone,
        suspects: &BTreeSet<usize>,
        suite: &Suite,
        played: &mut [Option<Played>],
    ) {
        if gone == Gone::Stuck {
            for at in self.presence.in_vain() {
                blame(&mut played[at], Judgement::unknown(gone.why()));
            }
        }
        for &at in suspects {
            blame(&mut played[at], judgement(gone, suspects.len() == 1));
        }
        let ids = suspects.iter().map(|at| &*suite.cases[*at].id);
        let mut ids: Vec<&str> = ids.collect();
        let more = ids.len().saturating_sub(NAMED);
        ids.truncate(NAMED);
        let more = match more {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        output::log(&format!(
            "{} It went during {}{more}; --jobs 1 tells which one it was.",
            gone.why(),
            ids.join(", ")
        ));
    }

    /// Looks whether the server is there.
    async fn look(&self) {
        if self.presence.gone().is_none() {
            drop(self.presence.open(async || self.connect().await).await);
        }
    }
}

impl Presence {
    /// Says of the cases that were not played why.
    pub(super) fn explain(&self, report: &mut Report) {
        if let Some(gone) = self.gone() {
            for case in report.cases.iter_mut().filter(|case| !case.played) {
                case.why = gone.why().into();
            }
        }
    }
}

fn blame(played: &mut Option<Played>, judgement: Judgement) {
    let played = played.get_or_insert_with(|| Played::failed(String::new()));
    played.judgement = judgement;
}

fn judgement(gone: Gone, is_alone: bool) -> Judgement {
    let happened = gone.happened();
    if is_alone {
        Judgement::wrong(format!("{happened}."))
    } else {
        Judgement::unknown(format!(
            "{happened}, or during another that was played at the same time."
        ))
    }
}
