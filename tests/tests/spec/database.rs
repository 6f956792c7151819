//! The database as a record: identities, its tables, and what is wrong with faulty files.
//!
//! `WSDRAFT_UPDATE=1 cargo test -p wsdraft-tests --test spec database` writes the tables under
//! `data/golden/` and the expected errors under `data/faulty/` anew.

use std::{collections::BTreeMap, env, fmt::Write as _, fs, path::Path};

use serde_json::Value;
use wsdraft_spec::{
    Database, Item, Registry, ResolvedDraft, Source, Table,
    model::Header,
    vocabulary::{Evidence, Level, Purpose},
};

mod registries;

fn database() -> &'static Database {
    Database::built_in().unwrap()
}

/// Drafts with a place in the history, the oldest first, then the others.
fn history() -> Vec<&'static ResolvedDraft> {
    let mut drafts = database().drafts();
    drafts.reverse();
    drafts.sort_by_key(|draft| draft.serial.is_none());
    let resolved = |short: &String| database().resolved(short).unwrap();
    drafts.iter().map(|draft| resolved(&draft.short)).collect()
}

/// Compares a text with a checked-in file, or writes that.
fn compare(file: &Path, text: &str) {
    if env::var_os("WSDRAFT_UPDATE").is_some() {
        fs::write(file, text).unwrap();
    }
    let golden = fs::read_to_string(file).unwrap_or_default();
    let place = file.display();
    assert_eq!(
        golden, text,
        "{place}; to accept: WSDRAFT_UPDATE=1 cargo test -p wsdraft-tests --test spec database"
    );
}

fn here(file: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(file)
}

#[test]
fn identities_are_those_of_the_table() {
    let table = fs::read_to_string(here("data/vectors/drafts.tsv")).unwrap();
    let mut rows = table.lines();
    let names: Vec<&str> = rows.next().unwrap().split('\t').collect();
    let text = |value: Option<String>| value.unwrap_or_else(|| "-".into());
    let mut count = 0;
    for row in rows {
        let row: BTreeMap<&str, &str> = names.iter().copied().zip(row.split('\t')).collect();
        let draft = database().draft(row["name"]).expect(row["name"]);
        let revision = draft.revision.map(|revision| format!("{revision:02}"));
        let version = draft.wire_version.map(|version| version.to_string());
        for (column, ours) in [
            ("type", draft.series.clone()),
            ("revision", text(revision)),
            (
                "serial",
                text(draft.serial.map(|serial| serial.to_string())),
            ),
            ("issued", text(draft.issued.map(|date| date.to_string()))),
            ("expires", text(draft.expires.map(|date| date.to_string()))),
            ("status", draft.status.clone()),
            ("wire_version", text(version)),
        ] {
            assert_eq!(ours, row[column], "{column} of {}", row["name"]);
        }
        count += 1;
    }
    assert_eq!(count, 90);
    assert_eq!(database().drafts().len(), count);
}

#[test]
fn all_hybi_drafts_and_the_last_two_of_hixie_are_complete() {
    let complete: Vec<_> = history()
        .into_iter()
        .filter(|draft| draft.is_complete())
        .map(|draft| draft.short.clone())
        .collect();
    assert_eq!(complete.len(), 21, "{complete:?}");
    assert_eq!(complete[..2], ["hixie-75", "hixie-76"]);
    assert_eq!(complete[20], "rfc6455");
}

#[test]
fn every_draft_but_the_first_is_a_delta_over_the_one_before() {
    let history = history();
    assert_eq!(history[0].lineage, ["hixie-00"]);
    for pair in history.windows(2) {
        let parent = database().draft(&pair[1].short).unwrap().extends.as_ref();
        assert_eq!(parent, Some(&pair[0].short));
    }
}

/// A draft is the newest because its file says so, however large the serials of others are.
#[test]
fn one_draft_is_the_newest() {
    let stated = database().drafts().into_iter().filter(|draft| draft.newest);
    assert_eq!(stated.count(), 1);
    let text = "Draft(name: \"ours-1\", short: \"ours-1\", type: \"ours\", status: \"private\", \
                evidence: [Own(\"A test\")], extends: \"rfc6455\", serial: 99, issued: \"2030-01-01\")";
    let (file, text) = ("ours.ron".into(), text.into());
    let known = database().clone().with([Source { file, text }]).unwrap();
    assert_eq!(known.newest().unwrap().short, "rfc6455");
}

