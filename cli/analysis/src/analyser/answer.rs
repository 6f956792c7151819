//! From a checked request to the frames.

use wsdraft::{
    Role, Violation,
    extension::{Agreed, ExtensionInfo, elements},
    handshake::{
        HeadError,
        parse::{is_interim, without_empty_lines},
    },
};

use super::{
    Analyser,
    head::{BARE, Head},
    state::{Current, Phase},
};
use crate::{
    conversation::{AgreedExtension, Answer, Frames, LIMITS, Opening},
    finding::{NoteKind, Part},
};

impl Analyser {
    /// Takes bytes of the response, and gives how many.
    pub(super) fn response(
        &mut self,
        current: Box<Current>,
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
        let is_bare = std::mem::take(&mut head.bare);
        let Some(end) = head.end else {
            let expected = b"HTTP/";
            let length = head.bytes.len().min(expected.len());
            if head.bytes[..length] != expected[..length] || head.bytes.len() > LIMITS.bytes {
                let why = "the answer to the request is no HTTP response".into();
                self.no_response(current, packet, head.start, why);
                return bytes.len();
            }
            self.phase = Phase::Response(current, head);
            return taken;
        };
        if is_bare {
            let what = NoteKind::Head(format!("response: {BARE}"));
            let note = current.note(Role::Server, packet, head.start, what);
            self.note(note);
        }
        let (first, body) = head.bytes.split_at(end);
        let opening = current.opening.as_ref();
        match opening.map(|opening| opening.read_response(first, body, &self.settings)) {
            Some(answer) => self.answer(current, head, answer, packet),
            None => self.open(current, None, None),
        }
        taken
    }

    /// Takes a complete head of a server, and as much as there is of what belongs to it.
    fn answer(
        &mut self,
        mut current: Box<Current>,
        head: Head,
        answer: Result<Answer, HeadError>,
        packet: Option<u64>,
    ) {
        let body = head.bytes.len() - head.end.unwrap_or_default();
        let mut answer = match answer {
            Ok(answer) => answer,
            Err(error) => {
                let why = format!("response: {error}");
                return self.no_response(current, packet, head.start, why);
            }
        };
        if answer.accepted && body < current.draft.info().response_body {
            self.phase = Phase::Response(current, head);
        } else if is_interim(answer.status) {
            // The answer is still to come.
            self.phase = Phase::Response(current, Head::default());
        } else if answer.accepted {
            self.accepted(current, &head, answer);
        } else {
            self.check_response(&mut current, &head, &mut answer);
            current.answer = Some(answer);
            self.phase = Phase::Response(current, Head::default());
            self.conclude();
        }
    }

    /// Goes on to the frames of a connection that the server accepted.
    fn accepted(&mut self, mut current: Box<Current>, head: &Head, mut answer: Answer) {
        if current.lacks_body() && current.draft.info().response_body > 0 {
            let what = "bytes after the request's head are not recorded; the server's answer to them is not checked";
            let note = current.note(Role::Client, None, 0, NoteKind::Unchecked(what.into()));
            self.note(note);
        }
        let mut violations = answer.violations.iter();
        current.ending.faulty_answer = violations.any(|violation| violation.rule.is_fatal());
        self.check_response(&mut current, head, &mut answer);
        let agreed = self.agreed(&mut current, &answer, head);
        answer.agreed = agreed.as_ref().map_or_else(Vec::new, AgreedExtension::list);
        self.open(current, Some(answer), agreed);
    }

    /// Reports what a response breaks.
    fn check_response(&mut self, current: &mut Current, head: &Head, answer: &mut Answer) {
        for violation in std::mem::take(&mut answer.violations) {
            let start = Some(head.start);
            self.head_violation(current, Part::Response, &head.bytes, violation, start);
        }
    }

    /// Ends a connection whose server sends something else than a response.
    fn no_response(
        &mut self,
        mut current: Box<Current>,
        packet: Option<u64>,
        start: u64,
        why: String,
    ) {
        let note = current.note(Role::Server, packet, start, NoteKind::Head(why));
        self.note(note);
        current.ending.unanswerable = true;
        self.phase = Phase::Response(current, Head::default());
        self.conclude();
    }

    /// Goes on without the response: it is not recorded.
    pub(super) fn unanswered(&mut self) {
        match std::mem::replace(&mut self.phase, Phase::Done) {
            Phase::Request(current) | Phase::Response(current, ..) => {
                self.open(current, None, None)
            }
            phase => self.phase = phase,
        }
    }

    /// What a response says to be agreed, if all of it is known here.
    fn agreed(&mut self, current: &mut Current, answer: &Answer, head: &Head) -> Option<Agreed> {
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
                let known = |info: &ExtensionInfo| info.runs() || info.carries();
                if agreed.iter().count() == count && agreed.iter().all(|item| known(item.extension))
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
                let start = Some(head.start);
                self.head_violation(current, Part::Response, &head.bytes, broken, start);
                format!("{answered} cannot be agreed")
            }
        };
        let what = NoteKind::Unchecked(format!(
            "{why}: the reserved bits, and the messages that use them, are not checked"
        ));
        let note = current.note(Role::Server, None, 0, what);
        self.note(note);
        None
    }

    fn open(&mut self, current: Box<Current>, answer: Option<Answer>, agreed: Option<Agreed>) {
        let mut current = self.begin_frames(current, answer, agreed);
        if current.answer.is_some() {
            self.answered(&mut current);
        }
        self.phase = Phase::Open(current);
    }

    /// Begins to read frames where both directions are now.
    pub(super) fn begin_frames(
        &mut self,
        mut current: Box<Current>,
        answer: Option<Answer>,
        agreed: Option<Agreed>,
    ) -> Box<Current> {
        let none = answer
            .as_ref()
            .is_some_and(|answer| answer.extensions.is_none());
        current.knows_extensions = none || agreed.is_some();
        // What is not known here has a note.
        current.told_reserved = answer.is_some();
        // What is not known may be used.
        let claimed = if none { 0 } else { u8::MAX };
        let keyed = self.settings.rules().is_keyed(current.draft);
        let session = answer.as_ref().map(|answer| answer.session);
        if answer.is_none() {
            let mut what =
                "the response is not recorded; which extensions were agreed is not known"
                    .to_owned();
            if keyed {
                what.push_str(", nor the key of the frames, which are therefore not read");
            }
            let note = current.note(Role::Server, None, 0, NoteKind::Unchecked(what));
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
        current.channels = self.channels(
            &current,
            agreed.as_ref(),
            answer
                .as_ref()
                .and_then(|answer| Some(answer.extensions.as_ref()?.text())),
            session.unwrap_or_default(),
        );
        current.answer = answer;
        current
    }
}
