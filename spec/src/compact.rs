//! The compact form of the built-in files, which the build script makes of their RON.
//!
//! It has the values of a text without its notation, so reading it takes a fraction of the time. It
//! has no types: both forms go through the same `Deserialize`. What cannot be read from it is read
//! as RON, which then tells what is wrong and where.

use serde::de::DeserializeOwned;

use self::read::Reader;

mod mark;
mod read;
#[cfg(test)]
mod write;

/// The built-in files in the compact form, by their path within the crate.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/compact.rs"));

/// Reads a built-in file.
pub(crate) fn read<T: DeserializeOwned>(file: &str) -> Option<T> {
    let (_, compact) = FILES.iter().find(|(known, _)| *known == file)?;
    value(compact)
}

fn value<T: DeserializeOwned>(compact: &str) -> Option<T> {
    let mut reader = Reader::new(compact);
    let value = T::deserialize(&mut reader).ok()?;
    reader.is_done().then_some(value)
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use serde::{Deserialize, de::DeserializeOwned};

    use super::{FILES, read, value, write::compact};
    use crate::{
        Registry, Scenarios, Source, Topics,
        extension::Extension,
        file::{self, Origin},
        model::Draft,
        table::Table,
    };

    /// Reads a built-in file both ways.
    fn both<T: DeserializeOwned + PartialEq + Debug>(source: &Source) {
        let (text, unused) = file::value::<T>(source, Origin::Own);
        let (same, unused_too) = crate::sources::read(|| read::<T>(&source.file));
        assert_eq!(same, text.ok(), "{}", source.file);
        assert_eq!(unused_too, unused, "{}", source.file);
    }

    #[test]
    fn every_built_in_file_has_the_same_values_in_both_forms() {
        for (file, text) in crate::FILES {
            let source = Source {
                file: (*file).into(),
                text: (*text).into(),
            };
            match file.split_once('/').unwrap_or_default().0 {
                "drafts" => both::<Draft>(&source),
                "extensions" => both::<Extension>(&source),
                "registries" => both::<Registry>(&source),
                "scenarios" => both::<Scenarios>(&source),
                "topics" => both::<Topics>(&source),
                other => panic!("no such folder: {other}"),
            }
        }
        assert_eq!(FILES.len(), crate::FILES.len());
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Thing {
        text: String,
        #[serde(default)]
        number: i64,
        #[serde(default)]
        size: Option<u64>,
        #[serde(default)]
        flag: bool,
        #[serde(default)]
        inside: Option<Box<Self>>,
        #[serde(default)]
        words: Vec<Word>,
        #[serde(default)]
        table: Table<String, (u8, String)>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    enum Word {
        Bare,
        One(String),
        Two(u16, Option<u8>),
        Named { text: String },
        Inner(Box<Thing>),
    }

    /// What both forms of a text say.
    fn agree(text: &str) -> Option<Thing> {
        let options = ron::Options::default()
            .with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME);
        let thing = options.from_str::<Thing>(text).ok();
        let short = compact(text).and_then(|short| value::<Thing>(&short));
        assert_eq!(short, thing, "{text}");
        thing
    }

    #[test]
    fn notation_means_the_same_in_both_forms() {
        for text in [
            r#"(text: "plain")"#,
            r#"Thing(text: "named", number: -12, size: 70_000, flag: true,)"#,
            "// comment\n( text : // another\n \"two\nlines\" , )",
            r#"(text: "\"\\\n\t\u{e9}\0\'", size: None)"#,
            r##"(text: r#"raw "quoted" \n"#, size: Some(0xff))"##,
            r#"(text: "é", inside: (text: "", inside: Some((text: "deep"))))"#,
            r#"(text: "", words: [Bare, One("a"), Two(1, 2), Two(1, None), Named(text: "b"), Inner((text: ""))])"#,
            r#"(text: "", table: {"a": (1, "x"), "b": (2, "y"),})"#,
            r#"(text: "", number: 9223372036854775807, size: 18446744073709551615)"#,
        ] {
            assert!(agree(text).is_some(), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_wrong_in_both_forms() {
        for text in [
            "",
            "(text: \"\"",
            r#"(text: "") more"#,
            r#"Other(text: "")"#,
            r#"(text: "", unknown: 1)"#,
            r#"(text: Bare)"#,
            r#"(text: "", flag: 1)"#,
            r#"(text: "", number: "1")"#,
            r#"(text: "", words: [None])"#,
            r#"(text: "", words: [One("a", "b")])"#,
            r#"(text: "", words: [Two(1)])"#,
            r#"(text: "", table: {"a": (1, "x"), "a": (2, "y")})"#,
            r#"(text: "", table: {"a": (256, "x")})"#,
        ] {
            assert_eq!(agree(text), None, "{text}");
        }
    }
}
