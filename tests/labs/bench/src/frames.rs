//! What stands in memory to be received: frames that a client has sent, and its request.

use std::sync::Arc;

use wsdraft::{Config, Connection, Draft, MessageRef, OsEntropy, frame::Session};

/// What messages are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    Binary,
    Ascii,
    /// Two bytes a character from the first one on.
    Greek,
    /// Characters of one to four bytes, so that pieces end within them.
    Mixed,
}

impl Content {
    pub fn payload(self, length: usize) -> Vec<u8> {
        match self {
            Self::Binary => (0..length).map(|at| (at * 7) as u8).collect(),
            Self::Ascii => b"The quick brown fox jumps. "
                .iter()
                .copied()
                .cycle()
                .take(length)
                .collect(),
            Self::Greek => "αβγδεζηθικλμνξ".bytes().cycle().take(length & !1).collect(),
            Self::Mixed => {
                let mut text = String::new();
                for character in "Größe 3 € für 日本語 😀, ок. ".chars().cycle() {
                    if text.len() + character.len_utf8() > length {
                        break;
                    }
                    text.push(character);
                }
                text.extend(std::iter::repeat_n('.', length - text.len()));
                text.into_bytes()
            }
        }
    }
}

/// Keys for drafts that derive one from the handshake; the others do not look at them.
pub const SESSION: Session = Session {
    masking_key: Some([0xa5; 20]),
};

/// Masked frames of one message each, enough of them to fill 64 KiB or a single one.
pub fn masked<D: Draft>(draft: D, content: Content, length: usize) -> Arc<[u8]> {
    let mut config = Config::default();
    config.limits.write_buffer = usize::MAX;
    let mut client = Connection::client(draft, SESSION, OsEntropy, config);
    let payload = content.payload(length);
    let message = match content {
        Content::Binary => MessageRef::Binary(&payload),
        Content::Ascii | Content::Greek | Content::Mixed => {
            MessageRef::Text(std::str::from_utf8(&payload).expect("text"))
        }
    };
    for _ in 0..count(length) {
        client.send(message).expect("a message that can be sent");
    }
    client.output().into()
}

/// How many of them there are.
pub fn count(length: usize) -> usize {
    ((64 << 10) / (length + 14)).max(1)
}

/// A request as a browser makes it.
pub fn request() -> Arc<[u8]> {
    let lines = [
        "GET /chat?room=1 HTTP/1.1",
        "Host: server.example.com",
        "Connection: Upgrade",
        "Pragma: no-cache",
        "Cache-Control: no-cache",
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36",
        "Upgrade: websocket",
        "Origin: https://example.com",
        "Sec-WebSocket-Version: 13",
        "Accept-Encoding: gzip, deflate, br",
        "Accept-Language: en-US,en;q=0.9",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ];
    (lines.join("\r\n") + "\r\n\r\n").into_bytes().into()
}
