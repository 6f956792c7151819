//! Sends messages and prepared messages, without a copy where the adapter writes the payload itself.

use alloc::sync::Arc;

use super::{
    Connection, Core,
    as_message::AsMessage,
    frames::{fits, write},
    message::MessageRef,
    prepared::Prepared,
};
use crate::{
    machine::{error::ConnectionError, extension::Coding, limits::Limit},
    payload::{buffer::SharedPayload, mask, pool},
    protocol::{
        draft::Draft,
        frame::{Encoded, Mask},
    },
};

/// Shorter payloads are copied.
const SHARED: usize = 1 << 10;

/// Number of queued bytes from which a message to be sent must wait for them to be written.
pub(crate) const MARK: usize = 64 << 10;

/// Longer payloads are masked and written so many bytes at a time, while these are in the cache. The
/// buffer for a piece is one that threads keep.
const PIECE: usize = pool::OUTPUT - (1 << 10);
const _: () = assert!(PIECE + Encoded::MAX + mask::SLACK <= pool::OUTPUT);

/// What is to be sent. It is passed on by reference: a future stores it in words, and to copy it in
/// larger pieces would wait for these stores.
pub(crate) struct Sending<'a> {
    message: MessageRef<'a>,
    prepared: Option<&'a Prepared>,
}

impl<'a> Sending<'a> {
    #[inline]
    pub(crate) fn of(message: &'a (impl AsMessage + ?Sized)) -> Self {
        let prepared = message.prepared();
        Self {
            message: prepared.map_or_else(|| message.as_message(), AsMessage::as_message),
            prepared,
        }
    }

    /// Whether it is long enough to be written without a copy, where that is done from this length
    /// on.
    #[inline]
    pub(crate) const fn is_large(&self, large: usize) -> bool {
        let shared = self.prepared.is_some() && SHARED < large;
        self.message.len() >= if shared { SHARED } else { large }
    }

    /// The payload.
    #[cfg(feature = "tokio")]
    #[inline]
    pub(crate) const fn payload(&self) -> &'a [u8] {
        self.message.as_bytes()
    }

    /// Whether other connections share its payload.
    #[cfg(feature = "tokio")]
    #[inline]
    pub(crate) const fn is_prepared(&self) -> bool {
        self.prepared.is_some()
    }
}

