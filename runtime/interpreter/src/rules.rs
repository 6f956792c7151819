//! The rules that are checked, by scope.

use wsdraft::info::{DraftInfo, Level, RuleInfo};
use wsdraft_spec::{
    ResolvedDraft,
    requirement::{
        CloseTest, FrameCondition, FrameTest, RequestCondition, RequestTest, Requirement,
        ResponseCondition, ResponseTest,
    },
};

/// A rule that is checked.
#[derive(Debug)]
pub(crate) struct Checked<When, Test> {
    /// What its violations cite.
    pub(crate) info: &'static RuleInfo,
    pub(crate) when: Option<When>,
    pub(crate) test: Test,
}

/// The rules of a draft, in the order in which they are checked.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    pub(crate) requests: Vec<Checked<RequestCondition, RequestTest>>,
    pub(crate) responses: Vec<Checked<ResponseCondition, ResponseTest>>,
    pub(crate) frames: Vec<Checked<FrameCondition, FrameTest>>,
    pub(crate) closes: Vec<Checked<(), CloseTest>>,
}

impl Rules {
    /// The rules of a draft whose static metadata is this.
    pub(crate) fn of(draft: &ResolvedDraft, info: &'static DraftInfo) -> Self {
        let mut rules = Self::default();
        for (id, _, requirement) in draft.requirements() {
            let info = info.rule(id).filter(|info| info.level != Level::May);
            let Some(info) = info else {
                continue;
            };
            match requirement.clone() {
                Requirement::Request { when, test } => {
                    rules.requests.push(Checked { info, when, test });
                }
                Requirement::Response { when, test } => {
                    rules.responses.push(Checked { info, when, test });
                }
                Requirement::Frame { when, test } => {
                    rules.frames.push(Checked { info, when, test });
                }
                Requirement::Close(test) => rules.closes.push(Checked {
                    info,
                    when: None,
                    test,
                }),
                // The machine checks text, and nothing else here sees the others.
                Requirement::Message(_) | Requirement::Conversation(_) | Requirement::Hidden(_) => {
                }
            }
        }
        rules
    }
}
