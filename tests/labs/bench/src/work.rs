//! The kinds of work, a trait each, and the contenders for each kind.

use std::{cell::OnceCell, future::Future, sync::Arc};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    runtime::Runtime,
    task::JoinHandle,
};
use tokio_rustls::server::TlsStream;

use crate::{memory::Memory, peers::*, tls};

/// Which end of a connection a contender is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Client,
    Server,
}

/// One that takes part, under the name that stands in the tables.
pub trait Contender {
    const NAME: &'static str;
}

/// A server that receives messages, each a frame of its own, until it has had so many. It holds the
/// last `HELD` of them, if it does not lend them.
pub trait Receive: Contender {
    /// Gives the bytes of all payloads.
    fn receive<const HELD: usize>(input: Memory, messages: usize) -> impl Future<Output = usize>;
}

/// Messages that those hold who receive them to keep.
pub const HELD: usize = 16;

/// The last messages, in turn.
pub struct Ring<T, const HELD: usize> {
    held: [Option<T>; HELD],
    at: usize,
}

impl<T, const HELD: usize> Default for Ring<T, HELD> {
    fn default() -> Self {
        Self {
            held: [const { None }; HELD],
            at: 0,
        }
    }
}

impl<T, const HELD: usize> Ring<T, HELD> {
    /// Holds a message in place of the oldest, or drops it.
    pub fn hold(&mut self, message: T) {
        self.hold_with(|| message);
    }

    /// As [`hold`](Self::hold), for one that must be copied to be held.
    pub fn hold_with(&mut self, message: impl FnOnce() -> T) {
        if let Some(place) = self.held.get_mut(self.at) {
            *place = Some(message());
            self.at = (self.at + 1) % HELD;
        }
    }
}

/// An end that sends the same binary message again and again, and flushes after each.
pub trait Send: Contender {
    fn send(output: Memory, end: End, payload: &[u8], messages: usize) -> impl Future<Output = ()>;
}

/// Messages that are fed before a flush.
pub const BATCH: usize = 16;

/// An end that sends the same binary message again and again, and flushes after each [`BATCH`].
pub trait Feed: Contender {
    fn feed(output: Memory, end: End, payload: &[u8], messages: usize) -> impl Future<Output = ()>;
}

/// A server that sends every message back, in the way that its documentation shows.
pub trait Echo<S>: Contender {
    /// Serves until the stream ends.
    fn serve(stream: S) -> impl Future<Output = ()> + std::marker::Send + 'static;
}

/// A stream that all but wtx take.
pub trait Duplex: AsyncRead + AsyncWrite + Unpin + std::marker::Send + 'static {}

impl<S: AsyncRead + AsyncWrite + Unpin + std::marker::Send + 'static> Duplex for S {}

/// A server that reads an opening request, checks it and answers it.
pub trait Accept: Contender {
    fn accept(request: Memory) -> impl Future<Output = ()>;
}

