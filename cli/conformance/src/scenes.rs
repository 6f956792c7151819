//! Plays scenarios.

use std::time::Duration;

use wsdraft::{
    Role,
    handshake::Answer as Accepting,
    info::{Kind, Outcome, Purpose},
};
use wsdraft_interpreter::vectors::Bytes;
use wsdraft_spec::{
    Scenario,
    scenario::{Answer, Choice, Meaning, Opened, Opening, Part, Payload, Step},
};

use crate::{
    frames::part,
    log::Side,
    opening::{Answered, GREETING, Sending, accepting, ask, hear, requested, session},
    react::{Owed, probe, to_frames, unpaid},
    talk::{Seen, Talk},
    vectors::{aborted, no_request, offered, still_there, unopened},
    verdict::{Judgement, Verdict},
    wire::Wire,
};

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
        each,
        pings: Vec::new(),
        worst: Judgement::strict(),
        done: false,
    };
    match scene.play(scenario).await {
        Ok(()) => scene.worst,
        Err(judgement) => judgement,
    }
}

struct Scene<'t, 's, W> {
    talk: &'t mut Talk<'s, W>,
    each: &'t [u8],
    /// Pings that were sent.
    pings: Vec<Vec<u8>>,
    worst: Judgement,
    /// The opening settled the case.
    done: bool,
}

impl<W: Wire> Scene<'_, '_, W> {
    async fn play(&mut self, scenario: &Scenario) -> Flow {
        self.applies(scenario)?;
        match self.talk.setup.subject {
            Role::Server => self.ask(&scenario.opening).await?,
            Role::Client => self.answer(scenario).await?,
        }
        for step in &scenario.steps {
            if self.done {
                break;
            }
            self.step(step).await?;
        }
        Ok(())
    }

    /// Whether the draft and the peer have what the scenario needs.
    fn applies(&self, scenario: &Scenario) -> Flow {
        let info = self.talk.setup.draft.info();
        let lacks = |rule: &&String| {
            let known = info.rules.iter().any(|known| known.id == **rule);
            let extended = self.talk.setup.extensions.iter();
            !known && !extended.clone().any(|one| one.rule(rule).is_some())
        };
        if let Some(rule) = scenario.rules.iter().find(lacks) {
            return not_applicable(format!("{} has no rule {rule}.", info.short));
        }
        if !self.talk.setup.echoes && scenario.steps.iter().any(needs_echo) {
            return not_applicable("It needs a peer that echoes messages.");
        }
        Ok(())
    }

    /// Opens the connection as a client.
    async fn ask(&mut self, opening: &Opening) -> Flow {
        let setup = self.talk.setup;
        let info = setup.draft.info();
        let mut offered = setup.offered.clone();
        if !opening.subprotocols.is_empty() {
            offered.subprotocol = opening.subprotocols.join(", ");
        }
        for (name, value) in opening.fields.iter() {
            offered.fields.push((name.clone(), value.clone()));
        }
        if let Some(version) = &opening.version {
            let Some(header) = info.request_header(Purpose::Version) else {
                return not_applicable(format!("{} states no version.", info.short));
            };
            offered.fields.push((header.name.into(), version.clone()));
        }
        if opening.extensions.is_some() {
            if info.request_header(Purpose::Extensions).is_none() {
                return not_applicable(format!("{} negotiates no extensions.", info.short));
            }
            offered.extensions.clone_from(&opening.extensions);
        }
        let request = offered.request(setup.draft);
        let sending = self.sending(opening)?;
        let answered = ask(self.talk, &request, opening.extensions.as_deref(), &sending).await;
        self.opened(opening, &answered)?;
        if let Answered::Accepted { extensions, .. } = &answered {
            self.agreed(opening, extensions.as_deref())?;
            settle(self.talk).await;
        }
        Ok(())
    }

    fn sending(&self, opening: &Opening) -> Flow<Sending> {
        Ok(Sending {
            before: opening.before.clone().unwrap_or_default().into_bytes(),
            chopped: opening.chopped,
            along: self.bytes(&opening.along)?,
        })
    }

