//! Tells a limit of the peer from a fault: whoever has a limit refuses what is as long in one write, too.

use wsdraft::info::Kind;
use wsdraft_spec::scenario::Step;

use crate::{
    case::{Case, Play},
    chopped::{LITTLE, message},
    play::Played,
    verdict::{Judgement, Verdict},
};

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
            Verdict::Stricter | Verdict::Lenient
                if played.refused() && (LITTLE..=chopped.length).contains(&length) =>
            {
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

impl Played {
    /// Whether the peer refused what was sent, and did not only end the connection afterwards.
    const fn refused(&self) -> bool {
        self.close_code.is_some() || !self.framed
    }
}

impl Case {
    /// Bytes of the message of this kind that the case sends in one write, and no other message.
    fn whole(&self, kind: Kind) -> Option<u64> {
        let Play::Scenario { scenario, each } = &self.play else {
            return None;
        };
        let ([Step::Send(parts), Step::Expect(_)]
        | [Step::Send(parts), Step::Expect(_), Step::Probe]) = &*scenario.steps
        else {
            return None;
        };
        let [one] = &**parts else {
            return None;
        };
        let (_, payload) = message(one).filter(|(known, _)| *known == kind)?;
        Some(payload.length(each.length(0)) as u64)
    }
}
