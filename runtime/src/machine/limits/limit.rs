//! The names of limits.

use core::fmt;

/// The name of one of the [`Limits`](super::Limits).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Limit {
    /// [`Limits::message`](super::Limits::message).
    Message,
    /// [`Limits::frame`](super::Limits::frame).
    Frame,
    /// [`Limits::control`](super::Limits::control).
    Control,
    /// [`Limits::fragments`](super::Limits::fragments).
    Fragments,
    /// [`Limits::head`](super::Limits::head).
    Head,
    /// [`Limits::fields`](super::Limits::fields).
    Fields,
    /// [`Limits::write_buffer`](super::Limits::write_buffer).
    WriteBuffer,
    /// [`Limits::handshake`](super::Limits::handshake).
    Handshake,
    /// [`Limits::close`](super::Limits::close).
    Close,
    /// [`Limits::write`](super::Limits::write).
    Write,
    /// [`Limits::idle`](super::Limits::idle).
    Idle,
    /// [`Keepalive::timeout`](super::Keepalive::timeout).
    Keepalive,
    /// [`Budget::bytes`](crate::Budget::bytes), by received data, or by holding memory for too long.
    Memory,
    /// [`Budget::bytes`](crate::Budget::bytes), by a message to be sent. It was not taken.
    SendMemory,
}

impl Limit {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Message,
        Self::Frame,
        Self::Control,
        Self::Fragments,
        Self::Head,
        Self::Fields,
        Self::WriteBuffer,
        Self::Handshake,
        Self::Close,
        Self::Write,
        Self::Idle,
        Self::Keepalive,
        Self::Memory,
        Self::SendMemory,
    ];

    /// What it limits, as a noun.
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

    /// Its name in [metrics](crate::metrics::Metrics). It never changes.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Message => "message-size",
            Self::Frame => "frame-size",
            Self::Control => "control-size",
            Self::Fragments => "fragments",
            Self::Head => "head-size",
            Self::Fields => "fields",
            Self::WriteBuffer => "write-buffer",
            Self::Handshake => "handshake-timeout",
            Self::Close => "close-timeout",
            Self::Write => "write-timeout",
            Self::Idle => "idle-timeout",
            Self::Keepalive => "keepalive-timeout",
            Self::Memory => "memory",
            Self::SendMemory => "send-memory",
        }
    }

    /// The unit: `bytes`, `ms`, or empty for a number.
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
