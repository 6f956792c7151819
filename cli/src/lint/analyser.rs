//! One connection: bytes of its two directions in, what they break out.

use std::{collections::VecDeque, rc::Rc};

use wsdraft::{Draft, Role, Violation, frame::Session, info::Purpose};

use super::{
    cause,
    ending::{End, Ending},
    frames::{Frames, Rest, Sighting},
    opening::{self, Answer, Opening},
    report::{Each, Event, Excerpt, Finding, Note, Part, Peers, Summary, What},
    settings::Settings,
    trace::Trace,
};
use crate::commands::detect::head_end;

/// Follows a connection; knows nothing of where its bytes come from.
pub(crate) struct Analyser<'a> {
    settings: &'a Settings<'a>,
    source: Rc<str>,
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
    /// No opening request yet; this is what there is of a head, and where it starts.
    Search(Vec<u8>, u64),
    /// A request without all of its body.
    Request(Box<Current>),
    /// What there is of the response, and where it starts.
    Response(Box<Current>, Vec<u8>, u64),
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
            addresses,
            phase: Phase::Search(Vec::new(), 0),
            sides: Each::default(),
            whole,
            apart: false,
            events: Vec::new(),
            nature: Nature::Unknown,
        }
    }

    /// Says that the directions are recorded apart, so that nothing tells what came first.
    pub(crate) const fn apart(&mut self) {
        self.apart = true;
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
            Phase::Search(head, _) if from == Role::Client => head.clear(),
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
            (Phase::Search(head, start), _) => self.search(from, head, start, bytes, packet, first),
            (Phase::Request(current), Role::Client) => self.body(current, bytes, packet),
            // The server does not wait for the rest of the request.
            (Phase::Request(current), Role::Server) => {
                self.check_request(current);
                0
            }
            (Phase::Response(current, head, start), Role::Server) => {
                self.response(current, head, start, bytes, packet)
            }
            (Phase::Open(mut current), _) => {
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

    fn search(
        &mut self,
        from: Role,
        mut head: Vec<u8>,
        mut start: u64,
        bytes: &[u8],
        packet: Option<u64>,
        first: bool,
    ) -> usize {
        let side = self.sides.of_mut(from);
        if first && is_tls(bytes) {
            self.nature = Nature::Tls;
            return bytes.len();
        }
        if from == Role::Server || (head.is_empty() && !may_be_request(bytes)) {
            side.trace.skip(bytes.len() as u64);
            self.phase = Phase::Search(head, start);
            return bytes.len();
        }
        if head.is_empty() {
            start = side.trace.end();
        }
        let taken = collect(&mut head, bytes);
        side.trace.push(&bytes[..taken], packet);
        if head_end(&head).is_none() {
            if head.len() > opening::LIMITS.bytes {
                head = Vec::new();
            }
            self.phase = Phase::Search(head, start);
            return taken;
        }
        if self.nature == Nature::Unknown {
            self.nature = Nature::Http;
        }
        match Opening::read(head, self.settings) {
            opening::Kind::Opening(opening) => {
                let current = self.current(opening.draft, Some(opening), start);
                let current = Box::new(current);
                if current.lacks_body() {
                    self.phase = Phase::Request(current);
                } else {
                    self.check_request(current);
                }
                taken
            }
            // What follows in the same piece is the request's body.
            found @ (opening::Kind::Other | opening::Kind::Faulty(_)) => {
                if let (opening::Kind::Faulty(error), true) = (found, self.whole) {
                    let note = Note {
                        connection: self.peers(),
                        packet,
                        by: from,
                        stream_offset: start,
                        what: What::Head(format!("request: {error}")),
                    };
                    self.events.push(Event::Note(note));
                }
                let rest = bytes.len() - taken;
                self.sides.of_mut(from).trace.skip(rest as u64);
                self.phase = Phase::Search(Vec::new(), start);
                bytes.len()
            }
        }
    }

    /// Takes bytes that follow the head of the request.
    fn body(&mut self, mut current: Box<Current>, bytes: &[u8], packet: Option<u64>) -> usize {
        let mut taken = 0;
        if let Some(opening) = &mut current.opening {
            taken = opening.lacks().min(bytes.len());
            opening.bytes.extend_from_slice(&bytes[..taken]);
            self.sides.client.trace.push(&bytes[..taken], packet);
        }
        if current.lacks_body() {
            self.phase = Phase::Request(current);
        } else {
            self.check_request(current);
        }
        taken
    }

    fn check_request(&mut self, mut current: Box<Current>) {
        if let Some(opening) = current.opening.take() {
            if !opening.detected && self.settings.forced().is_none() {
                let what = What::Unchecked(format!(
                    "no draft fits this request; it is held to {}: {}",
                    opening.draft.info().short,
                    opening.reasons.join("; ")
                ));
                let note = current.note(Role::Client, None, current.start, what);
                self.events.push(note);
            }
            for violation in opening.check() {
                self.head_violation(&mut current, Part::Request, &opening.bytes, violation, None);
            }
            current.opening = Some(opening);
        }
        let start = self.sides.server.trace.end();
        self.phase = Phase::Response(current, Vec::new(), start);
    }

    fn response(
        &mut self,
        mut current: Box<Current>,
        mut head: Vec<u8>,
        mut start: u64,
        bytes: &[u8],
        packet: Option<u64>,
    ) -> usize {
        let side = &mut self.sides.server;
        if head.is_empty() {
            start = side.trace.end();
        }
        let owed = current.draft.info().response_body;
        let taken = match head_end(&head) {
            Some(end) => {
                let taken = (end + owed - head.len()).min(bytes.len());
                head.extend_from_slice(&bytes[..taken]);
                taken
            }
            None => collect(&mut head, bytes),
        };
        side.trace.push(&bytes[..taken], packet);
        let Some(end) = head_end(&head) else {
            let expected = b"HTTP/";
            let length = head.len().min(expected.len());
            if head[..length] != expected[..length] || head.len() > opening::LIMITS.bytes {
                let what = What::Head("the answer to the request is no HTTP response".into());
                let note = current.note(Role::Server, packet, start, what);
                self.events.push(note);
                current.ending.unanswerable = true;
                self.phase = Phase::Response(current, Vec::new(), start);
                self.conclude();
                return bytes.len();
            }
            self.phase = Phase::Response(current, head, start);
            return taken;
        };
        let (first, body) = head.split_at(end);
        let opening = current.opening.as_ref();
        let answer = opening.map(|opening| opening.read_response(first, body, self.settings));
        match answer {
            Some(Ok(answer)) if answer.accepted && body.len() < owed => {
                self.phase = Phase::Response(current, head, start);
            }
            Some(Ok(answer)) if answer.accepted => {
                let mut answer = answer;
                for violation in core::mem::take(&mut answer.violations) {
                    let base = Some(start);
                    self.head_violation(&mut current, Part::Response, &head, violation, base);
                }
                self.open(current, Some(answer));
            }
            Some(Ok(answer)) => {
                current.answer = Some(answer);
                self.phase = Phase::Response(current, Vec::new(), start);
                self.conclude();
            }
            Some(Err(error)) => {
                let what = What::Head(format!("response: {error}"));
                let note = current.note(Role::Server, packet, start, what);
                self.events.push(note);
                current.ending.unanswerable = true;
                self.phase = Phase::Response(current, Vec::new(), start);
                self.conclude();
            }
            None => self.open(current, None),
        }
        taken
    }

    /// Goes on without the response: it is not recorded.
    fn unanswered(&mut self) {
        match core::mem::replace(&mut self.phase, Phase::Done) {
            Phase::Request(current) | Phase::Response(current, ..) => self.open(current, None),
            phase => self.phase = phase,
        }
    }

    fn open(&mut self, mut current: Box<Current>, answer: Option<Answer>) {
        let agreed = answer.as_ref().and_then(|answer| answer.extensions.clone());
        let claimed = match (&answer, &agreed) {
            (Some(_), None) => 0,
            // What is not known may be used.
            _ => u8::MAX,
        };
        if let Some(agreed) = &agreed {
            let what = What::Unchecked(format!(
                "{agreed} is not built in: the reserved bits, and the messages that use them, are not checked"
            ));
            let note = current.note(Role::Server, None, 0, what);
            self.events.push(note);
        }
        let keyed = self
            .settings
            .resolved(current.draft)
            .is_some_and(|draft| draft.session_key.is_some());
        let session = answer.as_ref().map(|answer| answer.session);
        if answer.is_none() {
            let mut what =
                "the response is not recorded; which extensions were agreed is not known"
                    .to_owned();
            if keyed {
                what.push_str(", nor the key of the frames, which are therefore not read");
            }
            let note = current.note(Role::Server, None, 0, What::Unchecked(what));
            self.events.push(note);
        }
        for role in [Role::Client, Role::Server] {
            let side = self.sides.of_mut(role);
            side.start = side.trace.end();
            side.frames = match session {
                None if keyed => None,
                session => Some(Frames::new(
                    current.draft,
                    role,
                    session.unwrap_or_default(),
                    claimed,
                )),
            };
        }
        current.answer = answer;
        self.phase = Phase::Open(current);
    }

    /// Ends the current connection, and searches for the next.
    fn conclude(&mut self) {
        let phase = core::mem::replace(&mut self.phase, Phase::Search(Vec::new(), 0));
        let (mut current, is_open) = match phase {
            Phase::Request(current) => {
                self.check_request(current);
                return self.conclude();
            }
            Phase::Response(current, ..) => (current, false),
            Phase::Open(current) => (current, true),
            Phase::Search(..) | Phase::Done => return,
        };
        let transport_ended = current.ending.transport_ended();
        let info = current.draft.info();
        let mut messages = Each::default();
        let mut bytes = Each::default();
        for role in [Role::Client, Role::Server] {
            let side = self.sides.of_mut(role);
            let at = side.trace.end();
            let packet = side.trace.packet(at);
            let Some(mut frames) = side.frames.take() else {
                continue;
            };
            *messages.of_mut(role) = frames.messages;
            *bytes.of_mut(role) = frames.bytes;
            let rest = frames.rest();
            let needed = match rest {
                Rest::Frame(needed) => Some(needed),
                Rest::Message => None,
                Rest::Nothing | Rest::Unknown => continue,
            };
            current.ending.cut = Some(role);
            if transport_ended || self.whole {
                let what = What::Incomplete { needed };
                let note = current.note(role, packet, at, what);
                self.events.push(note);
            }
        }
        if is_open && transport_ended && current.ending.closes.is_empty() && info.closing.is_some()
        {
            let by = current.ending.transport_by();
            let at = self.sides.of(by).trace.end();
            let packet = self.sides.of(by).trace.packet(at);
            let reported = info.local_codes.abnormal.and_then(|code| {
                let found = info.close_codes.iter().find(|info| info.code == code)?;
                Some((code, found.name))
            });
            let note = current.note(by, packet, at, What::Unclosed { reported });
            self.events.push(note);
        }
        let (ended, clean) = current
            .ending
            .describe(info, current.answer.as_ref(), is_open);
        let Current {
            peers,
            draft,
            opening,
            answer,
            violations,
            ..
        } = *current;
        let (candidates, reasons, detected) = opening.map_or_else(
            || (Vec::new(), Vec::new(), true),
            |opening| (opening.candidates, opening.reasons, opening.detected),
        );
        let forced = self.settings.forced().is_some();
        self.events.push(Event::Connection(Box::new(Summary {
            connection: peers,
            draft: (detected || forced).then(|| draft.info()),
            candidates,
            reasons,
            extensions: answer.as_ref().and_then(|answer| answer.extensions.clone()),
            subprotocol: answer.and_then(|answer| answer.subprotocol),
            messages,
            bytes,
            violations,
            ended,
            clean,
            not_recorded: Vec::new(),
        })));
    }

    fn sighting(&mut self, current: &mut Current, from: Role, sighting: Sighting) {
        let side = self.sides.of_mut(from);
        match sighting {
            Sighting::Violation(violation, frame, message) => {
                let at = side.start + violation.offset;
                let packet = side.trace.packet(at);
                let excerpt = side.trace.excerpt(at, 1);
                let after = core::mem::replace(&mut side.troubled, true);
                let place = Place {
                    part: Part::Frames,
                    frame: Some(frame),
                    message,
                    packet,
                    stream_offset: Some(at),
                    excerpt,
                };
                self.finding(current, violation, place, after);
            }
            Sighting::Close(close) => current.ending.closes.push((from, close)),
            Sighting::Unreadable(offset) => {
                let at = side.start + offset;
                let note = current.note(from, side.trace.packet(at), at, What::Unreadable);
                self.events.push(note);
            }
            Sighting::Resumed(offset) => {
                let at = side.start + offset;
                let note = current.note(from, side.trace.packet(at), at, What::Resumed);
                self.events.push(note);
            }
        }
    }

    /// Reports a rule that a head or what follows it breaks; `start` is where the head starts.
    fn head_violation(
        &mut self,
        current: &mut Current,
        part: Part,
        head: &[u8],
        violation: Violation,
        start: Option<u64>,
    ) {
        let from = violation.by;
        let start = start.unwrap_or(current.start);
        let offset = usize::try_from(violation.offset).unwrap_or(usize::MAX);
        let at = start + violation.offset;
        let length = match violation.seen {
            wsdraft::Seen::Value(..) | wsdraft::Seen::Text(_) => {
                opening::value_length(head, offset)
            }
            _ => 1,
        };
        // What is missing is missed at the end of the head.
        let place = Place {
            part,
            frame: None,
            message: None,
            packet: self.sides.of(from).trace.packet(at),
            stream_offset: Some(at),
            excerpt: Excerpt::of(
                head,
                start,
                offset.min(head.len().saturating_sub(1)),
                length,
            ),
        };
        self.finding(current, violation, place, false);
    }

    fn finding(&mut self, current: &mut Current, violation: Violation, place: Place, after: bool) {
        if !self.settings.wants(&violation) {
            return;
        }
        current.violations += 1;
        let rule = self.settings.rule(violation.draft.short, violation.rule.id);
        let offered = current
            .opening
            .as_ref()
            .and_then(|opening| opening.value(Purpose::Extensions));
        let agreed = current
            .answer
            .as_ref()
            .and_then(|answer| answer.extensions.as_deref());
        let cause = rule.and_then(|rule| {
            let seen = cause::Circumstances {
                require: &rule.value.require,
                offered: offered.as_deref(),
                agreed,
                after_another: after,
            };
            cause::likely(&violation, &seen)
        });
        let since = self.settings.since(&violation);
        self.events.push(Event::Finding(Box::new(Finding {
            violation,
            connection: current.peers.clone(),
            packet: place.packet,
            part: place.part,
            frame: place.frame,
            message: place.message,
            stream_offset: place.stream_offset,
            excerpt: place.excerpt,
            since,
            cause,
        })));
    }
}

/// Where a rule is broken.
struct Place {
    part: Part,
    frame: Option<u64>,
    message: Option<u64>,
    packet: Option<u64>,
    stream_offset: Option<u64>,
    excerpt: Option<Excerpt>,
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

/// Appends bytes to a head up to its end; gives how many.
fn collect(head: &mut Vec<u8>, bytes: &[u8]) -> usize {
    let before = head.len();
    let from = before.saturating_sub(3);
    head.extend_from_slice(bytes);
    match head_end(&head[from..]) {
        Some(end) => {
            head.truncate(from + end);
            from + end - before
        }
        None => bytes.len(),
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
