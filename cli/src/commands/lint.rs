//! `wsdraft lint`: what recorded connections break, where, and whose doing it was.

use std::{path::PathBuf, rc::Rc};

use clap::Args;
use wsdraft_analysis::{Event, Settings, Sink, Stopped, records::Tally};

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
mod left_out;

use self::{
    files::Files,
    folders::Tree,
    format::Named,
    left_out::{left_out, nothing},
};

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
    /// Bytes in hex. Lines from the client begin with `>`, lines from the server with `<`.
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
    let style = style.unwrap_or_else(|| Style::of(output));
    let settings = Rc::new(arguments.findings.settings(specs, style)?);
    let mut printer = arguments.findings.printer(style, output);
    let mut outcome = Outcome::Fine;
    let mut text = String::new();
    let mut show = |event: Event| {
        if event.is_finding() {
            outcome = Outcome::Findings;
        }
        printer.event(&event, &mut text)?;
        // What was found is shown before the end, but not line by line.
        let now = arguments.follow || matches!(event, Event::Connection(_));
        if now || text.len() > input::CHUNK {
            output.ready(&text)?;
            text.clear();
        }
        Ok(())
    };
    let mut tally = Tally::default();
    let mut unshown = None;
    let mut sink = |event| {
        show(event).map_err(|failure| {
            unshown = Some(failure);
            Stopped
        })
    };
    let done = lint(arguments, &settings, &mut tally, &mut sink);
    // What was found before something failed is a whole document, too.
    if settings.connections() > 0 {
        printer.end(&mut text)?;
    }
    output.ready(&text)?;
    match unshown {
        Some(failure) => return Err(failure),
        None => done?,
    }
    if tally.cut {
        outcome = Outcome::Findings;
    }
    for line in left_out(&tally) {
        complain(&format!("wsdraft: {line}"));
    }
    if settings.connections() == 0 {
        return Err(Failure::input(nothing(&tally)));
    }
    Ok(outcome)
}

fn lint(
    arguments: &Arguments,
    settings: &Rc<Settings>,
    tally: &mut Tally,
    sink: &mut Sink<'_>,
) -> Result<(), Failure> {
    let mut files = Files {
        settings,
        tally,
        sink,
        from: arguments.from.map(Into::into),
        format: arguments.format.iter().find_map(|format| format.input()),
        mends: arguments.lines.are_mended(),
        half: None,
    };
    if arguments.follow {
        let [file] = &arguments.files[..] else {
            return Err(Failure::input("--follow: one file is followed at a time"));
        };
        let told = signals::flag().map_err(Failure::io("the signals to end"))?;
        return files.follow(file, told);
    }
    if let Some(digits) = &arguments.hex {
        files.hex("hex", digits)?;
    }
    files.directions(arguments.client.as_deref(), arguments.server.as_deref())?;
    files.tree(&Tree::of(&arguments.files)?)
}
