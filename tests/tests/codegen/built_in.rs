//! The built-in drafts and extensions are checked in. They are what the generator makes of the
//! specification, and a build in the repository writes them anew after an edit.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use wsdraft_codegen::built_in;
use wsdraft_spec::Database;

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The files in and below a folder, by their paths in it.
fn files(folder: &Path) -> BTreeMap<String, String> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(folder, &mut found);
    let named = found.into_iter().map(|path| {
        let name = path.strip_prefix(folder).unwrap().display().to_string();
        (name, fs::read_to_string(path).unwrap())
    });
    named.collect()
}

#[test]
fn what_is_checked_in_is_what_the_generator_makes() {
    let mut checked_in = files(&workspace().join("runtime/src/generated"));
    let fingerprint = checked_in.remove("fingerprint.txt");
    assert!(fingerprint.is_some_and(|text| text.trim().len() == 16));
    let generated = built_in(Database::built_in().unwrap());
    assert!(generated.len() > 30, "{} files", generated.len());
    for file in generated {
        let present = checked_in.remove(&file.path).unwrap_or_default();
        let lines = present.lines().zip(file.text.lines());
        let differs = lines.enumerate().find(|(_, (was, is))| was != is);
        assert!(
            present == file.text,
            "src/generated/{} is out of date, {differs:?}; to regenerate: cargo run -p wsdraft-codegen --features format --example built-in -- runtime/src/generated",
            file.path
        );
    }
    let others: Vec<_> = checked_in.keys().collect();
    assert!(others.is_empty(), "nothing generates {others:?}");
}

/// Copies a folder of the repository into another one.
fn copy(name: &str, root: &Path) {
    for entry in fs::read_dir(workspace().join(name)).unwrap() {
        let entry = entry.unwrap();
        let inner = format!("{name}/{}", entry.file_name().display());
        if entry.path().is_dir() {
            copy(&inner, root);
            continue;
        }
        let to = root.join(&inner);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        // An equal file stays, so that cargo need not compile it again.
        let text = fs::read(entry.path()).unwrap();
        if !fs::read(&to).is_ok_and(|present| present == text) {
            fs::write(to, text).unwrap();
        }
    }
}

/// A part of the repository: the runtime, and what it is generated from.
fn clone() -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("clone");
    for folder in ["spec", "codegen", "runtime/src"] {
        copy(folder, &root);
    }
    for file in ["Cargo.lock", "runtime/Cargo.toml", "runtime/build.rs"] {
        fs::copy(workspace().join(file), root.join(file)).unwrap();
    }
    let manifest = fs::read_to_string(workspace().join("Cargo.toml")).unwrap();
    let members = manifest.lines().map(|line| match line {
        line if line.starts_with("members") => {
            "members = [\"spec\", \"spec/packed\", \"spec/vocabulary\", \"codegen\", \"codegen/macros\", \"runtime\"]"
        }
        line => line,
    });
    let manifest: Vec<_> = members.collect();
    fs::write(root.join("Cargo.toml"), manifest.join("\n")).unwrap();
    let runtime = fs::read_to_string(root.join("runtime/Cargo.toml")).unwrap();
    let before_examples = runtime.split("[[example]]").next().unwrap();
    let manifest = format!("{before_examples}\n[lints]\nworkspace = true\n");
    fs::write(root.join("runtime/Cargo.toml"), manifest).unwrap();
    root
}

fn build(root: &Path) {
    let output = Command::new(env!("CARGO"))
        .args(["check", "--quiet", "--package", "wsdraft"])
        .current_dir(root)
        .env("CARGO_NET_OFFLINE", "true")
        .env("CARGO_TARGET_DIR", root.join("target"))
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
}

#[test]
fn a_build_in_the_repository_follows_edits() {
    let root = clone();
    let generated = root.join("runtime/src/generated");
    build(&root);
    let before = files(&generated);
    let ours = files(&workspace().join("runtime/src/generated"));
    assert!(before == ours, "a build without an edit changes nothing");
    let strays = [".rfc6455.ron.swp", ".#rfc6455.ron", "rfc6455.ron~"];
    let strays = strays.map(|name| root.join("spec/drafts").join(name));
    for stray in &strays {
        fs::write(stray, "an editor's").unwrap();
    }
    build(&root);
    for stray in strays {
        fs::remove_file(stray).unwrap();
    }
    assert!(before == files(&generated), "nor do files beside them");

    // The data: one text in a draft, which its descendants inherit.
    let draft = root.join("spec/drafts/hybi-07.ron");
    let text = fs::read_to_string(&draft).unwrap();
    let (old, new) = ("summary: \"", "summary: \"Edited. ");
    let edited = text.replacen(old, new, 1);
    assert_ne!(edited, text);
    fs::write(&draft, edited).unwrap();
    build(&root);
    let after = files(&generated);
    for file in ["drafts/hybi_07.rs", "fingerprint.txt"] {
        assert_ne!(before[file], after[file], "{file}");
    }
    assert!(after["drafts/hybi_07.rs"].contains("Edited. "));
    assert_eq!(before["drafts/hixie_76.rs"], after["drafts/hixie_76.rs"]);

    // The generator: what it writes above each file.
    let emitter = root.join("codegen/src/built_in.rs");
    let text = fs::read_to_string(&emitter).unwrap();
    fs::write(&emitter, text.replacen("Generated from", "Written from", 1)).unwrap();
    build(&root);
    let head = "// Written from hybi-07 ";
    assert!(files(&generated)["drafts/hybi_07.rs"].starts_with(head));
}
