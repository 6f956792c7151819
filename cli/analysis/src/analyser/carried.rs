//! The channels that a connection carries.

use wsdraft::{
    Role,
    extension::{Agreed, Extensions},
    frame::Session,
    info::Level,
    inspect::Observed,
};

use super::{
    Analyser,
    findings::Place,
    state::{Current, Phase},
};
use crate::{
    conversation::{ChannelEvent, Channels, Receipt},
    finding::{NoteKind, Part},
};

impl Analyser {
    /// The channels of a connection on which this was agreed.
    pub(super) fn channels(
        &self,
        current: &Current,
        agreed: Option<&Agreed>,
        answered: Option<&str>,
        session: Session,
    ) -> Option<Box<Channels>> {
        let (agreed, answered) = (agreed?, answered?);
        let (opening, known) = (current.opening.as_ref()?, self.settings.extensions());
        let info = current.draft.info();
        let offered = opening.extensions();
        let settle = |known: &Extensions| {
            let settled = match &offered {
                Some(offered) => known.check(info, offered, answered),
                None => known.agreed(info, answered),
            };
            settled.ok()
        };
        let ordered = self.receipt != Receipt::Nothing && offered.is_some();
        let made = opening.with(|request| {
            let request = ordered.then_some(request);
            Channels::new(current.draft, session, known, agreed, settle, request)
        });
        made.ok().flatten().map(Box::new)
    }

    /// Takes what was observed of frames that carry channels.
    pub(super) fn carried(
        &mut self,
        current: &mut Current,
        from: Role,
        seen: &Observed,
        frame: u64,
    ) {
        let Some(channels) = &mut current.channels else {
            return;
        };
        let peer = self.sides.of(from.peer());
        // What has been received and is not recorded yet may have granted something.
        let behind = *self.acknowledged.of(from) > peer.trace.end() || !peer.held.is_empty();
        if behind {
            channels.unordered();
        }
        for event in channels.observe(from, seen) {
            self.channel_event(current, from, event, Some(frame));
        }
    }

    /// Bytes that carry channels are not recorded.
    pub(super) fn channels_lost(&mut self, from: Role, offset: u64) {
        match std::mem::replace(&mut self.phase, Phase::Done) {
            Phase::Open(mut current) => {
                let channels = current.channels.as_mut();
                let events = channels.map(|channels| channels.lose(from, offset));
                for event in events.into_iter().flatten() {
                    self.channel_event(&mut current, from, event, None);
                }
                self.phase = Phase::Open(current);
            }
            phase => self.phase = phase,
        }
    }

    fn channel_event(
        &mut self,
        current: &mut Current,
        from: Role,
        event: ChannelEvent,
        frame: Option<u64>,
    ) {
        let (channel, violation) = match event {
            ChannelEvent::Violation(channel, violation) => (channel, violation),
            ChannelEvent::Lost(channel, offset, why) => {
                let what = match channel {
                    Some(channel) => format!("channel {channel} is not checked any further: {why}"),
                    None => format!("the channels are not checked any further: {why}"),
                };
                let side = self.sides.of(from);
                let at = side.start + offset;
                let packet = side.trace.packet(at);
                let note = current.note(from, packet, at, NoteKind::Unchecked(what));
                return self.note(note);
            }
        };
        if violation.rule.level == Level::Must {
            current.exchange.trouble();
        }
        if !self.shows(current, &violation) {
            return;
        }
        let side = self.sides.of(from);
        let at = side.start + violation.offset;
        let place = Place {
            part: Part::Frames,
            frame,
            message: None,
            channel,
            packet: side.trace.packet(at),
            stream_offset: Some(at),
            excerpt: side.trace.excerpt(at, 1),
        };
        self.finding(current, violation, place, false);
    }
}
