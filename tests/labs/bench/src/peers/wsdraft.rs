//! This project: its core, and its adapter for tokio, which lends messages or gives them away.

use std::{
    io::{IoSlice, Read},
    sync::{Arc, LazyLock},
};

use bytes::Bytes;
use wsdraft::{
    Config, Connection, Event, OsEntropy,
    drafts::rfc6455::Draft,
    frame::Session,
    handshake::{
        Acceptor, Answer,
        server::{Requested, ServerHandshake, ServerOptions},
    },
    tokio::WebSocket,
};

use crate::{
    broadcast::Broadcast,
    compress::{Compress, Load, agreed},
    memory::Memory,
    work::{Accept, BATCH, Contender, Duplex, Echo, End, Feed, Receive, Ring, Send},
};

/// The core, without I/O.
pub struct Core;

/// Over tokio, with messages on loan.
pub struct Wsdraft;

/// Over tokio, with each reply flushed.
pub struct Flushed;

/// Over tokio, with messages to keep.
pub struct Owned;

/// Broadcasts a prepared message.
pub struct Prepared;

/// Broadcasts by sending the message on each connection.
pub struct Each;

impl Contender for Core {
    const NAME: &'static str = "**wsdraft**, core";
}

impl Contender for Wsdraft {
    const NAME: &'static str = "**wsdraft**";
}

impl Contender for Flushed {
    const NAME: &'static str = "**wsdraft**, each flushed";
}

impl Contender for Prepared {
    const NAME: &'static str = "**wsdraft**";
}

impl Contender for Each {
    const NAME: &'static str = "**wsdraft**, sent each time";
}

impl Contender for Owned {
    const NAME: &'static str = "**wsdraft**, owned messages";
}

fn connection(end: End) -> Connection<Draft> {
    // As a server does, which has more than one connection.
    static CONFIG: LazyLock<Arc<Config>> = LazyLock::new(Arc::default);
    let config = Arc::clone(&CONFIG);
    match end {
        End::Server => Connection::server(Draft, Session::default(), config),
        End::Client => Connection::client(Draft, Session::default(), OsEntropy, config),
    }
}

impl Receive for Core {
    async fn receive<const HELD: usize>(mut input: Memory, messages: usize) -> usize {
        let mut connection = connection(End::Server);
        let (mut bytes, mut seen) = (0, 0);
        while seen < messages {
            match connection.receive().expect("a message") {
                Some(Event::Binary(payload)) => bytes += std::hint::black_box(payload).len(),
                Some(Event::Text(text)) => bytes += std::hint::black_box(text).len(),
                _ => {
                    let read = input.read(connection.space()).expect("memory");
                    connection.filled(read);
                    continue;
                }
            }
            seen += 1;
        }
        bytes
    }
}

impl Receive for Wsdraft {
    async fn receive<const HELD: usize>(input: Memory, messages: usize) -> usize {
        let mut socket = WebSocket::from_parts(input, connection(End::Server));
        let mut bytes = 0;
        for _ in 0..messages {
            let message = socket
                .recv_ref()
                .await
                .expect("a message")
                .expect("one more");
            bytes += std::hint::black_box(message.as_bytes()).len();
        }
        bytes
    }
}

impl Receive for Owned {
    async fn receive<const HELD: usize>(input: Memory, messages: usize) -> usize {
        let mut ring = Ring::<_, HELD>::default();
        let mut socket = WebSocket::from_parts(input, connection(End::Server));
        let mut bytes = 0;
        for _ in 0..messages {
            let message = socket.recv().await.expect("a message").expect("one more");
            bytes += std::hint::black_box(message.as_bytes()).len();
            ring.hold(message);
        }
        bytes
    }
}

impl Send for Core {
    async fn send(mut output: Memory, end: End, payload: &[u8], messages: usize) {
        use std::io::Write;
        let mut connection = connection(end);
        for _ in 0..messages {
            connection.binary(payload).expect("room");
            let written = output.write(connection.output()).expect("memory");
            connection.sent(written);
        }
    }
}

impl Send for Wsdraft {
    async fn send(output: Memory, end: End, payload: &[u8], messages: usize) {
        let mut socket = WebSocket::from_parts(output, connection(end));
        for _ in 0..messages {
            socket.send(payload).await.expect("a stream");
        }
    }
}

impl Feed for Core {
    async fn feed(mut output: Memory, end: End, payload: &[u8], messages: usize) {
        use std::io::Write;
        let mut connection = connection(end);
        for message in 1..=messages {
            connection.binary(payload).expect("room");
            if message % BATCH == 0 || message == messages {
                let written = output.write(connection.output()).expect("memory");
                connection.sent(written);
            }
        }
    }
}

impl Feed for Wsdraft {
    async fn feed(output: Memory, end: End, payload: &[u8], messages: usize) {
        let mut socket = WebSocket::from_parts(output, connection(end));
        for message in 1..=messages {
            socket.feed(payload).await.expect("a stream");
            if message % BATCH == 0 || message == messages {
                socket.flush().await.expect("a stream");
            }
        }
    }
}

