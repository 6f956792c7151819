//! A server for every draft of the protocol. One port serves each client in its own draft. Every
//! draft also has a port of its own.
//!
//! `cargo run -p wsdraft --features tokio,legacy --example every-draft`, then `wsdraft connect
//! ws://127.0.0.1:9001/ --draft hybi-05`.
//!
//! Some drafts open connections like an older draft, so no request identifies them. Only the
//! draft's own port serves such a draft.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::sleep,
};
use wsdraft::{
    Draft, Error, Keepalive, Limits,
    handshake::Answer,
    tokio::{Acceptor, Requested},
};

type Spoken = &'static dyn Draft;

/// Limit on concurrent connections. Further ones wait in the system's queue.
const CONNECTIONS: usize = 1024;
/// How long to wait if no connection can be accepted, for example for lack of descriptors.
const RESPITE: Duration = Duration::from_millis(100);

async fn serve(acceptor: &Acceptor<Spoken>, stream: TcpStream) -> Result<(), Error> {
    let mut accepting = acceptor.start(stream);
    let Requested::Upgrade(offer) = accepting.request().await? else {
        let text = "This server accepts WebSocket connections in any draft.\n";
        return accepting.respond(200, &[], text).await;
    };
    let origin = offer.origin.as_deref().unwrap_or("somewhere");
    println!("{} for {} from {origin}", offer.draft.short, offer.resource);
    let mut socket = accepting.accept(&Answer::default()).await?;
    while let Some(message) = socket.recv().await? {
        // Replies to messages that arrive together go out together, when `recv` would wait.
        socket.feed(message).await?;
    }
    Ok(())
}

/// Serves every client. All ports share the places.
async fn listen(
    listener: TcpListener,
    acceptor: Acceptor<Spoken>,
    places: Arc<Semaphore>,
) -> io::Result<()> {
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
            if let Err(error) = serve(&acceptor, stream).await {
                eprintln!("{peer}: {error}");
            }
            drop(place);
        });
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
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let address = std::env::args().nth(1);
    let address = address.as_deref().unwrap_or("127.0.0.1:9001");
    let first: SocketAddr = address.parse().expect("an address, such as 127.0.0.1:9001");
    // The ports after the first one. If the system selects the first port, it selects these, too.
    let beside = |place| match first.port() {
        0 => first,
        port => SocketAddr::new(first.ip(), port + place),
    };
    let drafts = wsdraft::drafts::ALL;

    for (place, draft) in (1..).zip(drafts) {
        let listener = TcpListener::bind(beside(place)).await?;
        println!("{} on ws://{}/", draft.info().short, listener.local_addr()?);
        let acceptor = Acceptor::new(*draft).limits(limits.clone());
        tokio::spawn(listen(listener, acceptor, Arc::clone(&places)));
    }
    let listener = TcpListener::bind(first).await?;
    println!("listening on ws://{}/", listener.local_addr()?);
    let acceptor = Acceptor::any(drafts.iter().copied()).limits(limits);
    listen(listener, acceptor, places).await
}
