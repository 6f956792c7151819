//! Heads whose line ends a paste changed.

use wsdraft::{Role, handshake::parse::without_empty_lines};

use super::sender;

/// What is to be said of a head that was read so.
pub const PASTED: &str = "the lines of the head end in LF, as in a paste: they are read as CR LF, and positions count them so; --strict-lines takes them as they are";

/// A head whose lines all end in a line feed alone, as a paste leaves them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pasted {
    /// The head as HTTP has it.
    pub head: Vec<u8>,
    /// Bytes that it has in the text.
    pub length: usize,
}

impl Pasted {
    /// Reads it where `bytes` begin so; `is_all` says that nothing follows them.
    ///
    /// A head without its empty line is complete if the text ends there. A browser shows the URL of
    /// a WebSocket in the place of the target; the path goes over the wire.
    #[must_use]
    pub fn read(bytes: &[u8], is_all: bool) -> Option<Self> {
        let empty = bytes.len() - without_empty_lines(bytes).len();
        let from = sender(bytes)?;
        let text = &bytes[empty..];
        let end = text.windows(2).position(|pair| pair == b"\n\n");
        let end = match end {
            Some(at) => at + 2,
            None if is_all => text.len(),
            None => return None,
        };
        let text = str::from_utf8(text.get(..end)?).ok()?;
        let mut lines = text.trim_end_matches('\n').split('\n');
        let first = lines.next()?;
        let fields: Vec<&str> = lines.collect();
        let is_field = |line: &&str| line.contains(':') || line.starts_with([' ', '\t']);
        if text.contains('\r') || fields.is_empty() || !fields.iter().all(|line| is_field(&line)) {
            return None;
        }
        let mut head = match from {
            Role::Client => sent(first),
            Role::Server => first.to_owned(),
        };
        for field in fields {
            head.push_str("\r\n");
            head.push_str(field);
        }
        head.push_str("\r\n\r\n");
        Some(Self {
            head: head.into_bytes(),
            length: empty + end,
        })
    }
}

/// The first line of a request, with the target that is sent for the URL of a WebSocket.
fn sent(line: &str) -> String {
    let url = |target: &str| {
        let (scheme, rest) = target.split_once("://")?;
        let known = ["ws", "wss"]
            .iter()
            .any(|ws| scheme.eq_ignore_ascii_case(ws));
        known.then(|| match rest.find(['/', '?']) {
            Some(at) if rest[at..].starts_with('/') => rest[at..].to_owned(),
            Some(at) => format!("/{}", &rest[at..]),
            None => "/".to_owned(),
        })
    };
    let mut words: Vec<String> = line.split(' ').map(str::to_owned).collect();
    if let Some(target) = words.get_mut(1) {
        if let Some(path) = url(target) {
            *target = path;
        }
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::Pasted;

    fn read(text: &str, is_all: bool) -> Option<(String, usize)> {
        let pasted = Pasted::read(text.as_bytes(), is_all)?;
        Some((String::from_utf8(pasted.head).unwrap(), pasted.length))
    }

    #[test]
    fn lines_are_as_http_has_them() {
        let head = "GET /a HTTP/1.1\r\nHost: b\r\n\r\n";
        for (text, is_all, length) in [
            ("GET /a HTTP/1.1\nHost: b\n\n\u{1}rest", false, 25),
            ("\n\nGET /a HTTP/1.1\nHost: b\n\n", true, 27),
            ("GET wss://b/a HTTP/1.1\nHost: b\n\n", false, 32),
            ("GET /a HTTP/1.1\nHost: b\n", true, 24),
            ("GET /a HTTP/1.1\nHost: b", true, 23),
        ] {
            assert_eq!(read(text, is_all), Some((head.into(), length)), "{text:?}");
        }
        let answer = "HTTP/1.1 101 Yes\nUpgrade: websocket\n\n";
        let (head, _) = read(answer, false).unwrap();
        assert_eq!(head, answer.replace('\n', "\r\n"));
        let (head, _) = read("GET ws://b?c HTTP/1.1\nHost: b\n\n", false).unwrap();
        assert!(head.starts_with("GET /?c HTTP/1.1\r\n"), "{head}");
    }

    #[test]
    fn what_no_paste_leaves_is_not_changed() {
        for (text, is_all) in [
            ("GET /a HTTP/1.1\r\nHost: b\r\n\r\n", true),
            ("GET /a HTTP/1.1\r\nHost: b\n\n", true),
            ("GET /a HTTP/1.1\nHost: b\n", false),
            ("GET /a HTTP/1.1\n", true),
            ("GET", true),
            ("GET /a HTTP/1.1\nHost\n\n", true),
            ("\u{81}\u{5}hello\n\n", true),
            ("", true),
        ] {
            assert_eq!(read(text, is_all), None, "{text:?}");
        }
    }
}
