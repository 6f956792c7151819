//! `wsdraft test server`: plays all cases against a live server.

use std::{
    io,
    rc::Rc,
    time::{Duration, Instant},
};

use clap::Args;
use tokio::{
    task::{JoinSet, LocalSet},
    time::timeout,
};
use wsdraft::{
    Role,
    handshake::Address,
    tokio::tls::{Stream, Tls},
};
use wsdraft_conformance::{
    Answered, Hello, Played, Setup, Suite, Tolerance, Verdict, hello, play, report::Report,
};
use wsdraft_spec::{LoadError, Scenarios};

use super::{cases::Selection, outputs::Outputs, progress::Progress, socket::Socket};
use crate::{
    failure::Failure,
    flags::Certificates,
    outcome::Outcome,
    output::{self, Output},
    specs::{Specs, Spoken},
    tls,
};

/// Test a server for conformance.
///
/// The server should echo messages: text as text, binary as binary.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// URL of the server, with the scheme `ws` or `wss`.
    url: String,
    /// Draft to test; the newest by default.
    #[arg(long)]
    draft: Option<String>,
    /// The server does not echo: leave out what needs that.
    #[arg(long)]
    no_echo: bool,
    #[command(flatten)]
    selection: Selection,
    /// Number of connections at the same time.
    #[arg(long, value_name = "N", default_value_t = 8)]
    jobs: usize,
    /// Seconds to wait for each answer.
    #[arg(long, value_name = "S", default_value_t = 5.0)]
    timeout: f64,
    /// Origin to state in requests; by default that of the server itself.
    #[arg(long)]
    origin: Option<String>,
    /// Subprotocol that the server demands.
    #[arg(long, value_name = "NAME")]
    subprotocol: Option<String>,
    /// Additional header field to send; can be repeated.
    #[arg(long, value_name = "NAME: VALUE")]
    header: Vec<String>,
    #[command(flatten)]
    certificates: Certificates,
    #[command(flatten)]
    outputs: Outputs,
}

/// Tests a server.
pub(super) fn run(
    arguments: &Arguments,
    specs: &Specs,
    output: Output,
) -> Result<Outcome, Failure> {
    let test = Test::new(arguments, specs)?;
    let (subject, draft) = (test.setup.subject, test.setup.draft.info().short);
    let prepared = arguments.outputs.prepare(subject.as_str(), draft)?;
    let started = Instant::now();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Failure::io("the async runtime"))?;
    let report = LocalSet::new().block_on(&runtime, test.run(arguments));
    runtime.shutdown_background();
    let report = report?.within(started.elapsed());
    prepared.show(&report, &arguments.selection, output)
}

/// A test, ready to run.
struct Test {
    address: Address,
    tls: Tls,
    setup: Setup,
    scenarios: &'static [Scenarios],
}

