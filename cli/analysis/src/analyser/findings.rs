//! What an analyser has to say.

use wsdraft::{Role, Violation, handshake::Joined, info::Level};

use super::{Analyser, Current, Head, Phase};
use crate::{
    cause,
    frames::{Frames, Rest, Sighting},
    opening::{self, Answer, Opening},
    report::{Each, Event, Excerpt, Finding, Note, Part, Summary, What},
};

impl Analyser<'_> {
    /// Ends the current connection, and searches for the next.
    pub(super) fn conclude(&mut self) {
        let phase = core::mem::replace(&mut self.phase, Phase::Search(Head::default()));
        let (mut current, is_open) = match phase {
            Phase::Request(current) => {
                self.check_request(current);
                return self.conclude();
            }
            Phase::Response(current, ..) => (current, false),
            Phase::Open(current) => (current, true),
            Phase::Search(..) | Phase::Done => return,
        };
        if current.ending.given_up.is_none() {
            current.talk.finish();
            self.found(&mut current);
        }
        let info = current.draft.info();
        let messages = Each {
            client: self.counted(Role::Client, |frames| frames.messages),
            server: self.counted(Role::Server, |frames| frames.messages),
        };
        let bytes = Each {
            client: self.counted(Role::Client, |frames| frames.bytes),
            server: self.counted(Role::Server, |frames| frames.bytes),
        };
        self.note_ends(&mut current, is_open);
        let missing = Each {
            client: core::mem::take(&mut self.sides.client.missing),
            server: core::mem::take(&mut self.sides.server.missing),
        };
        let (ended, clean) = current
            .ending
            .describe(info, current.answer.as_ref(), is_open);
        let Current {
            peers,
            draft,
            opening,
            answer,
            violations,
            ..
        } = *current;
        let (candidates, reasons, detected) = opening.map_or_else(
            || (Vec::new(), Vec::new(), true),
            |opening| (opening.candidates, opening.reasons, opening.detected),
        );
        let forced = self.settings.forced().is_some();
        self.events.push(Event::Connection(Box::new(Summary {
            connection: peers,
            draft: (detected || forced).then(|| draft.info()),
            candidates,
            reasons,
            extensions: answer.as_ref().and_then(Answer::extensions),
            agreed: answer
                .as_ref()
                .map_or_else(Vec::new, |answer| answer.agreed.clone()),
            subprotocol: answer.and_then(|answer| answer.subprotocol),
            messages,
            bytes,
            missing,
            violations,
            ended,
            clean,
            not_recorded: Vec::new(),
            repeated: self.repeats.take(),
        })));
    }

    fn counted(&self, role: Role, count: impl Fn(&Frames) -> u64) -> u64 {
        let frames = self.sides.of(role).frames.as_ref();
        frames.map_or(0, count)
    }

    /// Says how both directions end, in the order of their packets.
    fn note_ends(&mut self, current: &mut Current, is_open: bool) {
        // What was not looked at is not held against anyone.
        let followed = current.ending.given_up.is_none();
        let ends = followed && current.ending.transport_ended();
        let info = current.draft.info();
        let mut notes = Vec::new();
        let sides = [Role::Client, Role::Server].map(|role| self.sides.of(role));
        let read = |frames: &Frames| frames.offset() == 0;
        current.ending.silent = sides
            .iter()
            .all(|side| side.frames.as_ref().is_some_and(read) && side.missing == 0);
        for role in [Role::Client, Role::Server] {
            let side = self.sides.of_mut(role);
            let at = side.trace.end();
            let packet = side.trace.packet(at);
            let Some(mut frames) = side.frames.take() else {
                continue;
            };
            let needed = match frames.rest() {
                Rest::Frame(needed) => Some(needed),
                Rest::Message => None,
                Rest::Nothing | Rest::Unknown => continue,
            };
            current.ending.cut = Some(role);
            if ends || (followed && self.whole) {
                self.hint_at_key(current, role);
                notes.push((packet, role, at, What::Incomplete { needed }));
            }
        }
        if is_open && ends && !current.ending.has_close() && info.closing.is_some() {
            let by = current.ending.transport_by();
            let at = self.sides.of(by).trace.end();
            let packet = self.sides.of(by).trace.packet(at);
            let reported = info.local_codes.abnormal.and_then(|code| {
                let found = info.close_codes.iter().find(|info| info.code == code)?;
                Some((code, found.name))
            });
            notes.push((packet, by, at, What::Unclosed { reported }));
        }
        notes.sort_by_key(|(packet, ..)| *packet);
        for (packet, by, at, what) in notes {
            let note = current.note(by, packet, at, what);
            self.note(note);
        }
    }

    pub(super) fn sighting(&mut self, current: &mut Current, from: Role, sighting: Sighting) {
        match sighting {
            Sighting::Frame(sent) => self.spoke(current, from, sent),
            Sighting::Violation(violation, frame, message) => {
                self.hint_at_key(current, from);
                if violation.rule.level == Level::Must {
                    current.talk.trouble();
                }
                let side = self.sides.of_mut(from);
                let after = core::mem::replace(&mut side.troubled, true);
                if !self.shows(current, &violation) {
                    return;
                }
                let side = self.sides.of(from);
                let at = side.start + violation.offset;
                let packet = side.trace.packet(at);
                let excerpt = side.trace.excerpt(at, 1);
                let place = Place {
                    part: Part::Frames,
                    frame: Some(frame),
                    message,
                    packet,
                    stream_offset: Some(at),
                    excerpt,
                };
                self.finding(current, violation, place, after);
            }
            Sighting::Close(close) => current.ending.closed(from, close),
            Sighting::Unreadable(offset) => {
                current.talk.trouble();
                self.hint_at_key(current, from);
                let side = self.sides.of(from);
                let at = side.start + offset;
                let note = current.note(from, side.trace.packet(at), at, What::Unreadable);
                self.note(note);
            }
            Sighting::Resumed(offset) => {
                current.talk.trouble();
                let side = self.sides.of(from);
                let at = side.start + offset;
                let note = current.note(from, side.trace.packet(at), at, What::Resumed);
                self.note(note);
            }
        }
    }

    /// Reports a rule that a head or what follows it breaks; `start` is where the head starts.
    pub(super) fn head_violation(
        &mut self,
        current: &mut Current,
        part: Part,
        head: &[u8],
        violation: Violation,
        start: Option<u64>,
    ) {
        if !self.shows(current, &violation) {
            return;
        }
        let from = violation.by;
        let start = start.unwrap_or(current.start);
        let offset = usize::try_from(violation.offset).unwrap_or(usize::MAX);
        let at = start + violation.offset;
        let length = match violation.seen {
            wsdraft::Seen::Value(..) | wsdraft::Seen::Text(_) => {
                opening::value_length(head, offset)
            }
            _ => 1,
        };
        // What is missing is missed at the end of the head.
        let place = Place {
            part,
            frame: None,
            message: None,
            packet: self.sides.of(from).trace.packet(at),
            stream_offset: Some(at),
            excerpt: Excerpt::of(
                head,
                start,
                offset.min(head.len().saturating_sub(1)),
                length,
            ),
        };
        self.finding(current, violation, place, false);
    }

    /// Says something that is no broken rule.
    pub(super) fn note(&mut self, note: Note) {
        let (name, severity) = (note.what.name(), note.what.severity());
        if self.repeats.shows(name, note.by, severity) {
            self.events.push(Event::Note(note));
        }
    }

    /// Counts a broken rule; whether it is to be shown.
    pub(super) fn shows(&mut self, current: &mut Current, violation: &Violation) -> bool {
        if !self.settings.wants(violation) {
            return false;
        }
        current.violations += 1;
        let rule = violation.rule;
        self.repeats.shows(rule.id, violation.by, rule.level.into())
    }

    pub(super) fn finding(
        &mut self,
        current: &mut Current,
        violation: Violation,
        place: Place,
        after: bool,
    ) {
        let rule = self.settings.rule(violation.draft.short, violation.rule.id);
        let offered = current.opening.as_ref().and_then(Opening::extensions);
        let agreed = current
            .answer
            .as_ref()
            .and_then(|answer| answer.extensions.as_ref());
        let cause = rule.and_then(|rule| {
            let seen = cause::Circumstances {
                require: &rule.value.require,
                offered: offered.as_deref(),
                agreed: agreed.map(Joined::text),
                after_another: after,
            };
            cause::likely(&violation, &seen)
        });
        let since = self.settings.since(&violation);
        self.events.push(Event::Finding(Box::new(Finding {
            violation,
            connection: current.peers.clone(),
            packet: place.packet,
            part: place.part,
            frame: place.frame,
            message: place.message,
            stream_offset: place.stream_offset,
            excerpt: place.excerpt,
            since,
            cause,
        })));
    }
}

/// Where a rule is broken.
pub(super) struct Place {
    pub(super) part: Part,
    pub(super) frame: Option<u64>,
    pub(super) message: Option<u64>,
    pub(super) packet: Option<u64>,
    pub(super) stream_offset: Option<u64>,
    pub(super) excerpt: Option<Excerpt>,
}
