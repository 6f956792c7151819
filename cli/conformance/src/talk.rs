//! A conversation with the peer.

use std::{
    collections::{BTreeSet, VecDeque},
    time::{Duration, Instant},
};

use wsdraft::{
    Draft, Limits, Violation,
    extension::Agreed,
    frame::Session,
    info::Kind,
    inspect::{Inspector, Observed},
};
use wsdraft_interpreter::vectors::Bytes;

pub(crate) use crate::seen::{Ended, Seen};
use crate::{
    chopped::{Chopped, LITTLE},
    frames::{Pen, control},
    log::{Log, Logged, Mark, Side},
    setup::Setup,
    wire::{Received, Wire},
};

/// The most faults of the tester that are looked for.
const FAULTS: usize = 64;
/// How often the tester looks for more when the time for an answer is over.
const LATE: usize = 64;

/// A conversation over a transport.
pub(crate) struct Talk<'a, W> {
    pub(crate) setup: &'a Setup,
    wire: &'a mut W,
    pub(crate) log: Log,
    /// Bytes of the peer that belong to no frame yet.
    pub(crate) raw: Vec<u8>,
    frames: Option<Inspector<&'static dyn Draft>>,
    /// Writes the tester's frames.
    pub(crate) pen: Pen,
    seen: VecDeque<Seen>,
    ended: Option<Ended>,
    /// Rules that the peer broke.
    pub(crate) broken: Vec<Violation>,
    /// Where the peer's head and its frames start in what it sent.
    pub(crate) starts: Starts,
    /// Where the tester's frames start in what it sent.
    pub(crate) frames_at: Option<u64>,
    /// The byte from the tester that breaks the rule of the case.
    pub(crate) mark: Option<Mark>,
    /// The code with which the peer closed.
    pub(crate) close_code: Option<u16>,
    /// A client's request that is not answered yet.
    pub(crate) asked: Option<Bytes>,
    /// Whether the peer sent a frame.
    pub(crate) framed: bool,
    /// Whether the peer sent a close frame.
    pub(crate) peer_closed: bool,
    /// Whether the server said that it has too much to do.
    pub(crate) overloaded: bool,
    /// Whether the tester has sent only a part of a frame.
    unfinished: bool,
    /// Payloads of the peer's pings that came meanwhile.
    late: Vec<Vec<u8>>,
    /// Payloads of the tester's pings.
    pub(crate) pings: BTreeSet<Vec<u8>>,
    /// Bytes that the tester sent.
    sent: u64,
    /// The large message that the tester sent last in writes of a few bytes.
    pub(crate) chopped: Option<Chopped>,
    /// Bytes that the peer makes of what the tester sent in compressed form.
    pub(crate) coded: u64,
    /// Parts of scenarios that the tester sent.
    pub(crate) parts: usize,
    /// Whether the tester sent a close frame.
    pub(crate) closing: bool,
    /// Whether sending failed because the peer takes nothing any more.
    pub(crate) refused: bool,
}

impl<W> Talk<'_, W> {
    /// Frames that every peer takes on a connection.
    const FEW: usize = 50;

    /// Bytes that the peer has to work on.
    const fn load(&self) -> u64 {
        self.sent + self.coded
    }

    /// How long to wait for an answer: longer if the peer has to read and send back much.
    pub(crate) fn patience(&self) -> Duration {
        let mebibytes = u32::try_from(self.load() >> 20).unwrap_or(u32::MAX);
        let each = Duration::from_secs(1).min(self.setup.patience);
        self.setup.patience + each.saturating_mul(mebibytes)
    }

    /// Whether the tester sent so much that a peer may refuse it by a limit of its own (RFC 6455
    /// §10.4).
    pub(crate) const fn is_demanding(&self) -> bool {
        self.load() > LITTLE || self.parts > Self::FEW
    }

    /// Whether an answer may take longer than the tester waits.
    pub(crate) const fn is_slow(&self) -> bool {
        self.load() > 1 << 20
    }
}

impl<'a, W: Wire> Talk<'a, W> {
    /// The most bytes of a message that are kept. The rest is compared by its checksum.
    const KEPT: usize = 1 << 20;

