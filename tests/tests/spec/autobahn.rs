//! The cases of the Autobahn testsuite: the scenarios and the inputs of rules cover all of them, and
//! the document about the tester says which covers which.
//!
//! `WSDRAFT_UPDATE=1 cargo test -p wsdraft-tests --all-features --test spec autobahn` writes the
//! table in the document anew.

use std::{collections::BTreeSet, env, fmt::Write as _, fs, path::Path};

use crate::scenarios::sections;

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

/// The titles of the suite's sections.
const TITLES: [(&str, &str); 11] = [
    ("1", "Framing"),
    ("2", "Pings and pongs"),
    ("3", "Reserved bits"),
    ("4", "Opcodes"),
    ("5", "Fragmentation"),
    ("6", "UTF-8"),
    ("7", "Closing"),
    ("9", "Limits and performance"),
    ("10", "Automatic fragmentation"),
    ("12", "Compression: lengths"),
    ("13", "Compression: parameters"),
];

/// What covers a case: ids of our cases, or the reason why nothing does.
fn covering(case: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for section in sections() {
        for (name, scenario) in section.scenarios.iter() {
            if scenario.autobahn.iter().any(|number| covers(number, case)) {
                let each = if scenario.each.is_empty() { "" } else { "/*" };
                found.insert(format!("`{}/{name}{each}`", section.section));
            }
        }
        for (_, rules) in section
            .covered
            .iter()
            .filter(|(number, _)| covers(number, case))
        {
            found.extend(rules.iter().map(|rule| format!("inputs of `{rule}`")));
        }
        for (_, reason) in section
            .uncovered
            .iter()
            .filter(|(number, _)| covers(number, case))
        {
            found.insert(reason.clone());
        }
    }
    found
}

/// The table in the document: a row for each run of cases that the same cases of ours cover.
fn table() -> String {
    let mut text = String::from("| Autobahn | about | our cases |\n|---|---|---|\n");
    let mut rows: Vec<(String, String, BTreeSet<String>)> = Vec::new();
    for case in autobahn() {
        let found = covering(&case);
        let group = |case: &str| case.rsplit_once('.').map(|(group, _)| group.to_owned());
        match rows.last_mut() {
            Some((_, last, same)) if *same == found && group(last) == group(&case) => *last = case,
            _ => rows.push((case.clone(), case, found)),
        }
    }
    for (first, last, found) in rows {
        let section = first.split('.').next().unwrap();
        let (_, title) = TITLES.iter().find(|(name, _)| *name == section).unwrap();
        let numbers = if first == last {
            first
        } else {
            format!("{first} to {last}")
        };
        let found: Vec<String> = found.into_iter().collect();
        writeln!(text, "| {numbers} | {title} | {} |", found.join(", ")).unwrap();
    }
    text
}

#[test]
fn the_document_says_what_covers_each_case() {
    const BEGIN: &str = "<!-- autobahn: begin -->\n";
    const END: &str = "<!-- autobahn: end -->\n";
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/testing-conformance.md");
    let text = fs::read_to_string(&page).unwrap();
    let (before, rest) = text.split_once(BEGIN).expect("the start of the table");
    let (_, after) = rest.split_once(END).expect("the end of the table");
    let written = format!("{before}{BEGIN}{}{END}{after}", table());
    if env::var_os("WSDRAFT_UPDATE").is_some() {
        fs::write(page, written).unwrap();
    } else {
        assert!(
            text == written,
            "docs/testing-conformance.md: the table of Autobahn's cases differs from the data; to accept: \
             WSDRAFT_UPDATE=1 cargo test -p wsdraft-tests --all-features --test spec autobahn"
        );
    }
}
