//! A server and a client that echo, made of the core.

use wsdraft::{
    Config, Connection, Draft, Limits, Message, OsEntropy, Policy, Relaxed,
    extension::Extensions,
    handshake::{
        Answer,
        client::{ClientHandshake, ClientOptions},
        server::{Established, Requested, ServerHandshake, ServerOptions},
    },
};
use wsdraft_interpreter::vectors::Offered;

use super::wire::Endpoint;

type Spoken = &'static dyn Draft;

fn config(relaxed: Relaxed) -> Config {
    let mut limits = Limits::default();
    (limits.frame, limits.message) = (64 << 20, 64 << 20);
    let mut config = Config::with_limits(limits);
    config.policy = Policy::relaxed(relaxed);
    config
}

/// Frames, once the handshake is over.
struct Echo {
    connection: Connection<Spoken>,
    failed: bool,
}

impl Echo {
    fn take(&mut self, bytes: &[u8]) {
        self.connection.feed(bytes);
        self.go_on();
    }

    fn go_on(&mut self) {
        while !self.failed {
            match self.connection.receive_message() {
                Ok(Some(message)) => {
                    let sent = match &message {
                        Message::Text(text) => self.connection.text(text),
                        Message::Binary(bytes) => self.connection.binary(bytes),
                    };
                    self.failed |= sent.is_err();
                }
                Ok(None) => return,
                Err(_) => self.failed = true,
            }
        }
    }

    fn output(&mut self) -> Vec<u8> {
        let bytes = self.connection.output().to_vec();
        self.connection.sent(bytes.len());
        bytes
    }

    fn has_ended(&self) -> bool {
        let over = self.failed || self.connection.ended().is_some();
        over && self.connection.output().is_empty()
    }
}

/// A server or a client that echoes: a handshake, and then frames.
pub(crate) struct Peer<H> {
    handshake: Option<H>,
    echo: Option<Echo>,
    relaxed: Relaxed,
    output: Vec<u8>,
    /// The handshake failed.
    over: bool,
}

/// A server.
pub(crate) type Server = Peer<ServerHandshake<Spoken>>;

/// A client.
pub(crate) type Client = Peer<ClientHandshake<Spoken>>;

/// The side of a handshake.
pub(crate) trait Shake: Sized {
    /// Takes bytes of the other side.
    fn shake(self, peer: &mut Peer<Self>, bytes: &[u8]);
}

impl<H: Shake> Peer<H> {
    fn with(handshake: H, relaxed: Relaxed, output: Vec<u8>) -> Self {
        Self {
            handshake: Some(handshake),
            echo: None,
            relaxed,
            output,
            over: false,
        }
    }

    /// Starts to echo.
    fn open(&mut self, connection: Connection<Spoken>, open: &Established<Spoken>) {
        let mut echo = Echo {
            connection: connection.extended(&open.extensions),
            failed: false,
        };
        echo.take(&open.rest);
        self.echo = Some(echo);
    }
}

impl Server {
    pub(crate) fn new(draft: Spoken, relaxed: Relaxed) -> Self {
        let options = ServerOptions::default().relaxed(relaxed);
        let handshake = ServerHandshake::new(vec![draft], options).with_extensions(extensions());
        Self::with(handshake, relaxed, Vec::new())
    }
}

impl Client {
    pub(crate) fn new(draft: Spoken, relaxed: Relaxed) -> Self {
        let options = ClientOptions::default().relaxed(relaxed);
        let handshake = Offered::default().with_opening(|opening| {
            ClientHandshake::with_extensions(draft, opening, options, extensions())
        });
        let request = handshake.request().to_vec();
        Self::with(handshake, relaxed, request)
    }
}

fn extensions() -> Extensions {
    Extensions::all(wsdraft::extension::builtin::ALL).that_run()
}

impl Shake for ServerHandshake<Spoken> {
    fn shake(mut self, peer: &mut Peer<Self>, bytes: &[u8]) {
        match self.receive(bytes) {
            Ok(Some(Requested::Upgrade(_))) => self.accept(&Answer::default()).unwrap(),
            Ok(Some(_)) => {
                let refusal = b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n";
                peer.output.extend(refusal);
                peer.over = true;
                return;
            }
            Ok(None) => {}
            Err(refusal) => {
                peer.output.extend(refusal.response);
                peer.over = true;
                return;
            }
        }
        peer.output.extend(self.take_output());
        if !self.is_done() {
            peer.handshake = Some(self);
            return;
        }
        let open = self.finish().unwrap();
        let config = config(peer.relaxed);
        peer.open(Connection::server(open.draft, open.session, config), &open);
    }
}

impl Shake for ClientHandshake<Spoken> {
    fn shake(mut self, peer: &mut Peer<Self>, bytes: &[u8]) {
        match self.receive(bytes) {
            Ok(None) => peer.handshake = Some(self),
            Ok(Some(_)) => {
                let open = self.finish().unwrap();
                let config = config(peer.relaxed);
                let connection = Connection::client(open.draft, open.session, OsEntropy, config);
                peer.open(connection, &open);
            }
            Err(_) => peer.over = true,
        }
    }
}

impl<H: Shake> Endpoint for Peer<H> {
    fn take(&mut self, bytes: &[u8]) {
        if let Some(echo) = &mut self.echo {
            echo.take(bytes);
        } else if let Some(handshake) = self.handshake.take() {
            handshake.shake(self, bytes);
        }
    }

    fn end(&mut self) {
        match &mut self.echo {
            Some(echo) => {
                echo.connection.end_of_input();
                echo.go_on();
            }
            None => self.over = true,
        }
    }

    fn output(&mut self) -> Vec<u8> {
        let mut output = std::mem::take(&mut self.output);
        if let Some(echo) = &mut self.echo {
            output.extend(echo.output());
        }
        output
    }

    fn has_ended(&self) -> bool {
        let over = self.over || self.echo.as_ref().is_some_and(Echo::has_ended);
        self.output.is_empty() && over
    }
}

/// A peer that sends a pong that nobody asked for, before each thing that it has to say.
pub(crate) struct Unasked<P> {
    pub(crate) peer: P,
    /// The bytes of the pong.
    pub(crate) pong: Vec<u8>,
    opened: bool,
}

impl<P> Unasked<P> {
    pub(crate) const fn new(peer: P, pong: Vec<u8>) -> Self {
        Self {
            peer,
            pong,
            opened: false,
        }
    }
}

impl<P: Endpoint> Endpoint for Unasked<P> {
    fn take(&mut self, bytes: &[u8]) {
        self.peer.take(bytes);
    }

    fn end(&mut self) {
        self.peer.end();
    }

    fn output(&mut self) -> Vec<u8> {
        let output = self.peer.output();
        // What it says first is the head of its response.
        if output.is_empty() || !std::mem::replace(&mut self.opened, true) {
            return output;
        }
        [&*self.pong, &output].concat()
    }

    fn has_ended(&self) -> bool {
        self.peer.has_ended()
    }
}
