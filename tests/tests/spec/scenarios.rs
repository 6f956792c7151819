//! The scenarios of the conformance test load, and name rules that exist. An error in a file names its
//! place.

use std::{collections::BTreeSet, fs, path::Path};

use wsdraft_spec::{Database, Scenarios, Source, scenario::Payload, vocabulary::Evidence};

pub(crate) fn sections() -> &'static [Scenarios] {
    Scenarios::built_in().unwrap_or_else(|errors| panic!("{errors}"))
}

/// The ids of all rules, of drafts and of extensions.
fn rules() -> BTreeSet<String> {
    let database = Database::built_in().unwrap();
    let drafts = database.drafts().into_iter().flat_map(|draft| {
        let resolved = database.resolved(&draft.short).unwrap();
        resolved.rules.keys().cloned().collect::<Vec<_>>()
    });
    let extensions = database.extensions().iter();
    let extensions = extensions.flat_map(|extension| extension.rules.keys().cloned());
    drafts.chain(extensions).collect()
}

#[test]
fn what_is_built_in_loads() {
    let scenarios = sections()
        .iter()
        .flat_map(|section| section.scenarios.iter());
    assert!(scenarios.count() > 150);
}

#[test]
fn every_rule_exists() {
    let known = rules();
    for section in sections() {
        let scenarios = section.scenarios.values();
        let named = scenarios.flat_map(|scenario| &scenario.rules);
        let covering = section.covered.values().flatten();
        let excused = section.tolerated.keys().chain(section.repeated.keys());
        for rule in named.chain(excused).chain(covering) {
            assert!(
                known.contains(rule),
                "{}: there is no rule {rule:?}",
                section.section
            );
        }
    }
}

#[test]
fn every_draft_exists() {
    let database = Database::built_in().unwrap();
    for section in sections() {
        for (name, scenario) in section.scenarios.iter() {
            let known = |since: &String| database.resolved(since).is_some();
            assert!(
                scenario.since.iter().all(known),
                "{}/{name}",
                section.section
            );
        }
    }
}

/// A verdict that calls software wrong has to rest on more than memory.
#[test]
fn evidence_is_more_than_memory() {
    for section in sections() {
        for (name, scenario) in section.scenarios.iter() {
            let strongest = scenario.evidence.first().unwrap();
            assert!(!strongest.is_unverified(), "{}/{name}", section.section);
        }
        for (rule, tolerated) in section.tolerated.iter() {
            let recalled = tolerated.evidence.contains(&Evidence::Recalled);
            assert!(!recalled, "{rule}");
        }
        for (rule, repeated) in section.repeated.iter() {
            let texts = |one: &Evidence| matches!(one, Evidence::Rfc(..));
            assert!(repeated.evidence.iter().all(texts), "{rule}");
        }
    }
}

/// What is not listed as tolerated calls a receiver wrong. These rules have a sentence that obliges
/// the receiver, and nobody moves one of them by accident.
#[test]
fn a_receiver_is_obliged_by_few_rules() {
    let database = Database::built_in().unwrap();
    let newest = database
        .resolved(&database.newest().unwrap().short)
        .unwrap();
    let tolerated: BTreeSet<_> = sections()
        .iter()
        .flat_map(|section| section.tolerated.keys())
        .collect();
    let frames = newest.rules.iter().filter(|(_, rule)| {
        let scope = format!("{:?}", rule.value.scope);
        ["Frame", "Message", "Close"].contains(&scope.as_str())
    });
    let obliged = frames
        .map(|(id, _)| id)
        .filter(|id| !tolerated.contains(id));
    let obliged: BTreeSet<_> = obliged.map(String::as_str).collect();
    let expected = [
        "client-frame-masked",
        "opcode-known",
        "reserved-bits-clear",
        "server-frame-unmasked",
        "text-utf8",
    ];
    assert_eq!(obliged, BTreeSet::from(expected));
}

#[test]
fn payloads_are_what_they_are_written_as() {
    let bytes = |text: &str| {
        let payload = Payload::try_from(text.to_owned()).unwrap();
        assert_eq!(String::from(payload.clone()), text);
        payload.bytes(b"each").into_owned()
    };
    assert_eq!(bytes(""), b"");
    assert_eq!(bytes("text"), b"text");
    assert_eq!(bytes("{each}"), b"each");
    assert_eq!(bytes("hex:03e8 2a*3"), b"\x03\xe8***");
    assert_eq!(bytes("noise:1000").len(), 1000);
    assert_eq!(bytes("noise:1000"), bytes("noise:1000"));
    assert!(bytes("noise:10000").iter().collect::<BTreeSet<_>>().len() == 256);
    assert!(bytes("letters:1000").iter().all(u8::is_ascii_lowercase));
    for faulty in [
        "hex:0",
        "hex:zz",
        "hex:00*x",
        "hex:00*99999999",
        "noise:",
        "letters:-1",
        "noise:99999999",
    ] {
        assert!(Payload::try_from(faulty.to_owned()).is_err(), "{faulty}");
    }
}

fn errors(text: &str) -> String {
    let source = Source {
        file: "faulty.ron".into(),
        text: text.into(),
    };
    let errors = Scenarios::load([source]).expect_err("it is faulty");
    errors.to_string()
}

