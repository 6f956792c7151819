//! A dialect that removes rules has a case for each of them: a peer that still applies the rule is found
//! stricter, and none is called wrong.

use std::time::Duration;

use wsdraft::{Draft, Relaxed, Role};
use wsdraft_conformance::{Removed, Setup, Suite, Tolerance, Verdict, report::Report};
use wsdraft_interpreter::Interpreted;
use wsdraft_spec::{Database, Scenarios, Source};

use super::{against, endpoint, newest};

/// A dialect without some of the rules that a server and a client check.
const DIALECT: &str = r#"Draft(
    name: "lax-1", short: "lax-1", type: "lax", revision: 1, status: "private",
    evidence: [Own("A test")], extends: "rfc6455",
    rules: (remove: [
        "client-frame-masked", "server-frame-unmasked", "control-frame-length", "reserved-bits-clear",
        "close-code-allowed", "host-present", "accept-matches", "response-connection-valid",
    ]),
)"#;

/// What the cases of removed rules say of an endpoint that speaks the dialect, or the draft that it builds
/// on.
fn removed(subject: Role, in_dialect: bool) -> Report {
    let source = Source {
        file: "lax-1.ron".into(),
        text: DIALECT.into(),
    };
    let database = Database::built_in().unwrap().clone().with([source]);
    let database = database.unwrap_or_else(|errors| panic!("{errors}"));
    let spec = database.resolved("lax-1").unwrap().clone();
    let draft: &'static dyn Draft = Box::leak(Box::new(Interpreted::new(spec.clone()).unwrap()));
    let from = database.resolved(newest().info().short).unwrap();
    let mut setup = Setup::new(draft, spec.clone(), subject);
    setup.removed = Removed::all(&spec, [(newest(), from), (newest(), from)]);
    let scenarios = Scenarios::built_in().unwrap();
    setup.tolerance = Tolerance::new(scenarios, database.extensions());
    (setup.grace, setup.patience) = (Duration::ZERO, Duration::ZERO);
    let mut suite = Suite::new(&setup, scenarios);
    suite.cases.retain(|case| case.id.ends_with("/removed"));
    let spoken = if in_dialect { draft } else { newest() };
    against(&setup, &suite, &|| endpoint(spoken, subject, Relaxed::NONE))
}

fn said(report: &Report) -> Vec<(&str, Verdict)> {
    let cases = report.cases.iter();
    cases.map(|case| (&*case.id, case.verdict)).collect()
}

const OF_SERVERS: [&str; 5] = [
    "close-frame/close-code-allowed/1/removed",
    "request/host-present/1/removed",
    "frame/client-frame-masked/1/removed",
    "frame/control-frame-length/1/removed",
    "frame/reserved-bits-clear/1/removed",
];
const OF_CLIENTS: [&str; 5] = [
    "close-frame/close-code-allowed/1/removed",
    "response/accept-matches/1/removed",
    "response/response-connection-valid/1/removed",
    "frame/server-frame-unmasked/1/removed",
    "frame/control-frame-length/1/removed",
];

#[test]
fn what_does_not_apply_a_removed_rule_is_strict() {
    for (subject, ids) in [(Role::Server, OF_SERVERS), (Role::Client, OF_CLIENTS)] {
        let report = removed(subject, true);
        let said = said(&report);
        for id in ids {
            assert_eq!(said.iter().filter(|(found, _)| *found == id).count(), 1);
        }
        for case in &report.cases {
            assert_eq!(case.verdict, Verdict::Strict, "{}: {}", case.id, case.why);
            assert!(report.rule(&case.rules[0]).is_some(), "{}", case.id);
        }
    }
}

#[test]
fn what_applies_a_removed_rule_is_stricter() {
    for (subject, ids) in [(Role::Server, OF_SERVERS), (Role::Client, OF_CLIENTS)] {
        let report = removed(subject, false);
        for id in ids {
            let case = report.cases.iter().find(|case| case.id == id).unwrap();
            assert_eq!(case.verdict, Verdict::Stricter, "{id}: {}", case.why);
        }
        assert_eq!(report.summary.count(Verdict::Wrong), 0);
    }
}
