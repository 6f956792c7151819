//! What is held against an end that leaves something unanswered.

use wsdraft::{Role, info::Conversation as Asked};

use super::{Exchange, party::Ping};
use crate::bytes::hex;

impl Exchange {
    /// Nothing more comes of either end: what could still have been answered until now is judged.
    pub(crate) fn finish(&mut self) {
        for by in [Role::Client, Role::Server] {
            let party = self.parties.of(by);
            let (pong, close) = (party.suspected.pong, party.suspected.close);
            if pong {
                self.unanswered_ping(by);
            }
            if close && self.parties.of(by).close.is_none() {
                self.unanswered_close(by);
            }
        }
    }

    /// Suspects an end, which may answer still, of leaving a ping unanswered for good.
    pub(super) fn suspect_pong(&mut self, by: Role) {
        let party = self.parties.of(by);
        let received = |ping: &Ping| self.has_received(by, &ping.moment, ping.backlog);
        let suspected = party.owed.front().is_some_and(received);
        self.parties.of_mut(by).suspected.pong |= suspected;
    }

    /// Suspects an end, which may answer still, of leaving a close frame unanswered for good.
    pub(super) fn suspect_close(&mut self, by: Role) {
        let close = self.parties.of(by.peer()).close.as_ref();
        let suspected =
            close.is_some_and(|close| self.has_received(by, &close.moment, close.backlog));
        self.parties.of_mut(by).suspected.close |= suspected;
    }

    pub(super) fn unanswered_ping(&mut self, by: Role) {
        let party = self.parties.of(by);
        let received = |ping: &Ping| self.has_received(by, &ping.moment, ping.backlog);
        if party.excused || !party.owed.front().is_some_and(received) {
            return;
        }
        let party = self.parties.of_mut(by);
        party.excused = true;
        let owed = core::mem::take(&mut party.owed);
        let count = owed.len() as u64 + party.more;
        let Some(ping) = owed.front() else { return };
        let payload = match &*ping.payload {
            [] => "without a payload".into(),
            payload => match std::str::from_utf8(payload) {
                Ok(text) => format!("with the payload {text}"),
                Err(_) => format!("with the payload 0x{}", hex(payload)),
            },
        };
        let seen = match count {
            1 => format!("no pong for a ping {payload}"),
            _ => format!("no pong for {count} pings, of which the first is one {payload}"),
        };
        let (packet, offset) = (ping.moment.packet, ping.moment.other);
        self.find(Asked::PingAnswered, by, packet, offset, seen);
    }

    pub(super) fn unanswered_close(&mut self, by: Role) {
        let Some(close) = &self.parties.of(by.peer()).close else {
            return;
        };
        let moment = close.moment;
        if self.has_received(by, &moment, close.backlog) {
            let seen = "no close frame after the other end's".into();
            self.find(Asked::CloseAnswered, by, moment.packet, moment.other, seen);
            // Once is enough, and what follows is not judged.
            self.troubled = true;
        }
    }
}
