//! Where words are looked up.

use std::ops::Deref;

use wsdraft_exports::facts::atlas;
use wsdraft_spec::{
    Topics,
    topic::{Subject, Topic},
};

use crate::{failure::Failure, specs::Specs};

/// The drafts in order, with what the command adds to them.
#[derive(Debug)]
pub(super) struct Atlas<'a> {
    pub(super) specs: &'a Specs,
    drafts: atlas::Atlas<'a>,
    topics: &'a [Topics],
}

impl<'a> Atlas<'a> {
    /// The drafts, or one of them.
    pub(super) fn new(specs: &'a Specs, only: Option<&str>) -> Result<Self, Failure> {
        let only = only.map(|name| specs.resolved(name)).transpose()?;
        Ok(Self {
            specs,
            drafts: atlas::Atlas::new(specs.database(), only),
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
}

impl<'a> Deref for Atlas<'a> {
    type Target = atlas::Atlas<'a>;

    fn deref(&self) -> &Self::Target {
        &self.drafts
    }
}
