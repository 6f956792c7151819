//! The cases for a draft and a role.

use std::sync::Arc;

use wsdraft::info::{Level, Outcome, RuleInfo, Scope};
use wsdraft_interpreter::vectors::{Case as Vector, Input, SESSION, Vectors};
use wsdraft_spec::{Scenario, Scenarios, scenario::Payload, vocabulary::Evidence};

use crate::{
    case::{Case, Play},
    removed::Removed,
    setup::Setup,
};

/// The cases for a draft and a role.
#[derive(Clone, Debug)]
pub struct Suite {
    /// The cases, in the order in which they are reported.
    pub cases: Vec<Case>,
    /// The titles of the sections, in their order: name and title.
    pub sections: Vec<(String, String)>,
}

impl Suite {
    /// All cases for a peer: those of the draft's rules, and these scenarios.
    #[must_use]
    pub fn new(setup: &Setup, scenarios: &[Scenarios]) -> Self {
        let mut suite = Self {
            cases: Vec::new(),
            sections: Vec::new(),
        };
        for (scope, name, title) in SCOPES {
            suite.sections.push((name.into(), title.into()));
            let rules = setup.draft.info().rules.iter();
            for rule in rules.filter(|rule| rule.scope == scope) {
                suite.vectors(setup, name, rule, scenarios);
            }
            for removed in setup.removed.iter().filter(|one| one.rule.scope == scope) {
                suite.removed(setup, name, removed);
            }
        }
        for section in scenarios {
            if section.scenarios.is_empty() {
                continue;
            }
            suite
                .sections
                .push((section.section.clone(), section.title.clone()));
            for (name, scenario) in section.scenarios.iter() {
                suite.scenario(setup, &section.section, name, scenario);
            }
        }
        suite
            .sections
            .push((SENDS.into(), "What the peer sends".into()));
        for rule in setup.draft.info().rules {
            suite.sends(setup, rule);
        }
        suite
    }

    /// Adds the vectors of a rule that the tester can send.
    fn vectors(
        &mut self,
        setup: &Setup,
        section: &str,
        rule: &'static RuleInfo,
        scenarios: &[Scenarios],
    ) {
        let vectors = Vectors::new(&setup.spec, setup.draft).offering(setup.offered.clone());
        let Ok(vectors) = vectors.of(rule.id) else {
            return;
        };
        let tolerated = setup.tolerance.of(&setup.spec, rule);
        let covered = scenarios.iter().flat_map(|section| section.covered.iter());
        let covered = covered.filter(|(_, rules)| rules.iter().any(|id| id == rule.id));
        let autobahn: Vec<String> = covered.map(|(number, _)| number.clone()).collect();
        let vectors = vectors
            .into_iter()
            .filter(|vector| vector.by == setup.tester());
        for (at, vector) in vectors.map(Arc::new).enumerate() {
            for breaks in [true, false] {
                if !breaks && !is_worth_keeping(&vector) {
                    continue;
                }
                let (what, title) = match breaks {
                    true => (
                        "breaks",
                        format!("Input that breaks a rule: {}", rule.summary),
                    ),
                    false => (
                        "keeps",
                        format!("Input that just keeps a rule: {}", rule.summary),
                    ),
                };
                self.cases.push(Case {
                    id: format!("{section}/{}/{}/{what}", rule.id, at + 1),
                    section: section.into(),
                    title,
                    rules: vec![rule.id.into()],
                    citation: rule.citation.into(),
                    strict: if breaks {
                        must(rule)
                    } else {
                        "The peer must accept the input.".into()
                    },
                    tolerated: tolerated.clone().filter(|_| breaks),
                    autobahn: autobahn.clone(),
                    play: Play::Vector {
                        rule,
                        at,
                        vector: Arc::clone(&vector),
                        breaks,
                    },
                });
            }
        }
    }

    /// Adds the vectors of a rule that the draft has removed.
    fn removed(&mut self, setup: &Setup, section: &str, removed: &Removed) {
        let rule = removed.rule;
        let of = (setup.draft, &setup.spec);
        let vectors = removed.vectors(of, setup.offered.clone(), SESSION);
        let vectors = vectors.filter(|vector| vector.by == setup.tester());
        self.cases
            .extend(vectors.map(Arc::new).enumerate().map(|(at, vector)| Case {
                id: format!("{section}/{}/{}/removed", rule.id, at + 1),
                section: section.into(),
                title: format!("Input that breaks a removed rule: {}", rule.summary),
                rules: vec![rule.id.into()],
                citation: String::new(),
                strict: "The peer takes the input, since the draft has removed the rule.".into(),
                tolerated: None,
                autobahn: Vec::new(),
                play: Play::Vector {
                    rule,
                    at,
                    vector,
                    breaks: true,
                },
            }));
    }