pub type Receiver = (&'static str, fn(Memory, usize) -> usize);
pub type Sender = (&'static str, fn(End, &[u8], usize));
pub type Server = (&'static str, fn(&Runtime, TcpStream));
pub type Echoer = (&'static str, fn(Memory));
pub type Acceptor = (&'static str, fn(&Arc<[u8]>));

/// All that receive, and drop each message.
pub fn receivers() -> Vec<Receiver> {
    fn run<C: Receive>() -> Receiver {
        (C::NAME, |input, messages| {
            block_on(C::receive::<0>(input, messages))
        })
    }
    vec![
        run::<Bare>(),
        run::<Core>(),
        run::<Wsdraft>(),
        run::<Owned>(),
        run::<Fastwebsockets>(),
        run::<Sockudo>(),
        run::<Soketto>(),
        run::<TokioTungstenite>(),
        run::<TokioWebsockets>(),
        run::<Tungstenite>(),
        run::<WebSocket>(),
        run::<Wtx>(),
        run::<Yawc>(),
    ]
}

/// All that receive messages to keep, and hold the last [`HELD`].
pub fn keepers() -> Vec<Receiver> {
    fn run<C: Receive>() -> Receiver {
        (C::NAME, |input, messages| {
            block_on(C::receive::<HELD>(input, messages))
        })
    }
    vec![
        run::<Owned>(),
        run::<Fastwebsockets>(),
        run::<Sockudo>(),
        run::<Soketto>(),
        run::<TokioTungstenite>(),
        run::<TokioWebsockets>(),
        run::<Tungstenite>(),
        run::<WebSocket>(),
        run::<Wtx>(),
        run::<Yawc>(),
    ]
}

/// All that send.
pub fn senders() -> Vec<Sender> {
    fn run<C: Send>() -> Sender {
        (C::NAME, |end, payload, messages| {
            block_on(C::send(Memory::default(), end, payload, messages));
        })
    }
    vec![
        run::<Core>(),
        run::<Wsdraft>(),
        run::<Fastwebsockets>(),
        run::<Sockudo>(),
        run::<Soketto>(),
        run::<TokioTungstenite>(),
        run::<TokioWebsockets>(),
        run::<Tungstenite>(),
        run::<WebSocket>(),
        run::<Wtx>(),
        run::<WtxInPlace>(),
        run::<Yawc>(),
    ]
}

/// All that can send without a flush.
pub fn feeders() -> Vec<Sender> {
    fn run<C: Feed>() -> Sender {
        (C::NAME, |end, payload, messages| {
            block_on(C::feed(Memory::default(), end, payload, messages));
        })
    }
    vec![
        run::<Core>(),
        run::<Wsdraft>(),
        run::<Fastwebsockets>(),
        run::<Soketto>(),
        run::<TokioTungstenite>(),
        run::<TokioWebsockets>(),
        run::<Tungstenite>(),
        run::<Yawc>(),
    ]
}

/// All that serve.
pub fn servers() -> Vec<Server> {
    fn run<C: Echo<TcpStream>>() -> Server {
        (C::NAME, |runtime, stream| {
            runtime.spawn(C::serve(stream));
        })
    }
    vec![
        run::<Bare>(),
        run::<Wsdraft>(),
        run::<Flushed>(),
        run::<Fastwebsockets>(),
        run::<Sockudo>(),
        run::<Soketto>(),
        run::<TokioTungstenite>(),
        run::<TokioTungsteniteFed>(),
        run::<TokioWebsockets>(),
        run::<TokioWebsocketsFed>(),
        run::<WebSocket>(),
        run::<Wtx>(),
        run::<Yawc>(),
        run::<YawcFed>(),
    ]
}

/// Some that serve, over TLS.
pub fn secured() -> Vec<Server> {
    fn run<C: Echo<TlsStream<TcpStream>>>() -> Server {
        (C::NAME, |runtime, stream| {
            runtime.spawn(async move {
                if let Ok(stream) = tls::acceptor().accept(stream).await {
                    C::serve(stream).await;
                }
            });
        })
    }
    vec![
        run::<Wsdraft>(),
        run::<Fastwebsockets>(),
        run::<TokioTungstenite>(),
        run::<TokioWebsockets>(),
        run::<Yawc>(),
    ]
}

/// Starts a task that serves a stream in memory.
pub type Spawner = (&'static str, fn(&Runtime, Memory) -> JoinHandle<()>);

/// Some that serve a stream in memory, for a runtime with more than one thread.
pub fn spawners() -> Vec<Spawner> {
    fn run<C: Echo<Memory>>() -> Spawner {
        (C::NAME, |runtime, stream| runtime.spawn(C::serve(stream)))
    }
    vec![
        run::<Wsdraft>(),
        run::<Fastwebsockets>(),
        run::<TokioTungstenite>(),
        run::<TokioWebsockets>(),
        run::<Wtx>(),
        run::<Yawc>(),
    ]
}

/// All that serve a stream in memory.
pub fn echoers() -> Vec<Echoer> {
    fn run<C: Echo<Memory>>() -> Echoer {
        (C::NAME, |stream| block_on(C::serve(stream)))
    }
    vec![
        run::<Bare>(),
        run::<Core>(),
        run::<Wsdraft>(),
        run::<Flushed>(),
        run::<Fastwebsockets>(),
        run::<Sockudo>(),
        run::<Soketto>(),
        run::<TokioTungstenite>(),
        run::<TokioTungsteniteFed>(),
        run::<TokioWebsockets>(),
        run::<TokioWebsocketsFed>(),
        run::<WebSocket>(),
        run::<Wtx>(),
        run::<Yawc>(),
        run::<YawcFed>(),
    ]
}

/// All that accept.
pub fn acceptors() -> Vec<Acceptor> {
    fn run<C: Accept>() -> Acceptor {
        (C::NAME, |request| {
            block_on(C::accept(Memory::new(request.clone())))
        })
    }
    vec![
        run::<Core>(),
        run::<Wsdraft>(),
        run::<Sockudo>(),
        run::<Soketto>(),
        run::<TokioTungstenite>(),
        run::<TokioWebsockets>(),
        run::<Tungstenite>(),
        run::<Wtx>(),
    ]
}

/// Runs work that never waits for anything outside.
pub fn block_on<F: Future>(work: F) -> F::Output {
    thread_local!(static RUNTIME: OnceCell<Runtime> = const { OnceCell::new() });
    RUNTIME.with(|runtime| runtime.get_or_init(current_thread).block_on(work))
}

/// The runtime that everything is measured on.
pub fn current_thread() -> Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
}
