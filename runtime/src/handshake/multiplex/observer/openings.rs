//! The opening handshakes of channels, as an observer sees them.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::{String, ToString},
    vec::Vec,
};

use super::{super::texts, At, Observer, Sight};
use crate::{
    handshake::parse::{self, HeadError, HeadLimits},
    machine::{
        extension::{
            Agreed, ChannelDemand, ExtensionInfo, Extensions, elements,
            multiplex::{Base, Feature, HandshakesInfo},
        },
        multiplex::Block,
    },
    protocol::{
        draft::Draft,
        heads::Request,
        info::{DraftInfo, Purpose, Role},
        violation::{Flow, Seen, Violation},
    },
};

/// The requests for channels that are not answered.
#[derive(Debug)]
pub(super) struct Openings {
    info: HandshakesInfo,
    tokens: &'static [&'static str],
    /// What requests are combined with, if that is known.
    base: Option<texts::Base>,
    pending: BTreeMap<u32, Pending>,
    /// The channels that the client has asked for, and that are not answered.
    asked: BTreeSet<u32>,
    /// Bytes of the pending requests.
    bytes: usize,
    /// The extensions that channels can have.
    known: Extensions,
}

/// A request that is not answered.
#[derive(Debug)]
struct Pending {
    /// The complete head.
    request: Vec<u8>,
    /// The fields, if the request is complete.
    base: Option<texts::Base>,
    offered: Option<String>,
}

impl Pending {
    fn held(&self) -> usize {
        // Twice: the fields are there, too.
        size_of::<Self>() + 2 * self.request.len()
    }
}

impl Openings {
    /// Bytes of requests that are kept.
    const MOST: usize = 1 << 20;
    const LIMITS: HeadLimits = HeadLimits::new()
        .bytes(64 << 10)
        .fields(HeadLimits::MAX_FIELDS);

    pub(super) fn new(extension: &'static ExtensionInfo) -> Option<Self> {
        let info = extension.multiplexing.as_ref()?.handshakes?;
        Some(Self {
            info,
            tokens: extension.tokens,
            base: None,
            pending: BTreeMap::new(),
            asked: BTreeSet::new(),
            bytes: 0,
            known: Extensions::default(),
        })
    }

    /// This request has opened the physical connection.
    pub(super) fn opened_by(&mut self, draft: &dyn Draft, request: &Request<'_>) {
        self.base = Some(texts::first_base(draft, self.tokens, &request.fields));
    }

    /// The channels can have these extensions.
    pub(super) fn can_have(&mut self, known: &Extensions) {
        self.known = known.of_channels();
    }

    /// It is not known which handshakes belong together.
    pub(super) fn forget(&mut self) {
        self.base = None;
        self.pending.clear();
        self.asked.clear();
        self.bytes = 0;
    }

    pub(super) fn ended(&mut self, id: u32) {
        self.asked.remove(&id);
        let _ = self.take(id);
    }

    fn take(&mut self, id: u32) -> Option<Pending> {
        let pending = self.pending.remove(&id)?;
        self.bytes = self.bytes.saturating_sub(pending.held());
        Some(pending)
    }

    fn keep(&mut self, id: u32, pending: Pending) {
        let _ = self.take(id);
        let held = pending.held();
        if self.bytes + held <= Self::MOST {
            self.bytes += held;
            self.pending.insert(id, pending);
        }
    }

    pub(super) fn held(&self) -> usize {
        let base = self.base.iter().flatten();
        let base: usize = base
            .map(|(name, value)| name.len() + value.len() + 48)
            .sum();
        // Half of the nodes of a tree may be empty.
        self.bytes + base + 2 * self.asked.len() * size_of::<u32>()
    }

    /// What a channel has agreed on, if all of it is known.
    fn agreed(
        &self,
        draft: &'static DraftInfo,
        offered: Option<&str>,
        answered: Option<&str>,
    ) -> Result<Option<Agreed>, Violation> {
        let Some(answered) = answered else {
            return Ok(Some(Agreed::default()));
        };
        let agreed = match offered {
            Some(offered) => self.known.check(draft, offered, answered)?,
            None => self.known.agreed(draft, answered)?,
        };
        let all = agreed.iter().count() == elements(answered).count();
        let runs = agreed.iter().all(|item| item.extension.runs());
        Ok((all && runs).then_some(agreed))
    }
}

