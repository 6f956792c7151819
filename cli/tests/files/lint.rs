//! `wsdraft lint`.

use std::process::Output;

use serde_json::Value;

mod built;
mod channels;
mod conversation;
mod dumps;
mod field;
mod formats;
mod growing;
mod late;
mod lossy;
#[cfg(target_os = "linux")]
mod memory;
mod printed;
mod recorded;
mod unagreed;

use crate::common::{
    self,
    capture::{Capture, From, Link},
    chat::{CLOSE, CLOSED},
    events::events as printed,
};

const REQUEST: &[u8] = b"GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\n\
    Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
    Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Version: 13\r\n\r\n";
const RESPONSE: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\
    Connection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\
    Sec-WebSocket-Protocol: chat\r\n\r\n";

fn lint(input: &[u8], arguments: &[&str]) -> Output {
    common::run(&[&["lint", "-"], arguments].concat(), input)
}

/// The events, and the exit status.
fn events(input: &[u8], arguments: &[&str]) -> (Vec<Value>, i32) {
    let output = lint(input, &[arguments, &["--json"]].concat());
    (printed(&output), output.status.code().unwrap())
}

/// A connection with an opening handshake, ready for frames.
fn opened(link: Link) -> Capture {
    let mut capture = Capture::new(link);
    capture.open();
    capture.send(From::Client, REQUEST);
    capture.send(From::Server, RESPONSE);
    capture
}

fn closed(mut capture: Capture) -> Vec<u8> {
    capture.send(From::Client, CLOSE);
    capture.send(From::Server, CLOSED);
    capture.finish(From::Server);
    capture.finish(From::Client);
    capture.bytes()
}
