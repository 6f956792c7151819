//! The rules that the plug-in checks, and the reasons for which it does not check the others.

use std::collections::{BTreeMap, BTreeSet};

use wsdraft_spec::{
    ResolvedDraft,
    model::Rule,
    requirement::{
        CloseTest, FieldTest, FrameCondition, FrameTest, RequestCondition, RequestTest,
        Requirement, ResponseCondition, ResponseTest,
    },
    vocabulary::{Conversation, Evidence, Level, Outcome},
};

use super::{lua::Lua, words};

/// The table of rules, each once.
#[derive(Debug, Default)]
pub(super) struct Rules {
    pub(super) all: Vec<Lua>,
    places: BTreeMap<String, usize>,
    /// The rules that some draft or extension has and that are not checked there, each with the reason.
    skipped: BTreeMap<String, String>,
    /// The rules that are checked in some draft.
    checked: BTreeSet<String>,
}

/// The rules of a draft by the input that they are about.
#[derive(Debug, Default)]
pub(super) struct ByScope {
    request: Vec<Lua>,
    response: Vec<Lua>,
    frame: Vec<Lua>,
    close: Vec<Lua>,
    /// The rule on text.
    pub(super) text: Option<Lua>,
}

impl ByScope {
    pub(super) fn table(self) -> Lua {
        Lua::table([
            ("request", Some(Lua::List(self.request))),
            ("response", Some(Lua::List(self.response))),
            ("frame", Some(Lua::List(self.frame))),
            ("close", Some(Lua::List(self.close))),
        ])
    }
}

impl Rules {
    /// Adds a rule, unless it is there; gives its place.
    pub(super) fn refer(&mut self, rule: Lua) -> Lua {
        let next = self.all.len() + 1;
        let at = *self.places.entry(rule.to_string()).or_insert(next);
        if at == next {
            self.all.push(rule);
        }
        Lua::Element("R", at)
    }

    /// Notes why a rule is not checked.
    pub(super) fn skip(&mut self, id: &str, why: &str) {
        self.skipped.insert(id.to_owned(), why.to_owned());
    }

    /// Adds a rule that is checked; gives its place.
    pub(super) fn check(&mut self, id: &str, rule: Lua) -> Lua {
        self.checked.insert(id.to_owned());
        self.refer(rule)
    }

    /// The rules that are checked nowhere, each with the reason.
    pub(super) fn unchecked(&self) -> impl Iterator<Item = (&String, &String)> {
        let skipped = self.skipped.iter();
        skipped.filter(|(id, _)| !self.checked.contains(*id))
    }

    /// The rules of a draft.
    pub(super) fn of(&mut self, draft: &ResolvedDraft) -> ByScope {
        let mut scopes = ByScope::default();
        for (id, rule, requirement) in draft.requirements() {
            let rule = &rule.value;
            if rule.level == Level::May {
                self.skip(id, "the rule permits something, so nothing breaks it");
                continue;
            }
            match requirement {
                Requirement::Request { when, test } => {
                    let when = when.as_ref().map(|RequestCondition::Present(name)| {
                        Lua::table([("present", Some(name.into()))])
                    });
                    if *test == RequestTest::NothingFollows {
                        self.skip(
                            id,
                            "a capture does not show whether the client had the response by then",
                        );
                        continue;
                    }
                    let rule = self.check(id, written(id, rule, when, request(test)));
                    scopes.request.push(rule);
                }
                Requirement::Response { when, test } => {
                    let when = when.as_ref().map(response_condition);
                    let rule = self.check(id, written(id, rule, when, response(test)));
                    scopes.response.push(rule);
                }
                Requirement::Frame { when, test } => match frame(test) {
                    Some(test) => {
                        let when = when.map(frame_condition);
                        let rule = self.check(id, written(id, rule, when, test));
                        scopes.frame.push(rule);
                    }
                    None => self.skip(
                        id,
                        "a function that the author of a dialect wrote judges it",
                    ),
                },
                Requirement::Message(_) => {
                    if rule.otherwise.fails() {
                        let test = Lua::tagged("utf8", None);
                        scopes.text = Some(self.check(id, written(id, rule, None, test)));
                    }
                }
                Requirement::Close(test) => {
                    let rule = self.check(id, written(id, rule, None, close(*test)));
                    scopes.close.push(rule);
                }
                Requirement::Conversation(asked) => self.skip(id, conversation(*asked)),
                Requirement::Hidden(why) => self.skip(id, why),
            }
        }
        scopes
    }
}

/// Why a rule on what both endpoints do over time is not checked.
const fn conversation(asked: Conversation) -> &'static str {
    match asked {
        Conversation::PingAnswered | Conversation::CloseAnswered => {
            "it takes the end of the capture to know that an answer never came"
        }
        Conversation::CloseBodyMatches => {
            "it takes both directions and their order in time, which a dissector of one packet does not have"
        }
        Conversation::MaskingKeysVary => "it takes all keys of the connection",
        Conversation::WaitsForResponse | Conversation::ServerEndsTransport => {
            "it takes what the endpoints had received by then"
        }
    }
}

/// A rule as the plug-in has it.
fn written(id: &str, rule: &Rule, when: Option<Lua>, test: Lua) -> Lua {
    let refuses = rule.otherwise != Outcome::Nothing && !rule.otherwise.lists_versions();
    Lua::table([
        ("id", Some(id.into())),
        ("level", Some(rule.level.as_str().into())),
        ("by", rule.by.map(words::role)),
        ("when", when),
        ("test", Some(test)),
        ("refuses", refuses.then_some(Lua::Bool(true))),
        ("citation", Some(Evidence::citation(&rule.evidence).into())),
        ("summary", Some((&rule.summary).into())),
    ])
}

