//! Plays the vectors of rules.

use wsdraft::{
    Role,
    handshake::Answer,
    info::{Outcome, Purpose, RuleInfo},
};
use wsdraft_interpreter::vectors::{
    Bytes, Case as Vector, Input, Offered, Vectors, observed_in, violations,
};

use crate::{
    opening::{Answered, NoRequest, Sending, accepting, ask, hear, requested, session},
    react::{Owed, probe, taken, to_frames, unpaid},
    scenes::settle,
    talk::{Seen, Talk},
    verdict::{Judgement, Verdict},
    wire::Wire,
};

/// Plays one vector.
pub(crate) async fn play<W: Wire>(
    talk: &mut Talk<'_, W>,
    rule: &'static RuleInfo,
    at: usize,
    breaks: bool,
) -> Judgement {
    let setup = talk.setup;
    match setup.subject {
        Role::Server => {
            let Some(vector) = of(talk, rule, at, setup.offered.clone()) else {
                return missing();
            };
            match vector.kept {
                _ if !is_shared(talk, rule, &vector) => other_draft(),
                Input::Request(_) => request(talk, rule, vector, breaks).await,
                Input::Response(..) => missing(),
                Input::Frames { .. } => match usual(talk).await {
                    Ok(()) => frames(talk, rule, at, breaks).await,
                    Err(judgement) => judgement,
                },
            }
        }
        Role::Client => {
            let request = match hear(talk).await {
                Ok(request) => request,
                Err(none) => return no_request(&none),
            };
            let offered = offered(talk, &request);
            let Some(vector) = of(talk, rule, at, offered.clone()) else {
                return missing();
            };
            match vector.kept {
                _ if !is_shared(talk, rule, &vector) => other_draft(),
                Input::Request(_) => missing(),
                Input::Response(..) => response(talk, rule, vector, breaks, &offered).await,
                Input::Frames { .. } => match agree(talk, &request).await {
                    Ok(()) => frames(talk, rule, at, breaks).await,
                    Err(judgement) => judgement,
                },
            }
        }
    }
}

fn of<W: Wire>(talk: &Talk<'_, W>, rule: &RuleInfo, at: usize, offered: Offered) -> Option<Vector> {
    let setup = talk.setup;
    let vectors = Vectors::new(&setup.spec, setup.draft)
        .offering(offered)
        .in_session(talk.session);
    let vectors = vectors.of(rule.id).ok()?;
    let mut vectors = vectors.into_iter().filter(|one| one.by == setup.tester());
    vectors.nth(at)
}

/// Whether the draft that the peer may speak instead objects to the same input.
fn is_shared<W: Wire>(talk: &Talk<'_, W>, rule: &RuleInfo, vector: &Vector) -> bool {
    talk.setup.taken_for.is_none_or(|newer| {
        let broken = violations(newer, vector.by, &vector.broken);
        let broken = broken.is_ok_and(|broken| {
            broken
                .iter()
                .any(|broken| broken.rule.id == rule.id && broken.rule.outcome == rule.outcome)
        });
        broken && violations(newer, vector.by, &vector.kept).is_ok_and(|broken| broken.is_empty())
    })
}

fn other_draft() -> Judgement {
    Judgement::new(
        Verdict::NotApplicable,
        "A newer draft with the same number has another rule, and the peer may speak that.",
    )
}

fn missing() -> Judgement {
    Judgement::new(
        Verdict::NotApplicable,
        "The peer's handshake leaves no room for this input.",
    )
}

/// What a client's request offers.
pub(crate) fn offered<W: Wire>(talk: &Talk<'_, W>, request: &Bytes) -> Offered {
    let value = |purpose| requested(talk.setup, request, purpose);
    let subprotocols = value(Purpose::Subprotocol).unwrap_or_default();
    let first = subprotocols.split([',', ' ']).next().unwrap_or_default();
    Offered {
        subprotocol: first.trim().into(),
        extensions: None,
        given: Some(request.clone()),
        ..Offered::default()
    }
}

/// Opens a connection as a client usually does.
pub(crate) async fn usual<W: Wire>(talk: &mut Talk<'_, W>) -> Result<(), Judgement> {
    let request = talk.setup.offered.request(talk.setup.draft);
    let answered = ask(talk, &request, None, &Sending::default()).await;
    match answered {
        Answered::Accepted { .. } => {
            settle(talk).await;
            Ok(())
        }
        other => Err(unopened(&other)),
    }
}

/// Accepts a client's request as a server usually does.
pub(crate) async fn agree<W: Wire>(
    talk: &mut Talk<'_, W>,
    request: &Bytes,
) -> Result<(), Judgement> {
    let subprotocol = offered(talk, request).subprotocol;
    let answer = Answer {
        subprotocol: Some(&*subprotocol).filter(|name| !name.is_empty()),
        ..Answer::default()
    };
    match accepting(talk.setup, request, &answer) {
        Ok(response) => {
            talk.send(&response).await;
            talk.open(session(talk.setup, request, &response), Default::default());
            settle(talk).await;
            Ok(())
        }
        Err(error) => Err(Judgement::new(
            Verdict::Wrong,
            format!("Its request cannot be read: {error}."),
        )),
    }
}

