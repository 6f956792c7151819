//! Sends messages that the caller gives away, without a copy.

use bytes::Bytes;

use super::{AsMessage as _, Connection, Core, frames::fits, message::Message};
use crate::{
    machine::error::ConnectionError,
    payload::buffer::SharedPayload,
    protocol::{
        draft::Draft,
        frame::{Encoded, Mask},
        info::Kind,
    },
};

/// Shorter payloads are copied: that takes less time than to queue them as they are.
const LONG: usize = 4 << 10;

impl<D: Draft> Connection<D> {
    /// Sends a message that the caller gives away. Where the draft does not mask it and no extension
    /// compresses it, a long payload is queued without a copy. So write
    /// [`outputs`](Self::outputs), which go together in a vectored write, or
    /// [`output`](Self::output) until there is none.
    ///
    /// ```
    /// # use wsdraft::{Connection, ConnectionError, Draft};
    /// # use std::io::{self, IoSlice, Read, Write};
    /// fn write<D: Draft>(connection: &mut Connection<D>, stream: &mut impl Write) -> io::Result<()> {
    ///     while connection.queued() > 0 {
    ///         match stream.write_vectored(&connection.outputs().map(IoSlice::new))? {
    ///             0 => return Err(io::ErrorKind::WriteZero.into()),
    ///             written => connection.sent(written),
    ///         }
    ///     }
    ///     Ok(())
    /// }
    ///
    /// fn echo<D: Draft>(connection: &mut Connection<D>, stream: &mut (impl Read + Write)) -> io::Result<()> {
    ///     loop {
    ///         while let Some(message) = connection.receive_message().map_err(io::Error::other)? {
    ///             connection.send_owned(message).map_err(io::Error::other)?;
    ///             write(connection, stream)?;
    ///         }
    ///         // Pongs, and the answer to a close frame.
    ///         write(connection, stream)?;
    ///         if connection.ended().is_some() {
    ///             return Ok(());
    ///         }
    ///         match stream.read(connection.space())? {
    ///             0 => connection.end_of_input(),
    ///             read => connection.filled(read),
    ///         }
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    /// As [`text`](Self::text).
    pub fn send_owned(&mut self, message: impl Into<Message>) -> Result<(), ConnectionError> {
        let message = message.into();
        if message.as_bytes().len() < LONG || self.core.coding.is_some() {
            return self.send(message);
        }
        let kind = message.as_message().kind();
        let encoded = self
            .core
            .encode(kind, true, 0, message.as_bytes(), [0; 4])
            .filter(|encoded| encoded.mask == Mask::None);
        match encoded {
            Some(encoded) => self.core.queue_owned(kind, message.into_bytes(), encoded),
            None => self.send(message),
        }
    }

    /// The next bytes to be sent, in two pieces for a vectored write. Call [`sent`](Self::sent) with
    /// the number of bytes written. There may be more behind them, so go on until none are
    /// [queued](Self::queued).
    #[inline]
    pub fn outputs(&self) -> [&[u8]; 2] {
        [self.output(), self.behind()]
    }
}

impl<D: Draft> Core<D> {
    /// Queues an unmasked message without a copy.
    fn queue_owned(
        &mut self,
        kind: Kind,
        payload: Bytes,
        encoded: Encoded,
    ) -> Result<(), ConnectionError> {
        self.check_sendable()?;
        let encoded = Some(encoded);
        let encoded = fits(&encoded, kind, &payload)?;
        let length = payload.len();
        let payload = SharedPayload::new(payload);
        self.check_shared(&payload)?;
        encoded.append_to(self.output.bytes());
        self.output.share(payload, 0);
        if let Some(trailer) = encoded.trailer {
            self.output.bytes().push(trailer);
        }
        self.output.appended();
        self.meter.sent(kind, length);
        Ok(())
    }
}
