//! Packs the parts of exported files that are written in the languages of the files.

use std::{env, fs, io, path::Path};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src");
    let mut files = Vec::new();
    collect(Path::new("src"), "", &mut files)?;
    files.sort();
    let texts = files
        .iter()
        .map(|(file, text)| (file.as_str(), text.as_str()));
    let out = env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?;
    wsdraft_packed::pack(texts, Path::new(&out), "texts")
}

/// The texts of a folder that are not of Rust, with `/` between the parts of their paths. What tools leave beside
/// them is hidden, or no text, such as Python's caches.
fn collect(folder: &Path, path: &str, files: &mut Vec<(String, String)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let file = format!("{path}{name}");
        if name.starts_with('.') {
            continue;
        }
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{file}/"), files)?;
        } else if !name.ends_with(".rs") && !name.ends_with('~') {
            match fs::read_to_string(entry.path()) {
                Err(error) if error.kind() == io::ErrorKind::InvalidData => {}
                text => files.push((file, text?)),
            }
        }
    }
    Ok(())
}
