//! `wsdraft export kaitai`: a file for each wire format, and none by a list.

use std::{fs, path::Path, process::Output};

use serde_json::Value;

use crate::common::{self, folder};

fn export(out: &Path, more: &[&str]) -> Output {
    let out = out.to_str().unwrap();
    common::run(&[&["export", "kaitai", "--out", out], more].concat(), b"")
}

/// The file for a draft and an end.
fn file(folder: &Path, draft: &str, by: &str) -> String {
    let index = fs::read_to_string(folder.join("formats.json")).unwrap();
    let index: Value = serde_json::from_str(&index).unwrap();
    let formats = index["formats"].as_array().unwrap().iter();
    let mut found = formats.filter(|format| {
        let mut senders = format["senders"].as_array().unwrap().iter();
        senders.any(|sender| {
            sender["draft"] == draft && sender["by"].as_array().unwrap().contains(&by.into())
        })
    });
    let file = found.next().unwrap()["file"].as_str().unwrap().to_owned();
    assert!(found.next().is_none(), "{draft} {by}: two files");
    assert!(folder.join(&file).is_file(), "{file}");
    file
}

#[test]
fn drafts_with_the_same_frames_share_a_file() {
    let folder = folder("export-kaitai");
    assert_eq!(export(&folder, &[]).status.code(), Some(0));
    assert_eq!(export(&folder, &["--check"]).status.code(), Some(0));
    for draft in ["hybi-07", "hybi-13", "rfc6455"] {
        for by in ["client", "server"] {
            assert_eq!(file(&folder, draft, by), "websocket_rfc6455.ksy");
        }
    }
    for (draft, by, wanted) in [
        ("hixie-76", "client", "websocket_hybi_00.ksy"),
        ("hybi-04", "client", "websocket_hybi_04_client.ksy"),
        ("hybi-05", "client", "websocket_hybi_05_client.ksy"),
        ("hybi-05", "server", "websocket_hybi_05_server.ksy"),
    ] {
        assert_eq!(file(&folder, draft, by), wanted);
    }
    let newest = folder.join("websocket_rfc6455.ksy");
    let written = fs::read_to_string(&newest).unwrap();
    for part in [
        "id: websocket_rfc6455",
        "license: \"MIT OR Apache-2.0 OR CC0-1.0\"",
        "process: \"xor(header.mask)\"",
        "https://www.rfc-editor.org/rfc/rfc6455#section-5.2",
    ] {
        assert!(written.contains(part), "{part}: {written}");
    }
    fs::write(&newest, written.replacen("len_16", "len_32", 1)).unwrap();
    let drifted = export(&folder, &["--check"]);
    assert_eq!(drifted.status.code(), Some(1));
    let told = String::from_utf8(drifted.stderr).unwrap();
    assert!(told.contains("wsdraft export kaitai --out"), "{told}");
}

#[test]
fn a_dialect_has_a_file_of_its_own_if_its_frames_differ() {
    let folder = folder("export-kaitai-dialect");
    let dialect = |short: &str, facts: &str| {
        let text = format!(
            r#"Draft(name: "{short}", short: "{short}", type: "ours", revision: 1, status: "private",
                evidence: [Own("A test")], extends: "rfc6455", {facts})"#
        );
        fs::write(folder.join(format!("{short}.ron")), text).unwrap();
    };
    dialect("same-1", "");
    dialect(
        "other-1",
        r#"opcodes: (replace: {"text": (value: 7, kind: Text, evidence: [Own("A test")])}),"#,
    );
    let specs = folder.to_str().unwrap().to_owned();
    let out = folder.join("out");
    let output = export(&out, &["--spec-dir", &specs]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(file(&out, "same-1", "client"), "websocket_rfc6455.ksy");
    assert_eq!(file(&out, "other-1", "server"), "websocket_other_1.ksy");
    let other = fs::read_to_string(out.join("websocket_other_1.ksy")).unwrap();
    assert!(other.contains("7:\n      id: text"), "{other}");
}
