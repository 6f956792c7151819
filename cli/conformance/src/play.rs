//! Plays a case.

use std::time::Duration;

use wsdraft::{Violation, info::Scope};
use wsdraft_spec::scenario::{Opened, Spelling};

use crate::{
    case::{Case, Play},
    farewell::part,
    faults,
    log::{Log, Mark, Side},
    scenes,
    setup::Setup,
    talk::{Starts, Talk},
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
    /// Whether a server refused because it had too much to do.
    pub overloaded: bool,
    /// Rules that the peer broke by what it sent.
    pub broken: Vec<Violation>,
    /// The byte from the tester that breaks the rule of the case.
    pub mark: Option<Mark>,
    /// The code with which the peer closed.
    pub close_code: Option<u16>,
    /// Whether the peer sent a frame.
    pub framed: bool,
    /// How long the case took.
    pub took: Duration,
    pub(crate) starts: Starts,
    /// Whether the judgement is about what the peer did not do, or about an end of its stream.
    pub(crate) rests: bool,
}

impl Played {
    /// A case that could not be played, for this reason.
    #[must_use]
    pub fn failed(why: String) -> Self {
        Self {
            judgement: Judgement::new(Verdict::Unknown, why),
            log: Log::new(),
            broken: Vec::new(),
            overloaded: false,
            mark: None,
            close_code: None,
            framed: false,
            took: Duration::ZERO,
            starts: Starts::default(),
            rests: true,
        }
    }

    /// What came of a case that was played `again`, alone, since other connections may have disturbed the
    /// first play. The second verdict counts, unless the peer said nothing. A rule that the peer broke in
    /// the first play stays broken.
    #[must_use]
    pub fn or(self, again: Self) -> Self {
        let same = self.judgement.open == again.judgement.open;
        if same && self.judgement.verdict == again.judgement.verdict {
            return self;
        }
        if !again.log.heard() {
            return self.unrepeated();
        }
        if self.broken.is_empty() || !again.broken.is_empty() {
            return again;
        }
        Self {
            judgement: again.judgement,
            overloaded: again.overloaded,
            ..self
        }
    }

    /// What came of a case that could not be played again, alone: other connections may have kept the peer
    /// from an answer, and are no reason for a wrong one.
    #[must_use]
    pub fn unrepeated(mut self) -> Self {
        let open = self.judgement.open.take().is_some();
        if open || self.judgement.verdict == Verdict::Wrong && self.rests {
            let why = format!(
                "{} Other connections may be the reason, and the case could not be played alone.",
                self.judgement.why
            );
            self.judgement = Judgement::unknown(why);
        }
        self
    }

    /// The byte at which the peer broke a rule.
    pub(crate) const fn mark_of(&self, broken: &Violation) -> Mark {
        let start = match broken.rule.scope {
            Scope::Request | Scope::Response => self.starts.head,
            Scope::Frame | Scope::Message | Scope::Close | Scope::Conversation | Scope::Policy => {
                self.starts.frames
            }
        };
        Mark {
            by: Side::Peer,
            offset: start + broken.offset,
        }
    }
}

/// Plays a case over a fresh transport.
pub async fn play<W: Wire>(setup: &Setup, case: &Case, wire: &mut W) -> Played {
    let mut talk = Talk::new(setup, wire);
    let judgement = match &case.play {
        Play::Vector {
            rule,
            at,
            vector,
            breaks,
        } => vectors::play(&mut talk, rule, (*at, vector), *breaks).await,
        Play::Scenario { scenario, each } => {
            scenes::play(&mut talk, scenario, &each.bytes(&[])).await
        }
        Play::Sends(_) => Judgement::new(Verdict::Unknown, "The peer sends nothing."),
    };
    let mut judgement = if talk.is_over() {
        talk.overdue()
    } else {
        judgement
    };
    let broken = faults::of_peer(&mut talk, case, &mut judgement);
    let (took, rests) = (talk.log.elapsed(), talk.log.rests(setup.patience));
    part(&mut talk).await;
    Played {
        judgement,
        took,
        rests,
        framed: talk.framed,
        broken,
        overloaded: talk.overloaded,
        mark: talk.mark,
        close_code: talk.close_code,
        starts: talk.starts,
        log: talk.log,
    }
}

impl Case {
    /// Whether the case is played over a connection. The other cases judge what the peer sent in these.
    #[must_use]
    pub const fn is_played(&self) -> bool {
        !matches!(self.play, Play::Sends(_))
    }

    /// Whether a correct client may refuse the connection. A driver that gives up at the first failed
    /// connection does not get to the cases after it.
    #[must_use]
    pub fn may_fail_to_connect(&self) -> bool {
        match &self.play {
            Play::Vector { rule, .. } => rule.scope == Scope::Response,
            Play::Scenario { scenario, .. } => {
                let opening = &scenario.opening;
                opening.before.is_some()
                    || opening.outcome != Opened::Accepted
                    || !opening.fields.is_empty()
                    || opening.fillers.is_some()
                    || opening.spelling != Spelling::Usual
            }
            Play::Sends(_) => false,
        }
    }

    /// Whether the draft and the peer have what the case needs, as far as that is known before.
    #[must_use]
    pub fn applies(&self, setup: &Setup) -> bool {
        match &self.play {
            Play::Scenario { scenario, .. } => scenes::lack(setup, scenario).is_none(),
            Play::Vector { .. } | Play::Sends(_) => true,
        }
    }

    /// Whether what the tester sends breaks a rule.
    #[must_use]
    pub fn breaks_a_rule(&self) -> bool {
        match &self.play {
            Play::Vector { breaks, .. } => *breaks,
            Play::Scenario { scenario, .. } => scenario.breaks_a_rule(),
            Play::Sends(_) => false,
        }
    }

    /// Bytes that the tester sends at once, roughly.
    #[must_use]
    pub fn weight(&self) -> usize {
        match &self.play {
            Play::Scenario { scenario, each } => scenario.weight(each.length(0)),
            Play::Vector { .. } | Play::Sends(_) => 0,
        }
    }
}
