//! Several logical connections over one physical connection, with tokio.

use std::{future::poll_fn, io, sync::Arc};

use ::tokio::io::{AsyncRead, AsyncWrite};

use self::shared::{Shared, none};
pub use self::{channel::Channel, driver::Driver};
use super::{Error, WebSocket};
use crate::{
    adapters::{acceptor::Acceptor, connector::Connector},
    handshake::{
        address::Address,
        multiplex::{NotMultiplexed, Plexer},
    },
    machine::{
        connection::Connection,
        limits::Config,
        multiplex::{ChannelKey, MultiplexLimits, Over},
    },
    payload::entropy::OsEntropy,
    protocol::{draft::Draft, info::Role},
};

mod channel;
mod driver;
mod shared;

/// Several logical connections over one physical connection, with tokio.
///
/// The opening handshake of the physical connection has to agree on an extension that multiplexes;
/// [`Extensions::with_channels`](crate::extension::Extensions::with_channels) allows it. Then the
/// socket of the physical connection is turned into a `Mux`, which hands out sockets, and a
/// [`Driver`], which has to be spawned. Each socket is a [`WebSocket`] over a [`Channel`].
///
/// ```no_run
/// use wsdraft::{
///     Draft, Error,
///     extension::{Extensions, builtin},
///     multiplex::{Mux, MultiplexLimits},
///     tokio::Acceptor,
/// };
///
/// async fn serve<D: Draft + Clone + 'static>(
///     draft: D,
///     stream: tokio::net::TcpStream,
/// ) -> Result<(), Box<dyn std::error::Error>> {
///     let extensions = Extensions::named("permessage-deflate, mux", builtin::ALL)?;
///     let acceptor = Acceptor::new(draft).extensions(extensions.with_channels());
///     let socket = acceptor.accept(stream).await?;
///     let (mut mux, driver) = Mux::server(socket, &acceptor, MultiplexLimits::default())?;
///     tokio::spawn(driver);
///     while let Some(mut channel) = mux.accept().await? {
///         tokio::spawn(async move {
///             while let Some(message) = channel.recv().await? {
///                 channel.send(message).await?;
///             }
///             Ok::<_, Error>(())
///         });
///     }
///     Ok(())
/// }
/// ```
///
/// A channel that is not read holds up itself alone: the peer may send no more than the window of the
/// [limits](MultiplexLimits) on it. Frames of all channels take turns. If a peer violates a rule on a
/// channel, that channel is dropped and the others go on.
#[derive(Debug)]
pub struct Mux<D: Draft> {
    shared: Arc<Shared<D>>,
    first: Option<WebSocket<Channel, D>>,
    opens: Opens<D>,
}

/// How channels are opened.
#[derive(Clone, Debug)]
enum Opens<D: Draft> {
    Accepts(Acceptor<D>),
    Connects(Box<Connector<D>>),
}

