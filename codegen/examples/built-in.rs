//! Writes the code of the built-in drafts and extensions into a folder, and removes what else is
//! there. The runtime's build script runs it after an edit of the specification.
//!
//! `cargo run -p wsdraft-codegen --features format --example built-in -- runtime/src/generated`

use std::{
    collections::BTreeSet,
    env,
    error::Error,
    fs, io,
    path::{Path, PathBuf},
    process,
};

use wsdraft_codegen::built_in;
use wsdraft_spec::Database;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = env::args_os().nth(1).ok_or("which folder?")?;
    let folder = PathBuf::from(folder);
    let database = Database::built_in().map_err(ToString::to_string)?;
    let mut kept = BTreeSet::new();
    for file in built_in(database) {
        let path = folder.join(&file.path);
        write(&path, &file.text)?;
        kept.insert(path);
    }
    remove_others(&folder, &kept)?;
    Ok(())
}

/// Writes a file at once, so that a compiler which reads it meanwhile sees no half of it. Leaves it
/// alone if it has the text.
fn write(path: &Path, text: &str) -> io::Result<()> {
    if fs::read(path).is_ok_and(|present| present == text.as_bytes()) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let new = path.with_extension(format!("{}.new", process::id()));
    fs::write(&new, text)?;
    fs::rename(new, path)
}

fn remove_others(folder: &Path, kept: &BTreeSet<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            remove_others(&path, kept)?;
        } else if path.extension().is_some_and(|extension| extension == "rs")
            && !kept.contains(&path)
        {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}
