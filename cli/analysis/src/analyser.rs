//! One connection: bytes of its two directions in, what they break out.

use std::{collections::VecDeque, rc::Rc, time::Duration};

use wsdraft::{Draft, Role, frame::Session, handshake::ProxyHeader};

use super::{
    content::Content,
    conversation::{Conversation, Receipt},
    ending::{End, Ending},
    frames::Frames,
    opening::{Answer, Opening},
    repeats::Repeats,
    report::{Each, Event, Note, Peers, Sink, What},
    settings::Settings,
    trace::Trace,
};
use crate::Stopped;

mod findings;
mod handshake;
mod head;
mod keyed;
mod memory;
mod missing;
mod settle;
mod spoken;
mod step;
mod waiting;

use self::{head::Head, waiting::Piece};

/// Follows a connection; knows nothing of where its bytes come from.
pub struct Analyser<'a> {
    settings: &'a Settings<'a>,
    source: Rc<str>,
    server_source: Option<Rc<str>>,
    addresses: Each<Option<String>>,
    phase: Phase,
    sides: Each<Side>,
    /// Whether the record has all that the connection had.
    whole: bool,
    /// Whether its directions are recorded apart.
    apart: bool,
    receipt: Receipt,
    /// When what comes now passed, on the clock of the record.
    now: Option<Duration>,
    /// Bytes of the other direction that each end has acknowledged.
    acknowledged: Each<u64>,
    /// Whether a header of the PROXY protocol may still come.
    proxied: bool,
    /// One that came, and its packet, until there is a connection to tell it of.
    told: Option<(Option<u64>, ProxyHeader)>,
    /// Content of a request that is still to be passed over.
    content: Option<Content>,
    events: Vec<Event>,
    repeats: Repeats,
    nature: Nature,
}

/// What a connection turned out to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Nature {
    /// Nothing that is known, or nothing yet.
    #[default]
    Unknown,
    /// HTTP without an opening handshake.
    Http,
    /// HTTP/2.
    Http2,
    /// TLS.
    Tls,
    /// At least one opening handshake, or frames of a draft that the user named.
    WebSocket,
}

/// What is known of one direction.
#[derive(Default)]
struct Side {
    trace: Trace,
    /// What waits for the other direction, and its packets.
    held: VecDeque<(Option<u64>, Piece)>,
    /// Bytes in them.
    waiting: usize,
    begun: bool,
    end: Option<End>,
    frames: Option<Frames>,
    /// Where the frames start.
    start: u64,
    /// Whether a rule was broken by its frames, or bytes of them are missing.
    troubled: bool,
    /// Bytes that are not recorded.
    missing: u64,
}

enum Phase {
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

/// The connection that is being followed.
struct Current {
    peers: Rc<Peers>,
    draft: &'static dyn Draft,
    opening: Option<Opening>,
    /// Where the request starts.
    start: u64,
    answer: Option<Answer>,
    ending: Ending,
    violations: u64,
    /// The first bytes of the client's frames, where a key of the connection masks them.
    first: Vec<u8>,
    /// Whether something was said of that key.
    hinted: bool,
    talk: Conversation,
    /// The packet and the place of what the client sent before it had the answer.
    early: Option<(Option<u64>, u64)>,
}

impl<'a> Analyser<'a> {
    /// Bytes that are held until the other direction is there.
    const HELD: usize = 1 << 20;
    /// Bytes that are looked at together; no packet on a wire brings more.
    const PIECE: usize = 64 << 10;

    /// A connection between these addresses; `whole` says that the record ends where the
    /// connection does.
    pub fn new(
        settings: &'a Settings<'a>,
        source: Rc<str>,
        addresses: Each<Option<String>>,
        whole: bool,
    ) -> Self {
        Self {
            settings,
            source,
            server_source: None,
            addresses,
            phase: Phase::Search(Head::default()),
            sides: Each::default(),
            whole,
            apart: false,
            receipt: Receipt::Order,
            now: None,
            acknowledged: Each::default(),
            proxied: true,
            told: None,
            content: None,
            events: Vec::new(),
            repeats: Repeats::new(settings.most()),
            nature: Nature::Unknown,
        }
    }

    /// Says that the directions are recorded apart, so that nothing tells what came first, and
    /// what the server's are recorded in.
    pub fn apart(&mut self, server: Option<Rc<str>>) {
        self.apart = true;
        self.receipt = Receipt::Nothing;
        self.server_source = server;
    }

    /// What it turned out to be.
    pub const fn nature(&self) -> Nature {
        self.nature
    }

    /// Says what there is to say.
    fn tell(&mut self, sink: &mut Sink<'_>) -> Result<(), Stopped> {
        self.events.drain(..).try_for_each(sink)
    }

    /// Whether the bytes of this end wait for the other one's.
    pub fn holds(&self, from: Role) -> bool {
        !self.sides.of(from).held.is_empty()
    }

