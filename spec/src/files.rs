//! The files of the built-in database.

#[cfg(feature = "packed")]
use wsdraft_packed::Packed as Texts;

use crate::file::Source;

/// The files by their folders.
static FOLDERS: [(&str, Texts); 5] = include!(concat!(env!("OUT_DIR"), "/folders.rs"));

/// Texts with their names.
#[cfg(not(feature = "packed"))]
struct Texts(&'static [(&'static str, &'static str)]);

#[cfg(not(feature = "packed"))]
impl Texts {
    const fn new(texts: &'static [(&'static str, &'static str)]) -> Self {
        Self(texts)
    }

    fn texts(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.0.iter().copied()
    }
}

/// The RON files of the built-in database: the path within the crate and the text.
pub fn files() -> impl Iterator<Item = (&'static str, &'static str)> {
    FOLDERS.iter().flat_map(|(_, texts)| texts.texts())
}

/// Those in a folder.
pub(crate) fn files_in(folder: &str) -> impl Iterator<Item = Source> {
    let folders = FOLDERS.iter().filter(move |(name, _)| *name == folder);
    let files = folders.flat_map(|(_, texts)| texts.texts());
    files.map(|(file, text)| Source {
        file: file.into(),
        text: text.into(),
    })
}
