//! The broker and the chat as processes, and their clients.

use std::{
    io::{BufRead as _, BufReader, Read as _},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream as Blocking},
    process::{Child, ChildStdout, Command, ExitStatus, Stdio},
    time::Duration,
};

use tokio::{
    net::{TcpSocket, TcpStream},
    time::{sleep, timeout},
};
use wsdraft::{
    Error,
    drafts::rfc6455::Draft,
    handshake::Address,
    tokio::{Connector, WebSocket},
};

pub type Client = WebSocket<TcpStream, Draft>;

/// Fails a test that would hang. No test depends on how long something takes.
pub async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
    timeout(Duration::from_secs(60), future)
        .await
        .unwrap_or_else(|_| panic!("waited too long for {what}"))
}

/// A process that ends with the test.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub struct Broker {
    port: u16,
    process: Option<Process>,
}

impl Broker {
    pub async fn start() -> Self {
        for _ in 0..10 {
            // A port that is free now. Another process may take it before the broker does.
            let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
            let mut broker = Self {
                port: free.local_addr().unwrap().port(),
                process: None,
            };
            drop(free);
            if broker.spawn().await {
                return broker;
            }
        }
        panic!("nats-server does not start");
    }

    /// Starts on the same port.
    pub async fn restart(&mut self) {
        for _ in 0..100 {
            if self.spawn().await {
                return;
            }
            sleep(Duration::from_millis(50)).await;
        }
        panic!("nats-server does not start again");
    }

    pub fn stop(&mut self) {
        self.process = None;
    }

    /// Whether the broker runs.
    async fn spawn(&mut self) -> bool {
        let command = Command::new("nats-server")
            .args(["--addr", "127.0.0.1", "--port", &self.port.to_string()])
            .stderr(Stdio::null())
            .spawn();
        let mut process = Process(command.expect("nats-server, which has to be installed"));
        while Blocking::connect((Ipv4Addr::LOCALHOST, self.port)).is_err() {
            if process.0.try_wait().unwrap().is_some() {
                return false;
            }
            sleep(Duration::from_millis(10)).await;
        }
        self.process = Some(process);
        true
    }
}

pub struct Server {
    process: Process,
    output: BufReader<ChildStdout>,
    address: SocketAddr,
}

impl Server {
    pub fn start(broker: &Broker, beat: Duration) -> Self {
        let child = Command::new(env!("CARGO_BIN_EXE_rooms"))
            .env("ROOMS_LISTEN", "127.0.0.1:0")
            .env("ROOMS_NATS", format!("nats://127.0.0.1:{}", broker.port))
            .env("ROOMS_BEAT", beat.as_millis().to_string())
            .env_remove("ROOMS_ORIGINS")
            .stdout(Stdio::piped())
            .spawn();
        let mut process = Process(child.unwrap());
        let mut output = BufReader::new(process.0.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on ws://");
        let address = address.expect("an address").parse().unwrap();
        Self {
            process,
            output,
            address,
        }
    }

    pub async fn join(&self, room: &str, user: &str) -> Result<Client, Error> {
        self.connect(&format!("/rooms/{room}?name={user}")).await
    }

    pub async fn connect(&self, resource: &str) -> Result<Client, Error> {
        self.open(TcpSocket::new_v4()?, resource).await
    }

    /// With little room for what the client does not read.
    pub async fn join_slowly(&self, room: &str, user: &str) -> Result<Client, Error> {
        let socket = TcpSocket::new_v4()?;
        socket.set_recv_buffer_size(16 << 10)?;
        self.open(socket, &format!("/rooms/{room}?name={user}"))
            .await
    }

    async fn open(&self, socket: TcpSocket, resource: &str) -> Result<Client, Error> {
        let stream = socket.connect(self.address).await?;
        let address: Address = format!("ws://{}{resource}", self.address).parse().unwrap();
        Connector::new(Draft).connect(stream, &address).await
    }

    /// Kills the process: it cannot say anything.
    pub fn kill(&mut self) {
        self.process.0.kill().unwrap();
    }

    /// Asks the process to stop, as a service manager does.
    #[cfg(unix)]
    pub fn terminate(&mut self) {
        let process = self.process.0.id().to_string();
        let status = Command::new("kill").args(["-TERM", &process]).status();
        assert!(status.unwrap().success());
    }

    /// Waits for the end of the process, and returns the rest of what it printed.
    pub fn ends(&mut self) -> (ExitStatus, String) {
        let mut output = String::new();
        self.output.read_to_string(&mut output).unwrap();
        (self.process.0.wait().unwrap(), output)
    }
}
