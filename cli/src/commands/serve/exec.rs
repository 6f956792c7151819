//! `serve --exec`: a process for each connection, with messages as lines.

use std::time::Duration;

use tokio::{
    io::{AsyncRead, AsyncWrite, AsyncWriteExt as _},
    process::ChildStdin,
    time::{Instant, sleep, sleep_until},
};
use wsdraft::{Budget, Error, Limit, Message, Reserved, tokio::WebSocket};

use self::{
    lines::{Lines, Refused},
    process::Process,
};
use super::{
    echo::{is_overload, send_back},
    journal::Entry,
    talk::{Ended, PATIENCE, Talk, closed, exceeded, go_away, overloaded},
};
use crate::specs::Spoken;

mod environment;
mod lines;
mod process;

/// How long a process that has closed its output may take to end, and one that has ended to have
/// its last output read.
const GRACE: Duration = Duration::from_secs(2);

/// Why this server closes a connection.
enum Why {
    /// The process has ended, well or not.
    Exited { well: bool },
    /// The client sent what is no line.
    NoLine(&'static str),
    /// The process wrote a line that is longer than a message may be.
    TooLong,
    /// The process does not read.
    Stuck,
    /// The server ends.
    GoesAway,
}

/// Starts a process for a connection, and passes lines in both ways until one of the two ends.
pub(super) async fn exec<S>(
    command: &str,
    talk: &mut Talk<'_>,
    socket: &mut WebSocket<S, Spoken>,
) -> Ended
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let variables = environment::of(talk);
    let (mut process, input, output) = match Process::start(command, variables) {
        Ok(started) => started,
        Err(error) => {
            let code = socket.connection().info().local_codes.internal;
            let _ = socket.close(code, "").await;
            let why = format!("{command:?} cannot be started: {error}");
            return Err(std::io::Error::new(error.kind(), why).into());
        }
    };
    talk.record.note(&Entry::Started {
        process: process.id(),
    });
    process.log_errors(talk.journal, talk.peer);
    let longest = socket.connection().limits().message;
    let mut pipes = Pipes {
        input: Some(input),
        pending: Vec::new(),
        held: None,
        since: Instant::now(),
        output: Lines::new(output, longest, talk.budget.clone()),
    };
    let passed = pipes.pass(talk, socket, &mut process).await;
    // It reads the end of its input.
    drop(pipes.input.take());
    let at_once = talk.ends.has_changed().is_err();
    let closing = async {
        match passed {
            Ok(Some(why)) => close(socket, &why).await,
            Ok(None) => Ok(socket.ended().cloned()),
            Err(error) if is_overload(&error) => overloaded(socket, error).await,
            Err(error) => Err(error),
        }
    };
    let ending = async {
        tokio::select! {
            status = process.end(at_once) => status,
            never = pipes.output.pass_over() => match never {},
        }
    };
    // A client that takes its time to close does not keep the program.
    let (ended, status) = tokio::join!(closing, ending);
    talk.record.note(&Entry::Exited { status: &status });
    ended
}

/// The standard input and output of a process.
struct Pipes {
    input: Option<ChildStdin>,
    /// What the process is still to be given, and since when.
    pending: Vec<u8>,
    /// What that takes of the memory that connections share.
    held: Option<Reserved>,
    since: Instant,
    output: Lines,
}

