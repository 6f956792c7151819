//! Settings for a server on the open internet.
//!
//! By default every rule of a draft is enforced, and every connection has limits. The library
//! cannot know which clients to allow, how many of them, and how much memory is available. A
//! complete server with all of the following settings is at the [end](#a-whole-server).
//!
//! # Origins
//!
//! A browser lets any page open a WebSocket to any server, and sends the cookies of that server. If
//! a server relies on cookies, on a network login, or on its network being private, it must check
//! the [origin](crate::handshake::Origins):
//!
//! ```
//! use wsdraft::{drafts::rfc6455, tokio::{Acceptor, Origins}};
//!
//! // Only pages of this server.
//! let acceptor = Acceptor::new(rfc6455::Draft).origins(Origins::Same);
//! // Only pages of these origins.
//! let acceptor = acceptor.origins(Origins::these(["https://example.com"])?);
//! # Ok::<(), wsdraft::handshake::NotAnOrigin>(())
//! ```
//!
//! By default all origins are allowed, as in other libraries: only the operator knows the public
//! name of the server. Behind a proxy that terminates TLS, `Origins::Same` needs
//! [`secure(true)`](crate::handshake::Acceptor::secure), and the proxy must pass `Host` on.
//!
//! A request without an origin does not come from a browser and is allowed: an origin check blocks
//! pages, not programs. Programs must authenticate themselves, for example with a token that the
//! application checks before it [accepts](crate::tokio::Accepting::accept) the request. `null` is
//! allowed only if it is listed. Do not list it: any page can obtain this origin.
//!
//! The refusal has status code 403 and the name `origin-refused`, which appears in the error, the
//! log and the response. The header field with the origin depends on the draft; the acceptor knows
//! it.
//!
//! # Hosts
//!
//! A page can make its own name resolve to an address of yours, for example a private or a loopback
//! address (DNS rebinding). The browser then regards your server as the page's own server, so the
//! origin matches. Only the [host](crate::handshake::Hosts) reveals this. List the names of your
//! server:
//!
//! ```
//! use wsdraft::{drafts::rfc6455, tokio::{Acceptor, Hosts}};
//!
//! let acceptor = Acceptor::new(rfc6455::Draft).hosts(Hosts::these(["ws.example.com"])?);
//! // A server that listens on a loopback address.
//! let local = acceptor.clone().hosts(Hosts::loopback());
//! # Ok::<(), wsdraft::handshake::NotAHost>(())
//! ```
//!
//! A request to another host gets status code 403 and the name `host-refused`, even if it requests
//! no upgrade. The host of an absolute request target takes precedence over the header field.
//! Health checks often use an address as the host; include it in the list. `wsdraft serve` and
//! `wsdraft proxy` check hosts automatically when they listen on a loopback address.
//!
//! # TLS
//!
//! Bring your own TLS, or use a proxy that terminates it: the adapters accept any stream. Limit the
//! time of the TLS handshake, because it comes before everything that this library limits:
//!
//! ```
//! # use std::{future::Future, io, time::Duration};
//! # async fn secured<S>(accept: impl Future<Output = io::Result<S>>) -> io::Result<S> {
//! // `accept` is `acceptor.accept(stream)` of tokio-rustls.
//! let stream = tokio::time::timeout(Duration::from_secs(10), accept).await??;
//! # Ok(stream)
//! # }
//! ```
//!
//! Then set [`secure(true)`](crate::handshake::Acceptor::secure): some drafts tell the client.
//!
//! # Limits
//!
//! [`Limits`](crate::Limits) limit each connection. By default a message may have 64 MiB, in frames
//! of at most 16 MiB, as in other libraries. Few applications need one hundredth of that. Set
//! `message` and `frame` to the longest message that your application uses, and `write_buffer` to
//! the amount of data that may wait for a slow client.
//!
//! | what one connection may hold | bytes | by default |
//! |---|---|---|
//! | a message that arrives | `message`; for a moment twice as many | 64 MiB |
//! | received bytes that are not processed | 65 KiB, or 130 KiB with a compressed stream | 65 KiB |
//! | what waits to be sent | `write_buffer`; its memory may be twice as large. A single message may be larger | 1 MiB |
//! | a pong that waits | `control` | 16 KiB |
//! | [states of compression](crate::extension::Compression), if agreed | by their windows and levels | 320 KiB |
//! | **the sum** | | about 66 MB |
//! | instead, during the opening handshake | `head` and 32 KiB | 48 KiB |
//! | instead, while it is idle | | a few KB |
//!
//! A [`Prepared`](crate::Prepared) message is not part of this sum, from 1 KiB on: its payload is in
//! memory once, for all connections that send it without a mask. It counts in full towards
//! `write_buffer` of each connection, so that the limit means the same for every message, but only
//! once towards a [`Budget`](crate::Budget). So a broadcast of 1 MiB to 10,000 connections that read
//! nothing holds 1 MiB, not 10 GB. Where it is compressed, each of up to eight settings adds one
//! compressed copy. What the program itself keeps for slow clients, for example in a channel, is
//! bounded by the program alone.
//!
//! # Connections and memory
//!
//! With the default [`Limits`](crate::Limits) one connection may hold up to 66 MB, and a thousand
//! of them 66 GB. So, besides lowering the limit for messages:
//!
//! - Limit the number of connections, with a semaphore as below. When no permit is free,
//!   connections wait in the system's queue. Set the limit below the number of descriptors that the
//!   process may have (`ulimit -n`). If descriptors run out anyway, wait briefly and continue:
//!   `accept` fails as long as none is free.
//! - Share a [`Budget`](crate::Budget), so that some connections can have long messages, but not
//!   all of them at once. By default there is no budget.
//!
//! The total is then the budget, and for each connection 128 KiB, the [compression
//! contexts](crate::extension::Compression), TLS, and the buffers of an HTTP server in front of
//! this one; and the messages that the application keeps.
//!
//! Over HTTP/2 one TCP connection carries many WebSockets: 200 by default, each of which may hold
//! 66 MB. A limit on TCP connections does not bound them. `max_concurrent_streams` of
//! the server that [`Acceptor::http2`](crate::handshake::Acceptor::http2) returns limits them for each
//! connection, and a budget limits their memory together. hyper adds its own buffers to the sum: what
//! was received and not read, up to the windows of the streams and of the connection, and for each
//! stream up to `write_buffer` of what waits for the client. A client that sends nothing after TLS is
//! not bounded by hyper: drop it if its first request does not come in time. The example
//! `http2-server` has all of these limits.
//!
//! When the budget is used up, connections with small messages continue, because the first 128 KiB
//! of each connection do not count. Long messages fail with
//! [`Limit::Memory`](crate::Limit::Memory), and a connection that holds memory for more than 10 s
//! while it is scarce is failed. A client that keeps opening new connections can use it up again.
//! If that matters, limit the connections of each address in front of the server. `wsdraft serve`
//! has `--max-connections` and `--memory`.
//!
//! # Time
//!
//! The limit is 10 s for the opening handshake, 5 s for the closing handshake, and 60 s for a
//! client that reads nothing. The server does not notice a client that disappears silently until it
//! sends a ping: set [`Limits::keepalive`](crate::Limits::keepalive), or
//! [`Limits::idle`](crate::Limits::idle) for clients of drafts without pings.
//!
//! [hyper](crate::hyper#time) and [axum](crate::axum#time) read the request head themselves,
//! without a time limit unless a timer is set: serve with `Acceptor::http1`, and over HTTP/2 bound
//! the time for the [first request](#connections-and-memory). With [blocking
//! streams](crate::blocking#time), set a timeout on the stream.
//!
//! # Compression
//!
//! Compression is off by default. It costs memory and CPU time for each connection: set the windows
//! and the level in [`Compression`](crate::extension::Compression). Decompression of a message
//! stops at `Limits::message`. Do not put a secret and a text that an attacker chooses into one
//! compressed message: its length reveals the secret bit by bit.
//!
//! # Logs
//!
//! Each refusal and each failed connection returns an error that states the rule, limit, origin or
//! host. Log it with the address of the peer. Text from the peer is truncated and contains no
//! control characters. Attackers can cause many errors: limit the rate, and do not block on the
//! reader of the log. With the feature `tracing`, all adapters report the same events to a
//! subscriber.
//!
//! # A whole server
//!
//! ```no_run
//! use std::{io, sync::Arc, time::Duration};
//!
//! use tokio::{
//!     net::{TcpListener, TcpStream},
//!     sync::Semaphore,
//!     time::sleep,
//! };
//! use wsdraft::{
//!     Budget, Keepalive, Limits,
//!     drafts::rfc6455,
//!     Error, tokio::{Acceptor, Hosts, Origins},
//! };
//!
//! const CONNECTIONS: usize = 1024;
//!
//! fn acceptor() -> Result<Acceptor<rfc6455::Draft>, Box<dyn std::error::Error>> {
//!     let mut limits = Limits::default();
//!     limits.message = 1 << 20;
//!     limits.keepalive = Some(Keepalive::new(Duration::from_secs(30), Duration::from_secs(10)));
//!     let acceptor = Acceptor::new(rfc6455::Draft)
//!         .limits(limits)
//!         .budget(Budget::new(256 << 20))
//!         // A proxy in front of this server terminates TLS.
//!         .secure(true)
//!         .origins(Origins::these(["https://example.com"])?)
//!         .hosts(Hosts::these(["ws.example.com"])?);
//!     Ok(acceptor)
//! }
//!
//! async fn serve(acceptor: &Acceptor<rfc6455::Draft>, stream: TcpStream) -> Result<(), Error> {
//!     stream.set_nodelay(true)?;
//!     let mut socket = acceptor.accept(stream).await?;
//!     while let Some(message) = socket.recv().await? {
//!         // Replies to messages that arrive together go out together, when `recv` would wait.
//!         socket.feed(message).await?;
//!     }
//!     Ok(())
//! }
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let acceptor = acceptor()?;
//!     let listener = TcpListener::bind("127.0.0.1:9001").await?;
//!     let places = Arc::new(Semaphore::new(CONNECTIONS));
//!     loop {
//!         let place = Arc::clone(&places).acquire_owned().await?;
//!         let (stream, peer) = match listener.accept().await {
//!             Ok(accepted) => accepted,
//!             Err(error) => {
//!                 eprintln!("no connection accepted: {error}");
//!                 sleep(Duration::from_millis(100)).await;
//!                 continue;
//!             }
//!         };
//!         let acceptor = acceptor.clone();
//!         tokio::spawn(async move {
//!             if let Err(error) = serve(&acceptor, stream).await {
//!                 eprintln!("{peer}: {error}");
//!             }
//!             drop(place);
//!         });
//!     }
//! }
//! ```