    /// Takes the next bytes that `from` sent.
    pub fn push(
        &mut self,
        from: Role,
        bytes: &[u8],
        packet: Option<u64>,
        sink: &mut Sink<'_>,
    ) -> Result<(), Stopped> {
        // What is kept for each piece is bounded with it.
        let mut pieces = bytes.chunks(Self::PIECE);
        pieces.try_for_each(|piece| self.piece(from, piece, packet, sink))
    }

    fn piece(
        &mut self,
        from: Role,
        bytes: &[u8],
        packet: Option<u64>,
        sink: &mut Sink<'_>,
    ) -> Result<(), Stopped> {
        if matches!(self.phase, Phase::Done) {
            return Ok(());
        }
        if self.holds(from) {
            self.hold(from, bytes, packet);
        } else {
            self.take(from, bytes, packet, sink)?;
        }
        if from == Role::Client && self.proxied {
            self.proxy_header();
        }
        self.bound(from);
        self.release(sink)?;
        for role in [Role::Client, Role::Server] {
            self.sides.of_mut(role).trace.trim();
        }
        Ok(())
    }

    /// Says that `from` sends nothing more, and how it ended.
    pub fn end(&mut self, from: Role, how: End) {
        let side = self.sides.of_mut(from);
        if side.end.is_some() {
            return;
        }
        side.end = Some(how);
        if how == End::Record {
            return;
        }
        match core::mem::replace(&mut self.phase, Phase::Done) {
            Phase::Open(mut current) => {
                current.ending.transport(from, how);
                self.acknowledge(&mut current);
                let amid = self.amid();
                current.talk.end(from, how, amid, self.now);
                self.found(&mut current);
                self.phase = Phase::Open(current);
            }
            mut phase => {
                if let Phase::Request(current) | Phase::Response(current, ..) = &mut phase {
                    current.ending.transport(from, how);
                }
                self.phase = phase;
            }
        }
    }

    /// Says that nothing more comes of either direction.
    pub fn finish(&mut self, sink: &mut Sink<'_>) -> Result<(), Stopped> {
        // What the one waits for may depend on what the other one does.
        for role in [Role::Client, Role::Server, Role::Client] {
            if self.holds(role) {
                self.go_on(role);
                self.release(sink)?;
            }
        }
        self.conclude();
        self.phase = Phase::Done;
        self.tell(sink)
    }

    /// Follows frames of the draft that the user named: the opening handshake is not recorded.
    pub fn join(&mut self, draft: &'static dyn Draft, in_step: bool) {
        let mut current = self.current(draft, None, 0);
        current.ending.joined = true;
        self.proxied = false;
        for role in [Role::Client, Role::Server] {
            let side = self.sides.of_mut(role);
            side.start = side.trace.end();
            side.frames = Some(if in_step {
                Frames::new(draft, role, Session::default(), u8::MAX)
            } else {
                Frames::joined(draft, role)
            });
        }
        self.phase = Phase::Open(Box::new(current));
    }

    fn peers(&self) -> Rc<Peers> {
        Rc::new(Peers {
            id: self.settings.number(),
            source: self.source.clone(),
            server_source: self.server_source.clone(),
            client: self.addresses.client.clone(),
            server: self.addresses.server.clone(),
        })
    }

    fn current(
        &mut self,
        draft: &'static dyn Draft,
        opening: Option<Opening>,
        start: u64,
    ) -> Current {
        self.nature = Nature::WebSocket;
        let peers = self.peers();
        let mut ending = Ending::new(self.apart);
        for role in [Role::Client, Role::Server] {
            if let Some(end) = self.sides.of(role).end {
                ending.transport(role, end);
            }
        }
        Current {
            peers,
            draft,
            opening,
            start,
            answer: None,
            ending,
            violations: 0,
            first: Vec::new(),
            hinted: false,
            talk: Conversation::new(self.receipt),
            early: None,
        }
    }
}

impl std::fmt::Debug for Analyser<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Analyser")
            .field("source", &self.source)
            .field("nature", &self.nature)
            .finish_non_exhaustive()
    }
}

impl Current {
    fn lacks_body(&self) -> bool {
        self.opening
            .as_ref()
            .is_some_and(|opening| opening.lacks() > 0)
    }

    fn note(&self, by: Role, packet: Option<u64>, stream_offset: u64, what: What) -> Note {
        Note {
            connection: self.peers.clone(),
            packet,
            by,
            stream_offset,
            what,
        }
    }
}

/// Whether bytes can be the start of a request: a method and a space.
pub fn may_be_request(bytes: &[u8]) -> bool {
    let method = bytes.iter().take_while(|byte| byte.is_ascii_alphabetic());
    let length = method.take(17).count();
    (1..17).contains(&length) && bytes.get(length).is_none_or(|byte| *byte == b' ')
}

/// Whether bytes are the start of a client's connection preface of HTTP/2 (RFC 9113 §3.4).
fn is_http2(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PRI * HTTP/2.0\r\n")
}

/// Whether bytes are the start of a TLS handshake record.
pub const fn is_tls(bytes: &[u8]) -> bool {
    matches!(bytes, [0x16, 3, 0..=4, ..])
}
