//! `wsdraft explain`: what each kind of word leads to, and what a word that is nothing leads to.

use serde_json::Value;

use crate::common::{self, told};

mod dialects;
mod ranges;
mod undefined;

fn text(words: &[&str]) -> String {
    let (status, out, err) = told(&[&["explain"], words].concat(), b"");
    assert_eq!(status, 0, "{words:?}: {out}{err}");
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn json(words: &[&str]) -> Value {
    let output = common::run(&[&["--json", "explain"], words].concat(), b"");
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{words:?}: {error}: {output:?}"))
}

fn list(value: &Value) -> Vec<&str> {
    let items = value.as_array().unwrap().iter();
    items.map(|item| item.as_str().unwrap()).collect()
}

#[test]
fn a_close_code_has_causes_and_what_to_run_next() {
    let told = text(&["1006"]);
    for part in [
        "1006 abnormal-closure (close code)",
        "on the wire: never",
        "usual causes, the most likely first: 1. ",
        "what to run next: wsdraft connect URL",
        "since: hybi-08",
        "RFC 6455 §7.4.1",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let code = json(&["1006"]);
    assert_eq!(code["kind"], "close-code");
    assert_eq!(code["code"], 1006);
    assert_eq!(code["name"], "abnormal-closure");
    assert_eq!(code["on_wire"], false);
    assert_eq!(code["registered"]["name"], "Abnormal Closure");
    let causes = code["causes"].as_array().unwrap();
    assert!(causes.len() > 3);
    assert_eq!(causes[2]["evidence"][0], "RFC 6455 §7.1.5");
    assert!(
        causes
            .iter()
            .all(|cause| !cause["evidence"].as_array().unwrap().is_empty())
    );
    assert!(
        code["steps"][0]["run"]
            .as_str()
            .unwrap()
            .starts_with("wsdraft ")
    );

    let big = json(&["1009"]);
    assert_eq!(big["name"], "message-too-big");
    assert_eq!(big["sent_by"], Value::Null);
    assert_eq!(json(&["1010"])["sent_by"], "client");
    assert_eq!(json(&["going-away"])["code"], 1001);
    let broken = json(&["1002"]);
    assert!(list(&broken["rules"]).contains(&"reserved-bits-clear"));
    // Its meaning is another one in early drafts.
    let history = json(&["1004"])["history"].clone();
    assert_eq!(history[0]["name"], "too-large");
    assert_eq!(json(&["1004", "--draft", "hybi-08"])["name"], "too-large");
    assert_eq!(json(&["3000"])["name"], "Unauthorized");
}

#[test]
fn codes_without_a_meaning_have_a_range() {
    assert_eq!(json(&["3500"])["range"]["from"], 3000);
    assert_eq!(json(&["3500"])["name"], Value::Null);
    let both = json(&["3000-4999"]);
    assert_eq!(json(&["4999-3000"]), both);
    assert_eq!(both["kind"], "close-range");
    assert_eq!(both["to"], 3999);
    assert_eq!(both["also"][0]["from"], 4000);
    assert!(text(&["3000–4999"]).contains("for private use"));
}

#[test]
fn opcodes_fields_extensions_and_parameters_are_known() {
    let ping = json(&["ping"]);
    assert_eq!(
        (&ping["kind"], &ping["value"]),
        (&"opcode".into(), &9.into())
    );
    assert!(list(&ping["rules"]).contains(&"ping-answered"));
    assert_eq!(json(&["0x9"])["name"], "ping");
    assert_eq!(json(&["opcode", "9"])["name"], "ping");
    assert!(text(&["ping"]).contains("asks for a pong"));

    let accept = json(&["sec-websocket-accept"]);
    assert_eq!(accept["kind"], "header");
    assert_eq!(accept["name"], "Sec-WebSocket-Accept");
    assert_eq!(accept["request"], Value::Array(Vec::new()));
    assert_eq!(accept["response"][0]["since"], "hybi-04");
    assert!(list(&accept["rules"]).contains(&"accept-matches"));
    assert!(text(&["Sec-WebSocket-Key"]).contains("in requests: drafts for value sent"));

    let deflate = json(&["permessage-deflate"]);
    assert_eq!(deflate["kind"], "extension");
    assert_eq!(deflate["negotiable"], true);
    assert!(list(&deflate["parameters"]).contains(&"server_max_window_bits"));
    assert_eq!(json(&["rfc7692"])["name"], "permessage-deflate");
    let bits = json(&["server_max_window_bits"]);
    assert_eq!(bits["kind"], "parameter");
    assert_eq!(bits["extension"], "permessage-deflate");
    assert_eq!(bits["offer"], "8 to 15");
    assert_eq!(json(&["mqtt"])["kind"], "subprotocol");
}

#[test]
fn statuses_limits_and_names_of_errors_are_known() {
    let status = json(&["426"]);
    assert_eq!(status["kind"], "status");
    assert_eq!(status["title"], "Upgrade Required");
    assert_eq!(list(&status["rules"]), ["version-supported"]);
    assert_eq!(json(&["503"])["kind"], "status");
    assert_eq!(json(&["302"])["name"], "302");

    let limit = json(&["message-size"]);
    assert_eq!(limit["kind"], "limit");
    assert_eq!(
        (&limit["default"], &limit["unit"]),
        (&(64 << 20).into(), &"bytes".into())
    );
    assert!(text(&["message-size"]).contains("default: 64 MiB"));
    assert!(text(&["idle-timeout"]).contains("default: none"));
    assert_eq!(json(&["host-refused"])["kind"], "failure");
    assert_eq!(json(&["vanished"])["kind"], "ending");
    assert_eq!(json(&["mask"])["kind"], "term");
}

/// The names that metrics document are all explained.
#[test]
fn names_in_metrics_are_explained() {
    let source = include_str!("../../../runtime/src/machine/metrics.rs");
    let (_, docs) = source
        .split_once("An opening handshake has led to no connection")
        .unwrap();
    let (docs, _) = docs.split_once("fn handshake_failed").unwrap();
    let names = docs.split('`').skip(1).step_by(2);
    let is_name = |name: &&str| name.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    let names: Vec<&str> = names
        .filter(is_name)
        .filter(|name| !["why", "http"].contains(name))
        .collect();
    assert!(names.len() > 15, "{names:?}");
    for name in names
        .iter()
        .chain(&["clean", "violation", "limit", "dropped"])
    {
        text(&[name]);
    }
}

#[test]
fn what_other_software_prints_leads_to_rules() {
    let mask = json(&["WS_ERR_EXPECTED_MASK"]);
    assert_eq!(mask["kind"], "message");
    assert_eq!(list(&mask["see"]), ["client-frame-masked"]);
    // As it stands in a log, with what is around it.
    let printed = "WebSocket connection to 'ws://a/' failed: Invalid frame header";
    assert_eq!(json(&[printed])["name"], "Invalid frame header");
    let printed = ["Unexpected", "server", "response:", "403"];
    assert_eq!(json(&printed)["name"], "Unexpected server response");
}

#[test]
fn a_word_that_is_several_things_shows_all_of_them() {
    let eight = json(&["8"]);
    assert_eq!(eight["kind"], "opcode");
    assert_eq!(eight["also"][0]["kind"], "version");
    assert_eq!(eight["also"][0]["taken_for"], "hybi-12");
    assert!(text(&["8"]).starts_with("8 is an opcode, and a version: "));
    let version = json(&["version", "8"]);
    assert_eq!(
        (&version["kind"], &version["also"]),
        (&"version".into(), &Value::Null)
    );
    // A rule stays what comes first.
    let refused = json(&["origin-refused"]);
    assert_eq!(refused["kind"], "rule");
    assert_eq!(refused["rule"], "origin-refused");
    assert_eq!(refused["also"][0]["kind"], "failure");
}

#[test]
fn drafts_and_version_numbers_are_known() {
    let draft = json(&["hybi-08"]);
    assert_eq!(draft["kind"], "draft");
    assert_eq!(draft["wire_version"], 8);
    assert_eq!(draft["builds_on"], "hybi-07");
    assert_eq!(
        json(&["draft-ietf-hybi-thewebsocketprotocol-08"])["short"],
        "hybi-08"
    );
    let version = json(&["13"]);
    assert_eq!(version["kind"], "version");
    assert_eq!(version["taken_for"], "rfc6455");
    assert_eq!(list(&version["drafts"])[0], "hybi-13");
}

#[test]
fn what_is_nothing_is_searched_for() {
    // What has most of the words, where nothing has all.
    let (status, out, _) = told(&["explain", "random", "poisoning"], b"");
    assert_eq!(status, 1, "{out}");
    assert!(
        out.contains("mask-is-random") || out.contains("key"),
        "{out}"
    );
    let found = json(&["unfinished", "message"]);
    assert_eq!(found["kind"], "search");
    assert_eq!(found["suggestion"], Value::Null);
    let kinds = found["matches"].as_array().unwrap().iter();
    assert!(kinds.map(|entry| &entry["kind"]).any(|kind| kind == "rule"));
    let (status, out, _) = told(&["explain", "unfinished message"], b"");
    assert_eq!(status, 1);
    assert!(out.contains("continuation-of-nothing"), "{out}");
    let (status, out, err) = told(&["explain", "permesage-deflate"], b"");
    assert_eq!((status, &*out), (2, ""));
    assert!(
        err.contains("did you mean \"permessage-deflate\"?"),
        "{err}"
    );
    let (status, _, err) = told(&["explain", "ping", "--draft", "hixie-76"], b"");
    assert_eq!(status, 2);
    assert!(err.contains("hixie-76 has no \"ping\""), "{err}");
}

#[test]
fn drafts_are_shown_in_sections_or_as_ron() {
    let show = |arguments: &[&str]| {
        let (status, out, err) = told(&[&["show"], arguments].concat(), b"");
        assert_eq!(status, 0, "{arguments:?}: {err}");
        out
    };
    let whole = show(&["rfc6455"]);
    for heading in ["OPENING HANDSHAKE", "FRAMES", "CLOSING", "RULES"] {
        assert!(
            whole.lines().any(|line| line == heading),
            "{heading}: {whole}"
        );
    }
    assert!(!whole.contains('`') && !whole.contains("](") && !whole.contains("pywebsocket"));
    for line in whole.lines() {
        assert!(line.chars().count() <= 140, "{line}");
    }
    let delta = show(&["hybi-04", "--delta"]);
    assert!(
        delta.contains("Sec-WebSocket-Accept") && delta.contains("WHAT IT REMOVED"),
        "{delta}"
    );
    assert!(!delta.contains("request-method"), "{delta}");
    assert!(show(&["permessage-deflate"]).contains("server_max_window_bits"));

    assert!(show(&["rfc6455", "--ron"]).contains("rules: {"));
    // What a file contains can be a file.
    let folder = common::folder("show-ron");
    let file = folder.join("own.ron");
    let written = show(&["hybi-04", "--delta", "--ron"]);
    std::fs::write(
        &file,
        written
            .replace("hybi-04", "own-04")
            .replace("newest: true,", ""),
    )
    .unwrap();
    let (_, out, err) = told(&["check", file.to_str().unwrap()], b"");
    assert!(out.ends_with("no errors\n"), "{out}{err}");
}

#[test]
fn lines_of_logs_are_explained() {
    for (line, title) in [
        ("ECONNRESET", "\"ECONNRESET\""),
        ("Error: read ECONNRESET", "\"ECONNRESET\""),
        (
            "IO error: Connection reset by peer (os error 104)",
            "\"ECONNRESET\"",
        ),
        (
            "WebSocket protocol error: Connection reset without closing handshake",
            "\"Connection reset without closing handshake\"",
        ),
        (
            "websockets.exceptions.ConnectionClosedError",
            "\"no close frame\"",
        ),
        (
            "sent 1011 (internal error) keepalive ping timeout; no close frame received",
            "\"keepalive ping timeout\"",
        ),
        (
            "WebSocket connection to 'ws://x/' failed: One or more reserved bits are on: reserved1 = 1",
            "\"One or more reserved bits are on\"",
        ),
        ("socket hang up", "\"socket hang up\""),
        ("nginx", "proxy (term)"),
        ("heartbeat", "heartbeat (term)"),
        ("utf8", "UTF-8 (term)"),
        ("opcode", "opcode (term)"),
        ("certificate", "TLS (term)"),
    ] {
        let told = text(&[line]);
        assert!(told.starts_with(title), "{line}: {told}");
    }
}

#[test]
fn a_word_that_nothing_has_leads_to_words_that_something_has() {
    let (status, _, err) = told(&["explain", "xyzzyxyzzy"], b"");
    assert_eq!(status, 2, "{err}");
    assert!(err.contains("a close code such as 1006"), "{err}");
    // What is searched has the causes of close codes.
    let (status, out, err) = told(&["explain", "crashed"], b"");
    assert_eq!(status, 1, "{err}");
    assert!(out.contains("1006"), "{out}");
}

#[test]
fn a_draft_without_close_codes_says_so() {
    for draft in ["hixie-76", "hybi-00", "hybi-03"] {
        for code in ["1006", "4000", "3000-3999", "normal-closure"] {
            let (status, out, err) = told(&["explain", code, "--draft", draft], b"");
            assert_eq!((status, &*out), (2, ""), "{draft} {code}: {out}");
            let expected = format!("{draft} has no close codes; other drafts do");
            assert!(err.contains(&expected), "{draft} {code}: {err}");
        }
    }
    assert_eq!(json(&["1006", "--draft", "hybi-08"])["on_wire"], false);
}
