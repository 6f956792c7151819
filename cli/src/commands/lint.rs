//! `wsdraft lint`: what recorded connections break, where, and whose doing it was.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use wsdraft::Role;
use wsdraft_analysis::{Stopped, settings::Settings};

use crate::{
    Outcome,
    failure::Failure,
    input,
    lint::{
        capture::{self, Format, Recorded, Source, Tally},
        memory::Bytes,
        print::{self, Colour, Style},
        repeats::Most,
        report::Event,
    },
    output::{Output, complain},
    specs::Specs,
};

/// What the user asked for.
#[derive(Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) files: &'a [PathBuf],
    pub(crate) hex: Option<&'a str>,
    pub(crate) formats: &'a [Named],
    pub(crate) colour: Colour,
    pub(crate) only: &'a [String],
    pub(crate) allow: &'a [String],
    pub(crate) draft: Option<&'a str>,
    pub(crate) from: Option<Role>,
    pub(crate) client: Option<&'a Path>,
    pub(crate) server: Option<&'a Path>,
    pub(crate) most: Option<Most>,
    pub(crate) memory: Bytes,
}

/// What `--format` can name: how findings are shown, or what the files are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Named {
    /// Show text for people.
    Human,
    /// Show one JSON document.
    Json,
    /// Show one JSON object a line.
    Jsonl,
    /// Show SARIF 2.1.0.
    Sarif,
    /// The files hold packets as tcpdump writes them.
    Pcap,
    /// The files hold packets as Wireshark writes them.
    Pcapng,
    /// The files are HTTP archives.
    Har,
    /// The files hold the bytes of one direction each.
    Raw,
    /// The files hold hex.
    Hex,
}

