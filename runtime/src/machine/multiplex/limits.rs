//! What the channels of a connection may use.

/// The largest number of bytes that wait to be sent on a channel.
pub(super) const BUFFER: usize = 64 << 10;

/// Limits of the channels of a physical connection.
///
/// # What the channels can hold
/// Each channel holds what its peer has sent and the application has not read: up to
/// [`window`](Self::window) bytes of quota, in up to eight times as many bytes and 4 KiB, because short
/// frames have headers here, and [`handshake`](Self::handshake) bytes of its opening handshake, twice
/// until that is answered. It also holds up to 64 KiB that wait to be sent. Buffers grow by doubling,
/// so all of this can take twice as much. The windows of all channels together have at most
/// [`bytes`](Self::bytes) bytes: if there are fewer than the channels need, a server grants fewer slots.
/// All channels together hold a [`message`](Self::message) of control blocks, if the peer does not read
/// the answers to it. No [`Budget`](crate::Budget) counts them; an application that has one can
/// [reserve](crate::Budget::reserve) [`most_held`](Self::most_held).
///
/// ```
/// use wsdraft::multiplex::MultiplexLimits;
///
/// let limits = MultiplexLimits::default().channels(1000).window(16 << 10).bytes(16 << 20);
/// assert_eq!(limits.most_channels(), 1000);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MultiplexLimits {
    /// Channels at the same time, including the first one. 64.
    pub channels: usize,
    /// What the peer may send on a channel before the application has read it, in bytes of quota.
    /// 64 KiB.
    pub window: u64,
    /// The sum of the windows. 4 MiB.
    pub bytes: u64,
    /// Bytes of the opening handshake of a channel. 16 KiB.
    pub handshake: usize,
    /// Bytes of a payload that is sent at a time, so that other channels get their turn. 16 KiB.
    pub turn: usize,
    /// Bytes of a message of the physical connection: a frame of a channel, or control blocks.
    /// 256 KiB, but never less than a window and a handshake need.
    ///
    /// [`Limits::message`](crate::Limits::message) of the physical connection holds, too. A longer
    /// message fails the connection with [`Limit::Message`](crate::Limit::Message).
    pub message: usize,
}

impl MultiplexLimits {
    /// The defaults.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            channels: 64,
            window: 64 << 10,
            bytes: 4 << 20,
            handshake: 16 << 10,
            turn: 16 << 10,
            message: 256 << 10,
        }
    }

    /// Sets the number of channels at the same time.
    #[must_use]
    pub const fn channels(mut self, channels: usize) -> Self {
        self.channels = channels;
        self
    }

    /// Sets what the peer may send on a channel before the application has read it.
    #[must_use]
    pub const fn window(mut self, window: u64) -> Self {
        self.window = window;
        self
    }

    /// Sets the sum of the windows.
    #[must_use]
    pub const fn bytes(mut self, bytes: u64) -> Self {
        self.bytes = bytes;
        self
    }

    /// Sets the number of bytes of the opening handshake of a channel.
    #[must_use]
    pub const fn handshake(mut self, handshake: usize) -> Self {
        self.handshake = handshake;
        self
    }

    /// Sets the number of bytes of a payload that is sent at a time.
    #[must_use]
    pub const fn turn(mut self, turn: usize) -> Self {
        self.turn = turn;
        self
    }

    /// Sets the number of bytes of a message of the physical connection.
    #[must_use]
    pub const fn message(mut self, message: usize) -> Self {
        self.message = message;
        self
    }

    /// The longest message of the physical connection, if the peer may send so much on a channel at
    /// the start.
    pub(crate) fn longest(&self, allowance: u64) -> usize {
        /// The IDs, numbers and opcodes around a payload or a handshake.
        const AROUND: usize = 64;
        let window = usize::try_from(self.window.max(allowance)).unwrap_or(usize::MAX);
        let needed = window.saturating_add(self.handshake).saturating_add(AROUND);
        self.message.max(needed)
    }

    /// The bytes that all channels together can hold.
    #[must_use]
    pub fn most_held(&self) -> usize {
        /// The bytes of a short frame for each byte of its quota, and what is left of the ones before.
        const FRAMED: usize = 8;
        const LEFT: usize = 4 << 10;
        let window = usize::try_from(self.window).unwrap_or(usize::MAX);
        let received = window.saturating_mul(FRAMED).saturating_add(LEFT);
        let opening = self.handshake.saturating_mul(2);
        let channel = received.saturating_add(opening).saturating_add(BUFFER);
        let channels = channel.saturating_mul(self.most_channels());
        channels.saturating_add(self.message).saturating_mul(2)
    }

    /// The number of channels that these limits allow: at least one.
    #[must_use]
    pub fn most_channels(&self) -> usize {
        let fit = self.bytes / self.window.max(1);
        let fit = usize::try_from(fit).unwrap_or(usize::MAX);
        self.channels.min(fit).max(1)
    }
}

impl Default for MultiplexLimits {
    fn default() -> Self {
        Self::new()
    }
}
