//! fastwebsockets, with its fragment collector, as its examples have it.

use bytes::{Bytes, BytesMut};
use fastwebsockets::{FragmentCollector, Frame, OpCode, Payload, Role, WebSocket};

use crate::{
    broadcast::Broadcast,
    compress::Load,
    memory::Memory,
    work::{BATCH, Contender, Duplex, Echo, End, Feed, Receive, Ring, Send},
};

pub struct Fastwebsockets;

impl Contender for Fastwebsockets {
    const NAME: &'static str = "fastwebsockets";
}

impl Receive for Fastwebsockets {
    async fn receive<const HELD: usize>(input: Memory, messages: usize) -> usize {
        let mut ring = Ring::<_, HELD>::default();
        let mut socket = FragmentCollector::new(WebSocket::after_handshake(input, Role::Server));
        let mut bytes = 0;
        for _ in 0..messages {
            let frame = socket.read_frame().await.expect("a message");
            bytes += std::hint::black_box(&*frame.payload).len();
            ring.hold_with(|| match frame.payload {
                Payload::Bytes(bytes) => bytes,
                other => BytesMut::from(&*other),
            });
        }
        bytes
    }
}

impl Send for Fastwebsockets {
    async fn send(output: Memory, end: End, payload: &[u8], messages: usize) {
        let role = match end {
            End::Client => Role::Client,
            End::Server => Role::Server,
        };
        let mut socket = WebSocket::after_handshake(output, role);
        for _ in 0..messages {
            let frame = Frame::binary(Payload::Borrowed(payload));
            socket.write_frame(frame).await.expect("a stream");
            socket.flush().await.expect("a stream");
        }
    }
}

impl Feed for Fastwebsockets {
    async fn feed(output: Memory, end: End, payload: &[u8], messages: usize) {
        let role = match end {
            End::Client => Role::Client,
            End::Server => Role::Server,
        };
        let mut socket = WebSocket::after_handshake(output, role);
        for message in 1..=messages {
            let frame = Frame::binary(Payload::Borrowed(payload));
            socket.write_frame(frame).await.expect("a stream");
            if message % BATCH == 0 || message == messages {
                socket.flush().await.expect("a stream");
            }
        }
    }
}

impl Broadcast for Fastwebsockets {
    type Socket = WebSocket<Memory>;
    type Message = Bytes;

    async fn open(stream: Memory, _: Option<&Load>) -> Self::Socket {
        WebSocket::after_handshake(stream, Role::Server)
    }

    fn prepare(message: &Bytes) -> Bytes {
        message.clone()
    }

    async fn send_to(socket: &mut Self::Socket, message: &Bytes) {
        let frame = Frame::binary(Payload::Borrowed(message));
        socket.write_frame(frame).await.expect("a stream");
        socket.flush().await.expect("a stream");
    }
}

impl<S: Duplex> Echo<S> for Fastwebsockets {
    async fn serve(stream: S) {
        let mut socket = FragmentCollector::new(WebSocket::after_handshake(stream, Role::Server));
        while let Ok(frame) = socket.read_frame().await {
            let sent = match frame.opcode {
                OpCode::Text | OpCode::Binary => socket.write_frame(frame).await,
                OpCode::Close => return,
                _ => Ok(()),
            };
            if sent.is_err() {
                return;
            }
        }
    }
}
