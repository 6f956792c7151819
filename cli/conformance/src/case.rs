//! Cases.

use std::sync::Arc;

use wsdraft::info::RuleInfo;
use wsdraft_interpreter::vectors::Case as Vector;
use wsdraft_spec::{Scenario, scenario::Payload};

/// A case of the test.
#[derive(Clone, Debug)]
pub struct Case {
    /// The stable id: the section, the name, and the number or the variant.
    pub id: String,
    /// The section.
    pub section: String,
    /// What the tester does and what the peer must do.
    pub title: String,
    /// Ids of the rules that it is about.
    pub rules: Vec<String>,
    /// Where they are written.
    pub citation: String,
    /// What a strict peer does.
    pub strict: String,
    /// What is tolerated, and why; `None` if nothing else is.
    pub tolerated: Option<String>,
    /// The cases of the Autobahn testsuite that it covers.
    pub autobahn: Vec<String>,
    pub(crate) play: Play,
}

/// What is played.
#[derive(Clone, Debug)]
pub(crate) enum Play {
    /// A vector of a rule.
    Vector {
        rule: &'static RuleInfo,
        /// Which of the rule's vectors.
        at: usize,
        /// The vector for the requests of the tester, and for connections without keys.
        vector: Arc<Vector>,
        /// Whether the input breaks the rule or just keeps it.
        breaks: bool,
    },
    /// A scenario, with a payload.
    Scenario {
        scenario: Arc<Scenario>,
        /// Written out only while the case is played: some have megabytes.
        each: Payload,
    },
    /// What the peer sends in all other cases keeps the rule.
    Sends(&'static RuleInfo),
}
