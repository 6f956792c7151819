//! `wsdraft export suricata` and `export scapy`: tables for security tools.

use std::{collections::BTreeSet, fs};

use crate::common::{self, folder};

#[test]
fn each_alert_names_its_rule_and_has_a_sid_of_its_own() {
    let folder = folder("export-suricata");
    let out = folder.to_str().unwrap();
    let export = |more: &[&str]| {
        let arguments = [&["export", "suricata", "--out", out], more].concat();
        common::run(&arguments, b"").status.code()
    };
    assert_eq!(export(&[]), Some(0));
    assert_eq!(export(&["--check"]), Some(0));
    let file = folder.join("wsdraft-websocket.rules");
    let text = fs::read_to_string(&file).unwrap();
    let rules: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("alert "))
        .collect();
    let sids: BTreeSet<u32> = rules
        .iter()
        .map(|rule| {
            let (_, sid) = rule.split_once(" sid:").unwrap();
            sid.split_once(';').unwrap().0.parse().unwrap()
        })
        .collect();
    assert_eq!(sids.len(), rules.len());
    assert!(sids.iter().all(|sid| (1_600_000..=1_699_999).contains(sid)));
    let database = wsdraft_spec::Database::built_in().unwrap();
    let newest = database
        .resolved(&database.newest().unwrap().short)
        .unwrap();
    for rule in rules.iter().filter(|rule| !rule.contains("noalert")) {
        let (_, id) = rule.split_once("metadata:rule ").unwrap();
        let id = id.split_once(',').unwrap().0;
        let level = newest.rules.get(id).unwrap().value.level;
        assert!(
            rule.contains(&format!("level {level}, draft {}", newest.short)),
            "{rule}"
        );
        assert!(
            rule.contains("reference:url,www.rfc-editor.org/rfc/rfc"),
            "{rule}"
        );
    }
    for id in [
        "control-frame-length",
        "close-code-allowed",
        "server-frame-unmasked",
    ] {
        assert!(text.contains(&format!("metadata:rule {id},")), "{id}");
    }
    fs::write(&file, text.replacen("bsize:>125", "bsize:>126", 1)).unwrap();
    assert_eq!(export(&["--check"]), Some(1));
}

#[test]
fn each_draft_and_end_has_a_class_of_packets() {
    let folder = folder("export-scapy");
    let out = folder.to_str().unwrap();
    let export = |more: &[&str]| {
        let arguments = [&["export", "scapy", "--out", out], more].concat();
        common::run(&arguments, b"").status.code()
    };
    assert_eq!(export(&[]), Some(0));
    assert_eq!(export(&["--check"]), Some(0));
    let file = folder.join("wsdraft_websocket.py");
    let text = fs::read_to_string(&file).unwrap();
    let database = wsdraft_spec::Database::built_in().unwrap();
    for draft in database.drafts() {
        for by in ["client", "server"] {
            let entry = format!("(\"{}\", \"{by}\"): WebSocket", draft.short);
            assert_eq!(text.matches(&entry).count(), 1, "{entry}");
        }
    }
    for part in [
        "class WebSocketRfc6455(_Prefixed):",
        "class WebSocketHybi04Client(_Prefixed):",
        "1006: (\"abnormal-closure\", ",
    ] {
        assert!(text.contains(part), "{part}");
    }
    fs::write(&file, text.replacen("1006:", "1016:", 1)).unwrap();
    assert_eq!(export(&["--check"]), Some(1));
}
