//! What the command `wsdraft` makes of bytes and words: [`inspect`], [`lint`], [`detect`], [`handshake`] and
//! [`explain`], from input to printed text or JSON.
//!
//! A tool takes bytes or words, and the drafts as [`Specs`](specs::Specs):
//!
//! ```
//! use wsdraft_tools::{detect, heads::Head, specs::Specs};
//!
//! let specs = Specs::load(None)?;
//! let head = Head::new(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n".to_vec(), false);
//! let printed = detect::run("request.txt", head, &specs, false)?;
//! assert!(printed.text.starts_with("no draft fits"));
//! # Ok::<(), wsdraft_tools::failure::Failure>(())
//! ```
//!
//! The crate opens no files, except the folder of drafts that a caller names. It reads no clock and writes to no
//! terminal. All text that it gives is harmless for a terminal.

pub mod columns;
pub mod detect;
pub mod events;
pub mod explain;
pub mod failure;
pub mod gzip;
pub mod handshake;
pub mod heads;
pub mod identity;
pub mod inspect;
pub mod lint;
pub mod outcome;
pub mod output;
pub mod print;
mod printed;
pub mod specs;

use wsdraft_exports::words;

pub use self::printed::Printed;
