//! What is said on a connection: two halves, so that neither direction waits for the other.

use std::{
    future::{Future, pending},
    sync::Arc,
    time::Duration,
};

use tokio::{
    sync::watch,
    task::yield_now,
    time::{Instant, timeout, timeout_at},
};
use wsdraft::{
    Event as Received, MessageRef,
    info::DraftInfo,
    tokio::{ReadHalf, WriteHalf},
};

use super::{
    acts::{Act, Source},
    counts::Counts,
    ending::{End, worse},
    opening::Socket,
    quit::Quit,
    screen::Screen,
    script::sent,
    wire::Wire,
};
use crate::{
    channel::Fate, events::Event, failure::Failure, outcome::Outcome, signals::closed,
    specs::Spoken,
};

/// How acts are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// They are all there: flags.
    Script,
    /// They are read from standard input.
    Piped,
    /// A person types them.
    Typed,
}

/// A conversation, which may span connections.
pub(super) struct Talk<'a> {
    pub(super) manner: Manner,
    pub(super) screen: &'a Screen,
    /// How long answers may take, and closing.
    pub(super) patience: Duration,
    /// How long to listen for what comes, if nothing is sent; `None` is for as long as it does.
    pub(super) listening: Option<Duration>,
    /// Messages to wait for; by default as many as were sent.
    pub(super) answers: Option<usize>,
    /// The code to close with; by default the draft's for a normal closure.
    pub(super) code: Option<u16>,
    /// Whether the client closes at once when there is nothing to send.
    pub(super) closes: bool,
    /// Where a user can look at what passes.
    pub(super) url: String,
    /// The user wants to end the command.
    pub(super) quit: &'a Quit,
    pub(super) counts: Counts,
    /// The channel that it is about, if it is about one.
    pub(super) channel: Option<OfChannel>,
}

/// What there is to know of a channel.
pub(super) struct OfChannel {
    pub(super) fate: Arc<Fate>,
    /// Closes when another channel or the command has failed.
    pub(super) fails: watch::Receiver<()>,
}

/// What came of a connection.
pub(super) struct Held {
    pub(super) outcome: Outcome,
    /// Whether another connection could go on with what this one has left.
    pub(super) goes_on: bool,
}

pub(super) type Writer = WriteHalf<Wire, Spoken>;
type Reader = ReadHalf<Wire, Spoken>;

/// Why this client closes.
enum Leaving {
    /// Everything is done.
    Done,
    /// Something has not been answered or sent in time.
    Late,
    /// The close frame is sent already.
    Closing,
}