    pub(crate) fn new(setup: &'a Setup, wire: &'a mut W) -> Self {
        Self {
            setup,
            wire,
            log: Log::new(),
            raw: Vec::new(),
            frames: None,
            pen: Pen::new(setup.draft, setup.tester()),
            seen: VecDeque::new(),
            ended: None,
            broken: Vec::new(),
            starts: Starts::default(),
            frames_at: None,
            mark: None,
            close_code: None,
            asked: None,
            framed: false,
            peer_closed: false,
            sent: 0,
            chopped: None,
            coded: 0,
            parts: 0,
            overloaded: false,
            unfinished: false,
            late: Vec::new(),
            pings: BTreeSet::new(),
            closing: false,
            refused: false,
        }
    }

    /// Starts reading frames: the handshake is over.
    pub(crate) fn open(&mut self, session: Session, agreed: Agreed) {
        let limits = boundless();
        self.starts.frames = self.log.total(Side::Peer) - self.raw.len() as u64;
        let sent = self.log.total(Side::Tester);
        self.frames_at.get_or_insert(sent);
        let mut frames =
            Inspector::with(self.setup.spoken(), self.setup.subject, session, 0, limits)
                .extended(&agreed)
                .showing(Self::KEPT)
                .summing();
        frames.push(&std::mem::take(&mut self.raw));
        self.frames = Some(frames);
        (self.pen.session, self.pen.agreed) = (session, agreed);
        self.asked = None;
    }

    /// Whether the handshake is over.
    pub(crate) const fn is_open(&self) -> bool {
        self.frames.is_some()
    }

    /// Whether the peer has ended the stream.
    pub(crate) const fn has_ended(&self) -> bool {
        self.ended.is_some()
    }

    /// Sends bytes. An error is not reported here: what the peer sends shows why.
    pub(crate) async fn send(&mut self, bytes: &[u8]) {
        if bytes.is_empty() || self.refused || self.is_over() {
            return;
        }
        self.log.bytes(Side::Tester, bytes);
        self.sent += bytes.len() as u64;
        self.refused = self.wire.send(bytes).await.is_err();
    }

    /// Sends bytes in writes of this many bytes.
    pub(crate) async fn send_chopped(&mut self, bytes: &[u8], size: usize) {
        for piece in bytes.chunks(size.max(1)) {
            self.send(piece).await;
        }
    }

    /// Notes whether what was sent last is only a part of a frame. Once it is not, the pings that came
    /// meanwhile are answered.
    pub(crate) async fn finished(&mut self, whole: bool) {
        self.unfinished = !whole;
        if whole && !self.closing {
            for payload in std::mem::take(&mut self.late) {
                let pong = control(&self.pen, Kind::Pong, &payload);
                self.send(&pong).await;
            }
        }
    }

    /// Notes which byte of the tester's frames breaks this rule.
    pub(crate) fn mark_frames(&mut self, rule: &str) {
        let faults = self.own_faults();
        let fault = faults.iter().find(|fault| fault.rule.id == rule);
        if let (Some(fault), Some(start)) = (fault, self.frames_at) {
            self.mark_tester(start + fault.offset);
        }
    }

    /// The rules that the tester's frames break, as far as the log has them.
    pub(crate) fn own_faults(&self) -> Vec<Violation> {
        let Some(start) = self.frames_at else {
            return Vec::new();
        };
        let (draft, by) = (self.setup.draft, self.setup.tester());
        let mut frames = Inspector::with(draft, by, self.pen.session, 0, boundless())
            .extended(&self.pen.agreed)
            .showing(0);
        frames.push(&self.log.sent_from(start));
        frames.end_of_input();
        let faults = frames.filter_map(|seen| match seen {
            Observed::Violation(fault) => Some(fault),
            _ => None,
        });
        faults.take(FAULTS).collect()
    }

    /// Notes which byte of the tester breaks the rule that the case is about.
    pub(crate) fn mark_tester(&mut self, offset: u64) {
        let by = Side::Tester;
        self.mark = Some(Mark { by, offset });
    }

    /// Ends the sending side.
    pub(crate) async fn half_close(&mut self) {
        self.log.push(Side::Tester, Logged::End);
        self.refused = self.wire.half_close().await.is_err();
    }

