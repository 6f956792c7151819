//! Completeness: for every rule of every draft an input that breaks only it, and a near miss
//! that breaks nothing. Both are derived from the draft's own data by `wsdraft_interpreter::vectors`, so that
//! new drafts and new rules are covered as they are written; a rule without vectors fails the
//! test.

use std::collections::BTreeSet;

use wsdraft::{
    Config, Connection, ConnectionError, Draft, Event, NoEntropy, Policy, Role, Violation,
    handshake::{
        HeadLimits,
        client::{ClientError, ClientHandshake, ClientOptions},
        parse::{with_request, with_response},
        server::{RefusalCause, Requested, ServerHandshake, ServerOptions},
    },
    info::{Level, Outcome, Purpose, RuleInfo, Scope, Visibility},
    inspect::Observed,
};
use wsdraft_interpreter::{
    Interpreted,
    vectors::{
        Bytes, Case, Input, NoVector, Offered, SESSION, Vectors, fixed, observed, violations,
    },
};
use wsdraft_spec::{Database, ResolvedDraft, model::Rule, vocabulary as spec};

mod handshakes;

/// A rule of a draft in one of its two forms.
struct Subject {
    draft: &'static dyn Draft,
    spec: &'static ResolvedDraft,
    rule: &'static RuleInfo,
    data: &'static Rule,
}

/// Runs a check on every vector of the rules of a scope, with generated code and with the
/// interpreter; both have the same vectors.
fn each(scope: Scope, mut check: impl FnMut(&Subject, &Case)) {
    let database = Database::built_in().unwrap();
    let mut checked = BTreeSet::new();
    for compiled in wsdraft::drafts::ALL {
        let short = compiled.info().short;
        let spec = database.resolved(short).unwrap();
        let interpreted = Interpreted::new(spec.clone()).unwrap();
        let interpreted: &'static dyn Draft = Box::leak(Box::new(interpreted));
        let rules = compiled.info().rules.iter();
        for rule in rules.filter(|rule| rule.scope == scope) {
            let data = &spec.rules.get(rule.id).unwrap().value;
            let cases = match Vectors::new(spec, *compiled).of(rule.id) {
                Err(NoVector::Permits) => {
                    assert_eq!(rule.level, Level::May, "{short} {}", rule.id);
                    continue;
                }
                cases => cases.unwrap_or_else(|why| panic!("{} of {short}: {why}", rule.id)),
            };
            assert!(!cases.is_empty(), "{} of {short}", rule.id);
            let again = Vectors::new(spec, interpreted).of(rule.id);
            assert_eq!(again.as_ref(), Ok(&cases), "{} of {short}", rule.id);
            for draft in [*compiled, interpreted] {
                let subject = Subject {
                    draft,
                    spec,
                    rule: draft.info().rule(rule.id).unwrap(),
                    data,
                };
                cases.iter().for_each(|case| check(&subject, case));
            }
            checked.insert(format!("{short} {}", rule.id));
        }
    }
    println!("{} rules of scope {scope:?}", checked.len());
    assert!(!checked.is_empty());
}

fn ids(broken: &[Violation]) -> Vec<&'static str> {
    broken.iter().map(|violation| violation.rule.id).collect()
}

impl Subject {
    fn at(&self, case: &Case) -> String {
        format!("{} of {} by a {}", self.rule.id, self.spec.short, case.by)
    }

    fn broken(&self, by: Role, input: &Input) -> Vec<Violation> {
        violations(self.draft, by, input).unwrap()
    }

    /// Checks that one input breaks the rule and no other, and that the other breaks none.
    fn observe(&self, case: &Case) {
        let at = self.at(case);
        assert_eq!(ids(&self.broken(case.by, &case.kept)), [""; 0], "{at}");
        let [violation] = &self.broken(case.by, &case.broken)[..] else {
            panic!("{at}: {:?}", self.broken(case.by, &case.broken));
        };
        assert_eq!(violation.rule.id, self.rule.id, "{at}");
        assert_eq!(violation.by, case.by, "{at}");
        let length = match &case.broken {
            Input::Request(bytes) | Input::Response(_, bytes) => bytes.all().len(),
            Input::Frames { bytes, .. } => bytes.len(),
        };
        assert!(violation.offset <= length as u64, "{at}: {violation:?}");
    }
}

/// What a connection that enforces makes of it: the error, and what it sends.
fn enforce(
    draft: &'static dyn Draft,
    from: Role,
    strict: bool,
    input: &Input,
) -> (Option<ConnectionError>, Vec<u8>) {
    let Input::Frames { bytes, claimed } = input else {
        panic!("{input:?}");
    };
    let mut policy = if strict {
        Policy::strict()
    } else {
        Policy::default()
    };
    policy.claimed = *claimed;
    let config = Config::with_policy(policy);
    let mut connection = match from {
        Role::Client => Connection::server(draft, SESSION, config),
        Role::Server => {
            let entropy = |bytes: &mut [u8]| -> Result<(), NoEntropy> {
                fixed(bytes);
                Ok(())
            };
            Connection::client(draft, SESSION, entropy, config)
        }
    };
    connection.feed(bytes);
    let error = loop {
        match connection.receive() {
            Ok(Some(Event::Closed(_)) | None) => break None,
            Ok(Some(_)) => {}
            Err(error) => break Some(error),
        }
    };
    (error, connection.output().to_vec())
}

