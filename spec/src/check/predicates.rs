//! Predicates: what a rule may require, when it may apply, and what both refer to.
//!
//! Only [`Place::meaning`] splits the flat list of predicates by scope.

use crate::{
    model::Rule,
    requirement::{
        CloseTest, FieldTest, FrameCondition, FrameTest, MessageTest, RequestCondition,
        RequestTest, Requirement, ResponseCondition, ResponseTest,
    },
    resolved::ResolvedDraft,
    vocabulary::{Conversation, Predicate, Scope},
};

mod refer;

/// The message for a rule that is not checked and does not say why.
pub(crate) const UNSAID: &str = "state why nothing on the wire shows whether the rule is followed";

/// The requirement of a rule, or the faulty field and the problem.
pub(super) fn requirement(
    draft: &ResolvedDraft,
    rule: &Rule,
) -> Result<Requirement, Vec<(&'static str, String)>> {
    let place = |predicate, is_condition| Place {
        draft,
        rule,
        predicate,
        is_condition,
    };
    let when = place(&rule.when, true).condition();
    let test = place(&rule.require, false).test();
    match (when, test) {
        (Ok(when), Ok(test)) => joined(rule, when, test).map_err(|problem| vec![("when", problem)]),
        (when, test) => Err([("when", when.err()), ("require", test.err())]
            .into_iter()
            .filter_map(|(field, problem)| Some((field, problem?)))
            .collect()),
    }
}

/// The meaning of a predicate in its place.
enum Meaning {
    Always,
    When(When),
    Test(Test),
}

/// A condition.
enum When {
    Request(RequestCondition),
    Response(ResponseCondition),
    Frame(FrameCondition),
}

/// A requirement without its condition.
enum Test {
    Request(RequestTest),
    Response(ResponseTest),
    Frame(FrameTest),
    Message(MessageTest),
    Close(CloseTest),
    Conversation(Conversation),
    Hidden(String),
}

/// Combines a condition and a requirement of the same scope.
fn joined(rule: &Rule, when: Option<When>, test: Test) -> Result<Requirement, String> {
    let misplaced = || Err(says_nothing(&rule.when, rule.scope));
    Ok(match (test, when) {
        (Test::Request(test), None) => Requirement::Request { when: None, test },
        (Test::Request(test), Some(When::Request(when))) => Requirement::Request {
            when: Some(when),
            test,
        },
        (Test::Response(test), None) => Requirement::Response { when: None, test },
        (Test::Response(test), Some(When::Response(when))) => Requirement::Response {
            when: Some(when),
            test,
        },
        (Test::Frame(test), None) => Requirement::Frame { when: None, test },
        (Test::Frame(test), Some(When::Frame(when))) => Requirement::Frame {
            when: Some(when),
            test,
        },
        (Test::Message(test), None) => Requirement::Message(test),
        (Test::Close(test), None) => Requirement::Close(test),
        (Test::Conversation(asked), None) => Requirement::Conversation(asked),
        (Test::Hidden(why), None) => Requirement::Hidden(why),
        (
            Test::Request(_)
            | Test::Response(_)
            | Test::Frame(_)
            | Test::Message(_)
            | Test::Close(_)
            | Test::Conversation(_)
            | Test::Hidden(_),
            Some(_),
        ) => return misplaced(),
    })
}

fn says_nothing(predicate: &Predicate, scope: Scope) -> String {
    format!("{predicate:?} does not apply to the scope {scope:?}")
}

/// A predicate in a rule of a draft.
#[derive(Clone, Copy)]
struct Place<'a> {
    draft: &'a ResolvedDraft,
    rule: &'a Rule,
    predicate: &'a Predicate,
    is_condition: bool,
}

type Meant = Result<Meaning, String>;

impl<'a> Place<'a> {
    fn condition(self) -> Result<Option<When>, String> {
        match self.meaning()? {
            Meaning::Always => Ok(None),
            Meaning::When(when) => Ok(Some(when)),
            Meaning::Test(_) => Err(self.no_condition()),
        }
    }

