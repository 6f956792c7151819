//! `wsdraft connect`: a client in any draft.

use std::{rc::Rc, time::Duration};

use clap::{ArgAction, Args};
use wsdraft::{
    Error, Keepalive, Limits, Policy, Role, client::Reconnect, handshake::Address, tokio::Connector,
};

mod above;
mod acts;
mod channels;
mod counts;
mod ending;
mod input;
mod network;
mod offer;
mod opening;
mod performing;
mod piped;
mod quit;
mod request;
mod screen;
mod script;
mod talk;
mod terminal;
mod trace;
mod typed;
mod wire;

pub(crate) use self::request::field;
use self::{
    acts::{Act, Source},
    channels::Channels,
    counts::Counts,
    input::Input,
    network::{Network, address},
    opening::{Opening, Socket},
    quit::Quit,
    request::request,
    screen::Screen,
    talk::{Manner, Talk},
};
use crate::{
    failure::Failure,
    flags::{Compression, heading::LOG},
    outcome::Outcome,
    output::Output,
    specs::{Specs, Spoken},
};

/// Headings of the arguments.
const SENDING: &str = "Messages";
const REQUEST: &str = "Request and response";
const NETWORK: &str = "Network and credentials";
const TIME: &str = "Time";

/// Open a connection, send messages, print what is received, and close.
///
/// On a terminal, lines that you type are sent as text messages; `/help` lists the commands. From a
/// pipe or a file, each line of standard input is a text message; the command closes the connection
/// when it has received as many messages as it sent. Without input, it prints what it receives until
/// the server closes the connection.
///
/// With `--send`, `--binary HEX`, `--ping` or `--close`, standard input is not read. The command
/// sends texts first, then bytes, then the ping. It closes the connection when it has received the
/// pong and as many messages as it sent, or when the timeout expires.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// URL to connect to, with the scheme `ws` or `wss`; `http` and `https` mean the same.
    url: String,
    /// Draft to use; the newest by default.
    #[arg(long, help_heading = REQUEST)]
    draft: Option<String>,
    #[command(flatten)]
    input: Input,
    /// Number of messages to wait for; by default as many as were sent. 0 waits for none.
    #[arg(long, value_name = "N", help_heading = SENDING)]
    answers: Option<usize>,
    /// Timeout in seconds; 10 by default.
    ///
    /// It applies separately to the opening of the connection, to the responses and to the closing
    /// of the connection. What the server sends in the meantime does not extend it. It ends a
    /// connection on which nothing is sent only if it is given.
    #[arg(long, value_name = "S", help_heading = TIME)]
    timeout: Option<f64>,
    /// Ping a server that has been silent for this many seconds, and end the connection if nothing
    /// comes for as long again.
    #[arg(long, value_name = "S", help_heading = TIME)]
    ping_interval: Option<f64>,
    /// Connect again if there is no connection or the server ends it, unless it is a normal closure.
    ///
    /// The delays grow from up to 5 s to up to 60 s. The command gives up if the server refuses for
    /// a reason that lasts. Messages that were on their way may be lost.
    #[arg(long, help_heading = TIME)]
    reconnect: bool,
    /// Origin to state in the request; by default that of the server itself.
    #[arg(long, help_heading = REQUEST)]
    origin: Option<String>,
    /// Subprotocol to offer; can be repeated, in order of preference.
    #[arg(long, value_name = "NAME", help_heading = REQUEST)]
    subprotocol: Vec<String>,
    /// Cookies to send.
    #[arg(long, help_heading = REQUEST)]
    cookie: Option<String>,
    /// Additional header field to send; can be repeated. It replaces a field of the same name that
    /// the request already has, such as Host.
    #[arg(short = 'H', long, value_name = "NAME: VALUE", help_heading = REQUEST)]
    header: Vec<String>,
    /// Id of a rule, of a draft or of an extension, that the server may violate; can be repeated.
    #[arg(long, value_name = "RULE", help_heading = REQUEST)]
    allow: Vec<String>,
    /// Extensions to offer, as the value of the header field.
    ///
    /// The client applies the parameters of its own compressor even if the server does not request
    /// them.
    #[arg(long, value_name = "VALUE", help_heading = REQUEST)]
    extensions: Option<String>,
    /// Open this many channels on the connection, with an extension that multiplexes, such as `mux`.
    ///
    /// What is sent is sent on all channels, and each waits for its own responses. What is printed of
    /// a channel begins with `channel` and its number; with `--json`, objects have it in `channel`.
    #[arg(
        long, value_name = "N", help_heading = REQUEST,
        value_parser = clap::value_parser!(u16).range(1..=1024),
        conflicts_with_all = ["reconnect", "retry", "raw"],
    )]
    channels: Option<u16>,
    #[command(flatten)]
    compression: Compression,
    /// If the server refuses the draft and lists versions, try the newest one that both support.
    #[arg(long, help_heading = REQUEST)]
    retry: bool,
    #[command(flatten)]
    network: Network,
    /// Log the heads and the frames, with the first 64 bytes of each payload; twice, with 4096.
    ///
    /// The values of fields with credentials or cookies are not shown.
    #[arg(short, long, action = ArgAction::Count, help_heading = LOG)]
    verbose: u8,
}

