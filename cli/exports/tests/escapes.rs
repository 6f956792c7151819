//! Texts of a dialect in the files for other tools: none of them ends the comment or the literal that it is in.

use wsdraft_exports::{Document, kaitai, scapy, suricata};
use wsdraft_spec::{Database, Source, files};

/// The built-in drafts, one of them with another text in place of one of its own.
fn with(file: &str, before: &str, after: &str) -> Database {
    let (_, text) = files().find(|(name, _)| *name == file).unwrap();
    assert!(text.contains(before), "{file}: {before}");
    let source = Source {
        file: file.into(),
        text: text.replacen(before, after, 1),
    };
    let database = Database::built_in().unwrap().clone();
    database.with([source]).unwrap()
}

fn text(documents: &[Document]) -> String {
    let texts: Vec<&str> = documents.iter().map(|one| one.text.as_str()).collect();
    texts.concat()
}

/// The lines of rules that are no comments.
fn live(rules: &str) -> Vec<&str> {
    let lines = rules.lines();
    lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect()
}

#[test]
fn a_comment_of_suricata_stays_on_its_line() {
    let built_in = text(&suricata(Database::built_in().unwrap()));
    let count = live(&built_in).len();
    assert!(count > 10, "{count}");
    for (file, before, after) in [
        (
            "drafts/hybi-04.ron",
            "summary: \"The payload of a control frame must not exceed 125 bytes.\"",
            "summary: \"The payload\\nalert ip any any -> any any (sid:1;)\\r\\u{2028}of it\"",
        ),
        (
            "drafts/rfc6455.ron",
            "name: \"rfc6455\"",
            "name: \"rfc6455\\nalert ip any any -> any any (sid:1;)\"",
        ),
        (
            "drafts/hybi-17.ron",
            "\"rules/control-frame-length\": [",
            "\"rules/control-frame-length\": [Own(\"a\\nalert ip any any -> any any (sid:1;)\"), ",
        ),
    ] {
        let text = text(&suricata(&with(file, before, after)));
        let live = live(&text);
        assert_eq!(live.len(), count, "{after}");
        assert!(
            live.iter().all(|line| line.starts_with("alert ")),
            "{after}"
        );
        assert!(
            !live.iter().any(|line| line.contains("any (sid:1;")),
            "{after}"
        );
        assert!(!text.contains(['\r', '\u{2028}']), "{after}");
    }
}

#[test]
fn a_reference_of_suricata_is_one_option() {
    let text = text(&suricata(&with(
        "drafts/hybi-17.ron",
        "\"rules/control-frame-length\": [",
        "\"rules/control-frame-length\": [Rfc(\"6455\", \"5; sid:1;\"), ",
    )));
    let mut live = live(&text).into_iter();
    let rule = live.find(|line| line.contains("control-frame-length"));
    let rule = rule.unwrap();
    assert!(rule.contains("#section-5"), "{rule}");
    assert!(!rule.contains("sid:1;"), "{rule}");
}

#[test]
fn the_texts_of_scapy_are_literals_of_python() {
    let text = text(&scapy(&with(
        "drafts/rfc6455.ron",
        "\"The server met a condition that prevents it from continuing\"",
        "\"a \\\"\\u{200b}\\u{0}1\\u{202e}\\\\\"",
    )));
    let row = text.lines().find(|line| line.contains("1011: ")).unwrap();
    assert!(row.contains(r#""a \"\u200b\u00001\u202e\\""#), "{row}");
}

#[test]
fn the_key_of_a_mask_is_the_same_in_each_language() {
    let database = with(
        "drafts/hybi-04.ron",
        "key: Sha1(Concat([FrameNonce, SessionKey]))",
        "key: Sha1(Concat([FrameNonce, Text(\"a\\u{0}1\\u{200b}\\\"é\")]))",
    );
    let asks = |database: &Database| text(&scapy(database)).contains("and none is given");
    assert!(asks(Database::built_in().unwrap()), "the connection's key");
    assert!(!asks(&database), "the key is in the frame");
    let all = [kaitai(&database), scapy(&database)].concat();
    let (mut python, mut javascript) = (0, 0);
    for document in &all {
        python += document
            .text
            .matches(r#""a\u00001\u200b\"é".encode()"#)
            .count();
        javascript += document
            .text
            .matches(r#"Buffer.from("a\u{0}1\u{200b}\"é")"#)
            .count();
    }
    assert!(python >= 2 && javascript >= 1, "{python} {javascript}");
}
