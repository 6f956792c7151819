//! Memory that a hostile peer can make this end hold: measured on the heap, and bounded.
//!
//! `CONFORMANCE.md` states these bounds. All scenes are in one test, since they share the heap.

use std::{
    alloc::System,
    future::{Future, poll_fn},
    io,
    pin::{Pin, pin},
    task::{Context, Poll},
    time::Duration,
};

use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use wsdraft::{
    Config, Connection, Error as CoreError, Limit, Limits, Message, OsEntropy,
    drafts::rfc6455,
    frame::Session,
    tokio::{Acceptor, Error, WebSocket},
};

#[global_allocator]
static HEAP: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Bytes on the heap.
fn held() -> usize {
    let stats = HEAP.stats();
    let freed = stats.bytes_deallocated as isize;
    usize::try_from(stats.bytes_allocated as isize - freed).unwrap_or(0)
}

/// What goes into a header field.
const FILLER: &[u8] = &[b'x'; 4096];
const KIB: usize = 1 << 10;
/// The buffer to read into, which the connections of a thread share.
const THREAD: usize = 64 * KIB;

// ---- Streams that never tire ----

/// Says the same over and over, and swallows what is said to it, or takes nothing.
struct Endless {
    start: &'static [u8],
    pattern: &'static [u8],
    at: usize,
    left: usize,
    reads: bool,
}

impl Endless {
    /// So many bytes of a pattern after a start, and then silence.
    const fn new(start: &'static [u8], pattern: &'static [u8], left: usize) -> Self {
        Self {
            start,
            pattern,
            at: 0,
            left,
            reads: true,
        }
    }
}

