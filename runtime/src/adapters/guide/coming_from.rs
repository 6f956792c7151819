//! Coming from tokio-tungstenite or axum: the same calls, and the differences that matter.
//!
//! # Calls
//!
//! | tokio-tungstenite | wsdraft |
//! |---|---|
//! | `connect_async(url)` | [`connect(url)`](crate::connect) |
//! | `connect_async(request)` with header fields | [`Client::builder()`](crate::Client::builder)`.field(…)` |
//! | `connect_async_with_config` and its `disable_nagle` | [`limits`](crate::client::ClientBuilder::limits); `TCP_NODELAY` is always set |
//! | `connect_async_tls_with_config`, `Connector::Rustls(config)` | [`tls`](crate::client::ClientBuilder::tls)`(`[`Tls::with_config`](crate::tokio::tls::Tls::with_config)`(config))` |
//! | `Connector::NativeTls` | none: TLS is rustls, with the roots of the system by default |
//! | `client_async_tls(request, stream)` | [`Tls::wrap`](crate::tokio::tls::Tls::wrap), then [`Connector::connect`](crate::tokio::Connector::connect) |
//! | `MaybeTlsStream<TcpStream>` | [`Stream`](crate::tokio::tls::Stream) |
//! | `client_async(request, stream)` | [`Connector::connect`](crate::tokio::Connector::connect) |
//! | the response that `connect_async` returns | [`WebSocket::response`](crate::tokio::WebSocket::response) |
//! | `accept_async(stream)` | [`Acceptor::accept`](crate::tokio::Acceptor::accept) |
//! | `accept_hdr_async(stream, callback)` | [`Acceptor::accept_with`](crate::tokio::Acceptor::accept_with), whose function may be async |
//! | `max_message_size`, `max_frame_size`, `max_write_buffer_size` of `WebSocketConfig` | `message`, `frame`, `write_buffer` of [`Limits`](crate::Limits), which also limits time |
//! | `write_buffer_size` | none: `send` writes at once, and `feed` collects up to 64 KiB |
//! | `read_buffer_size` | none: buffers are as large as what arrives |
//! | `get_config()` | [`connection().limits()`](crate::Connection::limits) |
//! | `accept_unmasked_frames` | [`Policy::relaxed`](crate::Policy), for this and every other rule |
//! | `next().await` | [`recv().await`](crate::tokio::WebSocket::recv), or `next()` with the feature `stream` |
//! | `send`, `feed`, `flush` | [`send`](crate::tokio::WebSocket::send), [`feed`](crate::tokio::WebSocket::feed), [`flush`](crate::tokio::WebSocket::flush) |
//! | `split()` into sink and stream | [`split()`](crate::tokio::WebSocket::split) into writer and reader |
//! | `reunite` | [`WriteHalf::reunite`](crate::tokio::WriteHalf::reunite) |
//! | `close(Some(CloseFrame { code, reason }))` | [`close(code, reason)`](crate::tokio::WebSocket::close) |
//! | `send(Message::Ping(payload))` | [`ping(payload)`](crate::tokio::WebSocket::ping) |
//! | `Message::Ping`, `Pong`, `Close` from `next()` | [`recv_event()`](crate::tokio::WebSocket::recv_event) |
//! | `send(Message::Pong(payload))` | [`pong(payload)`](crate::tokio::WebSocket::pong); a ping has its pong without the application |
//! | `Message::Frame` | [`send_with`](crate::tokio::WebSocket::send_with) and [`begin_text`](crate::Connection::begin_text), for fragments |
//! | `into_text()`, `into_data()`, `to_text()` | [`into_text()`](crate::Message::into_text), [`into_bytes()`](crate::Message::into_bytes), [`as_text()`](crate::Message::as_text) |
//! | `CloseFrame`, `CloseCode` | [`Close`](crate::Close), and `CloseCode` of the draft, such as [`rfc6455::CloseCode`](crate::drafts::rfc6455::CloseCode) |
//! | `from_raw_socket(stream, role, config)` | [`WebSocket::from_parts`](crate::tokio::WebSocket::from_parts) with a [`Connection`](crate::Connection) of the role |
//! | `from_partially_read(stream, part, …)` | [`Connection::feed(part)`](crate::Connection::feed) before `from_parts` |
//! | `get_ref()`, `into_inner()` | [`stream()`](crate::tokio::WebSocket::stream), [`into_parts()`](crate::tokio::WebSocket::into_parts) |
//! | `get_mut()` | none: whoever writes to the stream breaks its frames |
//! | `Stream` and `Sink` | the same, with the feature `stream` |
//!
//! | axum | wsdraft with the feature `axum` |
//! |---|---|
//! | `WebSocketUpgrade` | [`WebSocketUpgrade`](crate::axum::WebSocketUpgrade) |
//! | `on_upgrade(…)`, `on_failed_upgrade(…)` | the same names |
//! | `protocols`, `requested_protocols`, `selected_protocol`, `set_selected_protocol` | the same names |
//! | `max_message_size`, `max_frame_size`, `max_write_buffer_size` | the same names |
//! | `read_buffer_size`, `write_buffer_size`, `accept_unmasked_frames` | see [`axum`](crate::axum#coming-from-axumextractws) |
//! | `WebSocketUpgradeRejection` | [`UpgradeError`](crate::axum::UpgradeError), with the violated rule and its source |
//! | `CloseCode` is `u16`, `close_code::NORMAL` | `CloseCode` of the draft, or a `u16`: both are accepted |
//! | `socket.protocol()` | [`socket.subprotocol()`](crate::tokio::WebSocket::subprotocol) |
//! | `socket.send(Message::Text(text.into()))` | [`socket.send(text)`](crate::tokio::WebSocket::send) |
//! | `socket.send(Message::Close(…))` | [`socket.close(code, reason)`](crate::tokio::WebSocket::close) |
//! | `socket.recv()` returns `Option<Result<Message, Error>>` | [`socket.recv()`](crate::tokio::WebSocket::recv) returns `Result<Option<Message>, Error>` |
//!
//! | their error | our error |
//! |---|---|
//! | `Error::ConnectionClosed` from `next()` | `Ok(None)` from `recv()` |
//! | `Error::Protocol(ResetWithoutClosingHandshake)` | [`ConnectionError::Vanished`](crate::ConnectionError::Vanished) |
//! | `Error::Protocol(…)` | [`ConnectionError::Violation`](crate::ConnectionError::Violation), with the rule, its source and the byte |
//! | `Error::Capacity(…)` | [`ConnectionError::Limit`](crate::ConnectionError::Limit), with the limit and its value |
//! | `Error::AlreadyClosed` | [`Misuse::Closed`](crate::Misuse::Closed) |
//! | `Error::WriteBufferFull(message)` | `send` waits; [`try_send`](crate::tokio::WebSocket::try_send) gives the message back |
//! | `Error::Utf8(…)` | [`ConnectionError::Violation`](crate::ConnectionError::Violation) |
//! | `Error::Io(error)` | [`Error::Io(error)`](crate::Error::Io) |
//! | `Error::Tls(…)`, `Error::Url(…)` | [`Error::Connect`](crate::Error::Connect), with what the client tried |
//! | `Error::Http(response)` | [`ClientError::Refused`](crate::handshake::client::ClientError::Refused), with status, fields and body |
//!
//! # A client
//!
//! ```no_run
//! # async fn run() -> Result<(), wsdraft::Error> {
//! let mut socket = wsdraft::connect("wss://example.com/feed").await?;
//! socket.send("subscribe").await?;
//! while let Some(message) = socket.recv().await? {
//!     println!("{message:?}");
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # A reader and a writer
//!
//! ```no_run
//! # async fn run(mut news: tokio::sync::mpsc::Receiver<String>) -> Result<(), wsdraft::Error> {
//! let socket = wsdraft::connect("wss://example.com/feed").await?;
//! let (mut writer, mut reader) = socket.split();
//! loop {
//!     tokio::select! {
//!         message = reader.recv() => match message? {
//!             Some(message) => println!("{message:?}"),
//!             None => return Ok(()),
//!         },
//!         Some(text) = news.recv() => writer.send(text).await?,
//!     }
//! }
//! # }
//! ```
//!
//! # Differences that matter
//!
//! - **The end of a connection is not an error.** `recv` returns `Ok(None)` after a closing
//!   handshake. [`ended`](crate::tokio::WebSocket::ended) has the code and the reason. If the peer
//!   vanishes, `recv` returns an error.
//! - **`recv` returns messages only.** Pings are answered, and a close frame is answered, without
//!   the application. [`recv_event`](crate::tokio::WebSocket::recv_event) shows them.
//! - **A text message is [`Utf8Bytes`](crate::Utf8Bytes)**, as in tungstenite: it dereferences to
//!   `str`, and a clone does not copy.
//! - **Every connection has limits from the start**: 10 s for the opening handshake, a maximum
//!   message size, and a time limit for a peer that reads nothing. [`Limits`](crate::Limits) lists
//!   the defaults. [`Keepalive`](crate::Keepalive) is off until you set it.
//! - **`feed` is for replies.** `recv` writes what `feed` has queued before it waits. Replies to
//!   messages that came together then go out together. `send` writes at once.
//! - **HTTP/2 needs a feature**, `http2`, and routes of axum that are `any`: see
//!   [`hyper::http2`](crate::hyper::http2).
//! - **A server speaks the drafts that it is given.** `Acceptor::new(rfc6455::Draft)` speaks the
//!   RFC. [`Acceptor::any`](crate::tokio::Acceptor::any) speaks all of them on one port.
//! - **Rules are strict.** A frame header that is longer than necessary, or a reserved bit, is
//!   refused with the rule's name. [`Policy::relaxed`](crate::Policy) allows single rules.
