//! What is printed, by a thread of its own: nobody who does not read it holds up the signal to end.

use std::{
    cell::{Cell, RefCell},
    io::{self, IsTerminal as _},
    mem,
    rc::Rc,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, Waker},
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use tokio::sync::{
    Notify,
    mpsc::{Receiver, Sender, channel},
    oneshot,
};
use wsdraft::MessageRef;

use super::{above::Above, piped::Framing, terminal::Mode};
use crate::{
    events::{Event, Told},
    failure::Failure,
    output::{self, Output},
};

/// Bytes that wait before nothing more is received.
const ROOM: usize = 64 << 10;
/// A piece of output.
#[derive(Debug)]
enum Piece {
    /// Text for standard output that is harmless.
    Result(String),
    /// Bytes for standard output as they are.
    Raw(Vec<u8>),
    /// A line for standard error.
    Log(String),
    /// The same, however long.
    Trace(String),
}

impl Piece {
    fn size(&self) -> usize {
        match self {
            Self::Result(text) | Self::Log(text) | Self::Trace(text) => text.len(),
            Self::Raw(bytes) => bytes.len(),
        }
    }
}

/// Prints what happens.
pub(super) struct Screen {
    shared: Rc<Shared>,
    /// The channel of the connection that it is about.
    channel: Option<u32>,
}

/// What prints, and what waits for it.
struct Shared {
    output: Output,
    /// Whether only payloads are printed, framed like this.
    raw: Option<Framing>,
    /// Whether a person types below what is printed.
    typed: bool,
    pending: RefCell<Vec<Piece>>,
    size: Cell<usize>,
    /// Bytes of them that show what passes.
    traced: Cell<usize>,
    handed: Notify,
    /// Streams from which nothing is read until that.
    wakers: RefCell<Vec<Waker>>,
    some: Notify,
    queue: RefCell<Option<Sender<Vec<Piece>>>>,
    failure: Arc<Mutex<Option<Failure>>>,
    /// Ends when everything is written, or cannot be.
    done: RefCell<Option<oneshot::Receiver<()>>>,
}

impl Screen {
    /// Starts the thread. On a terminal, all goes above the line that is typed.
    pub(super) fn start(
        output: Output,
        raw: Option<Framing>,
        terminal: Option<(Above, Mode)>,
    ) -> Result<Self, Failure> {
        let (queue, pieces) = channel(2);
        let (ends, done) = oneshot::channel();
        let failure = Arc::new(Mutex::new(None));
        let shared = Arc::clone(&failure);
        let typed = terminal.is_some();
        let writer = thread::Builder::new().name("output".into());
        let spawned = writer.spawn(move || {
            let written = match terminal {
                Some((above, mode)) => print(pieces, &above, &mode, output),
                None => write(pieces, output),
            };
            if let Err(error) = written {
                *shared.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
            }
            let _ = ends.send(());
        });
        spawned.map_err(Failure::io("a thread for the output"))?;
        let shared = Rc::new(Shared {
            output,
            raw,
            typed,
            pending: RefCell::default(),
            size: Cell::new(0),
            traced: Cell::new(0),
            handed: Notify::new(),
            wakers: RefCell::default(),
            some: Notify::new(),
            queue: RefCell::new(Some(queue)),
            failure,
            done: RefCell::new(Some(done)),
        });
        Ok(Self {
            shared,
            channel: None,
        })
    }

    /// The same for what happens on a channel.
    pub(super) fn of_channel(&self, id: u32) -> Self {
        Self {
            shared: Rc::clone(&self.shared),
            channel: Some(id),
        }
    }

    /// The channel of the connection that it is about.
    pub(super) const fn channel(&self) -> Option<u32> {
        self.channel
    }

    /// A line about the channel.
    fn labelled(&self, line: &str) -> String {
        match self.channel {
            Some(channel) => format!("channel {channel}: {line}"),
            None => line.to_owned(),
        }
    }

    fn push(&self, piece: Piece) {
        self.shared.size.set(self.shared.size.get() + piece.size());
        self.shared.pending.borrow_mut().push(piece);
        self.shared.some.notify_one();
    }

    /// Prints a message.
    pub(super) fn message(&self, message: MessageRef<'_>) -> Result<(), Failure> {
        if let Some(framing) = self.shared.raw {
            let framed = framing.framed(message.as_bytes());
            self.push(if io::stdout().is_terminal() {
                let text = String::from_utf8_lossy(&framed);
                Piece::Result(output::printable(&text).into_owned())
            } else {
                Piece::Raw(framed)
            });
            return Ok(());
        }
        match message {
            MessageRef::Text(text) if self.shared.typed && !self.shared.output.is_json() => {
                self.person(text);
                Ok(())
            }
            MessageRef::Text(text) => self.event(&Event::text(text.to_owned())),
            MessageRef::Binary(bytes) => self.event(&Event::binary(bytes)),
        }
    }

    /// Prints an event.
    pub(super) fn event(&self, event: &Event) -> Result<(), Failure> {
        if self.shared.output.is_json() {
            let channel = self.channel;
            let json = self.shared.output.json(&Told { event, channel })?;
            self.push(Piece::Result(format!("{json}\n")));
        } else if self.shared.raw.is_some() {
            self.log(&event.to_string());
        } else if self.shared.typed {
            self.person(&event.to_string());
        } else {
            let text = self.labelled(&format!("{event}\n"));
            self.push(Piece::Result(output::printable(&text).into_owned()));
        }
        Ok(())
    }