fn open(stream: Memory, load: Option<&Load>) -> WebSocket<Memory, Draft> {
    let connection = load.map_or_else(|| connection(End::Server), compressing);
    WebSocket::from_parts(stream, connection)
}

impl Broadcast for Prepared {
    const COMPRESSES: bool = true;

    type Socket = WebSocket<Memory, Draft>;
    type Message = wsdraft::Prepared;

    async fn open(stream: Memory, load: Option<&Load>) -> Self::Socket {
        open(stream, load)
    }

    fn prepare(message: &Bytes) -> Self::Message {
        wsdraft::Prepared::new(message.clone())
    }

    async fn send_to(socket: &mut Self::Socket, message: &Self::Message) {
        socket.send(message).await.expect("a stream");
    }
}

impl Broadcast for Each {
    const COMPRESSES: bool = true;

    type Socket = WebSocket<Memory, Draft>;
    type Message = Bytes;

    async fn open(stream: Memory, load: Option<&Load>) -> Self::Socket {
        open(stream, load)
    }

    fn prepare(message: &Bytes) -> Bytes {
        message.clone()
    }

    async fn send_to(socket: &mut Self::Socket, message: &Bytes) {
        socket.send(message).await.expect("a stream");
    }
}

impl<S: Duplex> Echo<S> for Core {
    async fn serve(mut stream: S) {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let mut connection = connection(End::Server);
        loop {
            if let Some(message) = connection.receive_message().expect("a message") {
                connection.send_owned(message).expect("room");
                while connection.queued() > 0 {
                    let outputs = connection.outputs().map(IoSlice::new);
                    let written = stream.write_vectored(&outputs).await;
                    connection.sent(written.expect("a stream"));
                }
                continue;
            }
            match stream.read(connection.space()).await {
                Ok(read @ 1..) => connection.filled(read),
                _ => return,
            }
        }
    }
}

/// As the README has it: replies to messages that are received together go out together.
impl<S: Duplex> Echo<S> for Wsdraft {
    async fn serve(stream: S) {
        let mut socket = WebSocket::from_parts(stream, connection(End::Server));
        while let Ok(Some(message)) = socket.recv().await {
            if socket.feed(message).await.is_err() {
                return;
            }
        }
    }
}

impl<S: Duplex> Echo<S> for Flushed {
    async fn serve(stream: S) {
        let mut socket = WebSocket::from_parts(stream, connection(End::Server));
        while let Ok(Some(message)) = socket.recv().await {
            if socket.send(message).await.is_err() {
                return;
            }
        }
    }
}

impl Accept for Core {
    async fn accept(mut request: Memory) {
        let mut buffer = [0; 2048];
        let read = request.read(&mut buffer).expect("memory");
        // As a server does, which accepts more than one connection.
        static DRAFTS: LazyLock<Arc<[Draft]>> = LazyLock::new(|| Arc::new([Draft]));
        let mut handshake = ServerHandshake::new(DRAFTS.clone(), ServerOptions::default());
        let progress = handshake.receive(&buffer[..read]).expect("a valid request");
        assert!(matches!(progress, Some(Requested::Upgrade(_))));
        handshake.accept(&Answer::default()).expect("an answer");
        std::hint::black_box(handshake.take_output());
        std::hint::black_box(handshake.finish().expect("a finished handshake"));
    }
}

impl Accept for Wsdraft {
    async fn accept(request: Memory) {
        static ACCEPTOR: LazyLock<Acceptor<Draft>> = LazyLock::new(|| Acceptor::new(Draft));
        std::hint::black_box(ACCEPTOR.accept(request).await.expect("a valid request"));
    }
}

fn compressing(load: &Load) -> Connection<Draft> {
    connection(End::Server).extended(&agreed(load.takeover))
}

impl Compress for Core {
    async fn receive(mut input: Memory, load: &Load, messages: usize) -> usize {
        let mut connection = compressing(load);
        let (mut bytes, mut seen) = (0, 0);
        while seen < messages {
            match connection.receive().expect("a message") {
                Some(Event::Text(text)) => {
                    bytes += std::hint::black_box(text).len();
                    seen += 1;
                }
                _ => {
                    let read = input.read(connection.space()).expect("memory");
                    connection.filled(read);
                }
            }
        }
        bytes
    }

    async fn send(mut output: Memory, load: &Load, messages: usize) {
        use std::io::Write;
        let mut connection = compressing(load);
        for message in load.messages.iter().cycle().take(messages) {
            connection.text(message).expect("room");
            let written = output.write(connection.output()).expect("memory");
            connection.sent(written);
        }
    }
}

impl Compress for Wsdraft {
    async fn receive(input: Memory, load: &Load, messages: usize) -> usize {
        let mut socket = WebSocket::from_parts(input, compressing(load));
        let mut bytes = 0;
        for _ in 0..messages {
            let message = socket.recv_ref().await.expect("a message");
            bytes += std::hint::black_box(message.expect("one more").as_bytes()).len();
        }
        bytes
    }

    async fn send(output: Memory, load: &Load, messages: usize) {
        let mut socket = WebSocket::from_parts(output, compressing(load));
        for message in load.messages.iter().cycle().take(messages) {
            socket.send(message.as_str()).await.expect("a stream");
        }
    }
}
