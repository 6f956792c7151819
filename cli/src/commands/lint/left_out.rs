//! What was not looked at, in words.

use wsdraft_analysis::{capture, records::Tally};

/// What of the files was not looked at, and why.
pub(super) fn left_out(tally: &Tally) -> Vec<String> {
    let mut lines = Vec::new();
    if tally.cut {
        lines.push("the file ends within a packet".into());
    }
    if tally.fragments > 0 {
        lines.push(format!(
            "{} fragments of IP packets were not reassembled",
            tally.fragments
        ));
    }
    for (link, count) in &tally.unread {
        let name = capture::link_name(*link).map_or_else(String::new, |name| format!(" ({name})"));
        lines.push(format!(
            "{count} packets of link type {link}{name} were not read: supported are Ethernet, loopback, Linux \"cooked\" and raw IP"
        ));
    }
    if tally.shortened > 0 {
        lines.push(format!(
            "{} packets were captured in part, up to a snap length: the missing bytes are not checked; capture complete packets (tcpdump -s 0)",
            tally.shortened
        ));
    }
    if tally.given_up > 0 {
        lines.push(format!(
            "{} connections were not followed to their end: there were too many at a time, or --memory is too small",
            tally.given_up
        ));
    }
    if tally.odd > 0 {
        lines.push(format!(
            "{} entries of the archive have no request and response, and were not read",
            tally.odd
        ));
    }
    lines
}

/// Says that there was nothing to lint, and what there was.
pub(super) fn nothing(tally: &Tally) -> String {
    let kinds = [
        (tally.tls, "with TLS, which cannot be analysed"),
        (tally.http, "with HTTP without a WebSocket request"),
        (tally.http2, "with HTTP/2, which is not analysed"),
        (tally.unknown, "that start with neither a request nor TLS"),
    ];
    let kinds: Vec<String> = kinds
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    if kinds.is_empty() {
        "no opening handshake: the record contains no connection with data".into()
    } else {
        format!(
            "no opening handshake among the connections: {}",
            kinds.join(", ")
        )
    }
}
