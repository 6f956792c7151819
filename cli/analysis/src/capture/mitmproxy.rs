//! What mitmdump prints of flows, with `--flow-detail 2` or more.

use wsdraft::Role;

use super::transcript::Transcript;
use crate::bytes::PerRole;

/// What the text leaves out, or shows changed.
const HEADS_ALONE: &str = "mitmdump prints heads alone as they were: frames and messages are not checked; `mitmdump -n -r FILE --set hardump=flows.har` writes the messages";

/// How a line ends a connection well, and otherwise.
const CLOSED: &str = "WebSocket connection closed by ";
const FAILED: &str = "Error in WebSocket connection to ";

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
    let rest = line.strip_prefix(" << ")?;
    let rest = rest.strip_prefix("HTTP/1.1 ").unwrap_or(rest);
    let (status, rest) = rest.split_once(' ')?;
    status.parse::<u16>().ok().filter(|status| *status >= 100)?;
    // The length of the content comes last.
    let reason = rest.rsplit_once(' ').map_or("", |(reason, _)| reason);
    Some(format!("HTTP/1.1 {status} {reason}"))
}

/// A message that a line tells of: the address of the client, and who sent it.
fn message(line: &str) -> Option<(&str, Role)> {
    let marks = [(" -> ", Role::Client), (" <- ", Role::Server)];
    marks.into_iter().find_map(|(mark, from)| {
        let (address, rest) = line.split_once(mark)?;
        let is_one = rest.starts_with("WebSocket ") && rest.contains(" message ");
        (is_one && !address.contains(' ')).then_some((address, from))
    })
}

/// How a line says that a connection ended. It does not say which one.
fn end(line: &str) -> Option<String> {
    if let Some(rest) = line.strip_prefix(CLOSED) {
        let (by, why) = rest.split_once(": ")?;
        return Some(format!("closed by the {by} with {}", why.trim_end()));
    }
    let (_, why) = line.strip_prefix(FAILED)?.split_once(": ")?;
    let why = why.strip_prefix("WebSocket Error: ").unwrap_or(why);
    Some(format!("ended with the error {}", why.trim_end()))
}

/// The client that a line says has gone: `[12:00:00.000][ADDRESS] client disconnect`.
fn gone(line: &str) -> Option<&str> {
    let rest = line.strip_suffix("] client disconnect")?;
    rest.rsplit_once('[').map(|(_, address)| address)
}

/// A connection that is being read.
struct Read {
    transcript: Transcript,
    /// The address of the client.
    address: String,
    /// Whether its client is still there.
    is_there: bool,
    messages: PerRole<u64>,
}

impl Read {
    fn new(line: &str, first: &str) -> Self {
        let mut transcript = Transcript::default();
        transcript.line(Role::Client, first);
        let address = line.split_once(": ").map_or("", |(address, _)| address);
        Self {
            transcript,
            address: address.into(),
            is_there: true,
            messages: PerRole::default(),
        }
    }

    fn finish(mut self) -> Transcript {
        let PerRole { client, server } = self.messages;
        self.transcript.lacks = Some(match client + server {
            0 => HEADS_ALONE.into(),
            _ => format!("it tells of {client} messages of the client and {server} of the server; {HEADS_ALONE}").into(),
        });
        self.transcript
    }
}

/// Takes what a line tells of a connection that is open.
fn tell(line: &str, found: &mut [Read]) {
    let mut latest = found.iter_mut().rev();
    if let Some((address, from)) = message(line) {
        if let Some(read) = latest.find(|read| read.address == address) {
            *read.messages.of_mut(from) += 1;
        }
    } else if let Some(address) = gone(line) {
        if let Some(read) = latest.find(|read| read.address == address) {
            read.is_there = false;
        }
    } else if let Some(how) = end(line) {
        // If several are open, nothing tells which of them it is.
        let mut open = latest.filter(|read| read.is_there);
        if let (Some(only), None) = (open.next(), open.next()) {
            only.transcript.ended = Some(how);
        }
    }
}

