//! Every draft that the database knows.

use crate::info::Date;

/// The identity of a draft.
#[derive(Debug)]
pub struct VersionInfo {
    /// Full name.
    pub name: &'static str,
    /// Short name.
    pub short: &'static str,
    /// Other names.
    pub aliases: &'static [&'static str],
    /// The series.
    pub series: &'static str,
    /// Revision within the series.
    pub revision: Option<u16>,
    /// Position in the history.
    pub serial: Option<i16>,
    /// Day of issue.
    pub issued: Option<Date>,
    /// Day of expiry.
    pub expires: Option<Date>,
    /// Its standing.
    pub status: &'static str,
    /// The number that names it on the wire.
    pub wire_version: Option<u16>,
}
