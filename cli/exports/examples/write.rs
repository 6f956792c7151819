//! Writes an export of the built-in database to a folder, without the command: `write FORM DIR`.

use std::{env, error::Error, fs, path::Path, time::Instant};

use wsdraft_exports::site;
use wsdraft_spec::Database;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [form, folder] = arguments.as_slice() else {
        return Err("usage: write FORM DIR".into());
    };
    let database = Database::built_in()?;
    let start = Instant::now();
    let documents = match form.as_str() {
        "site" => site::site(database)?,
        other => return Err(format!("no form {other:?}").into()),
    };
    eprintln!("{} documents in {:?}", documents.len(), start.elapsed());
    for document in documents {
        let file = Path::new(folder).join(&document.path);
        if let Some(parent) = file.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(file, document.text)?;
    }
    Ok(())
}
