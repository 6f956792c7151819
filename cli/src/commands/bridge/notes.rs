//! What the log says of a connection: who it is, and once for each kind what is not passed on as it
//! was.

use std::{
    collections::BTreeSet,
    fmt,
    net::{IpAddr, SocketAddr},
    sync::{Mutex, PoisonError},
};

use serde::Serialize;

use crate::{
    moment::Moment,
    output::{log, log_entry},
    words::count,
};

/// How much the log says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// What goes wrong.
    Quiet,
    /// Each connection and its end, and what is not passed on as it was.
    Usual,
    /// Everything.
    Verbose,
}

/// Who a client is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer {
    /// The address that the connection comes from.
    pub(super) address: SocketAddr,
    /// The client that a proxy in between names.
    pub(super) behind: Option<SocketAddr>,
}

impl Peer {
    /// The address of the client, as far as it is known.
    pub(super) fn ip(&self) -> IpAddr {
        self.behind.unwrap_or(self.address).ip().to_canonical()
    }
}

impl From<SocketAddr> for Peer {
    fn from(address: SocketAddr) -> Self {
        Self {
            address,
            behind: None,
        }
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.behind {
            Some(client) => write!(f, "{client} (through {})", self.address),
            None => self.address.fmt(f),
        }
    }
}

/// What is not passed on as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// Pings of one end that are answered here.
    Ping,
    /// Pongs that have nowhere to go.
    Pong,
    /// Binary messages that become text.
    Binary,
}

/// What has passed.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(super) struct Passed {
    pub(super) messages: u64,
    pub(super) bytes: u64,
}

/// Something that is logged.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "lowercase")]
pub(super) enum Entry {
    /// Both connections are open.
    Open {
        /// The path, without a query.
        path: String,
        /// The draft of the client.
        client: &'static str,
        /// The draft of the server.
        upstream: &'static str,
        subprotocol: Option<String>,
    },
    /// The client is refused.
    Refused { status: u16, message: String },
    /// Something is not passed on as it was, or otherwise worth a line.
    Note { message: String },
    /// Something went wrong.
    Error { message: String },
    /// Both connections have ended.
    Closed {
        seconds: f64,
        /// Why, where no close frame says it.
        why: Option<String>,
        /// How the connection to the client ended.
        client: String,
        /// How the connection to the server ended.
        upstream: String,
        /// What went to the server.
        up: Passed,
        /// What went to the client.
        down: Passed,
    },
}

/// The log: lines for people, or objects for programs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Journal {
    pub(super) level: Level,
    pub(super) json: bool,
}

/// An entry as an object.
#[derive(Serialize)]
struct Line<'a> {
    time: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    peer: Option<String>,
    #[serde(flatten)]
    entry: &'a Entry,
}

/// What the log says of one connection.
#[derive(Debug)]
pub(super) struct Notes {
    peer: Peer,
    journal: Journal,
    said: Mutex<BTreeSet<Kind>>,
}

impl Journal {
    /// Logs something about a peer, or about the bridge.
    pub(super) fn note(self, peer: Option<&dyn fmt::Display>, entry: &Entry) {
        let peer = peer.map(ToString::to_string);
        if self.json {
            let time = Moment::now().to_string();
            log_entry(&Line { time, peer, entry });
        } else {
            let peer = peer.map_or_else(String::new, |peer| format!("{peer}: "));
            log(&format!("{peer}{entry}"));
        }
    }

    /// Logs an error.
    pub(super) fn error(self, peer: Option<&dyn fmt::Display>, message: String) {
        self.note(peer, &Entry::Error { message });
    }
}

impl Notes {
    /// Nothing said so far.
    pub(super) const fn new(peer: Peer, journal: Journal) -> Self {
        Self {
            peer,
            journal,
            said: Mutex::new(BTreeSet::new()),
        }
    }

    /// Says something of this kind, the first time.
    pub(super) fn once(&self, kind: Kind, what: impl FnOnce() -> String) {
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        if said.insert(kind) {
            drop(said);
            self.say(Level::Usual, what);
        }
    }

    /// Says something at a level.
    pub(super) fn say(&self, level: Level, what: impl FnOnce() -> String) {
        self.tell(level, || Entry::Note { message: what() });
    }

    /// Logs something at a level.
    pub(super) fn tell(&self, level: Level, what: impl FnOnce() -> Entry) {
        if level <= self.journal.level {
            self.journal.note(Some(&self.peer), &what());
        }
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open {
                path,
                client,
                upstream,
                subprotocol,
            } => {
                write!(f, "open, {client} to {upstream}, {path}")?;
                match subprotocol {
                    Some(name) => write!(f, ", subprotocol {name}"),
                    None => Ok(()),
                }
            }
            Self::Refused { status, message } => write!(f, "{status}: {message}"),
            Self::Note { message } | Self::Error { message } => f.write_str(message),
            Self::Closed {
                seconds,
                why,
                client,
                upstream,
                up,
                down,
            } => {
                write!(f, "ended after {seconds:.1} s: ")?;
                if let Some(why) = why {
                    write!(f, "{why}; ")?;
                }
                write!(
                    f,
                    "client {client}, upstream {upstream}; {up} up, {down} down"
                )
            }
        }
    }
}

impl fmt::Display for Passed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (messages, bytes) = (count(self.messages, "message"), count(self.bytes, "byte"));
        write!(f, "{messages} ({bytes})")
    }
}
