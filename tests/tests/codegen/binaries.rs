//! Generated code in a binary that uses little of it: no warnings.

use std::{fs, path::Path, process::Command};

use wsdraft_codegen::{Options, extension_source, source};
use wsdraft_spec::Database;

/// A program that includes generated files, and a module that the attribute makes, and uses of
/// each no more than a connection needs.
const PROGRAM: &str = r#"#![deny(warnings)]

#[wsdraft::websocket_draft("rfc6455")]
mod ws {}

mod old {
    include!("old.rs");
}

mod deflate {
    include!("deflate.rs");
}

fn speaks(_: &dyn wsdraft::Draft) {}

fn main() {
    speaks(&ws::Draft);
    speaks(&old::Draft);
    println!("{}", deflate::INFO.short);
}
"#;

/// Builds the program in an edition, and gives what it prints.
fn run(edition: &str) -> String {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let root = target.join(format!("binary-{edition}"));
    let _ = fs::remove_dir_all(&root);
    fs::create_dir_all(root.join("src")).unwrap();
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let manifest = format!(
        "[package]\nname = \"binary-{edition}\"\nedition = \"{edition}\"\n[workspace]\n[dependencies]\nwsdraft = {{ path = {:?} }}\n",
        workspace.join("runtime").display().to_string(),
    );
    let database = Database::built_in().unwrap();
    let options = Options::default();
    let old = source(database.resolved("hixie-76").unwrap(), &options);
    let extension = database.extensions().get("permessage-deflate").unwrap();
    let deflate = extension_source(extension, &options);
    for (file, text) in [
        ("Cargo.toml", manifest.as_str()),
        ("src/main.rs", PROGRAM),
        ("src/old.rs", &old),
        ("src/deflate.rs", &deflate),
    ] {
        fs::write(root.join(file), text).unwrap();
    }
    fs::copy(workspace.join("Cargo.lock"), root.join("Cargo.lock")).unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--offline"])
        .current_dir(&root)
        .env("CARGO_TARGET_DIR", target.join("regenerate"))
        .output()
        .unwrap();
    let messages = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{edition}: {messages}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn generated_code_gives_no_warnings() {
    for edition in ["2021", "2024"] {
        assert_eq!(run(edition), "permessage-deflate\n");
    }
}
