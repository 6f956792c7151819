//! Starts a client for each case.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, HashMap},
    num::NonZero,
    process::ExitStatus,
    rc::Rc,
    thread::available_parallelism,
    time::Duration,
};

use tokio::{
    net::TcpStream,
    sync::oneshot,
    task::JoinSet,
    time::{sleep, timeout},
};
use wsdraft_conformance::{Answered, Judgement, Played, Verdict, hello, play, report::Report};

use super::{
    Arguments, Ending, Plan, Test, Tested,
    agents::Agents,
    commands::{Command, Started},
    door::{Door, MOST, refuse, target},
};
use crate::{
    commands::test::{jobs::play_all, socket::Socket},
    failure::Failure,
    output::log,
    token::token,
};

/// The target with which the tester finds out what the client does.
const HELLO: &str = "hello";
/// How often it tries.
const TRIES: usize = 3;
/// How many times as long as for an answer a client may take to connect: it has to start.
const START: u32 = 4;
/// How long a connection may be on its way when the client has ended.
const ON_ITS_WAY: Duration = Duration::from_millis(100);
/// The status of an answer to what no case waits for (RFC 9110 §15.5.5).
const NOT_FOUND: u16 = 404;

/// What clients wrote in cases that they did not pass, by the ids of these.
type Notes = BTreeMap<String, String>;

/// Clients that connect, each for a case.
struct Clients {
    command: Command,
    url: String,
    /// What starts the target for each case. Others on this machine cannot guess it.
    prefix: String,
    patience: Duration,
    waiting: RefCell<HashMap<String, oneshot::Sender<TcpStream>>>,
    /// Bytes of the logs that were kept.
    kept: Cell<usize>,
    /// Whether it was told that a client did not connect.
    complained: Cell<bool>,
}

/// A client that connected.
struct Connected {
    started: Started,
    stream: TcpStream,
}

/// Plays all cases, a client for each, until the test is ended.
pub(super) async fn run(
    arguments: &Arguments,
    mut plan: Plan,
    command: Command,
    door: Door,
    ending: Ending,
) -> Result<Tested, Failure> {
    command.check()?;
    let clients = Rc::new(Clients {
        url: door.url(),
        prefix: format!("/{}/case/", token()?),
        patience: plan.setup.patience,
        waiting: RefCell::default(),
        kept: Cell::new(0),
        complained: Cell::new(false),
        command,
    });
    let serving = tokio::task::spawn_local(serve(Rc::clone(&clients), door));
    let greeted = clients.greet(&mut plan, arguments.common.no_echo);
    ending.or(greeted).await.ok_or_else(Ending::too_early)??;
    let suite = arguments.common.suite(&plan)?;
    let setup = plan.setup;
    let test = Rc::new(Test { setup, suite });
    let notes = Rc::<RefCell<Notes>>::default();
    let jobs = arguments.jobs.unwrap_or_else(|| {
        let processors = available_parallelism();
        processors.map_or(1, NonZero::get)
    });
    let played = play_all(&test.suite, jobs, ending.told(), |at| {
        let (clients, test) = (Rc::clone(&clients), Rc::clone(&test));
        let notes = Rc::clone(&notes);
        async move { clients.play(&test, at, &notes).await }
    });
    let played = played.await?;
    serving.abort();
    let agent = clients.command.to_string();
    let mut report = Report::of(&test.setup, &test.suite, agent, &played);
    for case in &mut report.cases {
        case.wrote = notes.borrow_mut().remove(&case.id);
    }
    let interrupted = ending.interrupted(&test.suite, &played);
    Ok((vec![report], interrupted))
}

/// Hands each connection to the case that waits for it.
async fn serve(clients: Rc<Clients>, door: Door) {
    let mut open = JoinSet::new();
    loop {
        tokio::select! {
            stream = door.accept(), if open.len() < MOST => {
                let clients = Rc::clone(&clients);
                open.spawn_local(async move { clients.connected(stream).await });
            }
            _ = open.join_next(), if !open.is_empty() => {}
        }
    }
}

impl Clients {
    async fn connected(&self, stream: TcpStream) {
        let Some(target) = target(&stream, self.patience).await else {
            return;
        };
        let case = target.strip_prefix(&*self.prefix);
        let waiting = case.and_then(|case| self.waiting.borrow_mut().remove(case));
        match waiting {
            // If nobody waits any more, the connection is closed.
            Some(waiting) => drop(waiting.send(stream)),
            None => refuse(stream, NOT_FOUND, "No case waits for this.\n").await,
        }
    }

