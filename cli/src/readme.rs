//! `README.md` has every subcommand with all of its arguments, and no argument that does not exist.

use std::collections::{BTreeMap, BTreeSet};

use clap::{Arg, Command, CommandFactory as _};

use crate::Arguments;

const README: &str = include_str!("../README.md");

/// What a heading calls a subcommand, and what its table says: texts in backquotes, and the lines
/// that they stand on.
type Sections<'a> = BTreeMap<&'a str, BTreeMap<&'a str, &'a str>>;

/// The texts in backquotes.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The tables of subcommands. Lines of code are neither headings nor rows.
fn sections(text: &str) -> Sections<'_> {
    let mut sections = Sections::new();
    let mut current = None;
    let mut is_code = false;
    for line in text.lines() {
        is_code ^= line.starts_with("```");
        if is_code {
            continue;
        }
        if line.starts_with('#') {
            let named = quoted(line).find_map(|name| name.strip_prefix("wsdraft "));
            current = named.map(|name| sections.entry(name).or_default());
        } else if let (Some(table), Some(row)) = (&mut current, line.strip_prefix("| ")) {
            let cell = row.split(" | ").next().unwrap_or_default();
            table.extend(quoted(cell).map(|argument| (argument, row)));
        }
    }
    sections
}

/// An argument as the tables write it: `--flag VALUE`, or its value alone.
fn written(argument: &Arg) -> String {
    let takes_value = argument.get_action().takes_values();
    let names = argument.get_value_names().unwrap_or_default();
    let value = names.iter().map(|name| name.as_str()).collect::<String>();
    // A bar would end the cell of a table.
    let value = value.replace('|', "\\|");
    match argument.get_long() {
        Some(long) if takes_value => format!("--{long} {value}"),
        Some(long) => format!("--{long}"),
        None => value,
    }
}

/// The subcommands that do something, by their whole names.
fn leaves(command: &Command, name: &str) -> Vec<(String, Command)> {
    let mut subcommands = command.get_subcommands().peekable();
    if subcommands.peek().is_none() {
        return vec![(name.trim_start().to_owned(), command.clone())];
    }
    subcommands
        .filter(|command| command.get_name() != "help")
        .flat_map(|command| leaves(command, &format!("{name} {}", command.get_name())))
        .collect()
}

/// What is wrong with a text.
fn faults(text: &str) -> Vec<String> {
    let command = Arguments::command();
    let sections = sections(text);
    let subcommands = leaves(&command, "");
    let mut faults = Vec::new();
    let mut flags: BTreeSet<String> = BTreeSet::new();
    for argument in command.get_arguments() {
        flags.extend(argument.get_long().map(ToOwned::to_owned));
        if !text.contains(&format!("| `{}`", written(argument))) {
            faults.push(format!("{} is missing", written(argument)));
        }
    }
    for (name, command) in &subcommands {
        let Some(table) = sections.get(name.as_str()) else {
            faults.push(format!("{name} is missing"));
            continue;
        };
        let mut known = BTreeSet::new();
        for argument in command.get_arguments() {
            flags.extend(argument.get_long().map(ToOwned::to_owned));
            let written = written(argument);
            let defaults = argument.get_default_values().iter();
            let mut defaults = defaults.filter_map(|value| value.to_str());
            match table.get(written.as_str()) {
                None => faults.push(format!("{name} {written} is missing")),
                Some(row) if !defaults.all(|value| row.contains(&format!("`{value}`"))) => {
                    faults.push(format!("{name} {written} lacks its default"));
                }
                Some(_) => {}
            }
            known.insert(written);
        }
        let unknown = table.keys().filter(|written| !known.contains(**written));
        faults.extend(unknown.map(|written| format!("{name} {written} does not exist")));
    }
    let names: BTreeSet<&str> = subcommands.iter().map(|(name, _)| name.as_str()).collect();
    let unknown = sections.keys().filter(|name| !names.contains(*name));
    faults.extend(unknown.map(|name| format!("{name} does not exist")));
    let others = |line: &&str| !line.starts_with("cargo ");
    let words = text.lines().filter(others).flat_map(|line| {
        line.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-')
    });
    let named = words.filter_map(|word| word.strip_prefix("--"));
    let named = named.filter(|flag| flag.starts_with(|letter: char| letter.is_ascii_alphabetic()));
    let unknown = named.filter(|flag| !flags.contains(*flag));
    faults.extend(unknown.map(|flag| format!("--{flag} does not exist")));
    faults
}

#[test]
fn the_readme_has_every_argument() {
    assert_eq!(faults(README), Vec::<String>::new());
}

#[test]
fn what_is_missing_or_made_up_is_found() {
    for (from, to, fault) in [
        ("| `--delta` |", "| |", "show --delta is missing"),
        ("`--delta`", "`--deltas`", "show --deltas does not exist"),
        (
            "`--ping TEXT`",
            "`--ping`",
            "connect --ping TEXT is missing",
        ),
        ("| `WORD` | name", "| | name", "explain WORD is missing"),
        (
            "`127.0.0.1:9002`",
            "`:1`",
            "proxy --listen ADDR lacks its default",
        ),
        ("### `wsdraft list`", "### lists", "list is missing"),
        (
            "### `wsdraft list`",
            "### `wsdraft lst`",
            "lst does not exist",
        ),
        ("| `--json` |", "| |", "--json is missing"),
        (
            "`explain RULE` says",
            "`--explain` says",
            "--explain does not exist",
        ),
    ] {
        assert!(README.contains(from), "{from}");
        let faults = faults(&README.replacen(from, to, 1));
        assert!(faults.contains(&fault.to_owned()), "{fault}: {faults:?}");
    }
}
