//! wtx. Its documentation has a buffer beside the socket, which payloads are put into only
//! where the socket's own does not have them whole.

use tokio::net::TcpStream;
use wtx::{
    collection::Vector,
    rng::{Xorshift64, simple_seed},
    stream::Stream,
    web_socket::{
        Frame, OpCode, WebSocketAcceptor, WebSocketBuffer, WebSocketOwned, WebSocketPayloadOrigin,
    },
};

use crate::{
    memory::Memory,
    work::{Accept, Contender, Echo, End, Receive, Send},
};

pub struct Wtx;

impl Contender for Wtx {
    const NAME: &'static str = "wtx";
}

fn socket<S: Stream, const CLIENT: bool>(stream: S) -> WebSocketOwned<(), Xorshift64, S, CLIENT> {
    let random = Xorshift64::from(simple_seed());
    WebSocketOwned::new((), false, random, stream, WebSocketBuffer::new())
}

impl Receive for Wtx {
    async fn receive(input: Memory, messages: usize) -> usize {
        let mut socket = socket::<_, false>(input);
        let (mut bytes, mut buffer) = (0, Vector::new());
        for _ in 0..messages {
            let frame = socket
                .read_frame(&mut buffer, WebSocketPayloadOrigin::Adaptive)
                .await;
            bytes += std::hint::black_box(frame.expect("a message").payload()).len();
        }
        bytes
    }
}

async fn send<const CLIENT: bool>(output: Memory, payload: &[u8], messages: usize) {
    let mut socket = socket::<_, CLIENT>(output);
    // A client masks its caller's payload where it is.
    let mut payload = payload.to_vec();
    for _ in 0..messages {
        let mut frame = Frame::<_, CLIENT>::new_fin(OpCode::Binary, &mut payload[..]);
        socket.write_frame(&mut frame).await.expect("a stream");
    }
}

impl Send for Wtx {
    async fn send(output: Memory, end: End, payload: &[u8], messages: usize) {
        match end {
            End::Client => send::<true>(output, payload, messages).await,
            End::Server => send::<false>(output, payload, messages).await,
        }
    }
}

impl Echo for Wtx {
    async fn serve(stream: TcpStream) {
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
}

impl Accept for Wtx {
    async fn accept(request: Memory) {
        let socket = WebSocketAcceptor::default().accept(request).await;
        let socket: Result<_, wtx::Error> = socket;
        std::hint::black_box(&socket.expect("a valid request"));
    }
}