    fn test(self) -> Result<Test, String> {
        match self.meaning()? {
            Meaning::Test(test) => Ok(test),
            Meaning::Always | Meaning::When(_) => Err(self.no_requirement()),
        }
    }

    fn meaning(self) -> Meant {
        use {FrameCondition as F, Predicate as P, ResponseCondition as R};
        match self.predicate {
            P::Always => Ok(Meaning::Always),
            P::Method => self.request(|| self.method()),
            P::HttpVersion => self.http_version(),
            P::Target => self.request(|| self.target()),
            P::Status => self.response(|| self.status()),
            P::Reason => self.response(|| self.reason()),
            P::Present(name) => self.present(name),
            P::Absent(name) => self.field(|| self.named(name).map(FieldTest::Absent)),
            P::Once(name) => self.field(|| self.named(name).map(FieldTest::Once)),
            P::Distinct(name) => self.field(|| self.distinct(name)),
            P::LowerCase(name) => self.field(|| self.named(name).map(FieldTest::LowerCase)),
            P::Conforms(name) => self.field(|| self.conforms(name)),
            P::Order(names) => self.field(|| self.all_named(names).map(FieldTest::Order)),
            P::First(names) => self.field(|| self.all_named(names).map(FieldTest::First)),
            P::NothingFollows => self.request(|| self.nothing_follows()),
            P::Answers(name) => self.response(|| self.answers(name)),
            P::AnswersBody => self.response(|| self.answers_body()),
            P::Locates(name) => self.response(|| self.locates(name)),
            P::Offered(name) => self.response(|| self.offered(name)),
            P::Accepts => self.when_response(R::Accepts),
            P::Refuses => self.when_response(R::Refuses),
            P::StatusIs(status) => self.when_response(R::StatusIs(*status)),
            P::VersionRefused(status) => self.when_response(R::VersionRefused(*status)),
            P::Control => self.when_frame(|| Ok(F::Control)),
            P::Data => self.when_frame(|| Ok(F::Data)),
            P::Starts => self.when_frame(|| Ok(F::Starts)),
            P::Opcode(name) => self.when_frame(|| self.opcode(name)),
            P::KnownOpcode => self.frame(FrameTest::KnownOpcode),
            P::ReservedClear => self.frame(FrameTest::ReservedClear),
            P::MinimalLength => self.frame(FrameTest::MinimalLength),
            P::LengthFits => self.frame(FrameTest::LengthFits),
            P::PayloadAtMost(limit) => self.frame(FrameTest::PayloadAtMost(*limit)),
            P::Final => self.frame(FrameTest::Final),
            P::Masked => self.frame(FrameTest::Masked),
            P::Unmasked => self.frame(FrameTest::Unmasked),
            P::MessageOpen => self.either(F::MessageOpen, FrameTest::MessageOpen),
            P::NoMessageOpen => self.either(F::NoMessageOpen, FrameTest::NoMessageOpen),
            P::BeforeClose => self.frame(FrameTest::BeforeClose),
            P::Function(name) => self.frame(FrameTest::Function(name.clone())),
            P::Utf8 => self.of(Scope::Message, || Ok(Test::Message(MessageTest::Utf8))),
            P::CodeComplete => self.close_code(CloseTest::CodeComplete),
            P::CodeAllowed => self.close_code(CloseTest::CodeAllowed),
            P::ReasonUtf8 => self.close_code(CloseTest::ReasonUtf8),
            P::Letter => self.of(Scope::Close, || self.letter().map(Test::Close)),
            P::PingAnswered => self.conversation(Conversation::PingAnswered),
            P::CloseAnswered => self.conversation(Conversation::CloseAnswered),
            P::CloseBodyMatches => self.conversation(Conversation::CloseBodyMatches),
            P::MaskingKeysVary => self.conversation(Conversation::MaskingKeysVary),
            P::WaitsForResponse => self.conversation(Conversation::WaitsForResponse),
            P::ServerEndsTransport => self.conversation(Conversation::ServerEndsTransport),
            P::Documented(why) => {
                self.of(Scope::Policy, || self.reason_given(why).map(Test::Hidden))
            }
        }
    }

