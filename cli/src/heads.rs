//! Heads of requests and responses in files.

use wsdraft::handshake::{HeadLimits, parse};

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
