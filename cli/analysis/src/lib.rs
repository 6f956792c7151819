//! Finds violations of the WebSocket protocol in recorded or live connections. A finding states the
//! rule, the position, the endpoint that violates the rule, and a likely cause.
//!
//! An [`Analyser`] analyses one connection. It takes the bytes that each endpoint sends:
//!
//! ```
//! use wsdraft::Role;
//! use wsdraft_analysis::{Analyser, Event, Settings};
//!
//! let mut analyser = Analyser::new(Settings::built_in()?, "an example");
//! analyser.feed(
//!     Role::Client,
//!     b"GET /chat HTTP/1.1\r\nHost: example.org\r\nUpgrade: websocket\r\n\
//!       Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
//!       Sec-WebSocket-Version: 13\r\n\r\n",
//! );
//! analyser.feed(
//!     Role::Server,
//!     b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
//!       Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
//! );
//! // An unmasked text frame.
//! analyser.feed(Role::Client, b"\x81\x02hi");
//!
//! let mut broken = Vec::new();
//! for event in analyser.finish() {
//!     if let Event::Finding(finding) = event {
//!         broken.push(finding.violation.rule.id);
//!     }
//! }
//! assert_eq!(broken, ["client-frame-masked"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The functions in [`records`] analyse complete records, such as captures and HTTP archives, from
//! any [`Read`](std::io::Read). They pass each event to a sink as soon as it occurs:
//!
//! ```
//! use std::rc::Rc;
//! use wsdraft_analysis::{Settings, Source, records};
//!
//! # let file: &[u8] = b"\xd4\xc3\xb2\xa1\x02\0\x04\0\0\0\0\0\0\0\0\0\xff\xff\0\0\x01\0\0\0";
//! let mut source = Source::new(file, "trace.pcap");
//! let settings = Rc::new(Settings::built_in()?);
//! let mut tally = records::Tally::default();
//! records::packets(&mut source, &settings, &mut tally, &mut |event| {
//!     println!("{}", serde_json::to_string(&event).unwrap_or_default());
//!     Ok(())
//! })?;
//! assert_eq!(settings.connections(), 0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The crate does not open files, read clocks or write to a terminal. The caller provides readers
//! and times, and receives events. The crate does not depend on any particular draft: it uses the
//! generated rules, in observe mode.
//!
//! The modules form layers. Each module uses the modules before it: `bytes`, `settings`,
//! [`capture`] (formats), `tcp` (streams), `conversation` (handshakes and frames), `finding`,
//! [`report`] (JSON and SARIF), `analyser`, [`records`].

mod analyser;
mod bytes;
pub mod capture;
mod conversation;
mod error;
mod finding;
pub mod records;
pub mod report;
mod settings;
mod tcp;

pub use self::{
    analyser::{Analyser, Protocol},
    bytes::{
        BYTE_ORDER_MARK, End, Excerpt, HexError, PASTED, Pasted, PerRole, Source, Unread, from_hex,
        hex, may_be_request, sender,
    },
    conversation::{AgreedExtension, CarriedChannels, ChannelMessages, Chunks, Content, Receipt},
    error::{Error, Stopped},
    finding::{Event, Finding, Note, NoteKind, Part, Peers, Repeated, Severity, Sink, Summary},
    settings::{Bytes, MaxFindings, Memory, Settings, Share},
};
