//! What a connection allows itself to be asked for, and how strictly it takes the rules.

use core::{fmt, time::Duration};

use crate::{payload::budget::Budget, protocol::violation::Relaxed};

/// Bounds on everything that a peer can make grow or last.
///
/// # What a connection can hold
/// With `message`, `control` and `write_buffer` as they are set here, the buffers of a connection
/// hold at most
///
/// - the message that is put together: `message`, and as much again for an instant where it grows
///   or is handed out as text of its own;
/// - what waits to be sent: twice `write_buffer`, since it grows by doubling, or one message
///   that the application sends and that is longer; and a pong of `control` bytes;
/// - what was received and not looked at: 64 KiB, or twice that where it is compressed as a
///   stream. A frame of an opcode that an extension claims is held here as a whole: up to `frame`;
/// - with compression, its states: 2<sup>w+2</sup> + 2<sup>m+9</sup> bytes to compress and
///   2<sup>w</sup> bytes and 32 KiB to inflate, for windows of w bits and a memory level of m
///   (256 KiB and 64 KiB by default), for as long as the connection lives where context is taken
///   over. What is sent is compressed as a whole, before it is taken.
///
/// While the opening handshake goes on, it is `head` and 32 KiB instead, and an idle connection
/// holds a few kilobytes. Beside that, each thread keeps buffers and states for up to four
/// connections.
///
/// # What a server can hold
/// As much for each of its connections: with the defaults and a thousand of them, 66 GB. Set
/// lower limits, bound the number of connections, and share a [`Budget`]. Then the sum is
///
/// > budget + connections × ([`Budget::ALLOWANCE`] + states of compression + what TLS and the
/// > HTTP server hold) + what the application keeps of messages.
///
/// ```
/// use wsdraft::Limits;
///
/// let mut limits = Limits::default();
/// limits.message = 1 << 20;
/// assert!(limits.frame > limits.message, "the lower of the two decides");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of a message's payload, over all its frames. 64 MiB.
    pub message: usize,
    /// Bytes of a frame's payload. 16 MiB.
    ///
    /// A length is refused where it is announced, before any of the payload is kept.
    pub frame: usize,
    /// Bytes of a control frame's payload, where the draft allows as many. 16 KiB.
    ///
    /// Later drafts allow 125; the first ones with pings state no bound. The lower one of this and
    /// [`Limits::frame`] decides.
    pub control: usize,
    /// Frames of one message, empty ones included. 131072.
    ///
    /// What has been received of a message is bounded by [`Limits::message`]; this bounds the
    /// work that a peer can ask for without sending any of it.
    pub fragments: usize,
    /// Bytes of the head of the opening request or of its answer. 16 KiB.
    pub head: usize,
    /// Header fields of the opening request or of its answer. 100.
    pub fields: usize,
    /// Bytes that wait to be sent. 1 MiB.
    ///
    /// While as many wait, messages are given back instead of being taken, and of the pings
    /// that come only the latest is answered. A single message may be larger, and so may a single
    /// pong: up to [`Limits::control`].
    pub write_buffer: usize,
    /// How long the opening handshake may take. 10 s.
    pub handshake: Duration,
    /// How long the closing handshake may take, counted from this end's close frame. 5 s.
    pub close: Duration,
    /// How long the peer may take nothing of what waits to be sent to it; `None` allows any
    /// time. 60 s.
    ///
    /// The clock is the adapter's: that for tokio looks at it while it waits, be it in sending
    /// or in receiving; for the blocking one the stream's own limit for writing stands for it.
    pub write: Option<Duration>,
    /// How long the peer may be silent; `None`, the default, allows any time.
    pub idle: Option<Duration>,
    /// Whether a silent peer is asked for a sign of life; `None`, the default, asks for none.
    pub keepalive: Option<Keepalive>,
}

/// Asks a silent peer for a sign of life: pings it, and gives it up if nothing comes.
///
/// The clock is the adapter's: that for tokio pings while it receives, the blocking one does
/// not. In a draft without pings nothing is asked, and [`Limits::idle`] is what remains.
///
/// ```
/// use std::time::Duration;
/// use wsdraft::{Keepalive, Limits};
///
/// let mut limits = Limits::default();
/// limits.keepalive = Some(Keepalive::new(Duration::from_secs(30), Duration::from_secs(10)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Keepalive {
    /// How long the peer is silent before it is pinged.
    pub interval: Duration,
    /// How long it may then remain silent. Anything that comes counts, not a pong alone.
    pub timeout: Duration,
}

impl Keepalive {
    /// Pings after `interval` of silence, and allows `timeout` for an answer.
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

