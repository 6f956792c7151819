//! The drafts that a command works on, and how users name them.

use std::path::Path;

use wsdraft_spec::{Database, LoadError, ResolvedDraft, did_you_mean, model::Draft};

use crate::failure::Failure;

/// The built-in drafts and those of `--spec-dir`.
#[derive(Debug)]
pub(crate) struct Specs {
    database: Database,
}

impl Specs {
    /// Loads the drafts.
    pub(crate) fn load(folder: Option<&Path>) -> Result<Self, Failure> {
        let built_in = Database::built_in()
            .map_err(|errors| LoadError::Spec(errors.clone()))?
            .clone();
        let database = match folder {
            None => built_in,
            Some(folder) => built_in.with_folder(folder)?,
        };
        Ok(Self { database })
    }

    /// All drafts.
    pub(crate) const fn database(&self) -> &Database {
        &self.database
    }

    /// The draft that a user named, with everything that it inherits.
    pub(crate) fn resolved(&self, name: &str) -> Result<&ResolvedDraft, Failure> {
        let draft = self.draft(name)?;
        self.database
            .resolved(&draft.short)
            .ok_or_else(|| Failure::input(format!("{name:?} is not resolved")))
    }

    /// The draft that a user named, as written.
    pub(crate) fn draft(&self, name: &str) -> Result<&Draft, Failure> {
        let found = self.database.draft(name);
        found.ok_or_else(|| {
            let shorts = self
                .database
                .drafts()
                .into_iter()
                .map(|draft| draft.short.as_str());
            Failure::input(format!("no draft {name:?}{}", did_you_mean(name, shorts)))
        })
    }
}