/// Reads a text.
pub(super) fn read(text: &str) -> Result<Vec<Transcript>, String> {
    let mut found: Vec<Read> = Vec::new();
    let mut open = None;
    let mut unanswered = false;
    let mut lines = 0;
    for line in text.lines() {
        // The content follows an empty line, as indented as the fields are.
        let field = line
            .strip_prefix(INDENT)
            .filter(|field| field.contains(':'));
        if let (Some(role), Some(field), Some(last)) = (open, field, found.last_mut()) {
            last.transcript.line(role, field);
            lines += 1;
            continue;
        }
        if let (Some(role), Some(last)) = (open.take(), found.last_mut()) {
            last.transcript.line(role, "");
        }
        // A response stands right behind its request, which another line may be of HTTP/2.
        let was = std::mem::take(&mut unanswered);
        let answer = response(line).filter(|_| was);
        if let Some(first) = request(line) {
            unanswered = true;
            found.push(Read::new(line, &first));
            open = Some(Role::Client);
        } else if line.is_empty() || line.starts_with(INDENT) {
            // Content of the request.
            unanswered = was;
        } else if let (Some(first), Some(last)) = (answer, found.last_mut()) {
            last.transcript.line(Role::Server, &first);
            open = Some(Role::Server);
        } else {
            tell(line, &mut found);
        }
    }
    if let (Some(role), Some(last)) = (open, found.last_mut()) {
        last.transcript.line(role, "");
    }
    if lines == 0 {
        return Err("it has no header fields: mitmdump prints them with --flow-detail 2".into());
    }
    Ok(found.into_iter().map(Read::finish).collect())
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
        let other = format!(
            "{text}127.0.0.1:9: GET https://a/ HTTP/2.0\n    a: b\n\n << 200 OK 0b\n    c: d\n"
        );
        assert_eq!(read(&other).unwrap()[0].pieces, found[0].pieces);
        let short = "127.0.0.1:1: GET http://a/\n  << 101 Switching Protocols 0b\n";
        assert!(read(short).unwrap_err().contains("--flow-detail 2"));
        assert!(!is_start("127.0.0.1:1: GET /\n"));
    }

    #[test]
    fn messages_are_counted_and_ends_told_where_they_are_known() {
        let opening = |address: &str| {
            format!(
                "{address}: GET http://a/\n    Host: a\n\n << 101 Switching Protocols 0b\n    Upgrade: websocket\n\n"
            )
        };
        let text = opening("1.2.3.4:5")
            + "1.2.3.4:5 -> WebSocket text message -> a/\n\n    1.2.3.4:5 -> WebSocket text message -> a/\n\n\
               1.2.3.4:5 <- WebSocket binary message <- a/\n\
               WebSocket connection closed by client: 1000 done\n\
               [12:00:00.000][1.2.3.4:5] client disconnect\n"
            + &opening("1.2.3.4:6")
            + "Error in WebSocket connection to a: WebSocket Error: ABNORMAL_CLOSURE\n"
            + &opening("1.2.3.4:7");
        let found = read(&text).unwrap();
        let ends: Vec<_> = found.iter().map(|one| one.ended.as_deref()).collect();
        let ended = [
            "closed by the client with 1000 done",
            "ended with the error ABNORMAL_CLOSURE",
        ];
        assert_eq!(ends, [Some(ended[0]), Some(ended[1]), None]);
        let told = found[0].lacks.clone().unwrap();
        assert!(
            told.contains("1 messages of the client and 1 of the server"),
            "{told}"
        );
        // Of two that are open, nothing tells which one has ended.
        let both = opening("1.2.3.4:5")
            + &opening("1.2.3.4:6")
            + "WebSocket connection closed by server: 1001 \n";
        assert!(read(&both).unwrap().iter().all(|one| one.ended.is_none()));
    }

    #[test]
    fn files_of_flows_are_told() {
        assert!(is_file(b"2330:9:websocket;364:13:timestamp_end;"));
        assert!(!is_file(b"2330:hello"));
    }
}
