//! Writes an export without the command: `cargo run -p wsdraft-exports --example write -- FORM DIR`.

use std::{env, error::Error, fs, path::Path};

use wsdraft_exports::{kaitai, scapy, suricata};
use wsdraft_spec::Database;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [form, folder] = &arguments[..] else {
        return Err("a form and a folder".into());
    };
    let database = Database::built_in()?;
    let documents = match form.as_str() {
        "kaitai" => kaitai(database),
        "scapy" => scapy(database),
        "suricata" => suricata(database),
        _ => return Err("no such form".into()),
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
