//! `wsdraft lint`: what recorded connections break, where, and whose doing it was.

use std::{path::PathBuf, rc::Rc};

use clap::Args;
use wsdraft_tools::lint::{self, Linted, Printing, Records};

use crate::{
    failure::Failure,
    flags::{End, Findings, Lines},
    input,
    outcome::Outcome,
    output::{Output, complain},
    print::Style,
    signals,
    specs::Specs,
};

mod files;
mod folders;
mod format;

use self::{folders::Tree, format::Named};

/// Find protocol violations in recorded connections: which byte, which rule, and which endpoint.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Captures, HTTP archives, other records, or folders with such files; `-` for standard input.
    ///
    /// A record can be a capture (pcap, pcapng), an HTTP archive (HAR), what Wireshark saves of a
    /// stream, what curl or mitmdump print, a pasted head, bytes of one direction, or hex. Each can
    /// be compressed with gzip.
    #[arg(required_unless_present_any = ["hex", "client", "server"])]
    files: Vec<PathBuf>,
    /// Output format of the findings, or format of the files; can be repeated.
    ///
    /// By default, the command detects the format of the files.
    #[arg(long)]
    format: Vec<Named>,
    /// Bytes in hex, also as xxd and hexdump -C print them, or 0x81, 0x05. Lines from the client begin with `>`, lines from
    /// the server with `<`.
    #[arg(long)]
    hex: Option<String>,
    /// Sender of bytes that begin with frames.
    #[arg(long)]
    from: Option<End>,
    /// File with the bytes that the client sent.
    #[arg(long, value_name = "FILE")]
    client: Option<PathBuf>,
    /// File with the bytes that the server sent.
    #[arg(long, value_name = "FILE")]
    server: Option<PathBuf>,
    /// Go on reading a capture that another program still writes, and show what is found at once.
    ///
    /// A signal to end, as with Ctrl-C, ends the analysis with the summaries.
    #[arg(long, conflicts_with_all = ["hex", "client", "server"])]
    follow: bool,
    #[command(flatten)]
    lines: Lines,
    #[command(flatten)]
    findings: Findings,
}

/// Lints files.
pub(crate) fn run(
    arguments: &Arguments,
    specs: &Specs,
    output: Output,
) -> Result<Outcome, Failure> {
    let style = arguments.format.iter().find_map(|format| format.style());
    let style = style.unwrap_or_else(|| Style::of(output.is_json()));
    let settings = Rc::new(arguments.findings.settings(specs, style)?);
    let printing = Printing {
        printer: arguments.findings.printer(style, output),
        at_once: arguments.follow,
        write: &mut |text| output.ready(text),
    };
    let Linted {
        outcome,
        left_out,
        nothing,
    } = lint::run(&settings, printing, |tally, sink| {
        let mut records = Records {
            settings: &settings,
            tally,
            sink,
            from: arguments.from.map(Into::into),
            format: arguments.format.iter().find_map(|format| format.input()),
            mends: arguments.lines.are_mended(),
            half: None,
        };
        read(arguments, &mut records)
    })?;
    for line in left_out {
        complain(&format!("wsdraft: {line}"));
    }
    match nothing {
        Some(nothing) => Err(Failure::input(nothing)),
        None => Ok(outcome),
    }
}

/// Lints what the arguments name.
fn read(arguments: &Arguments, records: &mut Records<'_, '_>) -> Result<(), Failure> {
    if arguments.follow {
        let [file] = &arguments.files[..] else {
            return Err(Failure::input("--follow: one file is followed at a time"));
        };
        let told = signals::flag().map_err(Failure::io("the signals to end"))?;
        return records.follow(input::follow(file, told)?);
    }
    if let Some(digits) = &arguments.hex {
        records.hex("hex", digits)?;
    }
    let open = |file: &Option<PathBuf>| file.as_deref().map(input::open).transpose();
    records.directions(open(&arguments.client)?, open(&arguments.server)?)?;
    files::lint(&Tree::of(&arguments.files)?, records)
}
