//! Plays a case.

use std::time::Duration;

use wsdraft::Violation;

use crate::{
    case::{Case, Play},
    log::Log,
    scenes,
    setup::Setup,
    talk::Talk,
    vectors,
    verdict::{Judgement, Verdict},
    wire::Wire,
};

/// What came of a case.
#[derive(Clone, Debug)]
pub struct Played {
    /// The judgement.
    pub judgement: Judgement,
    /// What went over the wire.
    pub log: Log,
    /// Rules that the peer broke by what it sent.
    pub broken: Vec<Violation>,
    /// How long the case took.
    pub took: Duration,
}

impl Played {
    /// A case that could not be played, for this reason.
    #[must_use]
    pub fn failed(why: String) -> Self {
        Self {
            judgement: Judgement::new(Verdict::Unknown, why),
            log: Log::new(),
            broken: Vec::new(),
            took: Duration::ZERO,
        }
    }
}

/// Plays a case over a fresh transport.
pub async fn play<W: Wire>(setup: &Setup, case: &Case, wire: &mut W) -> Played {
    let mut talk = Talk::new(setup, wire);
    let judgement = match &case.play {
        Play::Vector { rule, at, breaks } => vectors::play(&mut talk, rule, *at, *breaks).await,
        Play::Scenario { scenario, each } => scenes::play(&mut talk, scenario, each).await,
        Play::Sends(_) => Judgement::new(Verdict::Unknown, "The peer sends nothing."),
    };
    let mut broken = std::mem::take(&mut talk.broken);
    broken.retain(|_| binds(&case.play));
    Played {
        judgement,
        took: talk.log.elapsed(),
        broken,
        log: talk.log,
    }
}

/// Whether the rules bind what the peer sends in this case. What answers an input that breaks a rule
/// may repeat its faults; only versions are listed for no other reason.
fn binds(play: &Play) -> bool {
    match play {
        Play::Vector {
            breaks: true, rule, ..
        } => rule.outcome.lists_versions(),
        Play::Vector { breaks: false, .. } | Play::Scenario { .. } | Play::Sends(_) => true,
    }
}

impl Case {
    /// Whether the case is played over a connection. Others judge what the peer sent in these.
    #[must_use]
    pub const fn is_played(&self) -> bool {
        !matches!(self.play, Play::Sends(_))
    }
}
