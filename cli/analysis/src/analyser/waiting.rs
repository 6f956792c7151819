//! What waits for the other direction, or for what it begins with.

use wsdraft::{
    Role,
    handshake::{ProxyHeader, ReadProxyHeader},
};

use super::{
    Analyser,
    state::{Phase, Piece},
};
use crate::{bytes::PerRole, error::Stopped, finding::Sink};

impl Analyser {
    /// Has bytes of an end wait.
    pub(super) fn hold(&mut self, from: Role, bytes: &[u8], packet: Option<u64>) {
        let side = self.sides.of_mut(from);
        side.waiting += bytes.len();
        side.held.push_back((packet, Piece::Bytes(bytes.into())));
    }

    /// Goes on where the bytes of this end that wait are too many.
    pub(super) fn bound(&mut self, from: Role) {
        let side = self.sides.of(from);
        if side.waiting + side.held.len() * Piece::SIZE > Self::HELD {
            self.go_on(from);
        }
    }

    /// Takes what is held and need not be held any longer.
    pub(super) fn release(&mut self, sink: &mut Sink<'_>) -> Result<(), Stopped> {
        let mut moved = true;
        while std::mem::take(&mut moved) {
            for role in [Role::Client, Role::Server] {
                while !self.is_holding(role) {
                    let side = self.sides.of_mut(role);
                    let Some((packet, piece)) = side.held.pop_front() else {
                        break;
                    };
                    moved = true;
                    match piece {
                        Piece::Bytes(bytes) => {
                            side.waiting -= bytes.len();
                            self.take(role, &bytes, packet, sink)?;
                        }
                        Piece::Gap(missing) => self.lose(role, missing, packet),
                    }
                    self.tell(sink)?;
                }
            }
        }
        self.tell(sink)
    }

    /// Whether bytes of this end have to wait now.
    pub(super) fn is_holding(&self, from: Role) -> bool {
        match (&self.phase, from) {
            (Phase::Search(_), Role::Client) => self.proxied,
            (Phase::Search(head), Role::Server) => {
                self.answered_first && (!self.sides.client.begun || !head.bytes.is_empty())
            }
            // The content of the request belongs to it.
            (Phase::Response(..), Role::Client) => self.content.is_none(),
            // Bytes that the request owes after its head may come after the head of the answer:
            // something between the ends may hold them back until then.
            (Phase::Request(_), Role::Server) => true,
            _ => false,
        }
    }

    /// Whether bytes of the server start a response while nothing has come of either end.
    pub(super) fn is_first(&self, bytes: &[u8]) -> bool {
        let PerRole { client, server } = &self.sides;
        let begun = client.begun || server.begun || !server.held.is_empty();
        !begun && bytes.starts_with(b"HTTP/")
    }

    /// Takes bytes, or has them wait.
    pub(super) fn take(
        &mut self,
        from: Role,
        mut bytes: &[u8],
        packet: Option<u64>,
        sink: &mut Sink<'_>,
    ) -> Result<(), Stopped> {
        while !bytes.is_empty() {
            if from == Role::Client && self.content.is_some() {
                let taken = self.pass_content(bytes);
                bytes = bytes.get(taken..).unwrap_or_default();
                continue;
            }
            if self.is_holding(from) {
                if from == Role::Client {
                    self.comes_early(bytes, packet);
                }
                // Before what waits already: it is the rest of the piece that came first.
                let side = self.sides.of_mut(from);
                side.waiting += bytes.len();
                side.held.push_front((packet, Piece::Bytes(bytes.into())));
                return Ok(());
            }
            let taken = self.step(from, bytes, packet, sink)?.max(1);
            bytes = bytes.get(taken..).unwrap_or_default();
        }
        Ok(())
    }

    /// Goes on without that for which the bytes of this end wait.
    pub(super) fn go_on(&mut self, from: Role) {
        if from == Role::Client && self.proxied {
            self.proxied = false;
            return;
        }
        if from == Role::Server && std::mem::take(&mut self.answered_first) {
            return;
        }
        match std::mem::replace(&mut self.phase, Phase::Done) {
            Phase::Request(current) if from == Role::Server => self.check_request(current),
            phase => {
                self.phase = phase;
                self.unanswered();
            }
        }
    }

    /// Passes over a header of the PROXY protocol, with which the client's bytes may begin: a
    /// proxy in front of the server wrote it.
    pub(super) fn proxy_header(&mut self) {
        let held = &self.sides.client.held;
        let mut start = Vec::new();
        for (_, piece) in held {
            match piece {
                Piece::Bytes(bytes) => start.extend_from_slice(bytes),
                Piece::Gap(_) => break,
            }
            if start.len() > ProxyHeader::LONGEST {
                break;
            }
        }
        let header = match ProxyHeader::read(&start) {
            ReadProxyHeader::Incomplete(_) => return,
            ReadProxyHeader::Header(header) => header,
            ReadProxyHeader::Nothing | ReadProxyHeader::Malformed(_) => {
                self.proxied = false;
                return;
            }
        };
        self.proxied = false;
        let packet = held.front().and_then(|(packet, _)| *packet);
        let mut left = header.length;
        let side = &mut self.sides.client;
        while let Some((packet, Piece::Bytes(bytes))) = side.held.pop_front() {
            let taken = left.min(bytes.len());
            side.waiting -= bytes.len();
            left -= taken;
            if let Some(rest) = bytes.get(taken..).filter(|rest| !rest.is_empty()) {
                side.waiting += rest.len();
                side.held.push_front((packet, Piece::Bytes(rest.into())));
            }
            if left == 0 {
                break;
            }
        }
        side.trace.skip(header.length as u64);
        self.told = Some((packet, header));
    }

    /// Passes over content of a request.
    pub(super) fn pass_content(&mut self, bytes: &[u8]) -> usize {
        let Some(content) = &mut self.content else {
            return 0;
        };
        let (taken, goes_on) = content.pass(bytes);
        let side = &mut self.sides.client;
        side.trace.skip(taken as u64);
        if !goes_on {
            self.content = None;
            side.start = side.trace.end();
        }
        taken
    }
}
