//! What extensions have, by name, by number, and in one of their drafts.

use super::{json, text};
use crate::common::told;

fn refused(words: &[&str]) -> String {
    let (status, out, err) = told(&[&["explain"], words].concat(), b"");
    assert_eq!((status, &*out), (2, ""), "{words:?}: {err}");
    err
}

#[test]
fn drop_codes_have_names() {
    for (name, code) in [("quota-violation", 3005), ("slot-overflow", 2008)] {
        let found = json(&[name]);
        assert_eq!(
            (&found["kind"], &found["code"]),
            (&"drop-code".into(), &code.into())
        );
    }
    // A close code is what its name usually means.
    let closed = json(&["normal-closure"]);
    assert_eq!(
        (&closed["kind"], closed.get("also")),
        (&"close-code".into(), None)
    );
    assert_eq!(json(&["drop", "normal-closure"])["kind"], "drop-code");
}

#[test]
fn a_draft_of_an_extension_is_a_draft() {
    let block = json(&["AddChannelRequest", "--draft", "mux-03"]);
    assert_eq!(block["extension"], "mux-03");
    let width = "width of the size: 2 bits";
    assert!(
        block["fields"].as_str().unwrap().ends_with(width),
        "{block}"
    );
    let rule = json(&["quota-kept", "--draft", "mux-05"]);
    assert_eq!(
        (&rule["rule"], &rule["extension"]),
        (&"quota-kept".into(), &"mux-05".into())
    );
    assert_eq!(json(&["1000", "--draft", "mux-07"])["kind"], "drop-code");
    let err = refused(&["drop", "3001", "--draft", "mux-07"]);
    assert!(
        err.contains("mux-07 has no \"drop 3001\"; the extension mux-05 does"),
        "{err}"
    );
    let err = refused(&["1006", "--draft", "mux-07"]);
    assert!(
        err.contains("mux-07 has no \"1006\"; drafts of the protocol do"),
        "{err}"
    );
}

#[test]
fn a_draft_of_the_protocol_has_no_blocks() {
    for word in ["AddChannelRequest", "drop 3005", "quota-kept"] {
        let err = refused(&[word, "--draft", "rfc6455"]);
        let expected = format!("rfc6455 has no {word:?}; the extension mux-07 does: ");
        assert!(err.contains(&expected), "{err}");
    }
    let code = json(&["3005", "--draft", "rfc6455"]);
    assert_eq!(
        (&code["kind"], code.get("also")),
        (&"close-code".into(), None)
    );
}

#[test]
fn blocks_have_opcodes() {
    let kinds = |words: &[&str]| {
        let first = json(words);
        let others = first["also"].as_array().cloned().unwrap_or_default();
        let all = std::iter::once(first).chain(others);
        all.map(|one| format!("{} {}", one["kind"].as_str().unwrap(), one["name"]))
            .collect::<Vec<_>>()
    };
    let block = "block \"AddChannelRequest\"".to_owned();
    assert!(kinds(&["block", "0"]).contains(&block));
    assert!(kinds(&["opcode", "0"]).contains(&block));
    assert!(kinds(&["opcode", "0"]).contains(&"opcode \"continuation\"".to_owned()));
    assert!(!kinds(&["0"]).contains(&block));
    assert!(text(&["0"]).starts_with("0 is 2 opcodes, and a version: "));
    let told = text(&["AddChannelRequest"]);
    assert!(
        told.contains("bits of the first byte: opcode: 3 bits, reserved: 3 bits"),
        "{told}"
    );
}

#[test]
fn a_rule_is_as_the_newest_extension_has_it() {
    let told = text(&["quota-kept"]);
    let title = "quota-kept (MUST, kept by both ends), as the extension mux-07 has it ";
    assert!(told.starts_with(title), "{told}");
    assert!(
        told.contains("extensions: mux-03, mux-05, mux-07 "),
        "{told}"
    );
}

#[test]
fn every_meaning_has_a_page() {
    let pages = text(&["3005", "--web"]);
    assert_eq!(pages.split(' ').count(), 2, "{pages}");
    assert!(
        pages.starts_with("close-codes/index.html#ranges "),
        "{pages}"
    );
    let page = text(&["AddChannelRequest", "--web"]);
    assert!(page.ends_with(".html"), "{page}");
    assert_eq!(json(&["AddChannelRequest", "--web"])["page"], page);
    let nowhere = ["rule", "mask", "--web"];
    let (status, _, _) = told(&[&["explain"], &nowhere[..]].concat(), b"");
    let (in_json, _, _) = told(&[&["--json", "explain"], &nowhere[..]].concat(), b"");
    assert_eq!(status, in_json);
}
