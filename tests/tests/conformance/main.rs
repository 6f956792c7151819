//! The conformance tester, against this project's own endpoints in memory: what keeps every rule is
//! found strict, and what ignores one rule is found out by the case of that rule.

use std::{
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
    time::Duration,
};

use wsdraft::{
    Draft, Relaxed, Role,
    info::{Kind, Outcome, RuleInfo, Scope, Visibility},
};
use wsdraft_conformance::{Case, Setup, Suite, Tolerance, Verdict, play, report::Report};
use wsdraft_spec::{Database, Scenarios};

mod adapters;
mod chopped;
mod endpoints;
mod mirror;
mod peculiar;
mod removed;
mod wire;

use self::{
    endpoints::{Client, Server, Unasked},
    wire::{Endpoint, Memory},
};

/// What is tested, and all cases.
fn prepared(draft: &'static dyn Draft, subject: Role) -> (Setup, Suite) {
    let database = Database::built_in().unwrap();
    let spec = database.resolved(draft.info().short).unwrap().clone();
    let scenarios = Scenarios::built_in().unwrap();
    let mut setup = Setup::new(draft, spec, subject);
    setup.tolerance = Tolerance::new(scenarios, database.extensions());
    let mut opcodes = draft.info().opcodes.iter();
    setup.pongs = opcodes.any(|opcode| opcode.kind == Kind::Ping);
    (setup.grace, setup.patience) = (Duration::ZERO, Duration::ZERO);
    let suite = Suite::new(&setup, scenarios);
    (setup, suite)
}

/// Plays the cases against endpoints in memory.
fn tested(setup: &Setup, suite: &Suite, relaxed: Relaxed) -> Report {
    against(setup, suite, &|| {
        endpoint(setup.draft, setup.subject, relaxed)
    })
}

/// Plays the cases against these endpoints, a new one for each.
fn against(setup: &Setup, suite: &Suite, endpoint: &dyn Fn() -> Box<dyn Endpoint>) -> Report {
    let play = |case: &Case| {
        case.is_played().then(|| {
            let mut wire = Memory::new(endpoint());
            at_once(play(setup, case, &mut wire))
        })
    };
    let played: Vec<_> = suite.cases.iter().map(play).collect();
    Report::of(setup, suite, "memory".into(), &played)
}

/// The result of a future that never waits.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    match future
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("a transport in memory never waits"),
    }
}

fn endpoint(draft: &'static dyn Draft, subject: Role, relaxed: Relaxed) -> Box<dyn Endpoint> {
    match subject {
        Role::Server => Box::new(Server::new(draft, relaxed)),
        Role::Client => Box::new(Client::new(draft, relaxed)),
    }
}

/// The cases that are neither strict nor without an application.
fn faults(report: &Report) -> Vec<String> {
    let fine = |verdict| matches!(verdict, Verdict::Strict | Verdict::NotApplicable);
    let faults = report.cases.iter().filter(|case| !fine(case.verdict));
    faults
        .map(|case| {
            format!(
                "{} {} is {}: {}",
                report.draft, case.id, case.verdict, case.why
            )
        })
        .collect()
}

/// What is not strict of this project's own endpoints with this role, in the cases of a draft that are
/// `wanted`.
fn untidy(
    draft: &'static dyn Draft,
    subject: Role,
    least: usize,
    wanted: impl Fn(&Case) -> bool,
) -> Vec<String> {
    let (setup, mut suite) = prepared(draft, subject);
    suite.cases.retain(wanted);
    let report = tested(&setup, &suite, Relaxed::NONE);
    let strict = report.summary.count(Verdict::Strict);
    assert!(strict > least, "{}: {strict}", draft.info().short);
    let faults = faults(&report).into_iter();
    faults.map(|fault| format!("{subject}: {fault}")).collect()
}

fn assert_none(faults: &[String]) {
    let (count, faults) = (faults.len(), faults.join("\n"));
    assert!(count == 0, "{faults}\n{count} faults");
}

/// What is not strict in any draft. Large messages are the same in all of them.
fn untidy_in_any_draft(subject: Role) -> Vec<String> {
    let drafts = wsdraft::drafts::ALL.iter().copied();
    let untidy = |draft| {
        untidy(draft, subject, 40, |case| {
            is_small(case) && (is_newest(draft) || case.weight() <= LIGHT)
        })
    };
    drafts.flat_map(untidy).collect()
}

