//! What is linted, and against which drafts.

use std::cell::Cell;

use wsdraft::{
    Draft, Violation,
    extension::{ExtensionInfo, Extensions},
    info::{DraftInfo, Level},
};
use wsdraft_spec::{Database, Item, ResolvedDraft, did_you_mean, model::Rule};

use super::{
    memory::{Bytes, Memory},
    repeats::Most,
};
use crate::Error;

/// The drafts, the rules that are asked about, and the count of connections.
pub struct Settings<'a> {
    database: &'a Database,
    drafts: Vec<&'static dyn Draft>,
    forced: Option<&'static dyn Draft>,
    only: &'a [String],
    allow: &'a [String],
    extensions: Extensions,
    connections: Cell<u64>,
    most: Most,
    memory: Memory,
}

impl<'a> Settings<'a> {
    /// Connections of these drafts, the oldest first, and these extensions; `database` has all of
    /// them as data.
    pub fn new(
        database: &'a Database,
        drafts: Vec<&'static dyn Draft>,
        extensions: &[&'static ExtensionInfo],
    ) -> Self {
        Self {
            database,
            drafts,
            forced: None,
            only: &[],
            allow: &[],
            extensions: Extensions::all(extensions),
            connections: Cell::new(0),
            most: Most::PARSED,
            memory: Memory::new(Memory::DEFAULT),
        }
    }

    /// Reports only the rules with these ids, if there are any, and none of those to `allow`.
    ///
    /// # Errors
    /// No draft has a rule with one of the ids.
    pub fn reporting(mut self, only: &'a [String], allow: &'a [String]) -> Result<Self, Error> {
        for id in only.iter().chain(allow) {
            let known = || self.drafts.iter().flat_map(|draft| draft.info().rules);
            if known().all(|rule| rule.id != id) {
                let ids = known().map(|rule| rule.id);
                return Err(Error::invalid(format!(
                    "no draft has a rule {id:?}{}",
                    did_you_mean(id, ids)
                )));
            }
        }
        (self.only, self.allow) = (only, allow);
        Ok(self)
    }

    /// Holds every connection to this draft, if there is one.
    #[must_use]
    pub const fn held_to(mut self, draft: Option<&'static dyn Draft>) -> Self {
        self.forced = draft;
        self
    }

    /// Shows the same so often, and lets connections take so much memory together.
    #[must_use]
    pub const fn within(mut self, most: Most, memory: Bytes) -> Self {
        self.most = most;
        self.memory = Memory::new(memory);
        self
    }

    /// How often the same is shown.
    pub(super) const fn most(&self) -> Most {
        self.most
    }

    /// The memory of all connections.
    pub const fn memory(&self) -> &Memory {
        &self.memory
    }

    /// The drafts that a connection can be of, the current one last.
    pub(super) fn drafts(&self) -> &[&'static dyn Draft] {
        &self.drafts
    }

    /// The draft that every connection is held to.
    pub const fn forced(&self) -> Option<&'static dyn Draft> {
        self.forced
    }

    /// All extensions that are known.
    pub(super) const fn extensions(&self) -> &Extensions {
        &self.extensions
    }

    /// The one of these drafts that was issued last: of several that a request can be of, it
    /// is the one that is still spoken. One that no request shows comes after all others.
    pub(super) fn latest(&self, candidates: &[&'static DraftInfo]) -> Option<&'static dyn Draft> {
        let fits = |draft: &&'static dyn Draft| candidates.contains(&draft.info());
        let mut drafts = self.drafts.iter().rev().copied().filter(fits);
        let first = drafts.clone().find(|draft| !draft.info().undetectable);
        first.or_else(|| drafts.next())
    }

    /// The drafts with these names that no request shows.
    pub(super) fn hidden(&self, candidates: &[&str]) -> impl Iterator<Item = &'static dyn Draft> {
        let hidden = |draft: &&'static dyn Draft| {
            let info = draft.info();
            info.undetectable && candidates.contains(&info.short)
        };
        self.drafts.iter().copied().filter(hidden)
    }

    /// A draft as data.
    pub(super) fn resolved(&self, draft: &dyn Draft) -> Option<&'a ResolvedDraft> {
        self.database.resolved(draft.info().short)
    }

    /// A rule of a draft, as data.
    pub(super) fn rule(&self, draft: &str, id: &str) -> Option<&'a Item<Rule>> {
        self.database.resolved(draft)?.rules.get(id)
    }

    /// The draft that brought the rule which is broken.
    pub(super) fn since(&self, violation: &Violation) -> String {
        let rule = self.rule(violation.draft.short, violation.rule.id);
        rule.map_or(violation.rule.stated_in, |rule| &rule.since)
            .into()
    }

    /// Whether a violation is to be reported.
    pub(super) fn wants(&self, violation: &Violation) -> bool {
        let id = violation.rule.id;
        let among = |ids: &[String]| ids.iter().any(|other| other == id);
        violation.rule.level != Level::May
            && (self.only.is_empty() || among(self.only))
            && !among(self.allow)
    }

    /// Whether this rule is asked about by its id.
    pub(super) fn names(&self, id: &str) -> bool {
        self.only.iter().any(|only| only == id)
    }

    /// The number of a new connection.
    pub(super) fn number(&self) -> u64 {
        self.connections.set(self.connections.get() + 1);
        self.connections.get()
    }

    /// Connections so far.
    pub fn connections(&self) -> u64 {
        self.connections.get()
    }
}

impl std::fmt::Debug for Settings<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings")
            .field("only", &self.only)
            .field("allow", &self.allow)
            .field("most", &self.most)
            .field("memory", &self.memory)
            .finish_non_exhaustive()
    }
}
