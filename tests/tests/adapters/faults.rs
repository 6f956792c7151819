//! Transports that fail, stall and tear: at every byte of every vector, nothing that was received
//! is lost, and nothing waits longer than its limit.

use std::{
    future::{Future, poll_fn},
    io,
    pin::{Pin, pin},
    task::{Context, Poll},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, Join, ReadBuf, Sink, join, sink},
    time::Instant,
};
use wsdraft::{
    Config, Connection, ConnectionError, Draft, Error, Limit, Limits, Message, OsEntropy, Sent,
    frame::Session,
    handshake::{Answer, Opening},
    tokio::{Acceptor, Connector, WebSocket},
};
use wsdraft_tests::vectors::{self, Kind, Vector};

mod torn;

use torn::{FAULTS, Fault, dripping, torn};

type Spoken = &'static dyn Draft;

// ---- Streams of frames ----

const SILENCE: Duration = Duration::from_secs(30);

/// The longest that it takes to give a peer up: a limit, and then the time to close; a second
/// more is what the timer may be late by.
fn given_up(limit: Duration) -> Duration {
    limit + Limits::default().close + Duration::from_secs(1)
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.idle = Some(SILENCE);
    limits
}

fn named(name: &str) -> Option<Spoken> {
    let mut all = wsdraft::drafts::ALL.iter().copied();
    all.find(|draft| draft.info().short == name)
}

/// The end that receives from `from`.
fn receiver(draft: Spoken, from: &str, key: Option<[u8; 20]>) -> Connection<Spoken> {
    let session = Session { masking_key: key };
    let config = Config::with_limits(limits());
    match from {
        "client" => Connection::server(draft, session, config),
        _ => Connection::client(draft, session, OsEntropy, config),
    }
}

/// The messages that these bytes make, and whether more can come after them.
fn expected(mut connection: Connection<Spoken>, bytes: &[u8]) -> (Vec<Message>, bool) {
    let mut messages = Vec::new();
    connection.feed(bytes);
    while let Ok(Some(message)) = connection.receive_message() {
        messages.push(message);
    }
    let open = connection.ended().is_none();
    (messages, open)
}

/// Every stream of the vectors: its draft, its sender, its key, its bytes.
fn each_stream(mut look: impl FnMut(&Vector, Spoken, &str, Option<[u8; 20]>, &[u8])) {
    let mut count = 0;
    for vector in vectors::all() {
        if !matches!(vector.kind, Kind::Frames | Kind::Invalid) {
            continue;
        }
        let bytes = vector.bytes();
        for draft in vector.drafts.iter().filter_map(|name| named(name)) {
            for from in vector.senders() {
                look(&vector, draft, from, vector.masking_key(), &bytes);
                count += 1;
            }
        }
    }
    assert!(count > 100, "{count} streams");
}

/// Where a stream is torn: at every byte, or at some of many.
fn boundaries(length: usize) -> impl Iterator<Item = usize> {
    (0..=length).filter(move |at| length <= 512 || *at < 32 || at + 32 > length || at % 4099 == 0)
}

fn paused() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime")
}

#[test]
fn a_stream_torn_at_any_byte_gives_what_came_before() {
    let runtime = paused();
    each_stream(|vector, draft, from, key, bytes| {
        for at in boundaries(bytes.len()) {
            let (wanted, open) = expected(receiver(draft, from, key), &bytes[..at]);
            for fault in FAULTS {
                let stream = torn(&bytes[..at], fault);
                let mut socket = WebSocket::from_parts(stream, receiver(draft, from, key));
                let (got, error, took) = runtime.block_on(async {
                    let (mut got, start) = (Vec::new(), Instant::now());
                    let error = loop {
                        match socket.recv().await {
                            Ok(Some(message)) => got.push(message),
                            Ok(None) => break None,
                            Err(error) => break Some(error),
                        }
                    };
                    (got, error, start.elapsed())
                });
                let id = format!(
                    "{} of {} from {from}, {fault:?} at {at}",
                    vector.id,
                    draft.info().short
                );
                assert_eq!(got, wanted, "{id}");
                // Whatever happens, it happens within the limit, and is told.
                assert!(took <= given_up(SILENCE), "{id}: {took:?}");
                assert!(socket.ended().is_some() || error.is_some(), "{id}");
                if open && fault == Fault::Stall {
                    assert!(
                        matches!(
                            error,
                            Some(Error::Connection(ConnectionError::Limit {
                                limit: Limit::Idle,
                                ..
                            }))
                        ),
                        "{id}: {error:?}"
                    );
                }
                if open && fault == Fault::Reset {
                    assert!(
                        error.is_some() || got.is_empty() || socket.ended().is_some(),
                        "{id}"
                    );
                }
            }
        }
    });
}

#[test]
fn a_future_dropped_at_every_await_loses_no_vector() {
    let runtime = paused();
    each_stream(|vector, draft, from, key, bytes| {
        if bytes.len() > 4096 {
            return;
        }
        let (wanted, _) = expected(receiver(draft, from, key), bytes);
        let stream = dripping(bytes, Fault::Leave);
        let mut socket = WebSocket::from_parts(stream, receiver(draft, from, key));
        let got = runtime.block_on(async {
            let mut got = Vec::new();
            for _ in 0..8 * bytes.len() + 64 {
                match once(socket.recv()).await {
                    Poll::Ready(Ok(Some(message))) => got.push(message),
                    Poll::Ready(_) => return got,
                    Poll::Pending => {}
                }
            }
            panic!("{} of {}: no end", vector.id, draft.info().short)
        });
        assert_eq!(got, wanted, "{} of {}", vector.id, draft.info().short);
    });
}

