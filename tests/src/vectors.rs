//! The vectors of `data/vectors/core.json`, typed. The command's tests compile this file too.

#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "the file's header explains its fields, and each test reads some of them"
)]

use serde::Deserialize;
use serde_json::Value;

/// All vectors.
pub fn all() -> Vec<Vector> {
    #[derive(Deserialize)]
    struct File {
        vectors: Vec<Vector>,
    }
    let file: File = serde_json::from_str(include_str!("../data/vectors/core.json")).unwrap();
    file.vectors
}

/// One vector.
#[derive(Debug, Deserialize)]
pub struct Vector {
    pub id: String,
    pub drafts: Vec<String>,
    pub kind: Kind,
    direction: Option<String>,
    bytes_hex: Option<String>,
    #[serde(default)]
    bytes_segments: Vec<Repeat>,
    connection_masking_key_hex: Option<String>,
    request_hex: Option<String>,
    response_hex: Option<String>,
    #[serde(default)]
    pub strict_order: bool,
    pub expect: Expect,
}

/// What a vector is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Frames,
    Invalid,
    Handshake,
    Explanation,
}

/// What a vector leads to.
#[derive(Debug, Deserialize)]
pub struct Expect {
    pub frames: Option<Vec<Frame>>,
    #[serde(default)]
    pub messages: Vec<Message>,
    pub close: Option<Value>,
    reply_hex: Option<String>,
    pub action: Option<String>,
    pub accept: Option<String>,
    pub accept_if_lenient: Option<String>,
    pub subprotocol: Option<String>,
    pub extensions: Option<String>,
    pub origin: Option<String>,
    pub origin_header: Option<String>,
    pub location: Option<String>,
    pub version: Option<u16>,
    #[serde(default)]
    pub secure: bool,
    connection_masking_key_hex: Option<String>,
    pub printed: Option<String>,
    pub correct_accept: Option<String>,
    sha1_input_hex: Option<String>,
}

/// A frame.
#[derive(Debug, Deserialize)]
pub struct Frame {
    pub fin: bool,
    pub rsv: u8,
    #[serde(default)]
    pub rsv4: u8,
    pub opcode: u8,
    pub masked: bool,
    pub mask_key: Option<String>,
    pub length_encoding_bits: u8,
    pub payload_len: u64,
    #[serde(rename = "type")]
    kind: String,
    payload_hex: Option<String>,
    payload_repeat: Option<Repeat>,
}

/// A message.
#[derive(Debug, Deserialize)]
pub struct Message {
    #[serde(rename = "type")]
    pub kind: String,
    pub text: Option<String>,
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
    pub fn bytes(&self) -> Vec<u8> {
        match &self.bytes_hex {
            Some(digits) => hex(digits),
            None => self.bytes_segments.iter().flat_map(Repeat::bytes).collect(),
        }
    }

    /// Whether a client, a server may send the stream.
    pub fn senders(&self) -> &'static [&'static str] {
        match self.direction.as_deref() {
            Some("c2s") => &["client"],
            Some("s2c") => &["server"],
            Some("any") => &["client", "server"],
            other => panic!("{}: direction {other:?}", self.id),
        }
    }

    /// The key that the handshake derived.
    pub fn masking_key(&self) -> Option<[u8; 20]> {
        let digits = self.connection_masking_key_hex.as_deref()?;
        Some(hex(digits).try_into().unwrap())
    }

    pub fn request(&self) -> Vec<u8> {
        hex(self.request_hex.as_deref().unwrap())
    }

    pub fn response(&self) -> Option<Vec<u8>> {
        self.response_hex.as_deref().map(hex)
    }
}

impl Expect {
    /// What a server answers to the stream.
    pub fn reply(&self) -> Option<Vec<u8>> {
        self.reply_hex.as_deref().map(hex)
    }

    pub fn masking_key(&self) -> Option<[u8; 20]> {
        let digits = self.connection_masking_key_hex.as_deref()?;
        Some(hex(digits).try_into().unwrap())
    }

    pub fn sha1_input(&self) -> Vec<u8> {
        hex(self.sha1_input_hex.as_deref().unwrap())
    }

    /// The close code in the action, if it names one.
    pub fn close_code(&self) -> Option<u16> {
        let action = self.action.as_deref()?;
        let mut words = action.split(|letter: char| !letter.is_ascii_digit());
        words.find(|word| word.len() == 4)?.parse().ok()
    }
}

impl Frame {
    /// The name of the opcode, in full.
    pub fn kind(&self) -> &str {
        match self.kind.as_str() {
            "cont" => "continuation",
            kind => kind,
        }
    }

    pub fn payload(&self) -> Vec<u8> {
        payload(self.payload_hex.as_ref(), self.payload_repeat.as_ref())
    }
}

impl Message {
    pub fn payload(&self) -> Vec<u8> {
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
pub fn hex(digits: &str) -> Vec<u8> {
    assert!(digits.len() & 1 == 0, "{digits}");
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap())
        .collect()
}
