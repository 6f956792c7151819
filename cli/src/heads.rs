//! Heads of requests and responses in files.

use std::path::Path;

use wsdraft::handshake::{HeadLimits, parse};
use wsdraft_analysis::{PASTED, Pasted};

use crate::{failure::Failure, flags::Lines, input};

/// A file with the head of a request or a response, and what follows it.
#[derive(Debug)]
pub(crate) struct HeadFile {
    /// What the file holds; its head as HTTP has it, if a paste changed that.
    pub(crate) bytes: Vec<u8>,
    /// What is to be said of a head that was read so.
    pub(crate) note: Option<&'static str>,
}

impl HeadFile {
    /// Reads a file; `-` is standard input.
    pub(crate) fn read(file: &Path, lines: Lines) -> Result<Self, Failure> {
        let mut bytes = input::read_head(file)?;
        let pasted = lines.are_mended().then(|| Pasted::read(&bytes, true));
        let Some(pasted) = pasted.flatten() else {
            let note = None;
            return Ok(Self { bytes, note });
        };
        bytes.splice(..pasted.length, pasted.head);
        let note = Some(PASTED);
        Ok(Self { bytes, note })
    }
}

/// What is wrong with bytes in which no head ends.
pub(crate) fn unfinished(bytes: &[u8]) -> &'static str {
    if parse::bare_head_end(bytes).is_some() {
        "the lines of the request end in LF; those of HTTP end in CR LF"
    } else {
        "the head of the request is not complete"
    }
}

/// Bytes of the interim responses before the answer (RFC 9110 §15.2).
pub(crate) fn interim(bytes: &[u8]) -> Result<usize, String> {
    let mut start = 0;
    loop {
        let rest = bytes.get(start..).unwrap_or_default();
        if rest.is_empty() && start > 0 {
            return Err("no answer follows the interim ones".into());
        }
        let end = parse::head_end(rest);
        if parse::bare_head_end(rest).is_some() {
            return Err("its lines end in LF; those of HTTP end in CR LF".into());
        }
        let head = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        let status = parse::with_response(head, &[], &HeadLimits::default(), |response| {
            response.status
        });
        match (status.map_err(|problem| problem.to_string())?, end) {
            (status, Some(end)) if parse::is_interim(status) => start += end,
            _ => return Ok(start),
        }
    }
}