/// A section with a single scenario, on the third line.
fn one(scenario: &str) -> String {
    format!(
        "Scenarios(\n    section: \"one\", title: \"One\", scenarios: {{\n        \"only\": ({scenario}),\n    }},\n)"
    )
}

#[test]
fn a_faulty_file_names_the_place() {
    let good = "summary: \"The peer must answer.\", evidence: [Rfc(\"6455\", \"5.2\")]";
    let source = Source {
        file: "good.ron".into(),
        text: one(good),
    };
    assert!(Scenarios::load([source]).is_ok());
    for (scenario, said) in [
        (
            "summary: \"The peer must answer.\", evidence: []".to_owned(),
            "needs evidence",
        ),
        (
            "summary: \"no sentence\", evidence: [Rfc(\"6455\", \"5.2\")]".to_owned(),
            "write a sentence",
        ),
        (
            format!("{good}, steps: [Breaks(\"text-utf8\")]"),
            "`rules` does not list",
        ),
        (format!("{good}, steps: [Send([])]"), "nothing is sent"),
        (
            format!("{good}, steps: [Chopped(0, [Text(\"a\")])]"),
            "at least one byte",
        ),
        (
            format!("{good}, steps: [Send([Fragmented(kind: Text, size: 0, payload: \"a\")])]"),
            "at least one byte",
        ),
        (
            format!("{good}, steps: [Repeat(0, [Probe])]"),
            "at least once",
        ),
        (
            format!("{good}, steps: [Expect([])]"),
            "nothing is expected",
        ),
        (format!("{good}, steps: [OneOf([])]"), "no answer is listed"),
        (
            format!("{good}, steps: [OneOf([(answers: [End], means: Lenient)])]"),
            "needs a reason",
        ),
        (
            format!("{good}, steps: [Probe], opening: (outcome: Refused([400]))"),
            "must refuse",
        ),
        (
            format!("{good}, opening: (declined: true)"),
            "no extensions",
        ),
        (
            format!("{good}, autobahn: [\"5.x\"]"),
            "not the number of a case",
        ),
        (
            format!("{good}, each: {{\"Not a name\": \"\"}}"),
            "a name consists of",
        ),
        (
            format!("{good}, steps: [Send([Text(\"hex:0\")])]"),
            "not hex",
        ),
        (
            format!("{good}, steps: [Send([Text(\"noise:many\")])]"),
            "no number of bytes",
        ),
        (format!("{good}, steps: [Sned([])]"), "Sned"),
    ] {
        let errors = errors(&one(&scenario));
        assert!(errors.contains(said), "{scenario}: {errors}");
        assert!(errors.contains("faulty.ron:3:"), "{scenario}: {errors}");
    }
}

#[test]
fn a_faulty_section_names_the_place() {
    let section = |fields: &str| {
        format!("Scenarios(\n    section: \"one\", title: \"One\",\n    {fields},\n)")
    };
    for (fields, said) in [
        (
            "tolerated: {\"text-utf8\": (why: \"It does.\", evidence: [])}",
            "needs evidence",
        ),
        (
            "tolerated: {\"text-utf8\": (why: \"\", evidence: [Recalled])}",
            "write a sentence",
        ),
        ("covered: {\"3.*\": []}", "one rule at least"),
        (
            "covered: {\"three\": [\"text-utf8\"]}",
            "not the number of a case",
        ),
        ("uncovered: {\"3.1\": \"because\"}", "write a sentence"),
    ] {
        let errors = errors(&section(fields));
        assert!(errors.contains(said), "{fields}: {errors}");
        assert!(errors.contains("faulty.ron:3:"), "{fields}: {errors}");
    }
}

/// The document about the tester: `docs/testing-conformance.md`.
fn document() -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/testing-conformance.md");
    fs::read_to_string(page).unwrap()
}

/// A word is a field or a variant of the model.
#[test]
fn the_document_has_every_word() {
    let model = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/src/scenario/model.rs");
    let model = fs::read_to_string(model).unwrap();
    let document = document();
    let (mut missing, mut count) = (Vec::new(), 0);
    // How a payload is written is no word.
    let (model, _) = model.split_once("/// A payload.").unwrap();
    for line in model.lines().filter_map(|line| line.strip_prefix("    ")) {
        let line = line.strip_prefix("pub ").unwrap_or(line).trim_start();
        let end = line.find(|letter: char| !letter.is_alphanumeric() && letter != '_');
        let (word, rest) = line.split_at(end.unwrap_or(line.len()));
        let is_word = !word.is_empty() && rest.starts_with([':', ',', '(', ' ']);
        if !is_word || ["Self", "const", "fn", "table", "vocabulary"].contains(&word) {
            continue;
        }
        count += 1;
        let mut places = document.match_indices(word);
        let code = |at: usize| {
            let before = document[..at].rsplit('\n').next().unwrap();
            before.matches('`').count() % 2 == 1
        };
        if !places.any(|(at, _)| code(at)) {
            missing.push(word.to_owned());
        }
    }
    assert!(missing.is_empty(), "{missing:?}");
    assert!(count > 60, "{count} words");
}

#[test]
fn the_example_in_the_document_loads() {
    let document = document();
    let (_, example) = document.split_once("```ron\n").unwrap();
    let (example, _) = example.split_once("```").unwrap();
    let source = Source {
        file: "example.ron".into(),
        text: example.into(),
    };
    let loaded = Scenarios::load([source]).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(loaded[0].scenarios.len(), 1);
}
