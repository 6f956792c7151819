//! A private dialect: what differs from a draft stands in a RON file of one's own, and the
//! attribute makes typed Rust of it, as of a built-in draft.
//!
//! `cargo run -p wsdraft --features tokio --example dialect`. The dialect is in `meter-1.ron`,
//! beside this file; `wsdraft diff rfc6455 meter-1 --spec-dir runtime/examples` shows what it
//! changes.

use tokio::net::{TcpListener, TcpStream};
use wsdraft::{
    tokio::{Acceptor, Error},
    websocket_draft,
};

// The path is relative to the crate's Cargo.toml; an edit of the file compiles it anew.
#[websocket_draft(path = "examples/meter-1.ron")]
pub mod meter {}

use meter::{CloseCode, Rule};

async fn serve(stream: TcpStream) -> Result<(), Error> {
    let mut socket = Acceptor::new(meter::Draft).accept(stream).await?;
    while let Some(message) = socket.recv().await? {
        socket.send(message).await?;
    }
    let closed = socket.connection().peer_close();
    match closed.and_then(|close| close.code).map(CloseCode) {
        Some(CloseCode::BATTERY_LOW) => println!("the meter sleeps"),
        code => println!("the meter left: {code:?}"),
    }
    Ok(())
}

/// What became of a connection, in the dialect's own terms.
fn report(error: &Error) {
    match error.violation().and_then(Rule::of) {
        Some(Rule::MeterPresent) => println!("no meter: {error}"),
        Some(rule) => println!("broken: {}", rule.info().id),
        None => println!("failed: {error}"),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let address = std::env::args().nth(1);
    let address = address.as_deref().unwrap_or("127.0.0.1:9001");
    let listener = TcpListener::bind(address).await?;
    println!("listening on ws://{}/", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(async {
            if let Err(error) = serve(stream).await {
                report(&error);
            }
        });
    }
}