    /// The value that is set for a limit, in its [unit](Limit::unit). That of a [`Budget`] is no
    /// part of these: see [`Config::value`].
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

/// Names one of the [`Limits`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Limit {
    /// [`Limits::message`].
    Message,
    /// [`Limits::frame`].
    Frame,
    /// [`Limits::control`].
    Control,
    /// [`Limits::fragments`].
    Fragments,
    /// [`Limits::head`].
    Head,
    /// [`Limits::fields`].
    Fields,
    /// [`Limits::write_buffer`].
    WriteBuffer,
    /// [`Limits::handshake`].
    Handshake,
    /// [`Limits::close`].
    Close,
    /// [`Limits::write`].
    Write,
    /// [`Limits::idle`].
    Idle,
    /// [`Keepalive::timeout`].
    Keepalive,
    /// [`Budget::bytes`], by what was received, or by holding some of it for too long.
    Memory,
    /// [`Budget::bytes`], by a message to be sent. It was not taken.
    SendMemory,
}

impl Limit {
    /// What it bounds, as a noun.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Frame => "frame",
            Self::Control => "control frame",
            Self::Fragments => "fragments of a message",
            Self::Head => "head of the handshake",
            Self::Fields => "header fields",
            Self::WriteBuffer => "write buffer",
            Self::Handshake => "opening handshake",
            Self::Close => "closing handshake",
            Self::Write => "time in which the peer took nothing",
            Self::Idle => "silence of the peer",
            Self::Keepalive => "silence of the peer after a ping",
            Self::Memory => "memory that connections share",
            Self::SendMemory => "memory that connections share, for what is to be sent",
        }
    }

    /// What it is counted in: `bytes`, `ms`, or nothing for a plain number.
    #[must_use]
    pub const fn unit(self) -> &'static str {
        match self {
            Self::Message
            | Self::Frame
            | Self::Control
            | Self::Head
            | Self::WriteBuffer
            | Self::Memory
            | Self::SendMemory => "bytes",
            Self::Handshake | Self::Close | Self::Write | Self::Idle | Self::Keepalive => "ms",
            Self::Fragments | Self::Fields => "",
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How strictly the rules are taken. By default every MUST is enforced, and nothing else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Policy {
    /// Rules that the peer may break, those of extensions among them. What breaks one is taken
    /// as far as it can be; what is sent in answer to it breaks none.
    pub relaxed: Relaxed,
    /// Whether every SHOULD is enforced too.
    pub strict: bool,
    /// Reserved bits that an agreed extension claims, as in [`FrameHeader::reserved`](crate::FrameHeader::reserved).
    pub claimed: u8,
}

/// When the answer to a close frame of the peer's goes out.
///
/// A [`Connection`](crate::Connection) without a stream has the answer in its output when it hands
/// out [`Event::Close`](crate::Event::Close). This is for the adapters, which write it. It makes a
/// difference to those who ask for events: receiving messages passes over close frames, and
/// answers them.
///
/// ```
/// # use wsdraft::{CloseAnswer, Error, Event, tokio::Acceptor};
/// # async fn serve<S, D>(stream: S, draft: D) -> Result<(), Error>
/// # where S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin, D: wsdraft::Draft + Clone {
/// let acceptor = Acceptor::new(draft).close_answer(CloseAnswer::Held);
/// let mut socket = acceptor.accept(stream).await?;
/// while let Some(event) = socket.recv_event().await? {
///     if let Event::Close(close) = event {
///         println!("the client closes: {close:?}");
///         socket.close(4000, "see you tomorrow").await?;
///         break;
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CloseAnswer {
    /// Before the application is told: it is written, and then the event is handed out. A peer
    /// that does not take it is waited for as long as [`Limits::close`] allows.
    #[default]
    AtOnce,
    /// With the application's next call that receives, flushes or closes, so that `close` can
    /// choose its code and reason. Where the socket is dropped instead, the answer that the draft
    /// has is written: over tokio as far as the stream takes it at once, over a blocking stream
    /// for as long as its own limit for writing allows.
    Held,
}

/// What a connection is set up with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Config {
    /// Its limits.
    pub limits: Limits,
    /// How strictly it takes the rules.
    pub policy: Policy,
    /// When its adapter sends the answer to a close frame.
    pub close_answer: CloseAnswer,
    /// What it shares with others, if anything.
    pub budget: Option<Budget>,
}

impl Config {
    /// These limits, and the default policy.
    #[must_use]
    pub fn with_limits(limits: Limits) -> Self {
        Self {
            limits,
            ..Self::default()
        }
    }

    /// The value that is set for a limit, in its [unit](Limit::unit).
    #[must_use]
    pub fn value(&self, limit: Limit) -> u64 {
        match (limit, &self.budget) {
            (Limit::Memory | Limit::SendMemory, Some(budget)) => budget.bytes() as u64,
            _ => self.limits.value(limit),
        }
    }

    /// This policy, and the default limits.
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

    /// Enforces every MUST but these.
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