impl Test {
    fn new(arguments: &Arguments, specs: &Specs) -> Result<Self, Failure> {
        let url = &arguments.url;
        let address: Address = url
            .parse()
            .map_err(|error| Failure::input(format!("{url}: {error}")))?;
        let patience = Duration::try_from_secs_f64(arguments.timeout)
            .map_err(|error| Failure::input(format!("--timeout: {error}")))?;
        let draft = match &arguments.draft {
            Some(name) => specs.spoken(name)?,
            None => specs
                .spoken_by_age()?
                .pop()
                .ok_or_else(|| Failure::input("no draft is available"))?,
        };
        let spec = specs.resolved(draft.info().short)?.clone();
        let scenarios = Scenarios::built_in().map_err(|errors| LoadError::Spec(errors.clone()))?;
        let mut setup = Setup::new(draft, spec, Role::Server);
        setup.tolerance = Tolerance::new(scenarios);
        setup.extensions = specs.extensions();
        setup.taken_for = taken_for(specs, draft)?;
        setup.patience = patience;
        let offered = &mut setup.offered;
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
            setup,
            scenarios,
        })
    }

    async fn run(mut self, arguments: &Arguments) -> Result<Report, Failure> {
        self.greet(arguments.no_echo).await?;
        let mut suite = Suite::new(&self.setup, self.scenarios);
        arguments.selection.apply(&mut suite)?;
        let agent = self.address.to_string();
        let this = Rc::new(self);
        let suite = Rc::new(suite);
        let mut played: Vec<Option<Played>> = vec![None; suite.cases.len()];
        let played_at_all = suite.cases.iter().filter(|case| case.is_played());
        let mut progress = Progress::new(played_at_all.count());
        let mut running = JoinSet::new();
        let mut waiting = (0..suite.cases.len()).filter(|at| suite.cases[*at].is_played());
        loop {
            while running.len() < arguments.jobs.max(1)
                && let Some(at) = waiting.next()
            {
                let (this, suite) = (Rc::clone(&this), Rc::clone(&suite));
                running.spawn_local(async move { (at, this.play(&suite, at).await) });
            }
            let Some(done) = running.join_next().await else {
                break;
            };
            let (at, result) = done.map_err(|error| Failure::input(error.to_string()))?;
            played[at] = Some(result);
            progress.step();
        }
        // A verdict against the server is never given for what another connection may have caused.
        for at in 0..suite.cases.len() {
            let doubtful = played[at].as_ref().is_some_and(|played| {
                matches!(played.judgement.verdict, Verdict::Wrong | Verdict::Unknown)
            });
            if doubtful && arguments.jobs > 1 {
                let again = this.play(&suite, at).await;
                if let Some(first) = &mut played[at]
                    && again.judgement.verdict < first.judgement.verdict
                {
                    *first = again;
                }
            }
        }
        Ok(Report::of(&this.setup, &suite, agent, &played))
    }

    /// Plays one case over a connection of its own.
    async fn play(&self, suite: &Suite, at: usize) -> Played {
        match self.connect().await {
            Ok(stream) => {
                let mut socket = Socket::new(stream, self.setup.patience);
                play(&self.setup, &suite.cases[at], &mut socket).await
            }
            Err(error) => Played::failed(format!("No connection: {error}.")),
        }
    }

    async fn connect(&self) -> io::Result<Stream> {
        timeout(self.setup.patience, self.tls.open(&self.address))
            .await
            .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
    }

    /// Finds out what the server wants.
    async fn greet(&mut self, no_echo: bool) -> Result<(), Failure> {
        let address = self.address.clone();
        let failure = |why: String| Failure::input(format!("{address}: {why}"));
        let stream = self.connect().await;
        let stream = stream.map_err(|error| failure(error.to_string()))?;
        let mut socket = Socket::new(stream, self.setup.patience);
        let greeted = hello(&self.setup, &mut socket).await;
        if let Some(why) = refused(&greeted) {
            return Err(failure(why));
        }
        self.setup.greeting = greeted.greeting;
        self.setup.echoes = greeted.echoes && !no_echo;
        self.setup.pongs = greeted.pongs;
        if !greeted.echoes && !no_echo {
            output::log("the server does not echo messages: cases that need that are left out");
        }
        Ok(())
    }
}

/// The newer draft that a peer may take this one for, since both have the same number.
fn taken_for(specs: &Specs, draft: Spoken) -> Result<Option<Spoken>, Failure> {
    let number = draft.info().wire_version;
    let newer = number.and_then(|number| specs.taken_for(number));
    match newer.filter(|newer| *newer != draft.info().short) {
        Some(newer) => specs.spoken(newer).map(Some),
        None => Ok(None),
    }
}

/// Why the server cannot be tested.
fn refused(hello: &Hello) -> Option<String> {
    match &hello.answered {
        Answered::Accepted { .. } => {
            let ended = hello.ended.as_ref()?;
            (!hello.echoes && !hello.pongs).then(|| {
                format!("the server accepts the connection, and then {ended}; if it demands a subprotocol, use --subprotocol")
            })
        }
        Answered::Refused {
            status,
            reason,
            location,
            ..
        } => {
            let hint = match (status, location) {
                (300..=399, Some(location)) => format!("; it redirects to {location}"),
                (401, _) => "; it wants authentication: use --header".into(),
                _ => "; --origin, --subprotocol and --header set what the request says".into(),
            };
            Some(format!(
                "the server refuses the request with {status} {reason}{hint}"
            ))
        }
        Answered::Ended(_) => Some("the server ends the connection without a response".into()),
        Answered::Silent => Some("the server does not respond".into()),
        Answered::Unreadable(why) => Some(why.clone()),
    }
}