/// Why there is no connection to test.
pub(crate) fn unopened(answered: &Answered) -> Judgement {
    let why = match answered {
        Answered::Refused { status, reason, .. } => {
            format!("The server refuses the usual request with {status} {reason}.")
        }
        Answered::Ended(_) => "The server ends the connection without a response.".into(),
        Answered::Silent => "The server does not respond in time.".into(),
        Answered::Unreadable(why) => format!("The server cannot be understood: {why}."),
        Answered::Accepted { .. } => String::new(),
    };
    Judgement::new(Verdict::Unknown, why)
}

/// Why there is no client to test.
pub(crate) fn no_request(none: &NoRequest) -> Judgement {
    match none {
        NoRequest::Nothing(seen) => Judgement::new(
            Verdict::Unknown,
            format!("The client sends no request: it {}.", seen.said()),
        ),
        NoRequest::Unreadable(why) => Judgement::new(
            Verdict::Wrong,
            format!("The client's request cannot be read: {why}."),
        ),
    }
}

/// Plays frames on an open connection.
async fn frames<W: Wire>(
    talk: &mut Talk<'_, W>,
    rule: &'static RuleInfo,
    at: usize,
    breaks: bool,
) -> Judgement {
    let setup = talk.setup;
    let Some(vector) = of(talk, rule, at, setup.offered.clone()) else {
        return missing();
    };
    let input = if breaks { &vector.broken } else { &vector.kept };
    let Input::Frames { bytes, .. } = input else {
        return missing();
    };
    let observed = observed_in(setup.draft, vector.by, bytes, 0, talk.session);
    let owed = Owed::before_violation(observed, setup.echoes);
    talk.closing = owed.contains(&Owed::Close);
    talk.send(bytes).await;
    if breaks {
        let tolerated = setup.tolerance.of(&setup.spec, rule);
        to_frames(talk, rule, tolerated.as_deref(), owed).await
    } else {
        paid(talk, owed).await
    }
}

/// Waits until the peer has answered everything, and is still there.
async fn paid<W: Wire>(talk: &mut Talk<'_, W>, mut owed: Vec<Owed>) -> Judgement {
    let closes = owed.contains(&Owed::Close);
    if closes {
        // A peer may close before it echoes what came before.
        owed.retain(|owed| *owed == Owed::Close);
    } else {
        probe(talk).await;
        owed.push(still_there(talk));
    }
    while !owed.is_empty() {
        let seen = talk.next(talk.setup.patience).await;
        if let Some(at) = owed.iter().position(|owed| owed.is_paid_by(&seen)) {
            // A pong may answer all earlier pings, too.
            if matches!(owed[at], Owed::Pong(_)) {
                let is_later =
                    |(place, owed): (usize, &Owed)| place > at || !matches!(owed, Owed::Pong(_));
                let mut place = 0;
                owed.retain(|one| {
                    place += 1;
                    is_later((place - 1, one))
                });
            } else {
                owed.remove(at);
            }
            continue;
        }
        if closes && matches!(seen, Seen::Message { .. } | Seen::Pong(_)) {
            continue;
        }
        if closes && matches!(seen, Seen::End(_)) {
            return Judgement::new(
                Verdict::Lenient,
                format!("It should answer the close frame, and {}.", seen.said()),
            );
        }
        return unpaid(talk, &seen);
    }
    Judgement::strict()
}

/// What a peer owes for the probe.
pub(crate) fn still_there<W>(talk: &Talk<'_, W>) -> Owed {
    let probe = crate::react::PROBE.to_vec();
    if talk.setup.pongs {
        Owed::Pong(probe)
    } else {
        Owed::Echo(wsdraft::info::Kind::Text, probe)
    }
}

/// Plays a request.
async fn request<W: Wire>(
    talk: &mut Talk<'_, W>,
    rule: &'static RuleInfo,
    vector: Vector,
    breaks: bool,
) -> Judgement {
    let input = if breaks { vector.broken } else { vector.kept };
    let Input::Request(bytes) = input else {
        return missing();
    };
    let setup = talk.setup;
    let answered = ask(talk, &bytes, None, &Sending::default()).await;
    if !breaks {
        return match &answered {
            Answered::Accepted { .. } => Judgement::strict(),
            Answered::Refused { status, reason, .. } => Judgement::new(
                Verdict::Stricter,
                format!("It refuses a valid request with {status} {reason}."),
            ),
            Answered::Ended(_) | Answered::Silent | Answered::Unreadable(_) => Judgement::new(
                Verdict::Wrong,
                "It must respond to a valid request, and does not.",
            ),
        };
    }
    let tolerated = setup.tolerance.of(&setup.spec, rule);
    refusal(rule, &answered, tolerated.as_deref())
}

