//! `wsdraft explain` with a range of codes.

use serde_json::Value;

use super::{json, text};
use crate::common::told;

fn codes(range: &Value) -> Vec<u64> {
    let codes = range["codes"].as_array().unwrap().iter();
    codes.map(|code| code["code"].as_u64().unwrap()).collect()
}

#[test]
fn a_part_of_a_range_says_so_and_lists_its_codes() {
    let part = json(&["1000-1015"]);
    assert_eq!(part["kind"], "close-range");
    assert_eq!((&part["from"], &part["to"]), (&1000.into(), &2999.into()));
    assert_eq!(part["asked"], serde_json::json!({"from": 1000, "to": 1015}));
    assert_eq!(codes(&part), (1000..=1015).collect::<Vec<u64>>());
    assert_eq!(part["codes"][6]["name"], "abnormal-closure");
    let shown = text(&["1000-1015"]);
    assert!(
        shown.contains("The codes 1000 to 1015 are a part of this range."),
        "{shown}"
    );
    assert!(shown.contains("1006 abnormal-closure"), "{shown}");
    // Those that are registered and that no draft defines.
    let registered = json(&["3000-3011"]);
    assert_eq!(codes(&registered), [3000, 3003, 3008]);
    assert_eq!(registered["codes"][0]["meaning"], Value::Null);
    assert!(text(&["3000-3011"]).contains("3003 Forbidden registered with IANA"));
    assert_eq!(codes(&json(&["1000-1999"])).len(), 16);
}

#[test]
fn several_ranges_are_touched() {
    let shown = text(&["999-1001"]);
    assert!(
        shown.starts_with("999-1001 touches 2 close ranges: "),
        "{shown}"
    );
    assert!(
        shown.contains("The code 999 of 999 to 1001 is in this range."),
        "{shown}"
    );
    assert!(shown.contains("These codes are not used."), "{shown}");
    let whole = text(&["3000-4999"]);
    assert!(
        whole.contains("All of this range is in 3000 to 4999."),
        "{whole}"
    );
    assert!(!text(&["3000-3999"]).contains("part of this range"));
}

#[test]
fn a_range_that_ends_before_it_begins_is_turned() {
    for (words, note) in [
        (
            &["4999-3000"][..],
            "4999-3000 ends before it begins: this is about 3000 to 4999. 4999-3000 touches 2 close ranges: ",
        ),
        (
            &["close", "1015-1000"],
            "1015-1000 ends before it begins: this is about 1000 to 1015. 1000 to 2999 (close codes)",
        ),
        (
            &["drop", "2001-2000"],
            "2001-2000 ends before it begins: this is about 2000 to 2001. 2000 to 2999 (drop codes)",
        ),
        (
            &["2011-01"],
            "2011-01 ends before it begins: this is about 1 to 2011. ",
        ),
    ] {
        let shown = text(words);
        assert!(shown.starts_with(note), "{words:?}: {shown}");
    }
    assert_eq!(json(&["drop", "2001-2000"]), json(&["drop", "2000-2001"]));
    assert!(!text(&["3000-4999"]).contains("this is about"));
    // A day is no range, and the search looks for its words.
    let (status, out, err) = told(&["explain", "2011-12-01"], b"");
    assert_eq!(status, 1, "{out}{err}");
    assert!(out.starts_with("nothing is called \"2011-12-01\""), "{out}");
}

#[test]
fn codes_in_no_range_are_told() {
    for (word, note) in [
        ("4500-6000", "5000 to 6000 are in no range. "),
        ("0-65535", "5000 to 65535 are in no range. "),
        ("4999-5000", "5000 is in no range. "),
    ] {
        let shown = text(&[word]);
        assert!(shown.starts_with(note), "{word}: {shown}");
    }
    let drops = text(&["drop", "0-65535"]);
    let note = "0 to 999 and 5000 to 65535 are in no range. ";
    assert!(drops.starts_with(note), "{drops}");
    assert!(!text(&["3000-4999"]).contains("in no range"));
    for words in [
        &["explain", "5000-6000"][..],
        &["explain", "close", "6000-5000"],
    ] {
        let (status, out, err) = told(words, b"");
        assert_ne!(status, 0, "{out}");
        let note = "5000 to 6000 are in no range of close codes";
        assert!((out + &err).contains(note), "{words:?}: {err}");
    }
}

#[test]
fn drop_codes_have_ranges() {
    let range = json(&["drop", "1000-1999"]);
    assert_eq!(range["kind"], "drop-range");
    assert_eq!(range["extension"], "mux-07");
    assert_eq!(codes(&range), [1000]);
    let shown = text(&["drop", "2000-2999"]);
    assert!(
        shown.contains("What these codes end: the physical connection."),
        "{shown}"
    );
    assert!(shown.contains("2001 invalid-envelope"), "{shown}");
    let asked = json(&["3000-3999", "--draft", "mux-05"]);
    assert_eq!(
        (&asked["kind"], &asked["extension"]),
        (&"drop-range".into(), &"mux-05".into())
    );
    assert!(codes(&asked).is_sorted());
}

#[test]
fn channels_are_terms() {
    let channel = json(&["channel"]);
    assert_eq!(channel["kind"], "term");
    let dropped = json(&["dropped"]);
    assert_eq!(dropped["kind"], "ending");
    assert_eq!(dropped["also"][0]["name"], "dropped channel");
}
