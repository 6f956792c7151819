//! Streams over TCP on this machine.

use std::net::{TcpListener, TcpStream};

use wsdraft::handshake::Address;

/// A port, and the address of something there.
///
/// # Panics
/// If there is no port.
#[must_use]
pub fn listen() -> (TcpListener, Address) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let address = format!("ws://127.0.0.1:{port}/chat?room=1");
    (listener, address.parse().expect("a URL"))
}

/// A stream to there.
///
/// # Panics
/// If nothing listens.
#[must_use]
pub fn dial(address: &Address) -> TcpStream {
    let stream = TcpStream::connect((address.host(), address.port())).expect("a stream");
    stream.set_nodelay(true).expect("an option");
    stream
}

/// The stream of the next client.
///
/// # Panics
/// If that fails.
#[must_use]
pub fn accept(listener: &TcpListener) -> TcpStream {
    listener.accept().expect("a client").0
}
