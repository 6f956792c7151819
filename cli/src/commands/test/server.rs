//! `wsdraft test server`: plays all cases against a live server.

use std::{io, rc::Rc};

use clap::Args;
use tokio::{task::LocalSet, time::timeout};
use wsdraft::{
    Role,
    handshake::Address,
    tokio::tls::{Stream, Tls},
};
use wsdraft_conformance::{Answered, Played, Side, Suite, hello, negotiates, play, report::Report};

mod blame;
mod measured;
mod presence;
mod refused;

use self::{
    presence::Presence,
    refused::{Given, check_credentials, refused, unreachable},
};
use super::{
    common::{Common, Plan, check_jobs},
    ending::Ending,
    jobs::play_all,
    socket::Socket,
};
use crate::{
    failure::Failure,
    flags::Certificates,
    outcome::Outcome,
    output::{self, Output},
    specs::Specs,
    tls,
};

/// Test a server for conformance.
///
/// The server should echo messages: text as text, binary as binary.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// URL of the server, with the scheme `ws` or `wss`.
    #[arg(required_unless_present = "list")]
    url: Option<String>,
    #[command(flatten)]
    common: Common,
    /// Number of connections at the same time.
    #[arg(long, value_name = "N", default_value_t = 8)]
    jobs: usize,
    /// Origin to state in requests; by default that of the server itself.
    #[arg(long)]
    origin: Option<String>,
    /// Subprotocol that the server demands.
    #[arg(long, value_name = "NAME")]
    subprotocol: Option<String>,
    /// Additional header field to send; can be repeated.
    #[arg(long, value_name = "NAME: VALUE")]
    header: Vec<String>,
    /// Measure how long messages of several sizes take to the server and back.
    ///
    /// A thousand of each, one after the other, when all cases are played. No verdict depends on it.
    #[arg(long)]
    measure: bool,
    #[command(flatten)]
    certificates: Certificates,
}

/// Tests a server.
pub(super) fn run(
    arguments: &Arguments,
    specs: &Specs,
    output: Output,
) -> Result<Outcome, Failure> {
    let test = Test::new(arguments, specs)?;
    if arguments.common.list {
        return arguments.common.show_cases(&test.plan, output);
    }
    check_jobs(Some(arguments.jobs))?;
    let prepared = arguments.common.prepare(&test.plan)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Failure::io("the async runtime"))?;
    let tested = LocalSet::new().block_on(&runtime, test.run(arguments));
    runtime.shutdown_background();
    let (report, interrupted) = tested?;
    prepared.show(vec![report], interrupted, output)
}

/// After how many cases in a row of which the server took no notice it is tried whether it does at all.
const SILENT: usize = 16;

/// What helps with a server that does not echo.
const WITHOUT: &str = "--no-echo plays the cases that need no echo";

/// A test, ready to run.
struct Test {
    address: Address,
    tls: Tls,
    plan: Plan,
    presence: Presence,
}

impl Test {
    fn new(arguments: &Arguments, specs: &Specs) -> Result<Self, Failure> {
        // What is only listed needs no server.
        let url = arguments.url.as_deref().unwrap_or("ws://127.0.0.1/");
        check_credentials(url)?;
        let address: Address = url
            .parse()
            .map_err(|error| Failure::input(format!("{url}: {error}")))?;
        let mut plan = arguments.common.plan(specs, Role::Server)?;
        let offered = &mut plan.setup.offered;
        offered.host = address.authority().to_owned();
        offered.resource = address.resource().to_owned();
        let scheme = if address.is_secure() { "https" } else { "http" };
        let origin = arguments.origin.clone();
        offered.origin =
            Some(origin.unwrap_or_else(|| format!("{scheme}://{}", address.authority())));
        offered.subprotocol = arguments.subprotocol.clone().unwrap_or_default();
        for header in &arguments.header {
            let (name, value) = super::super::connect::field(header)?;
            offered.fields.push((name.to_owned(), value.to_owned()));
        }
        Ok(Self {
            tls: tls::client(arguments.certificates.trust(&address))?,
            address,
            plan,
            presence: Presence::default(),
        })
    }

