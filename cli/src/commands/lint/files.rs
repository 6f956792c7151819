//! The files, and other bytes, that are linted one after the other.

use std::{
    path::Path,
    rc::Rc,
    sync::{Arc, atomic::AtomicBool},
};

use wsdraft::Role;
use wsdraft_analysis::{
    Settings, Sink, Source,
    capture::{self, Format},
    records::{self, Directions, Tally},
    sender,
};

use super::folders::{Found, Tree};
use crate::{failure::Failure, input, output::complain, words::count};

/// Lints what it is given.
pub(super) struct Files<'a, 's> {
    pub(super) settings: &'a Rc<Settings>,
    pub(super) tally: &'a mut Tally,
    pub(super) sink: &'a mut Sink<'s>,
    /// Who sent bytes that begin with frames.
    pub(super) from: Option<Role>,
    /// What the files are; what their starts show by default.
    pub(super) format: Option<Format>,
    /// Whether heads with LF alone are read as a paste left them.
    pub(super) mends: bool,
    /// What a client sent, until the file with what the server sent is opened.
    pub(super) half: Option<Source>,
}

impl Files<'_, '_> {
    /// Lints hex that comes from here.
    pub(super) fn hex(&mut self, name: &str, text: &str) -> Result<(), Failure> {
        let pieces = capture::from_hex(text)?.into_iter().map(|(role, bytes)| {
            let role = role.or(self.from).or_else(|| sender(&bytes));
            let role = role.ok_or_else(|| unknown_sender(Path::new(name)))?;
            Ok((role, bytes))
        });
        self.connection(Directions::InOrder {
            name: name.into(),
            pieces: pieces.collect::<Result<_, Failure>>()?,
        })
    }

    /// Lints what each end sent, as far as there are files with it.
    pub(super) fn directions(
        &mut self,
        client: Option<&Path>,
        server: Option<&Path>,
    ) -> Result<(), Failure> {
        if client.is_none() && server.is_none() {
            return Ok(());
        }
        let mends = self.mends;
        let open = |file| {
            let mut source = open(file)?;
            if mends {
                source.mend_lines()?;
            }
            Ok::<_, Failure>(source)
        };
        let client = client.map(open).transpose()?;
        let server = server.map(open).transpose()?;
        self.connection(Directions::Apart { client, server })
    }

    /// Lints files. The bytes that a client sent belong to those of the next file, if a server
    /// sent them. What cannot be read among several files is said, and the others are read.
    pub(super) fn tree(&mut self, tree: &Tree) -> Result<(), Failure> {
        let (mut failed, mut passed) = (0, 0);
        for found in &tree.files {
            match self.file(found) {
                Ok(true) => {}
                Ok(false) => passed += 1,
                Err(failure @ Failure::ClosedPipe) => return Err(failure),
                Err(failure) if tree.files.len() == 1 => return Err(failure),
                Err(failure) => {
                    failed += 1;
                    complain(&format!("wsdraft: {failure}"));
                }
            }
        }
        self.alone()?;
        if passed > 0 {
            let files = count(passed, "file");
            complain(&format!(
                "wsdraft: {files} left out: not records that are known"
            ));
        }
        if let Some(left_out) = tree.left_out() {
            complain(&format!("wsdraft: {left_out}"));
        }
        if failed == 0 {
            return Ok(());
        }
        let files = count(failed, "file");
        Err(Failure::input(format!("{files} could not be read")))
    }

    /// Lints a capture that another program still writes.
    pub(super) fn follow(&mut self, file: &Path, told: Arc<AtomicBool>) -> Result<(), Failure> {
        /// Bytes of the first header, for which the file is waited for.
        const HEADER: usize = 28;

        let mut source = input::follow(file, told)?;
        let start = source.peek(HEADER)?;
        if !is_capture(start) {
            let name = source.name();
            return Err(Failure::input(format!(
                "{name} does not begin like a capture: --follow reads pcap and pcapng"
            )));
        }
        records::packets(&mut source, self.settings, self.tally, self.sink)?;
        // Its writer may be within a packet whenever the signal comes.
        self.tally.cut = false;
        Ok(())
    }

