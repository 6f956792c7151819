//! Files for `wsdraft lint`: captures, HTTP archives, bytes and hex.

#![no_main]
#![allow(
    dead_code,
    unused_imports,
    reason = "the rest of the command is not here"
)]

use std::io::Cursor;

use wsdraft_analysis::{Error, Stopped, settings::Settings};

// An inline module, so that the modules in it find their own.
#[path = "../../../../cli/src"]
mod command {
    pub(crate) mod events;
    pub(crate) mod failure;
    pub(crate) mod input;
    pub(crate) mod lint;
    pub(crate) mod output;
    pub(crate) mod specs;
}

use self::{
    command::{events, failure, input, lint, output, specs},
    lint::{
        capture::{self, Format, Recorded, Source, Tally},
        print::{Style, printer},
        report::Event,
    },
};

libfuzzer_sys::fuzz_target!(init: wsdraft_fuzz::prepare("capture"), |data: &[u8]| lint(data));

thread_local! {
    static SETTINGS: Settings<'static> = {
        let specs = specs::Specs::load(None).expect("built-in drafts");
        lint::settings(Box::leak(Box::new(specs)), None, &[], &[]).expect("settings")
    };
}

/// A test case: how findings are shown, and the file.
fn lint(data: &[u8]) {
    let Some((style, file)) = data.split_first() else {
        return;
    };
    let style = match style % 4 {
        0 => Style::Human,
        1 => Style::Json,
        2 => Style::Jsonl,
        _ => Style::Sarif,
    };
    let mut printer = printer(style, false, output::Output::new(false));
    let mut text = String::new();
    let mut sink = |event: Event| printer.event(&event, &mut text).map_err(|_| Stopped);
    // What is wrong with a file is an error, and is explained.
    if let Err(failure) = SETTINGS.with(|settings| read(file, settings, &mut sink)) {
        assert!(!failure.to_string().is_empty());
    }
    printer.end(&mut text).expect("a string");
}

fn read(file: &[u8], settings: &Settings<'_>, sink: &mut capture::Sink<'_>) -> Result<(), Error> {
    let mut tally = Tally::default();
    let source = || Source::new(Box::new(Cursor::new(file.to_vec())), "file".into());
    match capture::detect(file) {
        Ok(Format::Pcap | Format::Pcapng) => {
            capture::lint_packets(&mut source(), settings, &mut tally, sink)
        }
        Ok(Format::Har) => capture::lint_har(&mut source(), settings, &mut tally, sink),
        Ok(Format::Hex) => {
            let pieces = capture::from_hex(&String::from_utf8_lossy(file));
            let pieces = pieces
                .unwrap_or_default()
                .into_iter()
                .filter_map(|(role, bytes)| Some((role.or(capture::sender(&bytes))?, bytes)));
            let recorded = Recorded::Pieces {
                name: "file".into(),
                pieces: pieces.collect(),
            };
            capture::lint_recorded(recorded, settings, &mut tally, sink)
        }
        Ok(Format::Raw) => {
            let recorded = Recorded::Files {
                client: Some(source()),
                server: None,
            };
            capture::lint_recorded(recorded, settings, &mut tally, sink)
        }
        Err(_) => Ok(()),
    }
}
