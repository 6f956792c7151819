//! The drafts in order, and what is the same in several of them.

use wsdraft_spec::{
    ResolvedDraft, Topics,
    model::Rule,
    topic::{Subject, Topic},
};

use crate::{failure::Failure, output, specs::Specs};

/// Where words are looked up.
#[derive(Debug)]
pub(super) struct Atlas<'a> {
    pub(super) specs: &'a Specs,
    /// The drafts, the oldest first.
    pub(super) history: Vec<&'a ResolvedDraft>,
    /// The only draft to look at.
    pub(super) only: Option<&'a ResolvedDraft>,
    topics: &'a [Topics],
}

/// Drafts in a row that have the same.
#[derive(Debug)]
pub(super) struct Span<'a, T> {
    pub(super) since: &'a str,
    /// `None` if the last draft has it too.
    pub(super) until: Option<&'a str>,
    /// The last draft of them.
    pub(super) last: &'a ResolvedDraft,
    pub(super) value: T,
}

impl<'a> Atlas<'a> {
    /// The drafts, or one of them.
    pub(super) fn new(specs: &'a Specs, only: Option<&str>) -> Result<Self, Failure> {
        let database = specs.database();
        let mut history: Vec<&ResolvedDraft> = database
            .drafts()
            .into_iter()
            .filter_map(|draft| database.resolved(&draft.short))
            .collect();
        history.sort_by_key(|draft| (draft.serial.is_none(), draft.serial));
        let only = only.map(|name| specs.resolved(name)).transpose()?;
        Ok(Self {
            specs,
            history,
            only,
            topics: specs.topics()?,
        })
    }

    /// The topic with this key or other name, and its key. Case does not count.
    pub(super) fn topic(&self, subject: Subject, name: &str) -> Option<(&'a str, &'a Topic)> {
        Topics::within(self.topics, subject).find(|(key, topic)| topic.is_called(key, name))
    }

    /// The topics of this kind, by key.
    pub(super) fn topics(&self, subject: Subject) -> impl Iterator<Item = (&'a str, &'a Topic)> {
        Topics::within(self.topics, subject)
    }

    /// The draft whose rules apply: the only one, or the newest.
    pub(super) fn current(&self) -> Option<&'a ResolvedDraft> {
        let database = self.specs.database();
        self.only
            .or_else(|| database.resolved(&database.newest()?.short))
    }

    /// The drafts that are looked at, the oldest first.
    pub(super) fn drafts(&self) -> Vec<&'a ResolvedDraft> {
        match self.only {
            Some(only) => vec![only],
            None => self.history.clone(),
        }
    }

    /// What drafts have, where those in a row have the same.
    pub(super) fn spans<T: PartialEq>(
        &self,
        get: impl Fn(&'a ResolvedDraft) -> Option<T>,
    ) -> Vec<Span<'a, T>> {
        let mut spans: Vec<Span<'a, T>> = Vec::new();
        let mut is_open = false;
        let drafts = self.drafts();
        for &draft in &drafts {
            let Some(value) = get(draft) else {
                is_open = false;
                continue;
            };
            match spans.last_mut() {
                Some(span) if is_open && span.value == value => {
                    span.until = Some(&draft.short);
                    span.last = draft;
                }
                _ => spans.push(Span {
                    since: &draft.short,
                    until: Some(&draft.short),
                    last: draft,
                    value,
                }),
            }
            is_open = true;
        }
        if let (true, Some(span)) = (is_open, spans.last_mut()) {
            span.until = None;
        }
        spans
    }

    /// Ids of the rules of the current draft that satisfy a condition.
    pub(super) fn rules(&self, applies: impl Fn(&str, &Rule) -> bool) -> Vec<&'a str> {
        let rules = self
            .current()
            .into_iter()
            .flat_map(|draft| draft.rules.iter());
        rules
            .filter(|(id, item)| applies(id, &item.value))
            .map(|(id, _)| id.as_str())
            .collect()
    }

    /// Ids of the rules of the current draft and then of extensions that lead to a close code or a
    /// status code.
    pub(super) fn rules_leading_to(
        &self,
        code: impl Fn(wsdraft_spec::vocabulary::Outcome) -> Option<u16>,
        number: u16,
    ) -> Vec<&'a str> {
        let mut ids = self.rules(|_, rule| code(rule.otherwise) == Some(number));
        let extensions = self.specs.database().extensions().iter();
        for (id, item) in extensions.flat_map(|extension| extension.rules.iter()) {
            let outcome = item.value.otherwise.outcome();
            if code(outcome) == Some(number) && !ids.contains(&id.as_str()) {
                ids.push(id);
            }
        }
        ids
    }
}

impl<T> Span<'_, T> {
    /// The drafts, as text.
    pub(super) fn drafts(&self) -> String {
        match self.until {
            None => format!("since {}", self.since),
            Some(until) if until == self.since => until.to_owned(),
            Some(until) => format!("{} to {until}", self.since),
        }
    }
}

/// Whether what a rule requires names this, whatever kind of word it is.
pub(super) fn mentions(rule: &Rule, name: &str) -> bool {
    fn has(value: &serde_json::Value, name: &str) -> bool {
        match value {
            serde_json::Value::String(text) => text.eq_ignore_ascii_case(name),
            serde_json::Value::Array(items) => items.iter().any(|item| has(item, name)),
            serde_json::Value::Object(fields) => fields.values().any(|item| has(item, name)),
            _ => false,
        }
    }
    [&rule.require, &rule.when]
        .into_iter()
        .any(|predicate| output::value(predicate).is_ok_and(|value| has(&value, name)))
}
