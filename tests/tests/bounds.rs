//! Memory that a hostile peer can make an end hold, in every draft and role: measured on the heap,
//! and bounded.
//!
//! `CONFORMANCE.md` states these bounds. All scenes are in one test, since they share the heap.

use std::{
    alloc::System,
    collections::BTreeMap,
    future::{Future, poll_fn},
    io,
    pin::{Pin, pin},
    task::{Context, Poll},
    time::Duration,
};

use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use wsdraft::{
    Config, Connection, Error as CoreError, Limit, Limits, Message, NoEntropy, Role,
    drafts::rfc6455,
    frame::{Outgoing, Session},
    info::Kind,
    tokio::{Acceptor, Error, WebSocket},
};
use wsdraft_tests::sockets::{Spoken, drafts, newest};

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
    start: Vec<u8>,
    pattern: Vec<u8>,
    /// How much of the start was said, and where in the pattern it is.
    started: usize,
    at: usize,
    left: usize,
    reads: bool,
}

impl Endless {
    /// So many bytes of a pattern after a start, and then silence.
    fn new(start: &[u8], pattern: &[u8], left: usize) -> Self {
        Self {
            start: start.into(),
            pattern: pattern.into(),
            started: 0,
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
        let this = &mut *self;
        let rest = &this.start[this.started..];
        let first = rest.len().min(buffer.remaining());
        buffer.put_slice(&rest[..first]);
        this.started += first;
        while buffer.remaining() > 0 && this.left > 0 {
            let rest = &this.pattern[this.at..];
            let length = rest.len().min(buffer.remaining()).min(this.left);
            buffer.put_slice(&rest[..length]);
            this.at = (this.at + length) % this.pattern.len();
            this.left -= length;
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

type Socket<S> = WebSocket<S, Spoken>;

fn zeros(bytes: &mut [u8]) -> Result<(), NoEntropy> {
    bytes.fill(0);
    Ok(())
}

fn connection(draft: Spoken, role: Role, limits: Limits) -> Connection<Spoken> {
    let config = Config::with_limits(limits);
    match role {
        Role::Client => Connection::client(draft, Session::default(), zeros, config),
        Role::Server => Connection::server(draft, Session::default(), config),
    }
}

/// An end under attack: a draft, a role, and its limits.
#[derive(Clone)]
struct Victim {
    draft: Spoken,
    role: Role,
    limits: Limits,
}

impl Victim {
    fn socket<S: AsyncRead + AsyncWrite + Unpin>(&self, stream: S) -> Socket<S> {
        let connection = connection(self.draft, self.role, self.limits.clone());
        WebSocket::from_parts(stream, connection)
    }

    /// What its peer sends with these calls; nothing where the draft has no words for it.
    fn sent_to_it(
        &self,
        call: impl FnOnce(&mut Connection<Spoken>) -> Result<(), CoreError>,
    ) -> Vec<u8> {
        let mut limits = Limits::default();
        limits.write_buffer = usize::MAX;
        let mut peer = connection(self.draft, self.role.peer(), limits);
        let _ = call(&mut peer);
        peer.output().to_vec()
    }

    /// The head of a frame with a length that its peer announces, if it can.
    fn announced(&self, kind: Kind, length: usize) -> Option<Vec<u8>> {
        let frame = Outgoing {
            kind,
            fin: true,
            reserved: 0,
            length: length as u64,
            opcode: 0,
        };
        let (role, session) = (self.role.peer(), Session::default());
        let encoded = self.draft.encode(&frame, role, [0; 4], &session)?;
        encoded.trailer.is_none().then(|| encoded.bytes().to_vec())
    }

    fn name(&self) -> String {
        format!("{} {}", self.draft.info().short, self.role)
    }
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
    /// The worst of each kind: what was measured, its bound, and where.
    worst: BTreeMap<&'static str, (usize, usize, String)>,
}

impl Bystanders {
    fn new() -> Self {
        let (near, far) = tokio::io::duplex(4 * KIB);
        let end = |role, stream| {
            let connection = connection(newest(), role, Limits::default());
            WebSocket::from_parts(stream, connection)
        };
        Self {
            client: end(Role::Client, near),
            server: end(Role::Server, far),
            worst: BTreeMap::new(),
        }
    }

    /// Holds what was measured to its bound, and notes the worst.
    fn bounded(&mut self, what: &'static str, whose: &str, measured: usize, bound: usize) {
        assert!(
            measured <= bound,
            "{what}, {whose}: {measured} bytes are more than {bound}"
        );
        let worst = self.worst.entry(what).or_default();
        if measured >= worst.0 {
            *worst = (measured, bound, whose.into());
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
        for draft in drafts() {
            for role in [Role::Client, Role::Server] {
                let limits = Limits::default();
                let victim = Victim {
                    draft,
                    role,
                    limits,
                };
                endless_empty_fragments(&mut others, &victim).await;
                ping_flood(&mut others, &victim).await;
                large_control_frames(&mut others, &victim).await;
                slow_reader(&mut others, &victim).await;
                announced_and_not_sent(&mut others, &victim).await;
                unfinished_message(&mut others, &victim).await;
                text_that_is_repaired(&mut others, &victim).await;
            }
        }
        slow_writer(&mut others).await;
        for (what, (measured, bound, whose)) in &others.worst {
            println!("{what}: {measured} bytes, at most {bound} ({whose})");
        }
    });
}

/// What is received, and the most that is held until then.
async fn received(
    socket: &mut Socket<Endless>,
    before: usize,
    victim: &Victim,
) -> (Result<Option<Message>, Error>, usize) {
    let mut most = 0;
    for _ in 0..10_000 {
        let received = once(socket.recv()).await;
        most = most.max(held().saturating_sub(before));
        if let Poll::Ready(received) = received {
            return (received, most);
        }
        // What has ended waits for the peer to close, for as long as that may take.
        tokio::time::advance(Duration::from_secs(1)).await;
    }
    panic!("{}: it waits for ever", victim.name())
}

/// A thousand requests that stop within the head, each as long as a head may be.
async fn half_open_handshakes(others: &mut Bystanders) {
    const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: server.example\r\nX-Filler: ";
    let limit = Limits::default().head;
    for (what, length) in [
        ("half-open handshake, short, each", 0),
        (
            "half-open handshake, as long as allowed, each",
            limit - REQUEST.len() - 1,
        ),
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
        others.bounded(what, "", each, length + 8 * KIB);
        // All of them are given up when their time is over.
        tokio::time::advance(Limits::default().handshake + Duration::from_secs(1)).await;
        for accepting in &mut waiting {
            assert!(matches!(accepting.request().await, Err(Error::Refused(_))));
        }
        drop(waiting);
        drop(acceptor);
        others.bounded(
            "what is left of them",
            "",
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
    let left = held().saturating_sub(before);
    others.bounded("a head of 20 MB", "", left, 64 * KIB);
}

async fn endless_empty_fragments(others: &mut Bystanders, victim: &Victim) {
    if !victim.draft.info().fragments {
        return;
    }
    let first = victim.sent_to_it(|peer| peer.begin_text(&[]));
    let both = victim.sent_to_it(|peer| {
        peer.begin_text(&[])?;
        peer.append(&[])
    });
    let next = &both[first.len()..];
    let mut victim = victim.clone();
    if victim.draft.info().short != newest().info().short {
        victim.limits.fragments = 1000;
    }
    let limit = victim.limits.fragments;
    let before = held();
    let stream = Endless::new(&first, next, (limit - 1) * next.len());
    let mut socket = victim.socket(stream);
    assert!(
        once(socket.recv()).await.is_pending(),
        "as many as are allowed"
    );
    others.bounded(
        "empty fragments, as many as are allowed",
        &victim.name(),
        held().saturating_sub(before),
        THREAD + 16 * KIB,
    );
    let mut socket = victim.socket(Endless::new(&first, next, limit * next.len()));
    let (failed, _) = received(&mut socket, 0, &victim).await;
    assert!(matches!(
        failed,
        Err(Error::Connection(CoreError::Limit {
            limit: Limit::Fragments,
            ..
        }))
    ));
    others.are_served().await;
}

/// Pings that are never read an answer to: usual ones, and the longest that the draft allows.
async fn ping_flood(others: &mut Bystanders, victim: &Victim) {
    let limits = &victim.limits;
    for length in [100, limits.control] {
        let ping = victim.sent_to_it(|peer| peer.ping(&vec![b'p'; length]));
        if ping.is_empty() {
            continue;
        }
        let before = held();
        let stream = Endless {
            reads: false,
            ..Endless::new(&[], &ping, 3 * limits.write_buffer)
        };
        let mut socket = victim.socket(stream);
        let mut most = 0;
        for _ in 0..100 {
            assert!(once(socket.recv()).await.is_pending());
            most = most.max(held().saturating_sub(before));
            // A loop that never waits would take this for a task that lets none run.
            tokio::task::yield_now().await;
        }
        others.are_served().await;
        others.bounded(
            "a flood of pings whose answers nobody reads",
            &victim.name(),
            most,
            // What waits to be written grows by doubling.
            2 * limits.write_buffer + THREAD + limits.control,
        );
    }
}

/// Control frames that are longer than the limit, in drafts that state none.
async fn large_control_frames(others: &mut Bystanders, victim: &Victim) {
    for kind in [Kind::Ping, Kind::Pong, Kind::Close] {
        let length = 8 << 20;
        let Some(head) = victim.announced(kind, length) else {
            continue;
        };
        let before = held();
        let mut socket = victim.socket(Endless::new(&head, FILLER, length));
        let (failed, most) = received(&mut socket, before, victim).await;
        match failed {
            Err(Error::Connection(CoreError::Limit { limit, .. })) => {
                assert_eq!(limit, Limit::Control, "{}", victim.name());
            }
            Err(Error::Connection(CoreError::Violation(_))) => {}
            other => panic!("{}: {other:?}", victim.name()),
        }
        others.are_served().await;
        others.bounded(
            "a control frame of 8 MiB",
            &victim.name(),
            most,
            THREAD + 48 * KIB,
        );
    }
}

/// An application that sends to a peer that never reads.
async fn slow_reader(others: &mut Bystanders, victim: &Victim) {
    let before = held();
    let stream = Endless {
        reads: false,
        ..Endless::new(&[], b"-", 0)
    };
    let mut socket = victim.socket(stream);
    let text = "x".repeat(1000);
    let mut taken = 0;
    while once(socket.send(&text)).await.is_ready() {
        taken += 1;
        assert!(taken <= 10_000, "endless room");
    }
    others.are_served().await;
    others.bounded(
        "messages for a peer that never reads",
        &victim.name(),
        held().saturating_sub(before),
        2 * victim.limits.write_buffer + THREAD,
    );
}

/// A frame of the largest size that is announced, and of which one byte comes.
async fn announced_and_not_sent(others: &mut Bystanders, victim: &Victim) {
    let heads = [Kind::Text, Kind::Binary].map(|kind| victim.announced(kind, 16 << 20));
    for head in heads.into_iter().flatten() {
        let start = [&head[..], b"x"].concat();
        let before = held();
        let mut waiting = Vec::new();
        for _ in 0..20 {
            let mut socket = victim.socket(Endless::new(&start, b"-", 0));
            assert!(once(socket.recv()).await.is_pending());
            waiting.push(socket);
        }
        others.are_served().await;
        let each = held().saturating_sub(before) / waiting.len();
        others.bounded(
            "a frame of 16 MiB that is announced and not sent, each",
            &victim.name(),
            each,
            // So much of an announced length is reserved; it is touched as it comes.
            (1 << 20) + 20 * KIB,
        );
    }
}

/// A message as long as it may be, of which the end never comes, and then one that is longer.
async fn unfinished_message(others: &mut Bystanders, victim: &Victim) {
    let mut victim = victim.clone();
    let limit = 1 << 20;
    (victim.limits.message, victim.limits.frame) = (limit, limit);
    let whole = victim.sent_to_it(|peer| peer.text(&"x".repeat(limit)));
    let stream = Endless::new(&whole[..whole.len() - 2], b"-", 0);
    let before = held();
    let mut socket = victim.socket(stream);
    for _ in 0..100 {
        assert!(once(socket.recv()).await.is_pending());
        tokio::task::yield_now().await;
    }
    others.are_served().await;
    let most = held().saturating_sub(before);
    others.bounded(
        "a message of 1 MiB, the most allowed, that does not end",
        &victim.name(),
        most,
        limit + THREAD + 16 * KIB,
    );
    drop(socket);
    let longer = victim.sent_to_it(|peer| peer.text(&"x".repeat(limit + 1)));
    let mut socket = victim.socket(Endless::new(&longer, b"-", 0));
    let (failed, _) = received(&mut socket, 0, &victim).await;
    assert!(matches!(
        failed,
        Err(Error::Connection(CoreError::Limit {
            limit: Limit::Message | Limit::Frame,
            ..
        }))
    ));
}

/// Text that is not UTF-8, of which each byte becomes three in drafts that have it repaired.
async fn text_that_is_repaired(others: &mut Bystanders, victim: &Victim) {
    let mut victim = victim.clone();
    let limit = 1 << 20;
    victim.limits.message = limit;
    for length in [10_000, limit / 3, limit / 3 + 1, limit] {
        let mut frame = victim.sent_to_it(|peer| peer.text(&"x".repeat(length)));
        for byte in &mut frame {
            // Whatever masks it, its bytes are no ASCII any more.
            *byte |= if *byte == b'x' { 0x80 } else { 0 };
        }
        let stream = Endless::new(&frame, b"-", 0);
        let before = held();
        let mut socket = victim.socket(stream);
        let (received, most) = received(&mut socket, before, &victim).await;
        match received {
            Ok(Some(message)) => {
                // With a key that is not known here, it is what it was.
                let is = message.as_bytes().len();
                assert!([length, 3 * length].contains(&is), "{}", victim.name());
                assert!(is <= limit, "{}: {is}", victim.name());
            }
            Err(Error::Connection(CoreError::Limit { limit, .. })) => {
                assert_eq!(limit, Limit::Message);
                assert!(length > (1 << 20) / 3, "{}", victim.name());
            }
            Err(Error::Connection(CoreError::Violation(_))) => {}
            other => panic!("{}: {other:?}", victim.name()),
        }
        others.bounded(
            "text of 1 MiB, the most allowed, that is repaired",
            &victim.name(),
            most,
            2 * limit + THREAD + 16 * KIB,
        );
    }
}

/// A message of a mebibyte that comes in pieces of a hundred bytes.
async fn slow_writer(others: &mut Bystanders) {
    let length = 1 << 20;
    let limits = Limits::default();
    let (draft, role) = (newest(), Role::Server);
    let victim = Victim {
        draft,
        role,
        limits,
    };
    let head = victim.announced(Kind::Binary, length).expect("a head");
    let (mut near, far) = tokio::io::duplex(100);
    let before = held();
    let mut socket = victim.socket(far);
    let write = async {
        let mut most = 0;
        near.write_all(&head).await.expect("a stream");
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
    others.bounded(
        "a message of 1 MiB in pieces of 100 bytes",
        &victim.name(),
        most - length,
        2 * length + THREAD,
    );
}
