//! What the server says about its connections: lines for people, or objects for programs.

use std::{
    fmt,
    time::{SystemTime, UNIX_EPOCH},
};

use clap::{ArgAction, Args};
use serde::Serialize;

mod entry;

pub(super) use self::entry::{Amount, Closed, Entry};
use crate::output::{log, log_entry};

/// How much is logged, and in which form.
#[derive(Clone, Copy, Debug, Args)]
#[command(next_help_heading = crate::flags::heading::LOG)]
pub(super) struct Logging {
    /// Log errors only.
    #[arg(long, short, conflicts_with = "verbose")]
    quiet: bool,
    /// Also log the heads, the messages and the control frames of each connection; twice, also
    /// every frame with its first bytes.
    ///
    /// The heads are logged as they are, with cookies and credentials in them.
    #[arg(long, short, action = ArgAction::Count)]
    verbose: u8,
    /// Log a JSON object on each line. Only the line that says where the server listens is text.
    #[arg(long)]
    log_json: bool,
}

/// How much is logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// Errors.
    Errors,
    /// The beginning and the end of each connection, too.
    Connections,
    /// Heads, messages and control frames, too.
    Messages,
    /// Frames, too.
    Frames,
}

/// The log.
#[derive(Clone, Copy, Debug)]
pub(super) struct Journal {
    pub(super) level: Level,
    json: bool,
}

/// An entry as an object.
#[derive(Serialize)]
struct Line<'a> {
    time: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    peer: Option<&'a str>,
    #[serde(flatten)]
    entry: &'a Entry<'a>,
}

impl Logging {
    /// The log that is asked for.
    pub(super) const fn journal(self) -> Journal {
        let level = match (self.quiet, self.verbose) {
            (true, _) => Level::Errors,
            (false, 0) => Level::Connections,
            (false, 1) => Level::Messages,
            (false, _) => Level::Frames,
        };
        Journal {
            level,
            json: self.log_json,
        }
    }
}

impl Journal {
    /// Logs something about a peer, or about the server, if so much is logged.
    pub(super) fn note(self, peer: Option<&str>, entry: &Entry<'_>) {
        if entry.level() > self.level {
            return;
        }
        if self.json {
            let time = Instant(SystemTime::now()).to_string();
            log_entry(&Line { time, peer, entry });
        } else {
            let peer = peer.map_or_else(String::new, |peer| format!("{peer}: "));
            match entry {
                Entry::Head { from, head } => {
                    for line in head.lines() {
                        log(&format!("{peer}{from}: {line}"));
                    }
                }
                entry => log(&format!("{peer}{entry}")),
            }
        }
    }

    /// Logs an error.
    pub(super) fn error(self, peer: Option<&str>, message: &str) {
        self.note(peer, &Entry::Error { message });
    }
}

/// A moment, as RFC 3339 writes it.
struct Instant(SystemTime);

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let since = self.0.duration_since(UNIX_EPOCH).unwrap_or_default();
        let (days, second) = (since.as_secs() / 86_400, since.as_secs() % 86_400);
        // Years begin in March here, so that the day that some have more is their last.
        let day = days + 719_468;
        let (era, day) = (day / 146_097, day % 146_097);
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let day = day - (365 * year + year / 4 - year / 100);
        let march = (5 * day + 2) / 153;
        let (month, next) = if march < 10 {
            (march + 3, 0)
        } else {
            (march - 9, 1)
        };
        write!(
            f,
            "{:04}-{month:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
            era * 400 + year + next,
            day - (153 * march + 2) / 5 + 1,
            second / 3_600,
            second / 60 % 60,
            second % 60,
            since.subsec_millis()
        )
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::Instant;

    #[test]
    fn moments_are_those_of_the_calendar() {
        let at = |seconds, millis| {
            let since = Duration::from_secs(seconds) + Duration::from_millis(millis);
            Instant(UNIX_EPOCH + since).to_string()
        };
        assert_eq!(at(0, 0), "1970-01-01T00:00:00.000Z");
        assert_eq!(at(951_782_399, 999), "2000-02-28T23:59:59.999Z");
        assert_eq!(at(951_782_400, 0), "2000-02-29T00:00:00.000Z");
        assert_eq!(at(1_709_251_199, 0), "2024-02-29T23:59:59.000Z");
        assert_eq!(at(1_735_689_599, 7), "2024-12-31T23:59:59.007Z");
        assert_eq!(at(4_107_542_400, 0), "2100-03-01T00:00:00.000Z");
    }
}