    /// Waits.
    pub(crate) async fn pause(&mut self, time: Duration) {
        self.wire.pause(time).await;
    }

    /// Receives some bytes into `raw`; returns how the stream ended, or silence.
    pub(crate) async fn read(&mut self, within: Duration) -> Result<(), Seen> {
        if let Some(ended) = self.ended {
            return Err(Seen::End(ended));
        }
        if self.is_over() {
            return Err(Seen::Silence);
        }
        let ended = match self.wire.receive(within).await {
            Received::Bytes(bytes) => {
                self.log.bytes(Side::Peer, &bytes);
                match &mut self.frames {
                    Some(frames) => frames.push(&bytes),
                    None => self.raw.extend(bytes),
                }
                return Ok(());
            }
            Received::Silence => return Err(Seen::Silence),
            Received::End => Ended::Closed,
            Received::Reset => Ended::Reset,
        };
        let logged = match ended {
            Ended::Closed => Logged::End,
            Ended::Reset => Logged::Reset,
        };
        self.log.push(Side::Peer, logged);
        self.ended = Some(ended);
        Err(Seen::End(ended))
    }

    /// What the peer does next. The tester answers its pings and passes over them.
    pub(crate) async fn next(&mut self, within: Duration) -> Seen {
        let deadline = Instant::now() + within;
        let mut late = 0;
        loop {
            self.look().await;
            if self.is_over() {
                return Seen::Silence;
            }
            if let Some(seen) = self.seen.pop_front() {
                return seen;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            late += usize::from(left.is_zero());
            if late > LATE {
                return Seen::Silence;
            }
            if let Err(seen) = self.read(left).await {
                return seen;
            }
        }
    }

    /// Puts back what was taken too early.
    pub(crate) fn put_back(&mut self, seen: Seen) {
        self.seen.push_front(seen);
    }

    /// Answers a ping.
    async fn answer(&mut self, payload: Vec<u8>) {
        if self.unfinished {
            // A pong between the two halves of a frame would be part of its payload.
            self.late.push(payload);
        } else if !self.closing {
            let pong = control(&self.pen, Kind::Pong, &payload);
            self.send(&pong).await;
        }
    }

    /// Looks at what came.
    async fn look(&mut self) {
        let Some(mut frames) = self.frames.take() else {
            return;
        };
        for observed in frames.by_ref() {
            let seen = match observed {
                Observed::Frame { .. } => {
                    self.framed = true;
                    continue;
                }
                Observed::Incomplete { .. } => continue,
                Observed::Violation(violation) => {
                    self.note_broken(violation);
                    continue;
                }
                Observed::Ping(payload) => {
                    self.answer(payload).await;
                    continue;
                }
                // What a peer that echoes nothing sends is its own affair.
                Observed::Text(_)
                | Observed::Binary(_)
                | Observed::Long {
                    kind: Kind::Text | Kind::Binary,
                    ..
                } if !self.setup.echoes => continue,
                Observed::Text(text) => Seen::message(Kind::Text, text.into_bytes()),
                Observed::Binary(bytes) => Seen::message(Kind::Binary, bytes),
                Observed::Long {
                    kind: kind @ (Kind::Text | Kind::Binary),
                    length,
                    start,
                    rest,
                    ..
                } => Seen::Message {
                    kind,
                    length,
                    start,
                    rest,
                },
                // An endpoint may send pongs that nobody asked for (RFC 6455 §5.5.3).
                Observed::Pong(payload) if !self.pings.contains(&payload) => continue,
                Observed::Pong(payload) => Seen::Pong(payload),
                Observed::Close(close) => {
                    self.close_code = self.close_code.or(close.code);
                    self.peer_closed = true;
                    Seen::Close(close)
                }
                _ => Seen::Garbage,
            };
            self.seen.push_back(seen);
        }
        self.frames = Some(frames);
    }
}

/// Where the parts of what the peer sent start in it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Starts {
    /// The head that rules were checked on.
    pub(crate) head: u64,
    /// The frames.
    pub(crate) frames: u64,
}

/// What the tester takes has no limits.
fn boundless() -> Limits {
    let mut limits = Limits::default();
    (limits.frame, limits.message) = (usize::MAX, usize::MAX);
    limits
}
