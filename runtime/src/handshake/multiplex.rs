//! Logical connections, each with an opening handshake of its own.
//!
//! The handshake of a channel is the text of a request and of a response, without the fields that the
//! physical connection makes needless. Here each end of a channel gets a stream on which the complete
//! handshake of the draft is spoken, and then its frames. So everything that works over a stream works
//! over a channel.

use alloc::{
    collections::{BTreeMap, VecDeque},
    vec::Vec,
};
use core::fmt;

use self::opening::Head;
use crate::{
    handshake::{
        head::RequestHead,
        parse::{self, HeadLimits},
        refusal::Refusal,
    },
    machine::{
        connection::Connection,
        error::ConnectionError,
        extension::{
            Agreed,
            multiplex::{Base as Combined, HandshakesInfo},
        },
        multiplex::{ChannelKey, Channels, Dropped, Happened, MultiplexLimits, Over, Unspoken},
    },
    protocol::{
        draft::Draft,
        info::{Kind, Role},
    },
};

mod multiplexer;
mod observer;
mod opening;
mod texts;
mod writing;

pub use self::{
    multiplexer::Multiplexer,
    observer::{ControlBlock, Observer, Sight},
};

/// Why a connection carries no channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotMultiplexed {
    /// No extension that multiplexes was agreed.
    NotAgreed,
    /// Not enough is known of the dialect.
    Unspoken(Unspoken),
}

impl fmt::Display for NotMultiplexed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAgreed => f.write_str("no extension that multiplexes was agreed"),
            Self::Unspoken(unspoken) => unspoken.fmt(f),
        }
    }
}

impl core::error::Error for NotMultiplexed {}

/// The opening handshake of a channel.
#[derive(Debug)]
enum Stage {
    /// The server has the request, and writes its response.
    Answering {
        request: Vec<u8>,
        base: Option<texts::Base>,
        head: Head,
    },
    /// The server refuses, and this many bytes of its response are missing.
    Refusing(Vec<u8>, Option<usize>),
    /// The client writes its request.
    Asking(Head),
    /// The client has sent its request.
    Asked(Vec<u8>),
}

/// The channels of a physical connection and their handshakes, without the connection.
#[derive(Debug)]
pub(crate) struct Plexer<D> {
    channels: Channels<D>,
    draft: D,
    info: HandshakesInfo,
    limits: HeadLimits,
    base: texts::Base,
    stages: BTreeMap<ChannelKey, Stage>,
    /// Requests that the application has not taken.
    arrived: VecDeque<ChannelKey>,
    first: ChannelKey,
    inner: Agreed,
}

