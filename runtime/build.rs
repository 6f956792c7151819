//! Generates the built-in drafts that the features choose.

use std::{env, error::Error, fs, path::Path};

use wsdraft_codegen::{Options, bundle, extensions, text};
use wsdraft_spec::Database;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let database = Database::built_in().map_err(ToString::to_string)?;
    let legacy = env::var_os("CARGO_FEATURE_LEGACY").is_some();
    let mut drafts = database.drafts();
    drafts.reverse();
    drafts.sort_by_key(|draft| draft.serial.is_none());
    let newest = drafts.iter().filter_map(|draft| draft.serial).max();
    let chosen: Vec<_> = drafts
        .into_iter()
        .filter(|draft| legacy || draft.serial.is_none() || draft.serial == newest)
        .filter_map(|draft| database.resolved(&draft.short))
        .filter(|draft| draft.is_complete())
        .collect();
    let tokens = bundle(database, &chosen, &Options::default());
    let out = env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?;
    fs::write(Path::new(&out).join("drafts.rs"), text(&tokens))?;
    let tokens = extensions(database, &Options::default());
    fs::write(Path::new(&out).join("extensions.rs"), text(&tokens))?;
    Ok(())
}
