//! `wsdraft lint` on what software in the field does, rightly or not.

use serde_json::Value;

mod answers;
mod archives;
mod key;
mod packets;
mod requests;

use crate::common::{
    self,
    capture::{Capture, From, Link},
    chat::{CLOSE, CLOSED},
    events::{events as printed, named},
};

/// A frame of an opcode that nothing has.
const ODD: &[u8] = b"\x83\x00";

fn events(input: &[u8], arguments: &[&str]) -> (Vec<Value>, i32) {
    let output = common::run(&[&["lint", "-", "--json"], arguments].concat(), input);
    (printed(&output), output.status.code().unwrap())
}

fn told(input: &[u8]) -> (i32, String) {
    let output = common::run(&["lint", "-"], input);
    let text = String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap(), text)
}

fn connection() -> Capture {
    let mut capture = Capture::new(Link::Ethernet);
    capture.open();
    capture
}

/// Each piece in packets of at most so many bytes.
fn sent(capture: &mut Capture, from: From, bytes: &[u8], size: usize) {
    for piece in bytes.chunks(size) {
        capture.send(from, piece);
    }
}

fn closed(mut capture: Capture) -> Vec<u8> {
    capture.send(From::Client, CLOSE);
    capture.send(From::Server, CLOSED);
    capture.finish(From::Server);
    capture.finish(From::Client);
    capture.bytes()
}

fn rules(events: &[Value]) -> Vec<(&str, &str, u64)> {
    let broken = named(events, "violation");
    broken
        .iter()
        .map(|event| {
            let text = |name: &str| event[name].as_str().unwrap();
            (
                text("rule"),
                text("by"),
                event["stream_offset"].as_u64().unwrap(),
            )
        })
        .collect()
}
