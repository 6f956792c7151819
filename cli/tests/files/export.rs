//! `wsdraft export`: what it writes is always the same, and drift is found.

use std::{fs, path::Path, process::Output};

use serde_json::Value;

use crate::common::{self, folder};

mod folders;

fn export(arguments: &[&str]) -> Output {
    common::run(&[&["export"], arguments].concat(), b"")
}

fn text(output: Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_database_is_written_with_its_schema() {
    let folder = folder("export-json");
    let file = folder.join("all.json");
    let name = file.to_str().unwrap();
    text(export(&["json", "--out", name]));
    let written = fs::read_to_string(&file).unwrap();
    assert_eq!(written, text(export(&["json"])));
    let schema = fs::read_to_string(folder.join("all.schema.json")).unwrap();
    assert_eq!(schema, text(export(&["json", "--schema"])));

    assert_eq!(
        export(&["json", "--out", name, "--check"]).status.code(),
        Some(0)
    );
    fs::write(
        &file,
        written
            .replacen("MUST", "MAY", 1)
            .replacen("Must", "May", 1),
    )
    .unwrap();
    let drifted = export(&["json", "--out", name, "--check"]);
    assert_eq!(drifted.status.code(), Some(1));
    let told = String::from_utf8(drifted.stderr).unwrap();
    assert!(told.contains("wsdraft export json --out"), "{told}");
}

#[test]
fn rules_keep_the_order_in_which_they_are_checked() {
    let document: Value = serde_json::from_str(&text(export(&["json"]))).unwrap();
    let database = wsdraft_spec::Database::built_in().unwrap();
    for draft in document["drafts"].as_array().unwrap() {
        let spec = database.resolved(draft["short"].as_str().unwrap()).unwrap();
        let rules: Vec<&String> = draft["rules"].as_object().unwrap().keys().collect();
        assert_eq!(rules, spec.rules.keys().collect::<Vec<_>>());
    }
}

#[test]
fn a_dialect_brings_its_vectors() {
    let folder = folder("export-vectors");
    let dialect = r#"Draft(
        name: "ours-1", short: "ours-1", type: "ours", revision: 1, status: "private",
        evidence: [Own("A test")], extends: "rfc6455",
        rules: (replace: {"control-frame-length": (variant: "ControlFrameLength", level: Must,
            scope: Frame, when: Control, require: PayloadAtMost(20), otherwise: Fail(1009),
            summary: "At most 20 bytes.", evidence: [Own("A test")])}),
    )"#;
    fs::write(folder.join("ours-1.ron"), dialect).unwrap();
    let folder = folder.to_str().unwrap();
    let written = text(export(&["vectors", "ours-1", "--spec-dir", folder]));
    let document: Value = serde_json::from_str(&written).unwrap();
    let [draft] = &document["drafts"].as_array().unwrap()[..] else {
        panic!("{written}");
    };
    let rules = draft["rules"].as_array().unwrap();
    let rule = rules
        .iter()
        .find(|rule| rule["rule"] == "control-frame-length");
    let vectors = rule.unwrap()["vectors"].as_array().unwrap();
    assert_eq!(vectors.len(), 4, "a ping and a pong of each end");
    for vector in vectors {
        assert_eq!(vector["expect"]["close_code"], 1009);
        assert_eq!(vector["expect"]["offset"], 1);
    }
    // A server's ping of 21 bytes, and one of 20.
    let sent = |which: &str, bytes: String| {
        vectors
            .iter()
            .any(|vector| vector["by"] == "server" && vector[which]["bytes"] == bytes)
    };
    assert!(
        sent("broken", format!("8915{}", "61".repeat(21))),
        "{rule:?}"
    );
    assert!(sent("kept", format!("8914{}", "61".repeat(20))), "{rule:?}");
    let out = format!("{folder}/vectors.json");
    let mut arguments = vec!["vectors", "ours-1", "--out", &out, "--spec-dir", folder];
    export(&arguments);
    fs::write(&out, "elsewhere").unwrap();
    arguments.push("--check");
    let told = String::from_utf8(export(&arguments).stderr).unwrap();
    let again = format!("run: wsdraft export vectors ours-1 --out {out} --spec-dir {folder}\n");
    assert!(told.ends_with(&again), "{told}");
    let unknown = export(&["vectors", "hybi-99"]);
    assert_eq!(unknown.status.code(), Some(2));
}

#[test]
fn the_plug_in_for_wireshark_has_dialects_too() {
    let folder = folder("export-wireshark");
    let dialect = r#"Draft(
        name: "ours-2", short: "ours-2", type: "ours", revision: 2, status: "private",
        evidence: [Own("A test")], extends: "rfc6455",
        rules: (replace: {"control-frame-length": (variant: "ControlFrameLength", level: Must,
            scope: Frame, when: Control, require: PayloadAtMost(21), otherwise: Fail(1009),
            summary: "At most 21 bytes.", evidence: [Own("A test")])}),
    )"#;
    fs::write(folder.join("ours-2.ron"), dialect).unwrap();
    let (specs, out) = (folder.to_str().unwrap(), folder.join("plugins"));
    let name = out.to_str().unwrap();
    let arguments = ["wireshark", "--out", name, "--spec-dir", specs];
    text(export(&arguments));
    let file = out.join("wsdraft.lua");
    let written = fs::read_to_string(&file).unwrap();
    for draft in ["rfc6455", "hixie-75", "ours-2"] {
        assert!(written.contains(&format!("short = {draft:?}")), "{draft}");
    }
    assert!(written.contains(r#""payload_at_most", bytes = 21"#));
    assert!(
        !written.contains(r#"short = "hixie-74""#),
        "it states no wire format"
    );

    let check = [&arguments[..], &["--check"]].concat();
    assert_eq!(export(&check).status.code(), Some(0));
    fs::write(&file, written.replace("bytes = 21", "bytes = 22")).unwrap();
    let drifted = export(&check);
    assert_eq!(drifted.status.code(), Some(1));
    let told = String::from_utf8(drifted.stderr).unwrap();
    let again = format!("run: wsdraft export wireshark --out {name} --spec-dir {specs}\n");
    assert!(told.ends_with(&again), "{told}");
}

#[test]
fn pages_are_as_they_were() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/data/golden");
    let golden = golden.to_str().unwrap();
    let pages = ["hixie-76", "rfc6455", "permessage-deflate", "mux-07"];
    let check = |out: &str| {
        let arguments = [&["markdown"], &pages[..], &["--out", out, "--check"]].concat();
        let output = export(&arguments);
        (
            output.status.code(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let (status, told) = check(golden);
    assert_eq!(status, Some(0), "{told}");

    let folder = folder("export-markdown");
    let name = folder.to_str().unwrap();
    text(export(
        &[&["markdown"], &pages[..], &["--out", name]].concat(),
    ));
    fs::write(folder.join("rfc6455.md"), "# rfc6455\n\nelsewhere\n").unwrap();
    let (status, told) = check(name);
    assert_eq!(status, Some(1));
    assert!(told.contains("rfc6455.md:3: differs"), "{told}");
    let unknown = export(&["markdown", "permessage-deflat"]);
    assert_eq!(unknown.status.code(), Some(2));
    let told = String::from_utf8(unknown.stderr).unwrap();
    assert!(told.contains("\"permessage-deflate\""), "{told}");
}
