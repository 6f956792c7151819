//! What is explained by topics alone: statuses, limits, names of errors, texts of other software, terms.

use serde::Serialize;
use wsdraft::Limit;
use wsdraft_exports::facts::limits;
use wsdraft_spec::{
    topic::{Step, Subject, Topic},
    vocabulary::Outcome,
};

use super::{
    atlas::Atlas,
    reading::{Reading, cited},
    sheet::Sheet,
};
use crate::failure::Failure;

/// A topic, as a part of JSON.
#[derive(Debug, Default, Serialize)]
pub(super) struct About<'a> {
    text: Option<&'a str>,
    reporter: Option<&'a str>,
    causes: Vec<Why<'a>>,
    steps: &'a [Step],
    see: &'a [String],
}

/// A cause, as a part of JSON.
#[derive(Debug, Serialize)]
struct Why<'a> {
    text: &'a str,
    evidence: Vec<String>,
}

impl<'a> About<'a> {
    /// What reports it.
    pub(super) const fn reporter(&self) -> Option<&'a str> {
        self.reporter
    }
}

impl<'a> From<&'a Topic> for About<'a> {
    fn from(topic: &'a Topic) -> Self {
        Self {
            text: Some(&topic.text),
            reporter: topic.reporter.as_deref(),
            causes: topic
                .causes
                .iter()
                .map(|cause| Why {
                    text: &cause.text,
                    evidence: cited(&cause.evidence),
                })
                .collect(),
            steps: &topic.steps,
            see: &topic.see,
        }
    }
}

#[derive(Serialize)]
struct Explanation<'a> {
    kind: &'static str,
    name: &'a str,
    /// Other names.
    names: &'a [String],
    title: Option<&'a str>,
    #[serde(flatten)]
    about: About<'a>,
    /// Ids of the rules that lead to a status.
    rules: Vec<&'a str>,
    /// The default of a limit, in its unit; `null` if there is none.
    default: Option<u64>,
    unit: Option<&'static str>,
    evidence: Vec<String>,
}

pub(super) fn statuses(word: &str, atlas: &Atlas<'_>) -> Result<Vec<Reading>, Failure> {
    let Some(status) = word
        .parse::<u16>()
        .ok()
        .filter(|it| (100..600).contains(it))
    else {
        return Ok(Vec::new());
    };
    let rules = atlas.rules_leading_to(Outcome::http_status, status);
    let found = atlas.topic(Subject::Status, word);
    found
        .map(|(_, topic)| {
            let mut title = format!("{word} (HTTP status code)");
            if let Some(name) = &topic.title {
                title = format!("{word} {name} (HTTP status code)");
            }
            explain(Subject::Status, word, topic, &title, rules, None)
        })
        .into_iter()
        .collect()
}

pub(super) fn limits(word: &str, atlas: &Atlas<'_>) -> Result<Vec<Reading>, Failure> {
    let found = atlas.topic(Subject::Limit, word);
    found
        .map(|(key, topic)| {
            let limit = limits::named(key);
            let title = format!("{key} (limit of wsdraft)");
            explain(Subject::Limit, key, topic, &title, Vec::new(), limit)
        })
        .into_iter()
        .collect()
}

pub(super) fn failures(word: &str, atlas: &Atlas<'_>) -> Result<Vec<Reading>, Failure> {
    let what = "why an opening handshake failed";
    plain(Subject::Failure, word, what, atlas)
}

pub(super) fn endings(word: &str, atlas: &Atlas<'_>) -> Result<Vec<Reading>, Failure> {
    plain(Subject::Ending, word, "how a connection ended", atlas)
}

/// A text that other software prints: as it is in the database, or with something before or after it.
pub(super) fn messages(word: &str, atlas: &Atlas<'_>) -> Result<Vec<Reading>, Failure> {
    /// No shorter text stands for a longer one.
    const LEAST: usize = 12;
    let asked = word.to_ascii_lowercase();
    // Of several texts in what was asked, the longest says most.
    let fits = |(key, topic): &(&str, &Topic)| {
        if topic.is_called(key, word) {
            return Some(usize::MAX);
        }
        let names = topic.names.iter().map(String::as_str);
        let is_part = |name: &&str| {
            // The name of an error, such as EPIPE.
            let mut words = word.split(|c: char| !c.is_ascii_alphanumeric());
            (name.bytes().all(|byte| byte.is_ascii_uppercase()) && words.any(|word| word == *name))
                || (name.len() >= LEAST
                    && asked.contains(name.to_ascii_lowercase().trim_end_matches('.')))
        };
        std::iter::once(*key)
            .chain(names)
            .filter(is_part)
            .map(str::len)
            .max()
    };
    let found = atlas
        .topics(Subject::Message)
        .filter_map(|entry| fits(&entry).map(|length| (length, entry)))
        .max_by_key(|(length, _)| *length)
        .map(|(_, entry)| entry);
    let title = |key: &str| format!("{key:?} (printed by other software)");
    found
        .map(|(key, topic)| {
            let rules = Vec::new();
            explain(Subject::Message, key, topic, &title(key), rules, None)
        })
        .into_iter()
        .collect()
}

pub(super) fn terms(word: &str, atlas: &Atlas<'_>) -> Result<Vec<Reading>, Failure> {
    plain(Subject::Term, word, "term", atlas)
}

fn plain(
    subject: Subject,
    word: &str,
    what: &str,
    atlas: &Atlas<'_>,
) -> Result<Vec<Reading>, Failure> {
    let found = atlas.topic(subject, word);
    found
        .map(|(key, topic)| {
            let title = format!("{key} ({what})");
            explain(subject, key, topic, &title, Vec::new(), None)
        })
        .into_iter()
        .collect()
}

fn explain(
    subject: Subject,
    name: &str,
    topic: &Topic,
    title: &str,
    rules: Vec<&str>,
    limit: Option<Limit>,
) -> Result<Reading, Failure> {
    let default = limit.and_then(limits::default);
    let unit = limit.map(Limit::unit).filter(|unit| !unit.is_empty());
    let evidence = cited(&topic.evidence);
    let mut sheet = Sheet::new(title);
    sheet.paragraph(&topic.text);
    sheet.causes_and_steps(topic);
    let shown = limit.map(limits::default_in_words).unwrap_or_default();
    sheet.rows(&[
        ("printed by", topic.reporter.clone().unwrap_or_default()),
        ("default", shown),
        ("rules that lead to it", rules.join(", ")),
        ("also called", topic.names.join(", ")),
        ("see also", topic.see.join(", ")),
        ("evidence", evidence.join("\n")),
    ]);
    let value = Explanation {
        kind: subject.as_str(),
        name,
        names: &topic.names,
        title: topic.title.as_deref(),
        about: topic.into(),
        rules,
        default,
        unit,
        evidence,
    };
    Reading::new(&value, sheet)
}
