//! No word of the vocabulary can be forgotten, and the emitters know only the lowered model.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The code whose matches name every word.
const EXHAUSTIVE: [&str; 6] = [
    "codegen/src/emit",
    "codegen/src/lower",
    "codegen/src/model",
    "runtime/interpreter/src",
    "spec/src/check",
    "spec/src/extension/check",
];

/// Catch-all arms that stand for no word, by file and reason.
const ALLOWED: [(&str, &str, &str); 12] = [
    // Arms of generated matches over bytes, lengths, and the kinds that a layout has no frame for.
    ("emit/layout/plain.rs", "_ => return None,", "generated"),
    (
        "emit/layout/delimited.rs",
        "_ => Kind::Reserved,",
        "generated",
    ),
    ("emit/layout/delimited.rs", "_ => return None,", "generated"),
    (
        "emit/layout/prefixed/encode.rs",
        "let too_long = (layout.longest < u64::MAX).then(|| quote!(_ => return None,));",
        "generated",
    ),
    (
        "emit/layout/prefixed/encode.rs",
        "_ => return None,",
        "generated",
    ),
    ("emit/types.rs", "_ => None,", "generated"),
    ("emit/types.rs", "_ => #otherwise,", "generated"),
    ("emit/types.rs", "_ => self.is_allowed(),", "generated"),
    // Matches over other types.
    (
        "interpreter/src/frames.rs",
        "_ => Kind::Reserved,",
        "an opcode that is absent",
    ),
    (
        "interpreter/src/vectors.rs",
        "_ => None,",
        "events of the inspector",
    ),
    (
        "interpreter/src/vectors/frames/wire.rs",
        "_ => NONCE.into(),",
        "masks of the runtime",
    ),
    ("extension/check.rs", "_ => None,", "two dates"),
];

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The Rust files of a module: its folder and the file beside it.
fn files(module: &str) -> Vec<PathBuf> {
    fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, files);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    let folder = workspace().join(module);
    let mut files = Vec::new();
    walk(&folder, &mut files);
    files.extend(Some(folder.with_extension("rs")).filter(|file| file.exists()));
    assert!(!files.is_empty(), "{module} has no files");
    files
}

/// The lines of code that match, as `file: line`.
fn lines(module: &str, test: impl Fn(&str) -> bool) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for file in files(module) {
        let text = fs::read_to_string(&file).unwrap();
        let code = text.lines().map(str::trim);
        let code = code.filter(|line| !line.starts_with("//"));
        let hits = code.filter(|line| test(line));
        found.extend(hits.map(|line| (file.display().to_string(), line.to_owned())));
    }
    found
}

/// Whether a line has an arm that is `_` or `_ if …`.
fn is_catch_all(line: &str) -> bool {
    let arm = |at: usize| !line[..at].ends_with(|one: char| one.is_alphanumeric());
    let mut plain = line.match_indices("_ =>");
    let mut guarded = line.match_indices("_ if ");
    plain.any(|(at, _)| arm(at)) || guarded.any(|(at, _)| arm(at))
}

#[test]
fn no_match_over_words_has_a_catch_all_arm() {
    let mut used = Vec::new();
    for module in EXHAUSTIVE {
        for (file, line) in lines(module, is_catch_all) {
            let known = ALLOWED.iter().position(|(end, allowed, reason)| {
                file.ends_with(end) && line == *allowed && !reason.is_empty()
            });
            let at = known.unwrap_or_else(|| panic!("{file}: name the words instead of `{line}`"));
            used.push(at);
        }
    }
    for (at, (file, line, _)) in ALLOWED.iter().enumerate() {
        assert!(used.contains(&at), "{file} has no line `{line}` any more");
    }
    // What the search finds.
    assert!(
        is_catch_all("_ => None,")
            && is_catch_all("x => y, _ => z")
            && is_catch_all("_ if a => b,")
    );
    assert!(!is_catch_all("Some(_) => None,") && !is_catch_all("no_ => None,"));
}

#[test]
fn the_emitters_know_only_the_model() {
    let forbidden = [
        "ResolvedDraft",
        "ResolvedExtension",
        "Item<",
        "wsdraft_spec::model",
        "wsdraft_spec::requirement",
        "wsdraft_spec::Item",
        "model as written",
    ];
    let found = lines("codegen/src/emit", |line| {
        forbidden.iter().any(|name| line.contains(name))
    });
    assert!(found.is_empty(), "{found:?}");
    let imports = lines("codegen/src/emit", |line| line.contains("wsdraft_spec::"));
    for (file, line) in imports {
        let words = [
            "wsdraft_spec::vocabulary",
            "wsdraft_spec::extension",
            "wsdraft_spec::{",
        ];
        assert!(
            words.iter().any(|word| line.contains(word)),
            "{file}: {line}"
        );
    }
}
