//! HTTP archives. A browser writes down the messages of a connection, and neither frames nor
//! masks: what rules ask of those is not recorded.

use std::rc::Rc;

use wsdraft::{
    Draft, Role, Violation,
    frame::{Context, FrameHeader, Length, Mask},
    info::{Kind as Opcode, Level, Visibility},
};
use wsdraft_spec::vocabulary::Predicate as Asks;

use super::tally::Tally;
use crate::{
    bytes::{PerRole, Source},
    capture::har::{Entry, Lenient, Message, Response, read},
    conversation::{AgreedExtension, Answer, Kind, Opening},
    error::Error,
    finding::{Event, Finding, Note, NoteKind, Part, Peers, Repeats, Sink, Summary},
    settings::Settings,
};

/// Analyses the connections of an archive.
pub(super) fn analyse(
    source: &mut Source,
    settings: &Settings,
    tally: &mut Tally,
    sink: &mut Sink<'_>,
) -> Result<(), Error> {
    let name: Rc<str> = source.name().into();
    for entry in read(source)? {
        match entry {
            Lenient::Read(entry) => connection(&entry, &name, settings, sink)?,
            Lenient::Odd(_) => tally.odd += 1,
        }
    }
    Ok(())
}

fn connection(
    entry: &Entry,
    name: &Rc<str>,
    settings: &Settings,
    sink: &mut Sink<'_>,
) -> Result<(), Error> {
    let opening = match Opening::read(entry.request.head(), settings) {
        Kind::Opening(opening) => Some(opening),
        Kind::Other(_) | Kind::Faulty(_) if entry.messages.is_none() => return Ok(()),
        Kind::Other(_) | Kind::Faulty(_) => None,
    };
    let address = entry.server.clone().filter(|address| !address.is_empty());
    let peers = Rc::new(Peers {
        id: settings.number(),
        source: name.clone(),
        server_source: None,
        client: None,
        server: address.or_else(|| Some(entry.request.url.clone())),
    });
    let mut record = Record {
        settings,
        peers,
        violations: 0,
        repeats: Repeats::new(settings.most()),
        sink,
    };
    let answer = match &opening {
        Some(opening) => record.handshake(opening, entry)?,
        None => None,
    };
    let forced = settings.forced();
    let draft = forced.or_else(|| opening.as_ref().map(|opening| opening.draft));
    let messages = entry.messages.as_deref().unwrap_or_default();
    let Some(draft) = draft else {
        let what = "the archive does not have the opening handshake, so that the draft is not known; --draft names one";
        return record.note(NoteKind::Unchecked(what.into()));
    };
    let counted = record.messages(draft, messages)?;
    record.summary(draft, opening, answer, counted)
}

/// Messages and bytes of each end.
#[derive(Clone, Copy, Default)]
struct Counted {
    messages: PerRole<u64>,
    bytes: PerRole<u64>,
}

/// A connection, and what was found on it.
struct Record<'r, 's> {
    settings: &'r Settings,
    peers: Rc<Peers>,
    violations: u64,
    repeats: Repeats,
    sink: &'r mut Sink<'s>,
}

impl Record<'_, '_> {
    /// Checks the opening handshake; gives the response, where one is recorded.
    fn handshake(&mut self, opening: &Opening, entry: &Entry) -> Result<Option<Answer>, Error> {
        let extended = entry.request.is_extended();
        if extended {
            let what = "the opening is an extended CONNECT of HTTP/2 or HTTP/3 (RFC 8441, RFC 9220), whose rules are not checked";
            self.note(NoteKind::Unchecked(what.into()))?;
        } else {
            for violation in opening.check() {
                self.violation(violation, Part::Request, None)?;
            }
        }
        let mut answer = self.answer(opening, &entry.response, extended)?;
        let answered = answer.as_ref().and_then(Answer::extensions);
        if let (Some(answer), Some(answered)) = (&mut answer, answered) {
            let (info, offered) = (opening.draft.info(), opening.extensions());
            let known = self.settings.extensions();
            let settled = known.check(info, offered.as_deref().unwrap_or_default(), &answered);
            answer.agreed = settled
                .as_ref()
                .map_or_else(|_| Vec::new(), AgreedExtension::list);
        }
        Ok(answer)
    }

