//! Rules of drafts and of extensions: what they say, where it is written, since when.

use serde::Serialize;
use wsdraft_exports::facts::rules;
use wsdraft_spec::{Item, ResolvedDraft, model::Rule, vocabulary as spec};

use super::{
    atlas::Atlas,
    reading::{Reading, cited},
    sheet::Sheet,
};
use crate::{failure::Failure, words};

#[derive(Serialize)]
struct Explanation<'a> {
    kind: &'static str,
    rule: &'a str,
    /// The draft whose wording this is; `null` for a rule of extensions.
    draft: Option<&'a str>,
    /// The extension whose wording this is; `null` for a rule of drafts.
    extension: Option<&'a str>,
    /// Who keeps it: `client`, `server` or `both`.
    kept_by: &'static str,
    level: &'static str,
    summary: &'a str,
    evidence: Vec<String>,
    since: &'a str,
    until: Option<&'a str>,
    close_code: Option<u16>,
    /// The code with which the channel or the physical connection is dropped.
    drop_code: Option<u16>,
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

/// The rule of this id: as a draft has it, or else as an extension has it.
pub(super) fn find(word: &str, atlas: &Atlas<'_>) -> Result<Vec<Reading>, Failure> {
    let id = word.to_ascii_lowercase();
    let holders: Vec<&ResolvedDraft> = atlas
        .history
        .iter()
        .copied()
        .filter(|draft| draft.rules.get(&*id).is_some())
        .collect();
    let chosen = match atlas.only {
        Some(only) => Some(only),
        None => holders.last().copied(),
    };
    if let Some((chosen, item)) = chosen.and_then(|draft| Some((draft, draft.rules.get(&*id)?))) {
        let explanation = explain(&id, item, chosen, &atlas.history, &holders);
        let text = text(&explanation, item, chosen, &holders, &id);
        return Ok(vec![Reading::new(&explanation, text)?]);
    }
    of_extension(&id, atlas)
}

/// A rule that no draft has, but extensions: as the newest of them has it.
fn of_extension(id: &str, atlas: &Atlas<'_>) -> Result<Vec<Reading>, Failure> {
    let known = atlas.specs.database().extensions();
    let holders = known.iter().filter(|one| one.rules.get(id).is_some());
    let newest = holders.max_by_key(|one| {
        let issued = one.documents.iter().filter_map(|document| document.issued);
        issued.max()
    });
    let Some(item) = newest.and_then(|one| one.rules.get(id)) else {
        return Ok(Vec::new());
    };
    let rule = &item.value;
    let (shown_by, hidden_because) = shown_by(rule.require.visibility());
    let explanation = Explanation {
        kind: "rule",
        rule: id,
        draft: None,
        extension: Some(&item.stated_in),
        kept_by: rule.by.map_or("both", spec::Role::as_str),
        level: rule.level.as_str(),
        summary: &rule.summary,
        evidence: cited(&rule.evidence),
        since: &item.since,
        until: None,
        close_code: rule.otherwise.outcome().close_code(),
        drop_code: rule.otherwise.outcome().drop_code(),
        http_status: rule.otherwise.outcome().http_status(),
        shown_by,
        hidden_because,
    };
    let title = format!(
        "{id} ({}), as the extension {} has it",
        explanation.level, item.stated_in
    );
    let mut sheet = Sheet::new(&title);
    sheet.paragraph(explanation.summary);
    sheet.rows(&[
        ("broken", words::failure(rule.otherwise)),
        (
            "shown by",
            words::visibility(rule.level, rule.require.visibility()),
        ),
        ("since", explanation.since.to_owned()),
        ("evidence", explanation.evidence.join("\n")),
    ]);
    Ok(vec![Reading::new(&explanation, sheet.finish())?])
}

fn explain<'a>(
    id: &'a str,
    item: &'a Item<Rule>,
    chosen: &'a ResolvedDraft,
    history: &[&'a ResolvedDraft],
    holders: &[&'a ResolvedDraft],
) -> Explanation<'a> {
    let last = holders.last().map(|draft| draft.short.as_str());
    let still_holds = history.last().map(|draft| draft.short.as_str()) == last;
    let (shown_by, hidden_because) = shown_by(item.value.require.visibility());
    Explanation {
        kind: "rule",
        rule: id,
        draft: Some(&chosen.short),
        extension: None,
        kept_by: words::keeper_role(&item.value).map_or("both", spec::Role::as_str),
        level: item.value.level.as_str(),
        summary: &item.value.summary,
        evidence: cited(&item.value.evidence),
        since: &item.since,
        until: last.filter(|_| !still_holds),
        close_code: item.value.otherwise.close_code(),
        drop_code: None,
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
    let until = explanation
        .until
        .map_or_else(String::new, |until| format!(", until {until}"));
    let title = format!(
        "{id} ({}, kept by {by}), as {} has it",
        explanation.level, chosen.short
    );
    let mut sheet = Sheet::new(&title);
    sheet.paragraph(explanation.summary);
    let visibility = item.value.require.visibility();
    sheet.rows(&[
        ("broken", words::outcome(item.value.otherwise)),
        ("shown by", words::visibility(item.value.level, visibility)),
        ("since", format!("{}{until}", explanation.since)),
        ("evidence", explanation.evidence.join("\n")),
    ]);
    let mut out = sheet.finish();
    let history = rules::history(holders, id);
    if history.len() > 1 {
        out.push_str("\nhistory:\n");
        for stage in history {
            out.push_str(&format!(
                "  {:<9} {}\n",
                stage.draft,
                stage.changes.join("; ")
            ));
        }
    }
    out
}
