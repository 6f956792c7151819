//! tungstenite, without tokio.

use tungstenite::{Error, Message, WebSocket, protocol::Role};

use super::{Peer, Received};
use crate::{input::End, stream::Stream};

/// Its row.
pub const PEER: Peer = Peer {
    name: "tungstenite",
    accept: |stream| Box::pin(async { accept(stream) }),
    connect: |stream| Box::pin(async { connect(stream) }),
    receive: |stream, end| Box::pin(async move { receive(stream, end) }),
};

fn accept(stream: Stream) -> Result<(), String> {
    tungstenite::accept(stream)
        .map(drop)
        .map_err(|error| error.to_string())
}

fn connect(stream: Stream) -> Result<(), String> {
    let connected = tungstenite::client("ws://example.com/chat", stream);
    connected.map(drop).map_err(|error| error.to_string())
}

fn receive(stream: Stream, end: End) -> Received {
    let role = match end {
        End::Server => Role::Server,
        End::Client => Role::Client,
    };
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
            Err(error) => {
                received.error = Some(error.to_string());
                return received;
            }
        }
    }
}
