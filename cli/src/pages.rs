//! Pages about drafts and extensions: as Markdown for `export`, as text for a terminal.

pub(crate) mod columns;
mod delta;
pub(crate) mod draft;
pub(crate) mod extension;
mod framing;
mod history;
mod multiplexing;
pub(crate) mod page;
