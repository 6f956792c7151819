//! `wsdraft bridge`.

use std::{
    net::{TcpListener, TcpStream},
    sync::mpsc::{Receiver, channel},
    thread,
    time::Duration,
};

use wsdraft::{
    Draft,
    blocking::{Acceptor, Connector, WebSocket},
    drafts,
    handshake::Address,
};

use crate::common::server::Server;

mod closing;
mod flow;
mod refusals;
mod requests;
mod status;
mod translating;

type Spoken = &'static dyn Draft;
type Socket = WebSocket<TcpStream, Spoken>;

/// How long to wait for what has to come.
const PATIENCE: Duration = Duration::from_secs(20);

fn find(name: &str) -> Spoken {
    let mut all = drafts::ALL.iter().copied();
    all.find(|draft| draft.info().short == name).expect(name)
}

fn newest() -> Spoken {
    *drafts::ALL.last().unwrap()
}

/// `bridge` in front of this server, with these arguments.
fn bridge(upstream: &str, arguments: &[&str]) -> Server {
    Server::start(&[&["bridge", "--upstream", upstream][..], arguments].concat())
}

/// A server of this draft that talks like this to one client after the other; its URL, and what
/// came of each talk.
fn upstream<R: Send + 'static>(
    draft: Spoken,
    talk: impl Fn(Socket) -> R + Send + 'static,
) -> (String, Receiver<R>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("ws://{}", listener.local_addr().unwrap());
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let stream = stream.unwrap();
            stream.set_read_timeout(Some(PATIENCE)).unwrap();
            let Ok(socket) = Acceptor::new(draft).accept_blocking(stream) else {
                continue;
            };
            if sender.send(talk(socket)).is_err() {
                return;
            }
        }
    });
    (url, receiver)
}

/// A client of this draft.
fn connect(server: &Server, draft: Spoken) -> Socket {
    let address: Address = server.url().parse().unwrap();
    let connector = Connector::new(draft).origin("http://example.com");
    connector.connect_blocking(server.dial(), &address).unwrap()
}
