//! Lists the RON files of the database, so that adding a draft is adding a file, and packs them if the feature
//! `packed` asks for it.

use std::{env, fmt::Write as _, fs, path::Path};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = env::var("CARGO_MANIFEST_DIR")?;
    let out = env::var("OUT_DIR")?;
    let out = Path::new(&out);
    let mut folders = String::from("[\n");
    let mut fingerprint = Fingerprint::START;
    println!("cargo::rerun-if-changed=build.rs");
    for folder in ["drafts", "extensions", "registries", "scenarios", "topics"] {
        println!("cargo::rerun-if-changed={folder}");
        let Ok(entries) = fs::read_dir(Path::new(&root).join(folder)) else {
            continue;
        };
        let mut files = Vec::new();
        let mut names = entries
            .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
            .collect::<Result<Vec<_>, std::io::Error>>()?;
        // Editors keep hidden files and links beside those that they have open.
        names.retain(|name| name.ends_with(".ron") && !name.starts_with('.'));
        names.sort();
        for name in names {
            let file = format!("{folder}/{name}");
            println!("cargo::rerun-if-changed={file}");
            let text = fs::read_to_string(Path::new(&root).join(&file))?;
            fingerprint.take(&file);
            fingerprint.take(&text);
            files.push((file, text));
        }
        let texts = texts(&files, out, folder)?;
        writeln!(folders, "    ({folder:?}, Texts::new({texts})),")?;
    }
    fs::write(out.join("folders.rs"), folders + "]")?;
    println!(
        "cargo::rustc-env=WSDRAFT_SPEC_FINGERPRINT={:016x}",
        fingerprint.0
    );
    Ok(())
}

/// The texts of files, as an expression.
#[cfg(not(feature = "packed"))]
fn texts(files: &[(String, String)], _: &Path, _: &str) -> Result<String, std::fmt::Error> {
    let mut texts = String::from("&[\n");
    for (file, _) in files {
        writeln!(
            texts,
            "        ({file:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/{file}\"))),"
        )?;
    }
    Ok(texts + "    ]")
}

/// Packs files. Returns the expression that includes them.
#[cfg(feature = "packed")]
fn texts(files: &[(String, String)], out: &Path, folder: &str) -> std::io::Result<String> {
    let files = files
        .iter()
        .map(|(file, text)| (file.as_str(), text.as_str()));
    wsdraft_packed::pack(files, out, folder)?;
    Ok(format!("include!(\"{folder}.rs\")"))
}

/// Tells two states of the files apart (FNV-1a).
struct Fingerprint(u64);

impl Fingerprint {
    const START: Self = Self(0xcbf2_9ce4_8422_2325);

    /// Takes a text, and an end that no text has in it.
    fn take(&mut self, text: &str) {
        for byte in text.bytes().chain([0xff]) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}
