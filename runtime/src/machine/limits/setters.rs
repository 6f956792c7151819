//! Setters of limits and of a configuration, for chains.

use core::time::Duration;

use super::{Keepalive, Limits};

/// Setters, one for each field.
impl Limits {
    /// Sets [`Limits::message`](Self#structfield.message).
    #[must_use]
    pub const fn message(mut self, message: usize) -> Self {
        self.message = message;
        self
    }

    /// Sets [`Limits::frame`](Self#structfield.frame).
    #[must_use]
    pub const fn frame(mut self, frame: usize) -> Self {
        self.frame = frame;
        self
    }

    /// Sets [`Limits::control`](Self#structfield.control).
    #[must_use]
    pub const fn control(mut self, control: usize) -> Self {
        self.control = control;
        self
    }

    /// Sets [`Limits::fragments`](Self#structfield.fragments).
    #[must_use]
    pub const fn fragments(mut self, fragments: usize) -> Self {
        self.fragments = fragments;
        self
    }

    /// Sets [`Limits::head`](Self#structfield.head).
    #[must_use]
    pub const fn head(mut self, head: usize) -> Self {
        self.head = head;
        self
    }

    /// Sets [`Limits::fields`](Self#structfield.fields).
    #[must_use]
    pub const fn fields(mut self, fields: usize) -> Self {
        self.fields = fields;
        self
    }

    /// Sets [`Limits::write_buffer`](Self#structfield.write_buffer).
    #[must_use]
    pub const fn write_buffer(mut self, write_buffer: usize) -> Self {
        self.write_buffer = write_buffer;
        self
    }

    /// Sets [`Limits::handshake`](Self#structfield.handshake).
    #[must_use]
    pub const fn handshake(mut self, handshake: Duration) -> Self {
        self.handshake = handshake;
        self
    }

    /// Sets [`Limits::close`](Self#structfield.close).
    #[must_use]
    pub const fn close(mut self, close: Duration) -> Self {
        self.close = close;
        self
    }

    /// Sets [`Limits::write`](Self#structfield.write); `None` for no limit.
    #[must_use]
    pub fn write(mut self, write: impl Into<Option<Duration>>) -> Self {
        self.write = write.into();
        self
    }

    /// Sets [`Limits::idle`](Self#structfield.idle); `None` for no limit.
    #[must_use]
    pub fn idle(mut self, idle: impl Into<Option<Duration>>) -> Self {
        self.idle = idle.into();
        self
    }

    /// Sets [`Limits::keepalive`](Self#structfield.keepalive); `None` for no limit.
    #[must_use]
    pub fn keepalive(mut self, keepalive: impl Into<Option<Keepalive>>) -> Self {
        self.keepalive = keepalive.into();
        self
    }
}
