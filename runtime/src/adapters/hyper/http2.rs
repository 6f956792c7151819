//! Connections over HTTP/2 (RFC 8441), with hyper.
//!
//! A server needs nothing of its own for them: [`upgrade`](super::upgrade),
//! [`Offered`](super::Offered) and the extractor for axum accept an extended CONNECT as they accept
//! an upgrade. It only has to announce that it does, as [`Acceptor::http2`] does. Routes of axum
//! have to be `any` or `connect`, because the method is not GET.
//!
//! A client opens a connection over a stream for which TLS has negotiated `h2`, or over plain TCP to
//! a server that is known to speak HTTP/2:
//!
//! ```no_run
//! # use wsdraft::{Error, drafts::newest, handshake::Address, tokio::Connector};
//! # async fn greet(stream: tokio::net::TcpStream) -> Result<(), Error> {
//! let address: Address = "ws://localhost:9001/chat".parse().unwrap();
//! let mut socket = Connector::new(newest::Draft).connect_http2(stream, &address).await?;
//! socket.send("hello").await?;
//! # Ok(())
//! # }
//! ```
//!
//! # What differs
//!
//! The stream of the connection ends with `END_STREAM` where TCP ends with FIN, and is reset where
//! TCP is. Everything else is the same: the rules about frames, masks and messages, the subprotocol,
//! the extensions, the origin, and the limits. The rules about the request are in the extension
//! `rfc8441` of the database.
//!
//! All connections of a client share the flow control of the HTTP/2 connection: a handler that does
//! not read holds up its own stream, and thirty-two of them hold up the others. What waits unread is in
//! the memory of the process, up to the windows of [`Acceptor::http2`], and no
//! [`Budget`](crate::Budget) counts it. hyper ends an HTTP/2 connection on which more than about
//! 16,000 small messages wait unread. A larger window allows for more.

use std::{
    error::Error as _,
    future::{Future, poll_fn},
    io,
    pin::{Pin, pin},
    task::Poll,
    time::Duration,
};

use ::http::{HeaderMap, Method, Request, Response, StatusCode, Uri, Version, uri::PathAndQuery};
use ::hyper::{
    body::{Body as _, Incoming},
    client::conn::http2::{self as client, SendRequest},
    ext::Protocol,
    rt::Executor as _,
    server::conn::http2 as server,
};
use ::tokio::{
    io::{AsyncRead, AsyncWrite},
    time::{Instant, sleep, timeout_at},
};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};

use super::{
    Upgraded, WebSocket,
    tasks::{Spawn, Tasks},
};
use crate::{
    adapters::{
        connector::Connector,
        http::fields,
        opening::{Opening as _, asking::Asking, expired},
        stream::{Error, is_gone},
        tokio::{self, Acceptor, Exchange},
    },
    handshake::{
        address::Address,
        client::{ClientError, ExtendedRequest},
    },
    machine::{
        error::{ConnectionError, HeadPart, Misuse, Sent},
        limits::Limits,
    },
    protocol::{draft::Draft, fields::Fields, heads, info::Role},
};

/// The version, as the database writes it.
const HTTP: &str = "2";
/// How long a peer may be silent before a ping asks whether it is there, and how long the answer may
/// take.
const SILENCE: Duration = Duration::from_secs(20);

/// What may wait unread on a connection of a server, in bytes. hyper ends a connection on which small
/// frames wait that take more than half of it, at 256 bytes for each: here, 16,000 of them.
const CONNECTION_WINDOW: u32 = 8 << 20;
/// What may wait unread on a stream, so that one handler that does not read does not hold up the
/// others.
const STREAM_WINDOW: u32 = 256 << 10;
/// The same for a client, whose connection has one stream: this leaves room for 131,000 small frames,
/// and the window of the stream bounds the memory.
const CLIENT_WINDOW: u32 = 64 << 20;

fn head_size(limits: &Limits) -> u32 {
    u32::try_from(limits.head).unwrap_or(u32::MAX)
}

/// hyper takes no larger one.
fn buffer_size(limits: &Limits) -> usize {
    limits.write_buffer.min(u32::MAX as usize)
}

