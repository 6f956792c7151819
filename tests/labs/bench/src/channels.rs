//! An echo on the channels of one TCP connection.

use std::{iter::once, mem};

use tokio::{
    net::TcpStream,
    runtime::Runtime,
    task::{JoinHandle, spawn},
};
use wsdraft::{
    Message,
    drafts::rfc6455::Draft,
    extension::{Extensions, builtin},
    handshake::Address,
    multiplex::{Channel, MultiplexLimits, Mux},
    tokio::{Acceptor, Connector, WebSocket},
};

use crate::{
    echo::Host,
    work::{Contender, Server},
};

/// More channels than any table opens on a connection.
const MOST: usize = 1 << 12;

/// The server of channels.
#[derive(Debug)]
pub struct Channels;

impl Contender for Channels {
    const NAME: &'static str = "**wsdraft**, channels of one connection";
}

/// The server that accepts channels, and echoes on each of them.
pub fn carrying() -> Server {
    (Channels::NAME, serve)
}

fn serve(runtime: &Runtime, stream: TcpStream) {
    runtime.spawn(async move {
        let acceptor = Acceptor::new(Draft).extensions(extensions());
        let socket = acceptor.accept(stream).await.expect("a client");
        let (mut mux, driver) = Mux::server(socket, &acceptor, limits()).expect("channels");
        let driver = spawn(driver);
        while let Ok(Some(mut channel)) = mux.accept().await {
            spawn(async move {
                while let Ok(Some(message)) = channel.recv().await {
                    channel.feed(message).await.expect("a client");
                }
            });
        }
        // The client ends as it likes.
        let _ = driver.await;
    });
}

fn extensions() -> Extensions {
    let extensions = Extensions::named("mux", builtin::ALL).expect("a known extension");
    extensions.with_channels()
}

fn limits() -> MultiplexLimits {
    let limits = MultiplexLimits::default().channels(MOST);
    limits.bytes(limits.window * MOST as u64)
}

type Socket = WebSocket<Channel, Draft>;

/// The channels of a connection to a server, between rounds.
#[derive(Debug)]
pub struct Carried<H> {
    pub server: H,
    sockets: Vec<Socket>,
    // Channels end with these.
    _mux: Mux<Draft>,
    _driver: JoinHandle<Result<(), wsdraft::Error>>,
}

impl<H: Host> Carried<H> {
    /// Opens a connection with one channel.
    pub async fn open(server: H) -> Self {
        let address: Address = format!("ws://{}/", server.address())
            .parse()
            .expect("a URL");
        let stream = TcpStream::connect(server.address())
            .await
            .expect("a connection");
        stream.set_nodelay(true).expect("an option of TCP");
        let connector = Connector::new(Draft).extensions(extensions());
        let socket = connector.connect(stream, &address).await.expect("a server");
        let (mut mux, driver) = Mux::client(socket, &connector, limits()).expect("channels");
        let driver = spawn(driver);
        let sockets = once(mux.first().expect("the first channel")).collect();
        Self {
            server,
            sockets,
            _mux: mux,
            _driver: driver,
        }
    }

    /// Opens as many channels as are missing.
    pub async fn grow(&mut self, channels: usize) {
        let address: Address = format!("ws://{}/", self.server.address())
            .parse()
            .expect("a URL");
        while self.sockets.len() < channels {
            self.sockets
                .push(self._mux.open(&address).await.expect("a slot"));
        }
    }

    /// Sends a message on each channel and waits for the answer, so many times. Gives the server's processor time for a
    /// message, in nanoseconds.
    pub async fn run(&mut self, length: usize, times: usize) -> f64 {
        let start = self.server.processor_time().await;
        let message = Message::binary(vec![7; length]);
        let sockets = mem::take(&mut self.sockets);
        let messages = sockets.len() * times;
        let tasks: Vec<_> = sockets
            .into_iter()
            .map(|socket| spawn(exchange(socket, message.clone(), times)))
            .collect();
        for task in tasks {
            self.sockets.push(task.await.expect("a client"));
        }
        let taken = self.server.processor_time().await - start;
        taken as f64 / messages as f64
    }
}

async fn exchange(mut socket: Socket, message: Message, times: usize) -> Socket {
    for _ in 0..times {
        socket
            .send(message.clone())
            .await
            .expect("a server that reads");
        let answer = socket
            .recv()
            .await
            .expect("an answer")
            .expect("an open channel");
        assert_eq!(answer.as_bytes().len(), message.as_bytes().len());
    }
    socket
}
