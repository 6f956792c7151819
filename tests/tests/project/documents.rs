//! What the documents name is there: files, functions, links, and pieces of other files.
//!
//! `WSDRAFT_UPDATE=1 cargo test -p wsdraft-tests --all-features --test project documents` writes the
//! pieces in `docs/spec-to-rust.md` anew.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// Documents whose paths and names are checked.
const DOCUMENTS: &[&str] = &[
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "cli/README.md",
    "cli/analysis/README.md",
    "cli/conformance/README.md",
    "cli/exports/README.md",
    "cli/tools/README.md",
    "codegen/README.md",
    "codegen/macros/README.md",
    "runtime/README.md",
    "runtime/interpreter/README.md",
    "spec/README.md",
    "spec/packed/README.md",
    "spec/vocabulary/README.md",
    "docs/finding-a-1006.md",
    "docs/spec-to-rust.md",
    "docs/testing-conformance.md",
];
/// More documents whose links are checked.
const LINKED: &[&str] = &[
    "CHANGELOG.md",
    "tests/labs/peers/README.md",
    "tests/results/benchmarks.md",
    "tests/results/conformance-peers.md",
    "tests/results/conformance.md",
    "tests/results/strictness.md",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn read(file: impl AsRef<Path>) -> String {
    let file = root().join(file);
    fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// A document without its blocks of code, line by line.
fn prose(text: &str) -> String {
    let mut fenced = false;
    let mut kept = String::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            kept += line;
        }
        kept.push('\n');
    }
    kept
}

/// What stands between backticks, with what follows it.
fn quoted(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (_, after) = rest.split_once('`')?;
        let (word, after) = after.split_once('`')?;
        rest = after;
        Some((word, after))
    })
}

/// Whether the project has such a file: `<name>` stands for any name, `{a,b}` for each of two.
fn exists(path: &str) -> bool {
    if let Some((before, rest)) = path.split_once('{') {
        let (choices, after) = rest.split_once('}').expect("a closing brace");
        let mut choices = choices.split(',');
        return choices.all(|choice| exists(&format!("{before}{choice}{after}")));
    }
    let mut places = vec![root().to_owned()];
    for part in path.split('/').filter(|part| !part.is_empty()) {
        places = places
            .iter()
            .flat_map(|place| matching(place, part))
            .collect();
    }
    !places.is_empty()
}

fn matching(folder: &Path, part: &str) -> Vec<PathBuf> {
    let ends = part.split_once('<').and_then(|(start, rest)| {
        let (_, end) = rest.split_once('>')?;
        Some((start, end))
    });
    let Some((start, end)) = ends.or_else(|| part.split_once('*')) else {
        let path = folder.join(part);
        return path.exists().then_some(path).into_iter().collect();
    };
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut paths = entries.map(|entry| entry.unwrap().path());
    let fits = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with(start) && name.ends_with(end)
    };
    paths.find(fits).into_iter().collect()
}

/// The path that a quoted text is, if it is one: it starts with what the project's folder holds, or
/// is a file of ours by its ending.
fn path(word: &str) -> Option<&str> {
    let path = word.split_whitespace().next()?;
    let first = path.split('/').next()?;
    let is_ours = path.contains('/') && !first.is_empty() && root().join(first).exists();
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    (is_ours || ["rs", "md"].contains(&ending)).then_some(path)
}

/// Work that depends on the length of the message has one row in the picture, with a cell for each.
#[test]
fn the_picture_of_the_benchmarks_has_a_row_for_each_kind() {
    let picture = read("tests/results/benchmarks.svg");
    for kind in ["Receive binary", "Mixed text, to keep", "Send as a client"] {
        assert_eq!(picture.matches(&format!(">{kind}<")).count(), 1, "{kind}");
    }
}

#[test]
fn every_path_is_there() {
    let (mut missing, mut checked) = (Vec::new(), 0);
    for document in DOCUMENTS {
        for (word, _) in quoted(&prose(&read(document))) {
            if let Some(path) = path(word) {
                checked += 1;
                if !exists(path) {
                    missing.push(format!("{document}: {path}"));
                }
            }
        }
    }
    assert!(missing.is_empty(), "not there: {missing:#?}");
    assert!(checked > 60, "{checked} paths");
}

/// After a path, a list in parentheses names what its file holds: "`a/b.rs` (`step`, `Taken`)".
#[test]
fn every_name_after_a_file_is_in_it() {
    let (mut missing, mut checked) = (Vec::new(), 0);
    for document in DOCUMENTS {
        for (word, after) in quoted(&prose(&read(document))) {
            let after = after.trim_start();
            let Some((list, _)) = after
                .strip_prefix("(`")
                .and_then(|rest| rest.split_once(')'))
            else {
                continue;
            };
            let Some(file) = path(word).filter(|path| exists(path)) else {
                continue;
            };
            let text = read(file);
            for (name, _) in quoted(&format!("`{list}")) {
                checked += 1;
                let known = |part: &str| {
                    let mut words =
                        text.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
                    words.any(|word| word == part)
                };
                if !name.split("::").all(known) {
                    missing.push(format!("{document}: {name} in {file}"));
                }
            }
        }
    }
    assert!(missing.is_empty(), "not there: {missing:#?}");
    assert!(checked > 10, "{checked} names");
}

