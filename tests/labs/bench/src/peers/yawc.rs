//! yawc, with its stream and sink: as documented, and fed, that is with a flush only where
//! nothing more is there to be read.

use bytes::Bytes;
use futures_util::{FutureExt, SinkExt, StreamExt};
use yawc::{
    CompressionLevel, Options, Role, WebSocket,
    frame::{Frame, OpCode},
};

use crate::{
    broadcast::Broadcast,
    compress::{Compress, LEVEL, Load},
    memory::Memory,
    work::{BATCH, Contender, Duplex, Echo, End, Feed, Receive, Ring, Send},
};

pub struct Yawc;

/// yawc with its messages fed.
pub struct YawcFed;

impl Contender for Yawc {
    const NAME: &'static str = "yawc";
}

impl Contender for YawcFed {
    const NAME: &'static str = "yawc, fed";
}

fn options() -> Options {
    Options::default()
        .with_limits(64 << 20, 128 << 20)
        .with_utf8()
}

impl Receive for Yawc {
    async fn receive<const HELD: usize>(input: Memory, messages: usize) -> usize {
        let mut ring = Ring::<_, HELD>::default();
        let mut socket = WebSocket::from_stream(input, Role::Server, options()).expect("options");
        let mut bytes = 0;
        for _ in 0..messages {
            let frame = socket.next().await.expect("one more");
            let payload = frame.into_payload();
            bytes += std::hint::black_box(&payload).len();
            ring.hold(payload);
        }
        bytes
    }
}

impl Send for Yawc {
    async fn send(output: Memory, end: End, payload: &[u8], messages: usize) {
        let role = match end {
            End::Client => Role::Client,
            End::Server => Role::Server,
        };
        let mut socket = WebSocket::from_stream(output, role, options()).expect("options");
        let payload = Bytes::copy_from_slice(payload);
        for _ in 0..messages {
            socket
                .send(Frame::binary(payload.clone()))
                .await
                .expect("a stream");
        }
    }
}

impl Feed for Yawc {
    async fn feed(output: Memory, end: End, payload: &[u8], messages: usize) {
        let role = match end {
            End::Client => Role::Client,
            End::Server => Role::Server,
        };
        let mut socket = WebSocket::from_stream(output, role, options()).expect("options");
        let payload = Bytes::copy_from_slice(payload);
        for message in 1..=messages {
            socket
                .feed(Frame::binary(payload.clone()))
                .await
                .expect("a stream");
            if message % BATCH == 0 || message == messages {
                socket.flush().await.expect("a stream");
            }
        }
    }
}

impl Broadcast for Yawc {
    const COMPRESSES: bool = true;

    type Socket = WebSocket<Memory>;
    type Message = Bytes;

    async fn open(stream: Memory, load: Option<&Load>) -> Self::Socket {
        match load {
            Some(load) => compressing(stream, load),
            None => WebSocket::from_stream(stream, Role::Server, options()).expect("options"),
        }
    }

    fn prepare(message: &Bytes) -> Bytes {
        message.clone()
    }

    async fn send_to(socket: &mut Self::Socket, message: &Bytes) {
        let message = Frame::binary(message.clone());
        socket.send(message).await.expect("a stream");
    }
}

fn is_message(frame: &Frame) -> bool {
    matches!(frame.opcode(), OpCode::Text | OpCode::Binary)
}

impl<S: Duplex> Echo<S> for Yawc {
    async fn serve(stream: S) {
        let mut socket = WebSocket::from_stream(stream, Role::Server, options()).expect("options");
        while let Some(frame) = socket.next().await {
            if is_message(&frame) && socket.send(frame).await.is_err() {
                return;
            }
        }
    }
}

impl<S: Duplex> Echo<S> for YawcFed {
    async fn serve(stream: S) {
        let mut socket = WebSocket::from_stream(stream, Role::Server, options()).expect("options");
        loop {
            let next = match socket.next().now_or_never() {
                Some(next) => next,
                None if socket.flush().await.is_err() => return,
                None => socket.next().await,
            };
            let Some(frame) = next else { return };
            if is_message(&frame) && socket.feed(frame).await.is_err() {
                return;
            }
        }
    }
}

fn compressing(stream: Memory, load: &Load) -> WebSocket<Memory> {
    let options = options().with_compression_level(CompressionLevel::new(LEVEL.into()));
    let extensions = Some(load.header());
    WebSocket::from_stream_with_extensions(stream, Role::Server, extensions, options)
        .expect("options")
}

impl Compress for Yawc {
    async fn receive(input: Memory, load: &Load, messages: usize) -> usize {
        let mut socket = compressing(input, load);
        let mut bytes = 0;
        for _ in 0..messages {
            let frame = socket.next().await.expect("one more");
            bytes += std::hint::black_box(frame.into_payload()).len();
        }
        bytes
    }

    async fn send(output: Memory, load: &Load, messages: usize) {
        let mut socket = compressing(output, load);
        let payloads: Vec<Bytes> = load.messages.iter().cloned().map(Bytes::from).collect();
        for payload in payloads.iter().cycle().take(messages) {
            let sent = socket.send(Frame::text(payload.clone())).await;
            sent.expect("a stream");
        }
    }
}
