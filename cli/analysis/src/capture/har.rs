//! HTTP archives: entries with a request, a response and, of browsers, the messages of a
//! WebSocket connection.

use serde::{Deserialize, de::IgnoredAny};
use wsdraft::Role;

use crate::{bytes::Source, error::Error};

#[derive(Deserialize)]
struct Archive {
    log: Log,
}

#[derive(Deserialize)]
struct Log {
    #[serde(default)]
    entries: Vec<Lenient<Entry>>,
}

/// What can be read, or something odd in its place, which then costs itself alone.
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum Lenient<T> {
    /// As it should be.
    Read(T),
    /// Anything else.
    Odd(IgnoredAny),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Entry {
    pub(crate) request: Request,
    pub(crate) response: Response,
    #[serde(default, rename = "_webSocketMessages")]
    pub(crate) messages: Option<Vec<Lenient<Message>>>,
    #[serde(default, rename = "serverIPAddress")]
    pub(crate) server: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Request {
    method: String,
    pub(crate) url: String,
    #[serde(default)]
    headers: Vec<Header>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Response {
    status: i64,
    #[serde(default)]
    status_text: String,
    #[serde(default)]
    headers: Vec<Header>,
}

#[derive(Deserialize)]
struct Header {
    name: String,
    value: String,
}

#[derive(Deserialize)]
pub(crate) struct Message {
    #[serde(rename = "type")]
    direction: String,
    opcode: i64,
    #[serde(default)]
    data: String,
}

impl Request {
    /// Whether it opens a connection within one of HTTP/2 or HTTP/3 (RFC 8441 §4).
    pub(crate) fn is_extended(&self) -> bool {
        self.headers.iter().any(|header| header.name == ":protocol")
    }

    /// The head as it would have been sent over HTTP/1.1.
    pub(crate) fn head(&self) -> Vec<u8> {
        let first = format!("{} {} HTTP/1.1", self.method, target(&self.url));
        head(&first, &self.headers)
    }
}

impl Response {
    /// The head as it would have been sent over HTTP/1.1; `None` where no response is recorded.
    pub(crate) fn head(&self) -> Option<Vec<u8>> {
        let first = format!("HTTP/1.1 {} {}", self.status, self.status_text);
        (self.status > 0).then(|| head(&first, &self.headers))
    }
}

impl Message {
    /// Who sent it, and its opcode.
    pub(crate) fn sent(&self) -> Option<(Role, u8)> {
        let from = match self.direction.as_str() {
            "send" => Role::Client,
            "receive" => Role::Server,
            _ => return None,
        };
        Some((from, u8::try_from(self.opcode).ok()?))
    }

    /// What the browser reports, where this is no message.
    pub(crate) fn reported(&self) -> Option<&str> {
        (self.direction == "error").then_some(self.data.as_str())
    }

    /// Bytes of its payload; that of binary messages is recorded in base64.
    pub(crate) fn length(&self, is_binary: bool) -> u64 {
        if is_binary {
            let digits = self.data.trim_end_matches('=').len() as u64;
            digits * 3 / 4
        } else {
            self.data.len() as u64
        }
    }
}

/// A head without HTTP/2 pseudo-fields, which are no fields.
fn head(first: &str, headers: &[Header]) -> Vec<u8> {
    let mut head = format!("{first}\r\n");
    for header in headers
        .iter()
        .filter(|header| !header.name.starts_with(':'))
    {
        head.push_str(&format!("{}: {}\r\n", header.name, header.value));
    }
    head.push_str("\r\n");
    head.into_bytes()
}

/// Path and query of a URL.
fn target(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    match rest.find(['/', '?']) {
        Some(at) if rest[at..].starts_with('/') => rest[at..].split('#').next().unwrap_or("/"),
        _ => "/",
    }
}

/// Reads the entries of an archive.
pub(crate) fn read(source: &mut Source) -> Result<Vec<Lenient<Entry>>, Error> {
    let mut text = source.read_all()?;
    mend_surrogates(&mut text);
    let read = match std::str::from_utf8(&text) {
        Ok(text) => serde_json::from_str(text),
        Err(_) => serde_json::from_str(&String::from_utf8_lossy(&text)),
    };
    let archive: Archive = read
        .map_err(|error| Error::invalid(format!("{}: no HTTP archive: {error}", source.name())))?;
    Ok(archive.log.entries)
}

/// Puts U+FFFD in the place of escaped halves of surrogate pairs, as scripts write text that was
/// cut within a character: JSON has them, and Unicode has no such text.
fn mend_surrogates(text: &mut [u8]) {
    const ESCAPE: usize = 6;

    let unit = |text: &[u8], at: usize| {
        let digits = text.get(at..at + ESCAPE)?.strip_prefix(b"\\u")?;
        u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    };
    let mut at = 0;
    while let Some(found) = text
        .get(at..)
        .and_then(|rest| rest.iter().position(|&byte| byte == b'\\'))
    {
        at += found;
        let length = match (unit(text, at), unit(text, at + ESCAPE)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 2 * ESCAPE,
            (Some(0xd800..=0xdfff), _) => {
                if let Some(escape) = text.get_mut(at..at + ESCAPE) {
                    escape.copy_from_slice(b"\\ufffd");
                }
                ESCAPE
            }
            _ => 2,
        };
        at += length;
    }
}

#[cfg(test)]
mod tests {
    use super::{Message, target};

    #[test]
    fn targets_of_urls() {
        assert_eq!(target("wss://example.org/a?b=c#d"), "/a?b=c");
        assert_eq!(target("wss://example.org"), "/");
    }

    #[test]
    fn base64_stands_for_fewer_bytes() {
        let message = Message {
            direction: "send".into(),
            opcode: 2,
            data: "AAECAw==".into(),
        };
        assert_eq!(message.length(true), 4);
    }

    #[test]
    fn halves_of_pairs_are_replaced() {
        for (before, after) in [
            (r"a\ud83d\ude00b", r"a\ud83d\ude00b"),
            (r"\ud83d", r"\ufffd"),
            (r"\ud83dx", r"\ufffdx"),
            (r"\ude00\ud83d", r"\ufffd\ufffd"),
            (r"\ud83d\ud83d\ude00", r"\ufffd\ud83d\ude00"),
            (r"\\ud83d", r"\\ud83d"),
            (r"\\\ud83d", r"\\\ufffd"),
            (r"\ud8", r"\ud8"),
            (r"\", r"\"),
        ] {
            let mut text = before.as_bytes().to_vec();
            super::mend_surrogates(&mut text);
            assert_eq!(std::str::from_utf8(&text), Ok(after));
        }
    }
}
