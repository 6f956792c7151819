//! Echo over TCP on the loopback: a server on a thread of its own, and many clients.

use std::{
    io::{Read, Write},
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, mpsc},
    thread,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpSocket, TcpStream},
    sync::{mpsc as channel, oneshot},
};

use crate::{
    contest::processor_time,
    frames::{Content, count, masked},
    work::{Server, current_thread},
};

/// Where a server runs.
pub trait Host {
    fn address(&self) -> SocketAddr;

    /// Processor time that the server's thread has used, in nanoseconds.
    fn processor_time(&mut self) -> impl Future<Output = u64>;
}

/// A server that runs on a thread of its own.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    clock: channel::Sender<oneshot::Sender<u64>>,
}

impl Running {
    /// Starts it; it ends with the process or when this is dropped.
    pub fn start((_, serve): Server) -> Self {
        let (clock, mut asked) = channel::channel::<oneshot::Sender<u64>>(1);
        let (told, address) = mpsc::channel();
        thread::spawn(move || {
            let runtime = current_thread();
            runtime.block_on(async {
                let listener = listen();
                told.send(listener.local_addr().expect("its address"))
                    .expect("a listener");
                loop {
                    tokio::select! {
                        asked = asked.recv() => match asked {
                            Some(answer) => drop(answer.send(processor_time())),
                            None => return,
                        },
                        Ok((stream, _)) = listener.accept() => {
                            stream.set_nodelay(true).expect("an option of TCP");
                            serve(&runtime, stream);
                        }
                    }
                }
            });
        });
        Self {
            address: address.recv().expect("a server"),
            clock,
        }
    }

    /// Opens a connection that blocks.
    pub fn connect(&self) -> std::net::TcpStream {
        connect(self.address)
    }
}

impl Host for Running {
    fn address(&self) -> SocketAddr {
        self.address
    }

    async fn processor_time(&mut self) -> u64 {
        let (answer, time) = oneshot::channel();
        self.clock.send(answer).await.expect("a server");
        time.await.expect("a server")
    }
}

/// Listens with a queue that many clients at once do not fill: what it has no place for is
/// tried again after a second.
fn listen() -> TcpListener {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket
        .bind((Ipv4Addr::LOCALHOST, 0).into())
        .expect("a port");
    socket.listen(1 << 14).expect("a listener")
}

/// Opens a connection that blocks.
pub fn connect(address: SocketAddr) -> std::net::TcpStream {
    let stream = std::net::TcpStream::connect(address).expect("a connection");
    stream.set_nodelay(true).expect("an option of TCP");
    stream
}

/// What the clients do: each sends so many messages at a time and waits for all the answers.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    pub clients: usize,
    pub length: usize,
    pub in_flight: usize,
    /// Times that each client does it in a round.
    pub times: usize,
}

impl Load {
    fn burst(self) -> Vec<u8> {
        let frame = frame(self.length);
        frame.repeat(self.in_flight)
    }

    fn answer(self) -> usize {
        let head = match self.length {
            0..126 => 2,
            126..65_536 => 4,
            _ => 10,
        };
        (head + self.length) * self.in_flight
    }
}

/// One masked frame.
pub fn frame(length: usize) -> Vec<u8> {
    let frames = masked(wsdraft::drafts::rfc6455::Draft, Content::Binary, length);
    frames[..frames.len() / count(length)].into()
}

/// One server's connections, between rounds.
#[derive(Debug)]
pub struct Round<H> {
    server: H,
    streams: Vec<TcpStream>,
    load: Load,
}

impl<H: Host> Round<H> {
    /// Opens the connections.
    pub async fn prepare(server: H, load: Load) -> Self {
        let mut streams = Vec::new();
        for _ in 0..load.clients {
            let stream = TcpStream::connect(server.address())
                .await
                .expect("a connection");
            stream.set_nodelay(true).expect("an option of TCP");
            streams.push(stream);
        }
        Self {
            server,
            streams,
            load,
        }
    }

    /// Does a round; gives the server's processor time for a message, in nanoseconds.
    pub async fn run(&mut self) -> f64 {
        let load = self.load;
        let burst: Arc<[u8]> = load.burst().into();
        let start = self.server.processor_time().await;
        let mut tasks = Vec::new();
        for stream in self.streams.drain(..) {
            let burst = burst.clone();
            tasks.push(tokio::spawn(exchange(stream, burst, load)));
        }
        for task in tasks {
            self.streams.push(task.await.expect("a client"));
        }
        let taken = self.server.processor_time().await - start;
        taken as f64 / (load.clients * load.times * load.in_flight) as f64
    }
}

async fn exchange(mut stream: TcpStream, burst: Arc<[u8]>, load: Load) -> TcpStream {
    let mut answer = vec![0; load.answer().min(256 << 10)];
    for _ in 0..load.times {
        let (mut reading, mut writing) = stream.split();
        let write = async {
            writing
                .write_all(&burst)
                .await
                .expect("a server that reads")
        };
        let read = async {
            let mut left = load.answer();
            while left > 0 {
                let room = answer.len().min(left);
                let read = reading.read(&mut answer[..room]).await.expect("an answer");
                assert!(read > 0, "the server has closed the connection");
                left -= read;
            }
        };
        tokio::join!(write, read);
    }
    stream
}

/// Sends one message over a connection that blocks, and waits for the answer.
pub fn once(stream: &mut (impl Read + Write), length: usize) {
    let load = Load {
        clients: 1,
        length,
        in_flight: 1,
        times: 1,
    };
    stream
        .write_all(&frame(length))
        .expect("a server that reads");
    let mut answer = vec![0; load.answer()];
    stream.read_exact(&mut answer).expect("an answer");
}