/// Checks that a stream breaks a rule and no other, and that the connection ends as the rule
/// has it; and that another one breaks none.
fn expect(subject: &Subject, case: &Case) {
    let (at, rule) = (subject.at(case), subject.rule);
    subject.observe(case);
    let strict = rule.level == Level::Should;
    let enforce = |strict, input| enforce(subject.draft, case.by, strict, input);
    assert_eq!(enforce(strict, &case.kept).0, None, "{at}");
    if rule.outcome == Outcome::Discard {
        assert_eq!(enforce(true, &case.broken).0, None, "{at}");
        return;
    }
    if strict {
        assert_eq!(enforce(false, &case.broken).0, None, "{at}");
    }
    let (error, output) = enforce(strict, &case.broken);
    let Some(ConnectionError::Violation(violation)) = error else {
        panic!("{at}: {error:?}");
    };
    assert_eq!(violation.rule.id, rule.id, "{at}");
    let answers: Vec<_> = observed(subject.draft, case.by.peer(), &output, 0).collect();
    let code = answers.iter().find_map(|seen| match seen {
        Observed::Close(close) => Some(close.code),
        Observed::Violation(violation) => panic!("{at}: the answer: {violation}"),
        _ => None,
    });
    // Without a code there is nothing to say, and the connection just ends.
    assert_eq!(code, rule.close_code().map(Some), "{at}: {answers:?}");
}

#[test]
fn frames() {
    each(Scope::Frame, expect);
}

#[test]
fn close_frames() {
    each(Scope::Close, expect);
}

#[test]
fn messages() {
    each(Scope::Message, |subject, case| {
        let at = subject.at(case);
        if subject.rule.outcome != Outcome::Replace {
            return expect(subject, case);
        }
        let Input::Frames { bytes, .. } = &case.broken else {
            panic!("{at}: {case:?}");
        };
        let seen: Vec<_> = observed(subject.draft, case.by, bytes, 0).collect();
        let [Observed::Frame { payload, .. }, Observed::Text(text)] = &seen[..] else {
            panic!("{at}: {seen:?}");
        };
        assert!(std::str::from_utf8(payload).is_err(), "{at}");
        assert_eq!(*text, String::from_utf8_lossy(payload), "{at}");
        assert_eq!(subject.broken(case.by, &case.broken), [], "{at}");
        assert_eq!(
            enforce(subject.draft, case.by, false, &case.broken).0,
            None,
            "{at}"
        );
    });
}

/// A rule without vectors is one that permits something, that a conversation shows, or whose data
/// say why nothing shows it; and generated and interpreted data say the same of it.
#[test]
fn rules_that_no_input_breaks() {
    let database = Database::built_in().unwrap();
    let mut conversations = BTreeSet::new();
    for compiled in wsdraft::drafts::ALL {
        let info = compiled.info();
        let spec = database.resolved(info.short).unwrap();
        let interpreted = Interpreted::new(spec.clone()).unwrap();
        for rule in info.rules {
            let at = format!("{} of {}", rule.id, info.short);
            let again = interpreted.info().rule(rule.id).unwrap();
            assert_eq!(again, rule, "{at}");
            let vectors = Vectors::new(spec, *compiled).of(rule.id);
            match (rule.visibility, vectors) {
                (_, Err(NoVector::Permits)) => assert_eq!(rule.level, Level::May, "{at}"),
                (Visibility::Input, vectors) => assert!(vectors.is_ok(), "{at}: {vectors:?}"),
                (Visibility::Conversation(asked), Err(NoVector::Conversation)) => {
                    assert_eq!(info.conversation_rule(asked), Some(rule), "{at}");
                    assert_eq!(rule.scope, Scope::Conversation, "{at}");
                    conversations.insert(format!("{asked:?}"));
                }
                (Visibility::Hidden(why), Err(NoVector::Hidden(said))) => {
                    assert_eq!(rule.scope, Scope::Policy, "{at}");
                    assert!(!why.is_empty() && why == said, "{at}");
                }
                (visibility, vectors) => panic!("{at}: {visibility:?}, {vectors:?}"),
            }
        }
    }
    let wanted = [
        "CloseAnswered",
        "CloseBodyMatches",
        "MaskingKeysVary",
        "PingAnswered",
        "ServerEndsTransport",
        "WaitsForResponse",
    ];
    assert_eq!(conversations.iter().collect::<Vec<_>>(), wanted);
}
