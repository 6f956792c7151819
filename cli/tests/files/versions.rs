//! `wsdraft version` and `wsdraft headers`.

use serde_json::{Value, json};

use crate::common;

fn json_of(arguments: &[&str]) -> Value {
    let output = common::run(&[arguments, &["--json"]].concat(), b"");
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn short(arguments: &[&str]) -> Value {
    json_of(&[&["version"], arguments].concat())["short"].clone()
}

fn refused(arguments: &[&str]) -> String {
    let output = common::run(arguments, b"");
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {output:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn a_version_is_found_by_serial_offset_and_revision() {
    for (arguments, found) in [
        (&["--serial", "5"][..], "hybi-05"),
        (&["--serial", "-1"], "hixie-76"),
        (&["--serial=0"], "hybi-00"),
        (&["--offset", "0"], "hybi-17"),
        (&["--offset", "19"], "hixie-75"),
        (&["--type", "hixie", "--revision", "0"], "hixie-00"),
        (&["--serial", "12", "+", "1"], "hybi-13"),
        (&["--offset", "0", "-", "18"], "hixie-76"),
        (&["hybi-12", "+", "1"], "hybi-13"),
        (&["hybi-03", "*", "4"], "hybi-12"),
        (&["hybi-12", "/", "4"], "hybi-03"),
        (&["hybi-12", "%", "5"], "hybi-02"),
        (&["rfc6455", "-", "1"], "hybi-16"),
    ] {
        assert_eq!(short(arguments), found, "{arguments:?}");
    }
    let told = refused(&["version", "--serial", "18"]);
    assert!(told.contains("no draft with the serial 18"), "{told}");
    let told = refused(&["version", "--offset", "0", "+", "1"]);
    assert!(told.contains("there is no draft hybi-17 + 1"), "{told}");
    refused(&["version", "--serial", "1", "--offset", "1"]);
    refused(&["version", "--type", "hybi"]);
    refused(&["version", "hybi-01", "--serial", "1"]);
    refused(&["version"]);
}

#[test]
fn the_rfc_stands_at_the_end_of_the_history() {
    let rfc = json_of(&["version", "rfc6455"]);
    assert_eq!(rfc["previous"], "hybi-17");
    assert_eq!((&rfc["next"], &rfc["offset"]), (&Value::Null, &json!(0)));
    assert_eq!(json_of(&["version", "hybi-17"])["next"], "rfc6455");
    assert_eq!(json_of(&["version", "hixie-00"])["previous"], Value::Null);
}

#[test]
fn the_help_names_every_operator() {
    let output = common::run(&["version", "--help"], b"");
    let help = String::from_utf8(output.stdout).unwrap();
    for named in [
        "`+`",
        "`-`",
        "`*`",
        "`/`",
        "`%`",
        "--serial",
        "--offset",
        "--revision",
    ] {
        assert!(help.contains(named), "{named}: {help}");
    }
}

#[test]
fn the_header_table_names_the_drafts_of_each_field() {
    let table = json_of(&["headers"]);
    let field = |name: &str| {
        let mut fields = table.as_array().unwrap().iter();
        fields
            .find(|field| field["name"] == name)
            .expect(name)
            .clone()
    };
    let shorts = |field: &Value, end: &str| -> Vec<String> {
        let drafts = field[end].as_array().unwrap().iter();
        drafts
            .map(|draft| draft.as_str().unwrap().to_owned())
            .collect()
    };
    let span = |name: &str, end: &str| {
        let drafts = shorts(&field(name), end);
        (
            drafts.first().cloned(),
            drafts.last().cloned(),
            drafts.len(),
        )
    };
    let of = |first: &str, last: &str, count| (Some(first.into()), Some(last.into()), count);
    assert_eq!(
        span("Sec-WebSocket-Key", "request"),
        of("hybi-04", "rfc6455", 15)
    );
    assert_eq!(span("Sec-WebSocket-Key", "response"), (None, None, 0));
    assert_eq!(
        span("Sec-WebSocket-Version", "response"),
        of("hybi-11", "rfc6455", 8)
    );
    assert_eq!(
        span("WebSocket-Origin", "response"),
        of("hixie-00", "hixie-75", 70)
    );
    let origins = shorts(&field("Origin"), "request");
    assert!(origins.contains(&"hybi-03".into()) && !origins.contains(&"hybi-04".into()));
    assert!(origins.contains(&"hybi-11".into()) && !origins.contains(&"hybi-10".into()));

    let unknown = shorts(&field("Host"), "unknown");
    assert!(unknown.contains(&"hixie-74".into()) && !unknown.contains(&"hixie-75".into()));
    assert!(!shorts(&field("WebSocket-Origin"), "unknown").contains(&"hixie-00".into()));
}

#[test]
fn the_header_table_has_fields_down_and_drafts_across() {
    let output = common::run(&["headers"], b"");
    let text = String::from_utf8(output.stdout).unwrap();
    let row = |name: &str| -> Vec<String> {
        let mut lines = text.lines();
        let line = lines
            .find(|line| line.split(' ').next() == Some(name))
            .expect(name);
        line.split_whitespace().map(str::to_owned).collect()
    };
    let head = row("field");
    assert_eq!(head.last().unwrap(), "hybi-11");
    let at = |name: &str| head.iter().position(|draft| draft == name).expect(name);
    assert_eq!(row("Sec-WebSocket-Draft")[at("hybi-02")], "req");
    assert_eq!(row("Sec-WebSocket-Draft")[at("hybi-04")], "-");
    assert_eq!(row("Sec-WebSocket-Nonce")[at("hybi-04")], "resp");
    assert_eq!(row("Upgrade")[at("hybi-04")], "both");
    assert_eq!(row("Upgrade")[at("hixie-00")], "?");
    assert_eq!(row("Upgrade").len(), head.len());
}
