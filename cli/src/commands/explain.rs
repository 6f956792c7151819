//! `wsdraft explain`: what a rule says, where it is written, since when.

use clap::Args;
use serde::Serialize;
use wsdraft_spec::{Item, ResolvedDraft, did_you_mean, model::Rule, vocabulary as spec};

use crate::{failure::Failure, outcome::Outcome, output::Output, specs::Specs, words};

/// Explain a rule: what it says, which document states it, and what follows a violation.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Id of the rule.
    rule: String,
    /// Draft whose wording to show; by default the newest one that has the rule.
    #[arg(long)]
    draft: Option<String>,
}

#[derive(Serialize)]
struct Explanation<'a> {
    rule: &'a str,
    level: &'static str,
    summary: &'a str,
    evidence: Vec<String>,
    since: &'a str,
    until: Option<&'a str>,
    close_code: Option<u16>,
    http_status: Option<u16>,
    /// What shows whether it is kept: `input`, `conversation` or `nothing`.
    shown_by: &'static str,
    /// Why nothing does.
    hidden_because: Option<&'a str>,
}

/// The name of what shows whether a rule is kept, and why nothing does.
const fn shown_by(visibility: spec::Visibility<'_>) -> (&'static str, Option<&str>) {
    match visibility {
        spec::Visibility::Input => ("input", None),
        spec::Visibility::Conversation(_) => ("conversation", None),
        spec::Visibility::Hidden(why) => ("nothing", Some(why)),
    }
}

fn texts(evidence: &[spec::Evidence]) -> Vec<String> {
    evidence.iter().map(ToString::to_string).collect()
}

/// Explains a rule.
pub(crate) fn run(
    arguments: &Arguments,
    specs: &Specs,
    output: Output,
) -> Result<Outcome, Failure> {
    let id = arguments.rule.as_str();
    let database = specs.database();
    let mut history: Vec<&ResolvedDraft> = database
        .drafts()
        .into_iter()
        .filter_map(|draft| database.resolved(&draft.short))
        .collect();
    history.sort_by_key(|draft| (draft.serial.is_none(), draft.serial));
    let holders: Vec<&ResolvedDraft> = history
        .iter()
        .copied()
        .filter(|draft| draft.rules.get(id).is_some())
        .collect();
    let chosen = match &arguments.draft {
        Some(name) => specs.resolved(name)?,
        None => match holders.last() {
            Some(newest) => newest,
            None => {
                if explain_of_extension(specs, id, output)? {
                    return Ok(Outcome::Fine);
                }
                let known = history
                    .iter()
                    .flat_map(|draft| draft.rules.keys())
                    .map(String::as_str);
                return Err(Failure::input(format!(
                    "no draft has a rule {id:?}{}",
                    did_you_mean(id, known)
                )));
            }
        },
    };
    let Some(item) = chosen.rules.get(id) else {
        let known = chosen.rules.keys().map(String::as_str);
        return Err(Failure::input(format!(
            "{} has no rule {id:?}{}",
            chosen.short,
            did_you_mean(id, known)
        )));
    };
    let explanation = explain(id, item, &history, &holders);
    if output.is_json() {
        output.document(&explanation)?;
    } else {
        output.text(&text(&explanation, item, chosen, &holders, id))?;
    }
    Ok(Outcome::Fine)
}

