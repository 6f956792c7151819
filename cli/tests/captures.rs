//! `wsdraft lint` on captures of software that was written elsewhere: `tests/captures/record`.

use std::{collections::BTreeMap, path::Path, process::Command};

use serde_json::Value;

#[test]
fn seeded_defects_are_found_and_clean_connections_are_silent() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/captures");
    let text = std::fs::read_to_string(folder.join("expected.json")).unwrap();
    // By capture: what is wrong with it, and whose doing it is.
    let expected: BTreeMap<String, BTreeMap<String, String>> = serde_json::from_str(&text).unwrap();
    let mut recorded: Vec<String> = std::fs::read_dir(&folder)
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().into_string().ok())
        .filter_map(|name| Some(name.strip_suffix(".pcap")?.to_owned()))
        .collect();
    recorded.sort();
    assert_eq!(recorded, expected.keys().cloned().collect::<Vec<_>>());
    for (name, wanted) in expected {
        let output = Command::new(env!("CARGO_BIN_EXE_wsdraft"))
            .args(["lint", "--json"])
            .arg(folder.join(format!("{name}.pcap")))
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let events: Vec<Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
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
            assert_eq!(found.get(what), Some(by), "{name}: {text}");
        }
        let status = i32::from(!wanted.is_empty());
        assert_eq!(output.status.code(), Some(status), "{name}: {text}");
        // How a connection with a seeded defect ends is not a further defect of the capture.
        let surplus = found
            .keys()
            .filter(|what| !wanted.contains_key(*what) && *what != "unclosed")
            .count();
        assert_eq!(surplus, 0, "{name}: {text}");
    }
}
