//! sockudo-ws, with its stream and sink.

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use sockudo_ws::{
    CompressedWebSocketStream, Config, DeflateConfig, Message, Role, WebSocketStream,
    handshake::server_handshake,
};

use crate::{
    compress::{Compress, LEVEL, Load},
    memory::Memory,
    work::{Accept, Contender, Duplex, Echo, End, Receive, Ring, Send},
};

pub struct Sockudo;

impl Contender for Sockudo {
    const NAME: &'static str = "sockudo-ws";
}

fn config() -> Config {
    Config::builder().max_payload_length(64 << 20).build()
}

impl Receive for Sockudo {
    async fn receive<const HELD: usize>(input: Memory, messages: usize) -> usize {
        let mut ring = Ring::<_, HELD>::default();
        let mut socket = WebSocketStream::server(input, config());
        let (mut bytes, mut seen) = (0, 0);
        while seen < messages {
            match socket.next().await.expect("one more").expect("a message") {
                Message::Text(payload) | Message::Binary(payload) => {
                    bytes += std::hint::black_box(&payload).len();
                    ring.hold(payload);
                    seen += 1;
                }
                _ => {}
            }
        }
        bytes
    }
}

impl Send for Sockudo {
    async fn send(output: Memory, end: End, payload: &[u8], messages: usize) {
        let role = match end {
            End::Client => Role::Client,
            End::Server => Role::Server,
        };
        let mut socket = WebSocketStream::from_raw(output, role, config());
        let payload = Bytes::copy_from_slice(payload);
        for _ in 0..messages {
            socket
                .send(Message::Binary(payload.clone()))
                .await
                .expect("a stream");
        }
    }
}

impl<S: Duplex> Echo<S> for Sockudo {
    async fn serve(stream: S) {
        let mut socket = WebSocketStream::server(stream, config());
        while let Some(Ok(message)) = socket.next().await {
            let is_message = matches!(message, Message::Text(_) | Message::Binary(_));
            if is_message && socket.send(message).await.is_err() {
                return;
            }
        }
    }
}

impl Accept for Sockudo {
    async fn accept(mut request: Memory) {
        let agreed = server_handshake(&mut request)
            .await
            .expect("a valid request");
        std::hint::black_box(&agreed);
    }
}

fn compressing(stream: Memory, load: &Load) -> CompressedWebSocketStream<Memory> {
    let deflate = DeflateConfig {
        compression_level: LEVEL.into(),
        server_no_context_takeover: !load.takeover,
        client_no_context_takeover: !load.takeover,
        ..DeflateConfig::default()
    };
    CompressedWebSocketStream::server(stream, config(), deflate)
}

impl Compress for Sockudo {
    async fn receive(input: Memory, load: &Load, messages: usize) -> usize {
        let mut socket = compressing(input, load);
        let mut bytes = 0;
        for _ in 0..messages {
            match socket.next().await.expect("one more").expect("a message") {
                Message::Text(payload) => bytes += std::hint::black_box(payload).len(),
                other => panic!("{other:?}"),
            }
        }
        bytes
    }

    async fn send(output: Memory, load: &Load, messages: usize) {
        let mut socket = compressing(output, load);
        let payloads: Vec<Bytes> = load.messages.iter().cloned().map(Bytes::from).collect();
        for payload in payloads.iter().cycle().take(messages) {
            let sent = socket.send(Message::Text(payload.clone())).await;
            sent.expect("a stream");
        }
    }
}
