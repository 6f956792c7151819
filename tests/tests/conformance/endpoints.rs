//! A server and a client that echo, made of the core.

use wsdraft::{
    Config, Connection, Draft, Limits, Message, OsEntropy, Policy, Relaxed,
    extension::Extensions,
    handshake::{
        Answer,
        client::{ClientHandshake, ClientOptions},
        server::{Requested, ServerHandshake, ServerOptions},
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

/// A server.
pub(crate) struct Server {
    handshake: Option<ServerHandshake<Spoken>>,
    echo: Option<Echo>,
    relaxed: Relaxed,
    output: Vec<u8>,
    refused: bool,
}

impl Server {
    pub(crate) fn new(draft: Spoken, relaxed: Relaxed) -> Self {
        let options = ServerOptions::default().relaxed(relaxed);
        let handshake = ServerHandshake::new(vec![draft], options);
        Self {
            handshake: Some(
                handshake
                    .with_extensions(Extensions::all(wsdraft::extension::builtin::ALL).that_run()),
            ),
            echo: None,
            relaxed,
            output: Vec::new(),
            refused: false,
        }
    }

    fn shake(&mut self, bytes: &[u8]) {
        let Some(mut handshake) = self.handshake.take() else {
            return;
        };
        match handshake.receive(bytes) {
            Ok(Some(Requested::Upgrade(_))) => {
                handshake.accept(&Answer::default()).unwrap();
            }
            Ok(Some(_)) => {
                self.output
                    .extend(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n");
                self.refused = true;
                return;
            }
            Ok(None) => {}
            Err(refusal) => {
                self.output.extend(refusal.response);
                self.refused = true;
                return;
            }
        }
        self.output.extend(handshake.take_output());
        if !handshake.is_done() {
            self.handshake = Some(handshake);
            return;
        }
        let open = handshake.finish().unwrap();
        let connection = Connection::server(open.draft, open.session, config(self.relaxed));
        let mut echo = Echo {
            connection: connection.extended(&open.extensions),
            failed: false,
        };
        echo.take(&open.rest);
        self.echo = Some(echo);
    }
}

impl Endpoint for Server {
    fn take(&mut self, bytes: &[u8]) {
        match &mut self.echo {
            Some(echo) => echo.take(bytes),
            None => self.shake(bytes),
        }
    }

    fn end(&mut self) {
        match &mut self.echo {
            Some(echo) => {
                echo.connection.end_of_input();
                echo.go_on();
            }
            None => self.refused = true,
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
        let over = self.refused || self.echo.as_ref().is_some_and(Echo::has_ended);
        self.output.is_empty() && over
    }
}

/// A client.
pub(crate) struct Client {
    handshake: Option<ClientHandshake<Spoken>>,
    echo: Option<Echo>,
    relaxed: Relaxed,
    output: Vec<u8>,
    aborted: bool,
}

impl Client {
    pub(crate) fn new(draft: Spoken, relaxed: Relaxed) -> Self {
        let options = ClientOptions::default().relaxed(relaxed);
        let extensions = Extensions::all(wsdraft::extension::builtin::ALL).that_run();
        let handshake = Offered::default().with_opening(|opening| {
            ClientHandshake::with_extensions(draft, opening, options, extensions)
        });
        Self {
            output: handshake.request().to_vec(),
            handshake: Some(handshake),
            echo: None,
            relaxed,
            aborted: false,
        }
    }

    fn shake(&mut self, bytes: &[u8]) {
        let Some(mut handshake) = self.handshake.take() else {
            return;
        };
        match handshake.receive(bytes) {
            Ok(None) => {
                self.handshake = Some(handshake);
                return;
            }
            Ok(Some(_)) => {}
            Err(_) => {
                self.aborted = true;
                return;
            }
        }
        let open = handshake.finish().unwrap();
        let connection =
            Connection::client(open.draft, open.session, OsEntropy, config(self.relaxed));
        let mut echo = Echo {
            connection: connection.extended(&open.extensions),
            failed: false,
        };
        echo.take(&open.rest);
        self.echo = Some(echo);
    }
}

impl Endpoint for Client {
    fn take(&mut self, bytes: &[u8]) {
        match &mut self.echo {
            Some(echo) => echo.take(bytes),
            None => self.shake(bytes),
        }
    }

    fn end(&mut self) {
        match &mut self.echo {
            Some(echo) => {
                echo.connection.end_of_input();
                echo.go_on();
            }
            None => self.aborted = true,
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
        let over = self.aborted || self.echo.as_ref().is_some_and(Echo::has_ended);
        self.output.is_empty() && over
    }
}
