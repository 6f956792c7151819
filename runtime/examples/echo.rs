//! An echo server: sends back every message that it receives.
//!
//! `cargo run -p wsdraft --example echo --features tokio -- 127.0.0.1:9001`

use std::{env, io, sync::Arc, time::Duration};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::sleep,
};
use wsdraft::{Error, Keepalive, Limits, tokio::Acceptor, websocket_draft};

/// The types of the draft in use.
#[websocket_draft("rfc6455")]
pub mod ws {}

/// Limit on concurrent connections. Further ones wait in the system's queue.
const CONNECTIONS: usize = 1024;
/// How long to wait if no connection can be accepted, for example for lack of descriptors.
const RESPITE: Duration = Duration::from_millis(100);

#[tokio::main]
async fn main() -> io::Result<()> {
    let mut limits = Limits::default();
    // A client that disappears silently frees its place.
    limits.keepalive = Some(Keepalive::new(
        Duration::from_secs(30),
        Duration::from_secs(10),
    ));
    let acceptor = Acceptor::new(ws::Draft).limits(limits);

    let address = env::args().nth(1);
    let listener = TcpListener::bind(address.as_deref().unwrap_or("127.0.0.1:9001")).await?;
    println!("listening on ws://{}", listener.local_addr()?);
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let place = Arc::clone(&places).acquire_owned().await;
        let place = place.map_err(io::Error::other)?;
        let (stream, peer) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                eprintln!("no connection accepted: {error}");
                sleep(RESPITE).await;
                continue;
            }
        };
        let acceptor = acceptor.clone();
        tokio::spawn(async move {
            if let Err(error) = echo(&acceptor, stream).await {
                eprintln!("{peer}: {error}");
            }
            drop(place);
        });
    }
}

/// Serves one client until it closes.
async fn echo(acceptor: &Acceptor<ws::Draft>, stream: TcpStream) -> Result<(), Error> {
    stream.set_nodelay(true)?;
    let mut socket = acceptor.accept(stream).await?;
    while let Some(message) = socket.recv().await? {
        // Replies to messages that arrive together go out together, when `recv` would wait.
        socket.feed(message).await?;
    }
    Ok(())
}
