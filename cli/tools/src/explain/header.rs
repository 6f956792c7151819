//! Header fields of requests and responses.

use serde::Serialize;
use wsdraft_exports::facts::{
    atlas::mentions,
    fields::{self, Use},
};

use super::{
    atlas::Atlas,
    reading::{Reading, cited},
    sheet::Sheet,
};
use crate::failure::Failure;

#[derive(Serialize)]
struct Explanation<'a> {
    kind: &'static str,
    name: &'a str,
    /// What it is in requests: the drafts, the oldest first.
    request: Vec<Use<'a>>,
    /// What it is in responses.
    response: Vec<Use<'a>>,
    /// Ids of the rules about it.
    rules: Vec<&'a str>,
    evidence: Vec<String>,
}

/// Header fields of this name. Case does not count.
pub(super) fn find(word: &str, atlas: &Atlas<'_>) -> Result<Vec<Reading>, Failure> {
    let mut names: Vec<&str> = Vec::new();
    for draft in atlas.drafts() {
        let fields = draft
            .request_headers
            .keys()
            .chain(draft.response_headers.keys());
        for name in fields.filter(|name| name.eq_ignore_ascii_case(word)) {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
    }
    names.into_iter().map(|name| explain(name, atlas)).collect()
}

fn explain(name: &str, atlas: &Atlas<'_>) -> Result<Reading, Failure> {
    let evidence = fields::newest(name, atlas).map(|field| cited(&field.evidence));
    let value = Explanation {
        kind: "header",
        name,
        request: fields::uses(name, atlas, |draft| &draft.request_headers),
        response: fields::uses(name, atlas, |draft| &draft.response_headers),
        rules: atlas.rules(|_, rule| mentions(rule, name)),
        evidence: evidence.unwrap_or_default(),
    };
    let mut sheet = Sheet::new(&format!("{name} (header field)"));
    for (what, uses) in [("requests", &value.request), ("responses", &value.response)] {
        if uses.is_empty() {
            continue;
        }
        sheet.heading(&format!("in {what}:"));
        let head = ["drafts", "for", "value", "sent"]
            .map(str::to_owned)
            .to_vec();
        let rows = uses.iter().map(|one| {
            let drafts = match one.until {
                None if atlas.only.is_some() => one.since.to_owned(),
                None => format!("since {}", one.since),
                Some(until) if until == one.since => until.to_owned(),
                Some(until) => format!("{} to {until}", one.since),
            };
            vec![
                drafts,
                one.purpose.into(),
                one.value.clone(),
                one.sent.clone(),
            ]
        });
        let rows: Vec<Vec<String>> = std::iter::once(head).chain(rows).collect();
        sheet.table(&rows);
    }
    sheet.rows(&[
        ("rules", value.rules.join(", ")),
        ("evidence", value.evidence.join("\n")),
    ]);
    Reading::new(&value, sheet)
}
