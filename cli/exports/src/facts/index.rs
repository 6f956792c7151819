//! Everything that has a name, to be searched.

use std::collections::BTreeSet;

use wsdraft_spec::{
    Registry, closest, sort,
    topic::{Subject, Topic},
};

use super::{atlas::Atlas, channels::by_age, codes::REGISTRY};
use crate::words;

/// Something with a name.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry<'a> {
    /// What it is, as `explain` names its kinds.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// What it says.
    pub summary: &'a str,
    /// What else is searched: other names and causes.
    pub more: String,
}

/// No more matches are listed.
const MOST: usize = 15;

/// Entries that are gathered, each once.
#[derive(Debug, Default)]
struct Index<'a> {
    entries: BTreeSet<Entry<'a>>,
    seen: BTreeSet<(&'static str, String)>,
}

/// Everything that has a name, once.
#[must_use]
pub fn entries<'a>(atlas: &Atlas<'a>) -> Vec<Entry<'a>> {
    let mut index = Index::default();
    index.add_drafts(atlas);
    index.add_extensions(atlas);
    index.add_the_rest(atlas);
    index.entries.into_iter().collect()
}

impl<'a> Index<'a> {
    /// Adds an entry, unless there is one already.
    fn add(&mut self, kind: &'static str, name: &str, summary: &'a str, more: &str) {
        if self.seen.insert((kind, name.to_owned())) {
            self.entries.insert(Entry {
                kind,
                name: name.to_owned(),
                summary,
                more: more.to_owned(),
            });
        }
    }

    /// Adds what drafts have, in the newest wording.
    fn add_drafts(&mut self, atlas: &Atlas<'a>) {
        for draft in atlas.drafts().into_iter().rev() {
            for (id, item) in draft.rules.iter() {
                self.add("rule", id, &item.value.summary, "");
            }
            for (code, item) in draft.close_codes.iter() {
                let (code, item) = (code.to_string(), &item.value);
                let topic = atlas.topic(Subject::CloseCode, &code);
                let topic = topic.map(|(_, topic)| topic);
                let more = format!("{} {}", item.name, topic.map_or_else(String::new, told));
                self.add("close-code", &code, &item.meaning, &more);
            }
            for (name, item) in draft.opcodes.iter() {
                let value = format!("0x{:X}", item.value.value);
                self.add("opcode", name, words::kind(item.value.kind), &value);
            }
            let fields = draft.request_headers.iter();
            for (name, item) in fields.chain(draft.response_headers.iter()) {
                self.add("header", name, words::purpose(item.value.purpose), "");
            }
            let version = draft.wire_version;
            let version = version.map_or_else(String::new, |version| format!(" version {version}"));
            let more = format!("{}{version}", draft.name);
            self.add("draft", &draft.short, &draft.status, &more);
        }
    }

    fn add_extensions(&mut self, atlas: &Atlas<'a>) {
        // Of what several have, the newest comes first.
        for extension in by_age(atlas.database).into_iter().rev() {
            let tokens = extension.tokens().join(" ");
            self.add("extension", &extension.short, &extension.summary, &tokens);
            for (name, item) in extension.parameters.iter() {
                self.add("parameter", name, &item.value.summary, "");
            }
            for stated in extension.multiplexing.iter() {
                for (name, item) in stated.blocks.iter() {
                    let does = words::multiplex::does(item.value.kind);
                    self.add("block", name, does, "");
                }
                for (code, item) in stated.drop_codes.iter() {
                    let (code, value) = (code.to_string(), &item.value);
                    self.add("drop-code", &code, &value.meaning, &value.name);
                }
            }
            for (id, item) in extension.rules.iter() {
                self.add("rule", id, &item.value.summary, "");
            }
        }
    }

    /// Adds what is registered, and the topics.
    fn add_the_rest(&mut self, atlas: &Atlas<'a>) {
        for (registry, kind) in [(REGISTRY, "close-code"), ("subprotocols", "subprotocol")] {
            let registry = Registry::find(registry).into_iter();
            for (name, entry) in registry.flat_map(|registry| registry.entries.iter()) {
                self.add(kind, name, &entry.name, "");
            }
        }
        let subjects = Subject::ALL.iter();
        for &subject in subjects.filter(|&&one| one != Subject::CloseCode) {
            for (key, topic) in atlas.topics(subject) {
                self.add(subject.as_str(), key, &topic.text, &told(topic));
            }
        }
    }
}

/// Other names of a topic, and its causes.
fn told(topic: &Topic) -> String {
    let causes = topic.causes.iter().map(|cause| cause.text.as_str());
    let names = topic.names.iter().map(String::as_str);
    let all: Vec<&str> = names.chain(topic.title.as_deref()).chain(causes).collect();
    all.join(" ")
}

/// The name that is nearest to a word, if one is near.
#[must_use]
pub fn near<'e>(word: &str, entries: &'e [Entry<'_>]) -> Option<&'e str> {
    // As few changes as turn a word into a short name turn every short word into it.
    if word.chars().count() < 3 {
        return None;
    }
    let names = entries.iter().map(|entry| entry.name.as_str());
    closest(word, names).filter(|near| *near != word)
}

/// The entries that have all words of a text, the best first; if `some` words are enough, those that
/// have most of them.
#[must_use]
pub fn search<'e, 'a>(text: &str, entries: &'e [Entry<'a>], some: bool) -> Vec<&'e Entry<'a>> {
    let text = text.to_ascii_lowercase();
    let words: Vec<&str> = text
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let mut found: Vec<(usize, u32, &Entry<'_>)> = entries
        .iter()
        .map(|entry| {
            let scores = words.iter().filter_map(|word| score(word, entry));
            let scores: Vec<u32> = scores.collect();
            (scores.len(), scores.iter().sum(), entry)
        })
        .filter(|(count, ..)| *count > 0)
        .collect();
    let most = found.iter().map(|(count, ..)| *count).max().unwrap_or(0);
    if most < words.len() && !some {
        return Vec::new();
    }
    found.retain(|(count, ..)| *count == most);
    sort::by_key(&mut found, |(_, score, _)| std::cmp::Reverse(*score));
    found
        .into_iter()
        .map(|(.., entry)| entry)
        .take(MOST)
        .collect()
}

/// How well an entry fits a word; `None` if it does not have it.
fn score(word: &str, entry: &Entry<'_>) -> Option<u32> {
    let name = entry.name.to_ascii_lowercase();
    let is_word = |text: &str| {
        let mut parts = text.split(|c: char| !c.is_ascii_alphanumeric());
        parts.any(|part| part == word)
    };
    let summary = entry.summary.to_ascii_lowercase();
    let more = entry.more.to_ascii_lowercase();
    if is_word(&name) {
        Some(8)
    } else if name.contains(word) {
        Some(6)
    } else if is_word(&summary) {
        Some(4)
    } else if is_word(&more) {
        Some(3)
    } else if word.len() > 3 && (summary.contains(word) || more.contains(word)) {
        Some(1)
    } else {
        None
    }
}
