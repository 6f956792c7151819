//! The attribute in builds without the generator: what it takes, and what it says otherwise.

use std::{fs, path::Path, process::Command};

/// Checks a program with `wsdraft` as its dependency, and gives the errors of the compiler.
fn check(features: &str, program: &str) -> Result<(), String> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let root = target.join("named-drafts");
    let _ = fs::remove_dir_all(&root);
    fs::create_dir_all(root.join("src")).unwrap();
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let manifest = format!(
        "[package]\nname = \"named-drafts\"\nedition = \"2024\"\n[workspace]\n[dependencies]\nwsdraft = {{ path = {:?}, features = [{features:?}] }}\n",
        workspace.join("runtime").display().to_string(),
    );
    fs::write(root.join("Cargo.toml"), manifest).unwrap();
    fs::write(root.join("src/main.rs"), program).unwrap();
    fs::copy(workspace.join("Cargo.lock"), root.join("Cargo.lock")).unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["check", "--quiet", "--offline"])
        .current_dir(&root)
        .env("CARGO_TARGET_DIR", target.join("regenerate"))
        .output()
        .unwrap();
    match output.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8(output.stderr).unwrap()),
    }
}

/// A program that uses each draft of a build by its short name and by its whole name.
fn uses(drafts: &[&dyn wsdraft::Draft]) -> String {
    let mut program = String::from("fn same<T>(_: T, _: T) {}\nfn main() {\n");
    for (position, draft) in drafts.iter().enumerate() {
        let info = draft.info();
        let module = info.short.replace('-', "_");
        for (form, name) in [("short", info.short), ("whole", info.name)] {
            program += &format!(
                "    same({form}_{position}::Draft, wsdraft::drafts::{module}::Draft);\n}}\n#[wsdraft::websocket_draft({name:?})]\nmod {form}_{position} {{}}\nfn f_{form}_{position}() {{\n"
            );
        }
    }
    format!("#![allow(dead_code)]\n{program}}}\n")
}

// One test, since the programs take turns in one folder.
#[test]
fn without_the_generator_the_attribute_takes_the_drafts_of_the_build_and_names_what_is_missing() {
    let newest = wsdraft::drafts::newest::Draft;
    check("std", &uses(&[&newest])).unwrap();
    check("legacy", &uses(wsdraft::drafts::ALL)).unwrap();

    // What it names where something is missing.
    let oldest = wsdraft::drafts::ALL[0];
    let error = check("std", &uses(&[oldest])).unwrap_err();
    for part in [
        oldest.info().short,
        "feature `legacy`",
        "`macros`",
        "src/main.rs",
    ] {
        assert!(error.contains(part), "{part}: {error}");
    }
    let mistyped = "#[wsdraft::websocket_draft(\"hybi-7\")]\nmod ws {}\nfn main() {}\n";
    let error = check("legacy", mistyped).unwrap_err();
    assert!(error.contains("called hybi-7;"), "{error}");
    let own = "#[wsdraft::websocket_draft(path = \"ours.ron\")]\npub mod ws {}\nfn main() {}\n";
    let error = check("std", own).unwrap_err();
    assert!(error.contains("feature `macros`"), "{error}");
    assert!(error.contains("due to 1 previous error"), "{error}");
}
