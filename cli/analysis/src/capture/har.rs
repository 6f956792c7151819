//! HTTP archives. A browser writes down the messages of a connection, and neither frames nor
//! masks: what rules ask of those is not recorded.

use std::rc::Rc;

use wsdraft::{
    Draft, Role, Violation,
    frame::{Context, Head, Length, Mask},
    info::{Kind, Level, Visibility},
};

use super::{Sink, Source, Tally};
use crate::{
    AgreedExtension, Error,
    opening::{self, Answer, Opening},
    repeats::Repeats,
    report::{Each, Event, Finding, Note, Part, Peers, Summary, What},
    settings::Settings,
};

mod archive;
mod recorded;

use self::{
    archive::{Entry, Header, Lenient, Message, Response},
    recorded::{decoded_length, is_recorded, sent},
};

/// Lints the connections of an archive.
pub(super) fn lint(
    source: &mut Source,
    settings: &Settings<'_>,
    tally: &mut Tally,
    sink: &mut Sink<'_>,
) -> Result<(), Error> {
    let name: Rc<str> = source.name().into();
    for entry in archive::read(source)? {
        match entry {
            Lenient::Read(entry) => lint_entry(&entry, &name, settings, sink)?,
            Lenient::Odd(_) => tally.odd += 1,
        }
    }
    Ok(())
}

fn lint_entry(
    entry: &Entry,
    name: &Rc<str>,
    settings: &Settings<'_>,
    sink: &mut Sink<'_>,
) -> Result<(), Error> {
    let request = head(
        &format!(
            "{} {} HTTP/1.1",
            entry.request.method,
            target(&entry.request.url)
        ),
        &entry.request.headers,
    );
    let opening = match Opening::read(request, settings) {
        opening::Kind::Opening(opening) => Some(opening),
        opening::Kind::Other(_) | opening::Kind::Faulty(_) if entry.messages.is_none() => {
            return Ok(());
        }
        opening::Kind::Other(_) | opening::Kind::Faulty(_) => None,
    };
    let peers = Rc::new(Peers {
        id: settings.number(),
        source: name.clone(),
        server_source: None,
        client: None,
        server: entry
            .server
            .clone()
            .filter(|address| !address.is_empty())
            .or_else(|| Some(entry.request.url.clone())),
    });
    let mut record = Record {
        settings,
        peers,
        violations: 0,
        repeats: Repeats::new(settings.most()),
    };
    let mut answer = None;
    if let Some(opening) = &opening {
        let extended = is_extended(&entry.request.headers);
        if extended {
            let what = "the opening is an extended CONNECT of HTTP/2 or HTTP/3 (RFC 8441, RFC 9220), whose rules are not checked";
            record.note(What::Unchecked(what.into()), sink)?;
        } else {
            for violation in opening.check() {
                record.violation(violation, Part::Request, None, sink)?;
            }
        }
        answer = record.answer(opening, &entry.response, extended, sink)?;
        let answered = answer.as_ref().and_then(|answer| answer.extensions());
        if let (Some(answer), Some(answered)) = (&mut answer, answered) {
            let (info, offered) = (opening.draft.info(), opening.extensions());
            let known = settings.extensions();
            let settled = known.check(info, offered.as_deref().unwrap_or_default(), &answered);
            answer.agreed = settled
                .as_ref()
                .map_or_else(|_| Vec::new(), AgreedExtension::list);
        }
    }
    let forced = settings.forced();
    let draft = forced.or_else(|| opening.as_ref().map(|opening| opening.draft));
    let messages = entry.messages.as_deref().unwrap_or_default();
    let Some(draft) = draft else {
        let what = "the archive does not have the opening handshake, so that the draft is not known; --draft names one";
        return record.note(What::Unchecked(what.into()), sink);
    };
    let counted = record.messages(draft, messages, sink)?;
    record.summary(draft, opening, answer, counted, sink)
}

/// Whether these are the fields of a request that opens a connection within one of HTTP/2 or
/// HTTP/3 (RFC 8441 §4).
fn is_extended(headers: &[Header]) -> bool {
    headers.iter().any(|header| header.name == ":protocol")
}

/// A head as it would have been sent; HTTP/2 pseudo-fields, which are no fields, left out.
fn head(first: &str, headers: &[Header]) -> Vec<u8> {
    let mut head = format!("{first}\r\n");
    for header in headers
        .iter()
        .filter(|header| !header.name.starts_with(':'))
    {
        head.push_str(&format!("{}: {}\r\n", header.name, header.value));
    }
    head.push_str("\r\n");
    head.into_bytes()
}

/// Path and query of a URL.
fn target(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    match rest.find(['/', '?']) {
        Some(at) if rest[at..].starts_with('/') => rest[at..].split('#').next().unwrap_or("/"),
        _ => "/",
    }
}

/// Messages and bytes of each end.
type Counted = (Each<u64>, Each<u64>);

struct Record<'a> {
    settings: &'a Settings<'a>,
    peers: Rc<Peers>,
    violations: u64,
    repeats: Repeats,
}

