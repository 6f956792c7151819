//! Pings that the page asks for, which a script cannot send.

use std::time::Instant;

use tokio::io::{AsyncRead, AsyncWrite};
use wsdraft::{Error, Event, Message, info::Kind, tokio::WebSocket};

use crate::specs::Spoken;

/// What the page sends to have its connection pinged, and what the answer begins with: the control
/// characters ENQ and ACK keep both apart from what people type.
const ASK: &str = "\u{5}ping";
const ANSWER: &str = "\u{6}pong ";

/// The pings on a connection of the page.
#[derive(Debug, Default)]
pub(in super::super) struct Pings {
    /// How many there were; the last is told by that number.
    sent: u64,
    /// When the last one was sent.
    at: Option<Instant>,
}

/// What comes of an event.
enum Step {
    Message(Message),
    Ask,
    Answer,
    Nothing,
}

impl Pings {
    /// Waits for the next message that is no request for a ping. In a draft that has no pings, every
    /// message is none.
    pub(in super::super) async fn receive<S>(
        &mut self,
        socket: &mut WebSocket<S, Spoken>,
    ) -> Result<Option<Message>, Error>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let opcodes = socket.connection().info().opcodes;
        let pings = opcodes.iter().any(|opcode| opcode.kind == Kind::Ping);
        loop {
            let Some(event) = socket.recv_event().await? else {
                return Ok(None);
            };
            match self.step(event, pings) {
                Step::Message(message) => return Ok(Some(message)),
                Step::Ask => {
                    self.sent += 1;
                    self.at = Some(Instant::now());
                    socket.ping(&self.sent.to_be_bytes()).await?;
                }
                Step::Answer => {
                    if let Some(at) = self.at.take() {
                        let took = at.elapsed().as_micros();
                        socket.feed(format!("{ANSWER}{took}")).await?;
                    }
                }
                Step::Nothing => {}
            }
        }
    }

    fn step(&self, event: Event<'_>, pings: bool) -> Step {
        match event {
            Event::Pong(payload) if payload == self.sent.to_be_bytes() => Step::Answer,
            Event::Text(ASK) if pings => Step::Ask,
            Event::Text(text) => Step::Message(text.into()),
            Event::Binary(bytes) => Step::Message(bytes.into()),
            _ => Step::Nothing,
        }
    }
}
