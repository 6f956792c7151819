//! Limits and policy of a connection.

use core::time::Duration;

use crate::{
    machine::metrics::SharedMetrics, payload::budget::Budget, protocol::violation::Relaxed,
};

mod answers;
mod limit;
mod setters;

pub use self::{
    answers::{CloseAnswer, PingAnswer},
    limit::Limit,
};

/// Limits on all memory and time that a peer can make a connection use.
///
/// # What a connection can hold
/// With `message`, `control` and `write_buffer` as they are set here, the buffers of a connection
/// hold at most
///
/// - the assembled message: `message`, and as much again for a moment when it grows or is copied
///   into an owned text;
/// - the bytes that wait to be sent: twice `write_buffer`, because it grows by doubling, or one
///   longer message of the application; and a pong of `control` bytes;
/// - the received bytes that are not processed: 65 KiB, or twice that with a compressed stream. A
///   frame of an extension's own opcode is held here until it is complete: up to `frame`;
/// - with compression, its states: 2<sup>w+2</sup> + 2<sup>m+9</sup> bytes to compress and
///   2<sup>w</sup> bytes and 32 KiB to inflate, for windows of w bits and a memory level of m
///   (256 KiB and 64 KiB by default), for as long as the connection lives where context is taken
///   over. What is sent is compressed as a whole, before it is taken.
///
/// During the opening handshake it holds `head` and 32 KiB instead, and an idle connection holds a
/// few kilobytes. In addition, each thread keeps unused buffers and states for up to four
/// connections: at most 716 KiB of buffers.
///
/// # What a server can hold
/// As much for each connection: 66 GB with the defaults and a thousand connections. Set lower
/// limits, limit the number of connections, and share a [`Budget`]. Then the sum is
///
/// > budget + connections × ([`Budget::ALLOWANCE`] + states of compression + what TLS and the
/// > HTTP server hold) + what the application keeps of messages.
///
/// ```
/// use std::time::Duration;
/// use wsdraft::Limits;
///
/// let limits = Limits::default().message(1 << 20).handshake(Duration::from_secs(5));
/// assert!(limits.frame > limits.message, "the lower of the two decides");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of a message, over all its frames. 64 MiB.
    pub message: usize,
    /// Bytes of a frame's payload. 16 MiB.
    ///
    /// A longer frame is refused from its header, before any of the payload is kept.
    pub frame: usize,
    /// Bytes of a control frame's payload, in drafts that allow as many. 16 KiB.
    ///
    /// Later drafts allow 125; the first ones with pings state no bound. The lower of this and
    /// [`Limits::frame`] applies.
    pub control: usize,
    /// Frames of one message, including empty ones. 131072.
    ///
    /// [`Limits::message`] bounds the bytes of a message; this bounds the work that a peer can cause
    /// with empty frames.
    pub fragments: usize,
    /// Bytes of the request head or response head. 16 KiB.
    pub head: usize,
    /// Header fields of the request or the response. 100.
    pub fields: usize,
    /// Bytes that wait to be sent. 1 MiB.
    ///
    /// While this many bytes wait, messages are not taken, and only the latest ping gets a response.
    /// A single message may be larger, and a single pong may have up to [`Limits::control`]
    /// bytes.
    pub write_buffer: usize,
    /// How long the opening handshake may take. 10 s.
    ///
    /// Over tokio, `Acceptor::accept` and `accept_with` count from when they first wait.
    pub handshake: Duration,
    /// How long the closing handshake may take, from the close frame of this endpoint. 5 s.
    pub close: Duration,
    /// How long the peer may accept none of the bytes that wait to be sent; `None` allows any time.
    /// 60 s.
    ///
    /// The adapter has the clock: the tokio adapter checks it while it waits in sending or
    /// receiving. The blocking adapter relies on the write timeout of the stream.
    pub write: Option<Duration>,
    /// How long the peer may be silent; `None`, the default, allows any time.
    pub idle: Option<Duration>,
    /// Whether a silent peer is pinged; `None`, the default, sends no pings.
    pub keepalive: Option<Keepalive>,
}

/// Pings a silent peer, and ends the connection if nothing comes.
///
/// The adapter has the clock: the tokio adapter pings while it receives, the blocking adapter does
/// not. In a draft without pings nothing is sent, and [`Limits::idle`] still applies.
///
/// ```
/// use std::time::Duration;
/// use wsdraft::{Keepalive, Limits};
///
/// let keepalive = Keepalive::new(Duration::from_secs(30), Duration::from_secs(10));
/// let limits = Limits::default().keepalive(keepalive);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Keepalive {
    /// How long the peer is silent before it is pinged.
    pub interval: Duration,
    /// How long it may then remain silent. Any received bytes count, not only a pong.
    pub timeout: Duration,
}

