//! One module for each subcommand: its arguments, and what it does with them.

pub(crate) mod bridge;
pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod connect;
pub(crate) mod detect;
pub(crate) mod diff;
pub(crate) mod explain;
pub(crate) mod export;
pub(crate) mod generate;
pub(crate) mod handshake;
pub(crate) mod headers;
pub(crate) mod inspect;
pub(crate) mod lint;
pub(crate) mod list;
pub(crate) mod man;
pub(crate) mod proxy;
pub(crate) mod serve;
pub(crate) mod show;
pub(crate) mod test;
pub(crate) mod version;
