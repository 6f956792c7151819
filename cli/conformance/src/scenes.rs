//! Plays scenarios.

use std::time::Duration;

use wsdraft::{
    Role,
    extension::elements,
    info::{Outcome, RuleInfo},
};
use wsdraft_spec::{
    Scenario,
    scenario::{Answer, FrameKind, Part, Step},
};

use crate::{
    chopped::chopped,
    frames::part,
    log::Side,
    react::{NO_ANSWERS, Owed, probe, still_there, to_frames},
    setup::Setup,
    talk::{Seen, Talk},
    verdict::{Judgement, Verdict},
    wire::Wire,
};

mod answers;
mod opening;

/// Ends a scenario early.
type Flow<T = ()> = Result<T, Judgement>;

/// Plays a scenario.
pub(crate) async fn play<W: Wire>(
    talk: &mut Talk<'_, W>,
    scenario: &Scenario,
    each: &[u8],
) -> Judgement {
    let mut scene = Scene {
        talk,
        scenario,
        each,
        pings: Vec::new(),
        worst: Judgement::strict(),
        done: false,
    };
    match scene.play().await {
        Ok(()) => scene.worst,
        Err(judgement) => judgement,
    }
}

/// What the draft or the peer does not have and the scenario needs.
pub(crate) fn lack(setup: &Setup, scenario: &Scenario) -> Option<String> {
    let info = setup.draft.info();
    if let Some(since) = &scenario.since
        && !setup.spec.lineage.contains(since)
    {
        return Some(format!("The case applies from {since} on."));
    }
    let lacks = |rule: &&String| {
        let known = info.rules.iter().any(|known| known.id == **rule);
        let mut extended = setup.extensions.iter();
        !known && !extended.any(|one| one.rule(rule).is_some())
    };
    if let Some(rule) = scenario.rules.iter().find(lacks) {
        return Some(format!("{} has no rule {rule}.", info.short));
    }
    if !setup.echoes && scenario.steps.iter().any(needs_echo) {
        return Some("The case needs a peer that echoes messages.".into());
    }
    if !setup.answers() && scenario.steps.iter().any(probes) {
        return Some(NO_ANSWERS.into());
    }
    None
}

struct Scene<'t, 's, W> {
    talk: &'t mut Talk<'s, W>,
    scenario: &'t Scenario,
    /// The payload for which the scenario is played.
    each: &'t [u8],
    /// Pings that were sent.
    pings: Vec<Vec<u8>>,
    worst: Judgement,
    /// The opening settled the case.
    done: bool,
}

impl<W: Wire> Scene<'_, '_, W> {
    async fn play(&mut self) -> Flow {
        let scenario = self.scenario;
        self.applies(scenario)?;
        match self.talk.setup.subject {
            Role::Server => self.ask(scenario).await?,
            Role::Client => self.answer(scenario).await?,
        }
        for step in &scenario.steps {
            if self.done {
                break;
            }
            if let Err(judgement) = self.step(step).await {
                return self.refused_late(&scenario.opening, judgement);
            }
        }
        Ok(())
    }

    /// Whether the draft and the peer have what the scenario needs.
    fn applies(&self, scenario: &Scenario) -> Flow {
        lack(self.talk.setup, scenario).map_or(Ok(()), not_applicable)
    }

    fn bytes(&self, parts: &[Part]) -> Flow<Vec<u8>> {
        let mut out = Vec::new();
        for one in parts {
            match part(&self.talk.pen, one, self.each) {
                // Some have megabytes, which need not be copied.
                Ok(bytes) if out.is_empty() => out = bytes,
                Ok(bytes) => out.extend(bytes),
                Err(why) => return not_applicable(format!("{why}.")),
            }
        }
        Ok(out)
    }

    fn note(&mut self, judgement: Judgement) {
        if judgement.verdict > self.worst.verdict {
            self.worst = judgement;
        }
    }

    async fn step(&mut self, step: &Step) -> Flow {
        match step {
            Step::Send(parts) => {
                let bytes = self.prepared(parts)?;
                self.talk.finished(false).await;
                self.talk.send(&bytes).await;
                self.talk.finished(is_whole(parts)).await;
            }
            Step::Chopped(size, parts) => {
                let bytes = self.prepared(parts)?;
                self.talk.finished(false).await;
                let before = self.talk.log.total(Side::Tester);
                self.talk.send_chopped(&bytes, *size).await;
                let sent = self.talk.log.total(Side::Tester) - before;
                self.talk.chopped = chopped(&self.talk.pen, parts, self.each, (*size, sent));
                self.talk.finished(is_whole(parts)).await;
            }
            Step::Repeat(times, steps) => {
                for _ in 0..*times {
                    for step in steps {
                        Box::pin(self.step(step)).await?;
                    }
                }
            }
            Step::Expect(answers) => self.expect(answers).await?,
            Step::OneOf(choices) => self.one_of(choices).await?,
            Step::Breaks(rule) => self.breaks(rule).await,
            Step::BreaksAtOnce(rule, rest) => self.breaks_at_once(rule, rest).await?,
            Step::Probe => {
                probe(self.talk).await;
                self.owed(&still_there(self.talk)).await?;
            }
            Step::Wait(time) => self.talk.pause(Duration::from_millis(*time)).await,
            Step::HalfClose => self.talk.half_close().await,
        }
        Ok(())
    }

