//! The rules, each in the drafts in which it says the same, and what shows whether it is kept.

use wsdraft_spec::{
    ResolvedDraft,
    model::Rule as Written,
    requirement::{CloseTest, FrameCondition, FrameTest, Requirement},
    vocabulary::{Evidence, Level, Outcome, Role, Scope},
};

use super::spans::{Span, spans};

/// A rule, in drafts that follow each other.
#[derive(Debug)]
pub(super) struct Rule<'a> {
    pub(super) id: &'a str,
    pub(super) said: Said<'a>,
    pub(super) span: Span<'a>,
}

/// What a draft says in a rule.
#[derive(Debug, PartialEq)]
pub(super) struct Said<'a> {
    pub(super) level: Level,
    pub(super) scope: Scope,
    pub(super) by: Option<Role>,
    pub(super) outcome: Outcome,
    pub(super) summary: &'a str,
    pub(super) evidence: &'a [Evidence],
    pub(super) shown: Shown,
}

/// What shows whether a rule is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// The head of a frame.
    Head,
    /// The head of a frame and what its sender sent before.
    Stream,
    /// The code in a close frame.
    CloseCode,
    /// Nothing that the exported functions see.
    Elsewhere,
}

impl Shown {
    fn of(rule: &Written, requirement: &Requirement) -> Self {
        if rule.level == Level::May {
            return Self::Elsewhere;
        }
        match requirement {
            Requirement::Frame { when, test } => Self::of_frame(*when, test),
            Requirement::Close(CloseTest::CodeAllowed) => Self::CloseCode,
            Requirement::Close(
                CloseTest::CodeComplete | CloseTest::ReasonUtf8 | CloseTest::Letter { .. },
            )
            | Requirement::Request { .. }
            | Requirement::Response { .. }
            | Requirement::Message(_)
            | Requirement::Conversation(_)
            | Requirement::Hidden(_) => Self::Elsewhere,
        }
    }

    const fn of_frame(when: Option<FrameCondition>, test: &FrameTest) -> Self {
        match test {
            FrameTest::MessageOpen | FrameTest::NoMessageOpen | FrameTest::BeforeClose => {
                Self::Stream
            }
            FrameTest::Function(_) => Self::Elsewhere,
            FrameTest::KnownOpcode
            | FrameTest::ReservedClear
            | FrameTest::MinimalLength
            | FrameTest::LengthFits
            | FrameTest::PayloadAtMost(_)
            | FrameTest::Final
            | FrameTest::Masked
            | FrameTest::Unmasked => match when {
                Some(FrameCondition::MessageOpen | FrameCondition::NoMessageOpen) => Self::Stream,
                None
                | Some(
                    FrameCondition::Control
                    | FrameCondition::Data
                    | FrameCondition::Starts
                    | FrameCondition::Kind(_),
                ) => Self::Head,
            },
        }
    }
}

/// The rules of the drafts that are complete, in the order in which the first draft that has them checks them.
pub(super) fn rules<'a>(drafts: &[&'a ResolvedDraft]) -> Vec<Rule<'a>> {
    let complete: Vec<_> = (drafts.iter().copied())
        .filter(|draft| draft.is_complete())
        .collect();
    let mut ids: Vec<&str> = Vec::new();
    for id in complete.iter().flat_map(|draft| draft.rules.keys()) {
        if !ids.contains(&id.as_str()) {
            ids.push(id);
        }
    }
    let of = |id: &'a str| {
        let said = spans(&complete, |draft| {
            let rule = &draft.rules.get(id)?.value;
            Some(Said {
                level: rule.level,
                scope: rule.scope,
                by: rule.by,
                outcome: rule.otherwise,
                summary: &rule.summary,
                evidence: &rule.evidence,
                shown: Shown::of(rule, draft.requirement(id)?),
            })
        });
        said.into_iter()
            .map(move |(span, said)| Rule { id, said, span })
    };
    ids.into_iter().flat_map(of).collect()
}