impl<D: Draft> Plexer<D> {
    /// The channels of a connection. `request` is the request that opened it.
    pub(crate) fn new<P: Draft>(
        draft: D,
        physical: &mut Connection<P>,
        request: Option<&RequestHead>,
        limits: MultiplexLimits,
    ) -> Result<Self, NotMultiplexed>
    where
        D: Clone,
    {
        let agreed = physical.agreed().multiplexed();
        let (inner, agreement, _) = agreed.ok_or(NotMultiplexed::NotAgreed)?;
        let (role, session) = (physical.role(), *physical.session());
        let policy = physical.policy();
        let made = Channels::new(draft.clone(), role, agreement, session, limits, policy);
        let (channels, first) = made.map_err(NotMultiplexed::Unspoken)?;
        let longest = limits.longest(channels.allowance(first));
        let extension = agreement.extension;
        let table = extension.multiplexing.as_ref();
        let info = table.and_then(|table| table.handshakes);
        let info = info.ok_or(NotMultiplexed::Unspoken(Unspoken {
            extension,
            reason: "the handshakes of channels are unknown",
        }))?;
        physical.limit_messages(longest);
        let base = request.map(|request| {
            let of = |request: &crate::protocol::heads::Request<'_>| {
                texts::first_base(&draft, extension.tokens, &request.fields)
            };
            request.with_request(&[], of)
        });
        Ok(Self {
            channels,
            draft,
            info,
            limits: HeadLimits::new().bytes(limits.handshake),
            base: base.unwrap_or_default(),
            stages: BTreeMap::new(),
            arrived: VecDeque::new(),
            first,
            inner,
        })
    }

    /// The channel that the physical handshake has opened, and its extensions.
    pub(crate) const fn first(&self) -> (ChannelKey, &Agreed) {
        (self.first, &self.inner)
    }

    /// Receives a message of the physical connection.
    pub(crate) fn receive(&mut self, kind: Kind, message: &[u8]) {
        self.channels.receive(kind, message);
        self.settle();
    }

    fn settle(&mut self) {
        while let Some(happened) = self.channels.next_happened() {
            match happened {
                Happened::Requested(key, combined, text) => self.requested(key, combined, &text),
                Happened::Answered(key, refused, text) => self.answered(key, refused, &text),
            }
        }
    }

    /// The client asks for a channel.
    fn requested(&mut self, key: ChannelKey, combined: Combined, text: &[u8]) {
        let base = match combined {
            Combined::Nothing => None,
            Combined::LastComplete => Some(&self.base),
        };
        let (draft, complete) = (&self.draft, base.is_none());
        match texts::restored_request(draft, &self.info, text, base, &self.limits) {
            Ok((request, base)) => {
                self.channels.append(key, &request);
                let stage = Stage::Answering {
                    request,
                    base: complete.then_some(base),
                    head: Head::default(),
                };
                self.stages.insert(key, stage);
                self.arrived.push_back(key);
            }
            Err(error) => {
                if self.channels.fail_handshake(Role::Client) {
                    return;
                }
                let response = Refusal::head(error).response;
                self.channels.answer(key, true, &response);
                self.channels.release(key);
            }
        }
    }

    /// The server answers a request.
    fn answered(&mut self, key: ChannelKey, refused: bool, text: &[u8]) {
        let Some(Stage::Asked(request)) = self.stages.remove(&key) else {
            return;
        };
        let head = parse::after_fields(text).unwrap_or(text.len());
        let head = text.get(..head).unwrap_or_default();
        let (draft, info) = (&self.draft, &self.info);
        let restored = texts::restored_response(draft, info, &request, head, &self.limits);
        let opened = match restored {
            Ok(None) if refused => {
                self.channels.append(key, text);
                self.channels.end(key);
                return;
            }
            Ok(Some(response)) if !refused => {
                let session = texts::session(draft, &request, &response);
                session.ok().map(|session| (response, session))
            }
            Ok(_) | Err(_) => None,
        };
        match opened {
            Some((response, session)) => {
                self.channels.append(key, &response);
                self.channels.begin(key, session);
            }
            None => {
                // The client shows what came, if no rule forbids it.
                if !self.channels.fail_handshake(Role::Server) {
                    self.channels.append(key, text);
                }
            }
        }
    }

    /// Sends what the channels have to send, see [`Channels::send`].
    ///
    /// # Errors
    /// The physical connection takes nothing more.
    pub(crate) fn send<P: Draft>(
        &mut self,
        physical: &mut Connection<P>,
    ) -> Result<bool, ConnectionError> {
        let mut queued = self.channels.send(physical)?;
        while self.channels.resume() {
            self.settle();
            queued |= self.channels.send(physical)?;
        }
        Ok(queued)
    }

    /// Refuses the channels that the client has asked for and that nobody has taken.
    #[cfg(feature = "tokio")]
    pub(crate) fn refuse_arrivals(&mut self) {
        while let Some(key) = self.accept() {
            self.release(key);
        }
    }

    /// The next channel that the client has asked for.
    pub(crate) fn accept(&mut self) -> Option<ChannelKey> {
        while let Some(key) = self.arrived.pop_front() {
            if self.channels.is_over(key) {
                self.release(key);
            } else {
                return Some(key);
            }
        }
        None
    }

    /// A new channel, on which the client writes its request; `None` if there are too many.
    pub(crate) fn open(&mut self) -> Option<ChannelKey> {
        let key = self.channels.open()?;
        self.stages.insert(key, Stage::Asking(Head::default()));
        Some(key)
    }

    /// Whether requests wait that the application has not taken.
    #[cfg(feature = "tokio")]
    pub(crate) fn has_arrived(&self) -> bool {
        !self.arrived.is_empty()
    }

    /// Whether there is something to [send](Self::send).
    #[cfg(feature = "tokio")]
    pub(crate) fn has_work(&self) -> bool {
        self.channels.has_work()
    }

    /// Whether the application has let go of all channels.
    #[cfg(feature = "tokio")]
    pub(crate) fn only_lingers(&self) -> bool {
        self.channels.only_lingers()
    }

    /// Whether there are no channels.
    #[cfg(feature = "tokio")]
    pub(crate) fn is_empty(&self) -> bool {
        self.channels.len() == 0
    }

    /// Whether the peer knows nothing more of a channel.
    #[cfg(feature = "tokio")]
    pub(crate) fn is_over(&self, key: ChannelKey) -> bool {
        self.channels.is_over(key)
    }

    /// Whether a channel has ended because the server grants no more slots.
    #[cfg(feature = "tokio")]
    pub(crate) fn is_turned_away(&self, key: ChannelKey) -> bool {
        self.channels.is_turned_away(key)
    }

    /// The physical connection has ended.
    pub(crate) fn end_all(&mut self) {
        self.channels.end_all(Over::Ended);
    }

    pub(crate) fn next_touched(&mut self) -> Option<ChannelKey> {
        self.channels.next_touched()
    }

    pub(crate) fn unread(&self, key: ChannelKey) -> Option<&[u8]> {
        self.channels.unread(key)
    }

    pub(crate) fn consume(&mut self, key: ChannelKey, length: usize) {
        self.channels.consume(key, length);
    }

    pub(crate) fn dropped(&self, key: ChannelKey) -> Option<&Dropped> {
        self.channels.dropped(key)
    }

    pub(crate) fn id(&self, key: ChannelKey) -> Option<u32> {
        self.channels.id(key)
    }

    #[cfg(feature = "tokio")]
    pub(crate) fn waiting(&self) -> usize {
        self.channels.waiting()
    }

    pub(crate) const fn over(&self) -> Option<&Over> {
        self.channels.over()
    }

    pub(crate) fn is_congested(&self) -> bool {
        self.channels.is_congested()
    }
}
