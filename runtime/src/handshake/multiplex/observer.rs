//! Watches the channels of a connection between two other endpoints.

use alloc::collections::VecDeque;

mod carried;
mod openings;
mod places;
mod sight;

pub use self::sight::{ControlBlock, Sight};
use self::{openings::Openings, places::Places};
use super::NotMultiplexed;
use crate::{
    machine::{
        extension::{Agreed, ChannelDemand, Extensions},
        inspect::Observed,
        multiplex::{Unspoken, Watched},
    },
    protocol::{
        draft::Draft,
        frame::Session,
        heads::Request,
        info::{Kind, Role, RuleInfo},
        violation::{Seen, Violation},
    },
};

/// Watches the channels of a connection between two other endpoints, or of one of its directions: the
/// frames of each channel, the control blocks, and the rules about both. It checks all rules and
/// enforces none.
///
/// It takes what an [`Inspector`](crate::inspect::Inspector) of the physical connection
/// [observes](Self::observe). That inspector must show payloads of [`MESSAGE`](Self::MESSAGE) bytes,
/// because what carries a channel is read as a whole. What is seen comes from [`next`](Self::next).
///
/// ```
/// use wsdraft::{
///     Draft, Role, extension::Agreed, frame::Session,
///     inspect::Inspector, multiplex::{NotMultiplexed, Observer, Sight},
/// };
///
/// /// The rules that a client violates on any channel.
/// fn violated(draft: &'static dyn Draft, agreed: &Agreed, frames: &[u8]) -> Result<Vec<&'static str>, NotMultiplexed> {
///     let session = Session::default();
///     let physical = Inspector::new(draft, Role::Client, session).extended(agreed);
///     let mut physical = physical.showing(Observer::<&dyn Draft>::MESSAGE);
///     let mut channels = Observer::new(draft, agreed, session, 1024)?;
///     physical.push(frames);
///     for observed in physical {
///         channels.observe(Role::Client, &observed);
///     }
///     let rules = channels.filter_map(|sight| match sight {
///         Sight::Violation { violation, .. } => Some(violation.rule.id),
///         _ => None,
///     });
///     Ok(rules.collect())
/// }
/// ```
#[derive(Debug)]
pub struct Observer<D> {
    draft: D,
    watched: Watched<D>,
    openings: Openings,
    client: Side,
    server: Side,
    seen: VecDeque<Sight>,
}

/// What an endpoint sends.
#[derive(Debug, Default)]
struct Side {
    places: Places,
    /// It is not followed any more.
    lost: bool,
}

/// Where something is.
#[derive(Clone, Copy, Debug)]
struct At {
    from: Role,
    channel: Option<u32>,
    offset: u64,
}

impl<D> Observer<D> {
    /// Bytes of a message of the physical connection that are looked at. What is sent after a longer
    /// one is not followed.
    pub const MESSAGE: usize = 1 << 20;
    /// IDs of channels that are kept apart.
    const CHANNELS: usize = 1 << 16;

    fn side(&mut self, from: Role) -> &mut Side {
        match from {
            Role::Client => &mut self.client,
            Role::Server => &mut self.server,
        }
    }
}

impl<D: Draft + Clone> Observer<D> {
    /// Watches each direction for itself. At most the first `shown` bytes of each payload are shown.
    ///
    /// # Errors
    /// The connection cannot carry channels.
    pub fn new(
        draft: D,
        agreed: &Agreed,
        session: Session,
        shown: usize,
    ) -> Result<Self, NotMultiplexed> {
        let (inner, agreement, _) = agreed.multiplexed().ok_or(NotMultiplexed::NotAgreed)?;
        let extension = agreement.extension;
        let unspoken = |reason| NotMultiplexed::Unspoken(Unspoken { extension, reason });
        let watched = Watched::new(draft.clone(), agreement, &inner, session, shown);
        let watched = watched.map_err(NotMultiplexed::Unspoken)?;
        let openings = Openings::new(extension)
            .ok_or_else(|| unspoken("the handshakes of channels are unknown"))?;
        let mut observer = Self {
            draft,
            watched,
            openings,
            client: Side::default(),
            server: Side::default(),
            seen: VecDeque::new(),
        };
        observer.watched.ledger.forget();
        Ok(observer)
    }

    /// The same for both directions, which are observed in an order that shows what each endpoint had
    /// received. So it also checks the rules that depend on that, such as those about quotas.
    /// `request` is the request that opened the physical connection; the extensions were agreed with the
    /// offer in it.
    ///
    /// # Errors
    /// The connection cannot carry channels.
    pub fn of_both(
        draft: D,
        agreed: &Agreed,
        request: &Request<'_>,
        session: Session,
        shown: usize,
    ) -> Result<Self, NotMultiplexed> {
        let mut observer = Self::new(draft, agreed, session, shown)?;
        if let Some((_, agreement, _)) = agreed.multiplexed() {
            observer.watched.begin_ledger(agreement);
            observer.openings.opened_by(&observer.draft, request);
        }
        Ok(observer)
    }