    /// Starts a client for a case, and waits until it connects. `Ok(Err)` says why it does not.
    async fn client(&self, case: &str) -> Result<Result<Connected, String>, Failure> {
        let (sender, mut connection) = oneshot::channel();
        self.waiting.borrow_mut().insert(case.to_owned(), sender);
        let url = format!("{}{}{case}", self.url, self.prefix);
        let mut started = self.command.start(&url, case)?;
        let ended = tokio::select! {
            biased;
            Ok(stream) = &mut connection => return Ok(Ok(Connected { started, stream })),
            ended = started.child.wait() => ended.ok(),
            () = sleep(self.patience * START) => None,
        };
        // It may have left the connection to something that it started.
        if let Ok(Ok(stream)) = timeout(ON_ITS_WAY, connection).await {
            return Ok(Ok(Connected { started, stream }));
        }
        self.waiting.borrow_mut().remove(case);
        let mut why = match ended {
            Some(status) => format!("The command ended without connecting: {status}."),
            None => "The command does not connect in time.".into(),
        };
        if ended.is_none() {
            started.end().await;
        }
        let written = started.written().await;
        if !written.trim().is_empty() {
            why += &format!(" It wrote:\n{}", written.trim_end());
        }
        Ok(Err(why))
    }

    /// Finds out what the client does.
    async fn greet(&self, plan: &mut Plan, no_echo: bool) -> Result<(), Failure> {
        let mut why = String::new();
        for _ in 0..TRIES {
            let Connected {
                mut started,
                stream,
            } = match self.client(HELLO).await? {
                Ok(connected) => connected,
                Err(reason) => {
                    why = reason;
                    continue;
                }
            };
            let setup = &mut plan.setup;
            let mut socket = Socket::new(stream, setup.patience);
            let hello = hello(setup, &mut socket).await;
            drop(socket);
            started.end().await;
            why = match &hello.answered {
                Answered::Accepted { .. } => String::new(),
                Answered::Ended(_) => "The client ends the connection without a request.".into(),
                Answered::Silent => "The client connects, but sends no request.".into(),
                Answered::Unreadable(why) => format!("The client's request cannot be read: {why}."),
                Answered::Refused { .. } => "The client refuses.".into(),
            };
            if !why.is_empty() {
                continue;
            }
            setup.greeting = hello.greeting;
            setup.echoes = hello.echoes && !no_echo;
            setup.pongs = hello.pongs;
            if !hello.echoes && !no_echo {
                log(
                    "the client does not echo messages: the tester leaves out the cases that need an echo",
                );
            }
            return Ok(());
        }
        Err(Failure::input(why))
    }

    /// Plays a case.
    async fn play(&self, test: &Test, at: usize, notes: &RefCell<Notes>) -> Played {
        let case = &test.suite.cases[at];
        let Connected {
            mut started,
            stream,
        } = match self.client(&case.id).await {
            Ok(Ok(connected)) => connected,
            Ok(Err(why)) => {
                if !self.complained.replace(true) {
                    log(&format!("{}: {why}", case.id));
                }
                return Played::failed(why);
            }
            Err(failure) => return Played::failed(format!("The command cannot start: {failure}.")),
        };
        let mut socket = Socket::new(stream, test.setup.patience);
        let mut played = play(&test.setup, case, &mut socket).await;
        drop(socket);
        let kept = self.kept.get() + played.log.size();
        if kept > Agents::KEPT {
            played.log.forget();
        } else {
            self.kept.set(kept);
        }
        let status = started.end().await;
        crashed(&mut played.judgement, status);
        let written = started.written().await;
        if played.judgement.verdict > Verdict::Stricter && !written.trim().is_empty() {
            notes.borrow_mut().insert(case.id.clone(), written);
        }
        played
    }
}

/// A client that a signal ended, which is not ours, is no client that passes.
fn crashed(judgement: &mut Judgement, status: Option<ExitStatus>) {
    let Some(status) = status.filter(|status| status.code().is_none()) else {
        return;
    };
    let why = format!("{} The command crashed: {status}.", judgement.why);
    let why = why.trim();
    *judgement = match judgement.verdict {
        Verdict::Wrong => Judgement::wrong(why),
        _ => Judgement::unknown(why),
    };
}
