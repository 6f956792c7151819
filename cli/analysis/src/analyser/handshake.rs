//! From the first bytes of a connection to its frames.

use wsdraft::{
    Role, Violation,
    extension::{Agreed, elements},
    handshake::parse::{is_interim, without_empty_lines},
};

use super::{Analyser, Current, Head, Nature, Phase, is_http2, is_tls, may_be_request};
use crate::AgreedExtension;
use crate::{
    frames::Frames,
    opening::{self, Answer, Opening},
    report::{Note, Part, What},
};

/// What is to be said of a head with bare line feeds.
const BARE: &str = "lines end in LF alone, where those of HTTP end in CR LF; a recipient may take them, and need not (RFC 9112 §2.2)";

impl Analyser<'_> {
    pub(super) fn search(
        &mut self,
        from: Role,
        mut head: Head,
        bytes: &[u8],
        packet: Option<u64>,
        first: bool,
    ) -> usize {
        let side = self.sides.of_mut(from);
        if first && is_tls(bytes) {
            self.nature = Nature::Tls;
            return bytes.len();
        }
        if first && is_http2(bytes) {
            self.nature = Nature::Http2;
            return bytes.len();
        }
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
        if head.end.is_none() {
            if head.bytes.len() > opening::LIMITS.bytes {
                head = Head::default();
            }
            self.phase = Phase::Search(head);
            return taken;
        }
        let start = head.start;
        if self.nature == Nature::Unknown {
            self.nature = Nature::Http;
        }
        match Opening::read(head.bytes, self.settings) {
            opening::Kind::Opening(opening) => {
                self.content = opening.content;
                let current = self.current(opening.draft, Some(opening), start);
                let current = Box::new(current);
                self.note_opening(&current, packet, head.bare);
                if current.lacks_body() {
                    self.phase = Phase::Request(current);
                } else {
                    self.check_request(current);
                }
                taken
            }
            opening::Kind::Other(content) => {
                self.content = content;
                self.phase = Phase::Search(Head::default());
                taken
            }
            // What follows in the same piece may be the request's body.
            opening::Kind::Faulty(error) => {
                if self.whole {
                    let note = Note {
                        connection: self.peers(),
                        packet,
                        by: from,
                        stream_offset: start,
                        what: What::Head(format!("request: {error}")),
                    };
                    self.note(note);
                }
                let rest = bytes.len() - taken;
                self.sides.of_mut(from).trace.skip(rest as u64);
                self.phase = Phase::Search(Head::default());
                bytes.len()
            }
        }
    }

    /// Says what is to be said of an opening request before it is checked.
    fn note_opening(&mut self, current: &Current, packet: Option<u64>, bare: bool) {
        let (client, start) = (Role::Client, current.start);
        if let Some((packet, header)) = self.told.take() {
            let note = current.note(client, packet, 0, What::Proxied(header));
            self.note(note);
        }
        if bare {
            let what = What::Head(format!("request: {BARE}"));
            let note = current.note(client, packet, start, what);
            self.note(note);
        }
        if self.content.is_some() {
            let note = current.note(client, packet, start, What::Content);
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

    pub(super) fn check_request(&mut self, mut current: Box<Current>) {
        if let Some(opening) = current.opening.take() {
            if !opening.detected && self.settings.forced().is_none() {
                let what = What::Unchecked(format!(
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

    pub(super) fn response(
        &mut self,
        mut current: Box<Current>,
        mut head: Head,
        bytes: &[u8],
        packet: Option<u64>,
    ) -> usize {
        let side = &mut self.sides.server;
        if head.bytes.is_empty() {
            let empty = bytes.len() - without_empty_lines(bytes).len();
            if empty > 0 {
                side.trace.skip(empty as u64);
                self.phase = Phase::Response(current, head);
                return empty;
            }
            head = Head::at(side.trace.end());
        }
        let start = head.start;
        let owed = current.draft.info().response_body;
        let taken = match head.end {
            Some(end) => {
                let taken = (end + owed - head.bytes.len()).min(bytes.len());
                head.bytes.extend_from_slice(&bytes[..taken]);
                taken
            }
            None => head.collect(bytes),
        };
        side.trace.push(&bytes[..taken], packet);
        let is_bare = core::mem::take(&mut head.bare);
        let Some(end) = head.end else {
            let expected = b"HTTP/";
            let length = head.bytes.len().min(expected.len());
            if head.bytes[..length] != expected[..length]
                || head.bytes.len() > opening::LIMITS.bytes
            {
                let what = What::Head("the answer to the request is no HTTP response".into());
                let note = current.note(Role::Server, packet, start, what);
                self.note(note);
                current.ending.unanswerable = true;
                self.phase = Phase::Response(current, Head::default());
                self.conclude();
                return bytes.len();
            }
            self.phase = Phase::Response(current, head);
            return taken;
        };
        if is_bare {
            let what = What::Head(format!("response: {BARE}"));
            let note = current.note(Role::Server, packet, start, what);
            self.note(note);
        }
        let (first, body) = head.bytes.split_at(end);
        let opening = current.opening.as_ref();
        let answer = opening.map(|opening| opening.read_response(first, body, self.settings));
        match answer {
            Some(Ok(answer)) if answer.accepted && body.len() < owed => {
                self.phase = Phase::Response(current, head);
            }
            // The answer is still to come.
            Some(Ok(answer)) if is_interim(answer.status) => {
                self.phase = Phase::Response(current, Head::default());
            }
            Some(Ok(answer)) if answer.accepted => {
                if current.lacks_body() && owed > 0 {
                    let what = "bytes after the request's head are not recorded; the server's answer to them is not checked";
                    let note = current.note(Role::Client, None, 0, What::Unchecked(what.into()));
                    self.note(note);
                }
                let mut answer = answer;
                let mut violations = answer.violations.iter();
                current.ending.faulty_answer =
                    violations.any(|violation| violation.rule.is_fatal());
                for violation in core::mem::take(&mut answer.violations) {
                    let base = Some(start);
                    self.head_violation(&mut current, Part::Response, &head.bytes, violation, base);
                }
                let agreed = self.agreed(&mut current, &answer, &head.bytes, start);
                answer.agreed = agreed.as_ref().map_or_else(Vec::new, AgreedExtension::list);
                self.open(current, Some(answer), agreed);
            }
            Some(Ok(mut answer)) => {
                for violation in core::mem::take(&mut answer.violations) {
                    let base = Some(start);
                    self.head_violation(&mut current, Part::Response, &head.bytes, violation, base);
                }
                current.answer = Some(answer);
                self.phase = Phase::Response(current, Head::default());
                self.conclude();
            }
            Some(Err(error)) => {
                let what = What::Head(format!("response: {error}"));
                let note = current.note(Role::Server, packet, start, what);
                self.note(note);
                current.ending.unanswerable = true;
                self.phase = Phase::Response(current, Head::default());
                self.conclude();
            }
            None => self.open(current, None, None),
        }
        taken
    }

    /// Goes on without the response: it is not recorded.
    pub(super) fn unanswered(&mut self) {
        match core::mem::replace(&mut self.phase, Phase::Done) {
            Phase::Request(current) | Phase::Response(current, ..) => {
                self.open(current, None, None)
            }
            phase => self.phase = phase,
        }
    }

    /// What a response says to be agreed, if all of it is known here.
    fn agreed(
        &mut self,
        current: &mut Current,
        answer: &Answer,
        head: &[u8],
        start: u64,
    ) -> Option<Agreed> {
        let joined = answer.extensions.as_ref()?;
        let answered = joined.text();
        let offered = current.opening.as_ref().and_then(Opening::extensions);
        let known = self.settings.extensions();
        let info = current.draft.info();
        let settled = match &offered {
            Some(offered) => known.check(info, offered, answered),
            None => known.agreed(info, answered),
        };
        let why = match settled {
            Ok(agreed) => {
                let count = elements(answered).count();
                if agreed.iter().count() == count && agreed.iter().all(|item| item.extension.runs())
                {
                    return Some(agreed);
                }
                format!("{answered} is not all known here")
            }
            Err(broken) => {
                let broken = Violation {
                    offset: joined.place(broken.offset),
                    ..broken
                };
                self.head_violation(current, Part::Response, head, broken, Some(start));
                format!("{answered} cannot be agreed")
            }
        };
        let what = What::Unchecked(format!(
            "{why}: the reserved bits, and the messages that use them, are not checked"
        ));
        let note = current.note(Role::Server, None, 0, what);
        self.note(note);
        None
    }

    pub(super) fn open(
        &mut self,
        current: Box<Current>,
        answer: Option<Answer>,
        agreed: Option<Agreed>,
    ) {
        let mut current = self.begin_frames(current, answer, agreed);
        if current.answer.is_some() {
            self.answered(&mut current);
        }
        self.phase = Phase::Open(current);
    }

    pub(super) fn begin_frames(
        &mut self,
        mut current: Box<Current>,
        answer: Option<Answer>,
        agreed: Option<Agreed>,
    ) -> Box<Current> {
        let claimed = match &answer {
            Some(answer) if answer.extensions.is_none() => 0,
            // What is not known may be used.
            _ => u8::MAX,
        };
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
            self.note(note);
        }
        for role in [Role::Client, Role::Server] {
            let side = self.sides.of_mut(role);
            side.start = side.trace.end();
            side.frames = match session {
                None if keyed => None,
                session => {
                    let (draft, session) = (current.draft, session.unwrap_or_default());
                    Some(match &agreed {
                        Some(agreed) => Frames::extended(draft, role, session, agreed),
                        None => Frames::new(draft, role, session, claimed),
                    })
                }
            };
        }
        current.answer = answer;
        current
    }
}
