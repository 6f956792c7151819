//! From the first bytes of a connection to a checked request.

use wsdraft::{Role, handshake::parse::without_empty_lines};

use super::{
    Analyser,
    head::{BARE, Head},
    state::{Current, Phase, Protocol},
};
use crate::{
    bytes::{is_http2, is_tls, may_be_request},
    conversation::{Kind, LIMITS, Opening},
    finding::{Note, NoteKind, Part},
};

impl Analyser {
    /// Takes bytes until there is an opening request, and gives how many.
    pub(super) fn search(
        &mut self,
        from: Role,
        mut head: Head,
        bytes: &[u8],
        packet: Option<u64>,
        first: bool,
    ) -> usize {
        if first && is_tls(bytes) {
            self.protocol = Protocol::Tls;
            return bytes.len();
        }
        if first && is_http2(bytes) {
            self.protocol = Protocol::Http2;
            return bytes.len();
        }
        let side = self.sides.of_mut(from);
        let begins = head.bytes.is_empty();
        if from == Role::Server || (begins && !may_be_request(without_empty_lines(bytes))) {
            side.trace.skip(bytes.len() as u64);
            self.phase = Phase::Search(head);
            return bytes.len();
        }
        if begins {
            let empty = bytes.len() - without_empty_lines(bytes).len();
            if empty > 0 {
                side.trace.skip(empty as u64);
                self.phase = Phase::Search(head);
                return empty;
            }
            head = Head::at(side.trace.end());
        }
        let taken = head.collect(bytes);
        side.trace.push(&bytes[..taken], packet);
        if head.end.is_some() {
            return taken + self.request(head, packet, bytes.len() - taken);
        }
        if head.bytes.len() > LIMITS.bytes {
            head = Head::default();
        }
        self.phase = Phase::Search(head);
        taken
    }

    /// Takes a complete head of a client; gives how many of so many bytes behind it are done with.
    fn request(&mut self, head: Head, packet: Option<u64>, rest: usize) -> usize {
        let start = head.start;
        self.answered_first = false;
        if self.protocol == Protocol::Unknown {
            self.protocol = Protocol::Http;
        }
        match Opening::read(head.bytes, &self.settings) {
            Kind::Opening(opening) => {
                self.content = opening.content;
                let current = self.current(opening.draft, Some(opening), start);
                let current = Box::new(current);
                self.note_opening(&current, packet, head.bare);
                if current.lacks_body() {
                    self.phase = Phase::Request(current);
                } else {
                    self.check_request(current);
                }
                0
            }
            Kind::Other(content) => {
                self.content = content;
                self.phase = Phase::Search(Head::default());
                0
            }
            // What follows in the same piece may be the request's body.
            Kind::Faulty(error) => {
                if self.whole {
                    let note = Note {
                        connection: self.peers(),
                        packet,
                        by: Role::Client,
                        stream_offset: start,
                        kind: NoteKind::Head(format!("request: {error}")),
                    };
                    self.note(note);
                }
                self.sides.client.trace.skip(rest as u64);
                self.phase = Phase::Search(Head::default());
                rest
            }
        }
    }

    /// Says what is to be said of the record.
    pub(super) fn note_record(&mut self, current: &Current) {
        for what in std::mem::take(&mut self.remarks) {
            let what = NoteKind::Unchecked(what);
            let note = current.note(Role::Client, None, current.start, what);
            self.note(note);
        }
    }

    /// Says what is to be said of an opening request before it is checked.
    fn note_opening(&mut self, current: &Current, packet: Option<u64>, bare: bool) {
        let (client, start) = (Role::Client, current.start);
        self.note_record(current);
        if let Some((packet, header)) = self.told.take() {
            let note = current.note(client, packet, 0, NoteKind::Proxied(header));
            self.note(note);
        }
        if bare {
            let what = NoteKind::Head(format!("request: {BARE}"));
            let note = current.note(client, packet, start, what);
            self.note(note);
        }
        if self.content.is_some() {
            let note = current.note(client, packet, start, NoteKind::Content);
            self.note(note);
        }
    }

    /// Takes bytes that follow the head of the request.
    pub(super) fn body(
        &mut self,
        mut current: Box<Current>,
        bytes: &[u8],
        packet: Option<u64>,
    ) -> usize {
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

    /// Reports what the request breaks, and goes on to the response.
    pub(super) fn check_request(&mut self, mut current: Box<Current>) {
        if let Some(opening) = current.opening.take() {
            if !opening.detected && self.settings.forced().is_none() {
                let what = NoteKind::Unchecked(format!(
                    "no draft fits this request; it is held to {}: {}",
                    opening.draft.info().short,
                    opening.reasons.join("; ")
                ));
                let note = current.note(Role::Client, None, current.start, what);
                self.note(note);
            }
            for violation in opening.check() {
                self.head_violation(&mut current, Part::Request, &opening.bytes, violation, None);
            }
            current.opening = Some(opening);
        }
        self.phase = Phase::Response(current, Head::default());
    }
}
