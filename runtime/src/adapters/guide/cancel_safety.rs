//! Cancel safety: what happens if a future is dropped before it completes, for example by
//! `select!` or `timeout`.
//!
//! In a loop with `select!`, receiving is always safe, and so is everything else in the first table.
//! A dropped future never leaves half a frame in the stream: the connection is whole, and any call
//! may follow.
//!
//! # On a connection
//!
//! Also on its [halves](crate::tokio::WebSocket::split), over hyper, and with axum.
//!
//! | future | if it is dropped |
//! |---|---|
//! | [`recv`](crate::tokio::WebSocket::recv), [`recv_ref`](crate::tokio::WebSocket::recv_ref), [`recv_event`](crate::tokio::WebSocket::recv_event), `next` | nothing is lost |
//! | [`feed`](crate::tokio::WebSocket::feed) | the message is not queued: a future that completes has queued it |
//! | [`feed_with`](crate::tokio::WebSocket::feed_with) | nothing is queued, in the same way |
//! | [`flush`](crate::tokio::WebSocket::flush) | what is not written remains queued |
//! | [`send`](crate::tokio::WebSocket::send), [`ping`](crate::tokio::WebSocket::ping), [`pong`](crate::tokio::WebSocket::pong) | the whole message is queued, or nothing |
//! | [`send_with`](crate::tokio::WebSocket::send_with) | what the closure has queued is queued as a whole, or nothing is |
//! | [`close`](crate::tokio::WebSocket::close) | the close frame is queued: another call waits for the remaining time |
//!
//! After a dropped `send`, the program cannot know whether the message will arrive: sending it again
//! may send it twice. Where that matters, queue it with `feed`, and repeat `flush`. In a loop with
//! `select!`, it does not: send after the arrow.
//!
//! ```no_run
//! # use tokio::{io::{AsyncRead, AsyncWrite}, sync::mpsc::Receiver};
//! # use wsdraft::{Draft, Error, Message, tokio::WebSocket};
//! # async fn pass<S, D>(mut socket: WebSocket<S, D>, mut news: Receiver<Message>) -> Result<(), Error>
//! # where S: AsyncRead + AsyncWrite + Unpin, D: Draft {
//! loop {
//!     tokio::select! {
//!         received = socket.recv() => match received? {
//!             Some(message) => println!("{message:?}"),
//!             None => return Ok(()),
//!         },
//!         // What follows `=>` is not dropped when another branch is ready.
//!         Some(message) = news.recv() => socket.send(message).await?,
//!     }
//! }
//! # }
//! ```
//!
//! # Before a connection
//!
//! | future | if it is dropped |
//! |---|---|
//! | [`Acceptor::accept`](crate::tokio::Acceptor::accept), [`accept_with`](crate::tokio::Acceptor::accept_with) | the stream is closed. The decision is dropped, too |
//! | [`Accepting::request`](crate::tokio::Accepting::request), [`accept`](crate::tokio::Accepting::accept), [`respond`](crate::tokio::Accepting::respond), [`reject`](crate::tokio::Accepting::reject) | nothing is lost: another call continues |
//! | [`Connector::connect`](crate::tokio::Connector::connect), [`connect_common`](crate::tokio::Connector::connect_common), [`open`](crate::tokio::Connector::open) | the stream is closed |
//! | [`Connecting::finish`](crate::tokio::Connecting::finish) | nothing is lost: another call continues |
//! | [`connect`](crate::connect()), [`Client::connect`](crate::Client::connect), [`Client::connect_with`](crate::Client::connect_with), [`Client::open`](crate::Client::open) | the stream is closed |
//! | [`Reconnect::connect`](crate::client::Reconnect::connect), [`connect_with`](crate::client::Reconnect::connect_with) | the attempt counts as one that has failed: the next call waits |
//! | `connect_http2` of either, with the feature `http2` | the stream is closed |
//! | `wrap` and `open` of [`Tls`](crate::tokio::tls::Tls) | the stream is closed |
//! | `Mux::accept` and `Mux::open`, with the feature `multiplex` | the channel is refused, or dropped |
//! | `Mux::accept_channel`, with the feature `multiplex` | nothing is lost |
//! | `finish` of what [`Offered::accept`](crate::hyper::Offered::accept) returns | the connection is closed |
//!
//! # For all connections
//!
//! | future | if it is dropped |
//! |---|---|
//! | [`Connections::close`](crate::tokio::Connections::close) | connections still close, and none is aborted. Another call has a new deadline |
//!
//! [`Connection`](crate::Connection) has no futures, and [`blocking`](crate::blocking) streams have
//! no cancellation: after a timeout of the stream, the call can be repeated.