    /// Checks the response, where one is recorded: of a handshake that a browser gives up it is
    /// not.
    fn answer(
        &mut self,
        opening: &Opening,
        response: &Response,
        extended: bool,
    ) -> Result<Option<Answer>, Error> {
        let Some(head) = response.head() else {
            let what = "the response is not recorded, nor what was agreed";
            self.note(NoteKind::Unchecked(what.into()))?;
            return Ok(None);
        };
        match opening.read_response(&head, &[], self.settings) {
            Ok(mut answer) if extended => {
                answer.accepted = (200..300).contains(&answer.status);
                Ok(Some(answer))
            }
            Ok(mut answer) => {
                for violation in std::mem::take(&mut answer.violations) {
                    self.violation(violation, Part::Response, None)?;
                }
                Ok(Some(answer))
            }
            Err(error) => {
                self.note(NoteKind::Head(format!("response: {error}")))?;
                Ok(None)
            }
        }
    }

    /// Checks what is recorded of messages.
    fn messages(
        &mut self,
        draft: &'static dyn Draft,
        messages: &[Lenient<Message>],
    ) -> Result<Counted, Error> {
        let mut counted = Counted::default();
        let mut closed = PerRole::<bool>::default();
        for (at, message) in messages.iter().enumerate() {
            let read = match message {
                Lenient::Read(message) => Some(message),
                Lenient::Odd(_) => None,
            };
            if let Some(reported) = read.and_then(Message::reported) {
                self.note(NoteKind::Reported(reported.into()))?;
                continue;
            }
            let sent = read.and_then(|message| Some((message, message.sent()?)));
            let Some((message, (from, opcode))) = sent else {
                let what = format!("message {} of the archive cannot be read", at + 1);
                self.note(NoteKind::Unchecked(what))?;
                continue;
            };
            let mut opcodes = draft.info().opcodes.iter();
            let known = opcodes.find(|info| info.value == opcode);
            let kind = known.map_or(Opcode::Reserved, |info| info.kind);
            let length = message.length(kind == Opcode::Binary);
            if kind.is_data() {
                *counted.messages.of_mut(from) += 1;
                *counted.bytes.of_mut(from) += length;
            }
            let header = header((kind, opcode), length);
            let violations = check(draft, &header, from, *closed.of(from));
            *closed.of_mut(from) |= kind == Opcode::Close;
            let number = *counted.messages.of(from);
            for violation in violations {
                self.violation(violation, Part::Frames, Some(number))?;
            }
        }
        Ok(counted)
    }

    /// Reports a broken rule that an archive can show.
    fn violation(
        &mut self,
        violation: Violation,
        part: Part,
        message: Option<u64>,
    ) -> Result<(), Error> {
        let rule = self.settings.rules().broken(&violation);
        let known = rule.is_some_and(|rule| is_recorded(&rule.require));
        if !known || !self.settings.wants(&violation) {
            return Ok(());
        }
        self.violations += 1;
        let rule = violation.rule;
        if !self.repeats.shows(rule.id, violation.by, rule.level.into()) {
            return Ok(());
        }
        let since = self.settings.since(&violation);
        Ok((self.sink)(Event::Finding(Box::new(Finding {
            violation,
            connection: self.peers.clone(),
            packet: None,
            part,
            frame: None,
            message,
            channel: None,
            stream_offset: None,
            excerpt: None,
            since,
            cause: None,
        })))?)
    }

    fn note(&mut self, what: NoteKind) -> Result<(), Error> {
        let (name, severity) = (what.name(), what.severity());
        if !self.repeats.shows(name, Role::Client, severity) {
            return Ok(());
        }
        Ok((self.sink)(Event::Note(Note {
            connection: self.peers.clone(),
            packet: None,
            by: Role::Client,
            stream_offset: 0,
            kind: what,
        }))?)
    }

