//! Clients and servers that talk over streams in memory.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll, Waker},
};

use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf, duplex};
use wsdraft::{
    Draft, Limits,
    handshake::Address,
    tokio::{Acceptor, Connector, WebSocket},
};

/// Any built-in draft.
pub type Spoken = &'static dyn Draft;
/// A connection over a stream in memory.
pub type Socket<S = DuplexStream> = WebSocket<S, Spoken>;

/// Every built-in draft.
pub fn drafts() -> impl Iterator<Item = Spoken> {
    wsdraft::drafts::ALL.iter().copied()
}

/// The draft with this short name.
///
/// # Panics
/// If there is none.
#[must_use]
pub fn find(name: &str) -> Spoken {
    drafts()
        .find(|draft| draft.info().short == name)
        .expect(name)
}

/// The newest draft.
///
/// # Panics
/// If there is none.
#[must_use]
pub fn newest() -> Spoken {
    drafts()
        .max_by_key(|draft| draft.info().serial)
        .expect("a draft")
}

/// Where all clients connect to.
///
/// # Panics
/// Never: it is a URL.
#[must_use]
pub fn address() -> Address {
    "ws://server.example/chat?room=1".parse().expect("a URL")
}

/// A client of a draft, with the origin that some drafts ask for.
pub fn connector(draft: Spoken) -> Connector<Spoken> {
    Connector::new(draft).origin("http://client.example")
}

/// A client and a server that have shaken hands, each with its limits, over a stream that holds
/// so many bytes in each direction.
///
/// # Panics
/// If the handshake fails.
pub async fn pair(
    draft: Spoken,
    capacity: usize,
    client: Limits,
    server: Limits,
) -> (Socket, Socket) {
    let (near, far) = duplex(capacity);
    let connector = connector(draft).limits(client);
    let acceptor = Acceptor::new(draft).limits(server);
    let address = address();
    let (client, server) = tokio::join!(connector.connect(near, &address), acceptor.accept(far));
    (client.expect("a client"), server.expect("a server"))
}

/// A stream that is ready at every other call only, and moves one byte at a time.
#[derive(Debug)]
pub struct Halting<S> {
    inner: S,
    halt_read: bool,
    halt_write: bool,
}

impl<S> Halting<S> {
    /// Makes the stream halt.
    pub const fn new(inner: S) -> Self {
        Self {
            inner,
            halt_read: false,
            halt_write: false,
        }
    }
}

fn halts(halt: &mut bool, cx: &Context<'_>) -> bool {
    *halt = !*halt;
    if *halt {
        cx.waker().wake_by_ref();
    }
    *halt
}

impl<S: AsyncRead + Unpin> AsyncRead for Halting<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        if halts(&mut self.halt_read, cx) {
            return Poll::Pending;
        }
        let mut byte = [0];
        let mut one = ReadBuf::new(&mut byte);
        let read = Pin::new(&mut self.inner).poll_read(cx, &mut one);
        buffer.put_slice(one.filled());
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Halting<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        if halts(&mut self.halt_write, cx) {
            return Poll::Pending;
        }
        let one = &bytes[..bytes.len().min(1)];
        Pin::new(&mut self.inner).poll_write(cx, one)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        if halts(&mut self.halt_write, cx) {
            return Poll::Pending;
        }
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        if halts(&mut self.halt_write, cx) {
            return Poll::Pending;
        }
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

/// Polls once, without a waker that does anything.
pub fn poll_once<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    Pin::new(future).poll(&mut Context::from_waker(Waker::noop()))
}
