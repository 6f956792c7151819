//! The drafts in order, and what is the same in several of them.

use wsdraft_spec::{
    Database, ResolvedDraft, Topics,
    model::Rule,
    sort,
    topic::{Subject, Topic},
    vocabulary::Outcome,
};

/// Where words are looked up.
#[derive(Debug)]
pub struct Atlas<'a> {
    /// All drafts and extensions.
    pub database: &'a Database,
    /// The drafts, the oldest first.
    pub history: Vec<&'a ResolvedDraft>,
    /// The only draft to look at.
    pub only: Option<&'a ResolvedDraft>,
    topics: &'a [Topics],
}

/// Drafts in a row that have the same.
#[derive(Debug)]
pub struct Span<'a, T> {
    /// The first one.
    pub since: &'a str,
    /// `None` if the last draft has it too.
    pub until: Option<&'a str>,
    /// The last draft of them.
    pub last: &'a ResolvedDraft,
    /// What they have.
    pub value: T,
}

impl<'a> Atlas<'a> {
    /// The drafts, or one of them. Topics with errors are left out; [`Database::topics`] returns the errors.
    #[must_use]
    pub fn new(database: &'a Database, only: Option<&'a ResolvedDraft>) -> Self {
        let mut history: Vec<&ResolvedDraft> = database
            .drafts()
            .into_iter()
            .filter_map(|draft| database.resolved(&draft.short))
            .collect();
        sort::by_key(&mut history, |draft| (draft.serial.is_none(), draft.serial));
        Self {
            database,
            history,
            only,
            topics: database.topics().map_or(&[][..], |topics| topics),
        }
    }

    /// The topic with this key or other name, and its key. Case does not count.
    #[must_use]
    pub fn topic(&self, subject: Subject, name: &str) -> Option<(&'a str, &'a Topic)> {
        Topics::within(self.topics, subject).find(|(key, topic)| topic.is_called(key, name))
    }

    /// The topics of this kind, by key.
    pub fn topics(&self, subject: Subject) -> impl Iterator<Item = (&'a str, &'a Topic)> {
        Topics::within(self.topics, subject)
    }

    /// The draft whose rules apply: the only one, or the newest.
    #[must_use]
    pub fn current(&self) -> Option<&'a ResolvedDraft> {
        self.only
            .or_else(|| self.database.resolved(&self.database.newest()?.short))
    }

    /// The drafts that are looked at, the oldest first.
    #[must_use]
    pub fn drafts(&self) -> Vec<&'a ResolvedDraft> {
        match self.only {
            Some(only) => vec![only],
            None => self.history.clone(),
        }
    }

    /// What drafts have, where those in a row have the same.
    pub fn spans<T: PartialEq>(
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
    pub fn rules(&self, applies: impl Fn(&str, &Rule) -> bool) -> Vec<&'a str> {
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
    pub fn rules_leading_to(
        &self,
        code: impl Fn(Outcome) -> Option<u16>,
        number: u16,
    ) -> Vec<&'a str> {
        let mut ids = self.rules(|_, rule| code(rule.otherwise) == Some(number));
        let extensions = self.database.extensions().iter();
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
    #[must_use]
    pub fn drafts(&self) -> String {
        match self.until {
            None => format!("since {}", self.since),
            Some(until) if until == self.since => until.to_owned(),
            Some(until) => format!("{} to {until}", self.since),
        }
    }
}

/// Whether what a rule requires names this, whatever kind of word it is.
#[must_use]
pub fn mentions(rule: &Rule, name: &str) -> bool {
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
        .any(|predicate| serde_json::to_value(predicate).is_ok_and(|value| has(&value, name)))
}
