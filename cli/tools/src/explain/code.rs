//! Close codes and their ranges.

use serde::Serialize;
use wsdraft_exports::facts::{
    atlas,
    codes::{self, Undefined, has_codes},
};
use wsdraft_spec::{
    Registration, Registry, ResolvedDraft,
    model::{CloseCode, CodeRange},
    sort,
    topic::{Subject, Topic},
    vocabulary::{Outcome, RangeUse, Role},
};

use super::{
    atlas::Atlas,
    range::{self, Span},
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
    /// The draft that is looked at and does not define the code. `on_wire` is by its ranges then.
    undefined_in: Option<&'a str>,
    /// The rule of this draft that forbids the code.
    forbidden_by: Option<&'a str>,
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

/// Close codes of this number or name, or a range of codes.
pub(super) fn find(word: &str, atlas: &Atlas<'_>) -> Result<Vec<Reading>, Failure> {
    if let Some(asked) = Span::read(word) {
        return range::close(word, asked, atlas);
    }
    if atlas.only.is_some_and(|draft| !has_codes(draft)) {
        return Ok(Vec::new());
    }
    let mut codes: Vec<u16> = match word.parse() {
        Ok(code) => vec![code],
        Err(_) => named(word, atlas),
    };
    sort::all(&mut codes);
    codes.dedup();
    let found = codes.into_iter().filter_map(|code| known(code, atlas));
    found.collect()
}

/// A number that nothing else has: what a close frame that contains it does.
pub(super) fn any(word: &str, atlas: &Atlas<'_>) -> Result<Vec<Reading>, Failure> {
    let code = word.parse().ok();
    let code = code.filter(|_| atlas.current().is_some_and(has_codes));
    code.map(|code| explain(code, atlas)).into_iter().collect()
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

/// A code that a draft or IANA has, or that is in a range that somebody may use.
fn known(code: u16, atlas: &Atlas<'_>) -> Option<Result<Reading, Failure>> {
    let mut drafts = atlas.drafts().into_iter();
    let newest = atlas.database.newest();
    let newest = newest.and_then(|draft| atlas.database.resolved(&draft.short));
    let range = newest.and_then(|draft| draft.close_range(code));
    let is_known = range.is_some_and(|range| range.usage != RangeUse::Unused)
        || registration(code).is_some()
        || drafts.any(|draft| draft.close_codes.get(&code).is_some());
    is_known.then(|| explain(code, atlas))
}

fn registration(code: u16) -> Option<&'static Registration> {
    Registry::find(codes::REGISTRY)?.get(&code.to_string())
}

fn explain(code: u16, atlas: &Atlas<'_>) -> Result<Reading, Failure> {
    let spans = atlas.spans(|draft| Some(codes::same(&draft.close_codes.get(&code)?.value)));
    let last = spans.last();
    let item = last.and_then(|span| span.last.close_codes.get(&code));
    let fact = item.map(|item| &item.value);
    let current = atlas.current().filter(|_| fact.is_none());
    let undefined = current.and_then(|draft| Undefined::of(code, draft));
    let registered = registration(code);
    let topic = atlas.topic(Subject::CloseCode, &code.to_string());
    let topic = topic.map(|(_, topic)| topic);
    let evidence = fact.map(|fact| &fact.evidence);
    let evidence = evidence.or_else(|| registered.map(|entry| &entry.evidence));
    let value = Explanation {
        kind: "close-code",
        code,
        name: fact
            .map(|fact| fact.name.as_str())
            .or_else(|| registered.map(|entry| entry.name.as_str())),
        meaning: fact.map(|fact| fact.meaning.as_str()),
        on_wire: match (fact, undefined) {
            (Some(fact), _) => fact.on_wire,
            (None, undefined) => undefined.is_some_and(|undefined| undefined.on_wire),
        },
        sent_by: fact.and_then(|fact| fact.by).map(Role::as_str),
        draft: last.map(|span| span.last.short.as_str()),
        undefined_in: undefined.map(|undefined| undefined.draft),
        forbidden_by: undefined.and_then(|undefined| undefined.rule),
        since: item.map(|item| item.since.as_str()),
        until: last
            .and_then(|span| span.until)
            .filter(|_| atlas.only.is_none()),
        range: codes::range(code, atlas).map(Range::from),
        registered: registered.map(|entry| Registered {
            name: &entry.name,
            reference: entry.reference.as_deref(),
        }),
        about: topic.map(About::from).unwrap_or_default(),
        rules: atlas.rules_leading_to(Outcome::close_code, code),
        history: spans.iter().map(stage).collect(),
        evidence: evidence.map_or_else(Vec::new, |evidence| cited(evidence)),
    };
    let known = Known {
        fact,
        undefined,
        topic,
        is_asked: atlas.only.is_some(),
        last: atlas.current().and_then(last_code),
    };
    let sheet = sheet(&value, &known);
    Reading::new(&value, sheet)
}

/// What the text says beside the fields of the object.
struct Known<'a> {
    fact: Option<&'a CloseCode>,
    undefined: Option<Undefined<'a>>,
    topic: Option<&'a Topic>,
    /// Whether a draft was named.
    is_asked: bool,
    /// The last code of all ranges.
    last: Option<u16>,
}