/// A test with operands by name.
fn test<'n>(word: &str, operands: impl IntoIterator<Item = (&'n str, Lua)>) -> Lua {
    let operands = operands.into_iter();
    let operands = operands.map(|(name, value)| (name.to_owned(), value));
    Lua::Tagged(word.to_owned(), operands.collect())
}

fn request(of: &RequestTest) -> Lua {
    match of {
        RequestTest::Method(method) => test("method", [("method", method.into())]),
        RequestTest::HttpVersion(minor) => {
            test("http_version", [("minor", Lua::Number(u64::from(*minor)))])
        }
        RequestTest::Target(schemes) => test("target", [("schemes", Lua::list(schemes))]),
        RequestTest::NothingFollows => test("nothing_follows", []),
        RequestTest::Field(of) => field(of),
    }
}

fn response_condition(when: &ResponseCondition) -> Lua {
    let entry = match when {
        ResponseCondition::Present(name) => ("present", name.into()),
        ResponseCondition::Accepts => ("accepts", Lua::Bool(true)),
        ResponseCondition::Refuses => ("refuses", Lua::Bool(true)),
        ResponseCondition::StatusIs(status) => ("status", Lua::Number(u64::from(*status))),
        ResponseCondition::VersionRefused(status) => {
            ("version_refused", Lua::Number(u64::from(*status)))
        }
    };
    Lua::table([(entry.0, Some(entry.1))])
}

fn response(of: &ResponseTest) -> Lua {
    match of {
        ResponseTest::HttpVersion(minor) => {
            test("http_version", [("minor", Lua::Number(u64::from(*minor)))])
        }
        ResponseTest::Status(status) => {
            test("status", [("status", Lua::Number(u64::from(*status)))])
        }
        ResponseTest::Reason(reason) => test("reason", [("reason", reason.into())]),
        ResponseTest::Computed { field, value } => test(
            "computed",
            [("field", field.into()), ("value", words::expression(value))],
        ),
        ResponseTest::Echoes { field, of } => {
            test("echoes", [("field", field.into()), ("of", of.into())])
        }
        ResponseTest::ComputedBody(value) => {
            test("computed_body", [("value", words::expression(value))])
        }
        ResponseTest::Locates { field, host } => {
            test("locates", [("field", field.into()), ("host", host.into())])
        }
        ResponseTest::Offered {
            field,
            of,
            separator,
        } => test(
            "offered",
            [
                ("field", field.into()),
                ("of", of.into()),
                ("separator", words::separator(*separator)),
            ],
        ),
        ResponseTest::Field(of) => field(of),
    }
}

fn field(of: &FieldTest) -> Lua {
    let (word, name) = match of {
        FieldTest::Present(name) => ("present", name),
        FieldTest::Absent(name) => ("absent", name),
        FieldTest::Once(name) => ("once", name),
        FieldTest::LowerCase(name) => ("lower_case", name),
        FieldTest::Distinct { field, separator } => {
            let separator = words::separator(*separator);
            return test(
                "distinct",
                [("field", field.into()), ("separator", separator)],
            );
        }
        FieldTest::Conforms { field, grammar } => {
            let grammar = words::grammar(grammar);
            return test("conforms", [("field", field.into()), ("grammar", grammar)]);
        }
        FieldTest::Order(names) => return test("order", [("fields", Lua::list(names))]),
        FieldTest::First(names) => return test("first", [("fields", Lua::list(names))]),
    };
    test(word, [("field", name.into())])
}

fn frame_condition(when: FrameCondition) -> Lua {
    let entry = match when {
        FrameCondition::Control => ("is", "control"),
        FrameCondition::Data => ("is", "data"),
        FrameCondition::Starts => ("is", "starts"),
        FrameCondition::Kind(kind) => ("kind", words::kind(kind)),
        FrameCondition::MessageOpen => ("is", "message_open"),
        FrameCondition::NoMessageOpen => ("is", "no_message_open"),
    };
    Lua::table([(entry.0, Some(entry.1.into()))])
}

fn frame(of: &FrameTest) -> Option<Lua> {
    let word = match of {
        FrameTest::KnownOpcode => "known_opcode",
        FrameTest::ReservedClear => "reserved_clear",
        FrameTest::MinimalLength => "minimal_length",
        FrameTest::LengthFits => "length_fits",
        FrameTest::PayloadAtMost(bytes) => {
            return Some(test("payload_at_most", [("bytes", Lua::Number(*bytes))]));
        }
        FrameTest::Final => "final",
        FrameTest::Masked => "masked",
        FrameTest::Unmasked => "unmasked",
        FrameTest::MessageOpen => "message_open",
        FrameTest::NoMessageOpen => "no_message_open",
        FrameTest::BeforeClose => "before_close",
        FrameTest::Function(_) => return None,
    };
    Some(test(word, []))
}

fn close(of: CloseTest) -> Lua {
    match of {
        CloseTest::CodeComplete => test("code_complete", []),
        CloseTest::CodeAllowed => test("code_allowed", []),
        CloseTest::ReasonUtf8 => test("reason_utf8", []),
        CloseTest::Letter { client, server } => test(
            "letter",
            [
                ("client", Lua::Number(u64::from(client))),
                ("server", Lua::Number(u64::from(server))),
            ],
        ),
    }
}
