//! Records, and other bytes, that are linted one after the other.

use std::rc::Rc;

use wsdraft::Role;
use wsdraft_analysis::{
    Settings, Sink, Source,
    capture::{self, Format},
    records::{self, Directions, Tally},
    sender,
};

use crate::failure::Failure;

/// Lints what it is given.
#[expect(missing_debug_implementations, reason = "it has a closure")]
pub struct Records<'a, 's> {
    /// What is looked for.
    pub settings: &'a Rc<Settings>,
    /// What was read, and what was not.
    pub tally: &'a mut Tally,
    /// What takes the events.
    pub sink: &'a mut Sink<'s>,
    /// Who sent bytes that begin with frames.
    pub from: Option<Role>,
    /// What the files are; what their starts show by default.
    pub format: Option<Format>,
    /// Whether heads with LF alone are read as a paste left them.
    pub mends: bool,
    /// What a client sent, until the file with what the server sent is opened.
    pub half: Option<Source>,
}

impl Records<'_, '_> {
    /// Lints hex that comes from here.
    pub fn hex(&mut self, name: &str, text: &str) -> Result<(), Failure> {
        let pieces = capture::from_hex(text)?.into_iter().map(|(role, bytes)| {
            let role = role.or(self.from).or_else(|| sender(&bytes));
            let role = role.ok_or_else(|| unknown_sender(name))?;
            Ok((role, bytes))
        });
        self.connection(Directions::InOrder {
            name: name.into(),
            pieces: pieces.collect::<Result<_, Failure>>()?,
        })
    }

    /// Lints what each end sent, as far as there are records of it.
    pub fn directions(
        &mut self,
        client: Option<Source>,
        server: Option<Source>,
    ) -> Result<(), Failure> {
        if client.is_none() && server.is_none() {
            return Ok(());
        }
        let mends = self.mends;
        let opened = |mut source: Source| {
            source.skip_byte_order_mark()?;
            if mends {
                source.mend_lines()?;
            }
            Ok::<_, Failure>(source)
        };
        let client = client.map(opened).transpose()?;
        let server = server.map(opened).transpose()?;
        self.connection(Directions::Apart { client, server })
    }

    /// Lints a capture that another program still writes.
    pub fn follow(&mut self, mut source: Source) -> Result<(), Failure> {
        /// Bytes of the first header, for which the file is waited for.
        const HEADER: usize = 28;

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

    /// Lints a record; returns whether it is one. In a folder, what is none is passed over. What a client sent
    /// belongs to the next record, if a server sent that.
    pub fn record(&mut self, mut source: Source, in_folder: bool) -> Result<bool, Failure> {
        source.skip_byte_order_mark()?;
        let name = source.name().to_owned();
        let start = source.peek(1 << 12)?;
        if start.is_empty() && in_folder {
            return Ok(false);
        }
        if start.is_empty() {
            return Err(Failure::input(format!("{name} is empty")));
        }
        let format = match self.format.map_or_else(|| Format::detect(start), Ok) {
            Ok(format) => format,
            Err(_) if in_folder => return Ok(false),
            Err(why) => return Err(Failure::input(format!("{name}: {why}"))),
        };
        match format {
            Format::Pcap | Format::Pcapng => {
                if !is_capture(start) {
                    return Err(Failure::input(format!(
                        "{name} does not begin like a capture"
                    )));
                }
                records::packets(&mut source, self.settings, self.tally, self.sink)?;
            }
            // Folders have other JSON, too.
            Format::Har if in_folder && self.format.is_none() && !is_archive(start) => {
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
                self.hex(&name, &String::from_utf8_lossy(&text))?;
            }
            Format::Raw => {
                let Some(from) = self.from.or_else(|| sender(start)) else {
                    if in_folder {
                        return Ok(false);
                    }
                    return Err(unknown_sender(&name));
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

    /// Lints what a client sent at last, without what the server did.
    pub fn alone(&mut self) -> Result<(), Failure> {
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

fn unknown_sender(name: &str) -> Failure {
    Failure::input(format!(
        "{name} does not begin like a record that is known, a request or a response: give the sender of bytes with --from"
    ))
}
