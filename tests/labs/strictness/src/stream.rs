//! A stream in memory: what is read follows from what was written.

use std::{
    io::{self, Read, Write},
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// What the other end says, given everything that it has received, once.
type Answer = dyn Fn(&[u8]) -> Option<Vec<u8>> + Send + Sync;

/// A stream whose other end says something when it has received enough, and then leaves.
#[derive(Clone)]
pub struct Stream {
    answer: Arc<Answer>,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    /// What is still to be read; `None` until the other end has answered.
    input: Option<Vec<u8>>,
    output: Vec<u8>,
    waker: Option<std::task::Waker>,
}

impl Stream {
    /// The other end says this at once.
    pub fn saying(bytes: Vec<u8>) -> Self {
        Self::answering(move |_| Some(bytes.clone()))
    }

    /// The other end says what this gives for the bytes that it has received so far.
    pub fn answering(answer: impl Fn(&[u8]) -> Option<Vec<u8>> + Send + Sync + 'static) -> Self {
        Self {
            answer: Arc::new(answer),
            state: Arc::default(),
        }
    }

    /// Everything that was written.
    pub fn written(&self) -> Vec<u8> {
        self.state.lock().expect("one thread").output.clone()
    }

    /// Up to so many bytes; `None` where the other end waits for something.
    fn next(&self, room: usize) -> Option<Vec<u8>> {
        let state = &mut *self.state.lock().expect("one thread");
        if state.input.is_none() {
            state.input = (self.answer)(&state.output);
        }
        let input = state.input.as_mut()?;
        let length = input.len().min(room);
        Some(input.drain(..length).collect())
    }

    fn put(&self, bytes: &[u8]) {
        let state = &mut *self.state.lock().expect("one thread");
        state.output.extend_from_slice(bytes);
        if let Some(waker) = state.waker.take() {
            waker.wake();
        }
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let bytes = self.next(buffer.len()).ok_or(io::ErrorKind::WouldBlock)?;
        buffer[..bytes.len()].copy_from_slice(&bytes);
        Ok(bytes.len())
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.put(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.next(buffer.remaining()) {
            Some(bytes) => {
                buffer.put_slice(&bytes);
                Poll::Ready(Ok(()))
            }
            None => {
                self.state.lock().expect("one thread").waker = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.put(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
