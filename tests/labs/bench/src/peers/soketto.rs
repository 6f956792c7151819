//! soketto, over tokio's streams by way of `tokio_util::compat`.

use soketto::{
    Receiver, Sender,
    connection::{Builder, Mode},
    handshake::{Server, server::Response},
};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_util::compat::{Compat, TokioAsyncReadCompatExt};

use crate::{
    memory::Memory,
    work::{Accept, BATCH, Contender, Duplex, Echo, End, Feed, Receive, Ring, Send},
};

pub struct Soketto;

impl Contender for Soketto {
    const NAME: &'static str = "soketto";
}

type Halves<S> = (Sender<Compat<S>>, Receiver<Compat<S>>);

fn halves<S: AsyncRead + AsyncWrite + Unpin>(stream: S, mode: Mode) -> Halves<S> {
    Builder::new(stream.compat(), mode).finish()
}

impl Receive for Soketto {
    async fn receive<const HELD: usize>(input: Memory, messages: usize) -> usize {
        let mut ring = Ring::<_, HELD>::default();
        let (_sender, mut receiver) = halves(input, Mode::Server);
        let (mut bytes, mut message) = (0, Vec::new());
        for _ in 0..messages {
            message.clear();
            receiver
                .receive_data(&mut message)
                .await
                .expect("a message");
            bytes += std::hint::black_box(&message).len();
            ring.hold_with(|| std::mem::take(&mut message));
        }
        bytes
    }
}

impl Send for Soketto {
    async fn send(output: Memory, end: End, payload: &[u8], messages: usize) {
        let mode = match end {
            End::Client => Mode::Client,
            End::Server => Mode::Server,
        };
        let (mut sender, _receiver) = halves(output, mode);
        for _ in 0..messages {
            sender.send_binary(payload).await.expect("a stream");
            sender.flush().await.expect("a stream");
        }
    }
}

impl Feed for Soketto {
    async fn feed(output: Memory, end: End, payload: &[u8], messages: usize) {
        let mode = match end {
            End::Client => Mode::Client,
            End::Server => Mode::Server,
        };
        let (mut sender, _receiver) = halves(output, mode);
        for message in 1..=messages {
            sender.send_binary(payload).await.expect("a stream");
            if message % BATCH == 0 || message == messages {
                sender.flush().await.expect("a stream");
            }
        }
    }
}

impl<S: Duplex> Echo<S> for Soketto {
    async fn serve(stream: S) {
        let (mut sender, mut receiver) = halves(stream, Mode::Server);
        let mut message = Vec::new();
        while let Ok(data) = receiver.receive_data(&mut message).await {
            let sent = if data.is_text() {
                sender.send_text(String::from_utf8_lossy(&message)).await
            } else {
                sender.send_binary(&message).await
            };
            if sent.is_err() || sender.flush().await.is_err() {
                return;
            }
            message.clear();
        }
    }
}

impl Accept for Soketto {
    async fn accept(request: Memory) {
        let mut server = Server::new(request.compat());
        let key = server
            .receive_request()
            .await
            .expect("a valid request")
            .key();
        let accept = Response::Accept {
            key,
            protocol: None,
        };
        server.send_response(&accept).await.expect("a stream");
        std::hint::black_box(server.into_builder());
    }
}
