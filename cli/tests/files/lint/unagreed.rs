//! `wsdraft lint` where the record does not tell which extensions were agreed.

use serde_json::Value;

use super::{REQUEST, events};
use crate::common::{self, events::named, told};

const RESERVED: &str = "reserved-bits-clear";

/// The rules that the record does not allow to check.
fn not_recorded(found: &[Value]) -> &Value {
    &named(found, "connection")[0]["not_recorded"]
}

fn says(found: &[Value]) -> bool {
    let notes = named(found, "unchecked");
    let mut details = notes.iter().filter_map(|note| note["detail"].as_str());
    details.any(|detail| {
        detail.contains("which extensions were agreed is not known")
            && detail.contains("reserved bits are not checked")
    })
}

#[test]
fn frames_alone_leave_out_the_rule_about_reserved_bits() {
    let expected = serde_json::json!([RESERVED]);
    for arguments in [
        &["--from", "server", "--hex", "910100"][..],
        &["--hex", "> 818537fa213d7f9f4d5158\n< c10100"],
        &["--from", "server", "--draft", "rfc6455", "--hex", "910100"],
    ] {
        let output = common::run(&[&["lint", "--json"], arguments].concat(), b"");
        let found = common::events::events(&output);
        assert_eq!(output.status.code(), Some(0), "{found:?}");
        assert_eq!(not_recorded(&found), &expected, "{found:?}");
        assert!(says(&found), "{found:?}");
    }
    let (_, text, _) = told(&["lint", "--from", "server", "--hex", "910100"], b"");
    assert!(
        text.contains("= not recorded: reserved-bits-clear"),
        "{text}"
    );
    // The place is that of the frame, and clean frames have no note.
    let (_, text, _) = told(&["lint", "--from", "server", "--hex", "8100 910100"], b"");
    assert!(text.contains("note: reserved bits are set; "), "{text}");
    assert!(text.contains(", byte 2 of the server\n"), "{text}");
    let (_, text, _) = told(&["lint", "--from", "server", "--hex", "8100"], b"");
    assert!(
        text.contains("= not recorded: reserved-bits-clear"),
        "{text}"
    );
    assert!(!text.contains("reserved bits"), "{text}");
    // Rules that do not depend on extensions are still checked.
    let (status, text, _) = told(&["lint", "--from", "server", "--hex", "8300"], b"");
    assert_eq!(status, 1);
    assert!(text.contains("opcode-known"), "{text}");
    // Nothing depends on them in a draft without reserved bits.
    let old = ["lint", "--from", "client", "--draft", "hixie-76", "--hex"];
    let (_, text, _) = told(&[&old[..], &["0061ff"]].concat(), b"");
    assert!(!text.contains("reserved"), "{text}");
}

#[test]
fn a_request_alone_leaves_it_out_too() {
    let input = [REQUEST, &[0xc1, 0x80, 0, 0, 0, 0]].concat();
    let (found, _) = events(&input, &[]);
    assert_eq!(
        not_recorded(&found),
        &serde_json::json!([RESERVED]),
        "{found:?}"
    );
    // One note says why, and the other one what.
    let notes = named(&found, "unchecked");
    let details = notes.iter().filter_map(|note| note["detail"].as_str());
    let details: Vec<&str> = details.collect();
    let expected = [
        "the response is not recorded; which extensions were agreed is not known",
        "reserved bits are set; they are not checked",
    ];
    assert_eq!(details, expected, "{found:?}");
}

#[test]
fn a_rule_that_nobody_asks_about_is_not_missed() {
    for arguments in [
        ["--only", "opcode-known"],
        ["--allow", "reserved-bits-clear"],
    ] {
        let given = ["lint", "--from", "server", "--hex", "910100", "--json"];
        let output = common::run(&[&given[..], &arguments].concat(), b"");
        let found = common::events::events(&output);
        assert_eq!(not_recorded(&found), &serde_json::json!([]), "{found:?}");
        assert!(!says(&found), "{found:?}");
    }
    let given = ["lint", "--from", "server", "--hex", "910100", "--json"];
    let asked = [&given[..], &["--only", "reserved-bits-clear"]].concat();
    let found = common::events::events(&common::run(&asked, b""));
    assert!(says(&found), "{found:?}");
}

#[test]
fn a_whole_handshake_leaves_nothing_out() {
    let capture = super::opened(common::capture::Link::Ethernet);
    let (found, _) = events(&super::closed(capture), &[]);
    assert_eq!(not_recorded(&found), &serde_json::json!([]), "{found:?}");
    assert!(!says(&found), "{found:?}");
}
