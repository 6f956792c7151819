//! One connection: bytes of its two directions in, what they break out.

use std::{collections::VecDeque, rc::Rc};

use wsdraft::{Draft, Role, frame::Session, handshake::parse::HeadEnd};

use super::{
    ending::{End, Ending},
    frames::Frames,
    opening::{Answer, Opening},
    report::{Each, Event, Note, Peers, What},
    settings::Settings,
    trace::Trace,
};

mod findings;
mod handshake;

/// Follows a connection; knows nothing of where its bytes come from.
pub(crate) struct Analyser<'a> {
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
    events: Vec<Event>,
    nature: Nature,
}

/// What a connection turned out to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Nature {
    /// Nothing that is known, or nothing yet.
    #[default]
    Unknown,
    /// HTTP without an opening handshake.
    Http,
    /// TLS.
    Tls,
    /// At least one opening handshake, or frames of a draft that the user named.
    WebSocket,
}

/// What is known of one direction.
#[derive(Default)]
struct Side {
    trace: Trace,
    /// Pieces that wait for the other direction.
    held: VecDeque<(Option<u64>, Vec<u8>)>,
    /// Bytes in them.
    waiting: usize,
    begun: bool,
    end: Option<End>,
    frames: Option<Frames>,
    /// Where the frames start.
    start: u64,
    /// Whether a rule was broken by its frames, or bytes of them are missing.
    troubled: bool,
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

/// What there is of a head, and of what belongs to it.
#[derive(Default)]
struct Head {
    bytes: Vec<u8>,
    /// Where it starts in the stream.
    start: u64,
    search: HeadEnd,
    /// Where its blank line ends.
    end: Option<usize>,
}

impl Head {
    /// One that starts here.
    fn at(start: u64) -> Self {
        Self {
            start,
            ..Self::default()
        }
    }

    /// Takes bytes up to its end; gives how many.
    fn collect(&mut self, bytes: &[u8]) -> usize {
        let before = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        self.end = self.search.find(&self.bytes);
        self.bytes.truncate(self.end.unwrap_or(self.bytes.len()));
        self.bytes.len() - before
    }
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
}

impl<'a> Analyser<'a> {
    /// Bytes that are held until the other direction is there.
    const HELD: usize = 1 << 20;

    /// A connection between these addresses; `whole` says that the record ends where the
    /// connection does.
    pub(crate) fn new(
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
            events: Vec::new(),
            nature: Nature::Unknown,
        }
    }

    /// Says that the directions are recorded apart, so that nothing tells what came first, and
    /// what the server's are recorded in.
    pub(crate) fn apart(&mut self, server: Option<Rc<str>>) {
        self.apart = true;
        self.server_source = server;
    }

    /// What it turned out to be.
    pub(crate) const fn nature(&self) -> Nature {
        self.nature
    }

