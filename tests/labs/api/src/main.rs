//! Compares the public items of crates with the lists in `tests/data/api`, from the JSON that rustdoc
//! writes. `run` makes that JSON and starts this.

use std::{collections::BTreeSet, env, error::Error, fs, path::Path, process::ExitCode};

use public_api::Builder;

/// The published crates with items that a program can use, by their names in Rust.
const CRATES: [&str; 11] = [
    "wsdraft",
    "wsdraft_analysis",
    "wsdraft_codegen",
    "wsdraft_conformance",
    "wsdraft_exports",
    "wsdraft_interpreter",
    "wsdraft_macros",
    "wsdraft_packed",
    "wsdraft_spec",
    "wsdraft_tools",
    "wsdraft_vocabulary",
];

/// The modules of drafts that are listed in full. Every draft has the same items, and the golden
/// files in `tests/data/golden` have three of them as code.
const DRAFTS: [&str; 2] = ["newest", "rfc6455"];

/// What a derived implementation always has in it.
const DERIVED: [&str; 13] = [
    "::clone(&self) -> ",
    "::cmp(&self, &",
    "::deserialize<__D>(__D)",
    "::eq(&self, &",
    "::fmt(&self, &mut core::fmt::Formatter<'_>) -> core::fmt::Result",
    "::hash<__H: core::hash::Hasher>(&self, &mut __H)",
    "::inline_schema() -> bool",
    "::json_schema(&mut schemars::generate::SchemaGenerator)",
    "::partial_cmp(&self, &",
    "::schema_id() -> ",
    "::schema_name() -> ",
    "::serialize<__S>(&self, __S)",
    "core::marker::StructuralPartialEq for ",
];

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let result = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [documents, lists] => run(Path::new(documents), Path::new(lists), false),
        [documents, lists, "--update"] => run(Path::new(documents), Path::new(lists), true),
        _ => Err("arguments: FOLDER-OF-JSON FOLDER-OF-LISTS [--update]".into()),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

/// Whether every list is up to date; with `update`, it is afterwards.
fn run(documents: &Path, lists: &Path, update: bool) -> Result<bool, Box<dyn Error>> {
    let mut same = true;
    for name in CRATES {
        let file = lists.join(format!("{}.txt", name.replace('_', "-")));
        let list = list(&documents.join(format!("{name}.json")))?;
        if update {
            fs::write(&file, list)?;
            continue;
        }
        let golden = fs::read_to_string(&file).unwrap_or_default();
        if golden != list {
            same = false;
            println!("{}:", file.display());
            show(&golden, &list);
        }
    }
    if !same {
        println!(
            "\nThe public API differs from the lists. A line with - is gone, so it may break programs."
        );
        println!("To accept the difference: tests/labs/api/run --update");
    }
    Ok(same)
}

/// The public items that rustdoc found, one in a line.
fn list(document: &Path) -> Result<String, Box<dyn Error>> {
    let api = Builder::from_rustdoc_json(document)
        .omit_blanket_impls(true)
        .build()
        .map_err(|error| format!("{}: {error}", document.display()))?;
    let items = api.items().map(ToString::to_string);
    let kept = items.filter(|item| is_kept(item));
    Ok(kept.map(|item| item + "\n").collect())
}

fn is_kept(item: &str) -> bool {
    !DERIVED.iter().any(|derived| item.contains(derived))
        && says_something(item)
        && !is_in_another_draft(item)
}

/// An automatic trait is worth a line only where a type has it under a condition, or not at all.
fn says_something(item: &str) -> bool {
    let automatic = ["Send", "Sync", "Unpin"].map(|name| format!("core::marker::{name} for "));
    let minor = ["Freeze", "UnsafeUnpin", "RefUnwindSafe", "UnwindSafe"];
    if !item.starts_with("impl") {
        return true;
    }
    let before = item.split(" for ").next().unwrap_or_default();
    if minor
        .iter()
        .any(|name| before.ends_with(&format!("::{name}")))
    {
        return false;
    }
    !automatic.iter().any(|name| item.contains(name))
        || before.contains('!')
        || item.contains(" where ")
}

/// Whether an item belongs to a draft that is not listed in full. The module itself has a line.
fn is_in_another_draft(item: &str) -> bool {
    let drafts = "wsdraft::drafts::";
    if item
        .strip_prefix("pub mod wsdraft::drafts::")
        .is_some_and(|name| !name.contains(':'))
    {
        return false;
    }
    item.contains(drafts)
        && !DRAFTS
            .iter()
            .any(|name| item.contains(&format!("{drafts}{name}")))
}

/// Prints the lines that only one of two lists has.
fn show(old: &str, new: &str) {
    let (before, after): (BTreeSet<_>, BTreeSet<_>) =
        (old.lines().collect(), new.lines().collect());
    for line in before.symmetric_difference(&after) {
        let sign = if after.contains(line) { '+' } else { '-' };
        println!("{sign}{line}");
    }
    if before == after {
        println!("the same lines, in another order or number");
    }
}
