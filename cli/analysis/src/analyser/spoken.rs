//! What both ends do over time, and what the record tells of the time.

use std::time::Duration;

use wsdraft::{Role, Seen, Violation, info::Conversation as Asked};

use super::{Analyser, Current, Phase, findings::Place, may_be_request};
use crate::{
    conversation::{Find, Moment, Receipt, Sent},
    frames::Frames,
    report::{Each, Part},
};

impl Analyser<'_> {
    /// Says what tells that an end has received something.
    pub const fn receipt(&mut self, receipt: Receipt) {
        self.receipt = receipt;
    }

    /// Says when what comes next passed, on the clock of the record.
    pub const fn at(&mut self, now: Option<Duration>) {
        self.now = now;
    }

    /// Says how many bytes of the other direction an end has, since it acknowledges them.
    pub fn acknowledges(&mut self, by: Role, bytes: u64) {
        let acknowledged = self.acknowledged.of_mut(by);
        *acknowledged = bytes.max(*acknowledged);
    }

    pub(super) fn acknowledge(&self, current: &mut Current) {
        for role in [Role::Client, Role::Server] {
            let acknowledged = *self.acknowledged.of(role);
            current.talk.acknowledged(role, acknowledged);
        }
    }

    /// Which ends are in the middle of a message.
    pub(super) fn amid(&self) -> Each<bool> {
        let [client, server] = [&self.sides.client, &self.sides.server]
            .map(|side| side.frames.as_ref().is_some_and(Frames::is_amid));
        Each { client, server }
    }

    /// Takes a frame into account.
    pub(super) fn spoke(&mut self, current: &mut Current, from: Role, sent: Sent) {
        let (side, other) = (self.sides.of(from), self.sides.of(from.peer()));
        let moment = Moment {
            time: self.now,
            packet: side.trace.packet(side.start + sent.offset),
            end: side.trace.end(),
            other: other.trace.end(),
        };
        self.acknowledge(current);
        current.talk.frame(from, sent, moment);
        self.found(current);
    }

    /// Says that the connection is over, so that what is not answered will not be.
    pub fn over(&mut self) {
        match core::mem::replace(&mut self.phase, Phase::Done) {
            Phase::Open(mut current) => {
                self.acknowledge(&mut current);
                current.talk.finish();
                self.found(&mut current);
                self.phase = Phase::Open(current);
            }
            phase => self.phase = phase,
        }
    }

    /// Reports the rules of conversations that are found broken.
    pub(super) fn found(&mut self, current: &mut Current) {
        for find in current.talk.finds() {
            self.broken(current, find);
        }
    }

    fn broken(&mut self, current: &mut Current, find: Find) {
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
            current.talk.trouble();
        }
        if let Some((packet, offset)) = current.early.take() {
            let find = Find {
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
