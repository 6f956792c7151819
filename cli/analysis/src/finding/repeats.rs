//! How often the same is said of a connection: all of it is counted, and only so much is shown.

use std::collections::BTreeMap;

use serde::Serialize;
use wsdraft::{Role, info::Level};

use crate::settings::MaxFindings;

/// The severity of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// A violation of a MUST.
    Error,
    /// Another event for which the exit status of the command is 1.
    Warning,
    /// Information only.
    Note,
}

impl From<Level> for Severity {
    fn from(level: Level) -> Self {
        match level {
            Level::Must => Self::Error,
            Level::Should => Self::Warning,
            Level::May => Self::Note,
        }
    }
}

/// A finding or note that was found more often than it was shown.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Repeated {
    /// The id of the rule, or the name of the event.
    pub name: &'static str,
    /// The endpoint that caused it.
    #[serde(serialize_with = "by")]
    pub by: Role,
    /// How often it was found.
    pub count: u64,
    /// How often it was shown.
    pub shown: u64,
    /// Its severity.
    #[serde(skip)]
    pub severity: Severity,
}

impl Repeated {
    /// Returns how often it was not shown.
    pub const fn hidden(&self) -> u64 {
        self.count - self.shown
    }
}

fn by<S: serde::Serializer>(by: &Role, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(by.as_str())
}

/// What was said of a connection, each rule and kind of note of either end for itself.
#[derive(Debug)]
pub(crate) struct Repeats {
    most: MaxFindings,
    counts: BTreeMap<(&'static str, bool), Count>,
}

#[derive(Debug)]
struct Count {
    severity: Severity,
    /// How often it was shown over all opening handshakes of the connection.
    shown: u64,
    /// How often it came, and was shown, since the last one.
    latest: (u64, u64),
}

impl Repeats {
    /// Shows the same so often.
    pub(crate) const fn new(most: MaxFindings) -> Self {
        Self {
            most,
            counts: BTreeMap::new(),
        }
    }

    /// Counts something; whether it is to be shown.
    pub(crate) fn shows(&mut self, name: &'static str, by: Role, severity: Severity) -> bool {
        let key = (name, by == Role::Server);
        let count = self.counts.entry(key).or_insert(Count {
            severity,
            shown: 0,
            latest: (0, 0),
        });
        let shows = self.most.allows(count.shown);
        count.shown += u64::from(shows);
        count.latest.0 += 1;
        count.latest.1 += u64::from(shows);
        shows
    }

    /// What was not shown each time since this was asked last.
    pub(crate) fn take(&mut self) -> Vec<Repeated> {
        let counts = self.counts.iter_mut();
        let taken = counts.map(|((name, is_server), count)| {
            let (all, shown) = core::mem::take(&mut count.latest);
            Repeated {
                name,
                by: if *is_server {
                    Role::Server
                } else {
                    Role::Client
                },
                count: all,
                shown,
                severity: count.severity,
            }
        });
        taken.filter(|repeated| repeated.hidden() > 0).collect()
    }

    /// Bytes that it takes, roughly.
    pub(crate) fn held(&self) -> usize {
        // Its keys and values, and the nodes of the tree, of which half may be empty.
        self.counts.len() * 2 * size_of::<(&str, Count)>()
    }
}

#[cfg(test)]
mod tests {
    use wsdraft::Role;

    use super::{Repeats, Severity};

    #[test]
    fn what_is_not_shown_is_counted() {
        let mut repeats = Repeats::new("2".parse().unwrap());
        let mut show = |by| repeats.shows("rule", by, Severity::Error);
        let shown = [(); 4].map(|()| show(Role::Client));
        assert_eq!(shown, [true, true, false, false]);
        assert!(show(Role::Server), "each end has its own");
        let [repeated] = repeats.take()[..] else {
            panic!("{repeats:?}");
        };
        assert_eq!((repeated.by, repeated.count), (Role::Client, 4));
        assert_eq!((repeated.shown, repeated.hidden()), (2, 2));
        // Another handshake on the same connection starts no new count of what is shown.
        assert!(!repeats.shows("rule", Role::Client, Severity::Error));
        assert_eq!(repeats.take()[0].count, 1);
        assert!(repeats.take().is_empty());
    }
}
