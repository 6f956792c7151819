//! `wsdraft man`: a manual page for each subcommand.

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::{Args, Command, CommandFactory as _};
use clap_mangen::Man;

use wsdraft_spec::did_you_mean;

mod roff;
mod synopsis;

use crate::{failure::Failure, outcome::Outcome, output::Output, written::Target};

/// Print the manual page of the command or of a subcommand, or write one for each.
#[derive(Debug, Args)]
#[command(override_usage = "wsdraft man [SUBCOMMAND]...\n       wsdraft man --out <DIR>")]
pub(crate) struct Arguments {
    /// Subcommand whose page to print: `lint`, or `test server`.
    #[arg(value_name = "SUBCOMMAND", conflicts_with = "out")]
    names: Vec<String>,
    /// Write a page for each subcommand to this folder instead of standard output.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Prints the page of the command, or writes all pages.
pub(crate) fn run(arguments: &Arguments, output: Output) -> Result<Outcome, Failure> {
    // What a build is made for has no place in a page that is the same everywhere.
    let command = crate::Arguments::command().long_version(env!("CARGO_PKG_VERSION"));
    let mut command = command.disable_help_subcommand(true);
    command.build();
    match &arguments.out {
        None => output.file(&page(found(command, &arguments.names)?)?.1)?,
        Some(folder) => {
            fs::create_dir_all(folder).map_err(Failure::io(folder.display().to_string()))?;
            write(command, folder)?;
        }
    }
    Ok(Outcome::Fine)
}

/// The subcommand with these names.
fn found(command: Command, names: &[String]) -> Result<Command, Failure> {
    names.iter().try_fold(command, |command, name| {
        command.find_subcommand(name).cloned().ok_or_else(|| {
            let known = command.get_subcommands().map(Command::get_name);
            let hint = did_you_mean(name, known);
            Failure::input(format!("no subcommand {name:?}{hint}"))
        })
    })
}

/// Writes the page of a command, and those of its subcommands.
fn write(command: Command, folder: &Path) -> Result<(), Failure> {
    for command in command.get_subcommands() {
        write(command.clone(), folder)?;
    }
    let (name, text) = page(command)?;
    let target = Target {
        file: &folder.join(name),
        check: false,
    };
    target.put(&text, "").map(|_| ())
}

/// The name of a page, and the page.
fn page(command: Command) -> Result<(String, String), Failure> {
    let command = match command.get_overridden_usage() {
        Some(_) => command,
        None => {
            let synopsis = synopsis::of(&command);
            command.override_usage(synopsis)
        }
    };
    let man = Man::new(command)
        .manual("User Commands")
        .source(concat!("wsdraft ", env!("CARGO_PKG_VERSION")));
    let mut text = Vec::new();
    man.render(&mut text).map_err(Failure::io("a page"))?;
    let text = roff::mended(&String::from_utf8_lossy(&text));
    Ok((man.get_filename(), text))
}
