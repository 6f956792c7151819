//! An echo server: sends back every message that it gets.
//!
//! `cargo run -p wsdraft --example echo --features tokio -- 127.0.0.1:9001`

use std::{env, io};

use tokio::net::{TcpListener, TcpStream};
use wsdraft::{
    tokio::{Acceptor, Error},
    websocket_draft,
};

/// The types of the draft that is spoken.
#[websocket_draft("rfc6455")]
pub mod ws {}

#[tokio::main]
async fn main() -> io::Result<()> {
    let address = env::args().nth(1);
    let listener = TcpListener::bind(address.as_deref().unwrap_or("127.0.0.1:9001")).await?;
    println!("listening on ws://{}", listener.local_addr()?);
    loop {
        let (stream, peer) = listener.accept().await?;
        tokio::spawn(async move {
            if let Err(error) = echo(stream).await {
                eprintln!("{peer}: {error}");
            }
        });
    }
}

/// Serves one client until it closes. Answers to messages that come together go out together.
async fn echo(stream: TcpStream) -> Result<(), Error> {
    stream.set_nodelay(true)?;
    let mut socket = Acceptor::new(ws::Draft).accept(stream).await?;
    while let Some(message) = socket.recv().await? {
        socket.send(message).await?;
    }
    Ok(())
}
