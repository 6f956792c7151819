//! What went over the wire, as a report has it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::hex;
use crate::log::{Entry, Logged, Side};

/// The fewest bytes that are kept of each transfer.
const FEW: usize = 16;

/// Bytes of one side, or its end.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Wired {
    /// When, in milliseconds since the case started.
    pub at_ms: u64,
    /// Who.
    pub by: Side,
    /// What it did.
    pub what: What,
    /// The first bytes in hex.
    #[serde(
        serialize_with = "hex::serialize",
        deserialize_with = "hex::deserialize"
    )]
    #[cfg_attr(test, schemars(with = "String", regex(pattern = "^([0-9a-f]{2})*$")))]
    pub bytes: Vec<u8>,
    /// How many bytes there were.
    pub length: u64,
}

/// What a side did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// It sent bytes.
    Bytes,
    /// It ended its side of the stream.
    End,
    /// It reset the stream.
    Reset,
}

impl Wired {
    pub(super) fn new(entry: &Entry, left: &mut usize) -> Self {
        let (what, bytes, length) = match &entry.what {
            Logged::Bytes { start, length } => {
                let kept = start.len().min((*left).max(FEW));
                *left = left.saturating_sub(kept);
                (What::Bytes, start[..kept].to_vec(), *length)
            }
            Logged::End => (What::End, Vec::new(), 0),
            Logged::Reset => (What::Reset, Vec::new(), 0),
        };
        Self {
            at_ms: millis(entry.at),
            by: entry.by,
            what,
            bytes,
            length,
        }
    }
}

pub(super) fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
