//! sockudo-ws.

use futures_util::StreamExt;
use sockudo_ws::{
    Config, Message, Role, WebSocketStream,
    handshake::{client_handshake, server_handshake},
};

use super::{Peer, Received, done};
use crate::{input::End, stream::Stream};

/// Its row.
pub const PEER: Peer = Peer {
    name: "sockudo-ws",
    accept: |stream| Box::pin(accept(stream)),
    connect: |stream| Box::pin(connect(stream)),
    receive: |stream, end| Box::pin(receive(stream, end)),
};

async fn accept(mut stream: Stream) -> Result<(), String> {
    let accepted = server_handshake(&mut stream).await;
    done(accepted)
}

async fn connect(mut stream: Stream) -> Result<(), String> {
    let connected = client_handshake(&mut stream, "example.com", "/chat", None).await;
    done(connected)
}

async fn receive(stream: Stream, end: End) -> Received {
    let mut received = Received::default();
    let role = end.pick(Role::Server, Role::Client);
    let config = Config::builder().max_payload_length(64 << 20).build();
    let mut socket = WebSocketStream::from_raw(stream, role, config);
    while let Some(next) = socket.next().await {
        match next {
            Ok(Message::Text(payload) | Message::Binary(payload)) => {
                received.messages.push(payload.to_vec());
            }
            Ok(Message::Close(_)) => received.closed = true,
            Ok(_) => {}
            Err(error) => return received.failed(error),
        }
    }
    received
}