impl Pipes {
    /// Passes lines until one of the two ends; says why if it is not the client.
    async fn pass<S>(
        &mut self,
        talk: &mut Talk<'_>,
        socket: &mut WebSocket<S, Spoken>,
        process: &mut Process,
    ) -> Result<Option<Why>, Error>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        loop {
            let stuck = self.since + PATIENCE;
            tokio::select! {
                received = socket.recv(), if self.pending.is_empty() => match received? {
                    Some(message) => {
                        if let Err(why) = self.take(&message) {
                            return Ok(Some(Why::NoLine(why)));
                        }
                        self.hold(talk.budget)?;
                    }
                    None => return Ok(None),
                },
                () = give(&mut self.input, &mut self.pending), if !self.pending.is_empty() => {
                    if self.pending.is_empty() && self.held.take().is_some() {
                        self.pending = Vec::new();
                    }
                }
                () = sleep_until(stuck), if !self.pending.is_empty() => return Ok(Some(Why::Stuck)),
                line = self.output.next() => match line {
                    Ok(Some(line)) => send_back(talk.budget, socket, Message::text(line)).await?,
                    Ok(None) => {
                        let exited = tokio::select! {
                            well = process.ended() => well,
                            () = sleep(GRACE) => true,
                        };
                        return Ok(Some(Why::Exited { well: exited }));
                    }
                    Err(Refused::TooLong) => return Ok(Some(Why::TooLong)),
                    Err(Refused::NoMemory) => {
                        return Err(exceeded(talk.budget, Limit::SendMemory));
                    }
                },
                well = process.ended() => {
                    self.rest(talk.budget, socket).await?;
                    return Ok(Some(Why::Exited { well }));
                }
                () = closed(&mut talk.ends) => return Ok(Some(Why::GoesAway)),
            }
        }
    }

    /// Takes a message for the process, as a line.
    fn take(&mut self, message: &Message) -> Result<(), &'static str> {
        let Some(text) = message.as_text() else {
            return Err("a message is a line of text");
        };
        if text.contains(['\n', '\r', '\0']) {
            return Err("a message is one line, without NUL");
        }
        self.pending.extend_from_slice(text.as_bytes());
        self.pending.push(b'\n');
        self.since = Instant::now();
        Ok(())
    }

    /// Holds memory for a long line that the process is still to be given.
    fn hold(&mut self, budget: &Budget) -> Result<(), Error> {
        let beyond = self.pending.len().saturating_sub(Budget::ALLOWANCE);
        if beyond > 0 {
            let held = budget.reserve(beyond);
            self.held = Some(held.ok_or_else(|| exceeded(budget, Limit::Memory))?);
        }
        Ok(())
    }

    /// Sends what a process wrote before it ended. Something that it started may hold its output
    /// open.
    async fn rest<S>(
        &mut self,
        budget: &Budget,
        socket: &mut WebSocket<S, Spoken>,
    ) -> Result<(), Error>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let end = Instant::now() + GRACE;
        loop {
            let line = tokio::select! {
                line = self.output.next() => line,
                () = sleep_until(end) => return Ok(()),
            };
            match line {
                Ok(Some(line)) => send_back(budget, socket, Message::text(line)).await?,
                Ok(None) | Err(_) => return Ok(()),
            }
        }
    }
}

/// Gives a process some of what waits for it. One that reads no more gets no more.
async fn give(input: &mut Option<ChildStdin>, pending: &mut Vec<u8>) {
    let Some(open) = input else {
        pending.clear();
        return;
    };
    match open.write(pending).await {
        Ok(written) => drop(pending.drain(..written)),
        Err(_closed) => {
            *input = None;
            pending.clear();
        }
    }
}

/// Closes a connection, and says why.
async fn close<S>(socket: &mut WebSocket<S, Spoken>, why: &Why) -> Ended
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let codes = socket.connection().info().local_codes;
    let (code, reason, is_error) = match why {
        Why::Exited { well: true } => (codes.normal, "", false),
        Why::Exited { well: false } => (codes.internal, "the program has failed", false),
        Why::NoLine(reason) => (codes.policy, *reason, true),
        Why::TooLong => (codes.internal, "the program wrote too long a line", true),
        Why::Stuck => (codes.overloaded, "the program does not read", true),
        Why::GoesAway => return go_away(socket).await,
    };
    // Without a code there is no room for a reason.
    let reason = if code.is_some() { reason } else { "" };
    let ending = socket.close(code, reason).await;
    match is_error {
        true => Err(std::io::Error::other(match why {
            Why::NoLine(why) => format!("--exec: {why}"),
            _ => format!("--exec: {reason}"),
        })
        .into()),
        false => ending.map(Some),
    }
}
