//! What a scenario expects of the peer.

use std::collections::VecDeque;

use wsdraft::info::Kind;
use wsdraft_spec::scenario::{Answer, Choice, Meaning, Payload};

use super::{Flow, Scene};
use crate::{
    react::{Owed, unpaid},
    talk::Seen,
    verdict::{Judgement, Verdict},
    wire::Wire,
};

impl<W: Wire> Scene<'_, '_, W> {
    pub(super) async fn next(&mut self) -> Seen {
        self.talk.next(self.talk.patience()).await
    }

    /// Waits for these answers. Pongs come in their order and all else in its own: nothing orders a pong
    /// against messages (RFC 6455 §5.5.2).
    pub(super) async fn expect(&mut self, answers: &[Answer]) -> Flow {
        let is_pong = |answer: &&Answer| matches!(answer, Answer::Pong(_));
        let mut pongs: VecDeque<&Answer> = answers.iter().filter(is_pong).collect();
        let mut others: VecDeque<&Answer> = answers.iter().filter(|one| !is_pong(one)).collect();
        while let Some(first) = others.front().or_else(|| pongs.front()).copied() {
            let seen = self.next().await;
            let fits = |answer: Option<&&Answer>| answer.is_some_and(|one| self.is(one, &seen));
            if fits(pongs.front()) {
                pongs.pop_front();
            } else if fits(others.front()) {
                others.pop_front();
            } else if !self.is_earlier_pong(&seen) {
                return Err(self.instead(first, &seen));
            }
        }
        Ok(())
    }

    /// Whether this is the answer to an earlier ping.
    fn is_earlier_pong(&self, seen: &Seen) -> bool {
        matches!(seen, Seen::Pong(payload) if self.pings.contains(payload))
    }

    /// Waits for what is owed.
    pub(super) async fn owed(&mut self, owed: &Owed) -> Flow {
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
    pub(super) fn instead(&self, answer: &Answer, seen: &Seen) -> Judgement {
        let mut judgement = unpaid(self.talk, seen);
        let expected = said(answer, self.each);
        judgement.why = format!("The peer must {expected}, but it {}.", seen.said());
        if let (
            Answer::Text(payload) | Answer::Binary(payload),
            Seen::Message { start, length, .. },
        ) = (answer, seen)
        {
            let wanted = payload.bytes(self.each);
            let mut pairs = wanted.iter().zip(start);
            if let Some(at) = pairs.position(|(wanted, found)| wanted != found) {
                judgement.why += &format!(
                    " Its byte {at} is {:02x} instead of {:02x}.",
                    start[at], wanted[at]
                );
            } else if *length == wanted.len() as u64 && *length > start.len() as u64 {
                judgement.why += &format!(" Its bytes after the first {} differ.", start.len());
            }
        }
        judgement
    }

    pub(super) fn is(&self, answer: &Answer, seen: &Seen) -> bool {
        let message = |wanted: Kind, payload: &Payload| match seen {
            // What has another length need not be written out.
            Seen::Message { length, .. } => {
                *length == payload.length(self.each.len()) as u64
                    && seen.is_message(wanted, &payload.bytes(self.each))
            }
            _ => false,
        };
        match answer {
            Answer::Text(payload) => message(Kind::Text, payload),
            Answer::Binary(payload) => message(Kind::Binary, payload),
            Answer::Pong(payload) => {
                Owed::Pong(payload.bytes(self.each).into_owned()).is_paid_by(seen)
            }
            Answer::Close(codes) => {
                matches!(seen, Seen::Close(close) if close.code.is_some_and(|code| codes.contains(&code)))
            }
            Answer::AnyClose => matches!(seen, Seen::Close(_)),
            Answer::CloseEmpty => matches!(seen, Seen::Close(close) if close.code.is_none()),
            Answer::End => matches!(seen, Seen::End(_)),
        }
    }

    /// Compares what comes with each choice, as long as one is left.
    pub(super) async fn one_of(&mut self, choices: &[Choice]) -> Flow {
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
                && !left.iter().any(|choice| {
                    let answer = choice.answers.get(at);
                    answer.is_some_and(|answer| self.is(answer, &seen))
                })
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
                let wanted = |choice: &&&Choice| choice.means == Meaning::Strict;
                let strict: Vec<_> = left.iter().filter(wanted).collect();
                let shown = if strict.is_empty() {
                    left.iter().collect()
                } else {
                    strict
                };
                let expected = shown.iter().filter_map(|choice| choice.answers.get(at));
                let mut expected: Vec<String> =
                    expected.map(|answer| said(answer, self.each)).collect();
                expected.dedup();
                let mut judgement = unpaid(self.talk, &seen);
                judgement.why = format!(
                    "The peer must {}, but it {}.",
                    expected.join(" or "),
                    seen.said()
                );
                return Err(judgement);
            };
            left = fitting;
            at += 1;
        }
    }

    pub(super) fn chosen(&mut self, choice: &Choice) -> Flow {
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
}

/// What an answer is, in words that follow "must".
fn said(answer: &Answer, each: &[u8]) -> String {
    match answer {
        Answer::Text(payload) => {
            format!(
                "send a text message of {} bytes",
                payload.length(each.len())
            )
        }
        Answer::Binary(payload) => {
            format!(
                "send a binary message of {} bytes",
                payload.length(each.len())
            )
        }
        Answer::Pong(payload) => format!("send a pong of {} bytes", payload.length(each.len())),
        Answer::Close(codes) => {
            let codes: Vec<String> = codes.iter().map(u16::to_string).collect();
            format!("close with {}", codes.join(" or "))
        }
        Answer::AnyClose => "send a close frame".into(),
        Answer::CloseEmpty => "send a close frame without a code".into(),
        Answer::End => "end the connection".into(),
    }
}