fn last_code(draft: &ResolvedDraft) -> Option<u16> {
    let ranges = draft.close_ranges.iter().flat_map(|all| &all.value.ranges);
    ranges.map(|range| range.to).max()
}

impl From<CodeRange> for Range {
    fn from(range: CodeRange) -> Self {
        Self {
            from: range.from,
            to: range.to,
            usage: words::range(range.usage),
        }
    }
}

fn stage<'a>(span: &atlas::Span<'a, (&'a str, &'a str, bool)>) -> Stage<'a> {
    let (name, meaning, on_wire) = span.value;
    Stage {
        since: span.since,
        until: span.until,
        name,
        meaning,
        on_wire,
    }
}

fn sheet(value: &Explanation<'_>, known: &Known<'_>) -> Sheet {
    let topic = known.topic;
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
    // The other texts are about what later drafts and IANA made of the code.
    if let (Some(draft), true) = (value.undefined_in, known.is_asked) {
        let others = match topic {
            Some(_) => " The texts and causes are those of drafts that do.",
            None => "",
        };
        sheet.paragraph(&format!("{draft} does not define this code.{others}"));
    }
    if let Some(topic) = topic {
        sheet.paragraph(&topic.text);
    }
    sheet.rows(&facts(value, known));
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
    sheet
}

/// Who may send it, who reports it, and since when.
fn facts(value: &Explanation<'_>, known: &Known<'_>) -> [(&'static str, String); 6] {
    let sent_by = known.fact.and_then(|fact| fact.by);
    let reporter = value.about.reporter();
    // Nobody reports a code that the draft in question leaves to whoever sends it.
    let reporter = reporter.filter(|_| !(known.is_asked && known.undefined.is_some()));
    let wire = known.undefined.map_or_else(
        || codes::wire(value.on_wire, sent_by, reporter.is_some()),
        |undefined| undefined.wire(),
    );
    let local = codes::local(known.fact.and_then(|fact| fact.local));
    let range = match (&value.range, known.last) {
        (Some(range), _) => Some(format!("{} to {}: {}", range.from, range.to, range.usage)),
        (None, Some(last)) if last < value.code => Some(format!("none; the ranges end at {last}")),
        (None, _) => None,
    };
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
        ("reported by", reporter.unwrap_or_default().to_owned()),
        ("wsdraft", local.unwrap_or_default().to_owned()),
        ("since", since.unwrap_or_default()),
        ("registered", registered.unwrap_or_default()),
        ("range", range.unwrap_or_default()),
    ]
}
