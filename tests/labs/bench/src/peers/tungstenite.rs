//! tungstenite, without tokio.

use bytes::Bytes;
use tungstenite::{
    Message, accept,
    protocol::{Role, WebSocket},
};

use crate::{
    memory::Memory,
    work::{Accept, BATCH, Contender, End, Feed, Receive, Ring, Send},
};

pub struct Tungstenite;

impl Contender for Tungstenite {
    const NAME: &'static str = "tungstenite (blocking)";
}

impl Receive for Tungstenite {
    async fn receive<const HELD: usize>(input: Memory, messages: usize) -> usize {
        let mut ring = Ring::<_, HELD>::default();
        let mut socket = WebSocket::from_raw_socket(input, Role::Server, None);
        let mut bytes = 0;
        for _ in 0..messages {
            let message = socket.read().expect("a message");
            bytes += std::hint::black_box(&message).len();
            ring.hold(message);
        }
        bytes
    }
}

impl Send for Tungstenite {
    async fn send(output: Memory, end: End, payload: &[u8], messages: usize) {
        let role = match end {
            End::Client => Role::Client,
            End::Server => Role::Server,
        };
        let mut socket = WebSocket::from_raw_socket(output, role, None);
        let payload = Bytes::copy_from_slice(payload);
        for _ in 0..messages {
            socket
                .send(Message::Binary(payload.clone()))
                .expect("a stream");
        }
    }
}

impl Feed for Tungstenite {
    async fn feed(output: Memory, end: End, payload: &[u8], messages: usize) {
        let role = match end {
            End::Client => Role::Client,
            End::Server => Role::Server,
        };
        let mut socket = WebSocket::from_raw_socket(output, role, None);
        let payload = Bytes::copy_from_slice(payload);
        for message in 1..=messages {
            socket
                .write(Message::Binary(payload.clone()))
                .expect("a stream");
            if message % BATCH == 0 || message == messages {
                socket.flush().expect("a stream");
            }
        }
    }
}

impl Accept for Tungstenite {
    async fn accept(request: Memory) {
        let socket = accept(request).expect("a valid request");
        std::hint::black_box(&socket);
    }
}
