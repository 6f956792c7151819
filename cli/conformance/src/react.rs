//! How a peer reacts to what breaks a rule.

use wsdraft::{
    info::{CloseBody, Kind, Level, Outcome, RuleInfo},
    inspect::Observed,
};

use crate::{
    frames::control,
    talk::{Seen, Talk},
    verdict::{Judgement, Verdict},
    wire::Wire,
};

/// What the peer owes for messages that come before the violation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Owed {
    /// The echo of a message.
    Echo(Kind, Vec<u8>),
    /// A pong.
    Pong(Vec<u8>),
    /// A close frame.
    Close,
}

impl Owed {
    /// What a peer that echoes answers to what was observed, up to the first violation.
    pub(crate) fn before_violation(
        observed: impl Iterator<Item = Observed>,
        echoes: bool,
    ) -> Vec<Self> {
        let observed = observed.take_while(|seen| !matches!(seen, Observed::Violation(_)));
        observed
            .filter_map(|seen| match seen {
                Observed::Text(text) => Some(Self::Echo(Kind::Text, text.into_bytes())),
                Observed::Binary(bytes) => Some(Self::Echo(Kind::Binary, bytes)),
                Observed::Ping(payload) => Some(Self::Pong(payload)),
                Observed::Close(_) => Some(Self::Close),
                _ => None,
            })
            .filter(|owed| echoes || !matches!(owed, Self::Echo(..)))
            .collect()
    }

    /// Whether this is what was owed.
    pub(crate) fn is_paid_by(&self, seen: &Seen) -> bool {
        match (self, seen) {
            (Self::Echo(kind, payload), Seen::Message { .. }) => seen.is_message(*kind, payload),
            (Self::Pong(payload), Seen::Pong(pong)) => payload == pong,
            (Self::Close, Seen::Close(_)) => true,
            _ => false,
        }
    }
}

/// How a peer reacted.
enum Reaction {
    /// It ended the connection in this way.
    Ended(Seen),
    /// It accepted the input and did this.
    Took(Seen),
    /// It neither refused the input nor did anything else.
    Stalled,
}

/// Judges how the peer reacts to frames that break a rule. `owed` is what it owes for the frames
/// before them.
pub(crate) async fn to_frames<W: Wire>(
    talk: &mut Talk<'_, W>,
    rule: &RuleInfo,
    tolerated: Option<&str>,
    owed: Vec<Owed>,
) -> Judgement {
    talk.mark_frames(rule.id);
    let reaction = reaction(talk, owed).await;
    // Both sides have sent a close frame: a client may wait for the end and read nothing more.
    if talk.closing && talk.peer_closed && matches!(reaction, Reaction::Stalled) {
        return Judgement::strict();
    }
    match rule.outcome {
        Outcome::Fail(code) => failing(talk, reaction, rule, Some(code), tolerated),
        Outcome::FailWithoutCode
        | Outcome::Abort
        | Outcome::Reject(_)
        | Outcome::RejectWithVersions(_)
        | Outcome::Drop(_)
        | Outcome::DropWithoutCode
        | Outcome::FailPhysical(_) => failing(talk, reaction, rule, None, tolerated),
        Outcome::Replace | Outcome::Discard | Outcome::Nothing => match reaction {
            Reaction::Took(_) => Judgement::strict(),
            // Both sides have sent a close frame: nothing can go on.
            Reaction::Ended(_) if talk.closing => Judgement::strict(),
            Reaction::Ended(seen) => Judgement::new(
                Verdict::Stricter,
                format!("The peer should go on, but it {}.", seen.said()),
            ),
            Reaction::Stalled if talk.closing => Judgement::strict(),
            Reaction::Stalled => Judgement::new(
                Verdict::Unknown,
                "The peer should go on, but it does nothing.",
            ),
        },
    }
}

/// Waits for a reaction, and probes the connection if there is none.
async fn reaction<W: Wire>(talk: &mut Talk<'_, W>, mut owed: Vec<Owed>) -> Reaction {
    let mut within = talk.setup.grace;
    let mut probed = false;
    // What the peer may have sent before it came to the violation.
    let mut took: Option<Seen> = None;
    loop {
        let seen = talk.next(within).await;
        if let Some(at) = owed.iter().position(|owed| owed.is_paid_by(&seen)) {
            owed.remove(at);
            continue;
        }
        match seen {
            Seen::Silence if talk.closing && talk.peer_closed => return Reaction::Stalled,
            Seen::Silence if took.is_some() => {
                return took.map_or(Reaction::Stalled, Reaction::Took);
            }
            Seen::Silence if !probed => {
                probe(talk).await;
                (probed, within) = (true, talk.patience());
            }
            Seen::Silence => return Reaction::Stalled,
            Seen::Close(_) | Seen::End(_) => return Reaction::Ended(seen),
            Seen::Message { .. } | Seen::Pong(_) | Seen::Garbage if probed => {
                return Reaction::Took(seen);
            }
            Seen::Message { .. } | Seen::Pong(_) | Seen::Garbage => {
                took.get_or_insert(seen);
            }
        }
    }
}

