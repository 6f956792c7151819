//! What the log says of a connection: who it is, and once for each kind what is not passed on as it
//! was.

use std::{
    collections::BTreeSet,
    fmt,
    net::{IpAddr, SocketAddr},
    sync::{Mutex, PoisonError},
};

use crate::output::log;

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

/// What the log says of one connection.
#[derive(Debug)]
pub(super) struct Notes {
    peer: Peer,
    level: Level,
    said: Mutex<BTreeSet<Kind>>,
}

impl Notes {
    /// Nothing said so far.
    pub(super) const fn new(peer: Peer, level: Level) -> Self {
        Self {
            peer,
            level,
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
        if level <= self.level {
            log(&format!("{}: {}", self.peer, what()));
        }
    }
}
