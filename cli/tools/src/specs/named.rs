//! What is a draft of the protocol or an extension.

use wsdraft_exports::facts::channels::by_age;
use wsdraft_spec::{ResolvedDraft, ResolvedExtension, did_you_mean};

use super::Specs;
use crate::failure::Failure;

/// A draft or an extension that a user named.
#[derive(Clone, Copy, Debug)]
pub enum Named<'a> {
    /// A draft, with everything that it inherits.
    Draft(&'a ResolvedDraft),
    /// An extension.
    Extension(&'a ResolvedExtension),
}

impl Specs {
    /// The draft or the extension that a user named. A token that several extensions have stands for the newest of
    /// them.
    ///
    /// # Errors
    /// If there is none of this name.
    pub fn named(&self, name: &str) -> Result<Named<'_>, Failure> {
        let extensions = self.database.extensions();
        if let Some(extension) = extensions.get(name) {
            return Ok(Named::Extension(extension));
        }
        if self.versions.find(name).is_some() || self.extension_of(name).is_some() {
            return self.resolved(name).map(Named::Draft);
        }
        let mut newest = by_age(&self.database).into_iter().rev();
        let called = |extension: &&ResolvedExtension| {
            let mut tokens = extension.tokens().iter();
            tokens.any(|token| token.eq_ignore_ascii_case(name))
        };
        newest.find(called).map(Named::Extension).ok_or_else(|| {
            let drafts = self.database.drafts().into_iter();
            let drafts = drafts.map(|draft| draft.short.as_str());
            let known = drafts.chain(extensions.iter().map(|one| one.short.as_str()));
            let hint = did_you_mean(name, known);
            let hint = match hint.as_str() {
                "" => "; `wsdraft list` shows all of them",
                hint => hint,
            };
            Failure::input(format!("no draft or extension {name:?}{hint}"))
        })
    }
}
