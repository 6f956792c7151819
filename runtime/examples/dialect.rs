//! A private dialect. A RON file contains the differences from a draft, and the attribute generates
//! typed Rust from it, as for a built-in draft.
//!
//! `cargo run -p wsdraft --features tokio --example dialect`. The dialect is in `meter-1.ron`
//! beside this file. `wsdraft diff rfc6455 meter-1 --spec-dir runtime/examples` shows its changes.

use std::{io, sync::Arc, time::Duration};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::sleep,
};
use wsdraft::{Close, Error, Keepalive, Limits, tokio::Acceptor, websocket_draft};

// The path is relative to the crate's Cargo.toml. After a change to the file, the crate is
// recompiled.
#[websocket_draft(path = "examples/meter-1.ron")]
pub mod meter {}

use meter::{CloseCode, Rule};

/// Limit on concurrent connections. Further ones wait in the system's queue.
const CONNECTIONS: usize = 1024;
/// How long to wait if no connection can be accepted, for example for lack of descriptors.
const RESPITE: Duration = Duration::from_millis(100);

async fn serve(acceptor: &Acceptor<meter::Draft>, stream: TcpStream) -> Result<(), Error> {
    let mut socket = acceptor.accept(stream).await?;
    while let Some(message) = socket.recv().await? {
        // Replies to messages that arrive together go out together, when `recv` would wait.
        socket.feed(message).await?;
    }
    let closed = socket.connection().peer_close();
    match closed.and_then(Close::code_as) {
        Some(CloseCode::BATTERY_LOW) => println!("the meter sleeps"),
        code => println!("the meter left: {code:?}"),
    }
    Ok(())
}

/// The outcome of a connection, in the dialect's own terms.
fn report(error: &Error) {
    match error.violation().and_then(Rule::of) {
        Some(Rule::MeterPresent) => println!("no meter: {error}"),
        Some(rule) => println!("broken: {}", rule.info().id),
        None => println!("failed: {error}"),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let mut limits = Limits::default();
    // A client that disappears silently frees its place.
    limits.keepalive = Some(Keepalive::new(
        Duration::from_secs(30),
        Duration::from_secs(10),
    ));
    let acceptor = Acceptor::new(meter::Draft).limits(limits);

    let address = std::env::args().nth(1);
    let address = address.as_deref().unwrap_or("127.0.0.1:9001");
    let listener = TcpListener::bind(address).await?;
    println!("listening on ws://{}/", listener.local_addr()?);
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let place = Arc::clone(&places).acquire_owned().await;
        let place = place.map_err(io::Error::other)?;
        let (stream, _) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                eprintln!("no connection accepted: {error}");
                sleep(RESPITE).await;
                continue;
            }
        };
        let acceptor = acceptor.clone();
        tokio::spawn(async move {
            if let Err(error) = serve(&acceptor, stream).await {
                report(&error);
            }
            drop(place);
        });
    }
}
