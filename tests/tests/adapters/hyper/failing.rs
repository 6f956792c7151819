//! Errors of the stream below hyper.

use std::{
    io,
    pin::Pin,
    sync::atomic::{AtomicBool, Ordering},
    task::{Context, Poll},
};

use tokio::io::ReadBuf;

use super::*;

/// A stream that takes nothing more once the flag is set.
struct Full {
    stream: DuplexStream,
    is_full: Arc<AtomicBool>,
}

impl AsyncRead for Full {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Full {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.is_full.load(Ordering::Relaxed) {
            return Poll::Ready(Err(io::Error::other("the disk is full")));
        }
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// A kind that means a reset over HTTP/2 means nothing over HTTP/1.1: the peer is still there.
#[tokio::test]
async fn an_error_of_the_stream_is_not_blamed_on_the_peer() {
    let draft = find("rfc6455");
    let (mut near, stream) = duplex(1 << 16);
    let is_full = Arc::new(AtomicBool::new(false));
    let far = Full {
        stream,
        is_full: Arc::clone(&is_full),
    };
    let mut client = client(draft);
    near.write_all(client.request()).await.unwrap();
    let mut served = served(near, far, acceptor(draft), NameCase::Lower);
    shake(&mut served.stream, &mut client).await;
    let mut socket = served.upgraded.recv().await.unwrap().unwrap();
    socket.send("hello").await.unwrap();
    socket.feed("hello").await.unwrap();
    is_full.store(true, Ordering::Relaxed);
    // It writes what is queued before it waits.
    let received = tokio::time::timeout(Duration::from_secs(10), socket.recv()).await;
    let error = received.expect("no wait for the peer").unwrap_err();
    assert!(matches!(error, Error::Io(_)), "{error:?}");
    assert!(error.to_string().contains("the disk is full"), "{error}");
}
