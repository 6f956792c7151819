//! Packs the JSON Schemas and the page of `serve`.

use std::{env, fs, io, path::Path};

/// The scripts of the page, which it loads as one. What is needed to connect stands first.
const SCRIPTS: [&str; 7] = [
    "format",
    "entries",
    "log",
    "connection",
    "send",
    "facts",
    "reference",
];

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    let page = Path::new("src/commands/serve/page");
    let mut script = String::new();
    for name in SCRIPTS {
        script.push_str(&read(&page.join(name).with_extension("js"))?);
    }
    let schemas = Path::new("schemas");
    pack(
        "schemas",
        &[
            ("database.json", read(&schemas.join("database.json"))?),
            ("vectors.json", read(&schemas.join("vectors.json"))?),
        ],
    )?;
    pack(
        "page",
        &[
            ("index.html", read(&page.join("index.html"))?),
            ("style.css", read(&page.join("style.css"))?),
            ("script.js", script),
        ],
    )
}

fn read(file: &Path) -> io::Result<String> {
    println!("cargo::rerun-if-changed={}", file.display());
    fs::read_to_string(file)
}

fn pack(name: &str, texts: &[(&str, String)]) -> io::Result<()> {
    let texts = texts.iter().map(|(file, text)| (*file, text.as_str()));
    let out = env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?;
    wsdraft_packed::pack(texts, Path::new(&out), name)
}
