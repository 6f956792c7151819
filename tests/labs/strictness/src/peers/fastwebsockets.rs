//! fastwebsockets, with its fragment collector; HTTP is hyper's.

use fastwebsockets::{
    FragmentCollector, OpCode, Role, WebSocket, WebSocketError, handshake, upgrade,
};
use http_body_util::Empty;
use hyper::{Request, body::Bytes};

use super::{Peer, Received, done, over_hyper};
use crate::{input::End, stream::Stream};

/// Its row.
pub const PEER: Peer = Peer {
    name: "fastwebsockets",
    accept: |stream| {
        Box::pin(over_hyper::accept(stream, |request| {
            // As its examples have it: what is no upgrade is not given to it.
            if !upgrade::is_upgrade_request(request) {
                return Err("no upgrade request".into());
            }
            let (response, _) = upgrade::upgrade(request).map_err(|error| error.to_string())?;
            Ok(response)
        }))
    },
    connect: |stream| Box::pin(connect(stream)),
    receive: |stream, end| Box::pin(receive(stream, end)),
};

async fn connect(stream: Stream) -> Result<(), String> {
    let request = Request::get("http://example.com/chat")
        .header("Host", "example.com")
        .header("Upgrade", "websocket")
        .header("Connection", "upgrade")
        .header("Sec-WebSocket-Key", handshake::generate_key())
        .header("Sec-WebSocket-Version", "13")
        .body(Empty::<Bytes>::new())
        .map_err(|error| error.to_string())?;
    let connected = handshake::client(&over_hyper::Spawn, request, stream).await;
    done(connected)
}

async fn receive(stream: Stream, end: End) -> Received {
    let mut received = Received::default();
    let role = end.pick(Role::Server, Role::Client);
    let mut socket = FragmentCollector::new(WebSocket::after_handshake(stream, role));
    loop {
        match socket.read_frame().await {
            Ok(frame) => match frame.opcode {
                OpCode::Text | OpCode::Binary => received.messages.push(frame.payload.to_vec()),
                OpCode::Close => {
                    received.closed = true;
                    return received;
                }
                _ => {}
            },
            Err(WebSocketError::ConnectionClosed) => return received,
            Err(error) => return received.failed(error),
        }
    }
}
