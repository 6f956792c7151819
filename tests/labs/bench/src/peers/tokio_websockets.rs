//! tokio-websockets, with its stream and sink, set up as its echo example has it.

use bytes::Bytes;
use futures_util::{FutureExt, SinkExt, StreamExt};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_websockets::{
    ClientBuilder, Config, Limits, Message, Payload, ServerBuilder, WebSocketStream,
};

use crate::{
    broadcast::Broadcast,
    compress::Load,
    memory::Memory,
    work::{Accept, BATCH, Contender, Duplex, Echo, End, Feed, Receive, Ring, Send},
};

pub struct TokioWebsockets;

/// It with its messages fed: it flushes when nothing more is there to be read.
pub struct TokioWebsocketsFed;

impl Contender for TokioWebsockets {
    const NAME: &'static str = "tokio-websockets";
}

fn builder() -> ServerBuilder {
    let config = Config::default().frame_size(usize::MAX);
    ServerBuilder::new()
        .config(config)
        .limits(Limits::unlimited())
}

fn server<S: AsyncRead + AsyncWrite + Unpin>(stream: S) -> WebSocketStream<S> {
    builder().serve(stream)
}

fn client<S: AsyncRead + AsyncWrite + Unpin>(stream: S) -> WebSocketStream<S> {
    let config = Config::default().frame_size(usize::MAX);
    ClientBuilder::new().config(config).take_over(stream)
}

impl Contender for TokioWebsocketsFed {
    const NAME: &'static str = "tokio-websockets, fed";
}

impl Receive for TokioWebsockets {
    async fn receive<const HELD: usize>(input: Memory, messages: usize) -> usize {
        let mut ring = Ring::<_, HELD>::default();
        let mut socket = server(input);
        let mut bytes = 0;
        for _ in 0..messages {
            let message = socket.next().await.expect("one more").expect("a message");
            let payload = message.into_payload();
            bytes += std::hint::black_box(&payload).len();
            ring.hold(payload);
        }
        bytes
    }
}

impl Send for TokioWebsockets {
    async fn send(output: Memory, end: End, payload: &[u8], messages: usize) {
        let mut socket = match end {
            End::Client => client(output),
            End::Server => server(output),
        };
        let payload = Payload::from(bytes::Bytes::copy_from_slice(payload));
        for _ in 0..messages {
            socket
                .send(Message::binary(payload.clone()))
                .await
                .expect("a stream");
        }
    }
}

impl Feed for TokioWebsockets {
    async fn feed(output: Memory, end: End, payload: &[u8], messages: usize) {
        let mut socket = match end {
            End::Client => client(output),
            End::Server => server(output),
        };
        let payload = Payload::from(bytes::Bytes::copy_from_slice(payload));
        for message in 1..=messages {
            socket
                .feed(Message::binary(payload.clone()))
                .await
                .expect("a stream");
            if message % BATCH == 0 || message == messages {
                socket.flush().await.expect("a stream");
            }
        }
    }
}

impl Broadcast for TokioWebsockets {
    type Socket = WebSocketStream<Memory>;
    type Message = Bytes;

    async fn open(stream: Memory, _: Option<&Load>) -> Self::Socket {
        server(stream)
    }

    fn prepare(message: &Bytes) -> Bytes {
        message.clone()
    }

    async fn send_to(socket: &mut Self::Socket, message: &Bytes) {
        let message = Message::binary(Payload::from(message.clone()));
        socket.send(message).await.expect("a stream");
    }
}

impl<S: Duplex> Echo<S> for TokioWebsockets {
    async fn serve(stream: S) {
        let mut socket = server(stream);
        while let Some(Ok(message)) = socket.next().await {
            if (message.is_text() || message.is_binary()) && socket.send(message).await.is_err() {
                return;
            }
        }
    }
}

impl<S: Duplex> Echo<S> for TokioWebsocketsFed {
    async fn serve(stream: S) {
        let mut socket = server(stream);
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

impl Accept for TokioWebsockets {
    async fn accept(request: Memory) {
        let socket = builder().accept(request).await.expect("a valid request");
        std::hint::black_box(&socket);
    }
}
