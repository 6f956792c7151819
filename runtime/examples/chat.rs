//! A chat server: sends each client's messages to all clients.
//!
//! `cargo run -p wsdraft --example chat --features tokio -- 127.0.0.1:9001`

use std::{env, io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

#[cfg(unix)]
use tokio::signal::unix::SignalKind;
use tokio::{
    net::{TcpListener, TcpStream},
    signal::ctrl_c,
    sync::{
        OwnedSemaphorePermit, Semaphore,
        broadcast::{self, Receiver, Sender, error::RecvError},
    },
    time::sleep,
};
use wsdraft::{
    Error, Keepalive, Limits, Message,
    tokio::{Acceptor, Connections, ReadHalf, WriteHalf},
    websocket_draft,
};

/// The types of the draft in use.
#[websocket_draft("rfc6455")]
pub mod ws {}

/// A chat message, shared by all recipients.
type Said = Arc<str>;

/// Limit on concurrent connections. Further ones wait in the system's queue.
const CONNECTIONS: usize = 1024;
/// How long to wait if no connection can be accepted, for example for lack of descriptors.
const RESPITE: Duration = Duration::from_millis(100);
/// How long to wait for open connections when the server stops.
const FAREWELL: Duration = Duration::from_secs(10);

#[tokio::main]
async fn main() -> io::Result<()> {
    let mut limits = Limits::default();
    // A client that disappears silently frees its place.
    limits.keepalive = Some(Keepalive::new(
        Duration::from_secs(30),
        Duration::from_secs(10),
    ));
    limits.message = 16 << 10;
    let connections = Connections::new();
    let acceptor = Acceptor::new(ws::Draft)
        .limits(limits)
        .connections(&connections);

    let address = env::args().nth(1);
    let listener = TcpListener::bind(address.as_deref().unwrap_or("127.0.0.1:9001")).await?;
    println!("listening on ws://{}", listener.local_addr()?);
    let (room, _) = broadcast::channel(64);
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let mut stop = pin!(stop());
    loop {
        let (place, stream, peer) = tokio::select! {
            next = next(&listener, &places) => next?,
            stopped = &mut stop => break stopped?,
        };
        let (acceptor, room) = (acceptor.clone(), room.clone());
        connections.spawn(async move {
            if let Err(error) = join(&acceptor, stream, room).await {
                eprintln!("{peer}: {error}");
            }
            drop(place);
        });
    }
    drop(listener);
    let closed = connections.close(FAREWELL).await;
    println!(
        "stopped: {} of {} connections closed cleanly",
        closed.clean, closed.open
    );
    Ok(())
}

/// Waits for the next connection, and for a place for it.
async fn next(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> io::Result<(OwnedSemaphorePermit, TcpStream, SocketAddr)> {
    let place = Arc::clone(places).acquire_owned().await;
    let place = place.map_err(io::Error::other)?;
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => return Ok((place, stream, peer)),
            Err(error) => {
                eprintln!("no connection accepted: {error}");
                sleep(RESPITE).await;
            }
        }
    }
}

/// Waits for Ctrl-C or, on Unix, for a service manager that stops this process.
async fn stop() -> io::Result<()> {
    #[cfg(unix)]
    {
        let mut terminated = tokio::signal::unix::signal(SignalKind::terminate())?;
        tokio::select! {
            interrupted = ctrl_c() => interrupted,
            _ = terminated.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    ctrl_c().await
}

/// Serves one client. A task sends it the chat messages, while this function receives.
async fn join(
    acceptor: &Acceptor<ws::Draft>,
    stream: TcpStream,
    room: Sender<Said>,
) -> Result<(), Error> {
    stream.set_nodelay(true)?;
    let (writer, reader) = acceptor.accept(stream).await?.split();
    let tells = tokio::spawn(tell(writer, room.subscribe()));
    let listened = listen(reader, &room).await;
    tells.abort();
    listened
}

/// Passes on the messages of a client. This half also responds to its pings.
async fn listen(
    mut client: ReadHalf<TcpStream, ws::Draft>,
    room: &Sender<Said>,
) -> Result<(), Error> {
    while let Some(message) = client.recv().await? {
        if let Message::Text(text) = message {
            // There is at least one receiver: that of this client.
            let _ = room.send(text.into());
        }
    }
    Ok(())
}

/// Sends the chat messages to a client. A client that reads too slowly misses some, and does not
/// delay the others.
async fn tell(
    mut client: WriteHalf<TcpStream, ws::Draft>,
    mut said: Receiver<Said>,
) -> Result<(), Error> {
    loop {
        match said.recv().await {
            Ok(text) => client.send(&*text).await?,
            Err(RecvError::Lagged(missed)) => {
                client.send(format!("({missed} messages missed)")).await?;
            }
            Err(RecvError::Closed) => return client.close(None, "").await,
        }
    }
}
