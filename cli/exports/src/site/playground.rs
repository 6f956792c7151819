//! The module of the playground: the tools of the command, as WebAssembly.

use std::{error::Error, fmt};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use wsdraft_spec::FINGERPRINT;
use zlib_rs::{Deflate, DeflateFlush, Status};

use crate::{Document, texts::text};

/// The address of the page.
pub(super) const PAGE: &str = "playground.html";
/// What the page is for.
pub(super) const SAYS: &str = "Decode WebSocket frames, check handshakes and lint captures in the browser, without sending anything.";
/// A page from a file may load a script, and no other bytes.
const MODULE: &str = "playground-module.js";

/// How a module of WebAssembly begins.
const MAGIC: &[u8] = b"\0asm\x01\0\0\0";

/// How the fingerprint of every database begins.
const DATABASE: &str = "wsdraft-database-";

/// The module of the playground, ready to be written.
#[derive(Clone, Debug)]
pub struct Playground {
    script: String,
}

/// Why bytes are not the module of this playground.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotPlayground {
    /// They are no module of WebAssembly.
    NoModule,
    /// The module has none of the databases of wsdraft.
    NoDatabase,
    /// The module has another database, so its findings are not those of the pages.
    OtherDatabase,
    /// The module cannot be compressed.
    NotCompressed,
}

impl fmt::Display for NotPlayground {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoModule => "this is no WebAssembly module",
            Self::NoDatabase => "this is not the module of the playground",
            Self::OtherDatabase => {
                "this module has the database of another version: build it from the same source as the command"
            }
            Self::NotCompressed => "this module cannot be compressed",
        })
    }
}

impl Error for NotPlayground {}

impl Playground {
    /// Takes the bytes of the module.
    ///
    /// # Errors
    /// If they are no module, or one with another database.
    pub fn new(module: &[u8]) -> Result<Self, NotPlayground> {
        if !module.starts_with(MAGIC) {
            return Err(NotPlayground::NoModule);
        }
        if !contains(module, FINGERPRINT) {
            return Err(match contains(module, DATABASE) {
                true => NotPlayground::OtherDatabase,
                false => NotPlayground::NoDatabase,
            });
        }
        let compressed = compressed(module).ok_or(NotPlayground::NotCompressed)?;
        let text = STANDARD.encode(compressed);
        Ok(Self {
            script: format!("globalThis.wsdraftModule = '{text}'\n"),
        })
    }

    /// The files that the page loads, its module last.
    pub(super) fn documents(&self) -> impl Iterator<Item = Document> {
        let module = Document {
            path: MODULE.into(),
            text: self.script.clone(),
        };
        let others = [
            ("playground.css", text!("site/playground/playground.css")),
            ("playground.js", text!("site/playground/playground.js")),
            (
                "playground-worker.js",
                text!("site/playground/playground-worker.js"),
            ),
        ];
        let others = others.into_iter().map(|(path, text)| Document {
            path: path.into(),
            text: text.into(),
        });
        others.chain([module])
    }
}

/// Whether a text stands in bytes.
fn contains(bytes: &[u8], text: &str) -> bool {
    let text = text.as_bytes();
    bytes.windows(text.len()).any(|part| part == text)
}

/// The bytes in the format of zlib, which browsers call `deflate`.
fn compressed(bytes: &[u8]) -> Option<Vec<u8>> {
    /// The best compression, and the largest window.
    const BEST: (i32, u8) = (9, 15);

    let mut out = vec![0; bytes.len() + bytes.len() / 100 + 64];
    let mut deflate = Deflate::new(BEST.0, true, BEST.1);
    let done = deflate.compress(bytes, &mut out, DeflateFlush::Finish);
    let length = usize::try_from(deflate.total_out()).ok()?;
    out.truncate(length);
    matches!(done, Ok(Status::StreamEnd)).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::{FINGERPRINT, MAGIC, NotPlayground, Playground};

    #[test]
    fn only_a_module_with_the_same_database_is_taken() {
        let module = |text: &str| [MAGIC, b"..", text.as_bytes(), b".."].concat();
        let taken = |bytes: &[u8]| Playground::new(bytes).map(|_| ());
        assert_eq!(taken(b"MZ"), Err(NotPlayground::NoModule));
        assert_eq!(taken(MAGIC), Err(NotPlayground::NoDatabase));
        let other = module("wsdraft-database-0.0.0-0123");
        assert_eq!(taken(&other), Err(NotPlayground::OtherDatabase));
        assert_eq!(taken(&module(FINGERPRINT)), Ok(()));
    }
}
