//! What `serve` does with its connections.

use std::path::PathBuf;

use clap::Args;
use tokio::io::{AsyncRead, AsyncWrite};
use wsdraft::{
    Message,
    handshake::{Offer, Origins},
    tokio::WebSocket,
};

use super::{
    bench::{Bench, Chosen},
    broadcast::{Room, broadcast},
    echo::echo,
    exec::exec,
    talk::{Ended, Talk},
};
use crate::{
    failure::Failure,
    input,
    specs::{Specs, Spoken},
};

/// What is done with connections.
#[derive(Debug, Args)]
#[group(multiple = false)]
#[command(next_help_heading = "What to do with each connection")]
pub(super) struct Modes {
    /// Send each message back: the default.
    #[arg(long)]
    echo: bool,
    /// Send each message to all other connections.
    ///
    /// A client for which more than 256 messages or 1 MiB wait reads too slowly: its connection is
    /// closed.
    #[arg(long)]
    broadcast: bool,
    /// Start this command for each connection. Each text message is a line of its standard input,
    /// and each line of its standard output a text message.
    ///
    /// The shell runs the command. It learns of the connection as with CGI: `REMOTE_ADDR`,
    /// `PATH_INFO`, `QUERY_STRING`, `HTTP_*` and others. Binary messages, and text with a line break
    /// or a NUL, end the connection. Without `--origin`, no page of another origin gets in.
    #[arg(long, value_name = "COMMAND")]
    exec: Option<String>,
    /// Answer each message with the content of this file: as text if it is UTF-8, else as binary.
    #[arg(long, value_name = "FILE")]
    reply: Option<PathBuf>,
    /// Play a scenario of this RON file on each connection, in the language of `test --scenarios`.
    ///
    /// A connection to `/NAME` plays the scenario with this name, any other the first one.
    #[arg(long, value_name = "FILE")]
    script: Option<PathBuf>,
    /// Break this rule on each connection, and log what the client makes of it. `list` prints all
    /// rules that a server can break.
    ///
    /// `RULE/2` sends the second input that breaks the rule. With `any`, the path of each connection
    /// names the fault, as in `/fault/RULE`, and any other path is an echo.
    #[arg(long, value_name = "RULE")]
    pub(super) fault: Option<String>,
}

/// What is done with connections, ready to be done.
#[derive(Debug)]
pub(super) enum Mode {
    /// Messages are sent back.
    Echo,
    /// Messages are answered with this one.
    Reply(Message),
    /// Messages are sent to all others.
    Broadcast(Room),
    /// Messages are lines of a process.
    Exec(String),
    /// Cases of the conformance tester are played.
    Bench(Box<Bench>),
}

impl Modes {
    /// Whether channels are served like connections: those of the tester are connections alone.
    pub(super) const fn carries(&self) -> bool {
        self.script.is_none() && self.fault.is_none()
    }

    /// From which origins connections are taken, if nothing is said. No page of somebody else starts
    /// programs.
    pub(super) const fn origins(&self) -> Origins {
        match self.exec {
            Some(_) => Origins::Same,
            None => Origins::Any,
        }
    }

    /// The mode that is asked for, in these drafts.
    pub(super) fn mode(&self, specs: &Specs, drafts: &[Spoken]) -> Result<Mode, Failure> {
        // It is the default.
        let _ = self.echo;
        if self.broadcast {
            return Ok(Mode::Broadcast(Room::default()));
        }
        if let Some(command) = &self.exec {
            if command.trim().is_empty() {
                return Err(Failure::input("--exec: no command is given"));
            }
            return Ok(Mode::Exec(command.clone()));
        }
        if let Some(file) = &self.reply {
            let bytes = input::read_file(file)?;
            return Ok(Mode::Reply(match String::from_utf8(bytes) {
                Ok(text) => Message::text(text),
                Err(error) => Message::binary(error.into_bytes()),
            }));
        }
        if let Some(file) = &self.script {
            let bench = Bench::script(file, specs, drafts)?;
            return Ok(Mode::Bench(Box::new(bench)));
        }
        if let Some(name) = &self.fault {
            let bench = Bench::faults(name, specs, drafts)?;
            return Ok(Mode::Bench(Box::new(bench)));
        }
        Ok(Mode::Echo)
    }
}

impl Mode {
    /// The case that is to be played for this client, or why there is none; `None` in other modes.
    pub(super) fn case(&self, offer: &Offer) -> Option<Result<Chosen, String>> {
        match self {
            Self::Bench(bench) => bench.choose(offer.draft, &offer.resource),
            Self::Echo | Self::Reply(_) | Self::Broadcast(_) | Self::Exec(_) => None,
        }
    }

    /// Does what is to be done on an open connection, until it ends.
    pub(super) async fn run<S>(
        &self,
        talk: &mut Talk<'_>,
        socket: &mut WebSocket<S, Spoken>,
    ) -> Ended
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let (budget, ends, pings) = (talk.budget, talk.ends.clone(), talk.pings.take());
        match self {
            // Where a path names no fault, everything comes back.
            Self::Echo | Self::Bench(_) => echo(budget, socket, None, ends, pings).await,
            Self::Reply(message) => echo(budget, socket, Some(message), ends, pings).await,
            Self::Broadcast(room) => broadcast(room, talk, socket).await,
            Self::Exec(command) => exec(command, talk, socket).await,
        }
    }
}
