//! The channels of a connection that carries some.

use wsdraft::{
    Draft, Role, Violation,
    extension::{Agreed, ExtensionInfo, Extensions},
    frame::Session,
    handshake::Request,
    info::Level,
    inspect::Observed,
    multiplex::{Format, Observer, Sight},
};

use super::counted::{CarriedChannels, Counted};

/// What the channels showed.
#[derive(Debug)]
pub(crate) enum ChannelEvent {
    /// A broken rule, and the channel, if it is about one.
    Violation(Option<u32>, Violation),
    /// What follows is not looked at: of a channel, or of the direction. Where that begins, and why.
    Lost(Option<u32>, u64, String),
}

impl ChannelEvent {
    /// Whether a MUST is broken.
    fn is_must(&self) -> bool {
        match self {
            Self::Violation(_, violation) => violation.rule.level == Level::Must,
            Self::Lost(..) => false,
        }
    }

    /// Whether nothing more of the direction is looked at.
    const fn is_end(&self) -> bool {
        matches!(self, Self::Lost(None, ..))
    }

    /// Where it is.
    const fn offset(&self) -> u64 {
        match self {
            Self::Violation(_, violation) => violation.offset,
            Self::Lost(_, offset, _) => *offset,
        }
    }

    /// The rule that is broken.
    fn rule(&self) -> Option<&'static str> {
        match self {
            Self::Violation(_, violation) => Some(violation.rule.id),
            Self::Lost(..) => None,
        }
    }
}

/// Channels, read as one of the dialects that they can be of.
struct Dialect {
    info: &'static ExtensionInfo,
    observer: Observer<&'static dyn Draft>,
    counted: Counted,
}

/// Reads channels as each dialect that they can be of. What all of these refuse is a finding.
pub(crate) struct Channels {
    /// The newest one first.
    dialects: Vec<Dialect>,
    /// What there is to say of them, if they are not followed any more.
    left: Option<CarriedChannels>,
    /// Whether everything was followed.
    complete: bool,
    /// Dialects that they can be of, too, and that cannot be read.
    unreadable: Vec<&'static ExtensionInfo>,
    /// The channel with the blocks begins with this.
    control: Vec<u8>,
}

impl Channels {
    /// Bytes of a message that are looked at.
    pub(crate) const MESSAGE: usize = Observer::<&'static dyn Draft>::MESSAGE;
    /// No payload of a channel is shown.
    const SHOWN: usize = 0;

    /// The channels of a connection with this agreement; `None` if it carries none. `settle` says what
    /// is agreed if only these extensions are known. `request` is the one that opened the connection, if
    /// it is known what both ends receive.
    pub(crate) fn new(
        draft: &'static dyn Draft,
        session: Session,
        known: &Extensions,
        agreed: &Agreed,
        settle: impl Fn(&Extensions) -> Option<Agreed>,
        request: Option<&Request<'_>>,
    ) -> Option<Self> {
        let (_, agreement, _) = agreed.multiplexed()?;
        let token = agreement.answer.token.as_str();
        let called = |info: &&'static ExtensionInfo| info.tokens.contains(&token);
        let others: Vec<_> = known.supported().filter(|info| !called(info)).collect();
        let mut channels = Self {
            dialects: Vec::new(),
            left: None,
            complete: true,
            unreadable: Vec::new(),
            control: Vec::new(),
        };
        for dialect in known.supported().filter(called) {
            let only = Extensions::all(&[&others[..], &[dialect]].concat());
            let Some(agreed) = settle(&only) else {
                continue;
            };
            let observer = match request {
                Some(request) => Observer::of_both(draft, &agreed, request, session, Self::SHOWN),
                None => Observer::new(draft, &agreed, session, Self::SHOWN),
            };
            match observer {
                Ok(observer) => {
                    let observer = observer.with_extensions(known);
                    let format = dialect.multiplexing.as_ref();
                    let format = format.and_then(|format| format.channels.as_ref());
                    channels.dialects.push(Dialect {
                        info: dialect,
                        observer,
                        counted: format
                            .map_or_else(Counted::default, |format| Counted::first(format.first)),
                    });
                }
                Err(_) => channels.unreadable.push(dialect),
            }
        }
        if let Some(control) = agreement.extension.multiplexing.as_ref() {
            let format = Format::of(agreement.extension);
            let control = control.channels.and_then(|channels| channels.control);
            if let (Some(format), Some(control)) = (format, control) {
                format.write_channel_id(control, &mut channels.control);
            }
        }
        Some(channels)
    }

    /// Takes what was observed of the frames that an end sends.
    pub(crate) fn observe(&mut self, from: Role, seen: &Observed) -> Vec<ChannelEvent> {
        if let Observed::Binary(payload) | Observed::Coded { payload, .. } = seen {
            self.exclude(from, payload);
        }
        self.each(from, |dialect| dialect.observe(from, seen))
    }

    /// Bytes that an end has sent are not known.
    pub(crate) fn lose(&mut self, from: Role, offset: u64) -> Vec<ChannelEvent> {
        self.each(from, |dialect| dialect.lose(from, offset))
    }

    /// The channels that there were.
    pub(crate) fn summary(&self) -> Option<CarriedChannels> {
        let [first, ..] = &self.dialects[..] else {
            return self.left.clone();
        };
        let names = self.dialects.iter().map(|dialect| dialect.info);
        let names = names.chain(self.unreadable.iter().copied());
        let names = names.map(|info| info.short).collect();
        Some(first.counted.summary(names, self.complete))
    }

