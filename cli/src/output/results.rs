//! Results that a thread of their own writes, so that nobody who does not read them, as behind a
//! pipe that is full, holds up what goes on meanwhile.

use std::{
    io,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
        mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    },
    thread,
    time::Duration,
};

use super::stdout::{self, failed};
use crate::failure::Failure;

/// Bytes that may wait to be written before nothing more is taken.
const ROOM: usize = 1 << 20;
/// Bytes that are written at a time.
const PIECE: usize = 4 << 10;
/// How long nobody may have read anything until the command ends without writing the rest.
const FAREWELL: Duration = Duration::from_secs(2);

/// Writes to standard output in the background.
pub(crate) struct Results {
    texts: Sender<String>,
    state: Arc<State>,
    /// Closes when everything is written, or cannot be.
    done: Receiver<()>,
}

#[derive(Default)]
struct State {
    /// Bytes that wait.
    waiting: AtomicUsize,
    failure: Mutex<Option<Failure>>,
}

impl Results {
    /// Starts the thread.
    pub(crate) fn start() -> Result<Self, Failure> {
        let (texts, queue) = channel::<String>();
        let (ends, done) = channel();
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        let writer = thread::Builder::new().name("results".into());
        let spawned = writer.spawn(move || {
            let written = queue.iter().try_for_each(|text| shared.write(&text));
            if let Err(error) = written {
                *shared.failure() = Some(failed(error));
            }
            drop(ends);
        });
        spawned.map_err(Failure::io("a thread for standard output"))?;
        Ok(Self { texts, state, done })
    }

    /// Whether what waits is little enough that more may come.
    pub(crate) fn has_room(&self) -> bool {
        self.state.waiting.load(Ordering::Relaxed) < ROOM
    }

    /// Has text written; fails if something could not be written before.
    pub(crate) fn write(&self, text: String) -> Result<(), Failure> {
        self.state.waiting.fetch_add(text.len(), Ordering::Relaxed);
        // Whether the thread has ended is seen from why it did.
        let _ = self.texts.send(text);
        self.check()
    }

    /// Fails if something could not be written.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        self.state.failure().take().map_or(Ok(()), Err)
    }

    /// Waits for all to be written, for as long as somebody reads it; how many bytes are not.
    pub(crate) fn finish(self) -> Result<usize, Failure> {
        let Self { texts, state, done } = self;
        drop(texts);
        let mut left = state.waiting.load(Ordering::Relaxed);
        while let Err(RecvTimeoutError::Timeout) = done.recv_timeout(FAREWELL) {
            let now = state.waiting.load(Ordering::Relaxed);
            if now == left {
                return Ok(left);
            }
            left = now;
        }
        state.failure().take().map_or(Ok(0), Err)
    }
}

impl State {
    fn failure(&self) -> std::sync::MutexGuard<'_, Option<Failure>> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, text: &str) -> io::Result<()> {
        for piece in text.as_bytes().chunks(PIECE) {
            stdout::write(piece)?;
            self.waiting.fetch_sub(piece.len(), Ordering::Relaxed);
        }
        Ok(())
    }
}
