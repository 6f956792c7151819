//! How far a read reaches beyond a frame.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf, duplex};
use wsdraft::{Limits, Message, info::Kind, tokio::Acceptor};
use wsdraft_tests::sockets::{Spoken, address, connector, drafts, newest, pair};

/// A stream that tells whether its last read filled the room that it was given. After such a read,
/// a socket of tokio is read again at once, for nothing.
#[derive(Debug)]
struct Roomy<S> {
    inner: S,
    is_full: Arc<AtomicBool>,
}

impl<S: AsyncRead + Unpin> AsyncRead for Roomy<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.inner).poll_read(cx, buffer);
        if read.is_ready() {
            self.is_full
                .store(buffer.remaining() == 0, Ordering::Relaxed);
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Roomy<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

/// Messages of a length that differ from each other.
fn messages(text: bool, length: usize, count: u8) -> Vec<Message> {
    (0..count)
        .map(|at| match text {
            true => char::from(b'a' + at).to_string().repeat(length).into(),
            false => vec![at; length].into(),
        })
        .collect()
}

/// Exchanges messages one by one. Returns how many of the reads that ended a message were full.
async fn full_reads(draft: Spoken, messages: &[Message], lent: bool) -> usize {
    let (near, far) = duplex(1 << 20);
    let is_full = Arc::new(AtomicBool::new(false));
    let stream = Roomy {
        inner: far,
        is_full: is_full.clone(),
    };
    let (connector, acceptor, address) = (connector(draft), Acceptor::new(draft), address());
    let (client, server) = tokio::join!(connector.connect(near, &address), acceptor.accept(stream));
    let (mut client, mut server) = (client.unwrap(), server.unwrap());
    let mut full = 0;
    for message in messages {
        client.send(message.clone()).await.unwrap();
        if lent {
            let received = server.recv_ref().await.unwrap().unwrap();
            assert_eq!(received.as_bytes(), message.as_bytes());
        } else {
            assert_eq!(server.recv().await.unwrap().unwrap(), *message);
        }
        full += usize::from(is_full.load(Ordering::Relaxed));
    }
    full
}

#[tokio::test]
async fn a_read_that_ends_a_message_has_room_left() {
    for draft in drafts() {
        for length in [100, 9 << 10, 16 << 10, 30 << 10, 60 << 10] {
            for (text, lent) in [(true, true), (true, false), (false, true), (false, false)] {
                if !text && !draft.info().has(Kind::Binary) {
                    continue;
                }
                let full = full_reads(draft, &messages(text, length, 8), lent).await;
                let name = draft.info().short;
                // The first tells its length, and the buffer is chosen by it.
                assert!(
                    full <= 1,
                    "{name}, {length} bytes, text {text}, lent {lent}: {full}"
                );
            }
        }
    }
}

#[tokio::test]
async fn messages_to_keep_stay_whole_when_a_read_reaches_into_the_next_frame() {
    for (text, length) in [
        (false, 16 << 10),
        (true, 16 << 10),
        (false, 9000),
        (true, 32 << 10),
    ] {
        let messages = messages(text, length, 12);
        let (mut client, mut server) =
            pair(newest(), 8 << 20, Limits::default(), Limits::default()).await;
        for message in &messages {
            client.send(message.clone()).await.unwrap();
        }
        client.send("end").await.unwrap();
        let mut kept = Vec::new();
        for _ in &messages {
            kept.push(server.recv().await.unwrap().unwrap());
        }
        assert_eq!(kept, messages, "text {text}, {length} bytes");
        assert_eq!(server.recv().await.unwrap(), Some("end".into()));
    }
}
