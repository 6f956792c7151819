//! The database as a module of a programming language, without dependencies.
//!
//! Each function returns the files of one language: the drafts, opcodes, close codes, header fields and rules as tables
//! with types, and functions that judge close codes and the heads of frames by these tables.

use wsdraft_spec::Database;

mod c;
mod example;
mod frames;
mod go;
mod java;
mod model;
mod node;
mod python;
mod records;
mod rules;
mod spans;
mod tables;
mod typescript;
mod value;
mod words;

use self::{
    example::Example,
    model::Model,
    value::{Definition, Numbers},
    words::Words,
};
pub(crate) use self::{
    python::literal as python_literal, typescript::literal as javascript_literal, value::visible,
};
use crate::{Document, origin};

/// What the printers of all languages print.
#[derive(Debug)]
struct Module {
    /// What the file is and where it comes from, a line each.
    head: Vec<String>,
    /// What the example reads; none if the newest draft has no such frame.
    example: Option<Example>,
    words: Vec<Words>,
    numbers: Vec<Numbers>,
    tables: Vec<Definition>,
}

impl Module {
    fn of(database: &Database, language: &str) -> Self {
        let model = Model::of(database);
        let version = env!("CARGO_PKG_VERSION");
        let count = model.drafts.len();
        let mut head = vec![
            origin::LICENCE_LINE.into(),
            "The WebSocket protocol in all drafts: opcodes, close codes, header fields and rules."
                .into(),
            format!("Generated from the database of wsdraft {version} ({count} drafts) by"),
            origin::command(database, language),
        ];
        head.extend(origin::specs(database));
        head.push("Edit the database, not this file.".into());
        Self {
            head,
            example: Example::of(&model),
            words: words::all(&model.drafts),
            numbers: tables::numbers(&model),
            tables: tables::tables(&model),
        }
    }
}

/// A module for Python 3.9 or newer.
#[must_use]
pub fn python(database: &Database) -> Vec<Document> {
    vec![document(
        "wsdraft.py",
        python::module(&Module::of(database, "python")),
    )]
}

/// A module for TypeScript, whose target has `bigint`.
#[must_use]
pub fn typescript(database: &Database) -> Vec<Document> {
    vec![document(
        "wsdraft.ts",
        typescript::module(&Module::of(database, "typescript")),
    )]
}

/// A header and a source for C99.
#[must_use]
pub fn c(database: &Database) -> Vec<Document> {
    let module = Module::of(database, "c");
    vec![
        document("wsdraft.h", c::header(&module)),
        document("wsdraft.c", c::source(&module)),
    ]
}

/// A package for Go.
#[must_use]
pub fn go(database: &Database) -> Vec<Document> {
    vec![document(
        "wsdraft.go",
        go::package(&Module::of(database, "go")),
    )]
}

/// Classes for Java 11 or newer, in a package.
#[must_use]
pub fn java(database: &Database) -> Vec<Document> {
    let module = Module::of(database, "java");
    vec![
        document("wsdraft/Wsdraft.java", java::class(&module)),
        document("wsdraft/Tables.java", java::tables(&module)),
    ]
}

fn document(path: &str, text: String) -> Document {
    Document {
        path: path.into(),
        text,
    }
}
