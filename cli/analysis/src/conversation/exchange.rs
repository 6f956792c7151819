//! What both ends do over time: whether pings and close frames are answered, and masking keys
//! vary. No verdict is given on what the record does not show: an end may be slow, or not have
//! received yet what it is to answer. Where an answer may still come, the end of the record decides.

use std::time::Duration;

use wsdraft::{
    Role,
    info::{Conversation as Asked, Kind},
};

use crate::bytes::{End, PerRole};

mod backlog;
mod keys;
mod parts;
mod party;
mod verdicts;

pub use self::parts::Receipt;
pub(crate) use self::parts::{Broken, Moment, SentFrame};
use self::{
    backlog::{Backlog, Place},
    keys::Keys,
    party::{Close, Party, Ping},
};

/// Watches a connection.
#[derive(Debug)]
pub(crate) struct Exchange {
    receipt: Receipt,
    parties: PerRole<Party>,
    keys: Keys,
    /// When the first frame passed.
    first: Option<Duration>,
    now: Option<Duration>,
    /// Something is missing or broken, so that nobody knows what the ends made of the rest.
    troubled: bool,
    /// The end that closed waited for the answer until it ended the transport.
    waited: bool,
    finds: Vec<Broken>,
}

impl Exchange {
    /// Pings that may wait for an answer.
    const PINGS: usize = 64;
    /// Time within which an end that reads answers.
    const PROMPT: Duration = Duration::from_secs(1);
    /// Time for which an end waits for an answer that it expects.
    const PATIENT: Duration = Duration::from_secs(3);
    /// Time after which what an end closes with comes after the answer that it owes.
    const LATE: Duration = Duration::from_secs(10);
    /// Time after which an end that goes on sending does not answer any more.
    const LONG: Duration = Duration::from_secs(30);

    pub(crate) fn new(receipt: Receipt) -> Self {
        Self {
            receipt,
            parties: PerRole::default(),
            keys: Keys::default(),
            first: None,
            now: None,
            troubled: receipt == Receipt::Nothing,
            waited: false,
            finds: Vec::new(),
        }
    }

    /// Bytes of memory that it takes beside its own, roughly.
    pub(crate) fn held(&self) -> usize {
        let parties = [&self.parties.client, &self.parties.server];
        let owed = parties.map(|party| party.owed.capacity() * size_of::<Ping>());
        let payloads = parties.into_iter().flat_map(|party| &party.owed);
        owed.iter().sum::<usize>() + payloads.map(|ping| ping.payload.len()).sum::<usize>()
    }

    /// What was found so far.
    pub(crate) fn finds(&mut self) -> Vec<Broken> {
        core::mem::take(&mut self.finds)
    }

    /// Says that something is missing or broken: from here on only what one end sends alone is
    /// judged.
    pub(crate) fn trouble(&mut self) {
        self.troubled = true;
    }

    /// Says how many bytes of the other direction an end has acknowledged.
    pub(crate) fn acknowledged(&mut self, by: Role, bytes: u64) {
        let acknowledged = &mut self.parties.of_mut(by).acknowledged;
        *acknowledged = bytes.max(*acknowledged);
    }

    /// An end sends a frame.
    pub(crate) fn frame(&mut self, from: Role, sent: SentFrame, moment: Moment) {
        self.now = moment.time;
        self.first = self.first.or(moment.time);
        if let Some(seen) = self.keys.next(&sent) {
            self.finds.push(Broken {
                asked: Asked::MaskingKeysVary,
                by: from,
                packet: moment.packet,
                offset: sent.offset,
                seen,
            });
        }
        if self.troubled {
            return;
        }
        self.parties.of_mut(from.peer()).recorded = moment.other;
        let party = self.parties.of_mut(from);
        party.recorded = moment.end;
        party.counts(&sent);
        match sent.kind {
            Kind::Pong => self.pong(from, sent.payload.as_deref()),
            Kind::Close => self.close(from, sent.payload.clone(), moment),
            Kind::Continuation
            | Kind::Text
            | Kind::Binary
            | Kind::Ping
            | Kind::Extension
            | Kind::ExtensionControl
            | Kind::Reserved => {}
        }
        self.went_on(from);
        if sent.kind == Kind::Ping {
            self.ping(from, sent.payload, moment);
        }
    }

