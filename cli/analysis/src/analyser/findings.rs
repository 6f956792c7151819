//! What an analyser reports.

use wsdraft::{Role, Seen, Violation, handshake::Joined, info::Level};

use super::{Analyser, state::Current};
use crate::{
    bytes::Excerpt,
    conversation::{FrameEvent, Frames, Opening, value_length},
    finding::{Circumstances, Event, Finding, Note, NoteKind, Part, likely},
};

impl Analyser {
    /// Takes what the frames of a direction showed.
    pub(super) fn sighting(&mut self, current: &mut Current, from: Role, sighting: FrameEvent) {
        match sighting {
            FrameEvent::Frame(sent) => self.spoke(current, from, sent),
            FrameEvent::Violation(violation, frame, message) => {
                self.frame_violation(current, from, violation, (frame, message));
            }
            FrameEvent::Close(close, offset) => {
                let side = self.sides.of(from);
                let packet = offset.and_then(|offset| side.trace.packet(side.start + offset));
                current.ending.closed(from, close, packet);
            }
            FrameEvent::Carried(seen, frame) => self.carried(current, from, &seen, frame),
            FrameEvent::Unreadable(offset) => {
                self.hint_at_key(current, from);
                self.out_of_step(current, from, offset, NoteKind::Unreadable);
            }
            FrameEvent::Resumed(offset) => {
                self.out_of_step(current, from, offset, NoteKind::Resumed);
            }
        }
    }

    /// Takes what the frames of a direction showed, and nothing that comes can refute.
    pub(super) fn believe(&mut self, current: &mut Current, from: Role) {
        let frames = self.sides.of_mut(from).frames.as_mut();
        for sighting in frames.map(Frames::believed).unwrap_or_default() {
            self.sighting(current, from, sighting);
        }
    }

    /// Says that frames cannot be read, or can be again, from this offset of theirs on.
    fn out_of_step(&mut self, current: &mut Current, from: Role, offset: u64, what: NoteKind) {
        current.exchange.trouble();
        let side = self.sides.of(from);
        let at = side.start + offset;
        let note = current.note(from, side.trace.packet(at), at, what);
        self.note(note);
    }

    /// Reports a rule that a frame breaks: which one of its sender, and of which message.
    fn frame_violation(
        &mut self,
        current: &mut Current,
        from: Role,
        violation: Violation,
        (frame, message): (u64, Option<u64>),
    ) {
        self.hint_at_key(current, from);
        if violation.rule.level == Level::Must {
            current.exchange.trouble();
        }
        let after = std::mem::replace(&mut self.sides.of_mut(from).troubled, true);
        if !self.shows(current, &violation) {
            return;
        }
        let side = self.sides.of(from);
        let at = side.start + violation.offset;
        let place = Place {
            part: Part::Frames,
            frame: Some(frame),
            message,
            channel: None,
            packet: side.trace.packet(at),
            stream_offset: Some(at),
            excerpt: side.trace.excerpt(at, 1),
        };
        self.finding(current, violation, place, after);
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
            Seen::Value(..) | Seen::Text(_) => value_length(head, offset),
            _ => 1,
        };
        // What is missing is missed at the end of the head.
        let place = Place {
            part,
            frame: None,
            message: None,
            channel: None,
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
        let (name, severity) = (note.kind.name(), note.kind.severity());
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

    /// Reports a broken rule; `after` tells that its sender was in trouble before.
    pub(super) fn finding(
        &mut self,
        current: &mut Current,
        violation: Violation,
        place: Place,
        after: bool,
    ) {
        let rule = self.settings.rules().broken(&violation);
        let offered = current.opening.as_ref().and_then(Opening::extensions);
        let agreed = current
            .answer
            .as_ref()
            .and_then(|answer| answer.extensions.as_ref());
        // What channels do has causes of its own.
        let cause = rule.filter(|_| place.channel.is_none()).and_then(|rule| {
            let seen = Circumstances {
                require: &rule.require,
                offered: offered.as_deref(),
                agreed: agreed.map(Joined::text),
                after_another: after,
            };
            likely(&violation, &seen)
        });
        let since = self.settings.since(&violation);
        self.events.push(Event::Finding(Box::new(Finding {
            violation,
            connection: current.peers.clone(),
            packet: place.packet,
            part: place.part,
            frame: place.frame,
            message: place.message,
            channel: place.channel,
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
    /// The channel, where it is about one.
    pub(super) channel: Option<u32>,
    pub(super) packet: Option<u64>,
    pub(super) stream_offset: Option<u64>,
    pub(super) excerpt: Option<Excerpt>,
}
