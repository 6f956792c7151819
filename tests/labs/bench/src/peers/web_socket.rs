//! web-socket. It has no buffer of its own for what it reads, so it reads from a `BufReader`.

use tokio::io::BufReader;
use web_socket::{DataType, Event, MessageType, WebSocket as Socket};

use crate::{
    memory::Memory,
    work::{Contender, Duplex, Echo, End, Receive, Ring, Send},
};

pub struct WebSocket;

impl Contender for WebSocket {
    const NAME: &'static str = "web-socket";
}

impl Receive for WebSocket {
    async fn receive<const HELD: usize>(input: Memory, messages: usize) -> usize {
        let mut ring = Ring::<_, HELD>::default();
        let mut socket = Socket::server(BufReader::new(input));
        let mut bytes = 0;
        for _ in 0..messages {
            match socket.recv().await.expect("a message") {
                Event::Data { data, .. } => {
                    bytes += std::hint::black_box(&data).len();
                    ring.hold(data);
                }
                other => panic!("{other:?}"),
            }
        }
        bytes
    }
}

impl Send for WebSocket {
    async fn send(output: Memory, end: End, payload: &[u8], messages: usize) {
        let mut socket = match end {
            End::Client => Socket::client(output),
            End::Server => Socket::server(output),
        };
        for _ in 0..messages {
            socket.send(payload).await.expect("a stream");
            // So its flush is called.
            socket.flash().await.expect("a stream");
        }
    }
}

impl<S: Duplex> Echo<S> for WebSocket {
    async fn serve(stream: S) {
        let mut socket = Socket::server(BufReader::new(stream));
        while let Ok(Event::Data { ty, data }) = socket.recv().await {
            let sent = match ty {
                DataType::Complete(MessageType::Text) => {
                    socket.send(&*String::from_utf8_lossy(&data)).await
                }
                _ => socket.send(&*data).await,
            };
            if sent.is_err() {
                return;
            }
        }
    }
}
