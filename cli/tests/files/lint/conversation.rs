//! Rules of conversations that `wsdraft lint` and `wsdraft proxy` find broken: each with a
//! connection that breaks it, and with those that come near to it and do not.

use serde_json::Value;

mod closing;
mod opening;
mod pings;

use crate::common::{
    self,
    capture::{Capture, From, Link},
    chat::{REQUEST, RESPONSE},
    events::{events as printed, named},
};

const PING: u8 = 0x89;
const PONG: u8 = 0x8a;
const TEXT: u8 = 0x81;
const CLOSE: u8 = 0x88;
const DONE: &[u8] = b"\x03\xe8";

/// A broken rule: its id, by whom, and in which packet.
type Broken = (String, String, u64);

/// A connection of the current draft.
struct Talk {
    capture: Capture,
    /// The next masking key.
    key: u32,
}

impl Talk {
    fn opened() -> Self {
        let mut capture = Capture::new(Link::Ethernet);
        capture.open();
        capture.send(From::Client, REQUEST.as_bytes());
        capture.send(From::Server, RESPONSE.as_bytes());
        Self {
            capture,
            key: 0x1234_5678,
        }
    }

    fn frame(&mut self, from: From, first: u8, payload: &[u8]) -> Vec<u8> {
        let length = payload.len() as u8;
        if from == From::Server {
            return [&[first, length], payload].concat();
        }
        self.key = self.key.wrapping_mul(747_796_405).wrapping_add(1);
        masked(first, payload, self.key.to_be_bytes())
    }

    fn send(&mut self, from: From, first: u8, payload: &[u8]) -> u64 {
        let frame = self.frame(from, first, payload);
        self.capture.send(from, &frame) as u64
    }

    fn texts(&mut self, from: From, count: u32, pause: u32) {
        for _ in 0..count {
            self.capture.wait(pause);
            self.send(from, TEXT, b"more");
        }
    }

    fn wait(&mut self, milliseconds: u32) -> &mut Self {
        self.capture.wait(milliseconds);
        self
    }

    /// Both ends close, this one first.
    fn closed(mut self, first: From) -> Vec<Broken> {
        self.send(first, CLOSE, DONE);
        self.send(other(first), CLOSE, DONE);
        self.ended(From::Server)
    }

    /// Both ends end the transport, this one first.
    fn ended(mut self, first: From) -> Vec<Broken> {
        self.capture.finish(first);
        self.capture.finish(other(first));
        self.broken()
    }

    fn broken(&self) -> Vec<Broken> {
        let mut capture = vec![self.capture.bytes()];
        let mut blocks = self.capture.clone();
        blocks.pcapng = true;
        capture.push(blocks.bytes());
        let mut found = capture.iter().map(|capture| broken(capture, &[]));
        let first = found.next().unwrap();
        assert_eq!(found.next().unwrap(), first, "pcapng has it, too");
        first
    }
}

fn masked(first: u8, payload: &[u8], key: [u8; 4]) -> Vec<u8> {
    let mut frame = vec![first, 0x80 | payload.len() as u8];
    frame.extend(key);
    frame.extend(
        payload
            .iter()
            .zip(key.iter().cycle())
            .map(|(byte, key)| byte ^ key),
    );
    frame
}

const fn other(from: From) -> From {
    match from {
        From::Client => From::Server,
        From::Server => From::Client,
    }
}

fn by(from: From) -> &'static str {
    match from {
        From::Client => "client",
        From::Server => "server",
    }
}

const BOTH: [From; 2] = [From::Client, From::Server];

fn broken(input: &[u8], arguments: &[&str]) -> Vec<Broken> {
    let output = common::run(&[&["lint", "-", "--json"], arguments].concat(), input);
    let found = printed(&output);
    let violations = named(&found, "violation");
    if !violations.is_empty() {
        assert_eq!(output.status.code(), Some(1), "{found:?}");
    }
    violations.into_iter().map(told).collect()
}

fn told(event: &Value) -> Broken {
    let text = |name: &str| event[name].as_str().unwrap().to_owned();
    let packet = event["packet"].as_u64().unwrap_or_default();
    (text("rule"), text("by"), packet)
}

fn one(rule: &str, from: From, packet: u64) -> Vec<Broken> {
    vec![(rule.into(), by(from).into(), packet)]
}
