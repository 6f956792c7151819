//! What the command tells of the database: lists, places in the history, checks.

use std::fs;

use serde_json::Value;

use crate::common::{folder, told as run};

fn json(arguments: &[&str]) -> (i32, Value) {
    let (status, out, err) = run(&[&["--json"], arguments].concat(), b"");
    let value = serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}{err}"));
    (status, value)
}

#[test]
fn the_list_begins_with_what_is_current() {
    let (_, text, _) = run(&["list"], b"");
    let first = text.lines().nth(1).unwrap();
    assert!(first.starts_with("rfc6455 "), "{first}");
    assert!(first.ends_with(", the current one"), "{first}");
    assert!(
        text.lines().nth(2).unwrap().starts_with("hybi-17 "),
        "{text}"
    );
    assert_eq!(text.matches("the current one").count(), 1);
    let (_, list) = json(&["list"]);
    assert_eq!(list[0]["short"], "rfc6455");
    assert_eq!(list[1]["short"], "hybi-17");
}

#[test]
fn a_version_says_which_drafts_are_the_same_on_the_wire() {
    let (_, text, _) = run(&["version", "13"], b"");
    assert!(text.starts_with("rfc6455 = hybi-17 ("), "{text}");
    assert!(text.contains("rfc6455 builds on hybi-17"), "{text}");
    let (_, version) = json(&["version", "13"]);
    assert_eq!(version["short"], "hybi-17");
    let same = version["same_number"].as_array().unwrap();
    assert_eq!(same.first().unwrap(), "hybi-13");
    assert_eq!(same.last().unwrap(), "rfc6455");
    // A request of hybi-13 is taken for one of the RFC too, but the RFC does not build on it alone.
    let (_, text, _) = run(&["version", "hybi-13"], b"");
    assert!(text.starts_with("hybi-13 ("), "{text}");
    let (_, version) = json(&["version", "hixie-76"]);
    assert_eq!(version["same_number"], serde_json::json!([]));
}

#[test]
fn check_says_what_it_checked() {
    let (status, out, _) = run(&["check"], b"");
    assert_eq!(status, 0);
    for kind in ["drafts", "extensions", "registries", "scenarios", "topics"] {
        assert!(out.contains(&format!(" of {kind}")), "{out}");
    }
    assert!(out.trim_end().ends_with("): no errors"), "{out}");
    assert_eq!(json(&["check"]), (0, serde_json::json!([])));

    let folder = folder("check-counts");
    let draft = "Draft(name: \"a-1\", short: \"a-1\", type: \"a\", status: \"private\", \
        evidence: [Own(\"A test\")], extends: \"rfc6455\")";
    fs::write(folder.join("a-1.ron"), draft).unwrap();
    let place = folder.display().to_string();
    let (status, out, _) = run(&["check", &place], b"");
    assert_eq!(
        (status, &*out),
        (0, "checked 1 file (1 of drafts): no errors\n")
    );
    let wrong = draft.replace("extends", "rules: (remove: [\"none\"]), extends");
    fs::write(folder.join("a-1.ron"), wrong).unwrap();
    let (status, out, _) = run(&["check", &place], b"");
    assert_eq!(status, 1);
    assert!(
        out.ends_with("checked 1 file (1 of drafts): 1 error\n"),
        "{out}"
    );
}

#[test]
fn topics_are_checked() {
    let folder = folder("check-topics");
    let file = folder.join("own.ron");
    let place = file.display().to_string();
    let text = "Topics(\n    subject: Term,\n    entries: {\n        \"a\": (text: \"A.\", evidence: [Recalled]),\n        \
        \"b\": (names: [\"a\"], text: \"B.\", steps: [(run: \"rm\", tells: \"no\")], evidence: []),\n    },\n)\n";
    fs::write(&file, text).unwrap();
    let (status, out, _) = run(&["check", &place], b"");
    assert_eq!(status, 1);
    for told in [
        "own.ron:5:9: entries[\"b\"]: there is already a topic with this name",
        "a topic and each cause need evidence",
        "a step runs a command of wsdraft",
        "checked 1 file (1 of topics): 3 errors",
    ] {
        assert!(out.contains(told), "{told}: {out}");
    }
    let good = text.lines().filter(|line| !line.contains("\"b\""));
    fs::write(&file, good.collect::<Vec<_>>().join("\n")).unwrap();
    assert_eq!(run(&["check", &place], b"").0, 0);
}

#[test]
fn frames_are_those_of_the_newest_draft_unless_one_is_named() {
    let inspect = |draft: &[&str], hex: &str| {
        let arguments = ["inspect", "--from", "server", "--hex", hex];
        run(&[&arguments[..], draft].concat(), b"")
    };
    assert_eq!(
        inspect(&[], "810161"),
        inspect(&["--draft", "rfc6455"], "810161")
    );
    let (status, out, _) = inspect(&[], "c10161");
    assert_eq!(status, 1);
    assert!(out.contains("reserved-bits-clear"), "{out}");
}

#[test]
fn topics_of_ones_own_are_read_beside_drafts() {
    let folder = folder("own-topics");
    let place = folder.to_str().unwrap();
    let draft = "Draft(name: \"a-1\", short: \"a-1\", type: \"a\", status: \"private\", \
        evidence: [Own(\"A test\")], extends: \"rfc6455\")";
    let topics = "Topics(subject: Term, entries: {\n    \
        \"doorbell\": (names: [\"bell\"], text: \"It rings.\", evidence: [Own(\"A manual\")]),\n    \
        \"masking\": (text: \"As we do it.\", evidence: [Own(\"A manual\")]),\n})\n";
    fs::write(folder.join("a-1.ron"), draft).unwrap();
    fs::write(folder.join("terms.ron"), topics).unwrap();
    let explain = |word: &str| run(&["explain", word, "--spec-dir", place], b"");
    for (word, said) in [
        ("bell", "It rings."),
        ("term masking", "As we do it."),
        ("1006", "abnormal-closure"),
    ] {
        let (status, out, err) = explain(word);
        assert_eq!(status, 0, "{word}: {err}");
        assert!(out.contains(said), "{word}: {out}");
    }
    // The search finds them, and the built-in ones are still there.
    let (status, out, _) = explain("rings");
    assert_eq!(status, 1);
    assert!(out.contains("doorbell"), "{out}");
    let (_, out, _) = run(&["export", "json", "--spec-dir", place], b"");
    assert!(out.contains("It rings.") && out.contains("EPIPE"), "{out}");
    let (status, out, _) = run(&["check", place], b"");
    assert_eq!(
        (status, &*out),
        (0, "checked 2 files (1 of drafts, 1 of topics): no errors\n")
    );

    fs::write(folder.join("terms.ron"), topics.replace("text", "test")).unwrap();
    let (status, _, err) = explain("bell");
    assert_eq!(status, 2);
    assert!(err.contains("terms.ron:2:"), "{err}");
}