/// The part of a message that follows the output and is not queued.
#[derive(Clone, Copy)]
pub(crate) enum Behind<'a> {
    Nothing,
    Plain(&'a [u8]),
    /// To be masked with a key.
    Masked(&'a [u8], [u8; 4]),
    /// Connections share it.
    Shared(&'a Arc<SharedPayload>),
}

impl<'a> Behind<'a> {
    /// What can be written as it is.
    #[inline]
    pub(crate) fn plain(self) -> &'a [u8] {
        match self {
            Self::Nothing | Self::Masked(..) => &[],
            Self::Plain(payload) => payload,
            Self::Shared(payload) => payload.bytes(),
        }
    }
}

impl<D: Draft> Connection<D> {
    /// Sends a message or a prepared message.
    #[inline]
    pub(crate) fn send_one(&mut self, sending: &Sending<'_>) -> Result<(), ConnectionError> {
        match sending.prepared {
            Some(prepared) => self.send_prepared(prepared),
            None => self.core.data(sending.message),
        }
    }

    #[inline]
    pub(super) fn send_prepared(&mut self, prepared: &Prepared) -> Result<(), ConnectionError> {
        let message = prepared.as_message();
        if message.len() < SHARED && self.core.coding.is_none() {
            return self.core.data(message);
        }
        let behind = self.core.begin_prepared(prepared)?;
        self.queue_rest(behind, 0);
        Ok(())
    }

    /// Sends a message as far as it is not written without a copy. The caller must write the rest
    /// next, and then call [`queue_rest`](Self::queue_rest).
    ///
    /// # Errors
    /// As [`text`](Self::text).
    #[inline]
    pub(crate) fn begin_sending<'a>(
        &mut self,
        sending: &Sending<'a>,
    ) -> Result<Behind<'a>, ConnectionError> {
        if self.core.output.is_sharing() {
            self.send_one(sending)?;
            return Ok(Behind::Nothing);
        }
        match sending.prepared {
            Some(prepared) => self.core.begin_prepared(prepared),
            None => self.core.begin_plain(sending.message),
        }
    }

    /// Queues a message as nearly all are: with nothing to compress, no budget, little queued, and no
    /// error. Otherwise it returns `false`, and has queued nothing.
    #[cfg(feature = "tokio")]
    #[inline(always)]
    pub(crate) fn queue_plainly(&mut self, sending: &Sending<'_>) -> bool {
        let (core, message) = (&mut self.core, sending.message);
        if !core.is_plain(message.len()) {
            return false;
        }
        let (kind, payload) = (message.kind(), message.as_bytes());
        let Ok(nonce) = core.nonce() else {
            return false;
        };
        let Some(encoded) = &core.encode(kind, true, 0, payload, nonce) else {
            return false;
        };
        if encoded.trailer.is_some() {
            return false;
        }
        write(encoded, payload, core.output.bytes());
        core.meter.sent(kind, payload.len());
        true
    }

    /// The frame header of a message whose payload can be written behind it as it is, if the same
    /// holds for it as for [`queue_plainly`](Self::queue_plainly) and nothing is queued.
    #[cfg(feature = "tokio")]
    #[inline(always)]
    pub(crate) fn plain_head(&self, sending: &Sending<'_>) -> Option<Encoded> {
        let (core, message) = (&self.core, sending.message);
        if core.nonces.is_some() || core.output.len() > 0 || !core.is_plain(message.len()) {
            return None;
        }
        let encoded = core.encode(message.kind(), true, 0, message.as_bytes(), [0; 4])?;
        let unchanged = encoded.mask == Mask::None && encoded.trailer.is_none();
        unchanged.then_some(encoded)
    }

    /// Notes that a message was written without being queued.
    #[cfg(feature = "tokio")]
    #[inline]
    pub(crate) fn written(&self, sending: &Sending<'_>) {
        let message = sending.message;
        self.core.meter.sent(message.kind(), message.len());
    }

    /// Notes that all of the [output](Self::output) has been sent. Returns whether there is nothing
    /// more: a pong may have waited for room.
    #[cfg(feature = "tokio")]
    #[inline]
    pub(crate) fn all_sent(&mut self) -> bool {
        self.core.output.all_sent();
        let owes_pong = self.owes_pong();
        self.core.flush_pong();
        !owes_pong
    }

    /// Queues a piece of a payload that is to be masked and begins at this byte; returns its end.
    #[cfg(feature = "tokio")]
    pub(crate) fn queue_piece(&mut self, payload: &[u8], key: [u8; 4], start: usize) -> usize {
        let end = payload.len().min(start + PIECE);
        let piece = payload.get(start..end).unwrap_or_default();
        mask::extend_masked(self.core.output.bytes(), piece, key, start);
        end
    }

    /// Notes that `length` bytes of the output, up to or including such a beginning, have been sent.
    #[inline]
    pub(crate) fn head_sent(&mut self, length: usize) {
        self.core.output.sent(length);
    }

    /// Queues the rest of a message, from this byte of the payload on.
    #[inline]
    pub(crate) fn queue_rest(&mut self, behind: Behind<'_>, sent: usize) {
        let output = &mut self.core.output;
        let rest = |payload: &'_ [u8]| payload.len() > sent;
        match behind {
            Behind::Plain(payload) if rest(payload) => {
                let rest = payload.get(sent..).unwrap_or_default();
                output.bytes().extend_from_slice(rest);
            }
            Behind::Masked(payload, key) if rest(payload) => {
                let rest = payload.get(sent..).unwrap_or_default();
                mask::extend_masked(output.bytes(), rest, key, sent);
            }
            Behind::Shared(payload) if rest(payload.bytes()) => {
                output.share(Arc::clone(payload), sent);
            }
            Behind::Nothing | Behind::Plain(_) | Behind::Masked(..) | Behind::Shared(_) => {}
        }
        output.appended();
        self.core.flush_pong();
    }

    /// Gives back room in the output that a wait, which may be long, does not need.
    #[cfg(feature = "tokio")]
    pub(crate) fn spare_room(&mut self) {
        self.core.output.spare_room();
    }

    /// Some of the bytes behind the [output](Self::output), if it is not all.
    #[inline]
    pub(crate) fn behind(&self) -> &[u8] {
        self.core.output.behind()
    }
}

impl<D: Draft> Core<D> {
    /// Whether a message of this length can be queued without a further look.
    #[cfg(feature = "tokio")]
    #[inline(always)]
    fn is_plain(&self, length: usize) -> bool {
        let limit = self.config.limits.write_buffer;
        let has_room = |waiting: usize| {
            waiting == 0 || waiting < MARK && length.saturating_add(waiting + Encoded::MAX) <= limit
        };
        !(self.closing.local || self.closing.is_over() || self.is_message_open())
            && self.coding.is_none()
            && self.account.is_none()
            && self.output.unshared().is_some_and(has_room)
    }

