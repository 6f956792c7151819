//! `wsdraft lint` on captures of software that was written elsewhere: `tests/labs/captures/record`.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::Value;

/// What is wrong with a capture, and whose doing it is; `None` where it cannot be looked into.
type Defects = Option<BTreeMap<String, String>>;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/data/captures")
}

/// The captures in the folder: name and file.
fn recorded() -> BTreeMap<String, PathBuf> {
    let files = std::fs::read_dir(folder()).unwrap();
    let files = files.map(|entry| entry.unwrap().path());
    let captures = files.filter(|file| {
        let ending = file.extension().unwrap_or_default();
        ending == "pcap" || ending == "har"
    });
    captures
        .map(|file| (file.file_stem().unwrap().to_str().unwrap().into(), file))
        .collect()
}

fn lint(file: &Path) -> (Vec<Value>, Output) {
    let output = Command::new(env!("CARGO_BIN_EXE_wsdraft"))
        .args(["lint", "--json"])
        .arg(file)
        .output()
        .unwrap();
    let text = std::str::from_utf8(&output.stdout).unwrap();
    let events = text.lines().map(|line| serde_json::from_str(line).unwrap());
    (events.collect(), output)
}

#[test]
fn seeded_defects_are_found_and_clean_connections_are_silent() {
    let text = std::fs::read_to_string(folder().join("expected.json")).unwrap();
    let expected: BTreeMap<String, Defects> = serde_json::from_str(&text).unwrap();
    let recorded = recorded();
    assert!(recorded.keys().eq(expected.keys()), "{:?}", recorded.keys());
    for (name, wanted) in expected {
        let (events, output) = lint(&recorded[&name]);
        let Some(wanted) = wanted else {
            let told = String::from_utf8_lossy(&output.stderr);
            assert!(told.contains("1 with TLS"), "{name}: {told}");
            assert_eq!(output.status.code(), Some(2), "{name}");
            continue;
        };
        let found: BTreeMap<String, String> = events
            .iter()
            .filter(|event| event["event"] != "connection")
            .map(|event| {
                let what = event.get("rule").unwrap_or_else(|| &event["event"]);
                let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
                (text(what), text(&event["by"]))
            })
            .collect();
        for (what, by) in &wanted {
            assert_eq!(found.get(what), Some(by), "{name}: {events:?}");
        }
        let status = i32::from(!wanted.is_empty());
        assert_eq!(output.status.code(), Some(status), "{name}: {events:?}");
        // How a connection with a seeded defect ends is not a further defect of the capture.
        let surplus = found
            .keys()
            .filter(|what| !wanted.contains_key(*what) && *what != "unclosed")
            .count();
        assert_eq!(surplus, 0, "{name}: {events:?}");
    }
}

#[test]
fn connections_of_old_drafts_are_known() {
    let recorded = recorded();
    // What a gem calls the version, the draft that it is, and what its end is called.
    for (capture, draft) in [
        ("ruby-75-clean", "hixie-75"),
        ("ruby-76-clean", "hybi-00"),
        ("ruby-3-clean", "hybi-03"),
        ("ruby-7-clean", "hybi-07"),
        ("ruby-8-clean", "hybi-10"),
        ("ruby-13-clean", "rfc6455"),
    ] {
        let (events, _) = lint(&recorded[capture]);
        let [connection] = &events[..] else {
            panic!("{capture}: {events:?}");
        };
        assert_eq!(connection["draft"], draft, "{capture}");
        assert_eq!(connection["clean"], true, "{capture}: {connection}");
        assert_eq!(connection["messages"]["server"], 2, "{capture}");
        assert_eq!(connection["bytes"]["client"], 207, "{capture}");
    }
}

#[test]
fn compressed_connections_are_inflated() {
    let recorded = recorded();
    for capture in ["ws-deflate-clean", "chromium-deflate"] {
        let (events, _) = lint(&recorded[capture]);
        let connection = &events[0];
        assert_eq!(connection["extensions"], "permessage-deflate", "{capture}");
        let size = std::fs::metadata(&recorded[capture]).unwrap().len();
        assert!(size < 4_000, "{capture} is compressed");
    }
    let (events, _) = lint(&recorded["ws-deflate-clean"]);
    assert_eq!(events[0]["bytes"]["client"], 70_021);
}
