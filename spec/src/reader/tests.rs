//! What the crate `ron` makes of the same texts.

use std::fmt::Debug;

use ron::{Options, error::SpannedError, extensions::Extensions};
use serde::{Deserialize, de::DeserializeOwned};

use super::read;
use crate::{
    Registry, Scenarios, Source, Topics,
    extension::Extension,
    file::{Origin, value},
    model::Draft,
    table::Table,
};

pub(super) fn by_ron<T: DeserializeOwned>(text: &str) -> Result<T, SpannedError> {
    let options = Options::default().with_default_extension(Extensions::IMPLICIT_SOME);
    options.from_str(text)
}

/// Reads a built-in file both ways.
fn both<T: DeserializeOwned + PartialEq + Debug>(source: &Source) {
    let (same, unused_too) = crate::sources::read(|| by_ron::<T>(&source.text).ok());
    for origin in [Origin::BuiltIn, Origin::Own] {
        let (ours, unused) = value::<T>(source, origin);
        assert_eq!(ours.as_ref().ok(), same.as_ref(), "{}", source.file);
        assert_eq!(unused, unused_too, "{}", source.file);
    }
    assert!(same.is_some(), "{}", source.file);
}

#[test]
fn every_built_in_file_has_the_values_that_ron_finds() {
    for (file, text) in crate::files() {
        let source = Source {
            file: file.into(),
            text: text.into(),
        };
        match file.split_once('/').unwrap_or_default().0 {
            "drafts" if text.contains("\n[") => both::<Vec<Draft>>(&source),
            "drafts" => both::<Draft>(&source),
            "extensions" if text.contains("\n[") => both::<Vec<Extension>>(&source),
            "extensions" => both::<Extension>(&source),
            "registries" => both::<Registry>(&source),
            "scenarios" => both::<Scenarios>(&source),
            "topics" => both::<Topics>(&source),
            other => panic!("no such folder: {other}"),
        }
    }
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
    #[serde(default)]
    wrapped: Vec<Wrapped>,
    #[serde(default)]
    unit: Option<Unit>,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Wrapped(u8);

#[derive(Debug, PartialEq, Deserialize)]
struct Unit;

#[derive(Debug, PartialEq, Deserialize)]
enum Word {
    Bare,
    One(String),
    Two(u16, Option<u8>),
    Named { text: String },
    Inner(Box<Thing>),
}

#[test]
fn notation_means_what_it_means_to_ron() {
    for text in [
        r#"(text: "plain")"#,
        r#"Thing(text: "named", number: -12, size: 70_000, flag: true,)"#,
        "// comment\n( text : // another\n \"two\nlines\" , )",
        "#![enable(implicit_some)]\n/* a /* comment */ in one */(text: \"\" /**/) // end",
        r#"(text: "\"\\\n\t\u{e9}\0\'\x41", size: None)"#,
        "(text: \"two \\\n    lines\")",
        r##"(text: r#"raw "quoted" \n"#, size: Some(0xff))"##,
        r#"(text: r"raw", size: Some(0b1_01), number: -0o17)"#,
        r#"(text: "é", inside: (text: "", inside: Some((text: "deep"))))"#,
        r#"(r#text: "raw", number: +7)"#,
        r#"(text: "", words: [Bare, One("a"), Two(1, 2), Two(1, None), Named(text: "b"), Inner((text: ""))])"#,
        r#"(text: "", table: {"a": (1, "x"), "b": (2, "y"),}, wrapped: [(1), Wrapped(2),])"#,
        r#"(text: "", number: 9223372036854775807, size: 18446744073709551615, unit: Unit)"#,
        "\u{85}(\u{2028}text: \"\", unit: ())",
        r#"(text: "", number: -7i64, size: 0xffu64, words: [Two(1000u16, 1u8)], wrapped: [(b'~'), (b'\n'), (0b1u8)])"#,
        "# ! [ enable ( implicit_some , ) ] // ]\n#![type = \"a]b\"]#![schema=\"c\"](text: \"\")",
        "#![enable(/* ] */implicit_some)]\n(text: \"\")",
    ] {
        let thing = by_ron::<Thing>(text).expect(text);
        assert_eq!(read::<Thing>(text).expect(text), thing, "{text}");
    }
}

/// What is wrong with a text, in our words and in those of `ron`.
fn refusals(text: &str) -> (String, String) {
    let source = Source {
        file: String::new(),
        text: text.into(),
    };
    let (ours, _) = value::<Thing>(&source, Origin::Own);
    let theirs = by_ron::<Thing>(text).expect_err(text);
    (
        ours.expect_err(text).message,
        crate::file::explained(&theirs.code),
    )
}

#[test]
fn what_is_wrong_is_said_as_ron_says_it() {
    for text in [
        "",
        "(text: \"\"",
        "(text: \"",
        r#"(text: "\q")"#,
        r#"(text: "") more"#,
        r#"Other(text: "")"#,
        r#"(text: "", "unknown": 1)"#,
        r#"(text: "", unknown: 1)"#,
        r#"(text: "", text: "")"#,
        r#"(number: 1)"#,
        r#"(text: Bare)"#,
        r#"(text: "" number: 1)"#,
        r#"(text "")"#,
        r#"(text: "", flag: 1)"#,
        r#"(text: "", number: "1")"#,
        r#"(text: "", number: 1.5)"#,
        r#"(text: "", number: 1f)"#,
        r#"(text: "", number: _1)"#,
        r#"(text: "", size: -1)"#,
        r#"(text: "", size: 1i64)"#,
        r#"(text: "", number: b'~')"#,
        r#"(text: "", wrapped: [(256u16)])"#,
        r#"(text: "", wrapped: [(b'é')])"#,
        "#![enable(unknown)](text: \"\")",
        "#![enable(implicit_some](text: \"\")",
        "#[enable(implicit_some)](text: \"\")",
        "(text: \"\", #![enable(implicit_some)] flag: true)",
        r#"(text: "", size: 18446744073709551616)"#,
        r#"(text: "", words: [None])"#,
        r#"(text: "", words: {})"#,
        r#"(text: "", words: [Bare(1)])"#,
        r#"(text: "", words: [Bare-1])"#,
        r#"(text: "", words: [One])"#,
        r#"(text: "", words: [One("a", "b")])"#,
        r#"(text: "", words: [Two(1)])"#,
        r#"(text: "", words: [Two(1, 2, 3)])"#,
        r#"(text: "", words: [Named(other: 1)])"#,
        r#"(text: "", words: [Inner((number: 1))])"#,
        r#"(text: "", words: [é])"#,
        r#"(text: "", table: [])"#,
        r#"(text: "", table: {"a": (1, "x"), "a": (2, "y")})"#,
        r#"(text: "", table: {"a": (256, "x")})"#,
        r#"(text: "", wrapped: [1])"#,
        r#"(text: "", wrapped: [Other(1)])"#,
        r#"(text: "", unit: Other)"#,
    ] {
        let (ours, theirs) = refusals(text);
        assert_eq!(ours, theirs, "{text}");
    }
}

#[test]
fn an_extension_of_ron_that_changes_the_notation_is_refused() {
    for extension in [
        "unwrap_newtypes",
        "unwrap_variant_newtypes",
        "explicit_struct_names",
    ] {
        let text = format!("#![enable(implicit_some, {extension})]\n(text: \"\")");
        let fault = read::<Thing>(&text).unwrap_err();
        assert_eq!(
            fault.error.to_string(),
            format!("Files of the database are read without the extension `{extension}` of RON")
        );
        assert_eq!(fault.place, 25);
    }
}

#[test]
fn a_text_of_escapes_takes_no_longer_than_another() {
    for escape in ["\\n", "\\u{e9}", "\\\n"] {
        let text = format!("(text: \"{}\")", escape.repeat((1 << 20) / escape.len()));
        assert!(read::<Thing>(&text).is_ok());
    }
}

#[test]
fn a_fault_is_where_the_wrong_value_is() {
    for (text, line, column) in [
        ("(\n  text: 5,\n)", 2, 9),
        ("(\n  text: \"\", flag:\n    \"no\",\n)", 3, 5),
        ("(\n  text: \"\", other: 1,\n)", 2, 13),
        ("(\n  text: \"\", words: [Bare,\n Some],\n)", 3, 2),
        ("(\n  number: 1,\n)", 3, 1),
        ("(\n  text: \"\", number: 99999999999999999999,\n)", 2, 21),
        ("(\n  text: \"\" /* one\n\n)", 2, 12),
        ("(\n  text: \"\"\n  flag: true,\n)", 3, 3),
        (
            "(text: \"\", table: {\n \"a\": (1, \"\"),\n  \"a\": (1, \"\"),\n})",
            3,
            3,
        ),
    ] {
        let source = Source {
            file: String::new(),
            text: text.into(),
        };
        let (read, _) = value::<Thing>(&source, Origin::Own);
        let fault = read.expect_err(text);
        assert_eq!(
            (fault.line, fault.column),
            (line, column),
            "{text}\n{fault}"
        );
    }
}

#[test]
fn nothing_is_nested_without_end() {
    for (open, close) in [("[", "]"), ("(", ")"), ("{", "}"), ("(inside:", ")")] {
        let text = format!(
            "(inside: {}{})",
            open.repeat(100_000),
            close.repeat(100_000)
        );
        assert!(read::<Thing>(&text).is_err());
    }
    let deep = |levels: usize| {
        format!(
            "{}(text: \"\"{}",
            "(text: \"\", inside: ".repeat(levels),
            ")".repeat(levels + 1)
        )
    };
    assert!(read::<Thing>(&deep(20)).is_ok());
    let (ours, _) = refusals(&deep(200));
    assert_eq!(ours, "Nested more than 64 deep");
}
