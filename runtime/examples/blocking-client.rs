//! A client without an async runtime: sends messages, prints the replies, and closes.
//!
//! `cargo run -p wsdraft --example blocking-client -- ws://127.0.0.1:9001/ hello "and bye"`

use std::{env, error::Error, net::TcpStream, time::Duration};

use wsdraft::{blocking::Connector, handshake::Address, websocket_draft};

/// The types of the draft in use.
#[websocket_draft("rfc6455")]
pub mod ws {}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let url = arguments.next().ok_or("a URL is missing")?;
    let address: Address = url.parse()?;

    let stream = TcpStream::connect((address.host(), address.port()))?;
    stream.set_nodelay(true)?;
    // No call takes longer than this if the server does nothing.
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    stream.set_write_timeout(Some(Duration::from_secs(10)))?;

    let mut socket = Connector::new(ws::Draft).connect_blocking(stream, &address)?;
    for text in arguments {
        socket.send(text)?;
        match socket.recv()? {
            Some(answer) => println!("{}", String::from_utf8_lossy(answer.as_bytes())),
            None => break,
        }
    }
    let ending = socket.close(None, "")?;
    println!(
        "closed, {}",
        if ending.is_clean() {
            "cleanly"
        } else {
            "not cleanly"
        }
    );
    Ok(())
}
