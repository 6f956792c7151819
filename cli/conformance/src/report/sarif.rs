//! A report as SARIF 2.1.0, for tools that show findings.

use serde_json::{Map, Value, json};

use super::{
    Report, Tested,
    bar::{Bar, Measured, Standing},
};
use crate::verdict::Verdict;

/// The schema of the log.
const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// The log: a run for each report, with a result for each lenient, wrong or unknown verdict.
#[must_use]
pub fn sarif(all: &[Measured<'_>]) -> Value {
    let runs = all.iter().map(|one| run(one.report, &one.bar));
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": runs.collect::<Vec<Value>>(),
    })
}

fn run(report: &Report, bar: &Bar<'_>) -> Value {
    let cases = report.cases.iter();
    let cases: Vec<&Tested> = cases.filter(|case| level(case, bar).is_some()).collect();
    let mut rules: Vec<(String, Value)> = Vec::new();
    for case in &cases {
        let id = rule_id(case);
        if !rules.iter().any(|(known, _)| *known == id) {
            let value = describe(report, case, &id);
            rules.push((id, value));
        }
    }
    let results = cases.iter().map(|case| result(report, case, bar));
    let rules = rules.into_iter().map(|(_, value)| value);
    json!({
        "tool": {"driver": {
            "name": "wsdraft",
            "version": env!("CARGO_PKG_VERSION"),
            "rules": rules.collect::<Vec<Value>>(),
        }},
        "results": results.collect::<Vec<Value>>(),
        "properties": {
            "agent": report.agent,
            "subject": report.subject,
            "draft": report.draft,
            "summary": report.summary,
        },
    })
}

/// How bad a case is; `None` if there is nothing to say of it.
fn level(case: &Tested, bar: &Bar<'_>) -> Option<&'static str> {
    match (case.verdict, bar.of(case)) {
        (Verdict::Strict, _)
        | (Verdict::Stricter | Verdict::NotApplicable, Standing::Fine | Standing::Known) => None,
        (Verdict::Wrong, _) => Some("error"),
        (Verdict::Unknown, _)
        | (Verdict::Stricter | Verdict::Lenient | Verdict::NotApplicable, Standing::Finding) => {
            Some("warning")
        }
        (Verdict::Lenient, Standing::Fine | Standing::Known) => Some("note"),
    }
}

/// The rule that a case is about, or the case itself if it is about none.
fn rule_id(case: &Tested) -> String {
    case.rules.first().unwrap_or(&case.id).clone()
}

fn describe(report: &Report, case: &Tested, id: &str) -> Value {
    let (summary, citation, severity) = match report.rule(id) {
        Some(rule) => {
            let severity = match &*rule.level {
                "MUST" => "error",
                "SHOULD" => "warning",
                _ => "note",
            };
            (&rule.summary, &rule.citation, severity)
        }
        None => (&case.title, &case.citation, "error"),
    };
    let mut help = format!("{summary} A strict endpoint: {}", case.strict);
    if let Some(tolerated) = &case.tolerated {
        help.push_str(&format!(" Tolerated: {tolerated}"));
    }
    help.push_str(&format!(" Written in: {citation}"));
    json!({
        "id": id,
        "shortDescription": {"text": summary},
        "help": {"text": help},
        "defaultConfiguration": {"level": severity},
        "properties": {"citation": citation},
    })
}

fn result(report: &Report, case: &Tested, bar: &Bar<'_>) -> Value {
    let mut result = Map::new();
    let mut put = |name: &str, value: Value| result.insert(name.into(), value);
    put("ruleId", rule_id(case).into());
    put("level", level(case, bar).into());
    let text = format!("{}: {} {}", case.verdict, case.why, case.title);
    put("message", json!({"text": text.trim_end()}));
    put(
        "locations",
        json!([{
            "physicalLocation": {"artifactLocation": {"uri": uri(report)}},
            "logicalLocations": [{"fullyQualifiedName": case.id, "kind": "test"}],
        }]),
    );
    // So that a tool knows the finding again in the next run.
    put("partialFingerprints", json!({"case/v1": case.id}));
    if bar.has_baseline() {
        let state = match bar.before(&case.id) {
            None => "new",
            Some(before) if before == case.verdict => "unchanged",
            Some(_) => "updated",
        };
        put("baselineState", state.into());
    }
    put(
        "properties",
        json!({
            "case": case.id,
            "agent": report.agent,
            "verdict": case.verdict,
            "rules": case.rules,
            "citation": case.citation,
            "autobahn": case.autobahn,
            "tookMs": case.took_ms,
            "closeCode": case.close_code,
            "mark": case.mark,
            "wire": case.wire,
        }),
    );
    Value::Object(result)
}

/// A relative reference that stands for the peer: tools refuse one with a scheme.
fn uri(report: &Report) -> String {
    let agent = &report.agent;
    let name = agent.split_once("://").map_or(&**agent, |(_, rest)| rest);
    let kept = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let words = name.split(|c| !kept(c)).filter(|word| !word.is_empty());
    let name = words.collect::<Vec<&str>>().join("-");
    let name = if name.is_empty() { "unnamed" } else { &name };
    format!("{}/{name}", report.subject)
}
