//! Files with heads of requests and responses, as editors write them.

use std::fs;

use serde_json::Value;

use crate::common::{
    self,
    chat::{INTERIM, REQUEST, RESPONSE},
};

#[test]
fn files_of_heads_may_have_a_byte_order_mark() {
    let folder = common::folder("marks");
    let file = |name: &str, text: &str| {
        let file = folder.join(name);
        fs::write(&file, text).unwrap();
        file.display().to_string()
    };
    let request = file("request", &format!("\u{feff}{REQUEST}"));
    let response = file("response", &format!("\u{feff}{RESPONSE}"));
    let run = |arguments: &[&str]| {
        let output = common::run(arguments, b"");
        let text = String::from_utf8(output.stdout).unwrap();
        (output.status.code(), text)
    };
    assert_eq!(run(&["detect", &request]).0, Some(0));
    let (status, text) = run(&["handshake", &request, "--response", &response]);
    assert_eq!(status, Some(0), "{text}");
    assert_eq!(run(&["lint", &request, &response]).0, Some(0));
    assert_eq!(
        run(&["lint", "--client", &request, "--server", &response]).0,
        Some(0)
    );
    let hex: String = REQUEST.bytes().map(|byte| format!("{byte:02x}")).collect();
    let hex = file("hex", &format!("\u{feff}{hex}"));
    assert_eq!(run(&["lint", &hex]).0, Some(0));
    let draft = "Draft(name: \"marked\", short: \"marked\", type: \"ours\", status: \"private\", \
        evidence: [Own(\"A test\")], extends: \"rfc6455\")";
    let spec = file("marked.ron", &format!("\u{feff}{draft}"));
    assert_eq!(run(&["check", &spec]).0, Some(0));

    // Heads in bare line feeds, taken as they are, and interim responses.
    let bare = file("bare", &REQUEST.replace('\r', ""));
    for arguments in [
        &["detect", "--strict-lines", &bare][..],
        &["handshake", "--strict-lines", &bare],
    ] {
        let (status, text) = run(arguments);
        assert_eq!(status, Some(1));
        assert!(text.contains("end in LF"), "{text}");
    }
    let bare = file("bare-response", &RESPONSE.replace('\r', ""));
    let arguments = ["handshake", &request, "--response", &bare];
    let (status, text) = run(&arguments);
    assert_eq!(status, Some(0), "{text}");
    let (status, text) = run(&[&arguments[..], &["--strict-lines"]].concat());
    assert_eq!(status, Some(1));
    assert!(text.contains("response: its lines end in LF"), "{text}");
    let interim = file("interim", &[INTERIM, RESPONSE].concat());
    let (status, text) = run(&["handshake", &request, "--response", &interim]);
    assert_eq!(status, Some(0), "{text}");
    let alone = file("interim-alone", INTERIM);
    let (status, text) = run(&["handshake", &request, "--response", &alone]);
    assert_eq!(status, Some(1));
    assert!(text.contains("no answer follows"), "{text}");
    let wrong = RESPONSE.replace("s3pP", "S3pP");
    let wrong = file("interim-wrong", &[INTERIM, &wrong].concat());
    let (_, text) = run(&["handshake", &request, "--response", &wrong, "--json"]);
    let report: Value = serde_json::from_str(&text).unwrap();
    let offset = report["violations"][0]["offset"].as_u64().unwrap() as usize;
    assert!(
        fs::read(wrong).unwrap()[offset..].starts_with(b"S3pP"),
        "{text}"
    );
}