/// Lints files.
pub(crate) fn run(specs: &Specs, asked: &Asked<'_>, output: &Output) -> Result<Outcome, Failure> {
    let style = asked.formats.iter().find_map(|format| format.style());
    let style = style.unwrap_or_else(|| Style::of(*output));
    let settings = crate::lint::settings(specs, asked.draft, asked.only, asked.allow)?
        .within(asked.most.unwrap_or_else(|| style.most()), asked.memory);
    let mut printer = print::printer(style, asked.colour.is_used(), *output);
    let mut outcome = Outcome::Fine;
    let mut text = String::new();
    let mut show = |event: Event| {
        if event.is_finding() {
            outcome = Outcome::Findings;
        }
        printer.event(&event, &mut text)?;
        // What was found is shown before the end, but not line by line.
        if text.len() > input::CHUNK || matches!(event, Event::Connection(_)) {
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
    let done = lint(asked, &settings, &mut tally, &mut sink);
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

/// What of the files was not looked at, and why.
fn left_out(tally: &Tally) -> Vec<String> {
    let mut lines = Vec::new();
    if tally.cut {
        lines.push("the file ends within a packet".into());
    }
    if tally.fragments > 0 {
        lines.push(format!(
            "{} fragments of IP packets were not put together",
            tally.fragments
        ));
    }
    for (link, count) in &tally.unread {
        let name = capture::link_name(*link).map_or_else(String::new, |name| format!(" ({name})"));
        lines.push(format!(
            "{count} packets of link type {link}{name} were not read: captures of Ethernet, loopback, Linux \"cooked\" and raw IP are"
        ));
    }
    if tally.shortened > 0 {
        lines.push(format!(
            "{} packets were captured in part, up to a snap length: what is missing of them is not checked; capture whole packets (tcpdump -s 0)",
            tally.shortened
        ));
    }
    if tally.given_up > 0 {
        lines.push(format!(
            "{} connections were not followed to their end: there were too many at a time, or --memory is too little for them",
            tally.given_up
        ));
    }
    if tally.odd > 0 {
        lines.push(format!(
            "{} entries of the archive have no request and response, and were not read",
            tally.odd
        ));
    }
    lines
}

/// Says that there was nothing to lint, and what there was.
fn nothing(tally: &Tally) -> String {
    let kinds = [
        (tally.tls, "with TLS, which cannot be looked into"),
        (tally.http, "with HTTP that asks for no WebSocket"),
        (tally.http2, "with HTTP/2, which is not looked into"),
        (tally.unknown, "with neither a request nor TLS at its start"),
    ];
    let kinds: Vec<String> = kinds
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    if kinds.is_empty() {
        "no opening handshake: no connection with data is recorded".into()
    } else {
        format!(
            "no opening handshake among the connections: {}",
            kinds.join(", ")
        )
    }
}

impl Named {
    const fn style(self) -> Option<Style> {
        match self {
            Self::Human => Some(Style::Human),
            Self::Json => Some(Style::Json),
            Self::Jsonl => Some(Style::Jsonl),
            Self::Sarif => Some(Style::Sarif),
            _ => None,
        }
    }

    const fn input(self) -> Option<Format> {
        match self {
            Self::Pcap => Some(Format::Pcap),
            Self::Pcapng => Some(Format::Pcapng),
            Self::Har => Some(Format::Har),
            Self::Raw => Some(Format::Raw),
            Self::Hex => Some(Format::Hex),
            _ => None,
        }
    }
}

fn lint(
    asked: &Asked<'_>,
    settings: &Settings<'_>,
    tally: &mut Tally,
    sink: &mut capture::Sink<'_>,
) -> Result<(), Failure> {
    let given = asked.formats.iter().find_map(|format| format.input());
    if let Some(digits) = asked.hex {
        let recorded = pieces("hex", digits, asked.from)?;
        capture::lint_recorded(recorded, settings, tally, sink)?;
    }
    if asked.client.is_some() || asked.server.is_some() {
        let client = asked.client.map(text).transpose()?;
        let server = asked.server.map(text).transpose()?;
        let recorded = Recorded::Files { client, server };
        capture::lint_recorded(recorded, settings, tally, sink)?;
    }
    // The client's bytes, until the file with the server's is opened.
    let mut half: Option<Source> = None;
    for file in asked.files {
        let mut source = text(file)?;
        let start = source.peek(1 << 12)?;
        if start.is_empty() {
            return Err(Failure::input(format!("{} is empty", source.name())));
        }
        let format = match given {
            Some(format) => format,
            None => capture::detect(start)
                .map_err(|why| Failure::input(format!("{}: {why}", file.display())))?,
        };
        match format {
            Format::Pcap | Format::Pcapng => {
                if !matches!(capture::detect(start), Ok(Format::Pcap | Format::Pcapng)) {
                    return Err(Failure::input(format!(
                        "{} does not begin as a capture does",
                        file.display()
                    )));
                }
                capture::lint_packets(&mut source, settings, tally, sink)?;
            }
            Format::Har => capture::lint_har(&mut source, settings, tally, sink)?,
            Format::Hex => {
                let text = source.read_all()?;
                let text = String::from_utf8_lossy(&text);
                let recorded = pieces(source.name(), &text, asked.from)?;
                capture::lint_recorded(recorded, settings, tally, sink)?;
            }
            Format::Raw => {
                let from = asked.from.or_else(|| capture::sender(start));
                let from = from.ok_or_else(|| unknown_sender(file))?;
                match (from, half.take()) {
                    (Role::Client, before) => {
                        half = Some(source);
                        alone(before, settings, tally, sink)?;
                    }
                    (Role::Server, client) => {
                        let server = Some(source);
                        let recorded = Recorded::Files { client, server };
                        capture::lint_recorded(recorded, settings, tally, sink)?;
                    }
                }
            }
        }
    }
    alone(half, settings, tally, sink)
}

/// Opens a file, at the start of what it has.
fn text(file: &Path) -> Result<Source, Failure> {
    let mut source = input::open(file)?;
    source.skip_byte_order_mark()?;
    Ok(source)
}

/// Lints what a client sent, without what the server did.
fn alone(
    client: Option<Source>,
    settings: &Settings<'_>,
    tally: &mut Tally,
    sink: &mut capture::Sink<'_>,
) -> Result<(), Failure> {
    if client.is_none() {
        return Ok(());
    }
    let server = None;
    let recorded = Recorded::Files { client, server };
    Ok(capture::lint_recorded(recorded, settings, tally, sink)?)
}

fn pieces(name: &str, text: &str, from: Option<Role>) -> Result<Recorded, Failure> {
    let pieces = capture::from_hex(text)?.into_iter().map(|(role, bytes)| {
        let role = role.or(from).or_else(|| capture::sender(&bytes));
        let role = role.ok_or_else(|| unknown_sender(Path::new("hex")))?;
        Ok((role, bytes))
    });
    Ok(Recorded::Pieces {
        name: name.into(),
        pieces: pieces.collect::<Result<_, Failure>>()?,
    })
}

fn unknown_sender(file: &Path) -> Failure {
    Failure::input(format!(
        "{} begins neither as a capture, a request nor a response: say who sent it with --from, and in which draft with --draft",
        file.display()
    ))
}
