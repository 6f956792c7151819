//! `wsdraft completions`: what a shell needs to complete the command.

use clap::{Arg, Args, Command, CommandFactory as _, builder::PossibleValuesParser};
use clap_complete::Shell;
use wsdraft::versions::Version;
use wsdraft_spec::sort;

use crate::{failure::Failure, outcome::Outcome, output::Output, specs::Specs};

/// Print a script that lets a shell complete subcommands, arguments, drafts and rules.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Shell to print the script for.
    shell: Shell,
}

/// Prints the script of a shell.
pub(crate) fn run(
    arguments: &Arguments,
    specs: &Specs,
    output: Output,
) -> Result<Outcome, Failure> {
    let mut command = with_values(crate::Arguments::command(), &Values::of(specs));
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, name, &mut script);
    output.file(&String::from_utf8_lossy(&script))?;
    Ok(Outcome::Fine)
}

/// What users name in arguments.
struct Values {
    drafts: Vec<&'static str>,
    rules: Vec<&'static str>,
}

impl Values {
    fn of(specs: &Specs) -> Self {
        let drafts = specs.versions().iter().map(Version::short).collect();
        let all = specs.database().drafts();
        let resolved = all
            .iter()
            .filter_map(|draft| specs.database().resolved(&draft.short));
        let ids = resolved.flat_map(|draft| draft.rules.keys());
        let extensions = specs.database().extensions().iter();
        let ids = ids.chain(extensions.flat_map(|extension| extension.rules.keys()));
        let ids = sort::set(ids);
        // The parser keeps them for the life of the process.
        let rules = ids.into_iter().map(|id| &*id.clone().leak()).collect();
        Self { drafts, rules }
    }

    /// The values that an argument can have, as far as they are known; its name for the value
    /// tells.
    fn of_argument(&self, argument: &Arg) -> Option<&[&'static str]> {
        if !argument.get_possible_values().is_empty() {
            return None;
        }
        let names = argument.get_value_names().unwrap_or_default();
        match names.first()?.as_str() {
            "DRAFT" | "DRAFTS" | "EXPRESSION" | "FROM" | "TO" => Some(&self.drafts),
            "RULE" | "RULE|PATTERN" => Some(&self.rules),
            _ => None,
        }
    }
}

/// The command, which here takes these values alone, so that its script proposes them.
fn with_values(command: Command, values: &Values) -> Command {
    let command = command.mut_args(|argument| match values.of_argument(&argument) {
        Some(known) => argument.value_parser(PossibleValuesParser::new(known.to_vec())),
        None => argument,
    });
    command.mut_subcommands(|command| with_values(command, values))
}
