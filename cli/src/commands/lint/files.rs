//! The files, and other bytes, that are linted one after the other.

use std::{path::Path, rc::Rc};

use wsdraft::Role;
use wsdraft_analysis::{
    Settings, Sink, Source,
    capture::{self, Format},
    records::{self, Directions, Tally},
    sender,
};

use crate::{failure::Failure, input};

/// Lints what it is given.
pub(super) struct Files<'a, 's> {
    pub(super) settings: &'a Rc<Settings>,
    pub(super) tally: &'a mut Tally,
    pub(super) sink: &'a mut Sink<'s>,
    /// Who sent bytes that begin with frames.
    pub(super) from: Option<Role>,
    /// What the files are; what their starts show by default.
    pub(super) format: Option<Format>,
}

impl Files<'_, '_> {
    /// Lints hex that comes from here.
    pub(super) fn hex(&mut self, name: &str, text: &str) -> Result<(), Failure> {
        let pieces = capture::from_hex(text)?.into_iter().map(|(role, bytes)| {
            let role = role.or(self.from).or_else(|| sender(&bytes));
            let role = role.ok_or_else(|| unknown_sender(Path::new("hex")))?;
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
        let client = client.map(open).transpose()?;
        let server = server.map(open).transpose()?;
        self.connection(Directions::Apart { client, server })
    }

    /// Lints files. The bytes that a client sent belong to those of the next file, if a server
    /// sent them.
    pub(super) fn files<'f>(
        &mut self,
        files: impl Iterator<Item = &'f Path>,
    ) -> Result<(), Failure> {
        // What a client sent, until the file with what the server sent is opened.
        let mut half = None;
        for file in files {
            self.file(file, &mut half)?;
        }
        self.alone(half)
    }

    fn file(&mut self, file: &Path, half: &mut Option<Source>) -> Result<(), Failure> {
        let mut source = open(file)?;
        let start = source.peek(1 << 12)?;
        if start.is_empty() {
            return Err(Failure::input(format!("{} is empty", source.name())));
        }
        let format = match self.format {
            Some(format) => format,
            None => Format::detect(start)
                .map_err(|why| Failure::input(format!("{}: {why}", file.display())))?,
        };
        match format {
            Format::Pcap | Format::Pcapng => {
                if !matches!(Format::detect(start), Ok(Format::Pcap | Format::Pcapng)) {
                    return Err(Failure::input(format!(
                        "{} does not begin like a capture",
                        file.display()
                    )));
                }
                records::packets(&mut source, self.settings, self.tally, self.sink)?;
            }
            Format::Har => {
                records::har(&mut source, self.settings, self.tally, self.sink)?;
            }
            Format::Hex => {
                let text = source.read_all()?;
                self.hex(source.name(), &String::from_utf8_lossy(&text))?;
            }
            Format::Raw => {
                let from = self.from.or_else(|| sender(start));
                let from = from.ok_or_else(|| unknown_sender(file))?;
                self.direction(from, source, half)?;
            }
        }
        Ok(())
    }

    /// Lints the bytes of a server with those of the client before them; keeps the bytes of a
    /// client for later.
    fn direction(
        &mut self,
        from: Role,
        source: Source,
        half: &mut Option<Source>,
    ) -> Result<(), Failure> {
        let client = half.take();
        if from == Role::Client {
            *half = Some(source);
            return self.alone(client);
        }
        let server = Some(source);
        self.connection(Directions::Apart { client, server })
    }

    /// Lints what a client sent, without what the server did.
    fn alone(&mut self, client: Option<Source>) -> Result<(), Failure> {
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

/// Opens a file, at the start of what it has.
fn open(file: &Path) -> Result<Source, Failure> {
    let mut source = input::open(file)?;
    source.skip_byte_order_mark()?;
    Ok(source)
}

fn unknown_sender(file: &Path) -> Failure {
    Failure::input(format!(
        "{} does not begin like a capture, a request or a response: give the sender with --from, and the draft with --draft",
        file.display()
    ))
}