/// An amendment changes the fields that it states and the evidence, and tells who stated that.
#[test]
fn an_amended_item_keeps_what_is_not_amended() {
    let rule = |draft: &str, id: &str| {
        let draft = database().resolved(draft).unwrap();
        draft.rules.get(id).unwrap().clone()
    };
    let (before, after) = (
        rule("hybi-07", "host-present"),
        rule("hybi-08", "host-present"),
    );
    assert_eq!(
        (before.since.as_str(), before.stated_in.as_str()),
        ("hixie-75", "hixie-75")
    );
    assert_eq!(
        (after.since.as_str(), after.stated_in.as_str()),
        ("hixie-75", "hybi-08")
    );
    assert_ne!(before.value.otherwise, after.value.otherwise);
    assert_ne!(before.value.evidence, after.value.evidence);
    let mut expected = before.value;
    expected.otherwise = after.value.otherwise;
    expected.evidence.clone_from(&after.value.evidence);
    assert_eq!(after.value, expected);
    // It is placed by who placed it: no longer before the rule that it was put before.
    let placed = rule("hybi-07", "upgrade-once").value;
    assert!(placed.before.is_some());
    assert_eq!(rule("hybi-08", "upgrade-once").value.before, None);
    let order = |draft: &str| {
        let draft = database().resolved(draft).unwrap();
        let at = |id: &str| draft.rules.keys().position(|key| key == id).unwrap();
        at("upgrade-once") < at(placed.before.as_deref().unwrap())
    };
    assert!(order("hybi-07") && order("hybi-08"));
}

/// Optional fields can be amended to be absent, and stronger evidence can be cited for an item
/// that an ancestor amended.
#[test]
fn an_amendment_takes_a_field_away() {
    let text = "Draft(name: \"ours-1\", short: \"ours-1\", type: \"ours\", status: \"private\", \
                evidence: [Own(\"A test\")], extends: \"hybi-08\", \
                close_codes: (amend: {[1005, 1006]: (local: None, evidence: [Own(\"A test\")])}), \
                cited: {\"rules/host-present\": [Own(\"A test\")]})";
    let (file, text) = ("ours.ron".into(), text.into());
    let known = database().clone().with([Source { file, text }]).unwrap();
    let draft = known.resolved("ours-1").unwrap();
    for code in [1005, 1006] {
        let item = draft.close_codes.get(&code).unwrap();
        assert_eq!((item.value.local, item.value.on_wire), (None, false));
        assert_eq!(item.stated_in, "ours-1");
    }
    let cited = draft.rules.get("host-present").unwrap();
    assert_eq!(cited.stated_in, "hybi-08");
    assert_eq!(cited.value.evidence[0], Evidence::Own("A test".into()));
    assert_eq!(cited.value.evidence[1], Evidence::Note("HyBi 08".into()));
}

/// In which drafts a field stands, as ranges.
fn availability(pick: impl Fn(&ResolvedDraft) -> Vec<String>) -> BTreeMap<String, String> {
    let mut fields: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let history = history();
    for (at, draft) in history.iter().enumerate() {
        for name in pick(draft) {
            fields.entry(name).or_default().push(at);
        }
    }
    let ranges = |places: Vec<usize>| {
        let mut out = String::new();
        let mut start = 0;
        for (index, &at) in places.iter().enumerate() {
            if places.get(index + 1) == Some(&(at + 1)) {
                continue;
            }
            let (first, last) = (&history[places[start]].short, &history[at].short);
            let comma = if out.is_empty() { "" } else { ", " };
            if first == last {
                write!(out, "{comma}{first}").unwrap();
            } else {
                write!(out, "{comma}{first} to {last}").unwrap();
            }
            start = index + 1;
        }
        out
    };
    let fields = fields.into_iter();
    fields
        .map(|(name, places)| (name, ranges(places)))
        .collect()
}

#[test]
fn header_availability() {
    // Fields of HTTP itself are there in every draft, whether a rule refers to them or not.
    let own = |headers: &Table<String, Item<Header>>| {
        let own = headers.iter();
        let own = own.filter(|(_, item)| item.value.purpose != Purpose::Http);
        own.map(|(name, _)| name.clone()).collect()
    };
    let request = availability(|draft| own(&draft.request_headers));
    let response = availability(|draft| own(&draft.response_headers));
    let mut out =
        String::from("# Header fields by draft\n\n| field | request | response |\n|---|---|---|\n");
    let mut names: Vec<&String> = request.keys().chain(response.keys()).collect();
    names.sort();
    names.dedup();
    for name in names {
        let none = String::from("-");
        let (asked, given) = (request.get(name), response.get(name));
        let (asked, given) = (asked.unwrap_or(&none), given.unwrap_or(&none));
        writeln!(out, "| `{name}` | {asked} | {given} |").unwrap();
    }
    out.push_str("\n## Where Perl's WebSocket::Version says otherwise\n\nThe table of its documentation is not in the copy that was seen; these are the known claims of the\ntable and of the samples, with the decision that the database records.\n\n");
    for draft in history() {
        for conflict in &draft.conflicts {
            let claims = conflict.claims.iter();
            let perl = claims.filter(|claim| claim.by.kind() == "perl");
            let said: Vec<_> = perl
                .map(|claim| format!("{}: {}", claim.by, claim.says))
                .collect();
            if !said.is_empty() {
                let (about, decision) = (&conflict.about, &conflict.decision);
                writeln!(
                    out,
                    "- {}, {about}. {}. {decision}",
                    draft.short,
                    said.join("; ")
                )
                .unwrap();
            }
        }
    }
    compare(&here("data/golden/header-availability.md"), &out);
}