impl<D: Draft + Clone> Acceptor<D> {
    /// An HTTP/2 server of hyper with these settings, which announces that it opens connections
    /// ([RFC 8441 §3](crate::extension::BootstrapInfo::setting)).
    /// [`Limits::head`](crate::Limits::head) limits the size of a head, and
    /// [`Limits::write_buffer`](crate::Limits::write_buffer) what waits to be written on a stream. Up
    /// to 256 KiB wait to be read on a stream, and 8 MiB on a connection. A client can open 200
    /// streams at the same time, the default of hyper; each of them can be a WebSocket.
    ///
    /// Once a client has begun to speak HTTP/2, it is asked with a ping when it is silent for 20 s, and
    /// given up if it does not answer within another 20 s. Nothing limits the time before that: put a
    /// time limit on the first request, as the example `http2-server` does.
    ///
    /// It uses tokio's timer, which must be enabled.
    #[must_use]
    pub fn http2(&self) -> server::Builder<TokioExecutor> {
        let limits = &self.config.limits;
        let mut server = server::Builder::new(TokioExecutor::new());
        server
            .timer(TokioTimer::new())
            .enable_connect_protocol()
            .keep_alive_interval(SILENCE)
            .keep_alive_timeout(SILENCE)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .initial_stream_window_size(STREAM_WINDOW)
            .max_header_list_size(head_size(limits))
            .max_send_buf_size(buffer_size(limits));
        server
    }
}

impl<D: Draft + Clone> Connector<D> {
    /// Opens a connection over HTTP/2 on this stream, which carries no other one. The stream must be
    /// inside TLS if the address is secure, and TLS must have negotiated `h2`.
    ///
    /// A task drives the HTTP/2 connection until the socket is dropped.
    ///
    /// # Errors
    /// [`Error::Handshake`] with the address if the server refuses, if its response is invalid, or
    /// if it does not [announce](ClientError::NotAnnounced) that it opens connections.
    /// [`Error::Connection`] if it takes longer than [`Limits::handshake`](crate::Limits::handshake),
    /// or the server disconnects. [`Error::Io`] if the stream or HTTP/2 fails.
    ///
    /// # Cancel safety
    /// The stream is closed when the future is dropped.
    pub async fn connect_http2<S>(
        &self,
        stream: S,
        address: &Address,
    ) -> Result<WebSocket<D>, Error>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let started = Instant::now();
        let limits = &self.config.limits;
        let mut opening = Extended {
            asking: self.asking(address)?,
            deadline: tokio::after(started, limits.handshake),
            limits: limits.clone(),
            kept: self.kept_of_refusal(),
        };
        let opened = opening.open(stream).await;
        let upgraded = opened.inspect_err(|error| opening.asking.count_failed(error))?;
        Exchange::new(upgraded, opening.asking, None).establish()
    }
}

/// An opening handshake in progress.
struct Extended<D> {
    asking: Asking<D>,
    deadline: Instant,
    limits: Limits,
    /// Maximum number of bytes to keep of the body of a refusal.
    kept: usize,
}

type Connection<S> = client::Connection<TokioIo<S>, String, Spawn>;

impl<D: Draft> Extended<D> {
    /// Opens a stream that carries frames.
    async fn open<S>(&mut self, stream: S) -> Result<Upgraded, Error>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let tasks = Tasks::default();
        let extended = self.asking.extended(HTTP)?;
        let bootstrap = extended.bootstrap;
        let asked = timeout_at(self.deadline, self.ask(stream, extended, &tasks)).await;
        let (sender, mut response) = asked.map_err(|_elapsed| expired(&self.limits))??;
        let mut body = Vec::new();
        if !bootstrap.accepts(response.status().as_u16()) {
            let collected = collect(response.body_mut(), &mut body, self.kept);
            // What has come in time says more than that time is up.
            let _ = timeout_at(self.deadline, collected).await;
        }
        self.judge(&response, &body)?;
        let upgraded = timeout_at(self.deadline, ::hyper::upgrade::on(response)).await;
        let upgraded = upgraded
            .map_err(|_elapsed| expired(&self.limits))?
            .map_err(failed)?;
        drop(sender);
        let tasks = tasks.with_grace(self.limits.close);
        Ok(Upgraded::over_http2(upgraded).driven_by(tasks))
    }

    /// Sends the request, when the server has announced that it takes it.
    async fn ask<S>(
        &self,
        stream: S,
        extended: ExtendedRequest,
        tasks: &Tasks,
    ) -> Result<(SendRequest<String>, Response<Incoming>), Error>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let setting = extended.bootstrap.setting.1;
        let request = request(extended)?;
        let (mut sender, mut connection) = client::Builder::new(tasks.executor())
            .timer(TokioTimer::new())
            .initial_connection_window_size(CLIENT_WINDOW)
            .initial_stream_window_size(STREAM_WINDOW)
            .initial_max_send_streams(UNKNOWN)
            .max_header_list_size(head_size(&self.limits))
            .max_send_buf_size(buffer_size(&self.limits))
            .handshake(TokioIo::new(stream))
            .await
            .map_err(failed)?;
        if !is_announced(&mut connection).await? {
            let cause = ClientError::NotAnnounced { setting };
            return Err(self.asking.failed(cause));
        }
        // What becomes of it, its streams tell.
        tasks.executor().execute(async { drop(connection.await) });
        let response = sender.send_request(request).await.map_err(failed)?;
        Ok((sender, response))
    }

    fn judge(&mut self, response: &Response<Incoming>, body: &[u8]) -> Result<(), Error> {
        let fields = fields(response.headers());
        let status = response.status().as_u16();
        self.asking.receive_extended(
            HTTP,
            &heads::Response {
                minor_version: 0,
                status,
                reason: "",
                fields: Fields::new(&fields, 0),
                body,
            },
        )?;
        if response.status() != StatusCode::OK {
            let text =
                format!("status {status} accepts, but hyper hands over the stream after 200 alone");
            return Err(io::Error::new(io::ErrorKind::Unsupported, text).into());
        }
        Ok(())
    }
}

