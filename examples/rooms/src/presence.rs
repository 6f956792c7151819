//! Who is in a room, in all processes.
//!
//! Each process reports all of its users again and again, so that a report that is lost does no
//! harm. A process that has crashed reports nothing, and after a while its users have left.

use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

use tokio::time::Instant;

use crate::names::Name;

/// Limit on processes with users in one room. Reports of further ones are ignored.
const PROCESSES: usize = 256;

#[derive(Debug, Default)]
pub struct Presence {
    processes: HashMap<String, Roster>,
}

#[derive(Debug)]
struct Roster {
    serial: u64,
    names: BTreeSet<Name>,
    heard: Instant,
}

/// Who has joined and left. A user with connections to several processes is present once.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Changes {
    pub joined: Vec<Name>,
    pub left: Vec<Name>,
}

impl Presence {
    pub fn names(&self) -> BTreeSet<&Name> {
        self.processes
            .values()
            .flat_map(|roster| &roster.names)
            .collect()
    }

    /// Takes a report.
    pub fn hear(&mut self, by: &str, serial: u64, names: BTreeSet<Name>, now: Instant) -> Changes {
        if let Some(roster) = self.processes.get_mut(by) {
            if roster.serial > serial {
                return Changes::default();
            }
            roster.heard = now;
            if roster.names == names {
                roster.serial = serial;
                return Changes::default();
            }
        } else if self.processes.len() >= PROCESSES {
            return Changes::default();
        }
        self.change(|processes| {
            // Without users, an entry stays until it expires: its serial tells older reports.
            let heard = now;
            processes.insert(
                by.to_owned(),
                Roster {
                    serial,
                    names,
                    heard,
                },
            );
        })
    }

    /// Forgets processes that were not heard for so long.
    pub fn expire(&mut self, after: Duration, now: Instant) -> Changes {
        let is_old = |roster: &Roster| now.duration_since(roster.heard) > after;
        if !self.processes.values().any(is_old) {
            return Changes::default();
        }
        self.change(|processes| processes.retain(|_, roster| !is_old(roster)))
    }

    /// After a time without the broker, when nobody could be heard, everybody gets new time.
    pub fn renew(&mut self, now: Instant) {
        for roster in self.processes.values_mut() {
            roster.heard = now;
        }
    }

    fn change(&mut self, change: impl FnOnce(&mut HashMap<String, Roster>)) -> Changes {
        let before: BTreeSet<Name> = self.names().into_iter().cloned().collect();
        change(&mut self.processes);
        let after: BTreeSet<Name> = self.names().into_iter().cloned().collect();
        Changes {
            joined: after.difference(&before).cloned().collect(),
            left: before.difference(&after).cloned().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> BTreeSet<Name> {
        let name = |name: &&str| Name::try_from((*name).to_owned()).unwrap();
        names.iter().map(name).collect()
    }

    fn changes(joined: &[&str], left: &[&str]) -> Changes {
        Changes {
            joined: names(joined).into_iter().collect(),
            left: names(left).into_iter().collect(),
        }
    }

    #[test]
    fn a_user_of_two_processes_is_present_once() {
        let (mut presence, now) = (Presence::default(), Instant::now());
        assert_eq!(
            presence.hear("a", 1, names(&["ada"]), now),
            changes(&["ada"], &[])
        );
        let both = names(&["ada", "grace"]);
        assert_eq!(presence.hear("b", 1, both, now), changes(&["grace"], &[]));
        assert_eq!(presence.hear("a", 2, names(&[]), now), changes(&[], &[]));
        assert_eq!(
            presence.hear("b", 2, names(&["grace"]), now),
            changes(&[], &["ada"])
        );
    }

    #[test]
    fn an_older_report_changes_nothing() {
        let (mut presence, now) = (Presence::default(), Instant::now());
        presence.hear("a", 5, names(&["ada"]), now);
        assert_eq!(presence.hear("a", 4, names(&[]), now), Changes::default());
        // Not even after the process has no users.
        presence.hear("a", 6, names(&[]), now);
        assert_eq!(
            presence.hear("a", 5, names(&["ada"]), now),
            Changes::default()
        );
    }

    #[test]
    fn a_silent_process_loses_its_users() {
        let (mut presence, now) = (Presence::default(), Instant::now());
        let (second, after) = (Duration::from_secs(1), Duration::from_secs(5));
        presence.hear("a", 1, names(&["ada"]), now);
        presence.hear("b", 1, names(&["grace"]), now);
        presence.hear("b", 1, names(&["grace"]), now + 4 * second);
        assert_eq!(presence.expire(after, now + 5 * second), Changes::default());
        assert_eq!(
            presence.expire(after, now + 6 * second),
            changes(&[], &["ada"])
        );
        presence.renew(now + 60 * second);
        assert_eq!(
            presence.expire(after, now + 61 * second),
            Changes::default()
        );
    }

    #[test]
    fn processes_are_limited() {
        let (mut presence, now) = (Presence::default(), Instant::now());
        for process in 0..=PROCESSES {
            presence.hear(&process.to_string(), 1, names(&["ada"]), now);
        }
        assert_eq!(presence.processes.len(), PROCESSES);
    }
}
