//! `wsdraft test client`: plays the server's part of all cases against a client.

use clap::Args;
use tokio::{net::TcpListener, task::LocalSet};
use wsdraft::Role;
use wsdraft_conformance::{Setup, Suite, report::Report};
use wsdraft_spec::sort;

use super::{
    common::{Common, Plan, check_jobs},
    ending::Ending,
};
use crate::{failure::Failure, outcome::Outcome, output::Output, specs::Specs};

mod agents;
mod commands;
mod door;
mod driver;
mod spawned;
mod target;

use self::{commands::Command, door::Door};

/// Test a client for conformance.
///
/// Without a command, it serves the protocol of the Autobahn testsuite for drivers:
/// `/getCaseCount`, `/getCaseInfo?case=N`, `/runCase?case=N&agent=NAME`,
/// `/getCaseStatus?case=N&agent=NAME` and `/updateReports?agent=NAME`. It ends when a client has
/// asked for `/updateReports`, and reports on each agent. A signal ends it, too; that is an
/// interruption while an agent has not asked yet.
///
/// With a command, it starts the command once for each case. The command must connect to the URL,
/// echo messages until the connection ends, and then end.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Address to listen on; 127.0.0.1:9001 by default, and with a command any free port.
    #[arg(long, value_name = "ADDR", value_parser = crate::flags::listen)]
    listen: Option<String>,
    #[command(flatten)]
    common: Common,
    /// Number of commands that run at the same time; as many as there are processors by default.
    #[arg(long, value_name = "N", requires = "command")]
    jobs: Option<usize>,
    /// Start the command only once: it is a driver for the Autobahn testsuite. The test ends when
    /// the command ends.
    #[arg(long, requires = "command")]
    driver: bool,
    /// End after this many agents have asked for `/updateReports`; 0 stands for no end.
    #[arg(long, value_name = "N", default_value_t = 1)]
    agents: usize,
    /// Give drivers also the cases in which the client may refuse the response.
    ///
    /// These cases come last. Many drivers end at the first connection that fails, so the tester
    /// leaves these cases out unless this option is given or `--only` names cases. With a command
    /// for each case, it always plays them.
    #[arg(long)]
    handshake: bool,
    /// Command to start for each case, and its arguments. `{url}` stands for the URL to connect to,
    /// and `{case}` for the id of the case.
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<String>,
}

/// Where drivers for the Autobahn testsuite look for it.
const USUAL: &str = "127.0.0.1:9001";
/// Any free port: commands get the URL.
const ANY: &str = "127.0.0.1:0";

/// Tests a client.
pub(super) fn run(
    arguments: &Arguments,
    specs: &Specs,
    output: Output,
) -> Result<Outcome, Failure> {
    let plan = arguments.common.plan(specs, Role::Client)?;
    if arguments.common.list {
        return arguments.common.show_cases(&plan, output);
    }
    check_jobs(arguments.jobs)?;
    let prepared = arguments.common.prepare(&plan)?;
    let command = match &*arguments.command {
        [] => None,
        words => Some(Command::new(words)?),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Failure::io("the async runtime"))?;
    let tested = LocalSet::new().block_on(&runtime, test(arguments, plan, command));
    runtime.shutdown_background();
    let (reports, interrupted) = tested?;
    prepared.show(reports, interrupted, output)
}

/// Reports, and what to say if the test was interrupted.
type Tested = (Vec<Report>, Option<String>);

async fn test(
    arguments: &Arguments,
    plan: Plan,
    command: Option<Command>,
) -> Result<Tested, Failure> {
    let each = command.is_some() && !arguments.driver;
    let listen = arguments.listen.as_deref();
    let listen = listen.unwrap_or_else(|| if command.is_some() { ANY } else { USUAL });
    let listener = TcpListener::bind(listen).await;
    let listener = listener.map_err(Failure::io(listen.to_owned()))?;
    let door = Door::new(listener).map_err(Failure::io(listen.to_owned()))?;
    let ending = Ending::listen()?;
    match command {
        Some(command) if each => spawned::run(arguments, plan, command, door, ending).await,
        command => driver::run(arguments, plan, command, door, ending).await,
    }
}

/// The cases for drivers, as the arguments say; the cases that may fail to connect are the last.
fn for_drivers(arguments: &Arguments, plan: &Plan) -> Result<(Suite, usize), Failure> {
    let mut suite = arguments.common.suite(plan)?;
    let all = suite.cases.len();
    if !arguments.handshake && !arguments.common.selection.is_explicit() {
        suite.cases.retain(|case| !case.may_fail_to_connect());
    }
    let left_out = all - suite.cases.len();
    sort::by_key(&mut suite.cases, |case| {
        (!case.is_played(), case.may_fail_to_connect())
    });
    if !suite.cases.iter().any(wsdraft_conformance::Case::is_played) {
        return Err(Failure::input("no case is left to play"));
    }
    Ok((suite, left_out))
}

/// Needed by both ways to test.
struct Test {
    setup: Setup,
    suite: Suite,
}