    /// Whether the extensions were agreed that the scenario is about.
    fn agreed(&self, opening: &Opening, answered: Option<&str>) -> Flow {
        if opening.declined {
            return match answered.filter(|answered| !answered.trim().is_empty()) {
                None => Ok(()),
                Some(answered) => Err(Judgement::new(
                    Verdict::Wrong,
                    format!("It must decline the extensions, and agrees to {answered}."),
                )),
            };
        }
        if opening.extensions.is_some() && self.talk.agreed.is_empty() {
            return not_applicable("The peer does not agree to the extension.");
        }
        Ok(())
    }

    /// Judges the answer to the opening request.
    fn opened(&mut self, opening: &Opening, answered: &Answered) -> Flow {
        match (&opening.outcome, answered) {
            (Opened::Accepted | Opened::Either, Answered::Accepted { .. }) => Ok(()),
            (Opened::Either, Answered::Refused { .. }) => {
                self.done = true;
                Ok(())
            }
            (Opened::Refused(statuses), Answered::Refused { status, .. }) => {
                if !statuses.is_empty() && !statuses.contains(status) {
                    let why = format!("It refuses with the unusual status {status}.");
                    self.note(Judgement::new(Verdict::Lenient, why));
                }
                self.done = true;
                Ok(())
            }
            (Opened::Refused(_), Answered::Accepted { .. }) => Err(Judgement::new(
                Verdict::Wrong,
                "It must refuse the request, and accepts it.",
            )),
            (Opened::Refused(_), _) => Err(Judgement::new(
                Verdict::Lenient,
                "It does not accept the request, and does not respond in HTTP either.",
            )),
            (Opened::Accepted, Answered::Refused { status, reason, .. }) => Err(Judgement::new(
                Verdict::Stricter,
                format!("It refuses a valid request with {status} {reason}."),
            )),
            (_, other) => Err(unopened(other)),
        }
    }

    /// Accepts a client's request.
    async fn answer(&mut self, scenario: &Scenario) -> Flow {
        let opening = &scenario.opening;
        let request = match hear(self.talk).await {
            Ok(request) => request,
            Err(none) => return Err(no_request(&none)),
        };
        let setup = self.talk.setup;
        let extensions = self.answered_extensions(opening, &request)?;
        let subprotocol = offered(self.talk, &request).subprotocol;
        let fields: Vec<(&str, &str)> = opening
            .fields
            .iter()
            .map(|(name, value)| (&**name, &**value))
            .collect();
        let answer = Accepting {
            subprotocol: Some(&*subprotocol).filter(|name| !name.is_empty()),
            extensions: extensions.as_deref(),
            fields: &fields,
            ..Accepting::default()
        };
        let response = accepting(setup, &request, &answer).map_err(|error| {
            Judgement::new(
                Verdict::Wrong,
                format!("Its request cannot be read: {error}."),
            )
        })?;
        let keys = session(setup, &request, &response);
        let refused = matches!(opening.outcome, Opened::Refused(_));
        let agreed = match refused {
            true => Default::default(),
            false => self.settled(&request, extensions.as_deref())?,
        };
        (self.talk.session, self.talk.agreed) = (keys, agreed.clone());
        let sending = self.sending(opening)?;
        let along = sending.along.len() as u64;
        let bytes = [sending.before, response, sending.along].concat();
        let sent = self.talk.log.total(Side::Tester);
        self.talk.frames_at = Some(sent + bytes.len() as u64 - along);
        match sending.chopped {
            Some(size) => self.talk.send_chopped(&bytes, size).await,
            None => self.talk.send(&bytes).await,
        }
        self.talk.open(keys, agreed);
        let setup = self.talk.setup;
        match scenario.rules.iter().find_map(|id| rule(setup, id)) {
            Some(rule) if refused => {
                let tolerated = setup.tolerance.of(&setup.spec, rule);
                let judgement = aborted(self.talk, rule, tolerated.as_deref()).await;
                self.note(judgement);
                self.done = true;
            }
            _ => settle(self.talk).await,
        }
        Ok(())
    }

