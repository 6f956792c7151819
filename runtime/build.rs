//! Regenerates the code in `src/generated` after an edit of the specification or of the generator.
//!
//! Only a clone of the repository has the specification and the generator; the published package
//! has neither, nor this script. The generator is no dependency, so that nobody compiles it to use
//! what it wrote. It is compiled and run here when something has changed.

use std::{
    env,
    error::Error,
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

/// What the generated code says. The fingerprint is checked in beside the code.
const DATA: Files = (
    "ron",
    &["spec/drafts", "spec/extensions", "spec/registries"],
);
/// The generator. Its fingerprint is kept in the build folder: most edits of it change nothing in
/// what it writes, and a test notices one that does.
const GENERATOR: Files = (
    "rs",
    &[
        "codegen/src",
        "codegen/examples",
        "spec/src",
        "spec/vocabulary/src",
    ],
);
/// The files with an ending in some folders of the repository. Editors leave others beside them.
type Files = (&'static str, &'static [&'static str]);
/// The fingerprint of the data that the code was generated from.
const FINGERPRINT: &str = "fingerprint.txt";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let runtime = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let Some(root) = runtime.parent().filter(|root| has(root)) else {
        return Ok(());
    };
    for folder in DATA.1.iter().chain(GENERATOR.1) {
        println!("cargo::rerun-if-changed=../{folder}");
    }
    let generated = runtime.join("src/generated");
    let recorded = generated.join(FINGERPRINT);
    let last = PathBuf::from(variable("OUT_DIR")?).join("generator.txt");
    let (data, generator) = (fingerprint(root, DATA)?, fingerprint(root, GENERATOR)?);
    let is_same = fs::read_to_string(&recorded).is_ok_and(|text| text.trim() == data);
    let was = fs::read_to_string(&last).unwrap_or_else(|_| generator.clone());
    if !is_same || was != generator {
        generate(root, &generated)?;
        if !is_same {
            fs::write(&recorded, format!("{data}\n"))?;
        }
    }
    fs::write(&last, &generator)?;
    Ok(())
}

fn variable(name: &str) -> Result<std::ffi::OsString, String> {
    env::var_os(name).ok_or_else(|| format!("{name} is not set; cargo sets it"))
}

/// Whether this is the repository, which has the data and the generator.
fn has(root: &Path) -> bool {
    let mut folders = DATA.1.iter().chain(GENERATOR.1);
    folders.all(|folder| root.join(folder).is_dir())
}

/// Compiles and runs the generator, apart from this build: cargo has locked its folder.
fn generate(root: &Path, generated: &Path) -> Result<(), Box<dyn Error>> {
    let mut command = Command::new(variable("CARGO")?);
    // What is set for the target of this build, or by clippy, is not for the generator.
    for name in [
        "CARGO_BUILD_TARGET",
        "CARGO_ENCODED_RUSTFLAGS",
        "RUSTC_WORKSPACE_WRAPPER",
        "RUSTFLAGS",
    ] {
        command.env_remove(name);
    }
    command
        .current_dir(root)
        .args(["run", "--quiet", "--package", "wsdraft-codegen"])
        .args(["--features", "format", "--example", "built-in"])
        .arg("--target-dir")
        .arg(root.join("target/generator"))
        .arg("--")
        .arg(generated);
    let output = command.output()?;
    if output.status.success() {
        return Ok(());
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    Err(format!("the generator failed\n{errors}").into())
}

/// A number that changes with the paths and texts of these files (FNV-1a). Ends of lines count
/// alike, since git may write them in two ways.
fn fingerprint(root: &Path, (ending, folders): Files) -> io::Result<String> {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut add = |bytes: &[u8]| {
        for &byte in bytes.iter().filter(|byte| **byte != b'\r') {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
        }
    };
    for folder in folders {
        let mut files = Vec::new();
        collect(&root.join(folder), ending, &mut files)?;
        files.sort();
        for file in files {
            for name in file.strip_prefix(root).unwrap_or(&file) {
                add(name.as_encoded_bytes());
                add(b"/");
            }
            add(&fs::read(&file)?);
        }
    }
    Ok(format!("{hash:016x}"))
}

fn collect(folder: &Path, ending: &str, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        // Editors keep hidden files and links beside those that they have open.
        let is_hidden = path
            .file_name()
            .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        if is_hidden {
            continue;
        }
        if path.is_dir() {
            collect(&path, ending, files)?;
        } else if path.extension().is_some_and(|found| found == ending) {
            files.push(path);
        }
    }
    Ok(())
}
