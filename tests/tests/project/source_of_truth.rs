//! The spec is the only source of truth: no hand-written code outside the data and the tests
//! names a draft, a header field of the protocol, a close code, or a text that it hashes.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use wsdraft_spec::{Database, vocabulary::Expr};

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// Every hand-written file of Rust, of the page of `serve`, or of an export, that is neither data nor a test.
fn sources() -> Vec<PathBuf> {
    fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                if !["target", "tests", "examples", "benches", "generated"].contains(&name.as_str())
                {
                    walk(&path, files);
                }
            } else if [
                ".rs", ".js", ".html", ".py", ".ts", ".c", ".h", ".go", ".java", ".lua",
            ]
            .iter()
            .any(|end| name.ends_with(end))
                && name != "tests.rs"
            {
                files.push(path);
            }
        }
    }
    let mut files = Vec::new();
    for folder in ["spec", "codegen", "runtime", "cli"] {
        walk(&workspace().join(folder), &mut files);
    }
    files
}

/// A file's code: without comments, and without the tests at its end.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines()
        .enumerate()
        .take_while(|(_, line)| line.trim() != "#[cfg(test)]")
        .map(|(at, line)| (at + 1, line))
        .filter(|(_, line)| {
            !["//", "--"]
                .iter()
                .any(|start| line.trim_start().starts_with(start))
        })
}

/// What only the data may say.
fn forbidden() -> BTreeSet<String> {
    fn texts(expr: &Expr, out: &mut BTreeSet<String>) {
        match expr {
            Expr::Base64(inner) | Expr::Sha1(inner) | Expr::Md5(inner) => texts(inner, out),
            Expr::Concat(parts) => parts.iter().for_each(|part| texts(part, out)),
            Expr::Text(text) => {
                out.insert(text.clone());
            }
            _ => {}
        }
    }
    let database = Database::built_in().unwrap();
    let mut words = BTreeSet::new();
    for written in database.drafts() {
        let draft = database.resolved(&written.short).unwrap();
        words.insert(draft.short.clone());
        words.insert(draft.short.replace('-', "_"));
        words.insert(draft.name.clone());
        for (name, header) in draft
            .request_headers
            .iter()
            .chain(draft.response_headers.iter())
        {
            if name.to_ascii_lowercase().contains("websocket") {
                words.insert(name.clone());
            }
            if let wsdraft_spec::vocabulary::Source::Value(expr) = &header.value.send {
                texts(expr, &mut words);
            }
        }
        if let Some(key) = &draft.session_key {
            texts(&key.value.value, &mut words);
        }
        words.extend(draft.close_codes.keys().map(ToString::to_string));
    }
    words
}

/// Whether a line has the word, in any case, not as a part of a longer one.
fn has_word(line: &str, word: &str) -> bool {
    let (line, word) = (line.to_ascii_lowercase(), word.to_ascii_lowercase());
    let is_part = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
    line.match_indices(&word).any(|(at, _)| {
        let before = at.checked_sub(1).and_then(|at| line.as_bytes().get(at));
        !is_part(before) && !is_part(line.as_bytes().get(at + word.len()))
    })
}

#[test]
fn only_the_data_knows_drafts_headers_and_codes() {
    let words = forbidden();
    assert!(words.contains("1002") && words.contains("Sec-WebSocket-Accept"));
    let files = sources();
    assert!(files.len() > 50, "the search finds the sources");
    let is_rust = |file: &Path| file.extension().is_some_and(|end| end == "rs");
    assert!(files.iter().any(|file| !is_rust(file)), "and the page");
    let mut found = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let shown = file.strip_prefix(workspace()).unwrap().display();
        for (at, line) in code(&text) {
            // The page counts milliseconds, and thousands of them are no close codes.
            let may_be = |word: &&String| is_rust(&file) || word.parse::<u16>().is_err();
            let words = words.iter().filter(may_be);
            for word in words.filter(|word| has_word(line, word)) {
                found.push(format!("{shown}:{at}: {word}: {}", line.trim()));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_search_finds_what_it_looks_for() {
    assert!(has_word("match code { 1002 => x }", "1002"));
    assert!(has_word(
        "let header = \"sec-websocket-KEY\";",
        "Sec-WebSocket-Key"
    ));
    assert!(!has_word(
        "let header = \"Sec-WebSocket-Key1\";",
        "Sec-WebSocket-Key"
    ));
    assert!(!has_word("let port = 11002;", "1002"));
    let text = "//! 1002\nlet a = 1; // kept\n/// 1003\n#[cfg(test)]\nmod tests { 1004 }\n";
    assert_eq!(code(text).count(), 1);
}
