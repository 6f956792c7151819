//! Before it is on the internet: what to set on a server that strangers can reach.
//!
//! By default every rule of a draft is enforced and every connection bounded. What a library
//! cannot know is who shall get in, how many, and how much memory there is. A whole server with
//! all of what follows is at the [end](#a-whole-server).
//!
//! # Origins
//!
//! A browser lets any page open a WebSocket to any server, and sends the cookies that the server
//! once set. Whoever goes by cookies, by a login of the network, or by who can reach the server at
//! all, has to look at the [origin](crate::handshake::Origins):
//!
//! ```
//! use wsdraft::{drafts::rfc6455, tokio::{Acceptor, Origins}};
//!
//! // Pages of this server, and of nobody else.
//! let acceptor = Acceptor::new(rfc6455::Draft).origins(Origins::Same);
//! // Pages of these.
//! let acceptor = acceptor.origins(Origins::these(["https://example.com"])?);
//! # Ok::<(), wsdraft::handshake::NotAnOrigin>(())
//! ```
//!
//! Any origin is let in by default, as in the other libraries: only whoever sets up the server
//! knows how it is called from outside. Behind a proxy that ends TLS, `Origins::Same` needs
//! [`secure(true)`](crate::handshake::Acceptor::secure), and a proxy that passes `Host` on.
//!
//! A request without an origin comes from no browser, and passes: an origin keeps pages out, and
//! no programs. Those have to prove who they are, with a token for instance, which the application
//! checks before it [accepts](crate::tokio::Accepting::accept). `null` passes only where it is
//! listed, and should not be: any page can make itself one.
//!
//! The refusal has the status 403 and the name `origin-refused`; it stands in the error, the log
//! and the answer. Which header field holds the origin depends on the draft; the acceptor knows.
//!
//! # Hosts
//!
//! A page can have its own name lead to an address of yours, a private or a loopback one (DNS
//! rebinding). For the browser, it then talks to its own server, and the origin is its own. The
//! [host](crate::handshake::Hosts) tells. Say which names are yours:
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
//! A request to another host gets the status 403 and the name
//! `host-refused`, also where it asks for a page; that of an absolute target counts before the
//! header field. Health checks often name an address: list it. `wsdraft serve` and `wsdraft proxy`
//! do this by themselves where they listen on a loopback address.
//!
//! # TLS
//!
//! Bring your own, or stand behind a proxy that ends it: the adapters take any stream. Bound the
//! time of the TLS handshake, which comes before everything that is bounded here:
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
//! Then say [`secure(true)`](crate::handshake::Acceptor::secure): some drafts tell it to the client.
//!
//! # Limits
//!
//! [`Limits`](crate::Limits) bound each connection. By default a message may have 64 MiB, in frames
//! of at most 16 MiB, as elsewhere; few applications need a hundredth of that. Set `message` and
//! `frame` to the longest message that your application uses, and `write_buffer` to what may wait
//! for a client that reads slowly.
//!
//! # Connections and memory
//!
//! With the default [`Limits`](crate::Limits) one connection may hold up to 66 MB, and a thousand of
//! them 66 GB. So, beside a lower bound for messages:
//!
//! - Bound the number of connections, with a semaphore as below. Where it has no place, connections
//!   wait in the system's queue. It is to be below the descriptors that the process may have
//!   (`ulimit -n`). Where these run out all the same, wait a little and go on: `accept` fails for as
//!   long as there is none.
//! - Share a [`Budget`](crate::Budget), so that some can have long messages and not all of them at
//!   once. By default there is none.
//!
//! The whole is then: the budget, and for each connection 128 KiB, the [states of
//! compression](crate::extension::Compression), TLS, and the buffers of an HTTP server before this
//! one; and what the application keeps of messages.
//!
//! Where the budget is used up, connections with small messages go on, since the first 128 KiB of each
//! do not count. Long messages fail with [`Limit::Memory`](crate::Limit::Memory), and whoever holds
//! memory for more than 10 s while it is scarce is given up. A stranger who opens ever new
//! connections can use it up again: bound the connections of each address in front of the server if
//! that matters. `wsdraft serve` has `--max-connections` and `--memory`.
//!
//! # Time
//!
//! The opening handshake has 10 s, the closing one 5 s, and a client that takes nothing 60 s. A
//! client that is gone without a word stays until it is asked: set
//! [`Limits::keepalive`](crate::Limits::keepalive), or [`Limits::idle`](crate::Limits::idle) for
//! clients of drafts without pings.
//!
//! Through [hyper](crate::hyper#time) and [axum](crate::axum#time), the head is theirs to read, and
//! has any time unless a timer bounds it: serve with `Acceptor::http1`. Over [blocking
//! streams](crate::blocking#time), set the stream's own time.
//!
//! # Compression
//!
//! It is off by default. It costs memory for each connection, and work: set the windows and the level
//! in [`Compression`](crate::extension::Compression). A message is inflated up to `Limits::message`
//! and no further. Do not put a secret and a text that a stranger chooses into one compressed
//! message: its length tells the secret bit by bit.
//!
//! # Logs
//!
//! Each refusal and each failed connection gives an error that says which rule, limit, origin or
//! host it was; write it down with the address of the peer. What is quoted of the peer is cut and
//! without control characters. Strangers can make many: bound the rate, and do not wait for whoever
//! reads the log. With the feature `tracing`, all adapters tell the same to a subscriber.
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
//!         // TLS ends in a proxy before this server.
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
//!         socket.send(message).await?;
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
//!                 eprintln!("no connection taken: {error}");
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
