//! Close codes and their ranges.

use serde::Serialize;
use wsdraft_exports::facts::{atlas::Span, codes};
use wsdraft_spec::{
    Registry, ResolvedDraft,
    model::CloseCode,
    topic::{Subject, Topic},
    vocabulary::{Outcome, RangeUse, Role},
};

use super::{
    atlas::Atlas,
    reading::{Reading, cited},
    sheet::Sheet,
    topic::About,
};
use crate::{failure::Failure, words};

#[derive(Serialize)]
struct Explanation<'a> {
    kind: &'static str,
    code: u16,
    name: Option<&'a str>,
    meaning: Option<&'a str>,
    /// Whether a close frame may contain it.
    on_wire: bool,
    /// The only endpoint that may send it.
    sent_by: Option<&'static str>,
    /// The draft whose wording this is.
    draft: Option<&'a str>,
    since: Option<&'a str>,
    until: Option<&'a str>,
    /// Whose the codes of its range are.
    range: Option<Range>,
    registered: Option<Registered<'a>>,
    #[serde(flatten)]
    about: About<'a>,
    /// Ids of the rules whose violation leads to it.
    rules: Vec<&'a str>,
    history: Vec<Stage<'a>>,
    evidence: Vec<String>,
}

#[derive(Serialize)]
struct Range {
    from: u16,
    to: u16,
    usage: &'static str,
}

#[derive(Serialize)]
struct Registered<'a> {
    name: &'a str,
    reference: Option<&'a str>,
}

#[derive(Serialize)]
struct Stage<'a> {
    since: &'a str,
    until: Option<&'a str>,
    name: &'a str,
    meaning: &'a str,
    on_wire: bool,
}

#[derive(Serialize)]
struct RangeExplanation<'a> {
    kind: &'static str,
    from: u16,
    to: u16,
    usage: &'static str,
    draft: &'a str,
    evidence: Vec<String>,
}

/// Close codes of this number or name, or a range of codes.
pub(super) fn find(word: &str, atlas: &Atlas<'_>) -> Result<Vec<Reading>, Failure> {
    if let Some((from, to)) = word.split_once(['-', '–']) {
        if let (Ok(from), Ok(to)) = (from.trim().parse(), to.trim().parse()) {
            return ranges(from, to, atlas);
        }
    }
    if atlas.only.is_some_and(|draft| !has_codes(draft)) {
        return Ok(Vec::new());
    }
    let mut codes: Vec<u16> = match word.parse() {
        Ok(code) => vec![code],
        Err(_) => named(word, atlas),
    };
    codes.sort_unstable();
    codes.dedup();
    let found = codes.into_iter().filter_map(|code| explain(code, atlas));
    found.collect()
}

/// Whether close frames of a draft can say why.
pub(super) fn has_codes(draft: &ResolvedDraft) -> bool {
    !draft.close_codes.is_empty() || draft.close_ranges.is_some()
}

/// The codes that have this name, in a draft or in the registry.
fn named(word: &str, atlas: &Atlas<'_>) -> Vec<u16> {
    let drafts = atlas.drafts().into_iter();
    let of_drafts = drafts.flat_map(|draft| draft.close_codes.iter());
    let of_drafts = of_drafts.filter(|(_, item)| item.value.name.eq_ignore_ascii_case(word));
    let registry = Registry::find(codes::REGISTRY).into_iter();
    let registered = registry.flat_map(|registry| registry.entries.iter());
    let registered = registered.filter(|(_, entry)| entry.name.eq_ignore_ascii_case(word));
    of_drafts
        .map(|(code, _)| *code)
        .chain(registered.filter_map(|(code, _)| code.parse().ok()))
        .collect()
}

fn explain(code: u16, atlas: &Atlas<'_>) -> Option<Result<Reading, Failure>> {
    let spans = atlas.spans(|draft| Some(codes::same(&draft.close_codes.get(&code)?.value)));
    let range = codes::range(code, atlas).filter(|range| range.usage != RangeUse::Unused);
    let registry = Registry::find(codes::REGISTRY);
    let registered = registry.and_then(|registry| registry.get(&code.to_string()));
    if spans.is_empty() && registered.is_none() && range.is_none() {
        return None;
    }
    let item = spans
        .last()
        .and_then(|span| span.last.close_codes.get(&code));
    let topic = atlas.topic(Subject::CloseCode, &code.to_string());
    let topic = topic.map(|(_, topic)| topic);
    let fact = item.map(|item| &item.value);
    let evidence = match (fact, registered) {
        (Some(fact), _) => cited(&fact.evidence),
        (None, Some(entry)) => cited(&entry.evidence),
        (None, None) => Vec::new(),
    };
    let value = Explanation {
        kind: "close-code",
        code,
        name: fact
            .map(|fact| fact.name.as_str())
            .or_else(|| registered.map(|entry| entry.name.as_str())),
        meaning: fact.map(|fact| fact.meaning.as_str()),
        on_wire: fact.is_none_or(|fact| fact.on_wire),
        sent_by: fact.and_then(|fact| fact.by).map(Role::as_str),
        draft: spans.last().map(|span| span.last.short.as_str()),
        since: item.map(|item| item.since.as_str()),
        until: spans
            .last()
            .and_then(|span| span.until)
            .filter(|_| atlas.only.is_none()),
        range: range.map(|range| Range {
            from: range.from,
            to: range.to,
            usage: words::range(range.usage),
        }),
        registered: registered.map(|entry| Registered {
            name: &entry.name,
            reference: entry.reference.as_deref(),
        }),
        about: topic.map(About::from).unwrap_or_default(),
        rules: atlas.rules_leading_to(Outcome::close_code, code),
        history: spans.iter().map(stage).collect(),
        evidence,
    };
    let text = text(&value, fact, topic);
    Some(Reading::new(&value, text))
}

