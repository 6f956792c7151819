//! Headings in the help of subcommands with many arguments.
//!
//! The heading of a flattened struct goes on behind it, so each argument there names its own.

/// Where a subcommand listens.
pub(crate) const LISTENING: &str = "Listening";
/// Who gets in.
pub(crate) const ACCESS: &str = "Access";
/// What is spoken with the peer.
pub(crate) const PROTOCOL: &str = "Protocol";
/// The server that connections are passed on to.
pub(crate) const UPSTREAM: &str = "Upstream server";
/// How much and how long.
pub(crate) const LIMITS: &str = "Limits";
/// What is reported, and how.
pub(crate) const REPORT: &str = "Report";
/// What is logged.
pub(crate) const LOG: &str = "Log";
