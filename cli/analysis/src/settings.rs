//! The settings of an analysis: drafts, rules and limits.

use std::cell::Cell;

use wsdraft::{
    Draft, Violation,
    extension::{Demand, ExtensionInfo, ExtensionRule, Extensions},
    info::{DraftInfo, Level},
    versions::{Version, Versions},
};
use wsdraft_spec::{Database, Diagnostics, did_you_mean, sort};

mod memory;
mod most;
mod rules;

use self::rules::Rules;
pub use self::{
    memory::{Bytes, Memory, Share},
    most::MaxFindings,
};
use crate::error::Error;

/// The settings of an analysis: drafts, rules to report, limits, and the count of connections.
pub struct Settings {
    drafts: Vec<&'static dyn Draft>,
    rules: Rules,
    forced: Option<&'static dyn Draft>,
    only: Vec<String>,
    allow: Vec<String>,
    extensions: Extensions,
    connections: Cell<u64>,
    most: MaxFindings,
    memory: Memory,
}

impl Settings {
    /// Creates settings with the built-in drafts and extensions.
    ///
    /// # Errors
    /// Returns an error if the built-in spec files have errors. A test ensures that they have none.
    pub fn built_in() -> Result<Self, Diagnostics> {
        let database = Database::built_in().map_err(Clone::clone)?;
        let versions = Versions::built_in();
        let mut drafts = wsdraft::drafts::ALL.to_vec();
        sort::by_key(&mut drafts, |draft| {
            let version = versions.of(draft.info());
            let issued = version.and_then(Version::issued);
            (issued, version.and_then(Version::serial))
        });
        Ok(Self::new(
            database,
            drafts,
            wsdraft::extension::builtin::ALL,
        ))
    }

    /// Creates settings with these drafts, the oldest first, and these extensions. `database`
    /// contains the drafts as data.
    #[must_use]
    pub fn new(
        database: &Database,
        drafts: Vec<&'static dyn Draft>,
        extensions: &[&'static ExtensionInfo],
    ) -> Self {
        Self {
            rules: Rules::of(database, &drafts),
            drafts,
            forced: None,
            only: Vec::new(),
            allow: Vec::new(),
            extensions: Extensions::all(extensions),
            connections: Cell::new(0),
            most: MaxFindings::PARSED,
            memory: Memory::new(Memory::DEFAULT),
        }
    }

    /// Reads extensions as these dialects, and not as others with the same token.
    ///
    /// # Errors
    /// Returns an error if there is no dialect with one of these names.
    pub fn reading(mut self, dialects: &[String]) -> Result<Self, Error> {
        let known: Vec<_> = self.extensions.supported().collect();
        let mut named = Vec::new();
        for name in dialects {
            let found = known.iter().find(|info| info.short == name);
            named.push(*found.ok_or_else(|| {
                let hint = did_you_mean(name, known.iter().map(|info| info.short));
                Error::invalid(format!("no extension {name:?}{hint}"))
            })?);
        }
        let kept = known.into_iter().filter(|info| {
            let rivals = |one: &&ExtensionInfo| {
                let mut tokens = one.tokens.iter();
                tokens.any(|token| info.tokens.contains(token))
            };
            named.contains(info) || !named.iter().any(rivals)
        });
        self.extensions = Extensions::all(&kept.collect::<Vec<_>>());
        Ok(self)
    }

    /// Reports only the rules with the ids in `only`, unless it is empty, and does not report the
    /// rules with the ids in `allow`.
    ///
    /// # Errors
    /// Returns an error if no draft and no extension has a rule with one of the ids that is checked.
    pub fn reporting(mut self, only: &[String], allow: &[String]) -> Result<Self, Error> {
        for id in only.iter().chain(allow) {
            if self.checked().all(|known| known != id) {
                return Err(Error::invalid(match self.rules.extension_of(id) {
                    Some(extension) => format!(
                        "{id:?} is a rule of the extension {extension} that is not checked here"
                    ),
                    None => {
                        let hint = did_you_mean(id, self.checked());
                        format!("no draft or extension has a rule {id:?}{hint}")
                    }
                }));
            }
        }
        (self.only, self.allow) = (only.to_vec(), allow.to_vec());
        Ok(self)
    }

    /// Ids of the rules that are checked: those of drafts, and those of extensions, but for rules about
    /// channels that cannot be read.
    fn checked(&self) -> impl Iterator<Item = &'static str> {
        let of_drafts = self.drafts.iter().flat_map(|draft| draft.info().rules);
        let of_extensions = self.extensions.supported().flat_map(|info| {
            let checked = |rule: &&ExtensionRule| {
                info.carries() || !matches!(rule.demand, Demand::Channels(_))
            };
            info.rules.iter().filter(checked)
        });
        let of_drafts = of_drafts.map(|rule| rule.id);
        of_drafts.chain(of_extensions.map(|rule| rule.info.id))
    }