    /// Adds a scenario, once for each of its payloads.
    fn scenario(&mut self, setup: &Setup, section: &str, name: &str, scenario: &Scenario) {
        if scenario
            .subject
            .is_some_and(|subject| subject != setup.subject)
            || !setup.plays(scenario)
        {
            return;
        }
        let shared = Arc::new(scenario.clone());
        let case = |id: String, each: Payload| Case {
            id,
            section: section.into(),
            title: scenario.summary.clone(),
            rules: scenario.rules.clone(),
            citation: Evidence::citation(&scenario.evidence),
            strict: scenario.summary.clone(),
            tolerated: None,
            autobahn: scenario.autobahn.clone(),
            play: Play::Scenario {
                scenario: Arc::clone(&shared),
                each,
            },
        };
        if scenario.each.is_empty() {
            self.cases
                .push(case(format!("{section}/{name}"), Payload::Empty));
        }
        for (variant, payload) in scenario.each.iter() {
            let id = format!("{section}/{name}/{variant}");
            self.cases.push(case(id, payload.clone()));
        }
    }

    /// Adds the case of a rule that binds what the peer sends.
    fn sends(&mut self, setup: &Setup, rule: &'static RuleInfo) {
        let by = match rule.scope {
            Scope::Request => Some(wsdraft::Role::Client),
            Scope::Response => Some(wsdraft::Role::Server),
            Scope::Frame | Scope::Message | Scope::Close => rule.by,
            Scope::Conversation | Scope::Policy => return,
        };
        let spoken = setup.spoken().info();
        let is_spoken = spoken.rules.iter().any(|known| known.id == rule.id);
        if by.is_some_and(|by| by != setup.subject) || rule.level == Level::May || !is_spoken {
            return;
        }
        self.cases.push(Case {
            id: format!("{SENDS}/{}", rule.id),
            section: SENDS.into(),
            title: rule.summary.into(),
            rules: vec![rule.id.into()],
            citation: rule.citation.into(),
            strict: "The peer keeps the rule in everything that it sends.".into(),
            tolerated: (rule.level != Level::Must).then(|| "The rule is a recommendation.".into()),
            autobahn: Vec::new(),
            play: Play::Sends(rule),
        });
    }
}

/// The section about what the peer sends.
pub(crate) const SENDS: &str = "sends";

/// The scopes that have vectors, with the names and titles of their sections.
const SCOPES: [(Scope, &str, &str); 5] = [
    (Scope::Request, "request", "Opening requests"),
    (Scope::Response, "response", "Opening responses"),
    (Scope::Frame, "frame", "Frame headers"),
    (Scope::Message, "message", "Messages"),
    (Scope::Close, "close-frame", "Close frames"),
];

/// Whether the input that keeps a rule can be sent and differs from a usual one.
fn is_worth_keeping(vector: &Vector) -> bool {
    match &vector.kept {
        Input::Frames { claimed, .. } => *claimed == 0,
        Input::Request(_) | Input::Response(..) => true,
    }
}

/// What a strict peer does when the rule is broken.
fn must(rule: &RuleInfo) -> String {
    match rule.outcome {
        Outcome::Fail(code) => format!("The peer must fail the connection with {code}."),
        Outcome::FailWithoutCode => "The peer must fail the connection.".into(),
        Outcome::Reject(_) => {
            "The server must refuse the request with a status from 400 to 499.".into()
        }
        Outcome::RejectWithVersions(status) => {
            format!("The server must refuse the request with {status} and list its versions.")
        }
        Outcome::Abort => "The peer must end the connection.".into(),
        Outcome::Replace => "The peer must replace the invalid bytes with U+FFFD.".into(),
        Outcome::Discard => "The peer must discard the frame.".into(),
        Outcome::Drop(code) => format!("The peer must drop the channel with {code}."),
        Outcome::DropWithoutCode => "The peer must drop the channel.".into(),
        Outcome::FailPhysical(code) => {
            format!("The peer must fail the physical connection with {code}.")
        }
        Outcome::Nothing => "The peer should go on.".into(),
    }
}
