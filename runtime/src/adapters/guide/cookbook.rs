//! Cookbook: whole solutions for common tasks.
//!
//! # Authenticate a client
//!
//! The function that [`accept_with`](crate::tokio::Acceptor::accept_with) calls sees the whole
//! request. It may wait for a database. It refuses with any response, or hands on the user.
//!
//! ```no_run
//! use tokio::net::TcpStream;
//! use wsdraft::{Draft, Error, handshake::{Acceptance, Rejection}, tokio::Acceptor};
//!
//! struct User {
//!     name: String,
//! }
//!
//! async fn user_of(token: &str) -> Option<User> {
//!     (token == "secret").then(|| User { name: "ada".into() })
//! }
//!
//! async fn serve<D: Draft + Clone>(acceptor: Acceptor<D>, stream: TcpStream) -> Result<(), Error> {
//!     let accepted = acceptor.accept_with(stream, async |offer| {
//!         let field = offer.request.field("authorization");
//!         let token = field.and_then(|value| value.strip_prefix("Bearer "));
//!         let user = match token {
//!             Some(token) => user_of(token).await,
//!             None => None,
//!         };
//!         let user = user.ok_or(Rejection::new(401).field("WWW-Authenticate", "Bearer"))?;
//!         Ok(Acceptance::new().with(user))
//!     });
//!     let (mut socket, user) = accepted.await?;
//!     socket.send(format!("hello {}", user.name)).await?;
//!     socket.close(1000, "").await?;
//!     Ok(())
//! }
//! ```
//!
//! A browser cannot set this field. Pages send a token in the query, or a cookie:
//!
//! ```
//! use wsdraft::handshake::Offer;
//!
//! /// The session that the cookie `session` names, if the client sends one.
//! fn session<'a>(offer: &'a Offer) -> Option<&'a str> {
//!     let mut cookies = offer.request.field("cookie")?.split("; ");
//!     cookies.find_map(|cookie| cookie.strip_prefix("session="))
//! }
//! ```
//!
//! A server that relies on a cookie must [check the origin](crate::internet#origins): browsers send
//! cookies whichever site opens the connection. The example `axum-chat` does all of this with axum.
//!
//! # Rooms
//!
//! A room is a broadcast channel. A member that reads too slowly misses messages and learns how
//! many: the sender never waits for it.
//!
//! ```no_run
//! use tokio::{io::{AsyncRead, AsyncWrite}, sync::broadcast::{Sender, error::RecvError}};
//! use wsdraft::{Draft, Error, Prepared, tokio::WebSocket};
//!
//! async fn member<S, D>(mut socket: WebSocket<S, D>, room: Sender<Prepared>) -> Result<(), Error>
//! where
//!     S: AsyncRead + AsyncWrite + Unpin,
//!     D: Draft,
//! {
//!     let mut news = room.subscribe();
//!     loop {
//!         tokio::select! {
//!             received = socket.recv() => match received? {
//!                 Some(message) => drop(room.send(message.into())),
//!                 None => return Ok(()),
//!             },
//!             message = news.recv() => match message {
//!                 Ok(message) => socket.send(message).await?,
//!                 Err(RecvError::Lagged(missed)) => {
//!                     socket.send(format!("you missed {missed} messages")).await?;
//!                 }
//!                 Err(RecvError::Closed) => return Ok(()),
//!             },
//!         }
//!     }
//! }
//! ```
//!
//! The folder `examples/rooms` of the repository has rooms that span processes, over NATS: with
//! presence, and with slow members dropped by policy.
//!
//! # Broadcast
//!
//! A [`Prepared`](crate::Prepared) message is in memory once, and compressed once, however many
//! connections send it and however long slow ones take. [`try_send`](crate::tokio::WebSocket::try_send)
//! waits for nobody, so one loop can serve many connections:
//!
//! ```no_run
//! use tokio::io::{AsyncRead, AsyncWrite};
//! use wsdraft::{Draft, Prepared, tokio::WebSocket};
//!
//! /// Returns how many did not get the message.
//! fn tell_all<S, D>(sockets: &mut [WebSocket<S, D>], news: &str) -> usize
//! where
//!     S: AsyncRead + AsyncWrite + Unpin,
//!     D: Draft,
//! {
//!     let news = Prepared::new(news);
//!     let refused = sockets.iter_mut().filter_map(|socket| socket.try_send(&news).err());
//!     refused.count()
//! }
//! ```
//!
//! # Stop a server
//!
//! Stop accepting, close every connection, and wait for them with a deadline.
//! [`Connections`](crate::tokio::Connections) does the last two. The handlers need nothing for it:
//! `recv` returns `None` after the closing handshake, whose close code tells the client that the
//! server is going away. With [axum](crate::axum#shutdown), let `axum::serve` and
//! `Connections::close` run at the same time; over HTTP/2, tell each connection of hyper to finish
//! (`graceful_shutdown`) first, as the example `http2-server` does.
//!
//! ```no_run
//! use std::{io, pin::pin, time::Duration};
//! use tokio::net::{TcpListener, TcpStream};
//! use wsdraft::{Error, drafts::rfc6455 as ws, tokio::{Acceptor, Connections}};
//!
//! async fn echo(acceptor: Acceptor<ws::Draft>, stream: TcpStream) -> Result<(), Error> {
//!     let mut socket = acceptor.accept(stream).await?;
//!     while let Some(message) = socket.recv().await? {
//!         socket.feed(message).await?;
//!     }
//!     Ok(())
//! }
//!
//! /// `interrupt` is, for example, `tokio::signal::ctrl_c()`.
//! async fn serve(listener: TcpListener, interrupt: impl Future<Output = ()>) -> io::Result<()> {
//!     let connections = Connections::new();
//!     let acceptor = Acceptor::new(ws::Draft).connections(&connections);
//!     let mut interrupt = pin!(interrupt);
//!     loop {
//!         tokio::select! {
//!             accepted = listener.accept() => {
//!                 connections.spawn(echo(acceptor.clone(), accepted?.0));
//!             }
//!             () = &mut interrupt => break,
//!         }
//!     }
//!     drop(listener);
//!     let closed = connections.close(Duration::from_secs(10)).await;
//!     println!("{} of {} connections closed cleanly", closed.clean, closed.open);
//!     Ok(())
//! }
//! ```
//!
//! # Count what happens
//!
//! [`Counters`](crate::metrics::Counters) need no other crate, and their text is what Prometheus
//! reads. An acceptor counts for every adapter: handshakes that fail, by the rule that the client
//! violated, open connections, messages, bytes, and how connections end.
//!
//! ```no_run
//! use axum::{Router, extract::State, routing::get};
//! use wsdraft::{
//!     axum::{WebSocket, WebSocketUpgrade},
//!     drafts::rfc6455 as ws,
//!     metrics::Counters,
//!     tokio::Acceptor,
//! };
//!
//! async fn echo(mut socket: WebSocket<ws::Draft>) {
//!     while let Ok(Some(message)) = socket.recv().await {
//!         if socket.feed(message).await.is_err() {
//!             break;
//!         }
//!     }
//! }
//!
//! async fn metrics(State(counters): State<Counters>) -> String {
//!     counters.snapshot().to_string()
//! }
//!
//! # fn router() -> Router {
//! let counters = Counters::new();
//! let acceptor = Acceptor::new(ws::Draft).metrics(counters.clone());
//! let sockets = Router::new()
//!     .route("/echo", get(async |up: WebSocketUpgrade<ws::Draft>| up.on_upgrade(echo)))
//!     .with_state(acceptor);
//! Router::new()
//!     .route("/metrics", get(metrics))
//!     .with_state(counters)
//!     .merge(sockets)
//! # }
//! ```
//!
//! [`Emitter`](crate::metrics) (feature `metrics`) passes the same to the crate `metrics`, and so to
//! any of its exporters. A type of your own implements [`Metrics`](crate::metrics::Metrics).
//!
//! # Connect again
//!
//! [`Reconnect`](crate::client::Reconnect) waits as RFC 6455 §7.2.3 asks, so that thousands of
//! clients do not return at the same moment. A server that vanishes without a word is noticed only
//! by [`Keepalive`](crate::Keepalive).
//!
//! ```no_run
//! use std::time::Duration;
//! use wsdraft::{Client, Error, Keepalive, Limits, client::Reconnect};
//!
//! # async fn follow() -> Result<(), Error> {
//! let mut limits = Limits::default();
//! limits.keepalive = Some(Keepalive::new(Duration::from_secs(30), Duration::from_secs(10)));
//! let client = Client::builder().limits(limits).build();
//! let mut reconnect = Reconnect::new();
//! loop {
//!     // Fails only if the server refuses for a reason that lasts.
//!     let mut socket = reconnect.connect(|| client.connect("wss://example.com/feed")).await?;
//!     // What the server has forgotten is said again.
//!     if socket.send("subscribe").await.is_err() {
//!         continue;
//!     }
//!     while let Ok(Some(message)) = socket.recv().await {
//!         println!("{message:?}");
//!     }
//! }
//! # }
//! ```
//!
//! # Test without sockets
//!
//! Both endpoints run over [`tokio::io::duplex`], in one test and without a port:
//!
//! ```
//! use wsdraft::{drafts::rfc6455 as ws, handshake::Address, tokio::{Acceptor, Connector}};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let (near, far) = tokio::io::duplex(4096);
//! let address: Address = "ws://test.example/".parse()?;
//! let (acceptor, connector) = (Acceptor::new(ws::Draft), Connector::new(ws::Draft));
//! let accept = async { acceptor.accept(far).await };
//! let connect = async { connector.connect(near, &address).await };
//! let (server, client) = tokio::join!(accept, connect);
//! let (mut server, mut client) = (server?, client?);
//! client.send("hello").await?;
//! assert_eq!(server.recv().await?, Some("hello".into()));
//! # Ok(())
//! # }
//! ```
//!
//! [`Connection`](crate::Connection) needs no runtime and no handshake: it takes bytes and returns
//! events, and no method waits.
//!
//! ```
//! use wsdraft::{Config, Connection, Event, drafts::rfc6455 as ws, frame::Session};
//!
//! let mut server = Connection::server(ws::Draft, Session::default(), Config::default());
//! // The text "hi" in a frame of a client, with a mask of zeros.
//! server.feed(&[0x81, 0x82, 0, 0, 0, 0, b'h', b'i']);
//! assert_eq!(server.receive()?, Some(Event::Text("hi")));
//! server.text("hello")?;
//! assert_eq!(server.output(), b"\x81\x05hello");
//! # Ok::<(), wsdraft::ConnectionError>(())
//! ```
//!
//! # Behind nginx
//!
//! nginx passes an upgrade on only if it is told to, and closes a connection that is silent for
//! `proxy_read_timeout` (60 s by default). Set [`Keepalive`](crate::Keepalive) to less than that.
//!
//! ```text
//! location /chat {
//!     proxy_pass http://127.0.0.1:9001;
//!     proxy_http_version 1.1;
//!     proxy_set_header Upgrade $http_upgrade;
//!     proxy_set_header Connection "upgrade";
//!     proxy_set_header Host $host;
//!     proxy_read_timeout 120s;
//! }
//! ```
//!
//! `Host` matters if the server checks [hosts](crate::internet#hosts) or origins. If nginx
//! terminates TLS, the acceptor needs [`secure(true)`](crate::handshake::Acceptor::secure).