/// Polls a future once, and drops it.
async fn once<F: Future>(future: F) -> Poll<F::Output> {
    let mut future = pin!(future);
    poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await
}

// ---- Handshakes ----

/// A request of a draft.
fn request(draft: Spoken) -> Vec<u8> {
    let entropy = |bytes: &mut [u8]| {
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = at as u8 ^ 0x35;
        }
    };
    let opening = Opening {
        host: "server.example",
        resource: "/chat",
        origin: Some("http://client.example"),
        subprotocols: &["chat"],
        extensions: None,
        cookie: None,
        fields: &[],
        entropy: &entropy,
    };
    let mut out = Vec::new();
    draft.write_request(&opening, &mut out);
    out
}

#[test]
fn a_request_torn_at_any_byte_is_given_up_within_its_limit() {
    let runtime = paused();
    let limit = Limits::default().handshake;
    for draft in wsdraft::drafts::ALL.iter().copied() {
        let bytes = request(draft);
        for at in 0..bytes.len() {
            for fault in FAULTS {
                let id = format!("{}, {fault:?} at {at}", draft.info().short);
                let acceptor = Acceptor::new(draft);
                let (error, took) = runtime.block_on(async {
                    let start = Instant::now();
                    let accepted = acceptor.accept(torn(&bytes[..at], fault)).await;
                    (accepted.err(), start.elapsed())
                });
                let error = error.unwrap_or_else(|| panic!("{id}: accepted"));
                assert!(took <= given_up(limit), "{id}: {took:?}");
                match fault {
                    Fault::Stall => assert!(is_handshake_limit(&error), "{id}: {error:?}"),
                    // However a peer goes, it has vanished.
                    Fault::Reset | Fault::Leave => assert!(
                        matches!(error, Error::Connection(ConnectionError::LeftEarly { sent, .. }) if (sent != Sent::Nothing) == (at > 0)),
                        "{id}: {error:?}"
                    ),
                }
            }
        }
    }
}

fn is_handshake_limit(error: &Error) -> bool {
    match error {
        Error::Refused(refusal) => refusal.to_string().contains(Limit::Handshake.as_str()),
        Error::Connection(ConnectionError::Limit { limit, .. }) => *limit == Limit::Handshake,
        _ => false,
    }
}

#[test]
fn a_server_that_never_answers_is_given_up() {
    let runtime = paused();
    let address = "ws://server.example/".parse().expect("a URL");
    for draft in wsdraft::drafts::ALL.iter().copied() {
        let (error, took) = runtime.block_on(async {
            let start = Instant::now();
            let stream = torn(b"HTTP/1.1 101 ", Fault::Stall);
            let connected = Connector::new(draft)
                .origin("http://client.example")
                .connect(stream, &address)
                .await;
            (connected.err(), start.elapsed())
        });
        let name = draft.info().short;
        assert!(
            error.as_ref().is_some_and(is_handshake_limit),
            "{name}: {error:?}"
        );
        assert!(
            took <= given_up(Limits::default().handshake),
            "{name}: {took:?}"
        );
    }
}

/// A close that is never answered takes its limit and no longer.
#[test]
fn a_peer_that_never_closes_is_left() {
    let runtime = paused();
    for draft in wsdraft::drafts::ALL.iter().copied() {
        for from in ["client", "server"] {
            let key = Some(*b"a key of some length");
            let stream = torn(&[], Fault::Stall);
            let mut socket = WebSocket::from_parts(stream, receiver(draft, from, key));
            let took = runtime.block_on(async {
                let start = Instant::now();
                let _ = socket.close(1000, "").await;
                start.elapsed()
            });
            assert!(took <= given_up(Duration::ZERO), "{took:?}");
            assert!(socket.ended().is_some());
        }
    }
}

/// A stream that takes nothing: whoever sends to it waits, and does not wait for ever to close.
#[test]
fn a_peer_that_never_reads_holds_up_nobody_for_ever() {
    struct Deaf;
    impl AsyncRead for Deaf {
        fn poll_read(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
            _: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            Poll::Pending
        }
    }
    impl AsyncWrite for Deaf {
        fn poll_write(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
            _: &[u8],
        ) -> Poll<io::Result<usize>> {
            Poll::Pending
        }
        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Pending
        }
        fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Pending
        }
    }
    let runtime = paused();
    for draft in wsdraft::drafts::ALL.iter().copied() {
        let key = Some(*b"a key of some length");
        let mut socket = WebSocket::from_parts(Deaf, receiver(draft, "client", key));
        runtime.block_on(async {
            let text = "x".repeat(1000);
            let mut taken = 0;
            while let Poll::Ready(Ok(())) = once(socket.feed(&text)).await {
                taken += 1;
                assert!(taken < 10_000, "endless room");
            }
            let start = Instant::now();
            let _ = socket.close(1000, "").await;
            assert!(start.elapsed() <= given_up(Duration::ZERO));
        });
        assert!(socket.ended().is_some(), "{}", draft.info().short);
    }
}

/// An accepting future that is dropped at every await, over a stream that drips.
#[test]
fn an_accepting_future_dropped_at_every_await_loses_nothing() {
    let runtime = paused();
    for draft in wsdraft::drafts::ALL.iter().copied() {
        let bytes = request(draft);
        let stream = dripping(&bytes, Fault::Stall);
        runtime.block_on(async {
            let mut accepting = Acceptor::new(draft).start(stream);
            let answer = Answer::default();
            for _ in 0..8 * bytes.len() {
                if let Poll::Ready(accepted) = once(accepting.accept(&answer)).await {
                    assert!(accepted.is_ok(), "{}: {accepted:?}", draft.info().short);
                    return;
                }
            }
            panic!("{}: no end", draft.info().short)
        });
    }
}