/// Counts evidence in what drafts state themselves; inherited facts are not counted again.
fn count(value: &Value, counts: &mut BTreeMap<String, usize>, facts: &mut usize) {
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                let lists: Vec<&Value> = match (name.as_str(), inner) {
                    ("evidence", list) => {
                        *facts += 1;
                        vec![list]
                    }
                    ("cited", Value::Object(items)) => items.values().collect(),
                    _ => Vec::new(),
                };
                for evidence in lists.into_iter().filter_map(Value::as_array).flatten() {
                    let kind = match evidence {
                        Value::String(kind) => kind.clone(),
                        Value::Object(kind) => kind.keys().next().cloned().unwrap_or_default(),
                        _ => continue,
                    };
                    *counts.entry(kind).or_default() += 1;
                }
                count(inner, counts, facts);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| count(item, counts, facts)),
        _ => {}
    }
}

#[test]
fn evidence() {
    let (mut counts, mut facts) = (BTreeMap::new(), 0);
    let (mut conflicts, mut changes) = (0, 0);
    for draft in database().drafts() {
        count(
            &serde_json::to_value(draft).unwrap(),
            &mut counts,
            &mut facts,
        );
        conflicts += draft.conflicts.len();
        changes += draft.changes.len();
    }
    let mut out = format!(
        "# Facts of the drafts by kind of evidence\n\n{facts} facts, {changes} of them changes told in words, and {conflicts} conflicts between sources. A fact may have evidence of\nseveral kinds.\n\n| evidence | times |\n|---|---|\n"
    );
    for (kind, times) in &counts {
        writeln!(out, "| {kind} | {times} |").unwrap();
    }
    compare(&here("data/golden/evidence.md"), &out);
}

#[test]
fn faulty_files_are_explained_where_they_are_wrong() {
    let mut files: Vec<_> = fs::read_dir(here("data/faulty"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|file| file.extension().is_some_and(|extension| extension == "ron"))
        .collect();
    files.sort();
    assert!(files.len() >= 9);
    for file in files {
        let source = Source {
            file: file.file_name().unwrap().to_string_lossy().into_owned(),
            text: fs::read_to_string(&file).unwrap(),
        };
        let errors = database().clone().with([source]).expect_err("it is faulty");
        compare(&file.with_extension("txt"), &format!("{errors}\n"));
    }
}

/// A dialect that says nothing of its version has that of the draft that it extends.
#[test]
fn a_version_number_is_inherited() {
    let dialect = |more: &str| {
        let text = format!(
            "Draft(name: \"ours-1\", short: \"ours-1\", type: \"ours\", status: \"private\", \
             evidence: [Own(\"A test\")], extends: \"hybi-12\", {more})"
        );
        let file = "ours.ron".into();
        database().clone().with([Source { file, text }])
    };
    let version = |more: &str| {
        let known = dialect(more).unwrap();
        known.resolved("ours-1").unwrap().wire_version
    };
    let field = |number: u16| {
        format!(
            "request_headers: (replace: {{\"Sec-WebSocket-Version\": (purpose: Version, \
             value: Version([{number}]), send: Version, evidence: [Own(\"A test\")])}})"
        )
    };
    assert_eq!(version(""), Some(8));
    let (own, other) = (field(99), field(98));
    assert_eq!(version(&format!("wire_version: 99, {own}")), Some(99));
    let told = dialect(&own).unwrap_err().to_string();
    assert!(
        told.contains("the draft's own version, 8, is not among these"),
        "{told}"
    );
    assert!(dialect(&format!("wire_version: 99, {other}")).is_err());
}

/// The RFC's text is at hand, so nothing that it is said to ask for is taken from others' word.
#[test]
fn each_rule_of_the_rfc_stands_in_an_rfc() {
    let newest = history().pop().unwrap();
    assert_eq!(newest.short, "rfc6455");
    assert!(newest.rules.len() > 40);
    for (id, rule) in newest.rules.iter() {
        let cites = |evidence: &Evidence| matches!(evidence, Evidence::Rfc(..));
        assert!(rule.value.evidence.iter().any(cites), "{id}");
    }
}

/// What drafts had and the RFC has not: how far each rule reaches.
#[test]
fn rules_end_where_they_ended() {
    let holds = |id: &str| {
        let history = history();
        let has = |draft: &&&ResolvedDraft| draft.rules.get(id).is_some();
        let mut shorts = history.iter().filter(has).map(|draft| draft.short.as_str());
        let first = shorts.next().unwrap();
        (first, shorts.next_back().unwrap_or(first))
    };
    for (id, first, last) in [
        ("compression-known", "hybi-03", "hybi-03"),
        ("cookies-deferred", "hybi-02", "hybi-13"),
        ("internal-error-reported", "hybi-08", "hybi-17"),
        ("response-upgrade-once", "hixie-75", "rfc6455"),
        ("response-connection-once", "hixie-75", "hybi-05"),
        ("upgrade-once", "hixie-76", "hybi-13"),
        ("connection-once", "hixie-75", "hybi-05"),
        ("origin-once", "rfc6455", "rfc6455"),
    ] {
        assert_eq!(holds(id), (first, last), "{id}");
    }
    for draft in history() {
        let Some(port) = draft.rules.get("host-port") else {
            continue;
        };
        assert_ne!(port.value.level, Level::Must, "{}", draft.short);
    }
}
