//! Where words are looked up.

use std::ops::Deref;

use wsdraft_exports::facts::atlas;
use wsdraft_spec::{ResolvedExtension, sort};

use crate::{failure::Failure, specs::Specs};

/// The drafts in order, with what the command adds to them.
#[derive(Debug)]
pub(super) struct Atlas<'a> {
    pub(super) specs: &'a Specs,
    /// The only extension to look at.
    pub(super) dialect: Option<&'a ResolvedExtension>,
    drafts: atlas::Atlas<'a>,
}

impl<'a> Atlas<'a> {
    /// The drafts, or one of them or of the extensions.
    pub(super) fn new(specs: &'a Specs, only: Option<&str>) -> Result<Self, Failure> {
        let dialect = only.filter(|name| specs.versions().find(name).is_none());
        let dialect = dialect.and_then(|name| specs.extension_of(name));
        let only = only.filter(|_| dialect.is_none());
        let only = only.map(|name| specs.resolved(name)).transpose()?;
        specs.topics()?;
        Ok(Self {
            specs,
            dialect,
            drafts: atlas::Atlas::new(specs.database(), only),
        })
    }

    /// The extensions that are looked at, the oldest first: with a draft of the protocol, those that its text defines.
    pub(super) fn extensions(&self) -> Vec<&'a ResolvedExtension> {
        let all = self.specs.database().extensions().iter();
        let mut extensions: Vec<&ResolvedExtension> = all
            .filter(|one| match (self.dialect, self.only) {
                (Some(dialect), _) => one.short == dialect.short,
                (None, Some(draft)) => one.drafts.contains(&draft.short),
                (None, None) => true,
            })
            .collect();
        sort::by_key(&mut extensions, |one| {
            let documents = one.documents.iter();
            documents.filter_map(|document| document.issued).max()
        });
        extensions
    }

    /// What `--draft` names.
    pub(super) fn named(&self) -> Option<&'a str> {
        let dialect = self.dialect.map(|extension| extension.short.as_str());
        dialect.or_else(|| Some(&self.only?.short))
    }
}

impl<'a> Deref for Atlas<'a> {
    type Target = atlas::Atlas<'a>;

    fn deref(&self) -> &Self::Target {
        &self.drafts
    }
}