    fn ping(&mut self, from: Role, payload: Option<Box<[u8]>>, moment: Moment) {
        if self.parties.of(from).close.is_some() || self.parties.of(from.peer()).close.is_some() {
            return;
        }
        let place = self.place(from, &moment);
        let party = self.parties.of_mut(from.peer());
        let Some(payload) = payload else {
            // Nothing tells any more which of them a pong answers.
            party.excused = true;
            return;
        };
        if party.owed.len() >= Self::PINGS {
            party.more += 1;
            return;
        }
        party.owed.push_back(Ping {
            payload,
            moment,
            frames: party.frames,
            place,
            backlog: party.read.until(place),
        });
    }

    fn pong(&mut self, from: Role, payload: Option<&[u8]>) {
        let party = self.parties.of_mut(from);
        let Some(payload) = payload else {
            party.excused = true;
            return;
        };
        // One pong may answer the pings before it, too.
        let answered = party
            .owed
            .iter()
            .rposition(|ping| *ping.payload == *payload);
        // What answers a ping that is not kept answers all before it.
        let of_more = answered.is_none() && party.more > 0;
        if answered.is_some() || of_more {
            (party.more, party.suspected.pong) = (0, false);
        }
        let kept = if of_more { party.owed.len() } else { 0 };
        let mut answered = party.owed.drain(..answered.map_or(kept, |at| at + 1));
        party.read = answered.next_back().map_or(party.read, |ping| ping.place);
    }

    /// How far an end has come with what it sends.
    fn place(&self, from: Role, moment: &Moment) -> Place {
        Place {
            frames: self.parties.of(from).all,
            bytes: moment.end,
        }
    }

    fn close(&mut self, from: Role, body: Option<Box<[u8]>>, moment: Moment) {
        if self.parties.of(from).close.is_some() {
            return;
        }
        let peer = self.parties.of(from.peer());
        let close = Close {
            body,
            moment,
            frames: peer.frames,
            backlog: peer.read.until(self.place(from, &moment)),
        };
        self.closes_without_pong(from);
        if let Some(first) = &self.parties.of(from.peer()).close {
            let both = first.body.as_ref().zip(close.body.as_ref());
            let differs = both.is_some_and(|(first, answer)| first != answer);
            let answers = self.receipt != Receipt::Time
                && self.has_received(from, &first.moment, first.backlog);
            if differs && answers {
                let (packet, offset) = (moment.packet, moment.end);
                let seen = "another body than that of the close frame before".into();
                self.find(Asked::CloseBodyMatches, from, packet, offset, seen);
            }
        }
        let party = self.parties.of_mut(from);
        party.owed.clear();
        party.close = Some(close);
    }

    /// Judges the pings that an end leaves unanswered for good, as it closes.
    fn closes_without_pong(&mut self, from: Role) {
        let party = self.parties.of(from);
        let Some(ping) = party.owed.front() else {
            return;
        };
        let sent = party.frames - ping.frames;
        let had_time = match &self.parties.of(from.peer()).close {
            // What it read after the ping is a close frame, which excuses it if it came at once.
            Some(close) => match self.between(ping.moment.time, close.moment.time) {
                Some(time) => time >= Self::PROMPT + ping.backlog.time(),
                None => close.frames >= ping.frames + 10 || self.is_order_all(close, ping),
            },
            None => match self.elapsed(ping.moment.time) {
                Some(time) => time >= Self::LATE + ping.backlog.time(),
                None => sent > 16 + ping.backlog.frames,
            },
        };
        if had_time || party.suspected.pong {
            self.unanswered_ping(from);
        }
    }

    /// Whether nothing but the order of a record tells the time, and the end sent something
    /// between a ping and the close frame after it.
    fn is_order_all(&self, close: &Close, ping: &Ping) -> bool {
        self.receipt == Receipt::Order && close.frames > ping.frames
    }

