//! What `wsdraft handshake --response` and `lint` say about answers, and that every command gives a
//! draft the same name.

use std::fs;

use serde_json::Value;

use crate::common::{
    self,
    capture::{Capture, From, Link},
    chat::{ACCEPTED as ACCEPTANCE, REQUEST},
};

/// A request, a response, and what is to be said.
struct Case {
    name: &'static str,
    response: String,
    accepts: bool,
    valid: bool,
    rules: &'static [&'static str],
}

impl Case {
    fn new(
        name: &'static str,
        response: impl Into<String>,
        (accepts, valid): (bool, bool),
        rules: &'static [&'static str],
    ) -> Self {
        Self {
            name,
            response: format!("{}\r\n", response.into()),
            accepts,
            valid,
            rules,
        }
    }
}

fn refusal(first: &str, fields: &str) -> String {
    format!("HTTP/1.1 {first}\r\n{fields}")
}

fn refusals() -> Vec<Case> {
    vec![
        Case::new("400", refusal("400 Bad Request", ""), (false, true), &[]),
        Case::new("200", refusal("200 OK", ""), (false, true), &[]),
        Case::new(
            "302",
            refusal("302 Found", "Location: http://example.com/\r\n"),
            (false, true),
            &[],
        ),
        Case::new(
            "401",
            refusal(
                "401 Unauthorized",
                "WWW-Authenticate: Basic realm=\"a\"\r\n",
            ),
            (false, true),
            &[],
        ),
        Case::new(
            "401-bare",
            refusal("401 Unauthorized", ""),
            (false, true),
            &["authentication-challenged"],
        ),
        Case::new(
            "426",
            refusal("426 Upgrade Required", "Sec-WebSocket-Version: 8\r\n"),
            (false, true),
            &[],
        ),
        Case::new(
            "426-bare",
            refusal("426 Upgrade Required", ""),
            (false, true),
            &["versions-listed"],
        ),
        Case::new(
            "403-with-fields",
            ACCEPTANCE.replace("101", "403").replace("s3pP", "S3pP"),
            (false, true),
            &[],
        ),
    ]
}

fn acceptances() -> Vec<Case> {
    vec![
        Case::new("accepted", ACCEPTANCE, (true, true), &[]),
        Case::new(
            "content-length",
            format!("{ACCEPTANCE}Content-Length: 0\r\n"),
            (true, true),
            &["response-content-length-absent"],
        ),
        Case::new(
            "transfer-encoding",
            format!("{ACCEPTANCE}Transfer-Encoding: chunked\r\n"),
            (true, true),
            &["response-transfer-encoding-absent"],
        ),
        Case::new(
            "wrong-accept",
            ACCEPTANCE.replace("s3pP", "S3pP"),
            (true, false),
            &["accept-matches"],
        ),
        Case::new(
            "200-accepting",
            ACCEPTANCE.replace("101", "200"),
            (true, false),
            &["response-status"],
        ),
    ]
}

fn file(name: &str, text: &str) -> String {
    let folder = concat!(env!("CARGO_TARGET_TMPDIR"), "/responses");
    fs::create_dir_all(folder).unwrap();
    let path = format!("{folder}/{name}");
    fs::write(&path, text).unwrap();
    path
}

fn run(arguments: &[&str]) -> (i32, String) {
    let output = common::run(arguments, b"");
    let status = output.status.code().expect("an exit status");
    (status, String::from_utf8(output.stdout).unwrap())
}

fn json(arguments: &[&str]) -> (i32, Value) {
    let (status, out) = run(&[&["--json"], arguments].concat());
    (status, serde_json::from_str(&out).expect("JSON"))
}

fn rules(violations: &Value) -> Vec<&str> {
    let violations = violations.as_array().expect("a list").iter();
    violations
        .map(|one| one["rule"].as_str().unwrap())
        .collect()
}

#[test]
fn a_refusal_is_held_to_no_rule_of_an_acceptance() {
    let request = file("request", REQUEST);
    for case in refusals().into_iter().chain(acceptances()) {
        let name = case.name;
        let response = file(name, &case.response);
        let arguments = ["handshake", &request, "--response", &response];
        let (status, report) = json(&arguments);
        assert_eq!(rules(&report["violations"]), case.rules, "{name}");
        assert_eq!(report["request_valid"], true, "{name}");
        assert_eq!(report["valid"], case.valid, "{name}");
        assert_eq!(report["response"]["accepts"], case.accepts, "{name}");
        assert_eq!(report["response"]["valid"], case.valid, "{name}");
        assert_eq!(status, i32::from(!case.rules.is_empty()), "{name}");
        let by = report["violations"].as_array().unwrap().iter();
        assert!(by.clone().all(|one| one["by"] == "server"), "{name}");
        // Where only the response is wrong, the request is not called so.
        let (_, text) = run(&arguments);
        assert!(text.starts_with("a valid request of rfc6455\n"), "{text}");
        assert_eq!(text.contains("not a valid response"), !case.valid, "{text}");
        let flawless = text.contains("\na valid response");
        assert_eq!(flawless, case.rules.is_empty(), "{text}");
        if !case.accepts {
            assert!(text.contains("which refuses it with "), "{text}");
        }
    }
}

