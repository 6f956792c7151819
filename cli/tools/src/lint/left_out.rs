//! What was not looked at, in words.

use wsdraft_analysis::{capture, records::Tally};

/// What of the files was not looked at, and why.
pub(super) fn left_out(tally: &Tally) -> Vec<String> {
    let mut lines = Vec::new();
    if tally.cut {
        lines.push("the file ends within a packet".into());
    }
    if tally.fragments > 0 {
        let fragments = counted(
            tally.fragments,
            "fragment of an IP packet was",
            "fragments of IP packets were",
        );
        lines.push(format!("{fragments} not reassembled"));
    }
    for (link, count) in &tally.unread {
        let name = capture::link_name(*link).map_or_else(String::new, |name| format!(" ({name})"));
        let packets = counted(*count, "packet", "packets");
        let were = if *count == 1 { "was" } else { "were" };
        lines.push(format!(
            "{packets} of link type {link}{name} {were} not read: supported are Ethernet, loopback, Linux \"cooked\" and raw IP"
        ));
    }
    if tally.shortened > 0 {
        let packets = counted(tally.shortened, "packet was", "packets were");
        lines.push(format!(
            "{packets} captured in part, up to a snap length: the missing bytes are not checked; capture complete packets (tcpdump -s 0)"
        ));
    }
    if tally.given_up > 0 {
        let connections = counted(
            tally.given_up,
            "connection was not followed to its end",
            "connections were not followed to their end",
        );
        lines.push(format!(
            "{connections}: there were too many at a time, or --memory is too small"
        ));
    }
    if tally.odd > 0 {
        let entries = counted(
            tally.odd,
            "entry of the archive has no request and response, and was",
            "entries of the archive have no request and response, and were",
        );
        lines.push(format!("{entries} not read"));
    }
    lines
}

/// So many of something, with its verb.
fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// Says that there was nothing to lint, and what there was; `forced` tells that the user named a draft.
pub(super) fn nothing(tally: &Tally, forced: bool) -> String {
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
        "no opening handshake: the record contains no TCP connection with data (what a tunnel carries, PPPoE or MPLS is not read)".into()
    } else {
        let kinds = kinds.join(", ");
        let hint = match tally.unknown > 0 && !forced {
            true => "; --draft reads the frames of connections that were open before the record",
            false => "",
        };
        format!("no opening handshake among the connections: {kinds}{hint}")
    }
}
