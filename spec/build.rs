//! Lists the RON files of the database, so that adding a draft is adding a file.

use std::{env, fmt::Write as _, fs, path::Path};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = env::var("CARGO_MANIFEST_DIR")?;
    let mut code = String::from("&[\n");
    for folder in ["drafts", "extensions", "registries", "scenarios", "topics"] {
        println!("cargo::rerun-if-changed={folder}");
        let Ok(entries) = fs::read_dir(Path::new(&root).join(folder)) else {
            continue;
        };
        let mut names = entries
            .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
            .collect::<Result<Vec<_>, std::io::Error>>()?;
        // Editors keep hidden files and links beside those that they have open.
        names.retain(|name| name.ends_with(".ron") && !name.starts_with('.'));
        names.sort();
        for name in names {
            let file = format!("{folder}/{name}");
            println!("cargo::rerun-if-changed={file}");
            writeln!(
                code,
                "    ({file:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/{file}\"))),"
            )?;
        }
    }
    code.push(']');
    fs::write(Path::new(&env::var("OUT_DIR")?).join("files.rs"), code)?;
    Ok(())
}