/// Sends something that the peer answers if its connection works.
pub(crate) async fn probe<W: Wire>(talk: &mut Talk<'_, W>) {
    let kind = if talk.setup.pongs {
        Kind::Ping
    } else {
        Kind::Text
    };
    let bytes = control(&talk.pen, kind, PROBE);
    talk.pings.insert(PROBE.to_vec());
    talk.send(&bytes).await;
}

/// What is sent to see whether a connection works.
pub(crate) const PROBE: &[u8] = b"still there?";

fn failing<W>(
    talk: &Talk<'_, W>,
    reaction: Reaction,
    rule: &RuleInfo,
    code: Option<u16>,
    tolerated: Option<&str>,
) -> Judgement {
    let closing = talk.setup.draft.info().closing;
    let has_codes = closing.is_some_and(|closing| closing.body == CloseBody::Status);
    let also = |code| talk.setup.tolerance.fits(rule, code);
    match reaction {
        Reaction::Ended(Seen::Close(close)) if code.is_none() || close.code == code => {
            Judgement::strict()
        }
        Reaction::Ended(Seen::Close(close)) if close.code.is_some_and(also) => Judgement::strict(),
        Reaction::Ended(_) if code.is_none() || !has_codes => Judgement::strict(),
        Reaction::Ended(seen) => {
            let code = code.unwrap_or_default();
            let why = format!("The peer should close with {code}, but it {}.", seen.said());
            Judgement::new(Verdict::Lenient, why)
        }
        Reaction::Took(seen) => taken(rule, &format!("goes on and {}", seen.said()), tolerated),
        Reaction::Stalled => taken(rule, "does not react", tolerated),
    }
}

/// The judgement on a peer that does not refuse what breaks a rule.
pub(crate) fn taken(rule: &RuleInfo, what: &str, tolerated: Option<&str>) -> Judgement {
    if rule.level != Level::Must {
        // A recommendation to the sender asks nothing of the receiver.
        return Judgement::strict();
    }
    match tolerated {
        Some(why) => Judgement::new(Verdict::Lenient, format!("The peer {what}. {why}")),
        None => Judgement::new(
            Verdict::Wrong,
            format!("The peer must refuse this, but it {what}."),
        ),
    }
}

/// The judgement on a peer that does this instead of accepting what was sent.
pub(crate) fn unpaid<W>(talk: &Talk<'_, W>, seen: &Seen) -> Judgement {
    let declines = |code| talk.setup.tolerance.declines(code);
    let info = talk.setup.draft.info();
    let fails = |code| {
        let mut rules = info.rules.iter();
        rules.any(|rule| rule.close_code() == Some(code))
    };
    // An end may come from a limit that the peer does not state, or from the small writes.
    let is_open = match seen {
        Seen::Close(close) => !close.code.is_some_and(|code| {
            declines(code) || fails(code) || Some(code) == info.local_codes.internal
        }),
        Seen::End(_) => true,
        Seen::Garbage | Seen::Message { .. } | Seen::Pong(_) | Seen::Silence => false,
    };
    let why = format!("The peer must accept this, but it {}.", seen.said());
    let verdict = match seen {
        Seen::Close(close) if close.code.is_some_and(declines) => Verdict::Stricter,
        Seen::Close(close) if close.code.is_some() && close.code == info.local_codes.internal => {
            Verdict::Lenient
        }
        Seen::Close(close) if close.code.is_some_and(fails) => Verdict::Wrong,
        Seen::Close(_) if talk.is_demanding() || talk.chopped.is_some() => Verdict::Stricter,
        // It may have a limit, and does not say so.
        Seen::End(_) if talk.is_demanding() || talk.chopped.is_some() => Verdict::Lenient,
        Seen::Silence if talk.is_slow() => Verdict::Unknown,
        Seen::Close(_)
        | Seen::End(_)
        | Seen::Garbage
        | Seen::Message { .. }
        | Seen::Pong(_)
        | Seen::Silence => Verdict::Wrong,
    };
    match talk.chopped.filter(|_| is_open) {
        Some(chopped) => Judgement::chopped(verdict, why, chopped),
        None => Judgement::new(verdict, why),
    }
}

/// Why nothing shows whether a connection works.
pub(crate) const NO_ANSWERS: &str = "The peer neither echoes messages nor answers pings.";

/// Waits until the peer has answered everything, and checks that it is still there.
pub(crate) async fn paid<W: Wire>(talk: &mut Talk<'_, W>, mut owed: Vec<Owed>) -> Judgement {
    let closes = owed.contains(&Owed::Close);
    if closes {
        // A peer may close before it echoes what came before.
        owed.retain(|owed| *owed == Owed::Close);
    } else if talk.setup.answers() {
        probe(talk).await;
        owed.push(still_there(talk));
    } else if owed.is_empty() {
        return Judgement::new(Verdict::NotApplicable, NO_ANSWERS);
    }
    while !owed.is_empty() {
        let seen = talk.next(talk.patience()).await;
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
                format!(
                    "The peer should answer the close frame, but it {}.",
                    seen.said()
                ),
            );
        }
        return unpaid(talk, &seen);
    }
    Judgement::strict()
}

/// What a peer owes for the probe.
pub(crate) fn still_there<W>(talk: &Talk<'_, W>) -> Owed {
    let probe = PROBE.to_vec();
    if talk.setup.pongs {
        Owed::Pong(probe)
    } else {
        Owed::Echo(Kind::Text, probe)
    }
}
