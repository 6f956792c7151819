//! What an analyser knows of a connection.

use std::{collections::VecDeque, rc::Rc};

use wsdraft::{Draft, Role};

use super::head::Head;
use crate::{
    bytes::{End, Trace},
    conversation::{Answer, Channels, Ending, Exchange, Frames, Opening},
    finding::{Note, NoteKind, Peers},
};

/// The protocol of a connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Protocol {
    /// The protocol is not known, or not known yet.
    #[default]
    Unknown,
    /// HTTP without an opening handshake.
    Http,
    /// HTTP/2.
    Http2,
    /// TLS.
    Tls,
    /// WebSocket: at least one opening handshake, or frames of a draft that the user specified.
    WebSocket,
}

/// Something of a direction that waits.
#[derive(Debug)]
pub(super) enum Piece {
    /// Bytes.
    Bytes(Vec<u8>),
    /// So many bytes that are not recorded.
    Gap(u64),
}

impl Piece {
    /// What one takes beside its bytes, roughly.
    pub(super) const SIZE: usize = 64;
}

/// What is known of one direction.
#[derive(Default)]
pub(super) struct Side {
    pub(super) trace: Trace,
    /// What waits for the other direction, and its packets.
    pub(super) held: VecDeque<(Option<u64>, Piece)>,
    /// Bytes in them.
    pub(super) waiting: usize,
    pub(super) begun: bool,
    pub(super) end: Option<End>,
    pub(super) frames: Option<Frames>,
    /// Where the frames start.
    pub(super) start: u64,
    /// Whether a rule was broken by its frames, or bytes of them are missing.
    pub(super) troubled: bool,
    /// Bytes that are not recorded.
    pub(super) missing: u64,
}

impl Side {
    /// Bytes of memory that it takes, roughly.
    pub(super) fn held(&self) -> usize {
        self.trace.held()
            + self.frames.as_ref().map_or(0, Frames::held)
            + self.waiting
            + self.held.capacity() * Piece::SIZE
    }
}

/// How far the connection has come.
pub(super) enum Phase {
    /// No opening request yet; this is what there is of a head.
    Search(Head),
    /// A request without all of its body.
    Request(Box<Current>),
    /// What there is of the response.
    Response(Box<Current>, Head),
    /// Frames.
    Open(Box<Current>),
    /// Nothing more to be found.
    Done,
}

impl Phase {
    /// Bytes of memory that it takes, roughly.
    pub(super) fn held(&self) -> usize {
        match self {
            Self::Search(head) => head.bytes.capacity(),
            Self::Request(current) | Self::Open(current) => current.held(),
            Self::Response(current, head) => current.held() + head.bytes.capacity(),
            Self::Done => 0,
        }
    }
}

/// The connection that is being followed.
pub(super) struct Current {
    pub(super) peers: Rc<Peers>,
    pub(super) draft: &'static dyn Draft,
    pub(super) opening: Option<Opening>,
    /// Where the request starts.
    pub(super) start: u64,
    pub(super) answer: Option<Answer>,
    pub(super) ending: Ending,
    pub(super) violations: u64,
    /// The first bytes of the client's frames, where a key of the connection masks them.
    pub(super) first: Vec<u8>,
    /// Whether something was said of that key.
    pub(super) hinted: bool,
    pub(super) exchange: Exchange,
    /// Whether it is known which extensions were agreed. If not, reserved bits are not checked.
    pub(super) knows_extensions: bool,
    /// Whether a note says that.
    pub(super) told_reserved: bool,
    /// The channels that it carries.
    pub(super) channels: Option<Box<Channels>>,
    /// The packet and the place of what the client sent before it had the answer.
    pub(super) early: Option<(Option<u64>, u64)>,
}

impl Current {
    /// Whether bytes that the request owes after its head are missing.
    pub(super) fn lacks_body(&self) -> bool {
        let opening = self.opening.as_ref();
        opening.is_some_and(|opening| opening.lacks() > 0)
    }

    /// A note on this connection.
    pub(super) fn note(
        &self,
        by: Role,
        packet: Option<u64>,
        stream_offset: u64,
        what: NoteKind,
    ) -> Note {
        Note {
            connection: self.peers.clone(),
            packet,
            by,
            stream_offset,
            kind: what,
        }
    }

    /// Bytes of memory that it takes, roughly.
    fn held(&self) -> usize {
        let peers = &self.peers;
        let addresses = [&peers.client, &peers.server].into_iter().flatten();
        size_of::<Self>()
            + addresses.map(String::capacity).sum::<usize>()
            + self.opening.as_ref().map_or(0, Opening::held)
            + self.answer.as_ref().map_or(0, Answer::held)
            + self.ending.held()
            + self.exchange.held()
            + self.channels.as_ref().map_or(0, |channels| channels.held())
    }
}