/// Connects, sends, prints what comes, and closes.
pub(crate) fn run(
    arguments: &Arguments,
    specs: &Specs,
    output: Output,
) -> Result<Outcome, Failure> {
    let plan = Plan::new(arguments, specs)?;
    let raw = arguments.input.raw(output.is_json())?;
    let script = arguments.input.script()?;
    if !arguments.retry {
        plan.rehearse(&script)?;
    }
    let (draft, is_settled) = (plan.draft, !arguments.retry);
    let check = Box::new(move |act: &Act| match is_settled {
        true => script::try_out(draft, act),
        false => Ok(()),
    });
    let (source, manner, person) =
        arguments
            .input
            .start(script, check, arguments.channels.is_some())?;
    let screen = Rc::new(Screen::start(output, raw, person)?);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Failure::io("the async runtime"))?;
    let outcome = runtime.block_on(async {
        let quit = Quit::watch()?;
        let held = plan.carry_out(&screen, source, manner, &quit).await;
        // What was to be said comes before why the command fails.
        tokio::select! {
            finished = screen.finish() => held.and_then(|held| finished.map(|()| held)),
            () = quit.gives_up() => held,
        }
    });
    // A name lookup that still runs holds up nothing.
    runtime.shutdown_background();
    outcome
}

/// What is to be done, read and checked.
struct Plan<'a> {
    arguments: &'a Arguments,
    address: Address,
    draft: Spoken,
    /// Drafts to try when the server does not speak the first one.
    others: Vec<Spoken>,
    connector: Connector<Spoken>,
    /// How channels are opened, if some are.
    inner: Option<Connector<Spoken>>,
    patience: Duration,
    /// How long to listen, if there is an end to it.
    listening: Option<Duration>,
}

impl<'a> Plan<'a> {
    /// The default of `--timeout`.
    const PATIENCE: Duration = Duration::from_secs(10);

    fn new(arguments: &'a Arguments, specs: &Specs) -> Result<Self, Failure> {
        let address = address(&arguments.url)?;
        let listening = seconds("--timeout", arguments.timeout)?;
        let patience = listening.unwrap_or(Self::PATIENCE);
        let draft = specs.spoken_or_newest(arguments.draft.as_deref())?;
        let others = match arguments.retry {
            true => specs.spoken_by_age()?,
            false => Vec::new(),
        };
        let spoken = [&[draft][..], &others].concat();
        let policy = Policy::relaxed(specs.relaxed(&spoken, &arguments.allow, Role::Server)?);
        let mut limits = Limits::default();
        (limits.handshake, limits.close) = (patience, patience);
        limits.write = Some(patience);
        if let Some(interval) = seconds("--ping-interval", arguments.ping_interval)? {
            limits.keepalive = Some(Keepalive::new(interval, interval));
        }
        if arguments.network.http2 && draft.info().bootstraps.is_empty() {
            return Err(Failure::input(format!(
                "--http2: {} cannot be opened over HTTP/2: nothing defines how",
                draft.info().short
            )));
        }
        let connector = Connector::new(draft).limits(limits).policy(policy);
        let (connector, inner) = request(connector, draft.info(), arguments, specs, &address)?;
        Ok(Self {
            arguments,
            address,
            draft,
            others,
            connector,
            inner,
            patience,
            listening,
        })
    }

