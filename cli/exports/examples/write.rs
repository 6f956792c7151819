//! Writes an export to a folder: `cargo run -p wsdraft-exports --example write -- FORM DIR`. It is an export of the
//! built-in database, or with the drafts of a further folder: `-- FORM DIR SPECS`.

use std::{borrow::Cow, env, error::Error, fs, path::Path};

use wsdraft_exports::{kaitai, languages, scapy, site, suricata, wireshark};
use wsdraft_spec::Database;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let built_in = Database::built_in()?;
    let (form, folder, database) = match arguments.as_slice() {
        [form, folder] => (form, folder, Cow::Borrowed(built_in)),
        [form, folder, specs] => {
            let database = built_in.clone().with_folder(Path::new(specs))?;
            (form, folder, Cow::Owned(database))
        }
        _ => return Err("usage: write FORM DIR [SPECS]".into()),
    };
    let database = &*database;
    let documents = match form.as_str() {
        "c" => languages::c(database),
        "go" => languages::go(database),
        "java" => languages::java(database),
        "kaitai" => kaitai(database),
        "python" => languages::python(database),
        "scapy" => scapy(database),
        "site" => site::site(database)?,
        "suricata" => suricata(database),
        "typescript" => languages::typescript(database),
        "wireshark" => wireshark(database),
        other => return Err(format!("no form {other:?}").into()),
    };
    for document in documents {
        let file = Path::new(folder).join(document.path);
        if let Some(parent) = file.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(file, document.text)?;
    }
    Ok(())
}