impl Talk<'_> {
    /// How long to wait for the server to close the stream after the connection.
    pub(super) const MOMENT: Duration = Duration::from_secs(1);
    /// How much is sent or received before the other direction, and the signals, have their turn.
    const TURN: usize = 256;

    /// Sends what there is to send, prints what comes, and closes.
    pub(super) async fn hold(&self, socket: Socket, source: &mut Source) -> Result<Held, Failure> {
        let draft = socket.connection().info();
        let (mut writer, mut reader) = socket.split();
        let mut left = None;
        let ended = {
            let receiving = self.receive(&mut reader);
            let sending = self.send(draft, &mut writer, source);
            tokio::pin!(receiving, sending);
            tokio::select! {
                biased;
                ended = &mut receiving => ended.map(Some),
                sent = &mut sending => match sent {
                    Ok((outcome, is_closing)) => {
                        left = Some(outcome);
                        if is_closing { self.last(receiving).await } else { Ok(None) }
                    }
                    Err(failure) => Err(failure),
                },
                // Why is known elsewhere.
                () = self.fails() => Err(Failure::ClosedPipe),
            }
        };
        let end = match ended {
            Ok(end) => end,
            Err(failure) => {
                let code = draft.local_codes.going_away;
                let closed = writer.send_with(|connection| connection.close(code, ""));
                let _ = timeout(Self::MOMENT, closed).await;
                return Err(failure);
            }
        };
        let mut outcome = left.unwrap_or(Outcome::Fine);
        if let Some(end) = &end {
            let fate = self.channel.as_ref().map(|channel| &*channel.fate);
            let about = (self.url.as_str(), fate);
            let told = end.tell(draft, left.is_some(), about, self.screen)?;
            outcome = worse(outcome, told);
            // A server that has closed the connection has a moment to close the stream, too.
            let _ = timeout(Self::MOMENT, reader.recv_event(|_| ())).await;
        }
        let goes_on = left.is_none() && end.is_some_and(|end| !end.is_final(draft));
        if left.is_none() && !goes_on {
            outcome = worse(outcome, self.unfinished(source));
        }
        Ok(Held { outcome, goes_on })
    }

    /// Waits until another channel or the command has failed.
    async fn fails(&self) {
        match &self.channel {
            Some(channel) => closed(&mut channel.fails.clone()).await,
            None => pending().await,
        }
    }

    /// What the server has not waited for.
    pub(super) fn unfinished(&self, source: &mut Source) -> Outcome {
        let is_answered = self.is_answered();
        let lacks = match self.manner {
            Manner::Typed => false,
            Manner::Script if source.next().is_some() || !(self.listens() || is_answered) => {
                self.screen
                    .log("the connection ended before the server answered everything");
                true
            }
            Manner::Piped if source.next().is_some() => {
                self.screen
                    .log("the connection ended before all of the input was sent");
                true
            }
            Manner::Script | Manner::Piped => false,
        };
        Outcome::findings(lacks)
    }

    /// Waits for the server's part of closing, unless the user is tired of it.
    async fn last(
        &self,
        receiving: impl Future<Output = Result<End, Failure>>,
    ) -> Result<Option<End>, Failure> {
        tokio::select! {
            ended = receiving => ended.map(Some),
            () = self.quit.notified() => {
                self.screen.log(Quit::NOT_WAITED);
                Ok(None)
            }
        }
    }

    /// Receives until the connection ends, and prints what comes.
    async fn receive(&self, reader: &mut Reader) -> Result<End, Failure> {
        let mut turns = (1..=Self::TURN).cycle();
        loop {
            // A server that never stops sending holds up neither what is sent nor the time.
            if turns.next() == Some(Self::TURN) {
                yield_now().await;
            }
            if self.screen.is_full() {
                self.screen.hand_over().await?;
            }
            let take = |received: Received<'_>| self.take(received);
            tokio::select! {
                biased;
                taken = reader.recv_event(take) => match taken {
                    Ok(Some(taken)) => if let Some(end) = taken? {
                        return Ok(end);
                    },
                    Ok(None) => return Ok(End::Over),
                    Err(error) => return Ok(End::Failed(error)),
                },
                handed = self.screen.hand_over() => handed?,
            }
        }
    }

    fn take(&self, received: Received<'_>) -> Result<Option<End>, Failure> {
        match received {
            Received::Text(text) => {
                self.counts.message();
                self.screen.message(MessageRef::Text(text))?;
            }
            Received::Binary(bytes) => {
                self.counts.message();
                self.screen.message(MessageRef::Binary(bytes))?;
            }
            Received::Ping(payload) => self.screen.event(&Event::ping(payload))?,
            Received::Pong(payload) => {
                self.counts.pong();
                self.screen.event(&Event::pong(payload))?;
            }
            Received::Close(close) => self.screen.event(&Event::close(close.clone()))?,
            Received::Closed(ending) => return Ok(Some(End::Ended(ending.clone()))),
            _ => {}
        }
        Ok(None)
    }

    /// Sends until there is no more, waits for the answers, and closes; tells what came of it, and
    /// whether the close frame is on its way.
    async fn send(
        &self,
        draft: &'static DraftInfo,
        writer: &mut Writer,
        source: &mut Source,
    ) -> Result<(Outcome, bool), Failure> {
        let leaving = tokio::select! {
            leaving = self.send_all(draft, writer, source) => leaving?,
            () = self.quit.notified() => Leaving::Done,
        };
        let outcome = Outcome::findings(matches!(leaving, Leaving::Late));
        if matches!(leaving, Leaving::Closing) {
            return Ok((outcome, true));
        }
        let code = self.code.or(draft.local_codes.normal);
        let closed = writer.feed_with(|connection| connection.close(code, ""));
        let (done, why) = tokio::select! {
            done = timeout(self.patience, closed) => (done.ok(), "the server accepts no more data"),
            () = self.quit.notified() => (None, Quit::NOT_WAITED),
        };
        match done {
            Some(done) => sent(draft, &done).map(|()| (outcome, true)),
            None => {
                self.screen.log(why);
                Ok((Outcome::Findings, false))
            }
        }
    }

    async fn send_all(
        &self,
        draft: &'static DraftInfo,
        writer: &mut Writer,
        source: &mut Source,
    ) -> Result<Leaving, Failure> {
        let mut deadline = Instant::now() + self.patience;
        let listening = self.listening.map(|time| Instant::now() + time);
        let mut acts = 0_usize;
        loop {
            self.screen.has_traced().await;
            if source.next().is_none() {
                // What was fed goes out before this waits.
                if writer.flush().await.is_err() {
                    pending::<()>().await;
                }
                let waits = source.wait();
                let more = match listening.filter(|_| self.counts.is_silent()) {
                    Some(at) => timeout_at(at, waits).await,
                    None => Ok(waits.await),
                };
                match more {
                    Ok(true) => {}
                    Ok(false) => break,
                    Err(_elapsed) => return Ok(Leaving::Done),
                }
            }
            if matches!(source.next(), Some(Act::Fail(_))) {
                if let Some(Act::Fail(failure)) = source.done() {
                    return Err(failure);
                }
            }
            let Some(act) = source.next() else { continue };
            let performed = self.perform(draft, writer, act);
            let performed = match self.manner {
                Manner::Script => timeout_at(deadline, performed).await,
                // The limit for writing applies.
                Manner::Piped | Manner::Typed => Ok(performed.await),
            };
            let Ok(performed) = performed else {
                self.screen.log("the server accepts no more data");
                return Ok(Leaving::Late);
            };
            if performed? {
                return Ok(Leaving::Closing);
            }
            source.done();
            acts += 1;
            if acts % Self::TURN == 0 {
                yield_now().await;
            }
        }
        if self.manner == Manner::Piped {
            deadline = Instant::now() + self.patience;
        }
        self.answered(deadline, listening).await
    }

    /// Waits for the answers, or for what comes if nothing was sent.
    async fn answered(
        &self,
        deadline: Instant,
        listening: Option<Instant>,
    ) -> Result<Leaving, Failure> {
        if self.listens() {
            match listening {
                Some(at) => tokio::time::sleep_until(at).await,
                None => pending().await,
            }
            return Ok(Leaving::Done);
        }
        while !self.is_answered() {
            // A server that never stops sending does not put that off.
            let is_late = Instant::now() >= deadline
                || timeout_at(deadline, self.counts.more()).await.is_err();
            if is_late {
                self.screen
                    .log("the server did not respond to everything in time");
                return Ok(Leaving::Late);
            }
        }
        Ok(Leaving::Done)
    }

    /// Whether this only receives.
    fn listens(&self) -> bool {
        !self.closes && self.counts.is_silent()
    }

    fn is_answered(&self) -> bool {
        self.counts.are_answered(self.answers)
    }
}
