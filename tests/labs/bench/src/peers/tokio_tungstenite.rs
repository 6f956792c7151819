//! tokio-tungstenite, with its stream and sink.

use bytes::Bytes;
use futures_util::{FutureExt, SinkExt, StreamExt};
use tokio_tungstenite::{
    WebSocketStream, accept_async,
    tungstenite::{Message, protocol::Role},
};

use crate::{
    broadcast::Broadcast,
    compress::Load,
    memory::Memory,
    work::{Accept, BATCH, Contender, Duplex, Echo, End, Feed, Receive, Ring, Send},
};

pub struct TokioTungstenite;

/// It with its messages fed: it flushes when nothing more is there to be read.
pub struct TokioTungsteniteFed;

impl Contender for TokioTungstenite {
    const NAME: &'static str = "tokio-tungstenite";
}

impl Contender for TokioTungsteniteFed {
    const NAME: &'static str = "tokio-tungstenite, fed";
}

impl Receive for TokioTungstenite {
    async fn receive<const HELD: usize>(input: Memory, messages: usize) -> usize {
        let mut ring = Ring::<_, HELD>::default();
        let mut socket = WebSocketStream::from_raw_socket(input, Role::Server, None).await;
        let mut bytes = 0;
        for _ in 0..messages {
            let message = socket.next().await.expect("one more").expect("a message");
            bytes += std::hint::black_box(&message).len();
            ring.hold(message);
        }
        bytes
    }
}

impl Send for TokioTungstenite {
    async fn send(output: Memory, end: End, payload: &[u8], messages: usize) {
        let role = match end {
            End::Client => Role::Client,
            End::Server => Role::Server,
        };
        let mut socket = WebSocketStream::from_raw_socket(output, role, None).await;
        let payload = Bytes::copy_from_slice(payload);
        for _ in 0..messages {
            socket
                .send(Message::Binary(payload.clone()))
                .await
                .expect("a stream");
        }
    }
}

impl Feed for TokioTungstenite {
    async fn feed(output: Memory, end: End, payload: &[u8], messages: usize) {
        let role = match end {
            End::Client => Role::Client,
            End::Server => Role::Server,
        };
        let mut socket = WebSocketStream::from_raw_socket(output, role, None).await;
        let payload = Bytes::copy_from_slice(payload);
        for message in 1..=messages {
            socket
                .feed(Message::Binary(payload.clone()))
                .await
                .expect("a stream");
            if message % BATCH == 0 || message == messages {
                socket.flush().await.expect("a stream");
            }
        }
    }
}

impl Broadcast for TokioTungstenite {
    type Socket = WebSocketStream<Memory>;
    type Message = Bytes;

    async fn open(stream: Memory, _: Option<&Load>) -> Self::Socket {
        WebSocketStream::from_raw_socket(stream, Role::Server, None).await
    }

    fn prepare(message: &Bytes) -> Bytes {
        message.clone()
    }

    async fn send_to(socket: &mut Self::Socket, message: &Bytes) {
        let message = Message::Binary(message.clone());
        socket.send(message).await.expect("a stream");
    }
}

impl<S: Duplex> Echo<S> for TokioTungstenite {
    async fn serve(stream: S) {
        let mut socket = WebSocketStream::from_raw_socket(stream, Role::Server, None).await;
        while let Some(Ok(message)) = socket.next().await {
            if (message.is_text() || message.is_binary()) && socket.send(message).await.is_err() {
                return;
            }
        }
    }
}

impl<S: Duplex> Echo<S> for TokioTungsteniteFed {
    async fn serve(stream: S) {
        let mut socket = WebSocketStream::from_raw_socket(stream, Role::Server, None).await;
        loop {
            let next = match socket.next().now_or_never() {
                Some(next) => next,
                None if socket.flush().await.is_err() => return,
                None => socket.next().await,
            };
            let Some(Ok(message)) = next else { return };
            if (message.is_text() || message.is_binary()) && socket.feed(message).await.is_err() {
                return;
            }
        }
    }
}

impl Accept for TokioTungstenite {
    async fn accept(request: Memory) {
        let socket = accept_async(request).await.expect("a valid request");
        std::hint::black_box(&socket);
    }
}
