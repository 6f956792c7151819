//! Where words are looked up.

use std::ops::Deref;

use wsdraft_exports::facts::atlas;

use crate::{failure::Failure, specs::Specs};

/// The drafts in order, with what the command adds to them.
#[derive(Debug)]
pub(super) struct Atlas<'a> {
    pub(super) specs: &'a Specs,
    drafts: atlas::Atlas<'a>,
}

impl<'a> Atlas<'a> {
    /// The drafts, or one of them.
    pub(super) fn new(specs: &'a Specs, only: Option<&str>) -> Result<Self, Failure> {
        let only = only.map(|name| specs.resolved(name)).transpose()?;
        specs.topics()?;
        Ok(Self {
            specs,
            drafts: atlas::Atlas::new(specs.database(), only),
        })
    }
}

impl<'a> Deref for Atlas<'a> {
    type Target = atlas::Atlas<'a>;

    fn deref(&self) -> &Self::Target {
        &self.drafts
    }
}
