//! What the files say of themselves: their licences, and the command that writes them again.

use wsdraft_exports::{Document, kaitai, languages, scapy, suricata, wireshark};
use wsdraft_spec::{Database, Source};

type Export = fn(&Database) -> Vec<Document>;

const ALL: [(&str, Export); 9] = [
    ("c", languages::c),
    ("go", languages::go),
    ("java", languages::java),
    ("kaitai", kaitai),
    ("python", languages::python),
    ("scapy", scapy),
    ("suricata", suricata),
    ("typescript", languages::typescript),
    ("wireshark", wireshark),
];

fn dialects(count: usize) -> Database {
    let sources = (1..=count).map(|number| Source {
        file: format!("ours-{number}.ron"),
        text: format!(
            r#"Draft(name: "ours-{number}", short: "ours-{number}", type: "ours", status: "private",
                extends: "rfc6455", evidence: [Own("A test")])"#
        ),
    });
    let database = Database::built_in().unwrap().clone();
    database.with(sources).unwrap()
}

#[test]
fn every_file_names_its_licences() {
    for (form, export) in ALL {
        for document in export(Database::built_in().unwrap()) {
            let start: Vec<&str> = document.text.lines().take(4).collect();
            let has = start.join("\n").contains("MIT OR Apache-2.0 OR CC0-1.0");
            assert!(has, "{form} {}: {start:?}", document.path);
            assert!(!document.text.contains("License: "), "{}", document.path);
        }
    }
}

/// The files that have comments.
fn texts(export: Export, database: &Database) -> Vec<Document> {
    let mut documents = export(database);
    documents.retain(|document| !document.path.ends_with(".json"));
    documents
}

#[test]
fn the_command_of_a_file_names_the_folder_of_further_drafts() {
    for (form, export) in ALL {
        for document in texts(export, Database::built_in().unwrap()) {
            let text = &document.text;
            assert!(text.contains(&format!("wsdraft export {form}")), "{form}");
            assert!(!text.contains("--spec-dir"), "{form} {}", document.path);
        }
        for (count, said) in [
            (2, "SPECS is the folder with ours-1, ours-2."),
            (
                6,
                "SPECS is the folder with ours-1, ours-2, ours-3, ours-4 and 2 more.",
            ),
        ] {
            for document in texts(export, &dialects(count)) {
                let text = &document.text;
                assert!(
                    text.contains("--spec-dir SPECS"),
                    "{form} {}",
                    document.path
                );
                assert!(text.contains(said), "{form} {}", document.path);
            }
        }
    }
}

#[test]
fn a_draft_in_place_of_a_built_in_one_counts_as_further() {
    let (_, text) = wsdraft_spec::files()
        .find(|(file, _)| *file == "drafts/rfc6455.ron")
        .unwrap();
    let source = Source {
        file: "drafts/rfc6455.ron".into(),
        text: format!("{text}\n// changed\n"),
    };
    let database = Database::built_in().unwrap().clone();
    let database = database.with([source]).unwrap();
    let text = &languages::python(&database)[0].text;
    assert!(text.contains("SPECS is the folder with rfc6455."));
}