impl<D: Draft + Clone + 'static> Mux<D> {
    /// The channels of a server's connection. The acceptor's settings hold for the channels, too.
    ///
    /// # Errors
    /// The connection cannot carry channels. It is closed.
    pub fn server<S>(
        socket: WebSocket<S, D>,
        acceptor: &Acceptor<D>,
        limits: MultiplexLimits,
    ) -> Result<(Self, Driver<S, D>), NotMultiplexed>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let inner = acceptor.extensions.of_channels();
        let acceptor = acceptor.clone().extensions(inner);
        let config = (*acceptor.config).clone();
        Self::carry(socket, config, limits, Opens::Accepts(acceptor))
    }

    /// The channels of a client's connection. The connector's settings hold for the channels, too.
    ///
    /// # Errors
    /// As [`server`](Self::server).
    pub fn client<S>(
        socket: WebSocket<S, D>,
        connector: &Connector<D>,
        limits: MultiplexLimits,
    ) -> Result<(Self, Driver<S, D>), NotMultiplexed>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let connector = connector.clone().of_channels();
        let config = (*connector.shared_config()).clone();
        Self::carry(socket, config, limits, Opens::Connects(Box::new(connector)))
    }

    fn carry<S>(
        mut socket: WebSocket<S, D>,
        config: Config,
        limits: MultiplexLimits,
        opens: Opens<D>,
    ) -> Result<(Self, Driver<S, D>), NotMultiplexed>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let draft = socket.connection.draft().clone();
        let request = socket.request.take();
        let physical = &mut socket.connection;
        let plexer = Plexer::new(draft.clone(), physical, request.as_deref(), limits)?;
        let (key, inner) = plexer.first();
        let session = *physical.session();
        let connection = match physical.role() {
            Role::Server => Connection::server(draft, session, config),
            Role::Client => Connection::client(draft, session, OsEntropy, config),
        };
        let connection = connection.extended(inner);
        let shared = Arc::new(Shared::new(plexer));
        let mut first =
            WebSocket::from_parts(Channel::new(Arc::clone(&shared) as _, key), connection);
        first.subprotocol = socket.subprotocol.clone();
        first.response = socket.response.take();
        let mux = Self {
            shared: Arc::clone(&shared),
            first: Some(first),
            opens,
        };
        Ok((mux, Driver::new(socket, shared)))
    }

    fn channel(&self, key: ChannelKey) -> Channel {
        Channel::new(Arc::clone(&self.shared) as _, key)
    }

    /// The channel that the handshake of the physical connection has opened, once.
    pub const fn first(&mut self) -> Option<WebSocket<Channel, D>> {
        self.first.take()
    }

    /// Waits for a channel that the client asks for, and does its opening handshake as the acceptor's
    /// settings say. The [first](Self::first) channel comes first, if it was not taken. Returns `None`
    /// when no more channels come, because the physical connection has ended. Requests that are
    /// refused are skipped.
    ///
    /// A client gets the first channel alone.
    ///
    /// # Errors
    /// [`Error::Connection`] if the acceptor's settings do not allow any response.
    ///
    /// # Cancel safety
    /// A channel whose handshake is not complete is refused when the future is dropped.
    pub async fn accept(&mut self) -> Result<Option<WebSocket<Channel, D>>, Error> {
        if let Some(first) = self.first.take() {
            return Ok(Some(first));
        }
        while let Some(channel) = self.accept_channel().await {
            let Opens::Accepts(acceptor) = &self.opens else {
                continue;
            };
            match acceptor.accept(channel).await {
                Ok(socket) => return Ok(Some(socket)),
                Err(error @ Error::Connection(crate::ConnectionError::Misuse(_))) => {
                    return Err(error);
                }
                Err(_) => {}
            }
        }
        Ok(None)
    }

    /// Waits for a channel that the client asks for, and leaves its opening handshake to the caller,
    /// who passes it to [`Acceptor::accept_with`], [`Acceptor::start`], or as a stream to a server of
    /// hyper or axum. Returns `None` when no more channels come.
    ///
    /// # Cancel safety
    /// Nothing is lost when the future is dropped.
    pub async fn accept_channel(&self) -> Option<Channel> {
        let key = poll_fn(|cx| self.shared.poll_accept(cx)).await?;
        Some(self.channel(key))
    }

    /// Opens a channel of a client to an address, as the connector's settings say. If the server has
    /// granted no slot for it, this waits.
    ///
    /// # Errors
    /// As [`Connector::connect`], and [`Error::Io`] as [`open_channel`](Self::open_channel).
    ///
    /// # Cancel safety
    /// The channel is dropped when the future is dropped.
    pub async fn open(&self, address: &Address) -> Result<WebSocket<Channel, D>, Error> {
        let channel = self.open_channel()?;
        match &self.opens {
            Opens::Connects(connector) => connector.connect(channel, address).await,
            Opens::Accepts(_) => Err(none().into()),
        }
    }

    /// A new channel of a client, on which the caller does the opening handshake.
    ///
    /// # Errors
    /// There are as many channels as the limits allow, the server wants no more of them on this
    /// connection, or the connection has ended.
    pub fn open_channel(&self) -> io::Result<Channel> {
        let key = self.shared.open().ok_or_else(none)?;
        Ok(self.channel(key))
    }

    /// Another handle for the same physical connection, without the first channel.
    #[must_use]
    pub fn handle(&self) -> Self {
        self.shared.add_handle();
        Self {
            shared: Arc::clone(&self.shared),
            first: None,
            opens: self.opens.clone(),
        }
    }

    /// Closes the physical connection and with it all channels, as soon as what the peer lets them
    /// send is on its way. What waits for quota is not sent. If the peer takes nothing for
    /// [`Limits::close`](crate::Limits::close), the rest is not sent either. The [`Driver`] completes
    /// when the connection is closed.
    pub fn close(&self) {
        self.shared.close();
    }

    /// The number of channels of a client that wait until the server allows more of them. The others have been asked
    /// for.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.shared.waiting()
    }

    /// Why there are no more channels; `None` while there can be.
    #[must_use]
    pub fn over(&self) -> Option<Over> {
        self.shared.over()
    }
}

impl<D: Draft> Drop for Mux<D> {
    fn drop(&mut self) {
        self.shared.drop_handle();
    }
}