impl Record<'_> {
    /// Checks the response, where one is recorded: of a handshake that a browser gives up it is
    /// not.
    fn answer(
        &mut self,
        opening: &Opening,
        response: &Response,
        extended: bool,
        sink: &mut Sink<'_>,
    ) -> Result<Option<Answer>, Error> {
        if response.status <= 0 {
            let what = "the response is not recorded, nor what was agreed";
            self.note(What::Unchecked(what.into()), sink)?;
            return Ok(None);
        }
        let first = format!("HTTP/1.1 {} {}", response.status, response.status_text);
        let read = opening.read_response(&head(&first, &response.headers), &[], self.settings);
        match read {
            Ok(mut found) if extended => {
                found.accepted = (200..300).contains(&found.status);
                Ok(Some(found))
            }
            Ok(mut found) => {
                for violation in std::mem::take(&mut found.violations) {
                    self.violation(violation, Part::Response, None, sink)?;
                }
                Ok(Some(found))
            }
            Err(error) => {
                self.note(What::Head(format!("response: {error}")), sink)?;
                Ok(None)
            }
        }
    }

    /// Checks what is recorded of messages.
    fn messages(
        &mut self,
        draft: &'static dyn Draft,
        messages: &[Lenient<Message>],
        sink: &mut Sink<'_>,
    ) -> Result<Counted, Error> {
        let mut counted = Counted::default();
        let mut closed = Each::<bool>::default();
        for (at, message) in messages.iter().enumerate() {
            let message = match message {
                Lenient::Read(message) if message.direction == "error" => {
                    self.note(What::Reported(message.data.clone()), sink)?;
                    continue;
                }
                Lenient::Read(message) => sent(message).map(|sent| (message, sent)),
                Lenient::Odd(_) => None,
            };
            let Some((message, (from, opcode))) = message else {
                let what = format!("message {} of the archive cannot be read", at + 1);
                self.note(What::Unchecked(what), sink)?;
                continue;
            };
            let kind = draft
                .info()
                .opcodes
                .iter()
                .find(|info| info.value == opcode);
            let kind = kind.map_or(Kind::Reserved, |info| info.kind);
            let length = match kind {
                Kind::Binary => decoded_length(&message.data),
                _ => message.data.len() as u64,
            };
            if kind.is_data() {
                *counted.0.of_mut(from) += 1;
                *counted.1.of_mut(from) += length;
            }
            let head = Head {
                kind,
                opcode,
                fin: true,
                reserved: 0,
                masked: false,
                length_bits: 7,
                size: 2,
                length: Length::Bytes(length),
                mask: Mask::None,
            };
            let context = Context {
                from,
                open: kind == Kind::Continuation,
                closed: *closed.of(from),
                claimed: u8::MAX,
                offset: 0,
            };
            let mut violations = Vec::new();
            let mut observe = |violation: Violation| {
                violations.push(violation);
                Ok(())
            };
            let _ = draft.check_frame(&head, &context, &mut observe);
            *closed.of_mut(from) |= kind == Kind::Close;
            let number = *counted.0.of(from);
            for violation in violations {
                self.violation(violation, Part::Frames, Some(number), sink)?;
            }
        }
        Ok(counted)
    }

    fn violation(
        &mut self,
        violation: Violation,
        part: Part,
        message: Option<u64>,
        sink: &mut Sink<'_>,
    ) -> Result<(), Error> {
        let known = self
            .settings
            .rule(violation.draft.short, violation.rule.id)
            .is_some_and(|rule| is_recorded(&rule.value.require));
        if !known || !self.settings.wants(&violation) {
            return Ok(());
        }
        self.violations += 1;
        let rule = violation.rule;
        if !self.repeats.shows(rule.id, violation.by, rule.level.into()) {
            return Ok(());
        }
        let since = self.settings.since(&violation);
        Ok(sink(Event::Finding(Box::new(Finding {
            violation,
            connection: self.peers.clone(),
            packet: None,
            part,
            frame: None,
            message,
            stream_offset: None,
            excerpt: None,
            since,
            cause: None,
        })))?)
    }

    fn note(&mut self, what: What, sink: &mut Sink<'_>) -> Result<(), Error> {
        if !self
            .repeats
            .shows(what.name(), Role::Client, what.severity())
        {
            return Ok(());
        }
        Ok(sink(Event::Note(Note {
            connection: self.peers.clone(),
            packet: None,
            by: Role::Client,
            stream_offset: 0,
            what,
        }))?)
    }

    fn summary(
        mut self,
        draft: &'static dyn Draft,
        opening: Option<Opening>,
        answer: Option<Answer>,
        (messages, bytes): Counted,
        sink: &mut Sink<'_>,
    ) -> Result<(), Error> {
        let rules = draft.info().rules.iter();
        let not_recorded = rules.filter(|rule| {
            let hidden = matches!(rule.visibility, Visibility::Hidden(_));
            let checked = rule.level != Level::May && !hidden;
            let require = self.settings.rule(draft.info().short, rule.id);
            checked && require.is_some_and(|rule| !is_recorded(&rule.value.require))
        });
        let not_recorded = not_recorded.map(|rule| rule.id).collect();
        let accepted = answer.as_ref().is_none_or(|answer| answer.accepted);
        let ended = match &answer {
            Some(answer) if !accepted => {
                format!(
                    "refused by the server with {} {}",
                    answer.status, answer.reason
                )
            }
            _ => "how it ended is not recorded".to_owned(),
        };
        let (candidates, reasons) = opening.map_or_else(Default::default, |opening| {
            (opening.candidates, opening.reasons)
        });
        Ok(sink(Event::Connection(Box::new(Summary {
            connection: self.peers,
            draft: Some(draft.info()),
            candidates,
            reasons,
            extensions: answer.as_ref().and_then(Answer::extensions),
            agreed: answer
                .as_ref()
                .map_or_else(Vec::new, |answer| answer.agreed.clone()),
            subprotocol: answer.and_then(|answer| answer.subprotocol),
            messages,
            bytes,
            missing: Each::default(),
            violations: self.violations,
            ended: ended.trim_end().into(),
            clean: None,
            not_recorded,
            repeated: self.repeats.take(),
        })))?)
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn targets_of_urls() {
        assert_eq!(super::target("wss://example.org/a?b=c#d"), "/a?b=c");
        assert_eq!(super::target("wss://example.org"), "/");
    }
}
