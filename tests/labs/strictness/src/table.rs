//! The table, in Markdown.

use std::fmt::Write as _;

use crate::{
    input::{Case, End, Input},
    peers::{ALL, Verdict},
};

const INTRODUCTION: &str = "\
# Strictness

What RFC 6455 forbids, run through this project and through other Rust crates: who refuses it
(a dot) and who takes it (**takes**). Written by `tests/labs/strictness/run`, which fails where this
project takes anything of it, or refuses it by another rule than the one named.

After each input comes a good message and a good close; an end takes the input if it hands out
the message, or, where the input is a close, if it ends without an error. Everything is at its
defaults, save that yawc is told to check text. fastwebsockets and yawc leave HTTP to hyper, and
are asked as their examples ask them; what hyper refuses counts as refused.

Left out is what a receiver cannot see (that keys are random, say), what binds who sends and not
who receives (the close code 1010, §7.4.1), and data after a close frame (§5.5.1), which a
receiver passes over.
";

/// The whole page.
pub fn markdown(inputs: &[Input], rows: &[Vec<Verdict>]) -> String {
    let mut text = INTRODUCTION.to_owned();
    text.push_str("\n| | inputs");
    for peer in ALL {
        write!(text, " | {}", peer.name).expect("a string");
    }
    text.push_str(" |\n|---|---:");
    text.push_str(&"|---:".repeat(ALL.len()));
    text.push_str("|\n");
    for (name, of) in PARTS {
        let chosen = || inputs.iter().zip(rows).filter(|(input, _)| of(&input.case));
        write!(text, "| {name} taken | {}", chosen().count()).expect("a string");
        for at in 0..ALL.len() {
            let taken = chosen()
                .filter(|(_, row)| row[at] == Verdict::Taken)
                .count();
            write!(text, " | {taken}").expect("a string");
        }
        text.push_str(" |\n");
    }
    for (name, of) in PARTS {
        write!(text, "\n## {name}\n\n| RFC 6455 | what | rule").expect("a string");
        for peer in ALL {
            write!(text, " | {}", peer.name).expect("a string");
        }
        text.push_str(" |\n|---|---|---");
        text.push_str(&"|:-:".repeat(ALL.len()));
        text.push_str("|\n");
        for (input, row) in inputs.iter().zip(rows).filter(|(input, _)| of(&input.case)) {
            let rule = if input.rule.is_empty() {
                ""
            } else {
                &format!("`{}`", input.rule)
            };
            write!(text, "| §{} | {} | {rule}", input.section, input.what).expect("a string");
            for verdict in row {
                let shown = match verdict {
                    Verdict::Taken => "**takes**",
                    Verdict::Refused(_) => "·",
                    Verdict::Unknown(why) => why,
                };
                write!(text, " | {shown}").expect("a string");
            }
            text.push_str(" |\n");
        }
    }
    text
}

/// A part's title, and which cases are in it.
type Part = (&'static str, fn(&Case) -> bool);

const PARTS: [Part; 4] = [
    ("Requests to a server", |case| {
        matches!(case, Case::Request(_))
    }),
    ("Answers to a client", |case| {
        matches!(case, Case::Response(_))
    }),
    ("Frames to a server", |case| {
        matches!(case, Case::Frames(End::Server, _))
    }),
    ("Frames to a client", |case| {
        matches!(case, Case::Frames(End::Client, _))
    }),
];
