//! Ends of connections that carry channels, byte by byte: what our own ends would never send.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    thread::JoinHandle,
    time::Duration,
};

use wsdraft::{
    drafts::rfc6455,
    extension::{Extensions, builtin},
    handshake::{
        Answer,
        server::{Requested, ServerHandshake, ServerOptions},
    },
};

use crate::common::{peer, server::Server};

/// The response that opens a channel.
pub(super) const OPENED: &str = "HTTP/1.1 101 OK\r\nConnection: Upgrade\r\n\r\n";

/// One end of a physical connection after its handshake.
pub(super) struct End {
    stream: TcpStream,
    buffer: Vec<u8>,
    masks: bool,
}

impl End {
    /// Sends a frame.
    pub(super) fn send(&mut self, opcode: u8, payload: &[u8]) {
        let mask = if self.masks { 0x80 } else { 0 };
        let mut frame = vec![0x80 | opcode];
        match payload.len() {
            length @ 0..=125 => frame.push(mask | length as u8),
            length => {
                frame.push(mask | 126);
                frame.extend(u16::try_from(length).unwrap().to_be_bytes());
            }
        }
        if self.masks {
            frame.extend([0; 4]);
        }
        frame.extend(payload);
        // The other end may be gone.
        let _ = self.stream.write_all(&frame);
    }

    /// Sends control blocks.
    pub(super) fn blocks(&mut self, blocks: &[Vec<u8>]) {
        self.send(2, &[&[0][..], &blocks.concat()].concat());
    }

    /// Sends a frame on a channel.
    pub(super) fn on(&mut self, channel: u8, opcode: u8, payload: &[u8]) {
        self.send(2, &[&[channel, 0x80 | opcode][..], payload].concat());
    }

    /// The next frame; `None` at the end, or after a time without one.
    pub(super) fn next(&mut self) -> Option<(u8, Vec<u8>)> {
        loop {
            if let Some((opcode, payload, length)) = frame(&self.buffer) {
                self.buffer.drain(..length);
                return Some((opcode, payload));
            }
            let mut bytes = [0; 4096];
            let read = self.stream.read(&mut bytes).unwrap_or_default();
            if read == 0 {
                return None;
            }
            self.buffer.extend(&bytes[..read]);
        }
    }

    /// Sends this again and again, until it is not taken.
    pub(super) fn flood(&mut self, bytes: &[u8]) {
        let many = bytes.repeat(2000);
        while self.stream.write_all(&many).is_ok() {}
    }

    /// The next frame that is like this.
    #[track_caller]
    pub(super) fn until(&mut self, is: impl Fn(u8, &[u8]) -> bool) -> Vec<u8> {
        let mut seen = Vec::new();
        while let Some((opcode, payload)) = self.next() {
            if is(opcode, &payload) {
                return payload;
            }
            seen.push((opcode, payload));
        }
        panic!("it did not come: {seen:02x?}");
    }
}

/// A frame at the start of these bytes, and its length.
fn frame(bytes: &[u8]) -> Option<(u8, Vec<u8>, usize)> {
    let (&[first, second], rest) = bytes.split_first_chunk()?;
    let (length, rest) = match second & 0x7f {
        126 => {
            let (length, rest) = rest.split_first_chunk()?;
            (usize::from(u16::from_be_bytes(*length)), rest)
        }
        127 => {
            let (length, rest) = rest.split_first_chunk()?;
            (usize::try_from(u64::from_be_bytes(*length)).unwrap(), rest)
        }
        length => (usize::from(length), rest),
    };
    let (mask, rest) = match second & 0x80 {
        0 => ([0; 4], rest),
        _ => {
            let (mask, rest) = rest.split_first_chunk()?;
            (*mask, rest)
        }
    };
    let payload = rest.get(..length)?;
    let masks = mask.iter().cycle();
    let unmasked = payload.iter().zip(masks).map(|(byte, mask)| byte ^ mask);
    let end = bytes.len() - rest.len() + length;
    Some((first & 15, unmasked.collect(), end))
}

fn number(number: u32) -> Vec<u8> {
    match number {
        0..=125 => vec![number as u8],
        126..=0xffff => [&[126][..], &(number as u16).to_be_bytes()].concat(),
        _ => [&[127][..], &u64::from(number).to_be_bytes()].concat(),
    }
}

fn text(text: &[u8]) -> Vec<u8> {
    [number(text.len() as u32), text.to_vec()].concat()
}

/// A client asks for a channel.
pub(super) fn request(channel: u8, head: &str) -> Vec<u8> {
    [vec![0, channel], text(head.as_bytes())].concat()
}

/// A server answers.
pub(super) fn response(channel: u8, refused: bool, head: &str) -> Vec<u8> {
    [
        vec![0x20 | u8::from(refused) << 4, channel],
        text(head.as_bytes()),
    ]
    .concat()
}

/// More may be sent on a channel.
pub(super) fn quota(channel: u8, quota: u32) -> Vec<u8> {
    [vec![0x40, channel], number(quota)].concat()
}

/// A channel is dropped.
pub(super) fn drop_channel(channel: u8, code: u16, reason: &str) -> Vec<u8> {
    let body = [&code.to_be_bytes()[..], reason.as_bytes()].concat();
    [vec![0x60, channel], text(&body)].concat()
}

