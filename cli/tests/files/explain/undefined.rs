//! Close codes that the draft in question does not define, and rules that a draft did without.

use serde_json::Value;

use super::{json, list, text};
use crate::common::told;

/// Whether a close frame with a code breaks a rule of a draft.
fn breaks(draft: &str, code: u16) -> bool {
    let hex = format!("8802{code:04x}");
    let arguments = [
        "inspect", "--draft", draft, "--from", "server", "--hex", &hex,
    ];
    let (_, out, err) = told(&arguments, b"");
    assert!(out.contains("close"), "{draft} {code}: {out}{err}");
    out.contains("close-code-allowed")
}

#[test]
fn a_code_is_allowed_where_frames_with_it_are() {
    for draft in ["hybi-08", "hybi-12", "rfc6455"] {
        for code in [999, 1006, 1015, 2010, 3500, 5000] {
            let asked = code.to_string();
            let found = json(&["close", &asked, "--draft", draft]);
            assert_eq!(found["kind"], "close-code", "{draft} {code}: {found}");
            assert_eq!(
                found["on_wire"],
                !breaks(draft, code),
                "{draft} {code}: {found}"
            );
        }
    }
}

#[test]
fn a_code_that_no_draft_has_is_forbidden() {
    for code in ["1016", "2010", "2999"] {
        let told = text(&["close", code]);
        assert!(!told.contains("both endpoints"), "{told}");
        let expected =
            "never: rfc6455 does not define it, and its rule close-code-allowed forbids it";
        assert!(told.contains(expected), "{told}");
        let found = json(&["close", code]);
        assert_eq!(found["on_wire"], false);
        assert_eq!(found["undefined_in"], "rfc6455");
        assert_eq!(found["forbidden_by"], "close-code-allowed");
    }
    let known = json(&["1000"]);
    assert_eq!(
        (&known["undefined_in"], &known["forbidden_by"]),
        (&Value::Null, &Value::Null)
    );
}

#[test]
fn a_draft_without_a_code_says_so() {
    for (code, draft) in [
        ("1006", "hybi-07"),
        ("1011", "hybi-07"),
        ("1015", "hybi-12"),
    ] {
        let told = text(&[code, "--draft", draft]);
        assert!(
            told.contains(&format!("{draft} does not define this code.")),
            "{told}"
        );
        assert!(!told.contains("It never travels"), "{told}");
        assert_eq!(json(&[code, "--draft", draft])["undefined_in"], draft);
    }
    assert!(text(&["1015", "--draft", "hybi-12"]).contains("on the wire: never"));
    let told = text(&["1500", "--draft", "hybi-08"]);
    assert!(
        told.contains("hybi-08 does not define this code."),
        "{told}"
    );
}

#[test]
fn numbers_that_are_nobodys_have_an_owner() {
    assert!(text(&["999"]).contains("range: 0 to 999: not used"));
    assert!(text(&["5000"]).contains("range: none; the ranges end at 4999"));
    assert_eq!(json(&["999"])["range"]["to"], 999);
    // A status stays what it is.
    assert_eq!(json(&["503"])["also"], Value::Null);
    let (status, _, err) = told(&["explain", "77"], b"");
    assert_eq!(status, 2, "{err}");
}

#[test]
fn a_rule_that_a_draft_did_without_says_since_when_it_is_back() {
    let told = text(&["reserved-bits-clear"]);
    assert!(
        told.contains("since: hybi-01, until hybi-07; again since hybi-09 "),
        "{told}"
    );
    assert!(
        told.contains("hybi-08 does not have it hybi-09 has it again; "),
        "{told}"
    );
    let rule = json(&["reserved-bits-clear"]);
    assert_eq!(
        rule["spans"],
        serde_json::json!([
            {"since": "hybi-01", "until": "hybi-07"},
            {"since": "hybi-09", "until": null},
        ])
    );
    // One without a gap is told as ever.
    assert!(text(&["key-present"]).contains("since: hybi-04 "));
    for id in list(&json(&["1002"])["rules"]) {
        let told = text(&[id]);
        assert!(!told.contains(".;"), "{told}");
    }
    assert!(!text(&["text-utf8"]).contains(".;"));
}
