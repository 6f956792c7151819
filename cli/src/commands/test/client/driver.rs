//! Serves drivers for the Autobahn testsuite.

use std::{
    cell::{Cell, RefCell},
    future::Future,
    pin::pin,
    process::ExitStatus,
    rc::Rc,
    time::Duration,
};

use serde_json::json;
use tokio::{net::TcpStream, sync::Notify, task::JoinSet, time::timeout};
use wsdraft_conformance::{
    Case, Played, play,
    report::{Report, autobahn::behaviour},
    tell,
};

use super::{
    Arguments, Ending, Plan, Test, Tested,
    agents::{Agent, Agents, Unfit},
    commands::Command,
    door::{Door, MOST, refuse, target},
    for_drivers,
    target::Asked,
};
use crate::{
    commands::test::{ending::interrupted, socket::Socket},
    failure::Failure,
    output::log,
};

/// How long it is waited for the end of a case that an agent asks about.
const PATIENCE: Duration = Duration::from_secs(60);
/// The status of an answer to what no driver asks for (RFC 9110 §15.5.5).
const NOT_FOUND: u16 = 404;
/// The status of an answer to what no driver may ask for (RFC 9110 §15.5.1).
const BAD_REQUEST: u16 = 400;
/// The status of an answer to one agent too many (RFC 9110 §15.6.4).
const UNAVAILABLE: u16 = 503;

/// What all connections share.
struct Driver {
    test: Test,
    /// How many cases have numbers: the first ones of the suite.
    numbered: usize,
    agents: RefCell<Agents>,
    /// A case is over, or an agent has asked for its report.
    changed: Notify,
    /// After how many reports the test ends.
    enough: usize,
    /// Whether it was told that an agent's name is too long.
    misnamed: Cell<bool>,
    /// Whether it was told that there are too many agents.
    crowded: Cell<bool>,
    /// Whether it was told that one asked for a report that has played nothing.
    passed_over: Cell<bool>,
}

/// Serves until enough agents have asked for their reports, the command has ended or the test is ended.
pub(super) async fn run(
    arguments: &Arguments,
    plan: Plan,
    command: Option<Command>,
    door: Door,
    ending: Ending,
) -> Result<Tested, Failure> {
    let (suite, left_out) = for_drivers(arguments, &plan)?;
    let numbered = suite.cases.iter().filter(|case| case.is_played()).count();
    let setup = plan.setup;
    let driver = Rc::new(Driver {
        test: Test { setup, suite },
        numbered,
        agents: RefCell::default(),
        changed: Notify::new(),
        enough: arguments.agents,
        misnamed: Cell::new(false),
        crowded: Cell::new(false),
        passed_over: Cell::new(false),
    });
    log(&format!("listening on {}", door.url()));
    if left_out > 0 {
        log(&format!(
            "{left_out} cases in which the client may refuse the response are left out: --handshake adds them"
        ));
    }
    let mut started = command
        .map(|command| command.start_driver(&door.url()))
        .transpose()?;
    let ended = async {
        match &mut started {
            Some(child) => child.wait().await.ok(),
            None => std::future::pending().await,
        }
    };
    let status = serve(&driver, &door, ended, ending.told()).await;
    let interrupted = ending.is_told().then(|| driver.interrupted()).flatten();
    match (driver.reports(status), interrupted) {
        (Err(_), Some(how)) => Err(Failure::Input(how)),
        (reports, how) => Ok((reports?, how)),
    }
}

/// Serves connections; returns how the command ended, if that was the end.
async fn serve(
    driver: &Rc<Driver>,
    door: &Door,
    command: impl Future<Output = Option<ExitStatus>>,
    end: impl Future<Output = ()>,
) -> Option<ExitStatus> {
    let (mut end, mut command) = (pin!(end), pin!(command));
    let mut open = JoinSet::new();
    loop {
        tokio::select! {
            stream = door.accept(), if open.len() < MOST => {
                let driver = Rc::clone(driver);
                open.spawn_local(async move { driver.connected(stream).await });
            }
            _ = open.join_next(), if !open.is_empty() => {}
            () = driver.enough() => return None,
            status = &mut command => {
                // A driver may end before the last connection is closed.
                let over = async { while open.join_next().await.is_some() {} };
                let _ = timeout(driver.test.setup.patience, over).await;
                return status;
            }
            () = &mut end => return None,
        }
    }
}

impl Driver {
    /// Waits until enough agents have asked for their reports.
    async fn enough(&self) {
        loop {
            let changed = self.changed.notified();
            if self.enough > 0 && self.agents.borrow().reported() >= self.enough {
                return;
            }
            changed.await;
        }
    }

