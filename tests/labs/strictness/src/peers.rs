//! What each crate makes of an input.

use std::{fmt, future::Future, pin::Pin};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha1::{Digest as _, Sha1};

use crate::{
    frames::{PROBE, farewell},
    heads,
    input::{Case, End, Input},
    stream::Stream,
};

mod fastwebsockets;
mod over_hyper;
mod sockudo;
mod tokio_websockets;
mod tungstenite;
pub mod wsdraft;
mod yawc;

/// What came of an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is taken as if nothing were wrong.
    Taken,
    /// The connection fails, with this error.
    Refused(String),
    /// Something good is refused too, so that nothing can be said.
    Unknown(String),
}

/// What a crate's messages are, as far as they matter here: a payload, or a close.
#[derive(Debug, Default)]
pub struct Received {
    pub messages: Vec<Vec<u8>>,
    pub closed: bool,
    pub error: Option<String>,
}

impl Received {
    /// What came before an error.
    fn failed(mut self, error: impl fmt::Display) -> Self {
        self.error = Some(error.to_string());
        self
    }
}

/// What came of a handshake.
fn done<T>(handshake: Result<T, impl fmt::Display>) -> Result<(), String> {
    handshake.map(drop).map_err(|error| error.to_string())
}

pub type Task<T> = Pin<Box<dyn Future<Output = T>>>;

/// A crate.
pub struct Peer {
    pub name: &'static str,
    /// Accepts a request: whether the upgrade is answered.
    pub accept: fn(Stream) -> Task<Result<(), String>>,
    /// Connects: whether the answer is taken.
    pub connect: fn(Stream) -> Task<Result<(), String>>,
    /// Receives until the end.
    pub receive: fn(Stream, End) -> Task<Received>,
}

/// This project first, then the others.
pub const ALL: &[Peer] = &[
    wsdraft::PEER,
    tungstenite::PEER,
    fastwebsockets::PEER,
    tokio_websockets::PEER,
    sockudo::PEER,
    yawc::PEER,
];

impl Peer {
    /// What it makes of an input.
    pub async fn judge(&self, input: &Input) -> Verdict {
        match &input.case {
            Case::Request(bytes) => {
                let accepted = (self.accept)(Stream::saying(bytes.clone())).await;
                verdict(accepted)
            }
            Case::Response(bytes) => verdict((self.connect)(answering(bytes.clone())).await),
            Case::Frames(to, bytes) => {
                let stream = Stream::saying([bytes.clone(), farewell(*to)].concat());
                let received = (self.receive)(stream.clone(), *to).await;
                let sent = codes(&stream.written(), *to);
                let probed = received.messages.iter().any(|message| message == PROBE);
                let failed = sent
                    .into_iter()
                    .find(|code| *code != Some(1000) && *code != None);
                match (received.error, failed) {
                    _ if probed => Verdict::Taken,
                    (Some(error), _) => Verdict::Refused(error),
                    (None, Some(Some(code))) if !echoes(bytes, code) => {
                        Verdict::Refused(format!("closes with {code}"))
                    }
                    _ if received.closed => Verdict::Taken,
                    _ => Verdict::Refused("leaves".into()),
                }
            }
        }
    }

    /// Fails where it refuses what is good.
    pub async fn is_sane(&self) -> Result<(), String> {
        let stream = Stream::saying(heads::good_request());
        (self.accept)(stream)
            .await
            .map_err(|error| format!("a good request: {error}"))?;
        let stream = answering(heads::good_response());
        (self.connect)(stream)
            .await
            .map_err(|error| format!("a good answer: {error}"))?;
        for to in [End::Server, End::Client] {
            let received = (self.receive)(Stream::saying(farewell(to)), to).await;
            if received.messages != [PROBE] {
                return Err(format!("good frames: {received:?}"));
            }
        }
        Ok(())
    }
}

fn verdict(done: Result<(), String>) -> Verdict {
    match done {
        Ok(()) => Verdict::Taken,
        Err(error) => Verdict::Refused(error),
    }
}

/// A server that answers a request like this.
fn answering(response: Vec<u8>) -> Stream {
    Stream::answering(move |request| {
        let request = std::str::from_utf8(request).ok()?;
        let head = request.split_once("\r\n\r\n")?.0;
        let key = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("sec-websocket-key")
                .then(|| value.trim())
        })?;
        let digest = Sha1::digest([key, "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"].concat());
        let response = String::from_utf8_lossy(&response);
        Some(
            response
                .replace("ACCEPT", &STANDARD.encode(digest))
                .into_bytes(),
        )
    })
}

/// The codes of the close frames in what an end has sent: its frames are short and good.
fn codes(sent: &[u8], from: End) -> Vec<Option<u16>> {
    let (mut rest, mut codes) = (sent, Vec::new());
    while let [first, second, after @ ..] = rest {
        let length = usize::from(second & 0x7f);
        let (key, after) = match from {
            End::Client if after.len() >= 4 => after.split_at(4),
            _ => (&[0; 4][..], after),
        };
        let Some(payload) = after.get(..length) else {
            break;
        };
        if first & 0x0f == 8 {
            codes.push(match payload {
                [high, low, ..] => Some(u16::from_be_bytes([high ^ key[0], low ^ key[1]])),
                _ => None,
            });
        }
        rest = &after[length..];
    }
    codes
}

/// Whether a code is only that of the close frame that was received.
fn echoes(received: &[u8], code: u16) -> bool {
    let mut unmasked = received.to_vec();
    if let [_, second, k0, k1, _, _, rest @ ..] = &mut unmasked[..] {
        if *second & 0x80 != 0 && rest.len() >= 2 {
            rest[0] ^= *k0;
            rest[1] ^= *k1;
        }
    }
    let code = code.to_be_bytes();
    received[0] & 0x0f == 8
        && (received.get(2..4) == Some(&code) || unmasked.get(6..8) == Some(&code))
}
