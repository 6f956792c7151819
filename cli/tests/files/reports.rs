//! The forms of a report of `wsdraft test`, of a report that was made by hand.
//!
//! `WSDRAFT_UPDATE=1 cargo test -p wsdraft-cli --test files reports` writes the golden files.

use std::{env, fs, path::PathBuf};

use serde_json::Value;
use wsdraft_conformance::{
    Verdict,
    report::{
        Document, Report,
        bar::{Bar, Measured},
        baseline::Changes,
        html, junit, sarif, schema, terminal,
    },
};

use crate::common::{markup::parse, schema::fault};

fn data(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../tests/data/conformance")
        .join(name)
}

fn by_hand() -> Report {
    let text = fs::read_to_string(data("report.json")).unwrap();
    Document::from_json(&text).unwrap().pop().unwrap()
}

#[track_caller]
fn golden(name: &str, text: &str) {
    let file = data(name);
    if env::var_os("WSDRAFT_UPDATE").is_some() {
        fs::write(&file, text).unwrap();
    }
    let checked_in = fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(
        checked_in, text,
        "{name} differs; to accept: WSDRAFT_UPDATE=1 cargo test -p wsdraft-cli --test files reports"
    );
}

#[test]
fn a_terminal_shows_what_is_not_allowed_and_where() {
    let report = by_hand();
    let shown = |strict, look| {
        let bar = Bar::new(strict, None);
        terminal::cases(&report, &bar, look)
            + &terminal::table(&report, look)
            + &terminal::sentence(&report, &bar)
    };
    let text = shown(false, terminal::Look::default());
    golden("terminal.txt", &text);
    assert!(text.contains("… and 2 more of this rule"));
    for line in terminal::table(&report, terminal::Look::default()).lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    let verbose = terminal::Look {
        verbose: true,
        colour: false,
    };
    let text = shown(true, verbose);
    golden("verbose.txt", &text);
    assert!(!text.contains("more of this rule"));
    assert!(!text.contains(|c: char| c.is_control() && c != '\n'));
    let colours = terminal::Look {
        verbose: true,
        colour: true,
    };
    let coloured = shown(true, colours);
    let mut plain = String::new();
    for (at, piece) in coloured.split("\x1b[").enumerate() {
        plain += if at == 0 {
            piece
        } else {
            piece.split_once('m').unwrap().1
        };
    }
    assert_eq!(plain, text);
}

#[test]
fn xml_is_well_formed_and_counts() {
    let report = by_hand();
    let of = |strict| {
        let bar = Bar::new(strict, None);
        junit::junit(&[Measured {
            report: &report,
            bar,
        }])
    };
    let text = of(false);
    golden("junit.xml", &text);
    let attributes = parse(&text);
    let count = |element: &str| {
        attributes
            .iter()
            .filter(|(name, key, _)| name == element && (key == "name" || key == "message"))
            .count()
    };
    assert_eq!(count("testcase"), report.cases.len());
    assert_eq!(count("failure"), 8, "6 wrong, 2 unknown");
    assert_eq!(count("skipped"), 1);
    assert!(
        text.contains("tests=\"14\" failures=\"8\" errors=\"0\" skipped=\"1\" time=\"4.321\""),
        "{text}"
    );
    assert_eq!(
        parse(&of(true))
            .iter()
            .filter(|(name, key, _)| name == "failure" && key == "type")
            .count(),
        10
    );
}

#[test]
fn sarif_describes_each_rule_that_it_names() {
    let report = by_hand();
    let measured = Measured {
        report: &report,
        bar: Bar::new(false, Some(&report)),
    };
    let log = sarif::sarif(&[measured]);
    golden("report.sarif", &format!("{log:#}\n"));
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    for result in run["results"].as_array().unwrap() {
        let rule = rules
            .iter()
            .find(|rule| rule["id"] == result["ruleId"])
            .unwrap();
        assert!(!rule["help"]["text"].as_str().unwrap().is_empty());
        assert_eq!(result["baselineState"], "unchanged");
        let uri = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        let uri = uri.as_str().unwrap();
        assert!(uri.starts_with("server/") && !uri.contains(':'), "{uri}");
    }
}

#[test]
fn pages_need_nothing_and_show_nothing_as_markup() {
    let report = by_hand();
    let mut other = report.clone();
    other.agent = "other".into();
    other.cases.truncate(4);
    let both = [report.clone(), other];
    let files: Vec<html::File> = html::overview(&both)
        .into_iter()
        .chain(both.iter().flat_map(html::pages))
        .collect();
    for file in &files {
        if !file.path.ends_with(".html") {
            continue;
        }
        for (element, attribute, value) in parse(&file.text) {
            assert!(
                !["script", "img", "link", "iframe", "object"].contains(&&*element),
                "{element}"
            );
            assert!(
                !attribute.starts_with("on") && attribute != "src",
                "{attribute}"
            );
            if attribute == "href" {
                assert!(!value.contains("://") && !value.starts_with('/'), "{value}");
                let (page, anchor) = value.split_once('#').unwrap_or((&value, ""));
                let base = file.path.split_once('/').map_or("", |(folder, _)| folder);
                let target = match (page, page.strip_prefix("../")) {
                    ("", _) => file.path.clone(),
                    (_, Some(page)) => page.to_owned(),
                    (page, None) if base.is_empty() => page.to_owned(),
                    (page, None) => format!("{base}/{page}"),
                };
                let target = files.iter().find(|file| file.path == target);
                let target = target.expect(&value);
                assert!(anchor.is_empty() || target.text.contains(&format!("id=\"{anchor}\"")));
            }
        }
        assert!(!file.text.contains("url(") && !file.text.contains("@import"));
        assert!(file.text.contains("<h1>"));
    }
    golden("index.html", &files[0].text);
    golden("index.json", &files[1].text);
    let page = |case: usize| {
        let path = html::page_of(&both[0], &report.cases[case]);
        &files.iter().find(|file| file.path == path).unwrap().text
    };
    golden("case.html", page(3));
    assert!(page(3).contains("<mark>c0</mark>"));
    assert!(page(0).contains("Sec-WebSocket-Version: <mark>0</mark>"));
    assert!(page(0).contains("Server: &lt;script&gt;alert(1)&lt;/script&gt;\\x1b[2J\\xff"));
    let mut names: Vec<&String> = files.iter().map(|file| &file.path).collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), files.len());
}

