//! What the server says about its connections: lines for people, or objects for programs.

use clap::{ArgAction, Args};
use serde::Serialize;

mod entry;

pub(super) use self::entry::{Amount, Closed, Entry};
use crate::{
    moment::Moment,
    output::{log, log_entry},
};

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
    /// The channel of a connection that everything is about.
    channel: Option<u32>,
}

/// An entry as an object.
#[derive(Serialize)]
struct Line<'a> {
    time: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    peer: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    channel: Option<u32>,
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
            channel: None,
        }
    }
}

impl Journal {
    /// The log of a channel.
    pub(super) const fn of_channel(self, id: u32) -> Self {
        Self {
            channel: Some(id),
            ..self
        }
    }

    /// Logs something about a peer, or about the server, if so much is logged.
    pub(super) fn note(self, peer: Option<&str>, entry: &Entry<'_>) {
        if entry.level() > self.level {
            return;
        }
        if self.json {
            let time = Moment::now().to_string();
            log_entry(&Line {
                time,
                peer,
                channel: self.channel,
                entry,
            });
        } else {
            let peer = match (peer, self.channel) {
                (None, _) => String::new(),
                (Some(peer), None) => format!("{peer}: "),
                (Some(peer), Some(channel)) => format!("{peer}, channel {channel}: "),
            };
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
