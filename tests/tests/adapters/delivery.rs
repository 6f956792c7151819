//! What is sent is delivered, whatever its task does next, and what is fed waits for more.

use std::{
    future::{Future, pending},
    io,
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use futures_util::{SinkExt, StreamExt as _};
use tokio::{
    io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf, duplex},
    time::{Instant, sleep, timeout},
};
use wsdraft::{Error, Event, Limits, Message, Prepared, tokio::Acceptor};
use wsdraft_tests::sockets::{
    Halting, Socket, address, connector, drafts, newest, pair, poll_once,
};

mod blocking;
mod dropped;
mod fed;
mod pongs;
mod upgraded;

/// Waits for what must come without anything else that its sender does.
async fn soon<T>(comes: impl Future<Output = T>) -> T {
    let waited = timeout(Duration::from_secs(60), comes).await;
    waited.expect("it comes by itself")
}

/// How long a handler works for a message. The clock of these tests stands still otherwise.
const WORK: Duration = Duration::from_secs(3);

async fn default_pair(capacity: usize) -> (Socket, Socket) {
    pair(newest(), capacity, Limits::default(), Limits::default()).await
}

/// A stream whose writes are counted, and that accepts none while it is shut.
#[derive(Debug)]
struct Watched<S> {
    inner: S,
    writes: Arc<AtomicUsize>,
    is_shut: Arc<AtomicBool>,
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(cx, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.is_shut.load(Ordering::Relaxed) {
            return Poll::Pending;
        }
        self.writes.fetch_add(1, Ordering::Relaxed);
        Pin::new(&mut self.inner).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

/// A client, and a server over a stream that is watched.
async fn watched() -> (
    Socket,
    Socket<Watched<DuplexStream>>,
    Arc<AtomicUsize>,
    Arc<AtomicBool>,
) {
    let (near, far) = duplex(1 << 16);
    let (writes, is_shut) = (Arc::default(), Arc::default());
    let far = Watched {
        inner: far,
        writes: Arc::clone(&writes),
        is_shut: Arc::clone(&is_shut),
    };
    let (connector, acceptor, address) = (connector(newest()), Acceptor::new(newest()), address());
    let (client, server) = tokio::join!(connector.connect(near, &address), acceptor.accept(far));
    writes.store(0, Ordering::Relaxed);
    (client.unwrap(), server.unwrap(), writes, is_shut)
}

#[tokio::test(start_paused = true)]
async fn a_task_that_only_pushes_delivers_in_every_draft() {
    for draft in drafts() {
        let name = draft.info().short;
        let (mut client, mut server) =
            pair(draft, 1 << 12, Limits::default(), Limits::default()).await;
        tokio::spawn(async move {
            server.send("small").await.unwrap();
            // More than the stream holds.
            server.send("x".repeat(70_000)).await.unwrap();
            server.send("last").await.unwrap();
            pending::<()>().await;
            drop(server);
        });
        for text in ["small", &"x".repeat(70_000), "last"] {
            let received = soon(client.recv()).await.expect(name);
            assert_eq!(received, Some(text.into()), "{name}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn every_way_to_send_delivers() {
    let (mut client, mut server) = default_pair(1 << 16).await;
    tokio::spawn(async move {
        server.ping(b"ping").await.unwrap();
        server.pong(b"pong").await.unwrap();
        let parts = server.send_with(|connection| {
            connection.begin_text(b"in ")?;
            connection.finish(b"parts")
        });
        parts.await.unwrap();
        SinkExt::send(&mut server, Message::from("sink"))
            .await
            .unwrap();
        server.try_send("tried").unwrap();
        pending::<()>().await;
        drop(server);
    });
    for event in [Event::Ping(b"ping"), Event::Pong(b"pong")] {
        assert_eq!(soon(client.recv_event()).await.unwrap(), Some(event));
    }
    for text in ["in parts", "sink", "tried"] {
        assert_eq!(soon(client.recv()).await.unwrap(), Some(text.into()));
    }
}

#[tokio::test(start_paused = true)]
async fn the_writer_delivers_while_the_task_of_the_reader_is_busy() {
    for draft in drafts() {
        let name = draft.info().short;
        let (mut client, server) = pair(draft, 1 << 12, Limits::default(), Limits::default()).await;
        let (mut writer, mut reader) = server.split();
        tokio::spawn(async move {
            reader.recv().await.unwrap();
            pending::<()>().await;
            drop(reader);
        });
        client.send("work").await.unwrap();
        tokio::spawn(async move {
            // Once the reader waits no more.
            sleep(WORK).await;
            writer.send("one").await.unwrap();
            writer.send("x".repeat(70_000)).await.unwrap();
            SinkExt::send(&mut writer, "sink".into()).await.unwrap();
            writer.try_send("tried").unwrap();
            pending::<()>().await;
            drop(writer);
        });
        for text in ["one", &"x".repeat(70_000), "sink", "tried"] {
            let received = soon(client.recv()).await.expect(name);
            assert_eq!(received, Some(text.into()), "{name}");
        }
    }
}

/// Two messages are received together, and the handler works for a while after each reply.
#[tokio::test(start_paused = true)]
async fn a_reply_is_delivered_while_the_handler_works() {
    for split in [false, true] {
        let (mut client, mut server) = default_pair(1 << 16).await;
        client.feed("one").await.unwrap();
        client.feed("two").await.unwrap();
        client.flush().await.unwrap();
        let start = Instant::now();
        tokio::spawn(async move {
            if split {
                let (mut writer, mut reader) = server.split();
                while let Some(message) = reader.recv().await.unwrap() {
                    writer.send(message).await.unwrap();
                    sleep(WORK).await;
                }
            } else {
                while let Some(message) = server.recv().await.unwrap() {
                    server.send(message).await.unwrap();
                    sleep(WORK).await;
                }
            }
        });
        for (text, works) in [("one", 0), ("two", 1)] {
            assert_eq!(client.recv().await.unwrap(), Some(text.into()));
            assert!(start.elapsed() < WORK * (works + 1), "{text}");
        }
        client.close(None, "").await.unwrap();
    }
}

/// A reader that waits writes what the stream did not accept at once: no waker of it was replaced.
#[tokio::test(start_paused = true)]
async fn what_does_not_fit_at_once_is_left_to_the_waiting_reader() {
    let (mut client, server) = default_pair(1 << 10).await;
    let (mut writer, mut reader) = server.split();
    let reads = tokio::spawn(async move { reader.recv().await });
    for round in 0..10 {
        tokio::task::yield_now().await;
        writer.try_send(vec![round; 5000]).unwrap();
        writer.try_send("and").unwrap();
        let received = soon(client.recv()).await.unwrap();
        assert_eq!(received, Some(vec![round; 5000].into()));
        assert_eq!(soon(client.recv()).await.unwrap(), Some("and".into()));
    }
    client.close(None, "").await.unwrap();
    assert_eq!(reads.await.expect("no panic").unwrap(), None);
}
