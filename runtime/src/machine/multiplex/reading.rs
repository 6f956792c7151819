//! Reads channel IDs and blocks for an observer: it goes on after a violation where that is possible.

use super::{
    codec::{self, Block},
    judge::{Broken, Judge},
    numbers,
};
use crate::{
    machine::extension::{ChannelDemand, ExtensionInfo, multiplex::MultiplexInfo},
    protocol::{
        info::{Role, RuleInfo},
        violation::Seen,
    },
};

/// The readers of a dialect.
#[derive(Debug)]
pub(crate) struct Reading {
    strict: Judge,
    lenient: Judge,
}

/// Something that was read, and what it violates; or what it violates, and why it cannot be read.
pub(crate) type Read<T> = Result<(T, Option<Broken>), (Option<Broken>, Broken)>;

impl Reading {
    pub(crate) fn new(extension: &'static ExtensionInfo, table: &'static MultiplexInfo) -> Self {
        let [strict, lenient] = Judge::observing(extension, table);
        Self { strict, lenient }
    }

    /// The rule with this demand; `None` if the dialect has none.
    pub(crate) fn rule(&self, demand: ChannelDemand) -> Option<&'static RuleInfo> {
        self.strict.fatal(demand, 0, Seen::Nothing).rule
    }

    /// Reads the channel ID at the start of a message.
    ///
    /// # Errors
    /// What it violates, and why it cannot be read.
    pub(crate) fn id(&self, bytes: &[u8]) -> Read<(u32, usize)> {
        self.read(|judge| numbers::read_id(judge, bytes, ChannelDemand::ChannelIdComplete))
    }

    /// Reads the block at the start of these bytes, which `from` has sent.
    ///
    /// # Errors
    /// What it violates, and why it cannot be read.
    pub(crate) fn block<'a>(&self, from: Role, bytes: &'a [u8]) -> Read<(Block<'a>, usize)> {
        self.read(|judge| codec::read_block(judge, from, bytes))
    }

    fn read<T>(&self, read: impl Fn(&Judge) -> Result<T, Broken>) -> Read<T> {
        let broken = match read(&self.strict) {
            Ok(done) => return Ok((done, None)),
            Err(broken) => broken,
        };
        match read(&self.lenient) {
            Ok(done) => Ok((done, Some(broken))),
            Err(fatal) => Err((Some(broken).filter(|broken| *broken != fatal), fatal)),
        }
    }
}
