//! The vectors of `core.json`, typed. Its header says what the fields mean.

#![allow(
    dead_code,
    reason = "each of the tests that share this reads a part of it"
)]

use serde::Deserialize;
use serde_json::Value;

/// All vectors.
pub(crate) fn all() -> Vec<Vector> {
    #[derive(Deserialize)]
    struct File {
        vectors: Vec<Vector>,
    }
    let file: File = serde_json::from_str(include_str!("core.json")).unwrap();
    file.vectors
}

/// One vector.
#[derive(Debug, Deserialize)]
pub(crate) struct Vector {
    pub(crate) id: String,
    pub(crate) drafts: Vec<String>,
    pub(crate) kind: Kind,
    direction: Option<String>,
    bytes_hex: Option<String>,
    #[serde(default)]
    bytes_segments: Vec<Repeat>,
    connection_masking_key_hex: Option<String>,
    request_hex: Option<String>,
    response_hex: Option<String>,
    #[serde(default)]
    pub(crate) strict_order: bool,
    pub(crate) expect: Expect,
}

/// What a vector is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Frames,
    Invalid,
    Handshake,
    Explanation,
}

/// What a vector leads to.
#[derive(Debug, Deserialize)]
pub(crate) struct Expect {
    pub(crate) frames: Option<Vec<Frame>>,
    #[serde(default)]
    pub(crate) messages: Vec<Message>,
    pub(crate) close: Option<Value>,
    reply_hex: Option<String>,
    pub(crate) action: Option<String>,
    pub(crate) accept: Option<String>,
    pub(crate) accept_if_lenient: Option<String>,
    pub(crate) subprotocol: Option<String>,
    pub(crate) extensions: Option<String>,
    pub(crate) origin: Option<String>,
    pub(crate) origin_header: Option<String>,
    pub(crate) location: Option<String>,
    pub(crate) version: Option<u16>,
    #[serde(default)]
    pub(crate) secure: bool,
    connection_masking_key_hex: Option<String>,
    pub(crate) printed: Option<String>,
    pub(crate) correct_accept: Option<String>,
    sha1_input_hex: Option<String>,
}

/// A frame.
#[derive(Debug, Deserialize)]
pub(crate) struct Frame {
    pub(crate) fin: bool,
    pub(crate) rsv: u8,
    #[serde(default)]
    pub rsv4: u8,
    pub(crate) opcode: u8,
    pub(crate) masked: bool,
    pub(crate) mask_key: Option<String>,
    pub(crate) length_encoding_bits: u8,
    pub(crate) payload_len: u64,
    #[serde(rename = "type")]
    kind: String,
    payload_hex: Option<String>,
    payload_repeat: Option<Repeat>,
}

/// A message.
#[derive(Debug, Deserialize)]
pub(crate) struct Message {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) text: Option<String>,
    payload_hex: Option<String>,
    payload_repeat: Option<Repeat>,
}

#[derive(Debug, Deserialize)]
struct Repeat {
    hex: String,
    times: usize,
}

impl Repeat {
    fn bytes(&self) -> Vec<u8> {
        hex(&self.hex).repeat(self.times)
    }
}

impl Vector {
    /// The stream of frames.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        match &self.bytes_hex {
            Some(digits) => hex(digits),
            None => self.bytes_segments.iter().flat_map(Repeat::bytes).collect(),
        }
    }

    /// Whether a client, a server may send the stream.
    pub(crate) fn senders(&self) -> &'static [&'static str] {
        match self.direction.as_deref() {
            Some("c2s") => &["client"],
            Some("s2c") => &["server"],
            Some("any") => &["client", "server"],
            other => panic!("{}: direction {other:?}", self.id),
        }
    }

    /// The key that the handshake derived.
    pub(crate) fn masking_key(&self) -> Option<[u8; 20]> {
        let digits = self.connection_masking_key_hex.as_deref()?;
        Some(hex(digits).try_into().unwrap())
    }

    pub(crate) fn request(&self) -> Vec<u8> {
        hex(self.request_hex.as_deref().unwrap())
    }

    pub(crate) fn response(&self) -> Option<Vec<u8>> {
        self.response_hex.as_deref().map(hex)
    }
}

impl Expect {
    /// What a server answers to the stream.
    pub(crate) fn reply(&self) -> Option<Vec<u8>> {
        self.reply_hex.as_deref().map(hex)
    }

    pub(crate) fn masking_key(&self) -> Option<[u8; 20]> {
        let digits = self.connection_masking_key_hex.as_deref()?;
        Some(hex(digits).try_into().unwrap())
    }

    pub(crate) fn sha1_input(&self) -> Vec<u8> {
        hex(self.sha1_input_hex.as_deref().unwrap())
    }

    /// The close code in the action, if it names one.
    pub(crate) fn close_code(&self) -> Option<u16> {
        let action = self.action.as_deref()?;
        let mut words = action.split(|letter: char| !letter.is_ascii_digit());
        words.find(|word| word.len() == 4)?.parse().ok()
    }
}

impl Frame {
    /// The name of the opcode, in full.
    pub(crate) fn kind(&self) -> &str {
        match self.kind.as_str() {
            "cont" => "continuation",
            kind => kind,
        }
    }

    pub(crate) fn payload(&self) -> Vec<u8> {
        payload(self.payload_hex.as_ref(), self.payload_repeat.as_ref())
    }
}

impl Message {
    pub(crate) fn payload(&self) -> Vec<u8> {
        match &self.text {
            Some(text) => text.clone().into_bytes(),
            None => payload(self.payload_hex.as_ref(), self.payload_repeat.as_ref()),
        }
    }
}

fn payload(digits: Option<&String>, repeat: Option<&Repeat>) -> Vec<u8> {
    match (digits, repeat) {
        (Some(digits), _) => hex(digits),
        (None, Some(repeat)) => repeat.bytes(),
        (None, None) => panic!("neither payload_hex nor payload_repeat"),
    }
}

/// Bytes from hex digits.
pub(crate) fn hex(digits: &str) -> Vec<u8> {
    assert!(digits.len() & 1 == 0, "{digits}");
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap())
        .collect()
}
