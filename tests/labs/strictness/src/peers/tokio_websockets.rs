//! tokio-websockets.

use futures_util::StreamExt;
use tokio_websockets::{ClientBuilder, ServerBuilder, WebSocketStream};

use super::{Peer, Received, done};
use crate::{input::End, stream::Stream};

/// Its row.
pub const PEER: Peer = Peer {
    name: "tokio-websockets",
    accept: |stream| Box::pin(accept(stream)),
    connect: |stream| Box::pin(connect(stream)),
    receive: |stream, end| Box::pin(receive(stream, end)),
};

async fn accept(stream: Stream) -> Result<(), String> {
    let accepted = ServerBuilder::new().accept(stream).await;
    done(accepted)
}

async fn connect(stream: Stream) -> Result<(), String> {
    let builder = ClientBuilder::new()
        .uri("ws://example.com/chat")
        .map_err(|error| error.to_string())?;
    done(builder.connect_on(stream).await)
}

async fn receive(stream: Stream, end: End) -> Received {
    let mut received = Received::default();
    let mut socket: WebSocketStream<Stream> = match end {
        End::Server => ServerBuilder::new().serve(stream),
        End::Client => ClientBuilder::new().take_over(stream),
    };
    while let Some(next) = socket.next().await {
        match next {
            Ok(message) if message.is_text() || message.is_binary() => {
                received.messages.push(message.as_payload().to_vec());
            }
            Ok(message) => received.closed |= message.is_close(),
            Err(error) => return received.failed(error),
        }
    }
    received
}