    fn no_condition(&self) -> String {
        format!("{:?} cannot be a condition", self.predicate)
    }

    fn no_requirement(&self) -> String {
        format!("{:?} is a condition, not a requirement", self.predicate)
    }

    /// Checks that the rule has one of these scopes.
    fn about(&self, scopes: &[Scope]) -> Result<(), String> {
        if scopes.contains(&self.rule.scope) {
            Ok(())
        } else {
            Err(says_nothing(self.predicate, self.rule.scope))
        }
    }

    /// A requirement of rules with this scope.
    fn of(&self, scope: Scope, test: impl FnOnce() -> Result<Test, String>) -> Meant {
        self.about(&[scope])?;
        if self.is_condition {
            return Err(self.no_condition());
        }
        test().map(Meaning::Test)
    }

    /// A condition of rules with this scope.
    fn when(&self, scope: Scope, when: impl FnOnce() -> Result<When, String>) -> Meant {
        self.about(&[scope])?;
        if !self.is_condition {
            return Err(self.no_requirement());
        }
        when().map(Meaning::When)
    }

    fn request(&self, test: impl FnOnce() -> Result<RequestTest, String>) -> Meant {
        self.of(Scope::Request, || test().map(Test::Request))
    }

    fn response(&self, test: impl FnOnce() -> Result<ResponseTest, String>) -> Meant {
        self.of(Scope::Response, || test().map(Test::Response))
    }

    /// A requirement on the header fields of requests and responses.
    fn field(&self, test: impl FnOnce() -> Result<FieldTest, String>) -> Meant {
        if self.rule.scope == Scope::Response {
            self.response(|| test().map(ResponseTest::Field))
        } else {
            self.request(|| test().map(RequestTest::Field))
        }
    }

    fn http_version(&self) -> Meant {
        let minor = || self.minor_version();
        if self.rule.scope == Scope::Response {
            self.response(|| minor().map(ResponseTest::HttpVersion))
        } else {
            self.request(|| minor().map(RequestTest::HttpVersion))
        }
    }

    fn present(&self, name: &str) -> Meant {
        if !self.is_condition {
            return self.field(|| self.named(name).map(FieldTest::Present));
        }
        let named = || self.named(name);
        if self.rule.scope == Scope::Response {
            let when = || named().map(ResponseCondition::Present);
            self.when(Scope::Response, || when().map(When::Response))
        } else {
            let when = || named().map(RequestCondition::Present);
            self.when(Scope::Request, || when().map(When::Request))
        }
    }

    fn when_frame(&self, when: impl FnOnce() -> Result<FrameCondition, String>) -> Meant {
        self.when(Scope::Frame, || when().map(When::Frame))
    }

    /// A predicate that can be a condition or a requirement.
    fn either(&self, when: FrameCondition, test: FrameTest) -> Meant {
        if self.is_condition {
            self.when_frame(|| Ok(when))
        } else {
            self.frame(test)
        }
    }

    fn when_response(&self, when: ResponseCondition) -> Meant {
        self.when(Scope::Response, || {
            self.condition_refers(&when)?;
            Ok(When::Response(when))
        })
    }

    fn frame(&self, test: FrameTest) -> Meant {
        self.of(Scope::Frame, || {
            self.frame_test_refers(&test)?;
            Ok(Test::Frame(test))
        })
    }

    fn close_code(&self, test: CloseTest) -> Meant {
        self.of(Scope::Close, || {
            self.has_close_codes()?;
            Ok(Test::Close(test))
        })
    }

    fn conversation(&self, asked: Conversation) -> Meant {
        self.of(Scope::Conversation, || {
            self.conversation_refers(asked)?;
            Ok(Test::Conversation(asked))
        })
    }
}