fn stage<'a>(span: &Span<'a, (&'a str, &'a str, bool)>) -> Stage<'a> {
    let (name, meaning, on_wire) = span.value;
    Stage {
        since: span.since,
        until: span.until,
        name,
        meaning,
        on_wire,
    }
}

fn text(value: &Explanation<'_>, fact: Option<&CloseCode>, topic: Option<&Topic>) -> String {
    let name = value
        .name
        .map_or_else(String::new, |name| format!(" {name}"));
    let draft = value
        .draft
        .map_or_else(String::new, |draft| format!(", as {draft} has it"));
    let mut sheet = Sheet::new(&format!("{}{name} (close code){draft}", value.code));
    if let Some(meaning) = value.meaning {
        sheet.paragraph(&format!("{meaning}."));
    }
    if let Some(topic) = topic {
        sheet.paragraph(&topic.text);
    }
    sheet.rows(&facts(value, fact));
    if let Some(topic) = topic {
        sheet.causes_and_steps(topic);
    }
    if value.history.len() > 1 {
        sheet.heading("history:");
        let rows = value.history.iter().map(|stage| {
            let drafts = match stage.until {
                None => format!("since {}", stage.since),
                Some(until) => format!("{} to {until}", stage.since),
            };
            vec![drafts, stage.name.to_owned(), stage.meaning.to_owned()]
        });
        sheet.table(&rows.collect::<Vec<_>>());
    }
    sheet.rows(&[
        ("rules that lead to it", value.rules.join(", ")),
        (
            "see also",
            topic.map(|topic| topic.see.join(", ")).unwrap_or_default(),
        ),
        ("evidence", value.evidence.join("\n")),
    ]);
    sheet.finish()
}

/// Who may send it, who reports it, and since when.
fn facts(value: &Explanation<'_>, fact: Option<&CloseCode>) -> [(&'static str, String); 6] {
    let sent_by = fact.and_then(|fact| fact.by);
    let wire = codes::wire(value.on_wire, sent_by, value.about.reporter().is_some());
    let local = codes::local(fact.and_then(|fact| fact.local));
    let range = value.range.as_ref();
    let range = range.map(|range| format!("{} to {}: {}", range.from, range.to, range.usage));
    let registered = value.registered.as_ref().map(|entry| {
        let reference = entry.reference.map(|reference| format!(" ({reference})"));
        format!(
            "with IANA as {:?}{}",
            entry.name,
            reference.unwrap_or_default()
        )
    });
    let until = value.until.map(|until| format!(", until {until}"));
    let since = value
        .since
        .map(|since| format!("{since}{}", until.unwrap_or_default()));
    [
        ("on the wire", wire),
        (
            "reported by",
            value.about.reporter().unwrap_or_default().to_owned(),
        ),
        ("wsdraft", local.unwrap_or_default().to_owned()),
        ("since", since.unwrap_or_default()),
        ("registered", registered.unwrap_or_default()),
        ("range", range.unwrap_or_default()),
    ]
}

/// The ranges that these codes are in.
fn ranges(from: u16, to: u16, atlas: &Atlas<'_>) -> Result<Vec<Reading>, Failure> {
    let Some(draft) = atlas.current() else {
        return Ok(Vec::new());
    };
    let Some(all) = &draft.close_ranges else {
        return Ok(Vec::new());
    };
    let ranges = all.value.ranges.iter();
    let some = ranges.filter(|range| range.from <= to && from <= range.to);
    some.map(|range| {
        let usage = words::range(range.usage);
        let value = RangeExplanation {
            kind: "close-range",
            from: range.from,
            to: range.to,
            usage,
            draft: &draft.short,
            evidence: cited(&all.value.evidence),
        };
        let title = format!(
            "{} to {} (close codes), as {} has it",
            range.from, range.to, draft.short
        );
        let mut sheet = Sheet::new(&title);
        sheet.paragraph(&format!("These codes are {usage}."));
        sheet.rows(&[("evidence", value.evidence.join("\n"))]);
        Reading::new(&value, sheet.finish())
    })
    .collect()
}