    /// Notes what an end leaves unanswered that goes on sending: it may answer late still.
    fn went_on(&mut self, from: Role) {
        let party = self.parties.of(from);
        let long = |since: &Moment, frames: u64, backlog: Backlog| match self.elapsed(since.time) {
            Some(time) => time >= Self::LONG + backlog.time() && party.frames >= frames + 3,
            None => party.frames >= frames + 100 + backlog.frames,
        };
        let closed = self.parties.of(from.peer()).close.as_ref();
        let closed = closed.filter(|_| party.close.is_none());
        let no_close = closed.is_some_and(|close| long(&close.moment, close.frames, close.backlog));
        let no_pong = |ping: &Ping| long(&ping.moment, ping.frames, ping.backlog);
        if party.owed.front().is_some_and(no_pong) {
            self.suspect_pong(from);
        }
        if no_close {
            self.suspect_close(from);
        }
    }

    /// A direction ends; `amid` says which ends are in the middle of a message, after which alone
    /// they need to answer a close frame.
    pub(crate) fn end(&mut self, from: Role, how: End, amid: PerRole<bool>, now: Option<Duration>) {
        self.now = now.or(self.now);
        let party = self.parties.of_mut(from);
        if how == End::Record || party.end.is_some() {
            return;
        }
        party.end = Some(how);
        let peer = from.peer();
        let (ours, theirs) = (self.parties.of(from), self.parties.of(peer));
        match (&ours.close, &theirs.close) {
            (None, Some(_)) if *amid.of(from) => {}
            (Some(_), None) if *amid.of(peer) => {}
            // It was told to close, and ends the transport instead.
            (None, Some(close)) if theirs.end.is_none() => {
                let waited = self.elapsed(close.moment.time);
                let prompt = waited.is_some_and(|time| time >= Self::PROMPT);
                if how == End::Finished && self.receipt != Receipt::Time || prompt {
                    self.unanswered_close(from);
                }
            }
            // It ends the transport after all, while its peer gave up waiting for its answer.
            (None, Some(_)) if self.waited && how == End::Finished => self.unanswered_close(from),
            // It gives up waiting for an answer.
            (Some(close), None) if theirs.end.is_none() => {
                let waited = self.elapsed(close.moment.time);
                let patience = Self::PATIENT + close.backlog.time();
                self.waited = waited.is_some_and(|time| time >= patience);
                let alive = theirs.frames > close.frames
                    || self.receipt == Receipt::Acknowledged
                        && theirs.acknowledged >= close.moment.end;
                if self.waited && alive {
                    self.suspect_close(peer);
                }
            }
            (Some(ours), Some(close)) if theirs.end.is_none() && from == Role::Client => {
                let last = ours.moment.time.max(close.moment.time);
                let waited = self.elapsed(last);
                let (packet, offset) = (ours.moment.packet, ours.moment.end);
                if how == End::Finished && waited.is_none_or(|time| time < Self::PROMPT) {
                    let seen = "the client ended it first, and did not wait for the server".into();
                    self.find(Asked::ServerEndsTransport, from, packet, offset, seen);
                }
            }
            // Neither has closed.
            (None, None) => {}
            // Nobody owes anything: the peer has ended already, or may still answer.
            (None, Some(_)) | (Some(_), None | Some(_)) => {}
        }
    }

    fn find(&mut self, asked: Asked, by: Role, packet: Option<u64>, offset: u64, seen: String) {
        if !self.troubled {
            self.finds.push(Broken {
                asked,
                by,
                packet,
                offset,
                seen,
            });
        }
    }

    /// Whether an end has what passed then.
    fn has_received(&self, by: Role, moment: &Moment, backlog: Backlog) -> bool {
        match self.receipt {
            Receipt::Acknowledged => {
                // Where it has more than what is recorded, that may be what excuses it. The end of
                // a direction is acknowledged as a byte is.
                let recorded = self.parties.of(by.peer()).recorded + 1;
                (moment.end..=recorded).contains(&self.parties.of(by).acknowledged)
            }
            Receipt::Order => true,
            Receipt::Time => {
                let elapsed = self.elapsed(moment.time);
                elapsed.is_some_and(|time| time >= Self::PROMPT + backlog.time())
            }
            Receipt::Nothing => false,
        }
    }

    /// Time since then; `None` where the record has no clock, or one that stands still.
    fn elapsed(&self, since: Option<Duration>) -> Option<Duration> {
        self.between(since, self.now)
    }

    fn between(&self, from: Option<Duration>, to: Option<Duration>) -> Option<Duration> {
        let moves = self.now != self.first;
        let time = to?.saturating_sub(from?);
        moves.then_some(time)
    }
}