    /// Begins a message whose payload nobody shares.
    #[inline]
    fn begin_plain<'a>(&mut self, message: MessageRef<'a>) -> Result<Behind<'a>, ConnectionError> {
        if self.coding.is_some() {
            self.data(message)?;
            return Ok(Behind::Nothing);
        }
        let (kind, payload) = (message.kind(), message.as_bytes());
        self.check_data(payload)?;
        let nonce = self.nonce()?;
        let encoded = self.encode(kind, true, 0, payload, nonce);
        let encoded = fits(&encoded, kind, payload)?;
        let out = self.output.bytes();
        let behind = match (encoded.mask, encoded.trailer) {
            (Mask::None, None) => Behind::Plain(payload),
            (Mask::Four(key), None) if payload.len() > PIECE => Behind::Masked(payload, key),
            (Mask::None | Mask::Four(_) | Mask::Twenty { .. }, _) => Behind::Nothing,
        };
        if matches!(behind, Behind::Nothing) {
            write(encoded, payload, out);
            self.output.appended();
        } else {
            encoded.append_to(out);
        }
        self.meter.sent(kind, payload.len());
        Ok(behind)
    }

    /// Begins a message whose payload connections share; where this one cannot, it queues a copy.
    #[inline]
    fn begin_prepared<'a>(
        &mut self,
        prepared: &'a Prepared,
    ) -> Result<Behind<'a>, ConnectionError> {
        self.check_sendable()?;
        let (message, plain) = (prepared.as_message(), prepared.payload());
        let (kind, length) = (message.kind(), plain.bytes().len());
        let (payload, reserved) = if self.coding.is_none() {
            (plain, 0)
        } else if let Some(coded) = self.coded_alone(prepared) {
            coded
        } else {
            self.data(message)?;
            return Ok(Behind::Nothing);
        };
        let bytes = payload.bytes();
        let encoded = self.encode(kind, true, reserved, bytes, [0; 4]);
        if encoded.is_some_and(|encoded| encoded.mask != Mask::None) {
            self.data(message)?;
            return Ok(Behind::Nothing);
        }
        let encoded = fits(&encoded, kind, bytes)?;
        let behind = if bytes.len() < SHARED {
            self.check_room(bytes.len())?;
            write(encoded, bytes, self.output.bytes());
            self.output.appended();
            Behind::Nothing
        } else {
            self.check_shared(payload)?;
            encoded.append_to(self.output.bytes());
            if let Some(trailer) = encoded.trailer {
                self.output.share(Arc::clone(payload), 0);
                self.output.bytes().push(trailer);
                self.output.appended();
                Behind::Nothing
            } else {
                Behind::Shared(payload)
            }
        };
        if let (Some(coding), false) = (&mut self.coding, Arc::ptr_eq(payload, plain)) {
            coding.interrupted();
        }
        self.meter.sent(kind, length);
        Ok(behind)
    }

    /// The payload as it is compressed for all, and the reserved bits; `None` if it is sent as if it
    /// were this connection's alone.
    #[inline(never)]
    fn coded_alone<'a>(&self, prepared: &'a Prepared) -> Option<(&'a Arc<SharedPayload>, u8)> {
        let (coding, plain) = (self.coding.as_deref()?, prepared.payload());
        let kind = prepared.as_message().kind();
        let encoded = self.encode(kind, true, 0, plain.bytes(), [0; 4])?;
        if encoded.mask != Mask::None || Coding::is_stream(coding) {
            return None;
        }
        match coding.alone(plain.bytes().len()) {
            None => Some((plain, 0)),
            Some((alone, bit)) => Some((prepared.compressed(alone)?, bit)),
        }
    }

    /// Checks that there is room for a shared payload.
    #[inline]
    pub(super) fn check_shared(&self, payload: &SharedPayload) -> Result<(), ConnectionError> {
        let admitted = |budget| payload.is_admitted(budget);
        let limit = if !self.has_room(payload.bytes().len()) {
            Limit::WriteBuffer
        } else if !self.config.budget.as_ref().is_none_or(admitted) {
            Limit::SendMemory
        } else {
            return Ok(());
        };
        let value = self.config.value(limit);
        Err(ConnectionError::Limit { limit, value })
    }
}
