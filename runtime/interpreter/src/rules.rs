//! The checked rules, by scope.

use wsdraft::info::{DraftInfo, Level, RuleInfo};
use wsdraft_spec::{
    ResolvedDraft,
    requirement::{
        CloseTest, FrameCondition, FrameTest, RequestCondition, RequestTest, Requirement,
        ResponseCondition, ResponseTest,
    },
};

/// A checked rule.
#[derive(Debug)]
pub(crate) struct Checked<When, Test> {
    /// The metadata that its violations cite.
    pub(crate) info: &'static RuleInfo,
    pub(crate) when: Option<When>,
    pub(crate) test: Test,
}

/// The rules of a draft, in the order of the checks.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    pub(crate) requests: Vec<Checked<RequestCondition, RequestTest>>,
    pub(crate) responses: Vec<Checked<ResponseCondition, ResponseTest>>,
    pub(crate) frames: Vec<Checked<FrameCondition, FrameTest>>,
    pub(crate) closes: Vec<Checked<(), CloseTest>>,
}

impl Rules {
    /// The rules of a draft with this static metadata.
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
                // The state machine checks text. The other rules are not visible here.
                Requirement::Message(_) | Requirement::Conversation(_) | Requirement::Hidden(_) => {
                }
            }
        }
        rules
    }
}
