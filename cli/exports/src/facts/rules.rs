//! What a rule says from draft to draft.

use wsdraft_spec::{Item, ResolvedDraft, model::Rule};

use crate::words;

/// A draft that states a rule or changes it.
#[derive(Debug)]
pub struct Stage<'a> {
    /// Short name of the draft.
    pub draft: &'a str,
    /// The rule as the draft has it.
    pub rule: &'a Rule,
    /// What the draft changes, in words; what the rule says, where the draft is the first.
    pub changes: Vec<String>,
}

/// A stage for each draft that states the rule or changes it, the oldest first.
#[must_use]
pub fn history<'a>(holders: &[&'a ResolvedDraft], id: &str) -> Vec<Stage<'a>> {
    let mut before: Option<&Rule> = None;
    let mut stages = Vec::new();
    for draft in holders {
        let Some(Item { value: rule, .. }) = draft.rules.get(id) else {
            continue;
        };
        let changes = match before {
            None => vec![stated(rule)],
            Some(before) if before == rule => continue,
            Some(before) => changes(before, rule),
        };
        stages.push(Stage {
            draft: &draft.short,
            rule,
            changes,
        });
        before = Some(rule);
    }
    stages
}

fn stated(rule: &Rule) -> String {
    format!("{}: {}", rule.level.as_str(), rule.summary)
}

/// What a draft changes of a rule, in words.
fn changes(before: &Rule, now: &Rule) -> Vec<String> {
    let mut changes = Vec::new();
    if (before.level, &before.summary) != (now.level, &now.summary) {
        changes.push(stated(now));
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
