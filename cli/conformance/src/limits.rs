//! Tells a limit of the peer from a fault: whoever has a limit refuses what is as long in one write, too.

use wsdraft::info::Kind;
use wsdraft_spec::scenario::{Part, Payload, Step};

use crate::{
    case::{Case, Play},
    frames::{Pen, head, kind_of, part},
    play::Played,
    talk::LITTLE,
    verdict::{Judgement, Verdict},
};

/// A large message that the tester sent in writes of a few bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Chopped {
    kind: Kind,
    /// Bytes of its payload.
    length: u64,
}

/// The large message, if there is one, of which so many bytes of parts were `sent` in writes of this
/// `size` that the peer may know that it is large: more than every peer takes, or the head in one write.
pub(crate) fn chopped(
    pen: &Pen,
    parts: &[Part],
    each: &[u8],
    (size, sent): (usize, u64),
) -> Option<Chopped> {
    let (size, mut start, mut found) = (size.max(1) as u64, 0, None);
    for one in parts {
        if start >= sent {
            break;
        }
        if let Some((kind, payload)) = message(one) {
            let length = payload.length(each.len()) as u64;
            let head = head(pen, kind, length).map_or(0, |head| head.len() as u64);
            let last = (start + head).saturating_sub(1);
            let told = head > 0 && last < sent && start / size == last / size;
            if length >= LITTLE && (told || sent - start > LITTLE) {
                found = Some(Chopped { kind, length });
            }
        }
        start += part(pen, one, each).map_or(0, |bytes| bytes.len() as u64);
    }
    found
}

/// The message that a part is.
const fn message(part: &Part) -> Option<(Kind, &Payload)> {
    match part {
        Part::Text(payload) => Some((Kind::Text, payload)),
        Part::Binary(payload) => Some((Kind::Binary, payload)),
        Part::Frame { kind, payload, .. } => Some((kind_of(*kind), payload)),
        _ => None,
    }
}

/// The judgement when all cases are played.
pub(crate) fn settled<'a>(
    judgement: &Judgement,
    all: impl Iterator<Item = (&'a Case, &'a Played)>,
) -> Judgement {
    let Some((chopped, if_limited)) = judgement.open else {
        return judgement.clone();
    };
    let (mut takes, mut refuses) = (None, None);
    for (case, played) in all {
        let Some(length) = case.whole(chopped.kind) else {
            continue;
        };
        match played.judgement.verdict {
            Verdict::Strict if length >= chopped.length => takes = Some(length),
            Verdict::Stricter | Verdict::Lenient if (LITTLE..=chopped.length).contains(&length) => {
                refuses = Some(length);
            }
            _ => {}
        }
    }
    let (verdict, more) = match (takes, refuses) {
        (Some(length), None) => (
            Verdict::Wrong,
            format!("It takes one of {length} bytes in one write."),
        ),
        (None, Some(length)) => (
            if_limited,
            format!("It refuses one of {length} bytes in one write, too: it may have a limit."),
        ),
        (None, None) => (
            Verdict::Unknown,
            "It may have a limit: no case shows whether it takes such a message in one write."
                .into(),
        ),
        (Some(_), Some(_)) => (
            Verdict::Unknown,
            "In one write it takes such a message in some cases, and refuses it in others.".into(),
        ),
    };
    Judgement::new(verdict, format!("{} {more}", judgement.why))
}

impl Case {
    /// Bytes of the message of this kind that the case sends in one write, and nothing else.
    fn whole(&self, kind: Kind) -> Option<u64> {
        let Play::Scenario { scenario, each } = &self.play else {
            return None;
        };
        let [Step::Send(parts), Step::Expect(_)] = &*scenario.steps else {
            return None;
        };
        let [one] = &**parts else {
            return None;
        };
        let (_, payload) = message(one).filter(|(known, _)| *known == kind)?;
        Some(payload.length(each.length(0)) as u64)
    }
}
