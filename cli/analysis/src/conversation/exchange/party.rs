//! What one end has done.

use std::collections::VecDeque;

use wsdraft::info::Kind;

use super::{
    backlog::{Backlog, Place},
    parts::{Moment, SentFrame},
};
use crate::bytes::End;

/// A ping that is not answered yet.
#[derive(Debug)]
pub(super) struct Ping {
    pub(super) payload: Box<[u8]>,
    pub(super) moment: Moment,
    /// Frames that the other end had sent.
    pub(super) frames: u64,
    pub(super) place: Place,
    pub(super) backlog: Backlog,
}

/// A close frame.
#[derive(Debug)]
pub(super) struct Close {
    pub(super) body: Option<Box<[u8]>>,
    pub(super) moment: Moment,
    /// Frames that the other end had sent.
    pub(super) frames: u64,
    pub(super) backlog: Backlog,
}

/// What an end has left unanswered for long, and may answer still.
#[derive(Debug, Default)]
pub(super) struct Suspected {
    /// A ping.
    pub(super) pong: bool,
    /// A close frame.
    pub(super) close: bool,
}

/// What one end has done, and owes.
#[derive(Debug, Default)]
pub(super) struct Party {
    /// Frames that it has sent, but for those with which it went on with a message.
    pub(super) frames: u64,
    /// All frames that it has sent.
    pub(super) all: u64,
    /// Whether it is between the frames of a message.
    pub(super) amid: bool,
    /// Up to where it is known to have read what the other end sends.
    pub(super) read: Place,
    /// Pings that it has not answered.
    pub(super) owed: VecDeque<Ping>,
    /// Pings beyond those.
    pub(super) more: u64,
    /// What it has left unanswered for long.
    pub(super) suspected: Suspected,
    /// It is not held to pings any more.
    pub(super) excused: bool,
    pub(super) close: Option<Close>,
    /// How its direction ended.
    pub(super) end: Option<End>,
    /// Bytes of the other direction that it has acknowledged.
    pub(super) acknowledged: u64,
    /// Bytes of its direction that are recorded.
    pub(super) recorded: u64,
}

impl Party {
    /// Counts a frame.
    pub(super) fn counts(&mut self, sent: &SentFrame) {
        self.all += 1;
        let goes_on = sent.kind == Kind::Continuation || self.amid && !sent.kind.is_data();
        self.frames += u64::from(!goes_on);
        if sent.kind.is_data() {
            self.amid = !sent.fin;
        }
    }
}
