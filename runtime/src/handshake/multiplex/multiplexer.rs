//! A physical connection and its channels.

use core::fmt;

use super::{NotMultiplexed, Plexer};
use crate::{
    handshake::head::RequestHead,
    machine::{
        close::Ending,
        connection::{Connection, Event},
        error::ConnectionError,
        extension::Agreed,
        multiplex::{ChannelKey, Dropped, MultiplexLimits, Over},
    },
    protocol::{draft::Draft, info::Kind},
};

/// A physical connection and its channels, without I/O.
///
/// Feed received bytes and call [`advance`](Self::advance); then write [`output`](Self::output) and
/// call [`sent`](Self::sent). A channel is a stream of bytes: what its end reads is
/// [`unread`](Self::unread), and what it sends is [written](Self::write). On it, the two ends speak
/// the opening handshake of the draft, and then its frames, as on a stream of TCP. On the
/// [first](Self::first) channel the handshake is done: it was that of the physical connection.
///
/// ```
/// # use wsdraft::{Connection, ConnectionError, Draft, multiplex::{ChannelKey, Multiplexer}};
/// /// Passes on what a channel and the connection over it have for each other.
/// fn exchange<D: Draft + Clone>(mux: &mut Multiplexer<D>, key: ChannelKey, channel: &mut Connection<D>) {
///     match mux.unread(key).map(<[u8]>::len) {
///         Some(length) => {
///             channel.feed(mux.unread(key).unwrap_or_default());
///             mux.consume(key, length);
///         }
///         None => channel.end_of_input(),
///     }
///     let written = mux.write(key, channel.output());
///     channel.sent(written.unwrap_or_default());
/// }
/// ```
pub struct Multiplexer<D> {
    physical: Connection<D>,
    plexer: Plexer<D>,
}

impl<D: Draft> fmt::Debug for Multiplexer<D> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Multiplexer")
            .field("physical", &self.physical)
            .field("over", &self.plexer.over())
            .finish_non_exhaustive()
    }
}

impl<D: Draft + Clone> Multiplexer<D> {
    /// Carries channels over a connection that has agreed on it. A server needs the request that
    /// opened the connection, because later ones may refer to it.
    ///
    /// # Errors
    /// The connection cannot carry channels.
    pub fn new(
        mut physical: Connection<D>,
        request: Option<&RequestHead>,
        limits: MultiplexLimits,
    ) -> Result<Self, NotMultiplexed> {
        let draft = physical.draft().clone();
        let plexer = Plexer::new(draft, &mut physical, request, limits)?;
        Ok(Self { physical, plexer })
    }

    /// Takes received bytes.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.physical.feed(bytes);
    }

    /// Notes that the peer will send nothing more.
    pub fn end_of_input(&mut self) {
        self.physical.end_of_input();
    }

    /// The bytes to be sent; see [`Connection::output`].
    pub fn output(&self) -> &[u8] {
        self.physical.output()
    }

    /// Removes the first bytes of the output, which have been sent. Then call
    /// [`advance`](Self::advance): what did not fit follows.
    pub fn sent(&mut self, length: usize) {
        self.physical.sent(length);
    }

    /// Passes on what was received and what is to be sent.
    ///
    /// # Errors
    /// The physical connection has failed. The output has the rest for the peer.
    pub fn advance(&mut self) -> Result<(), ConnectionError> {
        loop {
            let received = self.receive();
            if received.is_err() || self.physical.ended().is_some() {
                self.plexer.end_all();
            }
            let complete = received?;
            while self.plexer.send(&mut self.physical)? {}
            if complete || self.plexer.is_congested() {
                return Ok(());
            }
        }
    }

    /// Receives what there is. Returns whether that is all.
    fn receive(&mut self) -> Result<bool, ConnectionError> {
        while !self.plexer.is_congested() {
            match self.physical.receive()? {
                Some(Event::Text(text)) => self.plexer.receive(Kind::Text, text.as_bytes()),
                Some(Event::Binary(bytes)) => self.plexer.receive(Kind::Binary, bytes),
                Some(_) => {}
                None => return Ok(true),
            }
        }
        Ok(false)
    }

    /// The channel that the opening handshake of the physical connection has opened, and its
    /// extensions.
    pub const fn first(&self) -> (ChannelKey, &Agreed) {
        self.plexer.first()
    }

    /// The next channel that the client has asked for.
    pub fn accept(&mut self) -> Option<ChannelKey> {
        self.plexer.accept()
    }

    /// A new channel, on which the client writes its request. `None` if there are as many as the
    /// limits allow, or the server wants no more of them on this connection.
    pub fn open(&mut self) -> Option<ChannelKey> {
        self.plexer.open()
    }

    /// A channel that has changed: it can be read or written again, or has ended. Each is named once
    /// until it changes again.
    pub fn next_changed(&mut self) -> Option<ChannelKey> {
        self.plexer.next_touched()
    }

    /// What the end of a channel can read now; `None` at the end of what it receives.
    pub fn unread(&self, key: ChannelKey) -> Option<&[u8]> {
        self.plexer.unread(key)
    }

    /// Notes that the end of a channel has read so many bytes, so that the peer may send more.
    pub fn consume(&mut self, key: ChannelKey, length: usize) {
        self.plexer.consume(key, length);
    }

    /// Sends bytes on a channel. Returns how many of them were taken: none, while too much waits.
    /// `None` if the channel is over.
    pub fn write(&mut self, key: ChannelKey, bytes: &[u8]) -> Option<usize> {
        self.plexer.write(key, bytes)
    }

    /// Sends nothing more on a channel. When what waits is sent, it is dropped.
    pub fn finish(&mut self, key: ChannelKey) {
        self.plexer.finish(key);
    }

    /// Lets go of a channel. Call it for each channel, also for one that has ended.
    pub fn release(&mut self, key: ChannelKey) {
        self.plexer.release(key);
    }

    /// How the peer has dropped a channel, or why it was dropped here.
    pub fn dropped(&self, key: ChannelKey) -> Option<&Dropped> {
        self.plexer.dropped(key)
    }

    /// The ID of a channel on the wire. `None` after its [release](Self::release).
    pub fn id(&self, key: ChannelKey) -> Option<u32> {
        self.plexer.id(key)
    }

    /// Why there are no more channels; `None` while there can be.
    pub const fn over(&self) -> Option<&Over> {
        self.plexer.over()
    }

    /// Whether no more is received before some of the [output](Self::output) is sent, because the peer
    /// causes answers and does not read them. So read no more of its stream.
    pub fn is_congested(&self) -> bool {
        self.plexer.is_congested()
    }

    /// Closes the physical connection, and with it all channels.
    ///
    /// # Errors
    /// As [`Connection::close`].
    pub fn close(
        &mut self,
        code: impl Into<Option<u16>>,
        reason: &str,
    ) -> Result<(), ConnectionError> {
        self.physical.close(code, reason)
    }

    /// How the physical connection has ended, if it has.
    pub fn ended(&self) -> Option<&Ending> {
        self.physical.ended()
    }
}
