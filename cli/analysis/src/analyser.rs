//! The analysis of one connection: takes the bytes of both directions, and gives the findings.

use std::{rc::Rc, time::Duration};

use wsdraft::{Draft, Role, frame::Session, handshake::ProxyHeader};

mod answer;
mod carried;
mod findings;
mod head;
mod keyed;
mod memory;
mod missing;
mod opening;
mod over_time;
mod settle;
mod state;
mod step;
mod summary;
mod waiting;

use self::{
    head::Head,
    state::{Current, Phase, Side},
};
use crate::{
    bytes::{End, PerRole},
    conversation::{Content, Ending, Exchange, Frames, Opening, Receipt},
    error::Stopped,
    finding::{Event, Peers, Repeats, Sink},
    settings::Settings,
};

pub use self::state::Protocol;

/// Analyses one connection, independently of the source of its bytes.
pub struct Analyser {
    settings: Rc<Settings>,
    source: Rc<str>,
    server_source: Option<Rc<str>>,
    addresses: PerRole<Option<String>>,
    phase: Phase,
    sides: PerRole<Side>,
    /// Whether the record has all that the connection had.
    whole: bool,
    /// Whether its directions are recorded apart.
    apart: bool,
    receipt: Receipt,
    /// When what comes now passed, on the clock of the record.
    now: Option<Duration>,
    /// Bytes of the other direction that each end has acknowledged.
    acknowledged: PerRole<u64>,
    /// Whether a header of the PROXY protocol may still come.
    proxied: bool,
    /// One that came, and its packet, until there is a connection to tell it of.
    told: Option<(Option<u64>, ProxyHeader)>,
    /// Whether a response is recorded before the first request, which may come late.
    answered_first: bool,
    /// Content of a request that is still to be passed over.
    content: Option<Content>,
    /// What was found and not handed on yet.
    events: Vec<Event>,
    /// What [`feed`](Self::feed) found.
    fed: Vec<Event>,
    repeats: Repeats,
    protocol: Protocol,
    /// What is to be said of the record, in notes on the first connection.
    remarks: Vec<String>,
    /// How the record says that the connection ended.
    told_end: Option<String>,
}

impl Analyser {
    /// Bytes that are held until the other direction is there.
    const HELD: usize = 1 << 20;
    /// Bytes that are looked at together; no packet on a wire brings more.
    const PIECE: usize = 64 << 10;

    /// Creates an analyser for a connection in the record with this name.
    ///
    /// By default, the analyser assumes that the record contains the complete connection, in the
    /// order of transmission.
    pub fn new(settings: impl Into<Rc<Settings>>, source: impl Into<Rc<str>>) -> Self {
        let settings = settings.into();
        Self {
            repeats: Repeats::new(settings.most()),
            settings,
            source: source.into(),
            server_source: None,
            addresses: PerRole::default(),
            phase: Phase::Search(Head::default()),
            sides: PerRole::default(),
            whole: true,
            apart: false,
            receipt: Receipt::Order,
            now: None,
            acknowledged: PerRole::default(),
            proxied: true,
            told: None,
            answered_first: false,
            content: None,
            events: Vec::new(),
            fed: Vec::new(),
            protocol: Protocol::Unknown,
            remarks: Vec::new(),
            told_end: None,
        }
    }

    /// Sets the addresses of the client and the server.
    #[must_use]
    pub fn between(mut self, client: String, server: String) -> Self {
        self.addresses = PerRole {
            client: Some(client),
            server: Some(server),
        };
        self
    }

    /// States that the record may end before the connection does.
    #[must_use]
    pub const fn cut_short(mut self) -> Self {
        self.whole = false;
        self
    }

    /// Sets how the record shows that an endpoint has received something.
    #[must_use]
    pub const fn received_by(mut self, receipt: Receipt) -> Self {
        self.receipt = receipt;
        self
    }

    /// Says something about the record, in a note on its connection.
    pub fn remark(&mut self, what: impl Into<String>) {
        self.remarks.push(what.into());
    }

