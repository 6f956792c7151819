//! This project.

use wsdraft::{
    Connection, ConnectionError, Error,
    drafts::rfc6455,
    tokio::{Acceptor, Connector, WebSocket},
};

use super::{Peer, Received, done};
use crate::{input::End, stream::Stream};

/// Its row.
pub const PEER: Peer = Peer {
    name: "wsdraft",
    accept: |stream| Box::pin(accept(stream)),
    connect: |stream| Box::pin(connect(stream)),
    receive: |stream, end| Box::pin(receive(stream, end)),
};

async fn accept(stream: Stream) -> Result<(), String> {
    let accepted = Acceptor::new(rfc6455::Draft).accept(stream).await;
    done(accepted)
}

async fn connect(stream: Stream) -> Result<(), String> {
    let address = "ws://example.com/chat"
        .parse()
        .map_err(|error| format!("{error:?}"))?;
    let connected = Connector::new(rfc6455::Draft)
        .connect(stream, &address)
        .await;
    // The address would say nothing.
    done(connected.map_err(|error| match error {
        Error::Handshake(failed) => failed.cause.to_string(),
        error => error.to_string(),
    }))
}

async fn receive(stream: Stream, end: End) -> Received {
    let mut received = Received::default();
    let config = wsdraft::Config::default();
    let session = wsdraft::frame::Session::default();
    let connection = match end {
        End::Server => Connection::server(rfc6455::Draft, session, config),
        End::Client => Connection::client(rfc6455::Draft, session, wsdraft::OsEntropy, config),
    };
    let mut socket = WebSocket::from_parts(stream, connection);
    loop {
        match socket.recv().await {
            Ok(Some(message)) => received.messages.push(message.as_bytes().to_vec()),
            // A peer that left is judged by what it sent before.
            Ok(None) | Err(Error::Connection(ConnectionError::Vanished { .. })) => {
                received.closed = socket.ended().is_some_and(wsdraft::Ending::is_clean);
                return received;
            }
            Err(error) => return received.failed(error),
        }
    }
}