#[test]
fn every_link_leads_somewhere() {
    let mut missing = Vec::new();
    for document in DOCUMENTS.iter().chain(LINKED) {
        let text = prose(&read(document));
        let folder = root().join(document);
        let folder = folder.parent().unwrap();
        for (_, rest) in text
            .match_indices("](")
            .map(|(at, _)| text.split_at(at + 2))
        {
            let target = rest.split([')', '#']).next().unwrap();
            let is_ours = !target.is_empty() && !target.contains(':');
            if is_ours && !folder.join(target).exists() {
                missing.push(format!("{document}: {target}"));
            }
        }
    }
    assert!(missing.is_empty(), "not there: {missing:#?}");
}

/// The lines of a file from the first one that starts with `first`, with the documentation above it, up
/// to the next one that is as far indented and is `last`. Without `last`, it is one line.
fn piece(file: &str, first: &str, last: &str) -> String {
    let text = read(file);
    let lines: Vec<&str> = text.lines().collect();
    let place = lines
        .iter()
        .position(|line| line.trim_start().starts_with(first));
    let place = place.unwrap_or_else(|| panic!("{file} has no {first}"));
    let documented = lines[..place]
        .iter()
        .rev()
        .take_while(|line| line.trim_start().starts_with("///"));
    let start = place - documented.count();
    let indent = |line: &str| line.len() - line.trim_start().len();
    let ends = |line: &&str| line.trim() == last && indent(line) == indent(lines[place]);
    let length = if last.is_empty() {
        0
    } else {
        let end = lines[place..].iter().position(ends);
        end.unwrap_or_else(|| panic!("{file}: nothing ends {first}"))
    };
    lines[start..=place + length].join("\n") + "\n"
}

/// A block of code after a comment `<!-- piece: FILE | FIRST | LAST -->` is that piece of the file,
/// byte for byte.
#[test]
fn pieces_stand_in_their_files() {
    let page = root().join("docs/spec-to-rust.md");
    let text = fs::read_to_string(&page).unwrap();
    let mut written = String::new();
    let (mut rest, mut count) = (&text[..], 0);
    while let Some((before, after)) = rest.split_once("<!-- piece: ") {
        let (comment, after) = after.split_once(" -->\n").expect("a comment");
        let (fence, after) = after.split_once('\n').expect("a block");
        assert!(fence.starts_with("```"), "{comment}: {fence}");
        let (_, after) = after.split_once("```\n").expect("the end of the block");
        let mut parts = comment.split(" | ");
        let mut part = || parts.next().unwrap_or_default();
        let (file, first, last) = (part(), part(), part());
        written += &format!("{before}<!-- piece: {comment} -->\n{fence}\n");
        written += &format!("{}```\n", piece(file, first, last));
        rest = after;
        count += 1;
    }
    written += rest;
    assert!(count > 5, "{count} pieces");
    if env::var_os("WSDRAFT_UPDATE").is_some() {
        fs::write(page, written).unwrap();
    } else {
        assert!(
            text == written,
            "docs/spec-to-rust.md: a piece differs from its file; to accept: WSDRAFT_UPDATE=1 cargo test \
             -p wsdraft-tests --all-features --test project documents"
        );
    }
}

/// The page on cancel safety has every future of the adapters, and each one states its own.
#[test]
fn every_future_tells_whether_it_may_be_dropped() {
    fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, files);
            } else {
                files.push(path);
            }
        }
    }
    let adapters = root().join("runtime/src/adapters");
    let page = read(adapters.join("guide/cancel_safety.rs"));
    let mut files = Vec::new();
    walk(&adapters, &mut files);
    let (mut missing, mut count) = (Vec::new(), 0);
    for file in files {
        let text = read(&file);
        let mut before = text.as_str();
        while let Some((head, rest)) = before.split_once("\n    pub async fn ") {
            let name = rest.split(['(', '<']).next().unwrap();
            let comment = head.rsplit("\n\n").next().unwrap();
            let listed = [format!("`{name}`"), format!("::{name}`")];
            count += 1;
            if !comment.contains("# Cancel safety") || !listed.iter().any(|it| page.contains(it)) {
                missing.push(format!("{}: {name}", file.display()));
            }
            before = rest;
        }
    }
    assert!(count > 30, "{count} futures");
    assert!(missing.is_empty(), "{missing:#?}");
}
