//! tungstenite, without tokio.

use tungstenite::{Error, Message, WebSocket, protocol::Role};

use super::{Peer, Received, done};
use crate::{input::End, stream::Stream};

/// Its row.
pub const PEER: Peer = Peer {
    name: "tungstenite",
    accept: |stream| Box::pin(async { accept(stream) }),
    connect: |stream| Box::pin(async { connect(stream) }),
    receive: |stream, end| Box::pin(async move { receive(stream, end) }),
};

fn accept(stream: Stream) -> Result<(), String> {
    done(tungstenite::accept(stream))
}

fn connect(stream: Stream) -> Result<(), String> {
    let connected = tungstenite::client("ws://example.com/chat", stream);
    done(connected)
}

fn receive(stream: Stream, end: End) -> Received {
    let role = end.pick(Role::Server, Role::Client);
    let mut received = Received::default();
    let mut socket = WebSocket::from_raw_socket(stream, role, None);
    loop {
        match socket.read() {
            Ok(message @ (Message::Text(_) | Message::Binary(_))) => {
                received.messages.push(message.into_data().to_vec());
            }
            Ok(Message::Close(_)) => received.closed = true,
            Ok(_) => {}
            Err(Error::ConnectionClosed) => return received,
            Err(error) => return received.failed(error),
        }
    }
}
