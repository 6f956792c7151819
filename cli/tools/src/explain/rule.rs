//! Rules of drafts and of extensions: what they say, where it is written, since when.

use serde::Serialize;
use wsdraft_exports::facts::rules::{self, Span};
use wsdraft_spec::{Item, ResolvedDraft, ResolvedExtension, model::Rule, vocabulary as spec};

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
    /// The extensions that have it, the oldest first; none for a rule of drafts.
    extensions: Vec<&'a str>,
    /// Who keeps it: `client`, `server` or `both`.
    kept_by: &'static str,
    level: &'static str,
    summary: &'a str,
    evidence: Vec<String>,
    since: &'a str,
    until: Option<&'a str>,
    /// All drafts in a row that have it; none for a rule of extensions.
    spans: Vec<Span<'a>>,
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
    let mut holders = atlas.history.iter().copied();
    let chosen = match (atlas.dialect, atlas.only) {
        (Some(_), _) => None,
        (None, Some(only)) => Some(only),
        (None, None) => holders.rfind(|draft| draft.rules.get(&*id).is_some()),
    };
    if let Some((chosen, item)) = chosen.and_then(|draft| Some((draft, draft.rules.get(&*id)?))) {
        let explanation = explain(&id, item, chosen, &atlas.history);
        let sheet = sheet(&explanation, item, chosen, &atlas.history);
        return Ok(vec![Reading::new(&explanation, sheet)?]);
    }
    of_extension(&id, atlas)
}

/// A rule that no draft has, but extensions: as the newest of them has it.
fn of_extension(id: &str, atlas: &Atlas<'_>) -> Result<Vec<Reading>, Failure> {
    let holders: Vec<&ResolvedExtension> = atlas
        .extensions()
        .into_iter()
        .filter(|one| one.rules.get(id).is_some())
        .collect();
    let newest = holders.last();
    let Some((newest, item)) = newest.and_then(|one| Some((one, one.rules.get(id)?))) else {
        return Ok(Vec::new());
    };
    let rule = &item.value;
    let (shown_by, hidden_because) = shown_by(rule.require.visibility());
    let explanation = Explanation {
        kind: "rule",
        rule: id,
        draft: None,
        extension: Some(&newest.short),
        extensions: holders.iter().map(|one| one.short.as_str()).collect(),
        kept_by: rule.by.map_or("both", spec::Role::as_str),
        level: rule.level.as_str(),
        summary: &rule.summary,
        evidence: cited(&rule.evidence),
        since: &item.since,
        until: None,
        spans: Vec::new(),
        close_code: rule.otherwise.outcome().close_code(),
        drop_code: rule.otherwise.outcome().drop_code(),
        http_status: rule.otherwise.outcome().http_status(),
        shown_by,
        hidden_because,
    };
    let keeper = rule.by.map(|role| format!("a {}", role.as_str()));
    let title = format!(
        "{id} ({}, kept by {}), as the extension {} has it",
        explanation.level,
        keeper.as_deref().unwrap_or("both ends"),
        newest.short
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
        ("extensions", explanation.extensions.join(", ")),
        ("evidence", explanation.evidence.join("\n")),
    ]);
    Ok(vec![Reading::new(&explanation, sheet)?])
}

fn explain<'a>(
    id: &'a str,
    item: &'a Item<Rule>,
    chosen: &'a ResolvedDraft,
    history: &[&'a ResolvedDraft],
) -> Explanation<'a> {
    let spans = rules::spans(history, id);
    let (shown_by, hidden_because) = shown_by(item.value.require.visibility());
    Explanation {
        kind: "rule",
        rule: id,
        draft: Some(&chosen.short),
        extension: None,
        extensions: Vec::new(),
        kept_by: words::keeper_role(&item.value).map_or("both", spec::Role::as_str),
        level: item.value.level.as_str(),
        summary: &item.value.summary,
        evidence: cited(&item.value.evidence),
        since: &item.since,
        until: spans.last().and_then(|span| span.until),
        spans,
        close_code: item.value.otherwise.close_code(),
        drop_code: None,
        http_status: item.value.otherwise.http_status(),
        shown_by,
        hidden_because,
    }
}

/// Since when, until when, and since when again.
fn since(explanation: &Explanation<'_>) -> String {
    let spans = explanation.spans.iter().enumerate().map(|(at, span)| {
        let until = span.until.map(|until| format!(", until {until}"));
        let start = if at == 0 { "" } else { "again since " };
        format!("{start}{}{}", span.since, until.unwrap_or_default())
    });
    match explanation.spans.as_slice() {
        [] => explanation.since.to_owned(),
        _ => spans.collect::<Vec<_>>().join("; "),
    }
}

fn sheet(
    explanation: &Explanation<'_>,
    item: &Item<Rule>,
    chosen: &ResolvedDraft,
    history: &[&ResolvedDraft],
) -> Sheet {
    let by = words::keeper(&item.value);
    let title = format!(
        "{} ({}, kept by {by}), as {} has it",
        explanation.rule, explanation.level, chosen.short
    );
    let mut sheet = Sheet::new(&title);
    sheet.paragraph(explanation.summary);
    let visibility = item.value.require.visibility();
    sheet.rows(&[
        ("broken", words::outcome(item.value.otherwise)),
        ("shown by", words::visibility(item.value.level, visibility)),
        ("since", since(explanation)),
        ("evidence", explanation.evidence.join("\n")),
    ]);
    let history = rules::history(history, explanation.rule);
    if history.len() > 1 {
        sheet.heading("history:");
        for stage in history {
            sheet.line(&format!(
                "  {:<9} {}",
                stage.draft,
                stage.changes.join("; ")
            ));
        }
    }
    sheet
}
