//! Opcodes of frames.

use serde::Serialize;
use wsdraft_exports::facts::opcodes;

use super::{
    atlas::Atlas,
    reading::{Reading, cited, number},
    sheet::Sheet,
};
use crate::{failure::Failure, words};

#[derive(Serialize)]
struct Explanation<'a> {
    kind: &'static str,
    name: &'a str,
    /// The value in the newest of the drafts.
    value: u8,
    does: &'static str,
    draft: &'a str,
    since: &'a str,
    values: Vec<Stage<'a>>,
    rules: Vec<&'a str>,
    evidence: Vec<String>,
}

#[derive(Serialize)]
struct Stage<'a> {
    since: &'a str,
    until: Option<&'a str>,
    value: u8,
}

/// Opcodes of this value or name.
pub(super) fn find(word: &str, atlas: &Atlas<'_>) -> Result<Vec<Reading>, Failure> {
    let value = number(word);
    let mut names: Vec<&str> = Vec::new();
    // The newest meaning first.
    for draft in atlas.drafts().into_iter().rev() {
        for (name, item) in draft.opcodes.iter() {
            let has_value = value == Some(item.value.value.into());
            if (has_value || name.eq_ignore_ascii_case(word)) && !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
    }
    let found = names.into_iter().filter_map(|name| explain(name, atlas));
    found.collect()
}

fn explain(name: &str, atlas: &Atlas<'_>) -> Option<Result<Reading, Failure>> {
    let spans = atlas.spans(|draft| Some(draft.opcodes.get(name)?.value.value));
    let last = spans.last()?;
    let item = last.last.opcodes.get(name)?;
    let kind = item.value.kind;
    let rules = opcodes::rules(atlas, name, kind);
    let value = Explanation {
        kind: "opcode",
        name,
        value: last.value,
        does: words::kind(kind),
        draft: &last.last.short,
        since: &item.since,
        values: spans
            .iter()
            .map(|span| Stage {
                since: span.since,
                until: span.until,
                value: span.value,
            })
            .collect(),
        rules,
        evidence: cited(&item.value.evidence),
    };
    let title = format!(
        "{name} (opcode 0x{:X}), as {} has it",
        value.value, value.draft
    );
    let mut sheet = Sheet::new(&title);
    sheet.paragraph(&format!("A frame with this opcode {}.", value.does));
    let values = spans
        .iter()
        .map(|span| format!("0x{:X} {}", span.value, span.drafts()));
    sheet.rows(&[
        ("value", values.collect::<Vec<_>>().join("\n")),
        ("since", value.since.to_owned()),
        ("rules", value.rules.join(", ")),
        ("evidence", value.evidence.join("\n")),
    ]);
    Some(Reading::new(&value, sheet))
}