/// Judges the answer to a request that breaks a rule.
fn refusal(rule: &RuleInfo, answered: &Answered, tolerated: Option<&str>) -> Judgement {
    let goes_on = matches!(
        rule.outcome,
        Outcome::Nothing | Outcome::Replace | Outcome::Discard
    );
    let says = matches!(
        rule.outcome,
        Outcome::Reject(_) | Outcome::RejectWithVersions(_)
    );
    match answered {
        Answered::Accepted { .. } if goes_on => Judgement::strict(),
        Answered::Accepted { .. } => taken(rule, "accepts the request", tolerated),
        Answered::Refused { status, reason, .. } if goes_on => Judgement::new(
            Verdict::Stricter,
            format!("It refuses the request with {status} {reason}."),
        ),
        Answered::Refused {
            status, versions, ..
        } => match rule.outcome {
            Outcome::RejectWithVersions(_) if versions.is_none() => Judgement::new(
                Verdict::Lenient,
                format!("It refuses with {status}, and does not list its versions."),
            ),
            _ if (400..500).contains(status) || !says => Judgement::strict(),
            _ => Judgement::new(
                Verdict::Lenient,
                format!("It refuses with the unusual status {status}."),
            ),
        },
        Answered::Ended(_) if says => Judgement::new(
            Verdict::Lenient,
            "It ends the connection without an HTTP response.",
        ),
        Answered::Ended(_) => Judgement::strict(),
        Answered::Silent => Judgement::new(
            Verdict::Lenient,
            "It does not accept the request, and does not respond in time.",
        ),
        Answered::Unreadable(why) => Judgement::new(
            Verdict::Lenient,
            format!("It does not accept the request, but does not answer in HTTP: {why}."),
        ),
    }
}

/// Plays a response to a client.
async fn response<W: Wire>(
    talk: &mut Talk<'_, W>,
    rule: &'static RuleInfo,
    vector: Vector,
    breaks: bool,
    real: &Offered,
) -> Judgement {
    let input = if breaks { vector.broken } else { vector.kept };
    let Input::Response(_, bytes) = input else {
        return missing();
    };
    let setup = talk.setup;
    // What the client offers decides whether the response breaks the rule.
    let input = Input::Response(real.clone(), bytes.clone());
    let broken = violations(setup.draft, vector.by, &input).unwrap_or_default();
    let fits = match breaks {
        true => broken.iter().all(|broken| broken.rule.id == rule.id) && !broken.is_empty(),
        false => broken.is_empty(),
    };
    if !fits {
        return Judgement::new(
            Verdict::NotApplicable,
            "The client does not offer what this response answers.",
        );
    }
    let Some(request) = &real.given else {
        return missing();
    };
    let response = bytes.all();
    let keys = session(setup, request, &response);
    talk.send(&response).await;
    talk.open(keys, Default::default());
    let goes_on = matches!(
        rule.outcome,
        Outcome::Nothing | Outcome::Replace | Outcome::Discard
    );
    if breaks && !goes_on {
        let tolerated = setup.tolerance.of(&setup.spec, rule);
        return aborted(talk, rule, tolerated.as_deref()).await;
    }
    if !is_acceptance(&bytes) {
        return match talk.next(setup.patience).await {
            Seen::End(_) => Judgement::strict(),
            seen => Judgement::new(
                Verdict::Lenient,
                format!("It should end the refused connection, and {}.", seen.said()),
            ),
        };
    }
    settle(talk).await;
    let judgement = paid(talk, Vec::new()).await;
    if breaks && judgement.verdict == Verdict::Wrong {
        // The server broke the rule, so that the client is free to go.
        return Judgement::new(Verdict::Stricter, judgement.why);
    }
    judgement
}

fn is_acceptance(response: &Bytes) -> bool {
    response
        .head
        .windows(5)
        .take(16)
        .any(|four| four == b" 101 ")
}

/// Judges what a client does after a response that breaks a rule.
pub(crate) async fn aborted<W: Wire>(
    talk: &mut Talk<'_, W>,
    rule: &'static RuleInfo,
    tolerated: Option<&str>,
) -> Judgement {
    match talk.next(talk.setup.grace).await {
        Seen::End(_) | Seen::Close(_) => return Judgement::strict(),
        Seen::Silence => probe(talk).await,
        seen @ (Seen::Message { .. } | Seen::Pong(_) | Seen::Garbage) => {
            return taken(rule, &format!("goes on and {}", seen.said()), tolerated);
        }
    }
    match talk.next(talk.setup.patience).await {
        Seen::End(_) => Judgement::strict(),
        Seen::Silence => Judgement::new(
            Verdict::Unknown,
            "It neither ends the connection nor uses it.",
        ),
        seen => taken(rule, &format!("goes on and {}", seen.said()), tolerated),
    }
}
