//! An index of reports in the shape that the Autobahn testsuite gave its `index.json`.

use serde_json::{Map, Value, json};

use super::{Report, Tested};
use crate::verdict::Verdict;

/// The index: agents, their cases, and what came of each. The functions give the name of an agent
/// and of the page of a case.
#[must_use]
pub fn index(
    reports: &[Report],
    agent: impl Fn(&Report) -> String,
    page: impl Fn(&Report, &Tested) -> String,
) -> Value {
    let mut agents = Map::new();
    for report in reports {
        let cases = report.cases.iter();
        let cases: Map<String, Value> = cases
            .map(|case| (case.id.clone(), entry(case, &page(report, case))))
            .collect();
        agents.insert(agent(report), Value::Object(cases));
    }
    Value::Object(agents)
}

fn entry(case: &Tested, page: &str) -> Value {
    let behaviour = behaviour(case.verdict);
    json!({
        "behavior": behaviour,
        "behaviorClose": behaviour,
        "duration": case.took_ms,
        "remoteCloseCode": case.close_code,
        "reportfile": page,
    })
}

/// A verdict in the words of the Autobahn testsuite. There, a case is not implemented if the peer
/// does not have what the case needs, and informational if nothing obliges the peer.
#[must_use]
pub const fn behaviour(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Strict => "OK",
        Verdict::Stricter => "INFORMATIONAL",
        Verdict::Lenient => "NON-STRICT",
        Verdict::Wrong | Verdict::Unknown => "FAILED",
        Verdict::NotApplicable => "UNIMPLEMENTED",
    }
}