    /// The extensions that channels can agree on. Without this, payloads that use any are not decoded.
    #[must_use]
    pub fn with_extensions(mut self, known: &Extensions) -> Self {
        self.openings.can_have(known);
        self
    }

    /// Takes what was observed of the frames that `from` sends on the physical connection.
    pub fn observe(&mut self, from: Role, observed: &Observed) {
        if self.side(from).lost {
            return;
        }
        match observed {
            Observed::Frame { kind, offset, .. } if kind.is_data() => {
                if !self.side(from).places.frame(observed) {
                    self.lose_at(
                        from,
                        *offset,
                        "a message of the physical connection cannot be read",
                    );
                }
            }
            Observed::Text(text) => self.message(from, Kind::Text, text.as_bytes()),
            Observed::Binary(payload) => self.message(from, Kind::Binary, payload),
            Observed::Coded { .. } => {
                let why = "an extension that is not known has changed a message of the physical connection";
                self.lose_at(from, self.latest(from), why);
            }
            Observed::Long { kind, .. } if kind.is_data() => {
                let why = "a message of the physical connection is longer than what is looked at";
                self.lose_at(from, self.latest(from), why);
            }
            Observed::Exceeded { offset, .. } | Observed::Unreadable { offset } => {
                let why = "the physical connection cannot be read";
                self.lose_at(from, *offset, why);
            }
            Observed::Frame { .. }
            | Observed::Violation(_)
            | Observed::Long { .. }
            | Observed::Ping(_)
            | Observed::Pong(_)
            | Observed::Close(_)
            | Observed::Incomplete { .. } => {}
        }
    }

    /// Where the latest message of an endpoint is.
    fn latest(&self, from: Role) -> u64 {
        match from {
            Role::Client => self.client.places.of(0),
            Role::Server => self.server.places.of(0),
        }
    }

    fn unmet(&mut self, at: At, unmet: Option<(ChannelDemand, Seen)>) -> bool {
        let Some((demand, seen)) = unmet else {
            return true;
        };
        self.demand(at, demand, seen);
        false
    }

    fn demand(&mut self, at: At, demand: ChannelDemand, seen: Seen) {
        let rule = self.watched.reading.rule(demand);
        self.violates(at, rule, seen);
    }

    /// Shows a violation, if there is a rule.
    fn violates(&mut self, at: At, rule: Option<&'static RuleInfo>, seen: Seen) {
        if let Some(rule) = rule {
            let violation = Violation {
                rule,
                draft: self.draft.info(),
                by: at.from,
                offset: at.offset,
                seen,
            };
            self.seen.push_back(Sight::Violation {
                channel: at.channel,
                violation,
            });
        }
    }

    fn lost(&mut self, at: At, why: &'static str) {
        self.seen.push_back(Sight::Lost {
            channel: at.channel,
            offset: at.offset,
            why,
        });
    }

    /// What follows in a direction is not known.
    fn lose_at(&mut self, from: Role, offset: u64, why: &'static str) {
        let side = self.side(from);
        if core::mem::replace(&mut side.lost, true) {
            return;
        }
        side.places = Places::default();
        self.watched.end_all(from);
        self.unordered();
        self.lost(
            At {
                from,
                channel: None,
                offset,
            },
            why,
        );
    }

    /// Bytes that `from` has sent are not known.
    pub fn lose(&mut self, from: Role, offset: u64) {
        self.lose_at(from, offset, "bytes of the physical connection are missing");
    }

    /// It is not known what either endpoint had received when it sent what follows.
    pub fn unordered(&mut self) {
        self.watched.ledger.forget();
        self.openings.forget();
    }

    /// Says that `from` sends nothing more.
    pub fn end_of_input(&mut self, from: Role) {
        let Self { watched, seen, .. } = self;
        watched.finish(from, &mut |channel, observed| {
            seen.push_back(Sight::Channel { channel, observed });
        });
    }

    /// Bytes of memory that it takes, roughly, if everything that was seen is taken.
    pub fn held(&self) -> usize {
        size_of::<Self>()
            + self.watched.held()
            + self.openings.held()
            + self.client.places.held()
            + self.server.places.held()
    }
}

impl<D> Iterator for Observer<D> {
    type Item = Sight;

    /// What is seen next; `None` if more must be [observed](Self::observe) first.
    fn next(&mut self) -> Option<Sight> {
        let next = self.seen.pop_front();
        if next.is_none() && self.seen.capacity() > 64 {
            self.seen = VecDeque::new();
        }
        next
    }
}
