//! The opening handshakes of scenarios, in both roles.

use wsdraft::{
    Role, Violation,
    extension::{Agreed, Extensions, elements},
    handshake::Answer,
    info::Purpose,
};
use wsdraft_interpreter::vectors::{Bytes, Input, violations};
use wsdraft_spec::{
    Scenario,
    scenario::{Opened, Opening, Spelling},
};

use super::{Flow, Scene, not_applicable};
use crate::{
    aborting::{aborted, idle},
    log::Side,
    opening::{Answered, Sending, accepting, ask, hear, requested, session},
    react::taken,
    setup::Setup,
    spelling::{fillers, spelled},
    talk::Seen,
    usual::{no_request, offered, settle, unopened},
    verdict::{Judgement, Verdict},
    wire::Wire,
};

impl<W: Wire> Scene<'_, '_, W> {
    /// Opens the connection as a client.
    pub(super) async fn ask(&mut self, scenario: &Scenario) -> Flow {
        let opening = &scenario.opening;
        let setup = self.talk.setup;
        let info = setup.draft.info();
        let mut offered = setup.offered.clone();
        if !opening.subprotocols.is_empty() {
            offered.subprotocol = opening.subprotocols.join(", ");
        }
        for (name, value) in opening.fields.iter() {
            offered.fields.push((name.clone(), value.clone()));
        }
        if let Some(more) = opening.fillers {
            offered.fields.extend(fillers(more));
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
        let mut request = offered.request(setup.draft);
        request.head = spelled(&request.head, opening.spelling);
        if !matches!(opening.outcome, Opened::Refused(_)) {
            is_valid(setup, &request)?;
        }
        let sending = self.sending(opening)?;
        let answered = ask(self.talk, &request, opening.extensions.as_deref(), &sending).await;
        self.opened(scenario, &answered)?;
        if let Answered::Accepted { extensions, .. } = &answered {
            self.agreed(scenario, extensions.as_deref())?;
            settle(self.talk).await;
        }
        Ok(())
    }

    pub(super) fn sending(&mut self, opening: &Opening) -> Flow<Sending> {
        for part in &opening.along {
            self.asks(part);
        }
        Ok(Sending {
            before: opening.before.clone().unwrap_or_default().into_bytes(),
            chopped: opening.chopped,
            along: self.bytes(&opening.along)?,
        })
    }

    /// Whether the extensions were agreed that the scenario is about.
    pub(super) fn agreed(&self, scenario: &Scenario, answered: Option<&str>) -> Flow {
        let opening = &scenario.opening;
        let Some(answered) = answered.filter(|answered| !answered.trim().is_empty()) else {
            return match opening.extensions.is_some() && !opening.declined {
                true => not_applicable("The peer does not agree to the extension."),
                false => Ok(()),
            };
        };
        if opening.declined {
            return Err(self.took(scenario, &format!("agrees to {answered}")));
        }
        let of_extensions = |violation: &&Violation| {
            let mut extensions = self.talk.setup.extensions.iter();
            extensions.any(|one| one.rule(violation.rule.id).is_some())
        };
        let broken = self.talk.broken.iter().find(of_extensions);
        match broken.filter(|_| opening.extensions.is_some() && self.talk.pen.agreed.is_empty()) {
            None => Ok(()),
            Some(violation) => {
                let setup = self.talk.setup;
                let tolerated = setup.tolerance.of(&setup.spec, violation.rule);
                let what = format!("answers the offer with {answered}");
                Err(taken(violation.rule, &what, tolerated.as_deref()))
            }
        }
    }

    /// The judgement on a peer that does this, although the scenario's first rule tells it to refuse.
    fn took(&self, scenario: &Scenario, what: &str) -> Judgement {
        let setup = self.talk.setup;
        match scenario.rules.iter().find_map(|id| self.rule(id)) {
            Some(rule) => taken(rule, what, setup.tolerance.of(&setup.spec, rule).as_deref()),
            None => {
                let why = format!("The peer must refuse this, but it {what}.");
                Judgement::new(Verdict::Wrong, why)
            }
        }
    }

    /// Judges the answer to the opening request.
    pub(super) fn opened(&mut self, scenario: &Scenario, answered: &Answered) -> Flow {
        let opening = &scenario.opening;
        match (&opening.outcome, answered) {
            (Opened::Accepted | Opened::Either, Answered::Accepted { .. }) => Ok(()),
            (Opened::Either, Answered::Refused { .. }) => {
                self.done = true;
                Ok(())
            }
            (Opened::Accepted | Opened::Either, Answered::Ended(_)) => {
                let why = "The server ends the connection without an HTTP response.";
                self.note(Judgement::new(Verdict::Lenient, why));
                self.done = true;
                Ok(())
            }
            (Opened::Refused(statuses), Answered::Refused { status, .. }) => {
                if !statuses.is_empty() && !statuses.contains(status) {
                    let why =
                        format!("The server refuses the request with the unusual status {status}.");
                    self.note(Judgement::new(Verdict::Lenient, why));
                }
                self.done = true;
                Ok(())
            }
            (Opened::Refused(_), Answered::Accepted { .. }) => {
                let judgement = self.took(scenario, "accepts the request");
                self.note(judgement);
                self.done = true;
                Ok(())
            }
            (Opened::Refused(_), _) => Err(Judgement::new(
                Verdict::Lenient,
                "The server neither accepts the request nor responds in HTTP.",
            )),
            (Opened::Accepted, Answered::Refused { status, reason, .. }) => Err(Judgement::new(
                match opening.spelling {
                    Spelling::Usual => Verdict::Stricter,
                    // All ways to write a field mean the same.
                    Spelling::Lower | Spelling::Upper | Spelling::Tight | Spelling::Loose => {
                        Verdict::Lenient
                    }
                },
                format!("The server refuses a valid request with {status} {reason}."),
            )),
            (_, other) => Err(unopened(other)),
        }
    }

    /// Accepts a client's request.
    pub(super) async fn answer(&mut self, scenario: &Scenario) -> Flow {
        let opening = &scenario.opening;
        let request = match hear(self.talk).await {
            Ok(request) => request,
            Err(none) => return Err(no_request(&none)),
        };
        let setup = self.talk.setup;
        let extensions = self.answered_extensions(opening, &request)?;
        let subprotocol = offered(self.talk, &request).subprotocol;
        let fields = further_fields(opening);
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (&**name, &**value))
            .collect();
        let answer = Answer {
            subprotocol: Some(&*subprotocol).filter(|name| !name.is_empty()),
            extensions: extensions.as_deref(),
            fields: &fields,
            ..Answer::default()
        };
        let response = accepting(setup, &request, &answer).map_err(|error| {
            Judgement::new(
                Verdict::Wrong,
                format!("The client's request cannot be read: {error}."),
            )
        })?;
        let response = spelled(&response, opening.spelling);
        let keys = session(setup, &request, &response);
        let refused = matches!(opening.outcome, Opened::Refused(_));
        let agreed = match refused {
            true => Default::default(),
            false => self.settled(&request, extensions.as_deref())?,
        };
        (self.talk.pen.session, self.talk.pen.agreed) = (keys, agreed.clone());
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
        match scenario.rules.iter().find_map(|id| self.rule(id)) {
            Some(rule) if refused => {
                let tolerated = setup.tolerance.of(&setup.spec, rule);
                let judgement = aborted(self.talk, rule, tolerated.as_deref()).await;
                self.note(judgement);
                self.done = true;
            }
            _ => settle(self.talk).await,
        }
        if is_unusual(opening) {
            self.may_refuse(opening).await?;
        }
        Ok(())
    }