    /// Follows nothing any more.
    fn leave(&mut self) {
        self.left = self.summary();
        self.dialects.clear();
    }

    /// It is not known what an end had received when it sent what follows.
    pub(crate) fn unordered(&mut self) {
        for dialect in &mut self.dialects {
            dialect.observer.unordered();
        }
    }

    /// Bytes of memory that they take, roughly.
    pub(crate) fn held(&self) -> usize {
        let dialects = self.dialects.iter();
        let held = dialects.map(|dialect| dialect.observer.held() + dialect.counted.held());
        size_of::<Self>() + held.sum::<usize>()
    }

    /// Excludes dialects that cannot be read, if the blocks of a message are none of theirs.
    fn exclude(&mut self, from: Role, message: &[u8]) {
        let Some(blocks) = message.strip_prefix(&*self.control) else {
            return;
        };
        self.unreadable.retain(|dialect| {
            let Some(format) = Format::of(dialect) else {
                return true;
            };
            let mut rest = blocks;
            while !rest.is_empty() {
                match format.read(from, rest) {
                    Ok((_, length)) => rest = rest.get(length..).unwrap_or_default(),
                    Err(_) => return false,
                }
            }
            true
        });
    }

    /// Does the same with each dialect, and gives what all show that are left.
    fn each(
        &mut self,
        from: Role,
        mut step: impl FnMut(&mut Observer<&'static dyn Draft>),
    ) -> Vec<ChannelEvent> {
        let mut shown: Vec<Vec<ChannelEvent>> = Vec::new();
        for Dialect {
            observer, counted, ..
        } in &mut self.dialects
        {
            step(observer);
            let seen = observer.inspect(|sight| counted.take(from, sight));
            shown.push(seen.filter_map(event).collect());
        }
        let breaks = |events: &Vec<ChannelEvent>| events.iter().any(ChannelEvent::is_must);
        let lost = |events: &Vec<ChannelEvent>| events.iter().any(ChannelEvent::is_end);
        if shown.iter().any(|events| !breaks(events)) {
            self.keep(&mut shown, |events| !breaks(events));
        } else if let Some(dialect) = self.unreadable.first().filter(|_| !shown.is_empty()) {
            let why = format!("they may be of {}, which cannot be read", dialect.short);
            return self.give_up(&shown, why);
        }
        if shown.iter().any(|events| !lost(events)) {
            // What is not followed any further may be what it is.
            let lose = self.dialects.iter().zip(&shown);
            let lose = lose.filter(|(_, events)| lost(events));
            self.unreadable
                .extend(lose.map(|(dialect, _)| dialect.info));
            self.keep(&mut shown, |events| !lost(events));
        }
        let differ = shown.len() > 1 && shown.iter().any(breaks);
        let kept = by_all(&mut shown);
        if differ && !kept.iter().any(ChannelEvent::is_must) {
            let why = "it is not known of which dialect they are".to_owned();
            return self.give_up(&shown, why);
        }
        let is_lost = |event: &ChannelEvent| matches!(event, ChannelEvent::Lost(..));
        self.complete &= !kept.iter().any(is_lost);
        if kept.iter().any(ChannelEvent::is_end) {
            self.leave();
        }
        kept
    }

    /// Keeps the dialects that show this.
    fn keep(
        &mut self,
        shown: &mut Vec<Vec<ChannelEvent>>,
        is_kept: impl Fn(&Vec<ChannelEvent>) -> bool,
    ) {
        let mut keep = shown.iter().map(&is_kept);
        self.dialects.retain(|_| keep.next().unwrap_or(true));
        shown.retain(is_kept);
    }

    /// Looks at nothing more.
    fn give_up(&mut self, shown: &[Vec<ChannelEvent>], why: String) -> Vec<ChannelEvent> {
        self.complete = false;
        self.leave();
        let mut events = shown.iter().flatten();
        let offset = events.next().map_or(0, ChannelEvent::offset);
        vec![ChannelEvent::Lost(None, offset, why)]
    }
}

/// What the first of these show that all others show, too.
fn by_all(shown: &mut [Vec<ChannelEvent>]) -> Vec<ChannelEvent> {
    let Some((first, others)) = shown.split_first_mut() else {
        return Vec::new();
    };
    let events = core::mem::take(first).into_iter();
    let is_shown = |event: &ChannelEvent| {
        let same = |events: &Vec<ChannelEvent>| {
            let mut events = events.iter();
            events.any(|other| other.rule() == event.rule())
        };
        others.iter().all(same)
    };
    events.filter(is_shown).collect()
}

/// What matters here of what was seen.
fn event(sight: Sight) -> Option<ChannelEvent> {
    match sight {
        Sight::Violation { channel, violation } => {
            Some(ChannelEvent::Violation(channel, violation))
        }
        Sight::Channel {
            channel,
            observed: Observed::Violation(violation),
        } => Some(ChannelEvent::Violation(Some(channel), violation)),
        Sight::Channel {
            channel,
            observed: Observed::Unreadable { offset },
        } => {
            let why = "no frame; what follows cannot be read".into();
            Some(ChannelEvent::Lost(Some(channel), offset, why))
        }
        Sight::Lost {
            channel,
            offset,
            why,
        } => Some(ChannelEvent::Lost(channel, offset, why.into())),
        _ => None,
    }
}