    /// Finds what the draft cannot send.
    fn rehearse(&self, acts: &[Act]) -> Result<(), Failure> {
        let close = self.arguments.input.close;
        script::rehearse(self.draft, acts, close)?;
        let ping = self.arguments.ping_interval.map(|_| Act::Ping(Vec::new()));
        let samples: Vec<Act> = self
            .arguments
            .input
            .sample()
            .into_iter()
            .chain(ping)
            .collect();
        script::rehearse(self.draft, &samples, None)
    }

    /// Connects, sends, prints what comes, and closes.
    async fn carry_out(
        &self,
        screen: &Rc<Screen>,
        mut source: Source,
        manner: Manner,
        quit: &Quit,
    ) -> Result<Outcome, Failure> {
        let opening = self.opening(screen)?;
        let talk = Talk {
            manner,
            screen,
            patience: self.patience,
            listening: self.listening,
            answers: self.arguments.answers,
            code: self.arguments.input.close,
            closes: self.arguments.input.close.is_some(),
            url: opening.shown(),
            quit,
            counts: Counts::default(),
            channel: None,
        };
        let mut reconnect = Reconnect::new();
        loop {
            let opened = tokio::select! {
                opened = self.open(&opening, &mut reconnect) => opened,
                failure = screen.pump() => return Err(failure),
                () = quit.notified() => return Ok(talk.unfinished(&mut source)),
                () = source.leaves(), if manner == Manner::Typed => return Ok(Outcome::Fine),
            };
            let (socket, subprotocol) = match opened {
                Ok(opened) => opened,
                Err(error) => {
                    opening.failed(&error)?;
                    return Ok(Outcome::Findings);
                }
            };
            if let (Some(count), Some(inner)) = (self.arguments.channels, &self.inner) {
                let all = Channels {
                    opening: &opening,
                    connector: &self.connector,
                    inner: inner.clone(),
                    count: count.into(),
                    subprotocol,
                    patience: self.patience,
                };
                return all.hold(talk, socket, source).await;
            }
            let held = talk.hold(socket, &mut source).await?;
            if !held.goes_on || !self.arguments.reconnect {
                let lacks = held.goes_on && talk.unfinished(&mut source) == Outcome::Findings;
                return Ok(if lacks {
                    Outcome::Findings
                } else {
                    held.outcome
                });
            }
            screen.log("the command connects again");
        }
    }

    /// Opens a connection; with `--reconnect`, until that succeeds.
    async fn open(
        &self,
        opening: &Opening<'_>,
        reconnect: &mut Reconnect,
    ) -> Result<(Socket, Option<String>), Error> {
        if !self.arguments.reconnect {
            return opening.open().await;
        }
        let connect = || async {
            let opened = opening.open().await;
            opened.inspect_err(|error| opening.screen.log(&opening.why(error)))
        };
        reconnect.connect(connect).await
    }

    fn opening(&self, screen: &Rc<Screen>) -> Result<Opening<'a>, Failure> {
        let network = &self.arguments.network;
        let tls = network.tls(&self.address)?;
        let connector = self.connector.clone();
        let how = (&tls, self.patience);
        Ok(Opening {
            url: &self.arguments.url,
            address: self.address.clone(),
            client: network.client(connector, &self.others, &self.address, how)?,
            tls,
            network,
            socket: network.socket()?,
            offers: self.arguments.extensions.is_some(),
            traced: match self.arguments.verbose {
                0 => None,
                1 => Some(64),
                _ => Some(4096),
            },
            screen: Rc::clone(screen),
        })
    }
}

/// A number of seconds that the user gives.
fn seconds(flag: &str, given: Option<f64>) -> Result<Option<Duration>, Failure> {
    given
        .map(|given| crate::flags::seconds(flag, given))
        .transpose()
}