    /// Tests; also says what to say if the test was interrupted.
    async fn run(mut self, arguments: &Arguments) -> Result<(Report, Option<String>), Failure> {
        let ending = Ending::listen()?;
        let greeted = self.greet(&arguments.common);
        ending.or(greeted).await.ok_or_else(Ending::too_early)??;
        let suite = Rc::new(arguments.common.suite(&self.plan)?);
        let agent = self.address.to_string();
        let this = Rc::new(self);
        let leaving = Rc::clone(&this);
        let end = async {
            tokio::select! {
                () = ending.told() => {}
                () = leaving.presence.left() => {}
            }
        };
        let played = play_all(&suite, arguments.jobs, end, |at| {
            let (this, suite) = (Rc::clone(&this), Rc::clone(&suite));
            async move { this.play(&suite, at).await }
        });
        let mut played = played.await?;
        ending.or(this.blame(&suite, &mut played)).await;
        let mut report = Report::of(&this.plan.setup, &suite, agent, &played);
        this.presence.explain(&mut report);
        if arguments.measure {
            report.measurements = ending.or(this.measure()).await.unwrap_or_default();
        }
        let interrupted = ending.interrupted(&suite, &played);
        Ok((report, interrupted))
    }

    /// Plays one case over a connection of its own.
    async fn play(&self, suite: &Suite, at: usize) -> Played {
        let stream = match self.presence.open(async || self.connect().await).await {
            Ok(stream) => stream,
            Err(_) if self.presence.gone().is_some() => {
                return Played::failed(presence::Gone::Ended.why().into());
            }
            Err(error) => return Played::failed(format!("No connection: {error}.")),
        };
        self.presence.begin(at);
        let mut socket = Socket::new(stream, self.plan.setup.patience);
        let played = play(&self.plan.setup, &suite.cases[at], &mut socket).await;
        let mut entries = played.log.entries().iter();
        let silent = self
            .presence
            .end(at, entries.any(|entry| entry.by == Side::Peer));
        if silent >= SILENT {
            self.try_again().await;
        }
        played
    }

    /// Tries whether a server that says nothing does so in usual cases, too.
    async fn try_again(&self) {
        if let Ok(stream) = self.connect().await {
            let mut socket = Socket::new(stream, self.plan.setup.patience);
            let greeted = hello(&self.plan.setup, &mut socket).await;
            match greeted.answered {
                Answered::Silent => self.presence.stuck(),
                _ => self.presence.answers(),
            }
        }
    }

    async fn connect(&self) -> io::Result<Stream> {
        timeout(self.plan.setup.patience, self.tls.open(&self.address))
            .await
            .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
    }

    /// Finds out what the server wants.
    async fn greet(&mut self, common: &Common) -> Result<(), Failure> {
        let no_echo = common.no_echo;
        let given = Given {
            is_secure: self.address.is_secure(),
            draft: common.draft.as_deref(),
        };
        let address = self.address.clone();
        let failure = |why: String| Failure::input(format!("{address}: {why}"));
        let stream = self.connect().await;
        let stream = stream.map_err(|error| failure(unreachable(&error, given)))?;
        let mut socket = Socket::new(stream, self.plan.setup.patience);
        let greeted = hello(&self.plan.setup, &mut socket).await;
        if let Some(why) = refused(&greeted, given) {
            return Err(failure(why));
        }
        for violation in &greeted.broken {
            output::log(&format!("the server's response breaks a rule: {violation}"));
        }
        self.plan.setup.greeting = greeted.greeting;
        self.plan.setup.echoes = greeted.echoes && !no_echo;
        self.plan.setup.pongs = greeted.pongs;
        if greeted.pushes && !no_echo {
            return Err(failure(format!(
                "the server sends messages all the time: {WITHOUT}"
            )));
        }
        if !greeted.echoes && !no_echo {
            return Err(failure(format!(
                "the server does not echo messages: {WITHOUT}"
            )));
        }
        self.offer(common).await
    }

    /// Finds out whether the server negotiates extensions, if a case depends on it.
    async fn offer(&mut self, common: &Common) -> Result<(), Failure> {
        let suite = common.suite(&self.plan)?;
        let mut rules = suite.cases.iter().flat_map(|case| &case.rules);
        if !rules.any(|rule| self.plan.setup.tolerance.depends(rule)) {
            return Ok(());
        }
        if let Ok(stream) = self.connect().await {
            let setup = &mut self.plan.setup;
            let mut socket = Socket::new(stream, setup.patience);
            let negotiates = negotiates(setup, &mut socket).await;
            setup.tolerance = std::mem::take(&mut setup.tolerance).negotiating(negotiates);
        }
        Ok(())
    }
}
