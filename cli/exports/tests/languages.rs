//! Modules of programming languages: what they have in them. A laboratory compiles and runs them.

use wsdraft_exports::{Document, languages};
use wsdraft_spec::{Database, Source};

type Export = fn(&Database) -> Vec<Document>;

const ALL: [(&str, Export); 5] = [
    ("typescript", languages::typescript),
    ("python", languages::python),
    ("c", languages::c),
    ("go", languages::go),
    ("java", languages::java),
];

fn text(export: Export, database: &Database) -> String {
    let documents = export(database);
    let texts: Vec<String> = documents.into_iter().map(|one| one.text).collect();
    texts.join("\n")
}

#[test]
fn every_file_says_what_it_is() {
    let database = Database::built_in().unwrap();
    for (name, export) in ALL {
        for document in export(database) {
            let start: String = document.text.lines().take(9).collect();
            for part in [
                "SPDX-License-Identifier: MIT OR Apache-2.0 OR CC0-1.0",
                &format!("wsdraft {}", env!("CARGO_PKG_VERSION")),
                &format!("wsdraft export {name} --out DIR"),
            ] {
                assert!(start.contains(part), "{}: {start}", document.path);
            }
        }
    }
}

#[test]
fn every_language_has_every_draft_rule_and_close_code() {
    let database = Database::built_in().unwrap();
    for (name, export) in ALL {
        let text = text(export, database);
        let has = |word: &str| assert!(text.contains(&format!("\"{word}\"")), "{name} {word}");
        for draft in database.drafts() {
            has(&draft.short);
            let draft = database.resolved(&draft.short).unwrap();
            if !draft.is_complete() {
                continue;
            }
            draft.rules.keys().for_each(|id| has(id));
            for (code, entry) in draft.close_codes.iter() {
                has(&entry.value.name);
                assert!(text.contains(&code.to_string()), "{name} {code}");
            }
            for opcode in draft.opcodes.keys() {
                has(opcode);
            }
        }
        assert_eq!(export(database), export(database));
    }
}

/// The rows of the table of rules, with the fields that a test asks for.
fn rows(text: &str) -> Vec<&str> {
    let start = text.find("export const RULES").unwrap();
    let end = start + text[start..].find("\n];").unwrap();
    text[start..end].split("id: \"").skip(1).collect()
}

#[test]
fn a_head_shows_the_rules_about_frames_and_no_others() {
    let database = Database::built_in().unwrap();
    let text = text(languages::typescript, database);
    let rows = rows(&text);
    assert!(rows.len() > 100, "{}", rows.len());
    let mut shown = [0; 4];
    for row in rows {
        let has = |field: &str, word: &str| row.contains(&format!("{field}: \"{word}\""));
        let words = ["head", "stream", "close-code", "elsewhere"];
        let place = words.iter().position(|word| has("shown", word)).unwrap();
        shown[place] += 1;
        let by_heads = has("scope", "frame") && !has("level", "may");
        assert_eq!(place < 2, by_heads, "{row}");
        assert!(place != 2 || has("scope", "close"), "{row}");
    }
    assert!(shown.iter().all(|count| *count > 0), "{shown:?}");
}

#[test]
fn a_dialect_comes_along_and_ends_no_text() {
    let dialect = r#"Draft(
        name: "ours */ \" \u{202e} 1", short: "ours-1", type: "ours", status: "private", extends: "rfc6455",
        evidence: [Own("A test \\ \u{202e}")],
        rules: (amend: {"control-frame-length": (require: PayloadAtMost(20), evidence: [Own("??/")])}),
    )"#;
    let source = Source {
        file: "ours-1.ron".into(),
        text: dialect.into(),
    };
    let database = Database::built_in()
        .unwrap()
        .clone()
        .with([source])
        .unwrap();
    for (name, export) in ALL {
        let text = text(export, &database);
        assert!(text.contains("\"ours-1\""), "{name}");
        assert!(!text.contains('\u{202e}'), "{name}");
    }
}

/// The program that the documentation of the command shows for a language.
fn shown(readme: &str, language: &str) -> String {
    let (_, section) = readme
        .split_once(&format!("### `wsdraft export {language}`\n"))
        .unwrap();
    let (_, block) = section.split_once(&format!("```{language}\n")).unwrap();
    let (block, _) = block.split_once("```\n").unwrap();
    block.to_owned()
}

#[test]
fn every_module_shows_the_program_of_the_documentation() {
    let database = Database::built_in().unwrap();
    let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md");
    let readme = std::fs::read_to_string(readme).unwrap();
    for (name, export) in ALL {
        let before = match name {
            "python" => "    ",
            "typescript" | "java" => " * ",
            "c" => " *     ",
            _ => "//\t",
        };
        let lines = shown(&readme, name);
        let lines = lines.lines();
        let lines = lines.map(|line| format!("{}\n", format!("{before}{line}").trim_end()));
        let program: String = lines.collect();
        let text = text(export, database);
        assert!(
            text.contains(&program),
            "{name}: the modules show\n{text:.3000}"
        );
        assert!(program.lines().count() < 40, "{name}");
    }
}

#[test]
fn a_module_without_such_a_frame_shows_no_program() {
    let (file, written) = wsdraft_spec::files()
        .find(|(file, _)| *file == "drafts/rfc6455.ron")
        .unwrap();
    assert!(written.contains("newest: true"));
    let source = Source {
        file: file.into(),
        text: written.replacen("newest: true", "newest: false", 1),
    };
    let database = Database::built_in().unwrap().clone();
    let Ok(database) = database.with([source]) else {
        panic!("a database without a newest draft")
    };
    for (name, export) in ALL {
        let text = text(export, &database);
        assert!(!text.contains("This program"), "{name}");
        assert!(!text.contains("@draft@"), "{name}");
    }
}
