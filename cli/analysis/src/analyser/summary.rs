//! The end of a connection.

use wsdraft::Role;
use wsdraft_spec::sort;

use super::{
    Analyser,
    head::Head,
    state::{Current, Phase},
};
use crate::{
    bytes::PerRole,
    conversation::{AgreedExtension, Answer, CarriedChannels, Frames, Rest},
    finding::{Event, NoteKind, Summary},
};

impl Current {
    /// The agreed extensions, in the dialects that their channels are of, and the channels.
    fn agreed(&self) -> (Vec<AgreedExtension>, Option<CarriedChannels>) {
        let answer = self.answer.as_ref();
        let mut agreed = answer.map_or_else(Vec::new, |answer| answer.agreed.clone());
        let channels = self.channels.as_ref();
        let channels = channels.and_then(|channels| channels.summary());
        if let Some(channels) = &channels {
            AgreedExtension::settle(&mut agreed, &channels.dialects);
        }
        (agreed, channels)
    }
}

impl Analyser {
    /// Ends the current connection, and searches for the next.
    pub(super) fn conclude(&mut self) {
        let phase = std::mem::replace(&mut self.phase, Phase::Search(Head::default()));
        let (mut current, is_open) = match phase {
            Phase::Request(current) => {
                self.check_request(current);
                return self.conclude();
            }
            Phase::Response(current, ..) => (current, false),
            Phase::Open(current) => (current, true),
            Phase::Search(..) | Phase::Done => return,
        };
        self.judge_ends(&mut current);
        let messages = self.counted(|frames| frames.messages);
        let bytes = self.counted(|frames| frames.bytes);
        self.note_ends(&mut current, is_open);
        let missing = PerRole {
            client: std::mem::take(&mut self.sides.client.missing),
            server: std::mem::take(&mut self.sides.server.missing),
        };
        let not_recorded = self.not_recorded(&current);
        let (agreed, channels) = current.agreed();
        let info = current.draft.info();
        let answer = current.answer.as_ref();
        let (shown, clean) = current.ending.describe(info, answer, is_open);
        let ended = self.told_end.take().unwrap_or(shown);
        let Current {
            peers,
            opening,
            answer,
            violations,
            ..
        } = *current;
        let forced = self.settings.forced().is_some();
        let detected = opening.as_ref().is_none_or(|opening| opening.detected);
        let (candidates, reasons) = opening.map_or_else(Default::default, |opening| {
            (opening.candidates, opening.reasons)
        });
        self.events.push(Event::Connection(Box::new(Summary {
            connection: peers,
            draft: (detected || forced).then_some(info),
            candidates,
            reasons,
            extensions: answer.as_ref().and_then(Answer::extensions),
            agreed,
            channels,
            subprotocol: answer.and_then(|answer| answer.subprotocol),
            messages,
            bytes,
            missing,
            violations,
            ended,
            clean,
            not_recorded,
            repeated: self.repeats.take(),
        })));
    }

    /// Judges what both directions are found to have at their end.
    fn judge_ends(&mut self, current: &mut Current) {
        for role in [Role::Client, Role::Server] {
            self.believe(current, role);
        }
        if current.ending.given_up.is_none() {
            current.exchange.finish();
            self.report_exchange(current);
        }
    }

    /// Ids of the rules that are asked about, and that the record does not allow to check.
    pub(super) fn not_recorded(&self, current: &Current) -> Vec<&'static str> {
        if current.knows_extensions {
            return Vec::new();
        }
        let mut ids = self.settings.rules().about_reserved(current.draft);
        ids.retain(|id| self.settings.includes(id));
        ids
    }

    /// Something that the frames of each direction count.
    fn counted(&self, count: impl Fn(&Frames) -> u64) -> PerRole<u64> {
        let counted = |role| self.sides.of(role).frames.as_ref().map_or(0, &count);
        PerRole {
            client: counted(Role::Client),
            server: counted(Role::Server),
        }
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
            let frames = side.frames.take();
            if !side.begun || frames.as_ref().is_none_or(Frames::is_lost) {
                current.ending.hidden.push(role);
            }
            let Some(mut frames) = frames else {
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
                notes.push((packet, role, at, NoteKind::Incomplete { needed }));
            }
        }
        if is_open && ends && !current.ending.may_have_close() && info.closing.is_some() {
            let by = current.ending.transport_by();
            let at = self.sides.of(by).trace.end();
            let packet = self.sides.of(by).trace.packet(at);
            let reported = info.local_codes.abnormal.and_then(|code| {
                let found = info.close_codes.iter().find(|info| info.code == code)?;
                Some((code, found.name))
            });
            notes.push((packet, by, at, NoteKind::Unclosed { reported }));
        }
        sort::by_key(&mut notes, |(packet, ..)| *packet);
        for (packet, by, at, what) in notes {
            let note = current.note(by, packet, at, what);
            self.note(note);
        }
    }
}