    fn summary(
        mut self,
        draft: &'static dyn Draft,
        opening: Option<Opening>,
        answer: Option<Answer>,
        counted: Counted,
    ) -> Result<(), Error> {
        let refused = answer.as_ref().filter(|answer| !answer.accepted);
        let ended = match refused {
            Some(Answer { status, reason, .. }) => {
                let words = format!("refused by the server with {status} {reason}");
                words.trim_end().into()
            }
            None => "how it ended is not recorded".into(),
        };
        let (candidates, reasons) = opening.map_or_else(Default::default, |opening| {
            (opening.candidates, opening.reasons)
        });
        Ok((self.sink)(Event::Connection(Box::new(Summary {
            not_recorded: not_recorded(draft, self.settings),
            connection: self.peers,
            draft: Some(draft.info()),
            candidates,
            reasons,
            extensions: answer.as_ref().and_then(Answer::extensions),
            agreed: answer
                .as_ref()
                .map_or_else(Vec::new, |answer| answer.agreed.clone()),
            channels: None,
            subprotocol: answer.and_then(|answer| answer.subprotocol),
            messages: counted.messages,
            bytes: counted.bytes,
            missing: PerRole::default(),
            violations: self.violations,
            ended,
            clean: None,
            repeated: self.repeats.take(),
        })))?)
    }
}

/// The header of a frame that is a complete message, as far as an archive tells.
const fn header((kind, opcode): (Opcode, u8), length: u64) -> FrameHeader {
    FrameHeader {
        kind,
        opcode,
        fin: true,
        reserved: 0,
        masked: false,
        length_bits: 7,
        size: 2,
        length: Length::Bytes(length),
        mask: Mask::None,
    }
}

/// The rules that such a frame breaks; `closed` tells that its sender has sent a close frame.
fn check(draft: &dyn Draft, header: &FrameHeader, from: Role, closed: bool) -> Vec<Violation> {
    let context = Context {
        from,
        open: header.kind == Opcode::Continuation,
        closed,
        claimed: u8::MAX,
        offset: 0,
    };
    let mut violations = Vec::new();
    let mut observe = |violation: Violation| {
        violations.push(violation);
        Ok(())
    };
    let _ = draft.check_frame(header, &context, &mut observe);
    violations
}

/// The rules of a draft that an archive does not show broken, as ids.
fn not_recorded(draft: &dyn Draft, settings: &Settings) -> Vec<&'static str> {
    let info = draft.info();
    let rules = info.rules.iter().filter(|rule| {
        let hidden = matches!(rule.visibility, Visibility::Hidden(_));
        let checked = rule.level != Level::May && !hidden;
        let known = settings.rules().get(info.short, rule.id);
        let asked = settings.includes(rule.id);
        asked && checked && known.is_some_and(|known| !is_recorded(&known.require))
    });
    rules.map(|rule| rule.id).collect()
}

/// Whether an archive has what a rule asks for.
const fn is_recorded(require: &Asks) -> bool {
    match require {
        Asks::Method | Asks::Target | Asks::Status => true,
        Asks::Present(_) | Asks::Absent(_) | Asks::LowerCase(_) | Asks::Conforms(_) => true,
        Asks::Answers(_) | Asks::Locates(_) | Asks::Offered(_) => true,
        Asks::KnownOpcode | Asks::PayloadAtMost(_) | Asks::BeforeClose => true,
        Asks::Always | Asks::Documented(_) | Asks::Function(_) => false,
        Asks::HttpVersion | Asks::Reason | Asks::Once(_) | Asks::Distinct(_) => false,
        Asks::Order(_) | Asks::First(_) | Asks::NothingFollows | Asks::AnswersBody => false,
        Asks::Accepts | Asks::Refuses | Asks::StatusIs(_) | Asks::VersionRefused(_) => false,
        Asks::Control | Asks::Data | Asks::Starts | Asks::Opcode(_) => false,
        Asks::ReservedClear | Asks::MinimalLength | Asks::LengthFits | Asks::Final => false,
        Asks::Masked | Asks::Unmasked | Asks::MessageOpen | Asks::NoMessageOpen => false,
        Asks::Utf8 | Asks::CodeComplete | Asks::CodeAllowed | Asks::ReasonUtf8 => false,
        Asks::Letter | Asks::PingAnswered | Asks::CloseAnswered => false,
        Asks::CloseBodyMatches | Asks::MaskingKeysVary => false,
        Asks::WaitsForResponse | Asks::ServerEndsTransport => false,
    }
}
