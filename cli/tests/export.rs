//! `wsdraft export`: what it writes is always the same, and drift is found.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::Value;

fn export(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_wsdraft"))
        .arg("export")
        .args(arguments)
        .output()
        .unwrap()
}

fn text(output: Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
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
