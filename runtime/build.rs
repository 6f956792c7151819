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
    // The newest draft, and the one that it came from: what a peer of today may speak.
    let newest = database.newest().ok_or("no draft is the newest")?;
    let is_new = |short: &String| *short == newest.short || newest.extends.as_ref() == Some(short);
    let chosen: Vec<_> = drafts
        .into_iter()
        .filter(|draft| legacy || is_new(&draft.short))
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
