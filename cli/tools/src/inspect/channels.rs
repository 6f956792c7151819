//! The frames of a connection, and of the channels that it may carry.

use wsdraft::{
    Draft, Role,
    extension::{Agreed, Extensions},
    frame::Session,
    info::{DraftInfo, Kind},
    inspect::Observed,
    multiplex::{NotMultiplexed, Observer, Sight},
};

use crate::{
    events::{Block, Event},
    failure::Failure,
};

/// What was observed of a connection, and of its channels.
#[derive(Debug)]
pub(super) struct Channels {
    from: Role,
    /// Bytes of each payload that are shown.
    most: usize,
    observer: Option<Observer<&'static dyn Draft>>,
    observed: Option<Observed>,
}

impl Channels {
    /// The channels that `from` sends on, if these extensions carry any.
    pub(super) fn new(
        draft: &'static dyn Draft,
        agreed: &Agreed,
        known: &Extensions,
        (from, session): (Role, Session),
        most: usize,
    ) -> Result<Self, Failure> {
        let observer = match Observer::new(draft, agreed, session, most) {
            Ok(observer) => Some(observer.with_extensions(known)),
            Err(NotMultiplexed::NotAgreed) => None,
            Err(unspoken) => return Err(Failure::input(format!("--extensions: {unspoken}"))),
        };
        Ok(Self {
            from,
            most,
            observer,
            observed: None,
        })
    }

    /// Bytes of the payloads of the connection that an inspector has to show.
    pub(super) fn kept(&self) -> usize {
        match &self.observer {
            Some(_) => self.most.max(Observer::<&'static dyn Draft>::MESSAGE),
            None => self.most,
        }
    }

    /// Takes what was observed.
    pub(super) fn take(&mut self, observed: Observed) {
        if let Some(observer) = &mut self.observer {
            observer.observe(self.from, &observed);
        }
        self.observed = Some(observed);
    }

    /// Says that the frames end here.
    pub(super) fn end(&mut self) {
        if let Some(observer) = &mut self.observer {
            observer.end_of_input(self.from);
        }
    }

    /// The events of what was taken last, and the channels that they are on.
    pub(super) fn events(&mut self, draft: &DraftInfo) -> Vec<(Option<u32>, Event)> {
        let mut events = Vec::new();
        let observed = self.observed.take();
        let Some(observer) = &mut self.observer else {
            let event = observed.and_then(|observed| Event::observed(observed, draft));
            events.extend(event.map(|event| (None, event)));
            return events;
        };
        // What a message carries is shown in its place.
        let carried = |observed: &Observed| {
            matches!(
                observed,
                Observed::Text(_) | Observed::Binary(_) | Observed::Coded { .. }
            )
        };
        let observed = observed.filter(|observed| !carried(observed));
        let observed = observed.map(|observed| cut(observed, self.most));
        let event = observed.and_then(|observed| Event::observed(observed, draft));
        events.extend(event.map(|event| (None, event)));
        for sight in observer.by_ref() {
            let (channel, event) = match sight {
                Sight::Channel { channel, observed } => {
                    (Some(channel), Event::observed(observed, draft))
                }
                Sight::Block(block) => {
                    let event = Event::Block(Block::new(&block, self.most));
                    (block.channel, Some(event))
                }
                Sight::Violation { channel, violation } => {
                    let violation = Observed::Violation(violation);
                    (channel, Event::observed(violation, draft))
                }
                Sight::Lost {
                    channel,
                    offset,
                    why: detail,
                } => (channel, Some(Event::Lost { offset, detail })),
                _ => continue,
            };
            events.extend(event.map(|event| (channel, event)));
        }
        events
    }
}

/// The same with at most so many bytes of its payload.
fn cut(mut observed: Observed, most: usize) -> Observed {
    if let Observed::Frame { payload, .. } = &mut observed {
        payload.truncate(most);
    }
    match observed {
        Observed::Ping(payload) if payload.len() > most => long(Kind::Ping, payload, most),
        Observed::Pong(payload) if payload.len() > most => long(Kind::Pong, payload, most),
        other => other,
    }
}

/// The start of a control frame.
fn long(kind: Kind, mut start: Vec<u8>, most: usize) -> Observed {
    let length = start.len() as u64;
    start.truncate(most);
    Observed::Long {
        kind,
        reserved: 0,
        length,
        start,
        rest: None,
    }
}