    /// The bytes of these parts; notes what they ask of the peer.
    fn prepared(&mut self, parts: &[Part]) -> Flow<Vec<u8>> {
        self.talk.parts += parts.len();
        self.talk.chopped = None;
        for part in parts {
            self.asks(part);
        }
        self.bytes(parts)
    }

    /// Notes what a part asks of the peer.
    fn asks(&mut self, part: &Part) {
        match part {
            Part::Ping(payload)
            | Part::Frame {
                kind: FrameKind::Ping,
                payload,
                ..
            } => {
                let payload = payload.bytes(self.each).into_owned();
                self.talk.pings.insert(payload.clone());
                self.pings.push(payload);
            }
            Part::Close(..)
            | Part::CloseEmpty
            | Part::Frame {
                kind: FrameKind::Close,
                ..
            } => self.talk.closing = true,
            Part::Last(_, part) | Part::After(_, part) => self.asks(part),
            Part::Coded { payload, .. } => {
                self.talk.coded += payload.length(self.each.len()) as u64;
            }
            _ => {}
        }
    }

    /// The rule with this id, of the draft or of the extension that the scenario is about. Dialects have
    /// rules with the same ids: the latest one with the token counts.
    fn rule(&self, id: &str) -> Option<&'static RuleInfo> {
        let setup = self.talk.setup;
        let of_draft = setup.draft.info().rules.iter().find(|rule| rule.id == id);
        let offered = self.scenario.opening.extensions.as_deref();
        let offers = |token: &str| {
            offered.is_none_or(|offered| elements(offered).any(|one| one.token == token))
        };
        of_draft.or_else(|| {
            let extensions = setup.extensions.iter();
            let of = extensions.filter(|one| one.tokens.iter().any(|token| offers(token)));
            let rules = of.filter_map(|one| Some((one.issued, one.rule(id)?)));
            rules
                .max_by_key(|(issued, _)| *issued)
                .map(|(_, rule)| rule)
        })
    }

    /// Judges the reaction to what breaks a rule.
    async fn breaks(&mut self, id: &str) {
        let setup = self.talk.setup;
        let Some(rule) = self.rule(id) else {
            return;
        };
        let tolerated = setup.tolerance.of(&setup.spec, rule);
        let owed = self.pings.drain(..).map(Owed::Pong).collect();
        let judgement = to_frames(self.talk, rule, tolerated.as_deref(), owed).await;
        self.note(judgement);
    }

    /// Judges whether the reaction comes before what was sent is complete.
    async fn breaks_at_once(&mut self, id: &str, rest: &[Part]) -> Flow {
        let seen = self.talk.next(self.talk.setup.grace).await;
        if seen == Seen::Silence {
            let bytes = self.prepared(rest)?;
            self.talk.send(&bytes).await;
            self.breaks(id).await;
            let why = "The peer refuses this only when the message is complete.";
            let fails = self.rule(id).is_some_and(|rule| {
                let goes_on = [Outcome::Replace, Outcome::Discard, Outcome::Nothing];
                !goes_on.contains(&rule.outcome)
            });
            if fails && self.worst.verdict == Verdict::Strict {
                self.note(Judgement::new(Verdict::Lenient, why));
            }
        } else {
            self.talk.put_back(seen);
            self.breaks(id).await;
        }
        Ok(())
    }
}

fn not_applicable<T>(why: impl Into<String>) -> Flow<T> {
    Err(Judgement::new(Verdict::NotApplicable, why))
}

/// Whether these parts end with a whole frame.
fn is_whole(parts: &[Part]) -> bool {
    !matches!(
        parts.last(),
        Some(Part::First(..) | Part::ButLast(..) | Part::Head(..))
    )
}

fn probes(step: &Step) -> bool {
    match step {
        Step::Probe => true,
        Step::Repeat(_, steps) => steps.iter().any(probes),
        Step::Send(_)
        | Step::Chopped(..)
        | Step::Expect(_)
        | Step::OneOf(_)
        | Step::Breaks(_)
        | Step::BreaksAtOnce(..)
        | Step::Wait(_)
        | Step::HalfClose => false,
    }
}

fn needs_echo(step: &Step) -> bool {
    let echo = |answer: &Answer| matches!(answer, Answer::Text(_) | Answer::Binary(_));
    match step {
        Step::Expect(answers) => answers.iter().any(echo),
        Step::OneOf(choices) => choices.iter().any(|choice| choice.answers.iter().any(echo)),
        Step::Repeat(_, steps) => steps.iter().any(needs_echo),
        Step::Send(_)
        | Step::Chopped(..)
        | Step::Breaks(_)
        | Step::BreaksAtOnce(..)
        | Step::Probe
        | Step::Wait(_)
        | Step::HalfClose => false,
    }
}
