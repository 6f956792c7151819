//! Heads of requests and responses.

use wsdraft::handshake::{HeadLimits, parse};
use wsdraft_analysis::{BYTE_ORDER_MARK, PASTED, Pasted};

/// The head of a request or a response, and what follows it.
#[derive(Clone, Debug)]
pub struct Head {
    /// All bytes; the head as HTTP has it, if a paste changed that.
    pub bytes: Vec<u8>,
    /// What is to be said of a head that was read so.
    pub note: Option<&'static str>,
}

impl Head {
    /// Takes the content of a file. `mends` is whether a head with LF alone is read as if a paste had changed its
    /// line ends.
    #[must_use]
    pub fn new(mut bytes: Vec<u8>, mends: bool) -> Self {
        if bytes.starts_with(BYTE_ORDER_MARK) {
            bytes.drain(..BYTE_ORDER_MARK.len());
        }
        let pasted = mends.then(|| Pasted::read(&bytes, true));
        let Some(pasted) = pasted.flatten() else {
            let note = None;
            return Self { bytes, note };
        };
        bytes.splice(..pasted.length, pasted.head);
        let note = Some(PASTED);
        Self { bytes, note }
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
