//! wtx. Its documentation has a buffer beside the socket, which payloads are put into only
//! where the socket's own does not have them whole.

use tokio::net::TcpStream;
use wtx::{
    collection::Vector,
    rng::{Xorshift64, simple_seed},
    stream::Stream,
    web_socket::{
        Compression, CompressionLevel, DeflateConfig, Frame, OpCode, WebSocketAcceptor,
        WebSocketBuffer, WebSocketOwned, WebSocketPayloadOrigin,
        compression::{Flate2, NegotiatedFlate2, WindowBits},
    },
};

use crate::{
    compress::{Compress, Load},
    memory::Memory,
    work::{Accept, Contender, Echo, End, Receive, Ring, Send},
};

pub struct Wtx;

/// wtx with its messages masked where they are, so that the caller has them no more.
pub struct WtxInPlace;

impl Contender for Wtx {
    const NAME: &'static str = "wtx";
}

impl Contender for WtxInPlace {
    const NAME: &'static str = "wtx, message destroyed";
}

fn socket<S: Stream, const CLIENT: bool>(stream: S) -> WebSocketOwned<(), Xorshift64, S, CLIENT> {
    let random = Xorshift64::from(simple_seed());
    WebSocketOwned::new((), false, random, stream, WebSocketBuffer::new())
}

impl Receive for Wtx {
    async fn receive<const HELD: usize>(input: Memory, messages: usize) -> usize {
        let mut ring = Ring::<_, HELD>::default();
        let mut socket = socket::<_, false>(input);
        let (mut bytes, mut buffer) = (0, Vector::new());
        for _ in 0..messages {
            let frame = socket
                .read_frame(&mut buffer, WebSocketPayloadOrigin::Adaptive)
                .await;
            let frame = frame.expect("a message");
            bytes += std::hint::black_box(frame.payload()).len();
            ring.hold_with(|| frame.payload().to_vec());
        }
        bytes
    }
}

async fn send<const CLIENT: bool>(output: Memory, payload: &[u8], messages: usize) {
    let mut socket = socket::<_, CLIENT>(output);
    let mut payload = payload.to_vec();
    for _ in 0..messages {
        let mut frame = Frame::<_, CLIENT>::new_fin(OpCode::Binary, &mut payload[..]);
        socket.write_frame(&mut frame).await.expect("a stream");
    }
}

/// A client masks its caller's payload where it is, so who keeps it has to pass a copy.
impl Send for Wtx {
    async fn send(output: Memory, end: End, payload: &[u8], messages: usize) {
        if end == End::Server {
            return send::<false>(output, payload, messages).await;
        }
        let mut socket = socket::<_, true>(output);
        let mut copy = Vec::new();
        for _ in 0..messages {
            copy.clear();
            copy.extend_from_slice(payload);
            let mut frame = Frame::<_, true>::new_fin(OpCode::Binary, &mut copy[..]);
            socket.write_frame(&mut frame).await.expect("a stream");
        }
    }
}

impl Send for WtxInPlace {
    async fn send(output: Memory, end: End, payload: &[u8], messages: usize) {
        match end {
            End::Client => send::<true>(output, payload, messages).await,
            End::Server => send::<false>(output, payload, messages).await,
        }
    }
}

async fn echo<S: Stream>(stream: S) {
    let mut socket = socket::<_, false>(stream);
    let mut buffer = Vector::new();
    let (mut common, mut reader, mut writer) = socket.split_mut();
    loop {
        buffer.clear();
        let origin = WebSocketPayloadOrigin::Adaptive;
        let Ok(mut frame) = reader.read_frame(&mut buffer, &mut common, origin).await else {
            return;
        };
        let sent = match frame.op_code() {
            OpCode::Text | OpCode::Binary => writer.write_frame(&mut common, &mut frame).await,
            OpCode::Close => return,
            _ => Ok(()),
        };
        if sent.is_err() {
            return;
        }
    }
}

impl Echo<TcpStream> for Wtx {
    async fn serve(stream: TcpStream) {
        echo(stream).await;
    }
}

impl Echo<Memory> for Wtx {
    async fn serve(stream: Memory) {
        echo(stream).await;
    }
}

impl Accept for Wtx {
    async fn accept(request: Memory) {
        let socket = WebSocketAcceptor::default().accept(request).await;
        let socket: Result<_, wtx::Error> = socket;
        std::hint::black_box(&socket.expect("a valid request"));
    }
}

fn compressing<S: Stream>(
    stream: S,
) -> WebSocketOwned<Option<NegotiatedFlate2>, Xorshift64, S, false> {
    let config = DeflateConfig {
        client_max_window_bits: WindowBits::Fifteen,
        compression_level: CompressionLevel::Six,
        server_max_window_bits: WindowBits::Fifteen,
    };
    const HEADER: [&[u8]; 2] = [b"sec-websocket-extensions", b"permessage-deflate"];
    let negotiated = Compression::<false>::negotiate(Flate2::from(config), [HEADER].into_iter());
    let random = Xorshift64::from(simple_seed());
    let negotiated = negotiated.expect("a header that it knows");
    WebSocketOwned::new(negotiated, false, random, stream, WebSocketBuffer::new())
}

/// It forgets after each message, whatever is agreed.
impl Compress for Wtx {
    const KEEPS: bool = false;

    async fn receive(input: Memory, _: &Load, messages: usize) -> usize {
        let mut socket = compressing(input);
        let (mut bytes, mut buffer) = (0, Vector::new());
        for _ in 0..messages {
            buffer.clear();
            let frame = socket
                .read_frame(&mut buffer, WebSocketPayloadOrigin::Adaptive)
                .await;
            bytes += std::hint::black_box(frame.expect("a message").payload()).len();
        }
        bytes
    }

    async fn send(output: Memory, load: &Load, messages: usize) {
        let mut socket = compressing(output);
        let mut payload = Vec::new();
        for message in load.messages.iter().cycle().take(messages) {
            payload.clear();
            payload.extend_from_slice(message.as_bytes());
            let mut frame = Frame::<_, false>::new_fin(OpCode::Text, &mut payload[..]);
            socket.write_frame(&mut frame).await.expect("a stream");
        }
    }
}
