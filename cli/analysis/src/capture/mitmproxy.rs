//! What mitmdump prints of flows, with `--flow-detail 2` or more.

use wsdraft::Role;

use super::transcript::Transcript;

/// What the text leaves out, or shows changed.
const HEADS_ALONE: &str = "mitmdump prints heads alone as they were: frames and messages are not checked; `mitmdump -n -r FILE --set hardump=flows.har` writes the messages";

/// How a line of a head begins.
const INDENT: &str = "    ";

/// Whether a text is one, by its start.
pub(super) fn is_start(text: &str) -> bool {
    text.lines().any(|line| request(line).is_some())
}

/// Whether bytes are a file of flows, which mitmproxy writes for itself.
pub(super) fn is_file(start: &[u8]) -> bool {
    let digits = start
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let rest = start.get(digits..).unwrap_or_default();
    (1..10).contains(&digits)
        && [
            &b":9:websocket;"[..],
            b":4:type;",
            b":7:version;",
            b":8:response;",
            b":7:request;",
        ]
        .iter()
        .any(|key| rest.starts_with(key))
}

/// The request that a line begins, `ADDRESS: GET URL`, as it goes over HTTP/1.1.
fn request(line: &str) -> Option<String> {
    let (address, rest) = line.split_once(": ")?;
    let (_, port) = address.rsplit_once(':')?;
    port.parse::<u16>().ok()?;
    let mut words = rest.split(' ');
    let (method, url) = (words.next()?, words.next()?);
    let is_method = !method.is_empty() && method.bytes().all(|byte| byte.is_ascii_uppercase());
    let (scheme, rest) = url.split_once("://").filter(|_| is_method)?;
    if !matches!(scheme, "http" | "https" | "ws" | "wss") {
        return None;
    }
    // HTTP/2 and later are named behind the URL; their heads are others.
    if words.any(|word| word.starts_with("HTTP/") && word != "HTTP/1.1") {
        return None;
    }
    let target = rest.find('/').map_or("/", |at| &rest[at..]);
    Some(format!("{method} {target} HTTP/1.1"))
}

/// The response that a line begins: ` << 101 Switching Protocols 0b`.
fn response(line: &str) -> Option<String> {
    let rest = line.trim_start().strip_prefix("<< ")?;
    let rest = rest.strip_prefix("HTTP/1.1 ").unwrap_or(rest);
    let (status, rest) = rest.split_once(' ')?;
    status.parse::<u16>().ok().filter(|status| *status >= 100)?;
    // The length of the content comes last.
    let reason = rest.rsplit_once(' ').map_or("", |(reason, _)| reason);
    Some(format!("HTTP/1.1 {status} {reason}"))
}

/// Reads a text.
pub(super) fn read(text: &str) -> Result<Vec<Transcript>, String> {
    let mut found: Vec<Transcript> = Vec::new();
    let mut open = None;
    let mut lines = 0;
    for line in text.lines() {
        // The content follows an empty line, as indented as the fields are.
        let field = line
            .strip_prefix(INDENT)
            .filter(|field| field.contains(':'));
        if let (Some(role), Some(field), Some(last)) = (open, field, found.last_mut()) {
            last.line(role, field);
            lines += 1;
            continue;
        }
        if let (Some(role), Some(last)) = (open.take(), found.last_mut()) {
            last.line(role, "");
        }
        if let Some(first) = request(line) {
            let mut transcript = Transcript {
                lacks: Some(HEADS_ALONE),
                ..Transcript::default()
            };
            transcript.line(Role::Client, &first);
            found.push(transcript);
            open = Some(Role::Client);
        } else if let (Some(first), Some(last)) = (response(line), found.last_mut()) {
            last.line(Role::Server, &first);
            open = Some(Role::Server);
        }
    }
    if let (Some(role), Some(last)) = (open, found.last_mut()) {
        last.line(role, "");
    }
    if lines == 0 {
        return Err("it has no header fields: mitmdump prints them with --flow-detail 2".into());
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use wsdraft::Role;

    use super::{is_file, is_start, read};
    use crate::capture::transcript::{Piece, What};

    #[test]
    fn heads_are_read_and_the_rest_is_not() {
        let text = "[08:27:50.497][127.0.0.1:60616] client connect\n\
            127.0.0.1:60616: GET http://127.0.0.1:9471/chat?a=b\n    Upgrade: websocket\n    Host: a\n\n    a: b\n\n\
            \x20<< 101 Switching Protocols 0b\n    Upgrade: websocket\n\n\
            127.0.0.1:60616 -> WebSocket text message -> 127.0.0.1:9471/chat?a=b\n\n    a: hello\n";
        assert!(is_start(text));
        let found = read(text).unwrap();
        let piece = |from, text: &str| Piece {
            from,
            what: What::Bytes(text.replace('|', "\r\n").into_bytes()),
            packet: None,
        };
        let request = "GET /chat?a=b HTTP/1.1|Upgrade: websocket|Host: a||";
        let response = "HTTP/1.1 101 Switching Protocols|Upgrade: websocket||";
        assert_eq!(found.len(), 1);
        assert_eq!(
            found[0].pieces,
            [piece(Role::Client, request), piece(Role::Server, response)]
        );
        let short = "127.0.0.1:1: GET http://a/\n  << 101 Switching Protocols 0b\n";
        assert!(read(short).unwrap_err().contains("--flow-detail 2"));
        assert!(!is_start("127.0.0.1:1: GET /\n"));
    }

    #[test]
    fn files_of_flows_are_told() {
        assert!(is_file(b"2330:9:websocket;364:13:timestamp_end;"));
        assert!(!is_file(b"2330:hello"));
    }
}
