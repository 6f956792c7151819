//! The `wsdraft` command.

use std::{path::PathBuf, process::ExitCode};

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

mod channel;
mod commands;
mod duplex;
mod flags;
mod gate;
mod input;
mod moment;
mod output;
mod pages;
mod proxy_header;
#[cfg(test)]
mod readme;
mod signals;
mod silence;
mod tls;
mod token;
mod written;

use wsdraft_exports::words;
use wsdraft_tools::{events, failure, identity, outcome, print, specs};

use self::{
    commands::{
        bridge, check, completions, connect, detect, diff, explain, export, generate, handshake,
        headers, inspect, lint, list, man, proxy, serve, show, test, version,
    },
    failure::Failure,
    flags::Colour,
    outcome::Outcome,
    output::Output,
    specs::Specs,
};

/// The heading of the arguments of every subcommand.
const EVERYWHERE: &str = "Options of every subcommand";

/// What to begin with.
const EXAMPLES: &str = "\
Examples:
  wsdraft connect wss://example.com/chat         talk to a server
  wsdraft serve                                  run an echo server, with a page to try it
  wsdraft explain 1006                           what a close code, an error or a rule means
  wsdraft proxy --upstream ws://127.0.0.1:8080   watch a connection, and find what is wrong
  wsdraft lint capture.pcapng                    find what is wrong in a recorded connection
  wsdraft test server ws://127.0.0.1:8080        test a server for conformance";

/// Serve, connect, inspect and explain every draft of the WebSocket protocol.
#[derive(Debug, Parser)]
#[command(
    name = "wsdraft",
    version,
    long_version = build(),
    arg_required_else_help = true,
    after_help = EXAMPLES
)]
struct Arguments {
    /// Print JSON: one document, or one object per line for commands that list events.
    #[arg(long, global = true, help_heading = EVERYWHERE)]
    json: bool,

    /// Add the drafts, extensions and topics in the RON files of this folder, or override built-in ones.
    #[arg(long, global = true, value_name = "DIR", help_heading = EVERYWHERE)]
    spec_dir: Option<PathBuf>,

    /// When to use colours: `auto`, `always` or `never`.
    ///
    /// `auto` uses them on a terminal. A variable NO_COLOR that is not empty turns them off there,
    /// and CLICOLOR_FORCE turns them on elsewhere.
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        hide_possible_values = true,
        help_heading = EVERYWHERE
    )]
    color: Colour,

    #[command(subcommand)]
    command: Command,
}

/// The subcommands, in the order in which the help lists them.
#[derive(Debug, Subcommand)]
enum Command {
    List(list::Arguments),
    Show(show::Arguments),
    Diff(diff::Arguments),
    Explain(explain::Arguments),
    Headers(headers::Arguments),
    Version(version::Arguments),
    Detect(detect::Arguments),
    Handshake(handshake::Arguments),
    Inspect(inspect::Arguments),
    Lint(lint::Arguments),
    Proxy(proxy::Arguments),
    Bridge(bridge::Arguments),
    Generate(generate::Arguments),
    Export(export::Arguments),
    Check(check::Arguments),
    Connect(connect::Arguments),
    Serve(serve::Arguments),
    Test(test::Arguments),
    Completions(completions::Arguments),
    Man(man::Arguments),
}

/// The version, and what this program was built for.
fn build() -> &'static str {
    let profile = if cfg!(debug_assertions) {
        "debug"
    } else {
        "release"
    };
    let (os, machine) = (std::env::consts::OS, std::env::consts::ARCH);
    let version = env!("CARGO_PKG_VERSION");
    format!("{version} ({profile} build for {os} on {machine})").leak()
}

fn main() -> ExitCode {
    let arguments = match parse() {
        Ok(arguments) => arguments,
        Err(error) => return misused(&error),
    };
    let done = run(&arguments);
    output::finish_log();
    match done {
        Ok(Outcome::Fine) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        // The reader of a pipe may go away whenever it has seen enough.
        Err(Failure::ClosedPipe) => ExitCode::SUCCESS,
        Err(failure) => {
            output::complain(&format!("wsdraft: {failure}"));
            ExitCode::from(2)
        }
    }
}

/// Reads the arguments. The help has colours as they ask.
fn parse() -> Result<Arguments, clap::Error> {
    let given = || std::env::args_os();
    let mut command = Arguments::command().color(Colour::asked(given()).into());
    let matches = command.try_get_matches_from_mut(given())?;
    Arguments::from_arg_matches(&matches).map_err(|error| error.format(&mut command))
}

/// Says what is wrong with the arguments, or prints the help that was asked for.
fn misused(error: &clap::Error) -> ExitCode {
    let text = error.render().to_string();
    if matches!(output::printable(&text), std::borrow::Cow::Borrowed(_)) {
        // With its colours.
        error.exit();
    }
    output::complain(text.trim_end());
    ExitCode::from(2)
}

fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let output = Output::new(arguments.json, arguments.color.is_used());
    let folder = arguments.spec_dir.as_deref();
    let specs = || Specs::load(folder);
    match &arguments.command {
        // The one that says what is wrong with the specs does not load them first.
        Command::Check(given) => check::run(given, folder, output),
        Command::Man(given) => man::run(given, output),
        Command::Completions(given) => completions::run(given, &specs()?, output),
        Command::List(_) => list::run(&specs()?, output),
        Command::Show(given) => show::run(given, &specs()?, output),
        Command::Diff(given) => diff::run(given, &specs()?, output),
        Command::Explain(given) => explain::run(given, &specs()?, output),
        Command::Headers(_) => headers::run(&specs()?, output),
        Command::Version(given) => version::run(given, &specs()?, output),
        Command::Detect(given) => detect::run(given, &specs()?, output),
        Command::Handshake(given) => handshake::run(given, &specs()?, output),
        Command::Inspect(given) => inspect::run(given, &specs()?, output),
        Command::Lint(given) => lint::run(given, &specs()?, output),
        Command::Proxy(given) => proxy::run(given, &specs()?, output),
        Command::Bridge(given) => bridge::run(given, &specs()?),
        Command::Generate(given) => generate::run(given, &specs()?, output),
        Command::Export(given) => export::run(given, &specs()?, output),
        Command::Connect(given) => connect::run(given, &specs()?, output),
        Command::Serve(given) => serve::run(given, &specs()?, output),
        Command::Test(given) => test::run(given, &specs()?, output),
    }
}
