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
//! A browser cannot set this field. Pages send a cookie or a token in the query, and a server that
//! relies on a cookie must [check the origin](crate::internet#origins).
//!
//! # Rooms
//!
//! A room is a broadcast channel. A member that reads too slowly misses messages and learns how
//! many: the sender never waits for it. A clone of a [`Message`](crate::Message) does not copy its
//! payload.
//!
//! ```no_run
//! use tokio::{io::{AsyncRead, AsyncWrite}, sync::broadcast::{Sender, error::RecvError}};
//! use wsdraft::{Draft, Error, Message, tokio::WebSocket};
//!
//! async fn member<S, D>(mut socket: WebSocket<S, D>, room: Sender<Message>) -> Result<(), Error>
//! where
//!     S: AsyncRead + AsyncWrite + Unpin,
//!     D: Draft,
//! {
//!     let mut news = room.subscribe();
//!     loop {
//!         tokio::select! {
//!             received = socket.recv() => match received? {
//!                 Some(message) => drop(room.send(message)),
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
//! # Stop a server
//!
//! Stop accepting, tell every connection, and wait for them with a deadline. The close code 1001
//! tells a client that the server is going away (RFC 6455 §7.4.1).
//!
//! ```no_run
//! use std::time::Duration;
//! use tokio::{net::{TcpListener, TcpStream}, sync::watch, task::JoinSet, time::timeout};
//! use wsdraft::{Error, drafts::rfc6455 as ws, tokio::Acceptor};
//!
//! async fn echo(
//!     acceptor: Acceptor<ws::Draft>,
//!     stream: TcpStream,
//!     mut stop: watch::Receiver<bool>,
//! ) -> Result<(), Error> {
//!     let mut socket = acceptor.accept(stream).await?;
//!     loop {
//!         tokio::select! {
//!             received = socket.recv() => match received? {
//!                 Some(message) => socket.feed(message).await?,
//!                 None => return Ok(()),
//!             },
//!             () = stopped(&mut stop) => {
//!                 socket.close(1001, "the server restarts").await?;
//!                 return Ok(());
//!             }
//!         }
//!     }
//! }
//!
//! /// Waits until the server stops.
//! async fn stopped(stop: &mut watch::Receiver<bool>) {
//!     let _ = stop.wait_for(|stop| *stop).await;
//! }
//!
//! # async fn run(interrupt: impl Future<Output = ()>) -> std::io::Result<()> {
//! let mut interrupt = std::pin::pin!(interrupt);
//! let listener = TcpListener::bind("127.0.0.1:9001").await?;
//! let acceptor = Acceptor::new(ws::Draft);
//! let (stop, stopped) = watch::channel(false);
//! let mut connections = JoinSet::new();
//! loop {
//!     tokio::select! {
//!         accepted = listener.accept() => {
//!             let (stream, _) = accepted?;
//!             connections.spawn(echo(acceptor.clone(), stream, stopped.clone()));
//!         }
//!         // Forgets connections that have ended.
//!         Some(_) = connections.join_next() => {}
//!         // For instance `tokio::signal::ctrl_c()`.
//!         () = &mut interrupt => break,
//!     }
//! }
//! let _ = stop.send(true);
//! let _ = timeout(Duration::from_secs(10), connections.join_all()).await;
//! # Ok(())
//! # }
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
//! clients do not return at the same moment.
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
//! [`Connection`](crate::Connection) needs no runtime at all: it takes bytes and returns events.
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
