//! Which rules of a dialect the peer must follow, and what a violation leads to.

use alloc::{boxed::Box, format, string::String};
use core::fmt;

use crate::{
    machine::extension::{
        ChannelDemand, Demand, ExtensionInfo,
        multiplex::{DropUse, MultiplexInfo},
        why_not_relaxed,
    },
    protocol::{
        info::{Outcome, RuleInfo},
        violation::{Enforce, Relaxed, Seen},
    },
};

/// The rules of a dialect, as far as the policy enforces them.
#[derive(Debug)]
pub(super) struct Judge {
    pub(super) extension: &'static ExtensionInfo,
    pub(super) table: &'static MultiplexInfo,
    mode: Mode,
}

/// At which violations a judge stops, where it is possible to go on.
#[derive(Debug)]
enum Mode {
    /// At those that the policy of an endpoint enforces.
    Enforces(Enforce),
    /// At each.
    StopsAtAll,
    /// At none.
    StopsAtNone,
}

/// What the peer did wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The rule; `None` if the dialect has none for what cannot be read.
    pub rule: Option<&'static RuleInfo>,
    /// The offset in the bytes that were read.
    pub offset: usize,
    /// What is there.
    pub seen: Seen,
}

impl Broken {
    pub(super) const fn unknown() -> Self {
        Self {
            rule: None,
            offset: 0,
            seen: Seen::Nothing,
        }
    }

    /// The same, seen from further ahead.
    pub(super) fn after(self, offset: usize) -> Self {
        Self {
            offset: self.offset + offset,
            ..self
        }
    }

    /// Whether only the channel fails, and not the physical connection.
    pub(super) fn is_local(&self) -> bool {
        let outcome = self.rule.map(|rule| rule.outcome);
        matches!(outcome, Some(Outcome::Drop(_) | Outcome::DropWithoutCode))
    }

    /// How the peer hears of it, if only the channel fails or the physical connection does.
    pub(super) fn dropped(&self, table: &MultiplexInfo, usage: DropUse) -> Dropped {
        let code = match self.rule {
            Some(rule) => rule.outcome.drop_code(),
            None => table.drop_code_for(usage),
        };
        let reason = self.rule.map_or("", |rule| rule.id);
        Dropped {
            code,
            reason: reason.into(),
            rule: self.rule,
        }
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(rule) = self.rule else {
            return f.write_str("the peer sent what this dialect does not define");
        };
        write!(f, "{} ({}, {})", rule.summary, rule.id, rule.citation)?;
        match &self.seen {
            Seen::Nothing => Ok(()),
            seen => write!(f, ": {seen}"),
        }
    }
}

impl core::error::Error for Broken {}

/// How a channel or the physical connection was dropped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dropped {
    /// The drop code, if there is one.
    pub code: Option<u16>,
    /// The reason.
    pub reason: Box<str>,
    /// The rule that the peer has violated, if this end has dropped it for that.
    pub rule: Option<&'static RuleInfo>,
}

impl fmt::Display for Dropped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = match self.code {
            Some(code) => format!(" with drop code {code}"),
            None => String::new(),
        };
        write!(f, "dropped{code}")?;
        match &*self.reason {
            "" => Ok(()),
            reason => write!(f, ": {}", reason.escape_debug()),
        }
    }
}

impl Judge {
    pub(super) const fn new(
        extension: &'static ExtensionInfo,
        table: &'static MultiplexInfo,
        relaxed: Relaxed,
        strict: bool,
    ) -> Self {
        Self {
            extension,
            table,
            mode: Mode::Enforces(Enforce::new(relaxed, strict)),
        }
    }

    /// Two judges of an observer: one that stops at each violation, and one that goes on wherever that
    /// is possible.
    pub(super) fn observing(
        extension: &'static ExtensionInfo,
        table: &'static MultiplexInfo,
    ) -> [Self; 2] {
        let of = |mode| Self {
            extension,
            table,
            mode,
        };
        [of(Mode::StopsAtAll), of(Mode::StopsAtNone)]
    }

    fn stops_at(&self, rule: &RuleInfo, demand: ChannelDemand) -> bool {
        match &self.mode {
            Mode::Enforces(enforce) => enforce.stops_at(rule) || why_not_relaxed(demand).is_some(),
            Mode::StopsAtAll => true,
            Mode::StopsAtNone => false,
        }
    }

    /// Notes that the peer does not meet a demand, and goes on if that is allowed.
    pub(super) fn broken(
        &self,
        demand: ChannelDemand,
        offset: usize,
        seen: Seen,
    ) -> Result<(), Broken> {
        match self.extension.demands(&Demand::Channels(demand)) {
            Some(rule) if self.stops_at(rule, demand) => Err(Broken {
                rule: Some(rule),
                offset,
                seen,
            }),
            _ => Ok(()),
        }
    }

    /// What a peer does wrong that leaves nothing to go on with.
    pub(super) fn fatal(&self, demand: ChannelDemand, offset: usize, seen: Seen) -> Broken {
        Broken {
            rule: self.extension.demands(&Demand::Channels(demand)),
            offset,
            seen,
        }
    }
}
