//! Tells the peer's own faults from those that only follow from a fault of the tester.

use wsdraft::{Violation, info::Scope};
use wsdraft_spec::sort;

use crate::{
    case::{Case, Play},
    talk::Talk,
    verdict::{Judgement, Verdict},
    wire::Wire,
};

/// What the tester breaks in a case.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Broken {
    /// Nothing.
    Nothing,
    /// Rules about frames. Whatever the peer answers is in frames of its own.
    Frames,
    /// The opening handshake, or it sends what is no frame: no answer is certain to be right.
    More,
}

impl Broken {
    fn in_play(play: &Play) -> Self {
        match play {
            Play::Vector { breaks: false, .. } | Play::Sends(_) => Self::Nothing,
            // Only what breaks such a rule asks for a list of versions.
            Play::Vector { rule, .. } if rule.outcome.lists_versions() => Self::Nothing,
            Play::Vector { rule, .. } => match rule.scope {
                Scope::Frame | Scope::Message | Scope::Close => Self::Frames,
                Scope::Request | Scope::Response | Scope::Conversation | Scope::Policy => {
                    Self::More
                }
            },
            Play::Scenario { scenario, .. } if scenario.breaks_more_than_frames() => Self::More,
            Play::Scenario { scenario, .. } if scenario.breaks_a_rule() => Self::Frames,
            Play::Scenario { .. } => Self::Nothing,
        }
    }
}

/// The rules that the peer broke by what it sent. A judgement that is not strict names them.
///
/// Those rules are left out that it may break by repeating what the tester sent, and those that the case
/// itself finds ignored: its verdict is about them.
pub(crate) fn of_peer<W: Wire>(
    talk: &mut Talk<'_, W>,
    case: &Case,
    judgement: &mut Judgement,
) -> Vec<Violation> {
    let mut broken = std::mem::take(&mut talk.broken);
    let how = Broken::in_play(&case.play);
    if how == Broken::More {
        broken.clear();
    }
    if broken.is_empty() {
        return broken;
    }
    let sent = match how {
        Broken::Nothing | Broken::More => Vec::new(),
        Broken::Frames => talk.own_faults(),
    };
    broken.retain(|fault| !repeats(talk, &sent, fault));
    name(judgement, &broken);
    if how == Broken::Frames && judgement.verdict == Verdict::Wrong {
        broken.retain(|fault| case.rules.iter().all(|id| id != fault.rule.id));
    }
    broken
}

/// Whether the peer only repeats what the tester sent, and may.
fn repeats<W>(talk: &Talk<'_, W>, sent: &[Violation], fault: &Violation) -> bool {
    let mut same = sent.iter();
    same.any(|sent| sent.rule.id == fault.rule.id && sent.seen == fault.seen)
        && talk.setup.tolerance.may_repeat(fault)
}

/// Names the rules that the peer broke.
fn name(judgement: &mut Judgement, broken: &[Violation]) {
    let mut ids: Vec<&str> = broken.iter().map(|fault| fault.rule.id).collect();
    sort::all(&mut ids);
    ids.dedup();
    if matches!(judgement.verdict, Verdict::Lenient | Verdict::Wrong) && !ids.is_empty() {
        judgement.why += &format!(" What it sends breaks {}.", ids.join(" and "));
    }
}
