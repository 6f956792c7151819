//! Texts that a program contains compressed.
//!
//! A build script packs them with [`pack`], which writes an expression of the type [`Files`]. The
//! program includes the expression, and a [`Packed`] unpacks all of the texts when somebody first
//! asks for one:
//!
//! ```ignore
//! static TEXTS: Packed = Packed::new(include!(concat!(env!("OUT_DIR"), "/texts.rs")));
//! ```

#![cfg_attr(docsrs, feature(doc_cfg))]

use std::{fmt::Write as _, fs, io, path::Path, sync::OnceLock};

use zlib_rs::{
    DeflateConfig, InflateConfig, ReturnCode, compress_bound, compress_slice, decompress_slice,
};

/// Names of texts, and the texts as one, compressed.
#[derive(Clone, Copy, Debug)]
pub struct Files {
    /// The names, each with the size of its text.
    pub sizes: &'static [(&'static str, usize)],
    /// The texts, one after the other, in the format of zlib.
    pub deflated: &'static [u8],
}

/// Texts that are unpacked when somebody first asks for one.
#[derive(Debug)]
pub struct Packed {
    files: Files,
    text: OnceLock<String>,
}

impl Files {
    /// The index of the text with this name. In a constant, a name that does not exist is an error of
    /// the compiler.
    ///
    /// # Panics
    /// If there is no such text.
    #[must_use]
    pub const fn index(&self, name: &str) -> usize {
        let mut index = 0;
        while index < self.sizes.len() {
            if is_same(self.sizes[index].0.as_bytes(), name.as_bytes()) {
                return index;
            }
            index += 1;
        }
        panic!("no text with this name is packed")
    }

    fn unpack(&self) -> String {
        let size = self.sizes.iter().map(|(_, size)| size).sum();
        let mut bytes = vec![0; size];
        let (text, code) = decompress_slice(&mut bytes, self.deflated, InflateConfig::default());
        assert!(code == ReturnCode::Ok && text.len() == size, "{code:?}");
        String::from_utf8(bytes).expect("texts were packed")
    }
}

/// Whether two texts are the same.
const fn is_same(one: &[u8], other: &[u8]) -> bool {
    let mut at = 0;
    while at < one.len() && at < other.len() && one[at] == other[at] {
        at += 1;
    }
    at == one.len() && at == other.len()
}

impl Packed {
    /// Takes texts that [`pack`] packed.
    #[must_use]
    pub const fn new(files: Files) -> Self {
        Self {
            files,
            text: OnceLock::new(),
        }
    }

    /// The texts with their names, in the order in which they were packed.
    ///
    /// # Panics
    /// If the bytes are not those that [`pack`] wrote.
    pub fn texts(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let mut rest = self.text.get_or_init(|| self.files.unpack()).as_str();
        self.files.sizes.iter().map(move |&(name, size)| {
            let (text, after) = rest.split_at(size);
            rest = after;
            (name, text)
        })
    }

    /// The text with this [index](Files::index).
    ///
    /// # Panics
    /// If there is no such text, or if the bytes are not those that [`pack`] wrote.
    #[must_use]
    pub fn text(&self, index: usize) -> &str {
        let text = self.texts().nth(index);
        text.expect("the index is one of these texts").1
    }
}

/// Packs named texts: writes `<name>.rs` with an expression of the type [`Files`], and beside it a file that the
/// expression includes.
///
/// # Errors
/// If a file cannot be written, or the texts cannot be compressed.
pub fn pack<'a>(
    texts: impl IntoIterator<Item = (&'a str, &'a str)>,
    folder: &Path,
    name: &str,
) -> io::Result<()> {
    let (mut all, mut sizes) = (String::new(), String::new());
    for (file, text) in texts {
        all.push_str(text);
        let _ = writeln!(sizes, "        ({file:?}, {}),", text.len());
    }
    let mut bytes = vec![0; compress_bound(all.len())];
    let (deflated, code) = compress_slice(&mut bytes, all.as_bytes(), DeflateConfig::new(9));
    if code != ReturnCode::Ok {
        return Err(io::Error::other(format!("{name}: {code:?}")));
    }
    fs::write(folder.join(format!("{name}.deflated")), deflated)?;
    let expression = format!(
        "::wsdraft_packed::Files {{\n    sizes: &[\n{sizes}    ],\n    deflated: include_bytes!(\"{name}.deflated\"),\n}}\n"
    );
    fs::write(folder.join(format!("{name}.rs")), expression)
}

#[cfg(test)]
mod tests {
    use std::{env, fs, process};

    use super::{Files, Packed, pack};

    const SIZES: &[(&str, usize)] = &[("a/one", 4), ("two", 0), ("a", 300)];

    #[test]
    fn texts_come_back_as_they_were() {
        let folder = env::temp_dir().join(format!("wsdraft-packed-{}", process::id()));
        fs::create_dir_all(&folder).unwrap();
        let many = "abc".repeat(100);
        let texts = [("a/one", "öß"), ("two", ""), ("a", many.as_str())];
        pack(texts, &folder, "texts").unwrap();
        let expression = fs::read_to_string(folder.join("texts.rs")).unwrap();
        let bytes = fs::read(folder.join("texts.deflated")).unwrap();
        fs::remove_dir_all(&folder).unwrap();

        for (name, size) in SIZES {
            assert!(expression.contains(&format!("({name:?}, {size}),")));
        }
        assert!(bytes.len() < 100, "{}", bytes.len());
        let files = Files {
            sizes: SIZES,
            deflated: bytes.leak(),
        };
        let packed = Packed::new(files);
        assert_eq!(packed.texts().collect::<Vec<_>>(), texts);
        assert_eq!(packed.text(files.index("a")), many);
        assert_eq!(packed.text(const { index("two") }), "");
    }

    const fn index(name: &str) -> usize {
        let files = Files {
            sizes: SIZES,
            deflated: &[],
        };
        files.index(name)
    }

    #[test]
    #[should_panic(expected = "no text with this name")]
    fn a_name_that_does_not_exist_is_refused() {
        index("a/on");
    }
}
