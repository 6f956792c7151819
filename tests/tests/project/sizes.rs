//! Files and functions stay short enough to be read at once.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Most lines of a file.
const FILE: usize = 400;
/// Most lines of a function, from its name to its last brace.
const FUNCTION: usize = 60;

/// The folders whose files are counted.
const FOLDERS: [&str; 7] = [
    "spec",
    "codegen",
    "runtime",
    "cli",
    "examples",
    "tests/src",
    "tests/tests",
];

/// The files of Rust and Lua of the project that nothing generated, by their paths in it.
fn files() -> Vec<(String, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("target") && !path.ends_with("generated") {
                walk(&path, found);
            } else if path
                .extension()
                .is_some_and(|end| end == "rs" || end == "lua")
            {
                found.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut found = Vec::new();
    for folder in FOLDERS {
        walk(&root.join(folder), &mut found);
    }
    let read = |path: PathBuf| {
        let name = path.strip_prefix(root).unwrap().display().to_string();
        (name, fs::read_to_string(path).unwrap())
    };
    found.into_iter().map(read).collect()
}

/// The functions of a formatted file, with their lines.
fn functions(text: &str) -> Vec<(&str, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let indent = |line: &str| line.len() - line.trim_start().len();
    let mut found = Vec::new();
    for (at, &line) in lines.iter().enumerate() {
        let Some(name) = name(line) else {
            continue;
        };
        // A function without a body ends in a semicolon.
        let ends = |end: &str| {
            indent(end) == indent(line) && (end.trim_start().starts_with('}') || end.ends_with(';'))
        };
        let length = if line.ends_with(['}', ';']) {
            Some(0)
        } else {
            lines[at..].iter().position(|&end| ends(end))
        };
        let length = length.unwrap_or_else(|| panic!("nothing ends {name}"));
        found.push((name, length + 1));
    }
    found
}

/// The name of the function that starts on this line.
fn name(line: &str) -> Option<&str> {
    let mut line = line.trim_start();
    if let Some(rest) = line.strip_prefix("pub") {
        line = match rest.strip_prefix('(') {
            Some(rest) => rest.split_once(')')?.1,
            None => rest,
        };
        line = line.strip_prefix(' ')?;
    }
    while let Some(rest) = ["const ", "async "]
        .into_iter()
        .find_map(|word| line.strip_prefix(word))
    {
        line = rest;
    }
    let name = line.strip_prefix("fn ")?;
    name.split(['(', '<']).next()
}

#[test]
fn files_are_short() {
    let files = files();
    assert!(files.len() > 400, "{} files", files.len());
    let long = files.iter().filter(|(_, text)| text.lines().count() > FILE);
    let long: Vec<&str> = long.map(|(name, _)| name.as_str()).collect();
    assert!(long.is_empty(), "more than {FILE} lines: {long:?}");
}

#[test]
fn functions_outside_tests_are_short() {
    let (mut long, mut count) = (Vec::new(), 0);
    for (file, text) in files() {
        if file.split('/').any(|part| part == "tests") {
            continue;
        }
        for (name, lines) in functions(&text) {
            count += 1;
            if lines > FUNCTION {
                long.push(format!("{file}: {name} has {lines}"));
            }
        }
    }
    assert!(count > 2000, "{count} functions");
    assert!(long.is_empty(), "more than {FUNCTION} lines: {long:?}");
}

#[test]
fn lines_of_functions_are_counted() {
    let text = "\
impl A {
    pub(crate) const fn one() -> u8 { 1 }

    fn without(
        a: u8,
    ) -> u8;

    async fn three<T>()
    where
        T: B,
    {
        fn inner() {
        }
    }
}
";
    let expected = [("one", 1), ("without", 3), ("three", 7), ("inner", 2)];
    assert_eq!(functions(text), expected);
}