impl Keepalive {
    /// Pings after `interval` of silence, and allows `timeout` for a response.
    #[must_use]
    pub const fn new(interval: Duration, timeout: Duration) -> Self {
        Self { interval, timeout }
    }
}

impl Limits {
    /// The defaults.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            message: 64 << 20,
            frame: 16 << 20,
            control: 16 << 10,
            fragments: 1 << 17,
            head: 16 << 10,
            fields: 100,
            write_buffer: 1 << 20,
            handshake: Duration::from_secs(10),
            close: Duration::from_secs(5),
            write: Some(Duration::from_secs(60)),
            idle: None,
            keepalive: None,
        }
    }

    /// The value of a limit, in its [unit](Limit::unit). For those of a [`Budget`], see
    /// [`Config::value`].
    #[must_use]
    pub fn value(&self, limit: Limit) -> u64 {
        match limit {
            Limit::Message => self.message as u64,
            Limit::Frame => self.frame as u64,
            Limit::Control => self.control.min(self.frame) as u64,
            Limit::Fragments => self.fragments as u64,
            Limit::Head => self.head as u64,
            Limit::Fields => self.fields as u64,
            Limit::WriteBuffer => self.write_buffer as u64,
            Limit::Handshake => milliseconds(self.handshake),
            Limit::Close => milliseconds(self.close),
            Limit::Write => self.write.map_or(u64::MAX, milliseconds),
            Limit::Memory | Limit::SendMemory => u64::MAX,
            Limit::Idle => self.idle.map_or(u64::MAX, milliseconds),
            Limit::Keepalive => self
                .keepalive
                .map_or(u64::MAX, |keepalive| milliseconds(keepalive.timeout)),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::new()
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// How strictly rules are enforced. By default, every MUST is enforced and nothing else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Policy {
    /// Rules that the peer may violate, including those of extensions. What violates them is accepted
    /// as far as possible; what this endpoint sends violates none.
    pub relaxed: Relaxed,
    /// Whether every SHOULD is enforced too.
    pub strict: bool,
    /// Reserved bits that an agreed extension claims, as in [`FrameHeader::reserved`](crate::FrameHeader::reserved).
    pub claimed: u8,
}

/// The configuration of a connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Config {
    /// Its limits.
    pub limits: Limits,
    /// How strictly rules are enforced.
    pub policy: Policy,
    /// When its adapter sends the response to a close frame.
    pub close_answer: CloseAnswer,
    /// Who responds to pings.
    pub ping_answer: PingAnswer,
    /// The memory budget that it shares with other connections, if any.
    pub budget: Option<Budget>,
    /// What counts its messages and bytes, if anything does. [`Metrics`](crate::metrics::Metrics) can
    /// be set here, for a connection without an adapter, or with the adapters' builders.
    pub metrics: Option<SharedMetrics>,
}

impl Config {
    /// A configuration with these limits and the default policy.
    #[must_use]
    pub fn with_limits(limits: Limits) -> Self {
        Self {
            limits,
            ..Self::default()
        }
    }

    /// The value of a limit, in its [unit](Limit::unit).
    #[must_use]
    pub fn value(&self, limit: Limit) -> u64 {
        match (limit, &self.budget) {
            (Limit::Memory | Limit::SendMemory, Some(budget)) => budget.bytes() as u64,
            _ => self.limits.value(limit),
        }
    }

    /// A configuration with this policy and the default limits.
    #[must_use]
    pub fn with_policy(policy: Policy) -> Self {
        Self {
            policy,
            ..Self::default()
        }
    }
}

impl Policy {
    /// The default: enforces every MUST.
    #[must_use]
    pub const fn new() -> Self {
        Self::relaxed(Relaxed::NONE)
    }

    /// Enforces every MUST except these rules.
    #[must_use]
    pub const fn relaxed(relaxed: Relaxed) -> Self {
        Self {
            relaxed,
            strict: false,
            claimed: 0,
        }
    }

    /// Enforces every SHOULD too.
    #[must_use]
    pub const fn strict() -> Self {
        Self {
            relaxed: Relaxed::NONE,
            strict: true,
            claimed: 0,
        }
    }
}