impl<D: Draft + Clone> Observer<D> {
    /// What the rules of the draft say about a head.
    fn check(&mut self, at: At, check: impl FnOnce(&D, &mut dyn FnMut(Violation) -> Flow)) {
        let mut violations = Vec::new();
        check(&self.draft, &mut |violation: Violation| {
            violations.push(violation);
            Ok(())
        });
        for violation in violations {
            self.violates(at, Some(violation.rule), violation.seen);
        }
    }

    /// The client asks for a channel.
    pub(super) fn requested(&mut self, at: At, block: &Block<'_>) {
        let id = block.channel;
        let Some(encoding) = self.watched.table().encoding(block.encoding) else {
            let seen = Seen::Number(block.encoding.into());
            self.demand(at, ChannelDemand::KnownEncoding(Role::Client), seen);
            return;
        };
        let unmet = self.watched.ledger.requested(id);
        if self.watched.ledger.is_known()
            && !matches!(unmet, Some((ChannelDemand::FreshChannel, _)))
        {
            self.openings.asked.insert(id);
        }
        if !self.unmet(at, unmet) {
            return;
        }
        if self.watched.follows(at.from, id) && !self.watched.ledger.is_known() {
            let why = "a channel is requested that exists, or the ID of one that has ended";
            self.lose_channel(at, Feature::ReusedIds, why);
            return;
        }
        let asks = self.request(at, encoding.request, block.text);
        let none = Agreed::default();
        let agreed = asks.filter(|asks| !asks).map(|_| &none);
        self.begin(at, agreed);
        if self.watched.ledger.len().max(self.openings.asked.len()) > Self::CHANNELS {
            self.unordered();
        }
    }

    /// Reads a request. Returns whether it offers extensions, if that is known.
    fn request(&mut self, at: At, base: Option<Base>, text: &[u8]) -> Option<bool> {
        let complete = match base? {
            Base::Nothing => true,
            Base::LastComplete => false,
        };
        if !complete && self.openings.base.is_none() {
            return None;
        }
        let openings = &self.openings;
        let base = openings.base.as_ref().filter(|_| !complete);
        let (info, limits) = (&openings.info, &Openings::LIMITS);
        let restored = texts::restored_request(&self.draft, info, text, base, limits);
        let (request, base) = match restored {
            Ok(restored) => restored,
            Err(error) => {
                self.invalid(at, Role::Client, &error);
                return None;
            }
        };
        self.check(at, |draft, report| {
            let _ = texts::with_request(&request, |request| {
                draft.check_request(request, &mut |violation: Violation| report(violation))
            });
        });
        let header = self.draft.info().request_header(Purpose::Extensions);
        let offered = texts::with_request(&request, |request| {
            let offered = request.fields.joined(header?.name)?;
            Some(offered.text().into())
        });
        let offered: Option<String> = offered.ok().flatten();
        let offers = offered.is_some();
        if self.watched.ledger.is_known() {
            let id = at.channel.unwrap_or_default();
            let base = complete.then_some(base);
            self.openings.keep(
                id,
                Pending {
                    request,
                    base,
                    offered,
                },
            );
        }
        Some(offers)
    }

    /// What an endpoint sends on a channel is not known any more, because this is unknown.
    fn lose_channel(&mut self, at: At, feature: Feature, why: &'static str) {
        let unknown = self.watched.table().unknown(feature);
        let why = unknown.map_or(why, |unknown| unknown.reason);
        self.watched.end(at.from, at.channel.unwrap_or_default());
        self.lost(at, why);
    }

    /// An endpoint sends on a channel from now on.
    fn begin(&mut self, at: At, agreed: Option<&Agreed>) {
        let id = at.channel.unwrap_or_default();
        if !self.watched.begin(at.from, id, agreed) {
            self.lost(at, "there are more channels than are followed");
        }
    }