#[test]
fn own_servers_are_strict_in_every_draft() {
    assert_none(&untidy_in_any_draft(Role::Server));
}

#[test]
fn own_clients_are_strict_in_every_draft() {
    assert_none(&untidy_in_any_draft(Role::Client));
}

#[test]
fn own_servers_are_strict_with_large_messages() {
    let faults = untidy(newest(), Role::Server, 70, |case| !is_small(case));
    assert_none(&faults);
}

#[test]
fn own_clients_are_strict_with_large_messages() {
    let faults = untidy(newest(), Role::Client, 70, |case| !is_small(case));
    assert_none(&faults);
}

/// Sections with large messages, which take long without optimisations.
const LARGE: [&str; 3] = ["sizes", "writes", "compression-sizes"];

/// Bytes of a message that is played in every draft.
const LIGHT: usize = 4 << 10;

fn is_small(case: &Case) -> bool {
    !LARGE.contains(&&*case.section)
}

fn newest() -> &'static dyn Draft {
    *wsdraft::drafts::ALL.last().expect("a draft")
}

fn is_newest(draft: &'static dyn Draft) -> bool {
    newest().info().short == draft.info().short
}

/// Rules that endpoints of this project enforce in another place too: a response with another status
/// does not open a connection, a request without this field asks for none, and no payload has such a
/// length.
const ENFORCED_TWICE: [&str; 3] = ["response-status", "upgrade-present", "length-fits"];

#[test]
fn each_rule_that_is_ignored_is_found_by_its_own_case() {
    let (mut missed, mut found) = (Vec::new(), 0);
    for &draft in wsdraft::drafts::ALL {
        for subject in [Role::Server, Role::Client] {
            let (setup, all) = prepared(draft, subject);
            for rule in draft
                .info()
                .rules
                .iter()
                .filter(|rule| is_enforced(rule, subject))
            {
                let is_about = |case: &Case| case.rules.iter().any(|id| id == rule.id);
                let mut suite = all.clone();
                suite
                    .cases
                    .retain(|case| is_about(case) && case.is_played());
                let ids: &'static [&'static str] = Box::leak(Box::new([rule.id]));
                let report = tested(&setup, &suite, Relaxed::new(ids));
                let has = |wanted: &[Verdict]| {
                    let mut cases = report.cases.iter();
                    cases.any(|case| wanted.contains(&case.verdict))
                };
                if has(&[Verdict::Wrong, Verdict::Lenient]) {
                    found += 1;
                } else if !has(&[Verdict::NotApplicable]) && !ENFORCED_TWICE.contains(&rule.id) {
                    missed.push(format!("{} {subject} {}", draft.info().short, rule.id));
                }
            }
        }
    }
    assert!(
        missed.is_empty(),
        "{}\n{} missed",
        missed.join("\n"),
        missed.len()
    );
    assert!(found > 500, "{found}");
}

#[test]
fn pongs_that_nobody_asked_for_are_no_fault() {
    // RFC 6455 §5.5.3 allows them.
    let draft = newest();
    let (setup, mut suite) = prepared(draft, Role::Server);
    suite
        .cases
        .retain(|case| case.section != "sends" && is_small(case));
    let pong = [&[0x8a, 7][..], b"unasked"].concat();
    let report = against(&setup, &suite, &|| {
        Box::new(Unasked::new(
            Server::new(draft, Relaxed::NONE),
            pong.clone(),
        ))
    });
    let wrong = report
        .cases
        .iter()
        .filter(|case| case.verdict == Verdict::Wrong);
    let wrong: Vec<&str> = wrong.map(|case| &*case.id).collect();
    assert!(report.summary.count(Verdict::Strict) > 400);
    assert!(wrong.is_empty(), "{wrong:?}");
}

/// Whether an endpoint with this role enforces the rule, and can be told not to.
fn is_enforced(rule: &RuleInfo, subject: Role) -> bool {
    let by_peer = match rule.scope {
        Scope::Request => subject == Role::Server,
        Scope::Response => subject == Role::Client,
        Scope::Frame | Scope::Message | Scope::Close => rule.by.is_none_or(|by| by != subject),
        Scope::Conversation | Scope::Policy => false,
    };
    // What replaces invalid bytes does so with the rule relaxed, too.
    by_peer
        && rule.is_fatal()
        && rule.outcome != Outcome::Replace
        && matches!(rule.visibility, Visibility::Input)
}