impl AsyncRead for Endless {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let first = self.start.len().min(buffer.remaining());
        buffer.put_slice(&self.start[..first]);
        self.start = &self.start[first..];
        while buffer.remaining() > 0 && self.left > 0 {
            let rest = &self.pattern[self.at..];
            let length = rest.len().min(buffer.remaining()).min(self.left);
            buffer.put_slice(&rest[..length]);
            self.at = (self.at + length) % self.pattern.len();
            self.left -= length;
        }
        if buffer.filled().is_empty() {
            return Poll::Pending;
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Endless {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.reads {
            Poll::Ready(Ok(bytes.len()))
        } else {
            Poll::Pending
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.reads {
            Poll::Ready(Ok(()))
        } else {
            Poll::Pending
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

type Socket<S> = WebSocket<S, rfc6455::Draft>;

fn server<S: AsyncRead + AsyncWrite + Unpin>(stream: S, limits: Limits) -> Socket<S> {
    let config = Config::with_limits(limits);
    let connection = Connection::server(rfc6455::Draft, Session::default(), config);
    WebSocket::from_parts(stream, connection)
}

/// Polls a future once, and drops it.
async fn once<F: Future>(future: F) -> Poll<F::Output> {
    let mut future = pin!(future);
    poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await
}

/// A client and a server that have nothing to do with any of it, and are served throughout.
struct Bystanders {
    client: Socket<tokio::io::DuplexStream>,
    server: Socket<tokio::io::DuplexStream>,
}

impl Bystanders {
    fn new() -> Self {
        let (near, far) = tokio::io::duplex(4 * KIB);
        let config = Config::default();
        let client = Connection::client(rfc6455::Draft, Session::default(), OsEntropy, config);
        Self {
            client: WebSocket::from_parts(near, client),
            server: server(far, Limits::default()),
        }
    }

    async fn are_served(&mut self) {
        let echo = async {
            let message = self.server.recv().await.expect("a message");
            self.server
                .send(message.expect("a message"))
                .await
                .expect("room");
            self.server.flush().await.expect("a stream");
        };
        let ask = async {
            self.client.send("still there?").await.expect("room");
            self.client.recv().await.expect("an answer")
        };
        let (answer, ()) = tokio::join!(ask, echo);
        assert_eq!(answer, Some(Message::from("still there?")));
    }
}

/// Prints what was measured, and holds it to its bound.
fn bounded(what: &str, measured: usize, bound: usize) {
    println!("{what}: {measured} bytes, at most {bound}");
    assert!(
        measured <= bound,
        "{what}: {measured} bytes are more than {bound}"
    );
}

#[test]
fn memory_stays_within_its_bounds() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let mut others = Bystanders::new();
        // What is kept for the thread is there before anything is measured.
        others.are_served().await;
        half_open_handshakes(&mut others).await;
        endless_header(&mut others).await;
        endless_empty_fragments(&mut others).await;
        ping_flood(&mut others).await;
        slow_reader(&mut others).await;
        announced_and_not_sent(&mut others).await;
        slow_writer(&mut others).await;
    });
}

/// A thousand requests that stop within the head, each as long as a head may be.
async fn half_open_handshakes(others: &mut Bystanders) {
    const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: server.example\r\nX-Filler: ";
    let limit = Limits::default().head;
    for (what, length) in [
        ("short", 0),
        ("as long as allowed", limit - REQUEST.len() - 1),
    ] {
        let before = held();
        let acceptor = Acceptor::new(rfc6455::Draft);
        let mut waiting = Vec::new();
        for _ in 0..1000 {
            let mut accepting = acceptor.start(Endless::new(REQUEST, FILLER, length));
            assert!(once(accepting.request()).await.is_pending());
            waiting.push(accepting);
        }
        others.are_served().await;
        let each = (held() - before) / waiting.len();
        bounded(
            &format!("half-open handshake, {what}, each"),
            each,
            length + 8 * KIB,
        );
        // All of them are given up when their time is over.
        tokio::time::advance(Limits::default().handshake + Duration::from_secs(1)).await;
        for accepting in &mut waiting {
            assert!(matches!(accepting.request().await, Err(Error::Refused(_))));
        }
        drop(waiting);
        drop(acceptor);
        bounded(
            "what is left of them",
            held().saturating_sub(before),
            64 * KIB,
        );
    }
}

async fn endless_header(others: &mut Bystanders) {
    let before = held();
    let stream = Endless::new(b"GET / HTTP/1.1\r\nX-Filler: ", FILLER, 20 << 20);
    let mut accepting = Acceptor::new(rfc6455::Draft).start(stream);
    let refused = accepting.request().await;
    let refused = refused.expect_err("a head that is too long").to_string();
    assert!(refused.contains("16384"), "{refused}");
    others.are_served().await;
    bounded("a head of 20 MB", held().saturating_sub(before), 64 * KIB);
}

async fn endless_empty_fragments(others: &mut Bystanders) {
    const FIRST: &[u8] = &[0x01, 0x80, 0, 0, 0, 0];
    const NEXT: &[u8] = &[0x00, 0x80, 0, 0, 0, 0];
    let limit = Limits::default().fragments;
    let before = held();
    let mut socket = server(
        Endless::new(FIRST, NEXT, (limit - 1) * NEXT.len()),
        Limits::default(),
    );
    assert!(
        once(socket.recv()).await.is_pending(),
        "as many as are allowed"
    );
    bounded(
        "empty fragments, as many as are allowed",
        held().saturating_sub(before),
        THREAD + 16 * KIB,
    );
    let mut fewer = Limits::default();
    fewer.fragments = 1000;
    let mut socket = server(Endless::new(FIRST, NEXT, limit * NEXT.len()), fewer);
    let failed = socket.recv().await;
    assert!(matches!(
        failed,
        Err(Error::Connection(CoreError::Limit {
            limit: Limit::Fragments,
            ..
        }))
    ));
    others.are_served().await;
}

/// Pings that are never read an answer to.
async fn ping_flood(others: &mut Bystanders) {
    const PING: &[u8] = &{
        let mut ping = [b'p'; 131];
        (ping[0], ping[1]) = (0x89, 0x80 | 125);
        (ping[2], ping[3], ping[4], ping[5]) = (0, 0, 0, 0);
        ping
    };
    let before = held();
    let stream = Endless {
        reads: false,
        ..Endless::new(&[], PING, 20_000 * PING.len())
    };
    let mut socket = server(stream, Limits::default());
    let mut most = 0;
    for _ in 0..100 {
        assert!(once(socket.recv()).await.is_pending());
        most = most.max(held().saturating_sub(before));
        // A loop that never waits would take this for a task that lets none run.
        tokio::task::yield_now().await;
    }
    others.are_served().await;
    bounded(
        "a flood of pings whose answers nobody reads",
        most,
        // What waits to be written grows by doubling.
        2 * Limits::default().write_buffer + THREAD,
    );
}

/// An application that sends to a peer that never reads.
async fn slow_reader(others: &mut Bystanders) {
    let before = held();
    let stream = Endless {
        reads: false,
        ..Endless::new(&[], b"-", 0)
    };
    let mut socket = server(stream, Limits::default());
    let text = "x".repeat(1000);
    let mut taken = 0;
    while once(socket.send(&text)).await.is_ready() {
        taken += 1;
        assert!(taken <= 10_000, "endless room");
    }
    others.are_served().await;
    bounded(
        "messages for a peer that never reads",
        held().saturating_sub(before),
        2 * Limits::default().write_buffer + THREAD,
    );
}

/// A frame of the largest size that is announced, and of which one byte comes.
async fn announced_and_not_sent(others: &mut Bystanders) {
    const HEAD: &[u8] = &[0x82, 0xff, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, b'x'];
    let before = held();
    let mut waiting = Vec::new();
    for _ in 0..1000 {
        let mut socket = server(Endless::new(HEAD, b"-", 0), Limits::default());
        assert!(once(socket.recv()).await.is_pending());
        waiting.push(socket);
    }
    others.are_served().await;
    let each = held().saturating_sub(before) / waiting.len();
    bounded(
        "a frame of 16 MiB that is announced and not sent, each",
        each,
        // So much of an announced length is reserved; it is touched as it comes.
        (1 << 20) + 20 * KIB,
    );
}

/// A message of a mebibyte that comes in pieces of a hundred bytes.
async fn slow_writer(others: &mut Bystanders) {
    const HEAD: &[u8] = &[0x82, 0xff, 0, 0, 0, 0, 0, 0x10, 0, 0, 0, 0, 0, 0];
    let length = 1 << 20;
    let (mut near, far) = tokio::io::duplex(100);
    let before = held();
    let mut socket = server(far, Limits::default());
    let write = async {
        let mut most = 0;
        near.write_all(HEAD).await.expect("a stream");
        for piece in vec![b'x'; length].chunks(100) {
            near.write_all(piece).await.expect("a stream");
            most = most.max(held().saturating_sub(before));
        }
        most
    };
    let (most, message) = tokio::join!(write, socket.recv());
    let message = message.expect("a message").expect("a message");
    assert_eq!(message.as_bytes().len(), length);
    others.are_served().await;
    // Beside the message there is what is to be sent.
    bounded(
        "a message of 1 MiB in pieces of 100 bytes",
        most - length,
        2 * length + THREAD,
    );
}