#[test]
fn a_request_that_is_wrong_is_told_from_its_response() {
    let request = file("no-key", &REQUEST.replace("Sec-WebSocket-Key", "X-Key"));
    let response = file("refused", "HTTP/1.1 400 Bad Request\r\n\r\n");
    let (status, report) = json(&["handshake", &request, "--response", &response]);
    assert_eq!(status, 1);
    assert_eq!(rules(&report["violations"]), ["key-present"]);
    assert_eq!(report["request_valid"], false);
    assert_eq!(report["response"]["valid"], true);
    assert_eq!(report["response"]["status"], 400);
    let (_, text) = run(&["handshake", &request, "--response", &response]);
    let expected = "not a valid request of rfc6455\n\
        a valid response, which refuses it with 400 Bad Request\n";
    assert!(text.starts_with(expected), "{text}");
}

/// The sample of version negotiation in RFC 6455 §4.4 and in hybi-14.
#[test]
fn the_negotiation_of_a_version_is_as_it_should_be() {
    let request = file("version-25", &REQUEST.replace("Version: 13", "Version: 25"));
    for (name, versions) in [
        ("one-line", "Sec-WebSocket-Version: 13, 8, 7\r\n"),
        (
            "two-lines",
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Version: 8, 7\r\n",
        ),
    ] {
        let response = format!("HTTP/1.1 400 Bad Request\r\n{versions}\r\n");
        let response = file(name, &response);
        for draft in ["hybi-14", "rfc6455"] {
            let arguments = ["handshake", &request, "--response", &response];
            let (_, report) = json(&[&arguments[..], &["--draft", draft]].concat());
            assert_eq!(rules(&report["violations"]), ["version-supported"]);
            assert_eq!(report["violations"][0]["by"], "client");
            assert_eq!(report["response"]["valid"], true, "{report:#}");
            assert_eq!(report["response"]["accepts"], false);
        }
    }
}

#[test]
fn lint_says_the_same() {
    for case in refusals().into_iter().chain(acceptances()) {
        let mut capture = Capture::new(Link::Ethernet);
        capture.open();
        capture.send(From::Client, REQUEST.as_bytes());
        capture.send(From::Server, case.response.as_bytes());
        let output = common::run(&["lint", "-", "--json"], &capture.bytes());
        let lines = String::from_utf8(output.stdout).unwrap();
        let events = lines.lines().map(|line| {
            let event: Value = serde_json::from_str(line).expect("JSON");
            event
        });
        let violations: Vec<Value> = events
            .filter(|event| event["event"] == "violation")
            .collect();
        let found: Vec<&str> = violations
            .iter()
            .map(|one| one["rule"].as_str().unwrap())
            .collect();
        assert_eq!(found, case.rules, "{}: {lines}", case.name);
        assert!(
            violations.iter().all(|one| one["by"] == "server"),
            "{lines}"
        );
    }
}

/// Nothing on the wire tells a request of the RFC from one of hybi-17; all say the RFC. As the
/// name of a draft, a number stays the newest draft that has it.
#[test]
fn every_command_gives_a_draft_the_same_name() {
    let request = file("same-name", REQUEST);
    let (_, detected) = json(&["detect", &request]);
    assert_eq!(detected["draft"], "rfc6455");
    assert_eq!(detected["candidates"][0], "rfc6455");
    assert_eq!(detected["candidates"][1], "hybi-17");
    assert_eq!(json(&["handshake", &request]).1["draft"], "rfc6455");
    let output = common::run(&["lint", "-"], REQUEST.as_bytes());
    let linted =
        String::from_utf8(output.stderr).unwrap() + &String::from_utf8(output.stdout).unwrap();
    assert!(
        linted.contains("draft: rfc6455, or any of hybi-17"),
        "{linted}"
    );
    let (_, version) = json(&["version", "13"]);
    assert_eq!(version["short"], "hybi-17");
    assert_eq!(version["taken_for"], "rfc6455");
    assert_eq!(json(&["version", "8"]).1["taken_for"], "hybi-12");
    assert_eq!(json(&["version", "hixie-76"]).1["taken_for"], Value::Null);
}

#[test]
fn a_rule_says_what_shows_whether_it_is_kept() {
    let shown = |rule: &str| json(&["explain", rule]).1;
    assert_eq!(shown("accept-matches")["shown_by"], "input");
    assert_eq!(shown("close-answered")["shown_by"], "conversation");
    let hidden = shown("tls-supported");
    assert_eq!(hidden["shown_by"], "nothing");
    let why = hidden["hidden_because"].as_str().expect("a reason");
    let (_, text) = run(&["explain", "tls-supported"]);
    let text: Vec<&str> = text.split_whitespace().collect();
    assert!(text.join(" ").contains(why));
    assert!(run(&["show", "rfc6455", "--ron"]).1.contains(why));
}

#[test]
fn the_history_of_a_rule_says_what_each_draft_changes() {
    // The newest extension that has a rule is shown, also where it inherits the rule.
    let (_, text) = run(&["explain", "path-absolute"]);
    assert!(text.contains("as the extension rfc9220 has it"), "{text}");
    assert!(text.contains("extensions:  rfc8441, rfc9220"), "{text}");
    let (_, text) = run(&["explain", "control-frame-length"]);
    let (_, history) = text.split_once("history:\n").expect("a history");
    let summary = json(&["explain", "control-frame-length"]).1["summary"].clone();
    let stated = history.matches(summary.as_str().expect("a text")).count();
    assert_eq!(stated, 1, "{history}");
    let changes: Vec<&str> = history.lines().skip(1).collect();
    assert!(!changes.is_empty());
    for line in &changes {
        assert!(
            ["broken: ", "other evidence", "another "]
                .iter()
                .any(|word| line.contains(word)),
            "{line}"
        );
    }
}
