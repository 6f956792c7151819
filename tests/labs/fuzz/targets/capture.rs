//! Records for `wsdraft lint`: captures, HTTP archives, bytes and hex.

#![no_main]

use std::{io::Cursor, rc::Rc};

use wsdraft_analysis::{
    Error, Event, Settings, Sink, Source, Stopped,
    capture::{self, Format},
    records::{self, Directions, Tally},
    sender,
};
use wsdraft_tools::print::{Style, printer};

libfuzzer_sys::fuzz_target!(init: wsdraft_fuzz::prepare("capture"), |data: &[u8]| lint(data));

thread_local! {
    static SETTINGS: Rc<Settings> = Rc::new(Settings::built_in().expect("built-in drafts"));
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
    let mut printer = printer(style, false);
    let mut text = String::new();
    let mut sink = |event: Event| printer.event(&event, &mut text).map_err(|_| Stopped);
    // What is wrong with a file is an error, and is explained.
    if let Err(error) = SETTINGS.with(|settings| read(file, settings, &mut sink)) {
        assert!(!matches!(error, Error::Stopped) && !error.to_string().is_empty());
    }
    printer.end(&mut text).expect("a string");
}

fn read(file: &[u8], settings: &Rc<Settings>, sink: &mut Sink<'_>) -> Result<(), Error> {
    let mut tally = Tally::default();
    let mut source = Source::new(Cursor::new(file.to_vec()), "file");
    match Format::detect(file) {
        Ok(Format::Pcap | Format::Pcapng) => {
            records::packets(&mut source, settings, &mut tally, sink)
        }
        Ok(Format::Har) => records::har(&mut source, settings, &mut tally, sink),
        Ok(format @ (Format::Stream | Format::Curl | Format::Mitmproxy)) => {
            records::printed(&mut source, format, None, settings, &mut tally, sink)
        }
        Ok(Format::Hex) => {
            let pieces = capture::from_hex(&String::from_utf8_lossy(file));
            let pieces = pieces.unwrap_or_default().into_iter();
            let pieces = pieces.filter_map(|(role, bytes)| Some((role.or(sender(&bytes))?, bytes)));
            let directions = Directions::InOrder {
                name: "file".into(),
                pieces: pieces.collect(),
            };
            records::directions(directions, settings, &mut tally, sink)
        }
        Ok(Format::Raw) => {
            let directions = Directions::Apart {
                client: Some(source),
                server: None,
            };
            records::directions(directions, settings, &mut tally, sink)
        }
        Err(_) => Ok(()),
    }
}