    /// What a person sees of something received.
    fn person(&self, text: &str) {
        let text = format!("{} < {}\n", Clock::now(), self.labelled(text));
        self.push(Piece::Result(output::printable(&text).into_owned()));
    }

    /// Whether JSON is printed.
    pub(super) fn is_json(&self) -> bool {
        self.shared.output.is_json()
    }

    /// Writes a line to the log.
    pub(super) fn log(&self, line: &str) {
        self.push(Piece::Log(self.labelled(line)));
    }

    /// Writes a line to the log that may be long.
    pub(super) fn trace(&self, line: String) {
        self.shared
            .traced
            .set(self.shared.traced.get() + line.len());
        self.push(Piece::Trace(line));
    }

    /// Whether so much waits that nothing more is to be received.
    pub(super) fn is_full(&self) -> bool {
        self.shared.size.get() >= ROOM
    }

    /// Waits while too much waits of what shows what passes: nothing more is to be sent.
    pub(super) async fn has_traced(&self) {
        while self.shared.traced.get() >= ROOM {
            self.shared.handed.notified().await;
        }
    }

    /// The same as [`has_room`](Self::has_room), for streams.
    pub(super) fn poll_room(&self, cx: &Context<'_>) -> Poll<()> {
        if !self.is_full() {
            return Poll::Ready(());
        }
        let mut wakers = self.shared.wakers.borrow_mut();
        if !wakers.iter().any(|waker| waker.will_wake(cx.waker())) {
            wakers.push(cx.waker().clone());
        }
        Poll::Pending
    }

    /// Waits while so much waits.
    pub(super) async fn has_room(&self) {
        while self.is_full() {
            self.shared.handed.notified().await;
        }
    }

    /// Waits until there is something to print, and hands it over.
    ///
    /// Nothing is lost when the future is dropped.
    pub(super) async fn hand_over(&self) -> Result<(), Failure> {
        while self.shared.pending.borrow().is_empty() {
            self.shared.some.notified().await;
        }
        self.flush().await
    }

    /// Hands over what comes, until that fails.
    pub(super) async fn pump(&self) -> Failure {
        loop {
            if let Err(failure) = self.hand_over().await {
                return failure;
            }
        }
    }

    /// Hands over what waits.
    async fn flush(&self) -> Result<(), Failure> {
        let queue = self.shared.queue.borrow().clone();
        let permit = match &queue {
            Some(queue) => queue.reserve().await.ok(),
            None => None,
        };
        let Some(permit) = permit else {
            return Err(self.failed().unwrap_or(Failure::ClosedPipe));
        };
        self.shared.size.set(0);
        self.shared.traced.set(0);
        self.shared.handed.notify_waiters();
        self.shared.wakers.take().into_iter().for_each(Waker::wake);
        permit.send(mem::take(&mut self.shared.pending.borrow_mut()));
        Ok(())
    }

    fn failed(&self) -> Option<Failure> {
        let mut failure = self
            .shared
            .failure
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        failure.take()
    }

    /// Waits until everything is written.
    pub(super) async fn finish(&self) -> Result<(), Failure> {
        let flushed = self.flush().await;
        drop(self.shared.queue.take());
        let done = self.shared.done.take();
        if let Some(done) = done {
            let _ = done.await;
        }
        flushed?;
        self.failed().map_or(Ok(()), Err)
    }
}

/// Writes to standard output and standard error.
fn write(mut pieces: Receiver<Vec<Piece>>, output: Output) -> Result<(), Failure> {
    while let Some(pieces) = pieces.blocking_recv() {
        let mut results = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Result(text) => results.extend_from_slice(text.as_bytes()),
                Piece::Raw(bytes) => results.extend_from_slice(&bytes),
                Piece::Log(line) => {
                    written(output, &mut results)?;
                    output::log(&line);
                }
                Piece::Trace(line) => {
                    written(output, &mut results)?;
                    output::complain(&line);
                }
            }
        }
        written(output, &mut results)?;
    }
    Ok(())
}

/// Writes what has gathered before something else is written.
fn written(output: Output, results: &mut Vec<u8>) -> Result<(), Failure> {
    if results.is_empty() {
        return Ok(());
    }
    output.bytes(&mem::take(results))
}

/// Prints above the line that is being typed; restores the terminal in the end.
fn print(
    mut pieces: Receiver<Vec<Piece>>,
    above: &Above,
    mode: &Mode,
    output: Output,
) -> Result<(), Failure> {
    let mut printed = Ok(());
    while let (Ok(()), Some(pieces)) = (&printed, pieces.blocking_recv()) {
        let mut text = String::new();
        for piece in pieces {
            match piece {
                Piece::Result(result) => text += &result,
                Piece::Raw(bytes) => text += &String::from_utf8_lossy(&bytes),
                Piece::Log(line) | Piece::Trace(line) => {
                    text += &line;
                    text.push('\n');
                }
            }
        }
        printed = above.print(&text);
    }
    if mode.restore() {
        // The prompt that nobody answers, and the editor's way to tell what is pasted.
        output.ready("\r\u{1b}[K\u{1b}[?2004l")?;
    }
    printed
}

/// The time of the day, in UTC.
struct Clock(Duration);

impl Clock {
    fn now() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        Self(since.unwrap_or_default())
    }
}

impl std::fmt::Display for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (seconds, millis) = (self.0.as_secs(), self.0.subsec_millis());
        let (hours, minutes) = (seconds / 3600 % 24, seconds / 60 % 60);
        write!(
            f,
            "{hours:02}:{minutes:02}:{:02}.{millis:03}Z",
            seconds % 60
        )
    }
}