/// A number of streams that no server allows by chance, until its settings are known.
const UNKNOWN: usize = 0x5eed_1e55;
/// hyper receives the settings in a task of its own, and wakes nobody.
const LOOK_AGAIN: Duration = Duration::from_millis(1);
/// The longest pause until the next look.
const LOOK_AT_LAST: Duration = Duration::from_millis(50);

/// Waits for the settings of the server.
async fn is_announced<S>(connection: &mut Connection<S>) -> Result<bool, Error>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let mut look_again = LOOK_AGAIN;
    loop {
        let is_known = connection.current_max_send_streams() != UNKNOWN;
        if connection.is_extended_connect_protocol_enabled() {
            return Ok(true);
        }
        if is_known {
            return Ok(false);
        }
        let mut pause = pin!(sleep(look_again));
        look_again = LOOK_AT_LAST.min(look_again * 2);
        let ended = poll_fn(|cx| match Pin::new(&mut *connection).poll(cx) {
            Poll::Ready(ended) => Poll::Ready(Some(ended)),
            Poll::Pending => pause.as_mut().poll(cx).map(|()| None),
        });
        match ended.await {
            None => {}
            Some(Ok(())) => return Err(left()),
            Some(Err(error)) => return Err(failed(error)),
        }
    }
}

/// The request in the types of hyper.
fn request(extended: ExtendedRequest) -> Result<Request<String>, Error> {
    let unfit = |part| Misuse::Unfit { part, byte: None };
    let path = PathAndQuery::try_from(extended.path).map_err(|_| unfit(HeadPart::Resource))?;
    let uri = Uri::builder()
        .scheme(extended.scheme)
        .authority(extended.authority)
        .path_and_query(path)
        .build()
        .map_err(|_| unfit(HeadPart::Host))?;
    let mut request = Request::new(String::new());
    *request.method_mut() =
        Method::from_bytes(extended.bootstrap.method.as_bytes()).map_err(io::Error::other)?;
    *request.uri_mut() = uri;
    *request.version_mut() = Version::HTTP_2;
    *request.headers_mut() = HeaderMap::try_from(&extended.fields).map_err(io::Error::other)?;
    let protocol = Protocol::from(extended.bootstrap.protocol);
    request.extensions_mut().insert(protocol);
    Ok(request)
}

/// Receives the first bytes of a body.
async fn collect(body: &mut Incoming, collected: &mut Vec<u8>, most: usize) {
    while collected.len() < most {
        let frame = poll_fn(|cx| Pin::new(&mut *body).poll_frame(cx)).await;
        let Some(Ok(frame)) = frame else { return };
        if let Some(data) = frame.data_ref() {
            let room = most - collected.len();
            collected.extend_from_slice(data.get(..room).unwrap_or(data));
        }
    }
}

fn left() -> Error {
    let (by, sent) = (Role::Server, Sent::Nothing);
    ConnectionError::LeftEarly { by, sent }.into()
}

/// The server has disconnected, or the stream or HTTP/2 has failed.
fn failed(error: ::hyper::Error) -> Error {
    let mut next = error.source();
    while let Some(cause) = next {
        if cause.downcast_ref().is_some_and(is_gone) {
            return left();
        }
        next = cause.source();
    }
    io::Error::other(error).into()
}