    /// Checks every connection against this draft, if it is given, whatever the request shows.
    #[must_use]
    pub fn held_to(mut self, draft: Option<&'static dyn Draft>) -> Self {
        self.forced = draft;
        self
    }

    /// Limits how often the same finding is shown, and the memory for all connections together.
    #[must_use]
    pub fn within(mut self, most: MaxFindings, memory: Bytes) -> Self {
        self.most = most;
        self.memory = Memory::new(memory);
        self
    }

    /// How often the same is shown.
    pub(crate) const fn most(&self) -> MaxFindings {
        self.most
    }

    /// Returns the memory for all connections.
    #[must_use]
    pub const fn memory(&self) -> &Memory {
        &self.memory
    }

    /// The drafts that a connection can be of, the current one last.
    pub(crate) fn drafts(&self) -> &[&'static dyn Draft] {
        &self.drafts
    }

    /// Returns the draft against which every connection is checked.
    #[must_use]
    pub const fn forced(&self) -> Option<&'static dyn Draft> {
        self.forced
    }

    /// The draft that is spoken today.
    pub(crate) fn newest(&self) -> Option<&'static dyn Draft> {
        self.drafts.last().copied()
    }

    /// All extensions that are known.
    pub(crate) const fn extensions(&self) -> &Extensions {
        &self.extensions
    }

    /// The one of these drafts that was issued last: of several that a request can be of, it
    /// is the one that is still spoken. One that no request shows comes after all others.
    pub(crate) fn latest(&self, candidates: &[&'static DraftInfo]) -> Option<&'static dyn Draft> {
        let fits = |draft: &&'static dyn Draft| candidates.contains(&draft.info());
        let mut drafts = self.drafts.iter().rev().copied().filter(fits);
        let first = drafts.clone().find(|draft| !draft.info().undetectable);
        first.or_else(|| drafts.next())
    }

    /// The drafts with these names that no request shows.
    pub(crate) fn hidden(&self, candidates: &[&str]) -> impl Iterator<Item = &'static dyn Draft> {
        let hidden = |draft: &&'static dyn Draft| {
            let info = draft.info();
            info.undetectable && candidates.contains(&info.short)
        };
        self.drafts.iter().copied().filter(hidden)
    }

    /// The rules of the drafts, as data.
    pub(crate) const fn rules(&self) -> &Rules {
        &self.rules
    }

    /// The draft that brought the rule which is broken.
    pub(crate) fn since(&self, violation: &Violation) -> String {
        let rule = self.rules.broken(violation);
        rule.map_or(violation.rule.stated_in, |rule| &rule.since)
            .into()
    }

    /// Whether a violation is to be reported.
    pub(crate) fn wants(&self, violation: &Violation) -> bool {
        violation.rule.level != Level::May && self.includes(violation.rule.id)
    }

    /// Whether violations of this rule are to be reported.
    pub(crate) fn includes(&self, id: &str) -> bool {
        let among = |ids: &[String]| ids.iter().any(|other| other == id);
        (self.only.is_empty() || among(&self.only)) && !among(&self.allow)
    }

    /// Whether this rule is asked about by its id.
    pub(crate) fn names(&self, id: &str) -> bool {
        self.only.iter().any(|only| only == id)
    }

    /// The number of a new connection.
    pub(crate) fn number(&self) -> u64 {
        self.connections.set(self.connections.get() + 1);
        self.connections.get()
    }

    /// Returns the number of connections so far.
    #[must_use]
    pub fn connections(&self) -> u64 {
        self.connections.get()
    }
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings")
            .field("only", &self.only)
            .field("allow", &self.allow)
            .field("most", &self.most)
            .field("memory", &self.memory)
            .finish_non_exhaustive()
    }
}
