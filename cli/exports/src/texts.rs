//! The parts of files that stand beside the code, in the languages of the files. They are packed.

use wsdraft_packed::{Files, Packed};

/// Those texts.
pub(crate) const TEXTS: Files = include!(concat!(env!("OUT_DIR"), "/texts.rs"));

/// Those texts, unpacked.
pub(crate) static UNPACKED: Packed = Packed::new(TEXTS);

/// The text of a file, by its path in `src`.
macro_rules! text {
    ($file:literal) => {
        $crate::texts::UNPACKED.text(const { $crate::texts::TEXTS.index($file) })
    };
}
pub(crate) use text;
