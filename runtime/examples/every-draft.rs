//! A port for every draft of the protocol: one on which each client is answered in its own,
//! and one for each draft alone.
//!
//! `cargo run -p wsdraft --features tokio,legacy --example every-draft`, then `wsdraft connect
//! ws://127.0.0.1:9001/ --draft hybi-05`.
//!
//! A draft that no request shows, because it opens connections as an older one does, is met
//! only on a port of its own.

use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpStream};
use wsdraft::{
    Draft,
    handshake::Answer,
    tokio::{Acceptor, Error, Requested},
};

type Spoken = &'static dyn Draft;

async fn serve(acceptor: &Acceptor<Spoken>, stream: TcpStream) -> Result<(), Error> {
    let mut accepting = acceptor.start(stream);
    let offer = match accepting.request().await? {
        Requested::Upgrade(offer) => offer,
        Requested::Plain { .. } => {
            let text = "Come with a WebSocket, of whatever draft.\n";
            return accepting.respond(200, &[], text).await;
        }
    };
    let origin = offer.origin.as_deref().unwrap_or("somewhere");
    println!("{} for {} from {origin}", offer.draft.short, offer.resource);
    let mut socket = accepting.accept(&Answer::default()).await?;
    while let Some(message) = socket.recv().await? {
        socket.send(message).await?;
    }
    Ok(())
}

async fn listen(listener: TcpListener, acceptor: Acceptor<Spoken>) -> std::io::Result<()> {
    loop {
        let (stream, peer) = listener.accept().await?;
        let acceptor = acceptor.clone();
        tokio::spawn(async move {
            if let Err(error) = serve(&acceptor, stream).await {
                eprintln!("{peer}: {error}");
            }
        });
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let address = std::env::args().nth(1);
    let address = address.as_deref().unwrap_or("127.0.0.1:9001");
    let first: SocketAddr = address.parse().expect("an address, such as 127.0.0.1:9001");
    // The ports behind the first one; where that is left to the system, so are they.
    let beside = |place| match first.port() {
        0 => first,
        port => SocketAddr::new(first.ip(), port + place),
    };
    let drafts = wsdraft::drafts::ALL;

    for (place, draft) in (1..).zip(drafts) {
        let listener = TcpListener::bind(beside(place)).await?;
        println!("{} on ws://{}/", draft.info().short, listener.local_addr()?);
        tokio::spawn(listen(listener, Acceptor::new(*draft)));
    }
    let listener = TcpListener::bind(first).await?;
    println!("listening on ws://{}/", listener.local_addr()?);
    listen(listener, Acceptor::any(drafts.iter().copied())).await
}