    /// What there is to say so far.
    pub(crate) fn events(&mut self) -> impl Iterator<Item = Event> + '_ {
        self.events.drain(..)
    }

    /// Whether the bytes of this end wait for the other one's.
    pub(crate) fn holds(&self, from: Role) -> bool {
        !self.sides.of(from).held.is_empty()
    }

    /// Takes the next bytes that `from` sent.
    pub(crate) fn push(&mut self, from: Role, bytes: &[u8], packet: Option<u64>) {
        if bytes.is_empty() || matches!(self.phase, Phase::Done) {
            return;
        }
        if self.holds(from) {
            self.hold(from, bytes, packet);
        } else {
            self.take(from, bytes, packet);
        }
        if self.sides.of(from).waiting > Self::HELD {
            self.unanswered();
        }
        self.release();
    }

    /// Says that so many of the next bytes that `from` sent are not recorded.
    pub(crate) fn gap(&mut self, from: Role, missing: u64, packet: Option<u64>) {
        if self.holds(from) {
            self.unanswered();
            self.release();
        }
        let side = self.sides.of_mut(from);
        let at = side.trace.end();
        side.trace.skip(missing);
        match &mut self.phase {
            Phase::Search(head) if from == Role::Client => *head = Head::default(),
            Phase::Request(_) | Phase::Response(..) => self.unanswered(),
            _ => {}
        }
        let side = self.sides.of_mut(from);
        if let (Phase::Open(current), Some(frames)) = (&mut self.phase, &mut side.frames) {
            let within_payload = frames.gap(missing);
            side.troubled |= !within_payload;
            let what = What::Gap {
                missing,
                within_payload,
            };
            let note = current.note(from, packet, at, what);
            self.events.push(note);
        }
    }

    /// Says that `from` sends nothing more, and how it ended.
    pub(crate) fn end(&mut self, from: Role, how: End) {
        let side = self.sides.of_mut(from);
        if side.end.is_some() {
            return;
        }
        side.end = Some(how);
        if how == End::Record {
            return;
        }
        if let Phase::Open(current) | Phase::Request(current) | Phase::Response(current, ..) =
            &mut self.phase
        {
            current.ending.transport(from, how);
        }
    }

    /// Says that nothing more comes of either direction.
    pub(crate) fn finish(&mut self) {
        if self.holds(Role::Client) || self.holds(Role::Server) {
            self.unanswered();
            self.release();
        }
        self.conclude();
        self.phase = Phase::Done;
    }

    /// Follows frames of the draft that the user named: the opening handshake is not recorded.
    pub(crate) fn join(&mut self, draft: &'static dyn Draft, in_step: bool) {
        let mut current = self.current(draft, None, 0);
        current.ending.joined = true;
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
        }
    }

    fn hold(&mut self, from: Role, bytes: &[u8], packet: Option<u64>) {
        let side = self.sides.of_mut(from);
        side.waiting += bytes.len();
        side.held.push_back((packet, bytes.into()));
    }

    /// Takes what is held and need not be held any longer.
    fn release(&mut self) {
        for role in [Role::Client, Role::Server] {
            while !self.is_holding(role) {
                let side = self.sides.of_mut(role);
                let Some((packet, bytes)) = side.held.pop_front() else {
                    break;
                };
                side.waiting -= bytes.len();
                self.take(role, &bytes, packet);
            }
        }
    }

    /// Whether bytes of this end have to wait now.
    fn is_holding(&self, from: Role) -> bool {
        match self.phase {
            Phase::Response(..) => from == Role::Client,
            _ => false,
        }
    }

    fn take(&mut self, from: Role, mut bytes: &[u8], packet: Option<u64>) {
        while !bytes.is_empty() {
            if self.is_holding(from) {
                // Before what waits already: it is the rest of the piece that came first.
                let side = self.sides.of_mut(from);
                side.waiting += bytes.len();
                side.held.push_front((packet, bytes.into()));
                return;
            }
            let taken = self.step(from, bytes, packet).max(1);
            bytes = bytes.get(taken..).unwrap_or_default();
        }
    }

    /// Takes some bytes, and gives how many.
    fn step(&mut self, from: Role, bytes: &[u8], packet: Option<u64>) -> usize {
        let side = self.sides.of_mut(from);
        let first = !core::mem::replace(&mut side.begun, true);
        match (core::mem::replace(&mut self.phase, Phase::Done), from) {
            (Phase::Search(head), _) => self.search(from, head, bytes, packet, first),
            (Phase::Request(current), Role::Client) => self.body(current, bytes, packet),
            // The server does not wait for the rest of the request.
            (Phase::Request(current), Role::Server) => {
                self.check_request(current);
                0
            }
            (Phase::Response(current, head), Role::Server) => {
                self.response(current, head, bytes, packet)
            }
            (Phase::Open(current), _) => {
                let mut current = self.settle(current, from, bytes);
                let side = self.sides.of_mut(from);
                side.trace.push(bytes, packet);
                let mut sightings = Vec::new();
                if let Some(frames) = &mut side.frames {
                    frames.push(bytes, &mut |sighting| sightings.push(sighting));
                }
                for sighting in sightings {
                    self.sighting(&mut current, from, sighting);
                }
                self.phase = Phase::Open(current);
                bytes.len()
            }
            (phase @ (Phase::Response(..) | Phase::Done), _) => {
                self.phase = phase;
                bytes.len()
            }
        }
    }
}

impl Current {
    fn lacks_body(&self) -> bool {
        self.opening
            .as_ref()
            .is_some_and(|opening| opening.lacks() > 0)
    }

    fn note(&self, by: Role, packet: Option<u64>, stream_offset: u64, what: What) -> Event {
        Event::Note(Note {
            connection: self.peers.clone(),
            packet,
            by,
            stream_offset,
            what,
        })
    }
}

/// Whether bytes can be the start of a request: a method and a space.
pub(super) fn may_be_request(bytes: &[u8]) -> bool {
    let method = bytes.iter().take_while(|byte| byte.is_ascii_alphabetic());
    let length = method.take(17).count();
    (1..17).contains(&length) && bytes.get(length).is_none_or(|byte| *byte == b' ')
}

/// Whether bytes are the start of a TLS handshake record.
pub(crate) const fn is_tls(bytes: &[u8]) -> bool {
    matches!(bytes, [0x16, 3, 0..=4, ..])
}
