//! `wsdraft inspect`: decodes and checks the frames that one end of a connection sends.

use std::{fmt::Write as _, path::PathBuf};

use clap::Args;
use wsdraft::{
    Draft, Role,
    extension::{Agreed, Element, Extensions, elements},
    frame::Session,
    grammar,
    info::Purpose,
    inspect::Inspector,
};
use wsdraft_analysis::Bytes;

use wsdraft_spec::vocabulary::Cover;

use crate::{
    events::{Event, Told},
    failure::Failure,
    flags::End,
    input,
    outcome::Outcome,
    output::Output,
    specs::Specs,
};

mod channels;

use self::channels::Channels;

/// Decode and check the frames that one endpoint of a connection sends.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Draft of the connection; the newest by default.
    #[arg(long)]
    draft: Option<String>,
    /// Sender of the frames.
    #[arg(long)]
    from: End,
    /// Frames in hex.
    #[arg(long, conflicts_with = "file")]
    hex: Option<String>,
    /// File with the frames; `-` for standard input.
    #[arg(required_unless_present = "hex")]
    file: Option<PathBuf>,
    /// Agreed extensions, as in the header field of the response.
    ///
    /// A dialect can be named in place of a token, for example `mux-05`. If the extension carries
    /// channels, the command also shows the control blocks and what each channel contains.
    #[arg(long, value_name = "LIST")]
    extensions: Option<String>,
    /// Key that the draft derives in the handshake: 20 bytes in hex.
    #[arg(long, value_name = "HEX")]
    masking_key: Option<String>,
    /// Show at most this many bytes of each payload, for example `4096` or `64M`.
    ///
    /// For a longer payload, the command shows the start and the length.
    #[arg(long, value_name = "BYTES", default_value = "1M")]
    max_payload: Bytes,
}

/// Inspects a stream of frames.
pub(crate) fn run(
    arguments: &Arguments,
    specs: &Specs,
    output: Output,
) -> Result<Outcome, Failure> {
    let draft = specs.spoken_or_newest(arguments.draft.as_deref())?;
    let session = session(arguments, specs)?;
    let agreed = agreed(specs, draft, arguments.extensions.as_deref())?;
    let known = Extensions::all(&specs.extensions());
    let (from, most) = (arguments.from.into(), arguments.max_payload.0);
    let mut channels = Channels::new(draft, &agreed, &known, (from, session), most)?;
    let inspector = Inspector::new(draft, from, session).extended(&agreed);
    let mut inspector = inspector.showing(channels.kept());
    let mut outcome = Outcome::Fine;
    let mut show = |inspector: &mut Inspector<_>, channels: &mut Channels, ends: bool| {
        let mut lines = String::new();
        let mut print = |channels: &mut Channels| {
            for (channel, event) in channels.events(draft.info()) {
                if event.is_finding() {
                    outcome = Outcome::Findings;
                }
                line(output, channel, &event, &mut lines)?;
            }
            // A large payload is written before the next one is made into text.
            if lines.len() > input::CHUNK {
                output.text(&lines)?;
                lines.clear();
            }
            Ok::<_, Failure>(())
        };
        for observed in inspector {
            channels.take(observed);
            print(channels)?;
        }
        if ends {
            channels.end();
            print(channels)?;
        }
        output.text(&lines)
    };
    match (&arguments.hex, &arguments.file) {
        (Some(digits), _) => {
            inspector.push(&input::from_hex(digits)?);
            show(&mut inspector, &mut channels, false)?;
        }
        (None, Some(file)) => input::chunks(file, |bytes| {
            inspector.push(bytes);
            show(&mut inspector, &mut channels, false)
        })?,
        (None, None) => {
            return Err(Failure::input(
                "nothing to inspect: give a file, - for standard input, or --hex",
            ));
        }
    }
    inspector.end_of_input();
    show(&mut inspector, &mut channels, true)?;
    Ok(outcome)
}

/// Adds the line of an event.
fn line(
    output: Output,
    channel: Option<u32>,
    event: &Event,
    lines: &mut String,
) -> Result<(), Failure> {
    if output.is_json() {
        lines.push_str(&output.json(&Told { event, channel })?);
        lines.push('\n');
        return Ok(());
    }
    let _ = match channel {
        Some(channel) => writeln!(lines, "channel {channel}: {event}"),
        None => writeln!(lines, "{event}"),
    };
    Ok(())
}

/// The keys that the handshake of the connection derived.
fn session(arguments: &Arguments, specs: &Specs) -> Result<Session, Failure> {
    let draft = specs.resolved_or_newest(arguments.draft.as_deref())?;
    let from = Role::from(arguments.from);
    let derived = draft.session_key.is_some();
    let masking_key = match &arguments.masking_key {
        None => None,
        Some(_) if !derived => {
            return Err(Failure::input(format!(
                "--masking-key: {} does not derive a key in the handshake",
                draft.short
            )));
        }
        Some(digits) => {
            let key = input::from_hex(digits)?;
            let length = key.len();
            Some(key.try_into().map_err(|_| {
                Failure::input(format!("--masking-key: the key has 20 bytes, not {length}"))
            })?)
        }
    };
    let masks = draft
        .masking
        .as_ref()
        .is_some_and(|masking| masking.value.covers == Cover::Frame && masking.value.by == from);
    if derived && masks && masking_key.is_none() {
        return Err(Failure::input(format!(
            "the frames that a {from} of {} sends are masked with a key from the handshake: give it with --masking-key",
            draft.short
        )));
    }
    Ok(Session { masking_key })
}

/// What the value of a response's header says to be agreed.
fn agreed(specs: &Specs, draft: &dyn Draft, value: Option<&str>) -> Result<Agreed, Failure> {
    let Some(value) = value.filter(|value| !value.is_empty()) else {
        return Ok(Agreed::default());
    };
    let info = draft.info();
    let Some(header) = info.response_header(Purpose::Extensions) else {
        return Err(Failure::input(format!(
            "--extensions: {} does not negotiate extensions",
            info.short
        )));
    };
    let (value, dialects) = specs.extension_list(value, true)?;
    if let Err(fault) = grammar::is_extension_list(value.as_bytes(), header.quoted) {
        return Err(Failure::input(format!(
            "--extensions: not a valid list of extensions from character {} on",
            fault.offset + 1
        )));
    }
    let agreed = Extensions::all(&dialects).agreed(info, &value);
    let agreed = agreed.map_err(|broken| Failure::input(format!("--extensions: {broken}")))?;
    // What the draft has no room for would be left out without a word.
    let spoken = |element: &Element| agreed.iter().any(|item| item.answer.token == element.token);
    match elements(&value).find(|element| !spoken(element)) {
        Some(element) => Err(Failure::input(format!(
            "--extensions: {} has no room for what {} claims of frames",
            info.short, element.token
        ))),
        None => Ok(agreed),
    }
}
