//! yawc; HTTP is hyper's.

use yawc::{Options, Role, WebSocket, frame::OpCode};

use super::{Peer, Received, done, over_hyper};
use crate::{input::End, stream::Stream};

/// Its row.
pub const PEER: Peer = Peer {
    name: "yawc",
    accept: |stream| {
        Box::pin(over_hyper::accept(stream, |request| {
            let upgraded = WebSocket::upgrade(request).map_err(|error| error.to_string())?;
            Ok(upgraded.0)
        }))
    },
    connect: |stream| Box::pin(connect(stream)),
    receive: |stream, end| Box::pin(receive(stream, end)),
};

fn options() -> Options {
    Options::default().with_utf8()
}

async fn connect(stream: Stream) -> Result<(), String> {
    let url = "ws://example.com/chat"
        .parse()
        .map_err(|error| format!("{error}"))?;
    let connected = WebSocket::handshake(url, stream, options()).await;
    done(connected)
}

async fn receive(stream: Stream, end: End) -> Received {
    let mut received = Received::default();
    let role = end.pick(Role::Server, Role::Client);
    let mut socket = match WebSocket::from_stream(stream, role, options()) {
        Ok(socket) => socket,
        Err(error) => return received.failed(error),
    };
    loop {
        match socket.next_frame().await {
            Ok(frame) => match frame.opcode() {
                OpCode::Text | OpCode::Binary => received.messages.push(frame.payload().to_vec()),
                OpCode::Close => {
                    received.closed = true;
                    // What it answers is written on the way to the end.
                    let _ = socket.next_frame().await;
                    return received;
                }
                _ => {}
            },
            Err(error) if error.is_closed() => return received,
            Err(error) => return received.failed(error),
        }
    }
}