    /// Says how the connection ended, where the record tells it and does not show it.
    pub(crate) fn told_end(&mut self, how: impl Into<String>) {
        self.told_end = Some(how.into());
    }

    /// Analyses the next bytes that `from` sent, and keeps the events for
    /// [`found`](Self::found) and [`finish`](Self::finish).
    pub fn feed(&mut self, from: Role, bytes: &[u8]) {
        self.keep(|analyser, sink| analyser.push(from, bytes, None, sink));
    }

    /// Returns the events that [`feed`](Self::feed) has found since the last call.
    pub fn found(&mut self) -> impl Iterator<Item = Event> + '_ {
        self.fed.drain(..)
    }

    /// Ends the connection, and returns the events that [`found`](Self::found) has not returned.
    pub fn finish(mut self) -> impl Iterator<Item = Event> {
        self.keep(Self::close);
        self.fed.into_iter()
    }

    /// Does something, and keeps what it finds.
    fn keep(&mut self, step: impl FnOnce(&mut Self, &mut Sink<'_>) -> Result<(), Stopped>) {
        let mut fed = std::mem::take(&mut self.fed);
        let done = step(self, &mut |event| {
            fed.push(event);
            Ok(())
        });
        debug_assert_eq!(done, Ok(()), "this sink stops nothing");
        self.fed = fed;
    }

    /// States that the two directions are recorded separately, so that their relative order is not
    /// known. `server` is the name of the record of the server's direction, if it has its own.
    pub fn apart(&mut self, server: Option<Rc<str>>) {
        self.apart = true;
        self.receipt = Receipt::Nothing;
        self.server_source = server;
    }

    /// Returns the protocol of the connection, as far as it is known.
    pub const fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// Says what there is to say.
    fn tell(&mut self, sink: &mut Sink<'_>) -> Result<(), Stopped> {
        self.events.drain(..).try_for_each(sink)
    }

    /// Returns whether bytes from this endpoint wait for bytes from its peer.
    pub fn holds(&self, from: Role) -> bool {
        !self.sides.of(from).held.is_empty()
    }

    /// Analyses the next bytes that `from` sent. `packet` is the number of the packet that
    /// contains them.
    ///
    /// # Errors
    /// Returns an error if the sink has stopped.
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
        if from == Role::Server && self.is_first(bytes) {
            self.answered_first = true;
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

    /// States that `from` sends nothing more, and how its direction ended.
    pub fn end(&mut self, from: Role, how: End) {
        let side = self.sides.of_mut(from);
        if side.end.is_some() {
            return;
        }
        side.end = Some(how);
        if how == End::Record {
            return;
        }
        match std::mem::replace(&mut self.phase, Phase::Done) {
            Phase::Open(mut current) => {
                self.believe(&mut current, from);
                current.ending.transport(from, how);
                self.acknowledge(&mut current);
                let amid = self.amid();
                current.exchange.end(from, how, amid, self.now);
                self.report_exchange(&mut current);
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

    /// Ends both directions, and passes the remaining events to the sink.
    ///
    /// # Errors
    /// Returns an error if the sink has stopped.
    pub fn close(&mut self, sink: &mut Sink<'_>) -> Result<(), Stopped> {
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

    /// Analyses frames of the given draft, without an opening handshake in the record.
    pub fn join(&mut self, draft: &'static dyn Draft, in_step: bool) {
        let mut current = self.current(draft, None, 0);
        current.ending.joined = true;
        current.knows_extensions = false;
        self.note_record(&current);
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
        self.protocol = Protocol::WebSocket;
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
            exchange: Exchange::new(self.receipt),
            knows_extensions: true,
            told_reserved: false,
            channels: None,
            early: None,
        }
    }
}

impl std::fmt::Debug for Analyser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Analyser")
            .field("source", &self.source)
            .field("protocol", &self.protocol)
            .finish_non_exhaustive()
    }
}
