//! What both ends do over time, and what the record tells of the time.

use std::time::Duration;

use wsdraft::{Role, Seen, Violation, info::Conversation as Asked};

use super::{
    Analyser,
    findings::Place,
    state::{Current, Phase},
};
use crate::{
    bytes::{PerRole, may_be_request},
    conversation::{Broken, Frames, Moment, Receipt, SentFrame},
    finding::{NoteKind, Part},
};

impl Analyser {
    /// Says when what comes next passed, on the clock of the record.
    pub const fn at(&mut self, now: Option<Duration>) {
        self.now = now;
    }

    /// Says how many bytes of the other direction an end has, since it acknowledges them.
    pub fn acknowledges(&mut self, by: Role, bytes: u64) {
        let acknowledged = self.acknowledged.of_mut(by);
        *acknowledged = bytes.max(*acknowledged);
    }

    /// Tells the exchange what both ends have acknowledged.
    pub(super) fn acknowledge(&self, current: &mut Current) {
        for role in [Role::Client, Role::Server] {
            let acknowledged = *self.acknowledged.of(role);
            current.exchange.acknowledged(role, acknowledged);
        }
    }

    /// Which ends are in the middle of a message.
    pub(super) fn amid(&self) -> PerRole<bool> {
        let [client, server] = [&self.sides.client, &self.sides.server]
            .map(|side| side.frames.as_ref().is_some_and(Frames::is_amid));
        PerRole { client, server }
    }

    /// Takes a frame into account.
    pub(super) fn spoke(&mut self, current: &mut Current, from: Role, sent: SentFrame) {
        let (side, other) = (self.sides.of(from), self.sides.of(from.peer()));
        let moment = Moment {
            time: self.now,
            packet: side.trace.packet(side.start + sent.offset),
            end: side.trace.end(),
            other: other.trace.end(),
        };
        let is_told = current.knows_extensions || current.told_reserved;
        if sent.reserved != 0 && !is_told && !self.not_recorded(current).is_empty() {
            current.told_reserved = true;
            let at = side.start + sent.offset;
            let what = match current.opening {
                // A note says that its response is missing, and what follows from that.
                Some(_) => "reserved bits are set; they are not checked",
                None => {
                    "reserved bits are set; which extensions were agreed is not known: reserved bits are not checked"
                }
            };
            let note = current.note(from, moment.packet, at, NoteKind::Unchecked(what.into()));
            self.note(note);
        }
        self.acknowledge(current);
        current.exchange.frame(from, sent, moment);
        self.report_exchange(current);
    }

    /// Says that the connection is over, so that what is not answered will not be.
    pub fn over(&mut self) {
        match std::mem::replace(&mut self.phase, Phase::Done) {
            Phase::Open(mut current) => {
                self.acknowledge(&mut current);
                current.exchange.finish();
                self.report_exchange(&mut current);
                self.phase = Phase::Open(current);
            }
            phase => self.phase = phase,
        }
    }

    /// Reports the rules of conversations that are found broken.
    pub(super) fn report_exchange(&mut self, current: &mut Current) {
        for find in current.exchange.finds() {
            self.broken(current, find);
        }
    }

    /// Reports a rule of conversations that is broken.
    fn broken(&mut self, current: &mut Current, find: Broken) {
        let draft = current.draft.info();
        let Some(rule) = draft.conversation_rule(find.asked) else {
            return;
        };
        // Good clients end the transport themselves, too; who asks for it hears of it.
        let asked = find.asked != Asked::ServerEndsTransport || self.settings.names(rule.id);
        if !asked || rule.by.is_some_and(|by| by != find.by) {
            return;
        }
        let start = self.sides.of(find.by).start;
        let violation = Violation {
            rule,
            draft,
            by: find.by,
            offset: find.offset.saturating_sub(start),
            seen: Seen::text(find.seen.as_bytes()),
        };
        if !self.shows(current, &violation) {
            return;
        }
        let place = Place {
            part: Part::Frames,
            frame: None,
            message: None,
            channel: None,
            packet: find.packet,
            stream_offset: Some(find.offset),
            excerpt: None,
        };
        self.finding(current, violation, place, false);
    }

    /// Notes that the client sends something before it can have the answer.
    pub(super) fn comes_early(&mut self, bytes: &[u8], packet: Option<u64>) {
        let at = self.sides.client.trace.end();
        let answered = self.sides.server.trace.end();
        let before = match self.receipt {
            Receipt::Acknowledged => self.acknowledged.client <= answered,
            Receipt::Order | Receipt::Time => true,
            Receipt::Nothing => false,
        };
        let Phase::Response(current, _) = &mut self.phase else {
            return;
        };
        // Another request is none of this protocol's business.
        if before && !may_be_request(bytes) {
            current.early = current.early.or(Some((packet, at)));
        }
    }

    /// Judges what the client did before it had the answer, now that it is there.
    pub(super) fn answered(&mut self, current: &mut Current) {
        let ended = [Role::Client, Role::Server].map(|role| self.sides.of(role).end.is_some());
        if current.ending.faulty_answer || ended.contains(&true) {
            // The client may not take it for an open connection.
            current.exchange.trouble();
        }
        if let Some((packet, offset)) = current.early.take() {
            let find = Broken {
                asked: Asked::WaitsForResponse,
                by: Role::Client,
                packet,
                offset,
                seen: "frames before the answer had come".into(),
            };
            self.broken(current, find);
        }
    }
}