/// Explains a rule that no draft has, but extensions: as the newest of them has it.
fn explain_of_extension(specs: &Specs, id: &str, output: Output) -> Result<bool, Failure> {
    let known = specs.database().extensions();
    let holders = known.iter().filter(|one| one.rules.get(id).is_some());
    let newest = holders.max_by_key(|one| {
        let issued = one.documents.iter().filter_map(|document| document.issued);
        issued.max()
    });
    let Some(item) = newest.and_then(|one| one.rules.get(id)) else {
        return Ok(false);
    };
    let close_code = item.value.otherwise.outcome().close_code();
    let visibility = item.value.require.visibility();
    let (shown_by, hidden_because) = shown_by(visibility);
    let explanation = Explanation {
        rule: id,
        level: item.value.level.as_str(),
        summary: &item.value.summary,
        evidence: texts(&item.value.evidence),
        since: &item.since,
        until: None,
        close_code,
        http_status: None,
        shown_by,
        hidden_because,
    };
    if output.is_json() {
        output.document(&explanation)?;
        return Ok(true);
    }
    let consequence = words::failure(item.value.otherwise);
    output.text(&format!(
        "{id} ({}), as the extension {} has it\n\n  {}\n\nbroken:   {consequence}\nshown by: {}\nsince:    {}\nevidence: {}\n",
        explanation.level,
        item.stated_in,
        explanation.summary,
        words::visibility(item.value.level, visibility),
        explanation.since,
        explanation.evidence.join("\n          "),
    ))?;
    Ok(true)
}

fn explain<'a>(
    id: &'a str,
    item: &'a Item<Rule>,
    history: &[&'a ResolvedDraft],
    holders: &[&'a ResolvedDraft],
) -> Explanation<'a> {
    let last = holders.last().map(|draft| draft.short.as_str());
    let still_holds = history.last().map(|draft| draft.short.as_str()) == last;
    let (shown_by, hidden_because) = shown_by(item.value.require.visibility());
    Explanation {
        rule: id,
        level: item.value.level.as_str(),
        summary: &item.value.summary,
        evidence: texts(&item.value.evidence),
        since: &item.since,
        until: last.filter(|_| !still_holds),
        close_code: item.value.otherwise.close_code(),
        http_status: item.value.otherwise.http_status(),
        shown_by,
        hidden_because,
    }
}

fn text(
    explanation: &Explanation<'_>,
    item: &Item<Rule>,
    chosen: &ResolvedDraft,
    holders: &[&ResolvedDraft],
    id: &str,
) -> String {
    let by = words::keeper(&item.value);
    let consequence = words::outcome(item.value.otherwise);
    let until = explanation
        .until
        .map_or_else(String::new, |until| format!(", until {until}"));
    let mut out = format!(
        "{id} ({level}, kept by {by}), as {draft} has it\n\n  {summary}\n\nbroken:   {consequence}\nshown by: {shown}\nsince:    {since}{until}\n",
        level = explanation.level,
        draft = chosen.short,
        summary = explanation.summary,
        shown = words::visibility(item.value.level, item.value.require.visibility()),
        since = explanation.since,
    );
    for (at, evidence) in explanation.evidence.iter().enumerate() {
        out.push_str(if at == 0 { "evidence: " } else { "          " });
        out.push_str(evidence);
        out.push('\n');
    }
    let history = history(holders, id);
    if history.len() > 1 {
        out.push_str("\nhistory:\n");
        out.push_str(&history.concat());
    }
    out
}

/// A line for each draft that states the rule or changes it, the oldest first.
fn history(holders: &[&ResolvedDraft], id: &str) -> Vec<String> {
    let mut before: Option<&Rule> = None;
    let mut lines = Vec::new();
    for draft in holders {
        let Some(Item { value: rule, .. }) = draft.rules.get(id) else {
            continue;
        };
        let stated = format!("{}: {}", rule.level.as_str(), rule.summary);
        let line = match before {
            None => Some(stated),
            Some(before) if before == rule => None,
            Some(before) => Some(changes(before, rule).join("; ")),
        };
        lines.extend(line.map(|line| format!("  {:<9} {line}\n", draft.short)));
        before = Some(rule);
    }
    lines
}

/// What a draft changes of a rule, in words.
fn changes(before: &Rule, now: &Rule) -> Vec<String> {
    let mut changes = Vec::new();
    if (before.level, &before.summary) != (now.level, &now.summary) {
        changes.push(format!("{}: {}", now.level.as_str(), now.summary));
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