    /// Judges a client that refuses an unusual response.
    async fn may_refuse(&mut self, opening: &Opening) -> Flow {
        match self.talk.next(self.talk.setup.grace).await {
            Seen::End(_) if !self.talk.framed => {
                self.done = true;
                self.refused(opening)
            }
            Seen::Silence => Ok(()),
            seen => {
                self.talk.put_back(seen);
                Ok(())
            }
        }
    }

    /// The judgement on a client that sent no frame after an unusual response: it may have refused the
    /// response after the time that it usually takes, or without an end of the connection.
    pub(super) fn refused_late(&self, opening: &Opening, judgement: Judgement) -> Flow {
        let silent = self.talk.setup.subject == Role::Client && !self.talk.framed;
        if !silent || !is_unusual(opening) || judgement.verdict != Verdict::Wrong {
            return Err(judgement);
        }
        if self.talk.has_ended() {
            return self.refused(opening);
        }
        Err(idle())
    }

    /// The judgement on a client that refuses an unusual response.
    fn refused(&self, opening: &Opening) -> Flow {
        match opening.outcome {
            Opened::Either => Ok(()),
            Opened::Accepted | Opened::Refused(_) => Err(Judgement::new(
                Verdict::Lenient,
                "The client refuses a valid response: it ends the connection.",
            )),
        }
    }

    /// The extensions to agree to with this client, as the field says.
    pub(super) fn answered_extensions(
        &self,
        opening: &Opening,
        request: &Bytes,
    ) -> Flow<Option<String>> {
        let Some(wanted) = &opening.extensions else {
            return Ok(None);
        };
        let offer = requested(self.talk.setup, request, Purpose::Extensions).unwrap_or_default();
        let token = wanted.split(';').next().unwrap_or_default().trim();
        let offers = elements(&offer);
        let offers = offers.filter(|element| element.token == token).count();
        if offers == 0 {
            return not_applicable(format!("The client does not offer {token}."));
        }
        Ok(Some(wanted.clone()))
    }

    pub(super) fn settled(&self, request: &Bytes, answered: Option<&str>) -> Flow<Agreed> {
        let Some(answered) = answered else {
            return Ok(Default::default());
        };
        let setup = self.talk.setup;
        let offer = requested(setup, request, Purpose::Extensions).unwrap_or_default();
        let ours = Extensions::offered(&offer, &setup.extensions);
        ours.check(setup.draft.info(), &offer, answered)
            .map_err(|_| {
                let why = "The client's offer does not allow this answer.";
                Judgement::new(Verdict::NotApplicable, why)
            })
    }
}

/// Whether a client may take a response for one that it has to refuse.
fn is_unusual(opening: &Opening) -> bool {
    // Some count pieces, against whoever sends a head slowly.
    let is_chopped = opening.chopped.is_some();
    is_chopped || opening.outcome == Opened::Either || opening.spelling != Spelling::Usual
}

/// The header fields that a scenario adds.
fn further_fields(opening: &Opening) -> Vec<(String, String)> {
    let fields = opening.fields.iter();
    let fields = fields.map(|(name, value)| (name.clone(), value.clone()));
    fields
        .chain(opening.fillers.into_iter().flat_map(fillers))
        .collect()
}

/// Whether the draft allows the request: older ones have narrower grammars.
fn is_valid(setup: &Setup, request: &Bytes) -> Flow {
    let broken = violations(
        setup.draft,
        setup.tester(),
        &Input::Request(request.clone()),
    );
    match broken.unwrap_or_default().first() {
        None => Ok(()),
        Some(violation) => {
            let (short, rule) = (setup.draft.info().short, violation.rule.id);
            not_applicable(format!("The request violates {rule} in {short}."))
        }
    }
}