    /// Answers a client.
    async fn connected(&self, stream: TcpStream) {
        let patience = self.test.setup.patience;
        let Some(target) = target(&stream, patience).await else {
            return;
        };
        let asked = Asked::read(&target);
        match asked {
            None => {
                let text = "This is wsdraft test client. It serves drivers for the Autobahn testsuite: see wsdraft help test client.\n";
                refuse(stream, NOT_FOUND, text).await;
            }
            Some(Asked::Count) => self.tell(stream, Some(self.numbered.to_string())).await,
            Some(Asked::Info(number)) => match self.case(number) {
                Some((_, case)) => {
                    let info = json!({ "id": case.id, "description": case.title });
                    self.tell(stream, Some(info.to_string())).await;
                }
                None => refuse(stream, NOT_FOUND, "There is no such case.\n").await,
            },
            Some(Asked::Run(number, agent)) => match self.case(number) {
                Some((at, case)) => self.play(stream, at, case, &agent).await,
                None => refuse(stream, NOT_FOUND, "There is no such case.\n").await,
            },
            Some(Asked::Status(number, agent)) => match self.case(number) {
                Some((at, _)) => {
                    self.over(&agent, Some(at)).await;
                    let status = json!({ "behavior": self.behavior(&agent, at) });
                    self.tell(stream, Some(status.to_string())).await;
                }
                None => refuse(stream, NOT_FOUND, "There is no such case.\n").await,
            },
            Some(Asked::Update(agent)) => {
                self.over(&agent, None).await;
                self.tell(stream, None).await;
                if !self.agents.borrow_mut().report(&agent) && !self.passed_over.replace(true) {
                    log(&format!(
                        "{agent} asks for its report, but has played no case: this does not count"
                    ));
                }
                self.changed.notify_waiters();
            }
        }
    }

    /// The case with this number, and its place in the suite.
    fn case(&self, number: usize) -> Option<(usize, &Case)> {
        let at = number.checked_sub(1).filter(|at| *at < self.numbered)?;
        Some((at, self.test.suite.cases.get(at)?))
    }

    async fn tell(&self, stream: TcpStream, text: Option<String>) {
        let setup = &self.test.setup;
        let mut socket = Socket::new(stream, setup.patience);
        if let Err(why) = tell(setup, text.as_deref(), &mut socket).await {
            log(&format!("a client {why}"));
        }
    }

    async fn play(&self, stream: TcpStream, at: usize, case: &Case, agent: &str) {
        let cases = self.test.suite.cases.len();
        let started = self.agents.borrow_mut().start(agent, cases, at);
        if let Err(unfit) = started {
            return self.unfit(stream, unfit, agent).await;
        }
        let setup = &self.test.setup;
        let mut socket = Socket::new(stream, setup.patience);
        let played = play(setup, case, &mut socket).await;
        drop(socket);
        self.agents.borrow_mut().finish(agent, at, played);
        self.changed.notify_waiters();
    }

    /// Refuses an agent that cannot play.
    async fn unfit(&self, stream: TcpStream, unfit: Unfit, agent: &str) {
        let (status, told, why) = match unfit {
            Unfit::Name => {
                let most = Agents::LONGEST;
                (
                    BAD_REQUEST,
                    &self.misnamed,
                    format!("its name has more than {most} bytes"),
                )
            }
            Unfit::Many => {
                let most = Agents::MOST;
                (
                    UNAVAILABLE,
                    &self.crowded,
                    format!("{most} agents play already"),
                )
            }
        };
        if !told.replace(true) {
            log(&format!("{agent} is refused: {why}"));
        }
        refuse(stream, status, &format!("The agent is refused: {why}.\n")).await;
    }

    /// Waits until an agent does not play this case any more, or any case.
    async fn over(&self, agent: &str, case: Option<usize>) {
        let over = async {
            loop {
                let changed = self.changed.notified();
                if !self.agents.borrow().plays(agent, case) {
                    return;
                }
                changed.await;
            }
        };
        let _ = timeout(PATIENCE, over).await;
    }

    /// What came of a case, in the words of the Autobahn testsuite.
    fn behavior(&self, agent: &str, at: usize) -> &'static str {
        let agents = self.agents.borrow();
        let played: Option<&Played> = agents
            .find(agent)
            .and_then(|agent| agent.played.get(at)?.as_ref());
        played.map_or("FAILED", |played| behaviour(played.judgement.verdict))
    }

    /// What to say of a test that was ended; `None` if that is how it has to end.
    fn interrupted(&self) -> Option<String> {
        let agents = self.agents.borrow();
        let all: Vec<&Agent> = agents.tested().collect();
        let missing = all.iter().any(|agent| !agent.reported);
        let done = all.iter().flat_map(|agent| &agent.played).flatten().count();
        (missing || agents.reported() < self.enough)
            .then(|| interrupted(done, self.numbered * all.len().max(1)))
    }

    /// A report on each agent.
    fn reports(&self, status: Option<ExitStatus>) -> Result<Vec<Report>, Failure> {
        let Test { setup, suite } = &self.test;
        let agents = self.agents.borrow();
        let report = |agent: &Agent| Report::of(setup, suite, agent.name.clone(), &agent.played);
        let reports: Vec<Report> = agents.tested().map(report).collect();
        if reports.is_empty() {
            return Err(Failure::input(match status {
                Some(status) => format!("the command ended without playing a case: {status}"),
                None => "no client has played a case".into(),
            }));
        }
        Ok(reports)
    }
}
