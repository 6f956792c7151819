//! What a rule says from draft to draft.

use wsdraft_spec::{Item, ResolvedDraft, model::Rule};

use crate::words;

/// A draft that states a rule, changes it, or no longer has it.
#[derive(Debug)]
pub struct Stage<'a> {
    /// Short name of the draft.
    pub draft: &'a str,
    /// What the draft changes, in words; what the rule says, where the draft is the first.
    pub changes: Vec<String>,
}

/// Drafts in a row that have a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Span<'a> {
    /// The first one.
    pub since: &'a str,
    /// The last one; `None` if the last of all drafts has it too.
    pub until: Option<&'a str>,
}

/// The drafts that have a rule, of all `drafts`, the oldest first. Drafts of which only single facts are known do not
/// count where they do not have it.
#[must_use]
pub fn spans<'a>(drafts: &[&'a ResolvedDraft], id: &str) -> Vec<Span<'a>> {
    let mut spans: Vec<Span<'_>> = Vec::new();
    let mut last: Option<&str> = None;
    for draft in drafts {
        if draft.rules.get(id).is_some() {
            if last.is_none() {
                spans.push(Span {
                    since: &draft.short,
                    until: None,
                });
            }
            last = Some(&draft.short);
        } else if let (true, Some(span)) = (draft.is_complete(), spans.last_mut()) {
            span.until = last.take().or(span.until);
        }
    }
    spans
}

/// A stage for each of all `drafts` that states the rule, changes it, or no longer has it, the oldest first.
#[must_use]
pub fn history<'a>(drafts: &[&'a ResolvedDraft], id: &str) -> Vec<Stage<'a>> {
    let mut before: Option<&Rule> = None;
    let mut is_missing = false;
    let mut stages = Vec::new();
    for draft in drafts {
        let changes = match (before, draft.rules.get(id)) {
            (None, None) => continue,
            (Some(_), None) if is_missing || !draft.is_complete() => continue,
            (Some(_), None) => {
                is_missing = true;
                vec!["does not have it".into()]
            }
            (before, Some(Item { value: rule, .. })) => {
                let is_back = std::mem::take(&mut is_missing);
                match before {
                    None => vec![stated(rule)],
                    Some(before) if before == rule && !is_back => continue,
                    Some(before) if before == rule => vec!["has it again, unchanged".into()],
                    Some(before) => changes(before, rule, is_back),
                }
            }
        };
        if let Some(item) = draft.rules.get(id) {
            before = Some(&item.value);
        }
        stages.push(Stage {
            draft: &draft.short,
            changes,
        });
    }
    stages
}

fn stated(rule: &Rule) -> String {
    format!("{}: {}", rule.level.as_str(), rule.summary)
}

/// What a draft changes of a rule, in words.
fn changes(before: &Rule, now: &Rule, is_back: bool) -> Vec<String> {
    let mut changes = Vec::new();
    if is_back {
        changes.push("has it again".into());
    }
    if (before.level, &before.summary) != (now.level, &now.summary) {
        // Others may follow on the same line.
        changes.push(stated(now).trim_end_matches('.').into());
    }
    if before.by != now.by || before.scope != now.scope {
        changes.push(format!("kept by {}", words::keeper(now)));
    }
    if before.when != now.when {
        changes.push("another condition".into());
    }
    if before.require != now.require {
        changes.push("another requirement".into());
    }
    if before.otherwise != now.otherwise {
        changes.push(format!("broken: {}", words::outcome(now.otherwise)));
    }
    if before.evidence != now.evidence {
        changes.push("other evidence".into());
    }
    if changes.is_empty() {
        changes.push("stated anew".into());
    }
    changes
}