    /// Lints a file; returns whether it is a record. Others are passed over in a folder.
    fn file(&mut self, found: &Found) -> Result<bool, Failure> {
        let file = &*found.path;
        let mut source = open(file)?;
        let start = source.peek(1 << 12)?;
        if start.is_empty() && found.in_folder {
            return Ok(false);
        }
        if start.is_empty() {
            return Err(Failure::input(format!("{} is empty", source.name())));
        }
        let format = match self.format.map_or_else(|| Format::detect(start), Ok) {
            Ok(format) => format,
            Err(_) if found.in_folder => return Ok(false),
            Err(why) => return Err(Failure::input(format!("{}: {why}", file.display()))),
        };
        match format {
            Format::Pcap | Format::Pcapng => {
                if !is_capture(start) {
                    return Err(Failure::input(format!(
                        "{} does not begin like a capture",
                        file.display()
                    )));
                }
                records::packets(&mut source, self.settings, self.tally, self.sink)?;
            }
            // Folders have other JSON, too.
            Format::Har if found.in_folder && self.format.is_none() && !is_archive(start) => {
                return Ok(false);
            }
            Format::Har => {
                records::har(&mut source, self.settings, self.tally, self.sink)?;
            }
            Format::Stream | Format::Curl | Format::Mitmproxy => {
                let (settings, tally) = (self.settings, &mut *self.tally);
                records::printed(&mut source, format, self.from, settings, tally, self.sink)?;
            }
            Format::Hex => {
                let text = source.read_all()?;
                self.hex(source.name(), &String::from_utf8_lossy(&text))?;
            }
            Format::Raw => {
                let Some(from) = self.from.or_else(|| sender(start)) else {
                    if found.in_folder {
                        return Ok(false);
                    }
                    return Err(unknown_sender(file));
                };
                self.raw(from, source)?;
            }
        }
        Ok(true)
    }

    /// Lints bytes as they were sent.
    fn raw(&mut self, from: Role, mut source: Source) -> Result<(), Failure> {
        if from == Role::Client {
            let (settings, tally) = (self.settings, &mut *self.tally);
            if records::both(&mut source, self.mends, settings, tally, self.sink)? {
                return Ok(());
            }
        }
        if self.mends {
            source.mend_lines()?;
        }
        self.direction(from, source)
    }

    /// Lints the bytes of a server with those of the client before them; keeps the bytes of a
    /// client for later.
    fn direction(&mut self, from: Role, source: Source) -> Result<(), Failure> {
        if from == Role::Client {
            self.alone()?;
            self.half = Some(source);
            return Ok(());
        }
        let client = self.half.take();
        let server = Some(source);
        self.connection(Directions::Apart { client, server })
    }

    /// Lints what a client sent, without what the server did.
    fn alone(&mut self) -> Result<(), Failure> {
        let client = self.half.take();
        if client.is_none() {
            return Ok(());
        }
        let server = None;
        self.connection(Directions::Apart { client, server })
    }

    fn connection(&mut self, directions: Directions) -> Result<(), Failure> {
        let done = records::directions(directions, self.settings, self.tally, self.sink);
        Ok(done?)
    }
}

/// Whether a file begins as a capture does.
fn is_capture(start: &[u8]) -> bool {
    matches!(Format::detect(start), Ok(Format::Pcap | Format::Pcapng))
}

/// Whether JSON begins as an HTTP archive does.
fn is_archive(start: &[u8]) -> bool {
    const LOG: &[u8] = br#""log""#;

    start.windows(LOG.len()).any(|part| part == LOG)
}

/// Opens a file, at the start of what it has.
fn open(file: &Path) -> Result<Source, Failure> {
    let mut source = input::open(file)?;
    source.skip_byte_order_mark()?;
    Ok(source)
}

fn unknown_sender(file: &Path) -> Failure {
    Failure::input(format!(
        "{} does not begin like a record that is known, a request or a response: give the sender of bytes with --from",
        file.display()
    ))
}