#[test]
fn the_index_has_the_shape_that_scripts_know() {
    let report = by_hand();
    let files = html::overview(std::slice::from_ref(&report));
    let index: Value = serde_json::from_str(&files[1].text).unwrap();
    let cases = index[&report.agent].as_object().unwrap();
    assert_eq!(cases.len(), report.cases.len());
    let known = [
        "OK",
        "NON-STRICT",
        "FAILED",
        "UNIMPLEMENTED",
        "INFORMATIONAL",
    ];
    for case in cases.values() {
        assert!(known.contains(&case["behavior"].as_str().unwrap()));
        assert!(known.contains(&case["behaviorClose"].as_str().unwrap()));
        assert!(case["duration"].is_u64() && case["reportfile"].is_string());
    }
    assert_eq!(cases["sizes/large"]["remoteCloseCode"], 1009);
    assert_eq!(cases["request/keeps"]["remoteCloseCode"], Value::Null);
}

#[test]
fn only_what_got_worse_is_a_finding() {
    let before = by_hand();
    let mut now = before.clone();
    let at =
        |report: &Report, id: &str| report.cases.iter().position(|case| case.id == id).unwrap();
    let mut set = |id: &str, verdict| {
        let at = at(&before, id);
        now.cases[at].verdict = verdict;
    };
    assert!(Bar::new(false, Some(&before)).is_met_by(&before));
    set("sizes/hang", Verdict::Strict);
    set("sizes/large", Verdict::NotApplicable);
    now.cases.remove(at(&before, "request/keeps"));
    assert!(Bar::new(false, Some(&before)).is_met_by(&now));
    let changes = Changes::between(&before, &now);
    assert_eq!(changes.gone, ["request/keeps", "sizes/large"]);
    assert_eq!(
        (changes.worse.len(), changes.better.len(), changes.new),
        (0, 1, 0)
    );

    // A strict one that does not apply any more is worse.
    let mut given_up = before.clone();
    let strict = before
        .cases
        .iter()
        .position(|case| case.verdict == Verdict::Strict);
    given_up.cases[strict.unwrap()].verdict = Verdict::NotApplicable;
    assert!(!Bar::new(false, Some(&before)).is_met_by(&given_up));
    let changes = Changes::between(&before, &given_up);
    assert_eq!((changes.worse.len(), changes.gone.len()), (1, 0));

    // In the order strict, stricter, lenient, unknown, wrong.
    for (id, verdict) in [
        ("frame/length-minimal/1/breaks", Verdict::Stricter),
        ("frame/length-minimal/1/breaks", Verdict::Lenient),
        ("sizes/large", Verdict::Lenient),
        ("request/host-once/1/breaks", Verdict::Unknown),
        ("sizes/hang", Verdict::Wrong),
        // It counts by itself.
        ("compression/offer", Verdict::Wrong),
    ] {
        let mut now = before.clone();
        let at = at(&before, id);
        now.cases[at].verdict = verdict;
        assert!(
            !Bar::new(false, Some(&before)).is_met_by(&now),
            "{id} {verdict}"
        );
    }
    let mut now = before.clone();
    let at = at(&before, "compression/offer");
    now.cases[at].verdict = Verdict::Lenient;
    assert!(Bar::new(false, Some(&before)).is_met_by(&now));
    assert!(!Bar::new(true, Some(&before)).is_met_by(&now));
}

#[test]
fn the_schema_describes_reports_and_nothing_else() {
    let schema = serde_json::from_str(schema::SCHEMA).unwrap();
    let report = by_hand();
    let one = serde_json::to_value(Document::new(vec![report.clone()])).unwrap();
    assert_eq!(fault(&one, &schema, &schema), None);
    let several = serde_json::to_value(Document::new(vec![report.clone(), report])).unwrap();
    assert_eq!(fault(&several, &schema, &schema), None);
    assert_eq!(Document::from_json(&several.to_string()).unwrap().len(), 2);
    let mut faulty = one.clone();
    faulty["cases"][0]["verdict"] = "fine".into();
    assert!(fault(&faulty, &schema, &schema).is_some());
    let mut faulty = one;
    faulty["more"] = 1.into();
    assert!(fault(&faulty, &schema, &schema).is_some());
}
