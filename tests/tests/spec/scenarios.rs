//! The scenarios of the conformance test: they load, name rules that exist, and cover the cases of
//! the suite that everybody knows. A faulty file is told at the place of its fault.

use std::collections::BTreeSet;

use wsdraft_spec::{Database, Scenarios, Source, scenario::Payload, vocabulary::Evidence};

fn sections() -> &'static [Scenarios] {
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

/// The groups of cases of the Autobahn testsuite, each with the number of its cases.
const AUTOBAHN: &str = "1.1:8 1.2:8 2:11 3:7 4.1:5 4.2:5 5:20 6.1:3 6.2:4 6.3:2 6.4:4 6.5:5 6.6:11 6.7:4 6.8:2 \
    6.9:4 6.10:3 6.11:5 6.12:8 6.13:5 6.14:10 6.15:1 6.16:3 6.17:5 6.18:5 6.19:5 6.20:7 6.21:8 \
    6.22:34 6.23:7 7.1:6 7.3:6 7.5:1 7.7:13 7.9:9 7.13:2 9.1:6 9.2:6 9.3:9 9.4:9 9.5:6 9.6:6 \
    9.7:6 9.8:6 10.1:1 12.1:18 12.2:18 12.3:18 12.4:18 12.5:18 13.1:18 13.2:18 13.3:18 13.4:18 \
    13.5:18 13.6:18 13.7:18";

/// The numbers of all cases of the Autobahn testsuite.
fn autobahn() -> Vec<String> {
    let groups = AUTOBAHN.split_whitespace();
    let groups = groups.map(|group| group.split_once(':').unwrap());
    let cases = groups.flat_map(|(group, cases)| {
        (1..=cases.parse::<u32>().unwrap()).map(move |case| format!("{group}.{case}"))
    });
    cases.collect()
}

/// Whether a number, or one that ends in an asterisk, stands for a case.
fn covers(number: &str, case: &str) -> bool {
    number
        .strip_suffix('*')
        .map_or(number == case, |start| case.starts_with(start))
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
        for rule in named.chain(section.tolerated.keys()).chain(covering) {
            assert!(
                known.contains(rule),
                "{}: there is no rule {rule:?}",
                section.section
            );
        }
    }
}

#[test]
fn every_case_of_autobahn_is_covered_or_explained() {
    let cases = autobahn();
    assert_eq!(cases.len(), 517);
    let mut numbers = BTreeSet::new();
    for section in sections() {
        let scenarios = section.scenarios.values();
        numbers.extend(scenarios.flat_map(|scenario| &scenario.autobahn));
        numbers.extend(section.covered.keys().chain(section.uncovered.keys()));
    }
    let missing = |case: &&String| !numbers.iter().any(|number| covers(number, case));
    let missing: Vec<_> = cases.iter().filter(missing).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let unknown = |number: &&&String| !cases.iter().any(|case| covers(number, case));
    let unknown: Vec<_> = numbers.iter().filter(unknown).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
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
        payload.bytes(b"each")
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