    /// The extensions to agree to with this client, as the field says.
    fn answered_extensions(&self, opening: &Opening, request: &Bytes) -> Flow<Option<String>> {
        let Some(wanted) = &opening.extensions else {
            return Ok(None);
        };
        let offer = requested(self.talk.setup, request, Purpose::Extensions).unwrap_or_default();
        let token = wanted.split(';').next().unwrap_or_default().trim();
        let offers = wsdraft::extension::elements(&offer);
        let offers = offers.filter(|element| element.token == token).count();
        if offers == 0 {
            return not_applicable(format!("The client does not offer {token}."));
        }
        Ok(Some(wanted.clone()))
    }

    fn settled(&self, request: &Bytes, answered: Option<&str>) -> Flow<wsdraft::extension::Agreed> {
        let Some(answered) = answered else {
            return Ok(Default::default());
        };
        let setup = self.talk.setup;
        let offer = requested(setup, request, Purpose::Extensions).unwrap_or_default();
        let ours = wsdraft::extension::Extensions::offered(&offer, &setup.extensions);
        ours.check(setup.draft.info(), &offer, answered)
            .map_err(|_| {
                let why = "The client's offer does not allow this answer.";
                Judgement::new(Verdict::NotApplicable, why)
            })
    }

    fn bytes(&self, parts: &[Part]) -> Flow<Vec<u8>> {
        let mut out = Vec::new();
        for one in parts {
            match part(self.talk, one, self.each) {
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
                self.talk.send(&bytes).await;
            }
            Step::Chopped(size, parts) => {
                let bytes = self.prepared(parts)?;
                self.talk.send_chopped(&bytes, *size).await;
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
        for part in parts {
            match part {
                Part::Ping(payload) => self.pings.push(payload.bytes(self.each)),
                Part::Close(..) | Part::CloseEmpty => self.talk.closing = true,
                _ => {}
            }
        }
        self.bytes(parts)
    }

    async fn next(&mut self) -> Seen {
        self.talk.next(self.talk.setup.patience).await
    }

    async fn expect(&mut self, answers: &[Answer]) -> Flow {
        for answer in answers {
            loop {
                let seen = self.next().await;
                if self.is(answer, &seen) {
                    break;
                }
                // A pong may be the answer to an earlier ping.
                if matches!(&seen, Seen::Pong(payload) if self.pings.contains(payload)) {
                    continue;
                }
                return Err(self.instead(answer, &seen));
            }
        }
        Ok(())
    }

    /// Waits for what is owed.
    async fn owed(&mut self, owed: &Owed) -> Flow {
        loop {
            let seen = self.next().await;
            if owed.is_paid_by(&seen) {
                return Ok(());
            }
            if matches!(&seen, Seen::Pong(payload) if self.pings.contains(payload)) {
                continue;
            }
            return Err(unpaid(self.talk, &seen));
        }
    }

    /// The judgement on a peer that did this in place of an answer.
    fn instead(&self, answer: &Answer, seen: &Seen) -> Judgement {
        let mut judgement = unpaid(self.talk, seen);
        let expected = said(answer, self.each);
        judgement.why = format!("It must {expected}, and {}.", seen.said());
        judgement
    }

    fn is(&self, answer: &Answer, seen: &Seen) -> bool {
        let message = |wanted: Kind, payload: &Payload| {
            let echo = Owed::Echo(wanted, payload.bytes(self.each));
            echo.is_paid_by(seen)
        };
        match answer {
            Answer::Text(payload) => message(Kind::Text, payload),
            Answer::Binary(payload) => message(Kind::Binary, payload),
            Answer::Pong(payload) => Owed::Pong(payload.bytes(self.each)).is_paid_by(seen),
            Answer::Close(codes) => {
                matches!(seen, Seen::Close(close) if close.code.is_some_and(|code| codes.contains(&code)))
            }
            Answer::AnyClose => matches!(seen, Seen::Close(_)),
            Answer::CloseEmpty => matches!(seen, Seen::Close(close) if close.code.is_none()),
            Answer::End => matches!(seen, Seen::End(_)),
        }
    }

    /// Compares what comes with each choice, as long as one is left.
    async fn one_of(&mut self, choices: &[Choice]) -> Flow {
        let mut left: Vec<&Choice> = choices.iter().collect();
        let mut at = 0;
        loop {
            if let Some(choice) = left.iter().find(|choice| choice.answers.len() == at)
                && (at > 0 || left.len() == 1)
            {
                return self.chosen(choice);
            }
            let seen = self.next().await;
            if matches!(&seen, Seen::Pong(payload) if self.pings.contains(payload))
                && !left
                    .iter()
                    .any(|choice| self.is(&choice.answers[at], &seen))
            {
                continue;
            }
            if seen == Seen::Silence
                && let Some(choice) = left.iter().find(|choice| choice.answers.len() == at)
            {
                return self.chosen(choice);
            }
            let fits = |choice: &&Choice| {
                let answer = choice.answers.get(at);
                answer.is_some_and(|answer| self.is(answer, &seen))
            };
            let fitting: Vec<&Choice> = left.iter().copied().filter(fits).collect();
            let Some(_) = fitting.first() else {
                let expected = left.iter().filter_map(|choice| choice.answers.get(at));
                let mut expected: Vec<String> =
                    expected.map(|answer| said(answer, self.each)).collect();
                expected.dedup();
                let mut judgement = unpaid(self.talk, &seen);
                judgement.why = format!("It must {}, and {}.", expected.join(" or "), seen.said());
                return Err(judgement);
            };
            left = fitting;
            at += 1;
        }
    }

    fn chosen(&mut self, choice: &Choice) -> Flow {
        let verdict = match choice.means {
            Meaning::Strict => return Ok(()),
            Meaning::Lenient => Verdict::Lenient,
            Meaning::Wrong => Verdict::Wrong,
        };
        let judgement = Judgement::new(verdict, choice.why.clone());
        if verdict == Verdict::Wrong {
            return Err(judgement);
        }
        self.note(judgement);
        Ok(())
    }

    /// Judges the reaction to what breaks a rule.
    async fn breaks(&mut self, id: &str) {
        let setup = self.talk.setup;
        let Some(rule) = rule(setup, id) else {
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
            let why = "It refuses this only when the message is complete.";
            let fails = rule(self.talk.setup, id).is_some_and(|rule| {
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

/// The rule with this id, of the draft or of an extension.
fn rule(setup: &crate::setup::Setup, id: &str) -> Option<&'static wsdraft::info::RuleInfo> {
    let of_draft = setup.draft.info().rules.iter().find(|rule| rule.id == id);
    of_draft.or_else(|| setup.extensions.iter().find_map(|one| one.rule(id)))
}

fn not_applicable<T>(why: impl Into<String>) -> Flow<T> {
    Err(Judgement::new(Verdict::NotApplicable, why))
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

/// What an answer is, in words that follow "must".
fn said(answer: &Answer, each: &[u8]) -> String {
    match answer {
        Answer::Text(payload) => {
            format!("send a text message of {} bytes", payload.bytes(each).len())
        }
        Answer::Binary(payload) => {
            format!(
                "send a binary message of {} bytes",
                payload.bytes(each).len()
            )
        }
        Answer::Pong(payload) => format!("send a pong of {} bytes", payload.bytes(each).len()),
        Answer::Close(codes) => {
            let codes: Vec<String> = codes.iter().map(u16::to_string).collect();
            format!("close with {}", codes.join(" or "))
        }
        Answer::AnyClose => "send a close frame".into(),
        Answer::CloseEmpty => "send a close frame without a code".into(),
        Answer::End => "end the connection".into(),
    }
}

/// Passes over what the peer says on its own after each handshake.
pub(crate) async fn settle<W: Wire>(talk: &mut Talk<'_, W>) {
    for _ in 0..talk.setup.greeting {
        let seen = talk.next(GREETING.max(talk.setup.grace)).await;
        if !matches!(seen, Seen::Message { .. }) {
            talk.put_back(seen);
            return;
        }
    }
}
