//! Writes an export to a folder: `cargo run -p wsdraft-exports --example write -- FORM DIR`.

use std::{env, error::Error, fs, path::Path};

use wsdraft_exports::languages;
use wsdraft_spec::Database;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let (form, folder) = (arguments.next(), arguments.next());
    let folder = folder.ok_or("name a form and a folder")?;
    let database = Database::built_in()?;
    let documents = match form.as_deref() {
        Some("c") => languages::c(database),
        Some("go") => languages::go(database),
        Some("java") => languages::java(database),
        Some("python") => languages::python(database),
        Some("typescript") => languages::typescript(database),
        _ => return Err("no such form".into()),
    };
    for document in documents {
        let file = Path::new(&folder).join(&document.path);
        fs::create_dir_all(file.parent().ok_or("no folder")?)?;
        fs::write(file, &document.text)?;
    }
    Ok(())
}
