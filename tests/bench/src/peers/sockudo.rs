//! sockudo-ws, with its stream and sink.

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use sockudo_ws::{Config, Message, Role, WebSocketStream, handshake::server_handshake};
use tokio::net::TcpStream;

use crate::{
    memory::Memory,
    work::{Accept, Contender, Echo, End, Receive, Send},
};

pub struct Sockudo;

impl Contender for Sockudo {
    const NAME: &'static str = "sockudo-ws";
}

fn config() -> Config {
    Config::builder().max_payload_length(64 << 20).build()
}

impl Receive for Sockudo {
    async fn receive(input: Memory, messages: usize) -> usize {
        let mut socket = WebSocketStream::server(input, config());
        let (mut bytes, mut seen) = (0, 0);
        while seen < messages {
            match socket.next().await.expect("one more").expect("a message") {
                Message::Text(payload) | Message::Binary(payload) => {
                    bytes += std::hint::black_box(payload).len();
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

impl Echo for Sockudo {
    async fn serve(stream: TcpStream) {
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
