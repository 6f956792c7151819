//! What the channels of a connection may use.

/// Limits of the channels of a physical connection.
///
/// # What the channels can hold
/// Each channel holds what its peer has sent and the application has not read: up to
/// [`window`](Self::window) bytes of quota, in up to four times as many bytes, because short frames
/// have headers here. It also holds up to 64 KiB that wait to be sent. During its opening handshake,
/// it holds [`handshake`](Self::handshake) bytes instead. The windows of all channels together have at
/// most [`bytes`](Self::bytes) bytes: if there are fewer than the channels need, a server grants fewer
/// slots. No [`Budget`](crate::Budget) counts them.
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
