//! What `export` is asked for.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use crate::written::Target;

/// What is exported, and where to.
#[derive(Debug, Args)]
pub(crate) struct Export {
    #[command(subcommand)]
    pub(crate) what: Exported,
}

/// The forms.
#[derive(Debug, Subcommand)]
pub(crate) enum Exported {
    /// Everything: drafts with all that they inherit, extensions and registries, as JSON.
    ///
    /// With `--out x.json` its JSON Schema is written beside it, as `x.schema.json`.
    Json {
        /// Print the JSON Schema instead.
        #[arg(long)]
        schema: bool,
        #[command(flatten)]
        file: File,
    },
    /// For every rule, bytes that break only it and bytes that just keep it, as JSON.
    ///
    /// With `--out x.json` its JSON Schema is written beside it, as `x.schema.json`.
    Vectors {
        /// The drafts; all that can be spoken by default.
        drafts: Vec<String>,
        /// Print the JSON Schema instead.
        #[arg(long)]
        schema: bool,
        #[command(flatten)]
        file: File,
    },
    /// A page for each draft and extension, with tables and citations, as Markdown.
    Markdown {
        /// Drafts and extensions; without any all of them, and a page that lists them.
        names: Vec<String>,
        /// Write a file for each to this folder instead of standard output.
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
        /// Write nothing; exit with 1 if a file differs from what would be written.
        #[arg(long, requires = "out")]
        check: bool,
    },
}

/// The file that is written.
#[derive(Debug, Args)]
pub(crate) struct File {
    /// Write to this file instead of standard output.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Write nothing; exit with 1 if the file differs from what would be written.
    #[arg(long, requires = "out")]
    check: bool,
}

impl File {
    /// Where the text goes, if not to standard output.
    pub(crate) fn target(&self) -> Option<Target<'_>> {
        self.out.as_deref().map(|file| Target {
            file,
            check: self.check,
        })
    }

    /// Where the schema goes that stands beside the file.
    pub(crate) fn beside(file: &Path) -> PathBuf {
        file.with_extension("schema.json")
    }
}
