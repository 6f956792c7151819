//! What the analysis knows of rules beside what the generated tables have.

use std::collections::{BTreeMap, BTreeSet};

use wsdraft::{Draft, Violation};
use wsdraft_spec::{Database, vocabulary::Predicate};

/// A rule as data.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    /// What it asks for.
    pub(crate) require: Predicate,
    /// The draft that brought it.
    pub(crate) since: String,
}

/// The rules of drafts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rules {
    /// By the short name of the draft.
    drafts: BTreeMap<&'static str, BTreeMap<String, Rule>>,
    /// The extensions that have the rules of extensions, by the ids of the rules.
    extensions: BTreeMap<String, String>,
    /// Drafts whose frames are masked with a key of the connection.
    keyed: BTreeSet<&'static str>,
}

impl Rules {
    /// The rules of these drafts.
    pub(crate) fn of(database: &Database, drafts: &[&'static dyn Draft]) -> Self {
        let mut rules = Self::default();
        for extension in database.extensions().iter() {
            let ids = extension.rules.keys().cloned();
            rules
                .extensions
                .extend(ids.map(|id| (id, extension.short.clone())));
        }
        for short in drafts.iter().map(|draft| draft.info().short) {
            let Some(draft) = database.resolved(short) else {
                continue;
            };
            let of_draft = draft.rules.iter().map(|(id, item)| {
                let rule = Rule {
                    require: item.value.require.clone(),
                    since: item.since.clone(),
                };
                (id.clone(), rule)
            });
            rules.drafts.insert(short, of_draft.collect());
            if draft.session_key.is_some() {
                rules.keyed.insert(short);
            }
        }
        rules
    }

    /// A rule of a draft.
    pub(crate) fn get(&self, draft: &str, id: &str) -> Option<&Rule> {
        self.drafts.get(draft)?.get(id)
    }

    /// An extension that has this rule.
    pub(crate) fn extension_of(&self, id: &str) -> Option<&str> {
        self.extensions.get(id).map(String::as_str)
    }

    /// The rule that is broken; `None` for one of an extension.
    pub(crate) fn broken(&self, violation: &Violation) -> Option<&Rule> {
        self.get(violation.draft.short, violation.rule.id)
    }

    /// Ids of the rules of a draft that depend on which reserved bits the agreed extensions use.
    pub(crate) fn about_reserved(&self, draft: &dyn Draft) -> Vec<&'static str> {
        let info = draft.info();
        let depends = |id| {
            let rule = self.get(info.short, id);
            rule.is_some_and(|rule| rule.require == Predicate::ReservedClear)
        };
        let ids = info.rules.iter().map(|rule| rule.id);
        ids.filter(|id| depends(id)).collect()
    }

    /// Whether a key of the connection masks the frames of a draft.
    pub(crate) fn is_keyed(&self, draft: &dyn Draft) -> bool {
        self.keyed.contains(draft.info().short)
    }
}