/// Channels may be opened.
pub(super) fn slots(count: u32, quota: u32) -> Vec<u8> {
    [vec![0x80], number(count), number(quota)].concat()
}

/// The channels that a client asks for with this message, which has no other blocks.
pub(super) fn asks(payload: &[u8]) -> Vec<u8> {
    let mut asked = Vec::new();
    if let [0, blocks @ ..] = payload {
        read(blocks, &mut |block| {
            if let Block {
                kind: 0, channel, ..
            } = block
            {
                asked.push(channel);
            }
        });
    }
    asked
}

/// A server that plays this after the handshake, and its URL.
pub(super) fn server<T: Send + 'static>(
    play: impl FnOnce(End) -> T + Send + 'static,
) -> (String, JoinHandle<T>) {
    peer::serve(move |mut stream| {
        stream
            .set_read_timeout(Some(Duration::from_secs(30)))
            .unwrap();
        let extensions = Extensions::named("mux", builtin::ALL).unwrap();
        let handshake = ServerHandshake::new([rfc6455::Draft], ServerOptions::default());
        let mut handshake = handshake.with_extensions(extensions.with_channels());
        let mut byte = [0];
        while !handshake.is_done() {
            assert_eq!(stream.read(&mut byte).unwrap(), 1);
            if let Some(Requested::Upgrade(_)) = handshake.receive(&byte).expect("a request") {
                handshake.accept(&Answer::default()).unwrap();
            }
        }
        stream.write_all(&handshake.take_output()).unwrap();
        play(End {
            stream,
            buffer: Vec::new(),
            masks: false,
        })
    })
}

/// What a server does with each frame until the client ends the connection: it answers requests for
/// channels, and echoes otherwise, but for what `play` has done.
pub(super) fn echo(
    mut end: End,
    mut play: impl FnMut(&mut End, u8, &[u8]) -> bool,
) -> Vec<Vec<u8>> {
    let mut seen = Vec::new();
    while let Some((opcode, payload)) = end.next() {
        if opcode == 8 {
            end.send(8, &payload);
            return seen;
        }
        if !play(&mut end, opcode, &payload) {
            for channel in asks(&payload) {
                let opened = [response(channel, false, OPENED), quota(channel, 1 << 20)];
                end.blocks(&opened);
            }
            if payload.first().is_some_and(|channel| *channel > 0) {
                end.send(2, &payload);
            }
        }
        seen.push(payload);
    }
    seen
}

/// A client of a server that agrees to channels or not; the head of the response.
pub(super) fn client(server: &Server, fields: &str) -> (End, String) {
    let mut stream = server.dial();
    let head = format!(
        "GET / HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Extensions: mux\r\n{fields}\r\n",
        server.address
    );
    stream.write_all(head.as_bytes()).unwrap();
    let head = String::from_utf8(peer::request(&mut stream)).unwrap();
    let end = End {
        stream,
        buffer: Vec::new(),
        masks: true,
    };
    (end, head)
}

/// The request for a channel, for this host.
pub(super) fn asking(host: &str, fields: &str) -> String {
    format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\n{fields}\r\n")
}

/// The answers to requests for channels, each with whether it refuses, until all of them have come.
pub(super) fn answers(end: &mut End, count: usize) -> Vec<(u8, bool, String)> {
    let mut answers = Vec::new();
    while answers.len() < count {
        let Some((_, payload)) = end.next() else {
            panic!("an answer is missing: {answers:?}");
        };
        if let [0, blocks @ ..] = &payload[..] {
            read(blocks, &mut |block| {
                if block.kind == 1 {
                    answers.push((block.channel, block.flag, block.text));
                }
            });
        }
    }
    answers
}

/// A control block, as far as the tests look at one.
struct Block {
    kind: u8,
    flag: bool,
    channel: u8,
    text: String,
}

/// Reads control blocks.
fn read(mut blocks: &[u8], take: &mut dyn FnMut(Block)) {
    while let Some((&first, mut rest)) = blocks.split_first() {
        let kind = first >> 5;
        let (number, mut text) = match kind {
            // Slots have no channel.
            4 => (0, &[][..]),
            _ => {
                let (channel, more) = rest.split_first().unwrap();
                rest = more;
                (*channel, &[][..])
            }
        };
        let length = number_of(&mut rest);
        match kind {
            2 => {}
            4 => {
                number_of(&mut rest);
            }
            _ => (text, rest) = rest.split_at(length),
        }
        take(Block {
            kind,
            flag: first & 0x10 != 0,
            channel: number,
            text: String::from_utf8_lossy(text).into_owned(),
        });
        blocks = rest;
    }
}

/// Reads a number.
fn number_of(bytes: &mut &[u8]) -> usize {
    let (&first, rest) = bytes.split_first().unwrap();
    let width = match first {
        126 => 2,
        127 => 8,
        _ => 0,
    };
    let (wide, rest) = rest.split_at(width);
    *bytes = rest;
    let wide_number = wide
        .iter()
        .fold(0, |sum, byte| sum << 8 | usize::from(*byte));
    if width == 0 {
        first.into()
    } else {
        wide_number
    }
}
