//! What a command is called with, options with their values.

use clap::{Arg, ArgAction, Command};

/// The synopsis of a command.
pub(super) fn of(command: &Command) -> String {
    let name = command.get_bin_name().unwrap_or_else(|| command.get_name());
    let mut words = vec![name.to_owned()];
    let shown = command.get_arguments().filter(|one| !one.is_hide_set());
    let (places, options): (Vec<&Arg>, Vec<&Arg>) = shown.partition(|one| one.is_positional());
    let (needed, others): (Vec<&Arg>, Vec<&Arg>) =
        options.into_iter().partition(|one| one.is_required_set());
    words.extend(others.into_iter().chain(needed).map(option));
    words.extend(places.into_iter().map(place));
    if command.has_subcommands() {
        words.push(optional(command.is_subcommand_required_set(), "SUBCOMMAND"));
    }
    words.join(" ")
}

fn optional(is_needed: bool, word: &str) -> String {
    match is_needed {
        true => word.to_owned(),
        false => format!("[{word}]"),
    }
}

fn option(option: &Arg) -> String {
    let short = option.get_short().map(|short| format!("-{short}"));
    let long = option.get_long().map(|long| format!("--{long}"));
    let names: Vec<String> = short.into_iter().chain(long).collect();
    let takes_value = option
        .get_num_args()
        .is_some_and(|many| many.takes_values());
    let value = takes_value.then(|| format!(" {}", value(option)));
    let word = names.join("|") + &value.unwrap_or_default();
    let again = match option.get_action() {
        ArgAction::Append | ArgAction::Count => "...",
        _ => "",
    };
    optional(option.is_required_set(), &word) + again
}

fn place(place: &Arg) -> String {
    let many = place
        .get_num_args()
        .is_some_and(|many| many.max_values() > 1);
    let again = if many { "..." } else { "" };
    optional(place.is_required_set(), &value(place)) + again
}

fn value(argument: &Arg) -> String {
    let names = argument.get_value_names().unwrap_or_default();
    match names {
        [] => argument.get_id().as_str().to_uppercase(),
        names => names.join(" "),
    }
}