    /// The server answers a request.
    pub(super) fn answered(&mut self, at: At, block: &Block<'_>) {
        let id = block.channel;
        let Some(encoding) = self.watched.table().encoding(block.encoding) else {
            let seen = Seen::Number(block.encoding.into());
            self.demand(at, ChannelDemand::KnownEncoding(Role::Server), seen);
            return;
        };
        let pending = self.openings.take(id);
        let asked = self.openings.asked.remove(&id) || !self.watched.ledger.is_known();
        if !block.flag && pending.is_none() && self.watched.follows(at.from, id) {
            let why = "the server responds to no request";
            self.lose_channel(at, Feature::UnaskedResponses, why);
            return;
        }
        if encoding.response != Some(Base::Nothing) {
            // It is not known what it is combined with.
            self.watched.ledger.answered(id, block.flag);
            if !block.flag {
                self.begin(at, None);
                self.opened(id, asked);
            }
            return;
        }
        let agreed = self.response(at, pending.as_ref(), block);
        self.watched.ledger.answered(id, block.flag);
        if block.flag {
            return;
        }
        self.begin(at, agreed.as_ref());
        self.opened(id, asked && self.accepts(block.text));
        if self.watched.frames(Role::Client, id) == 0 && pending.is_some() {
            let client = At {
                from: Role::Client,
                ..at
            };
            self.begin(client, agreed.as_ref());
        }
        if let Some(base) = pending.and_then(|pending| pending.base) {
            self.openings.base = Some(base);
        }
    }

    /// Shows that a channel is open, if it `is`.
    fn opened(&mut self, channel: u32, is: bool) {
        if is {
            self.seen.push_back(Sight::Opened { channel });
        }
    }

    /// Whether this is a response that accepts.
    fn accepts(&self, text: &[u8]) -> bool {
        let accepting = self.draft.info().accepting_status;
        let status = parse::with_response(head_of(text), &[], &HeadLimits::MOST, |response| {
            response.status
        });
        status.is_ok_and(|status| accepting == Some(status))
    }

    /// Reads a response. Returns what is agreed, if that is known.
    fn response(&mut self, at: At, pending: Option<&Pending>, block: &Block<'_>) -> Option<Agreed> {
        let head = head_of(block.text);
        let Some(pending) = pending else {
            return self.response_alone(at, head);
        };
        let (info, limits) = (&self.openings.info, &Openings::LIMITS);
        let restored = texts::restored_response(&self.draft, info, &pending.request, head, limits);
        let response = match restored {
            Ok(Some(response)) if !block.flag => response,
            Ok(None) if block.flag => return None,
            Ok(_) => {
                let demand = ChannelDemand::ValidHandshake(Role::Server);
                self.demand(at, demand, Seen::text(head));
                return None;
            }
            Err(error) => {
                self.invalid(at, Role::Server, &error);
                return None;
            }
        };
        self.check(at, |draft, report| {
            let _ = texts::with_request(&pending.request, |request| {
                parse::with_response(&response, &[], &HeadLimits::MOST, |response| {
                    let report = &mut |violation: Violation| report(violation);
                    draft.check_response(request, response, report)
                })
            });
        });
        let answered = answered(self.draft.info(), &response);
        let offered = pending.offered.as_deref().unwrap_or_default();
        match self
            .openings
            .agreed(self.draft.info(), Some(offered), answered.as_deref())
        {
            Ok(agreed) => agreed,
            Err(violation) => {
                self.violates(at, Some(violation.rule), violation.seen);
                None
            }
        }
    }

    /// Reads a response to a request that is not known. Returns what is agreed, if that is known.
    fn response_alone(&mut self, at: At, head: &[u8]) -> Option<Agreed> {
        if let Err(error) = parse::with_response(head, &[], &Openings::LIMITS, |_| ()) {
            self.invalid(at, Role::Server, &error);
            return None;
        }
        let info = self.draft.info();
        let answered = answered(info, head);
        let agreed = self.openings.agreed(info, None, answered.as_deref());
        agreed.ok().flatten()
    }

    /// Shows that a handshake is none, if it is not only too long.
    fn invalid(&mut self, at: At, by: Role, error: &HeadError) {
        if matches!(error, HeadError::Malformed { .. } | HeadError::Version) {
            let seen = Seen::text(error.to_string().as_bytes());
            self.demand(at, ChannelDemand::ValidHandshake(by), seen);
        }
    }
}

/// The head at the start of a text, or all of it.
fn head_of(text: &[u8]) -> &[u8] {
    let end = parse::after_fields(text).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

/// The extensions that a response agrees to.
fn answered(info: &DraftInfo, head: &[u8]) -> Option<String> {
    let header = info.response_header(Purpose::Extensions)?;
    let read = parse::with_response(head, &[], &HeadLimits::MOST, |response| {
        let joined = response.fields.joined(header.name)?;
        Some(String::from(joined.text()))
    });
    read.ok().flatten()
}
