//! A chat whose rooms span processes, over NATS.
//!
//! ```sh
//! nats-server &
//! ROOMS_LISTEN=127.0.0.1:9001 cargo run &
//! ROOMS_LISTEN=127.0.0.1:9002 cargo run &
//! wsdraft connect 'ws://127.0.0.1:9001/rooms/lobby?name=ada'
//! ```
//!
//! README.md beside this crate states what is guaranteed.

mod broker;
mod client;
mod names;
mod presence;
mod room;
mod rooms;
mod words;

use std::{env, error, io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

#[cfg(unix)]
use tokio::signal::unix::{SignalKind, signal};
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::sleep,
};
use wsdraft::{
    Budget, Keepalive, Limits,
    drafts::rfc6455::Draft,
    tokio::{Acceptor, Connections, Origins},
};

use crate::{broker::Broker, rooms::Rooms};

/// Limit on concurrent connections. Further ones wait in the system's queue.
const CONNECTIONS: usize = 10_000;
/// The longest message of a client, in bytes.
const LONGEST: usize = 8 << 10;
/// Limit on the memory of all connections and of what waits for slow clients, beyond the first
/// 128 KiB of each.
const MEMORY: usize = 256 << 20;
/// Limits on what waits for a slow client: in its connection, and in the system.
const BEHIND: usize = 128 << 10;
const SYSTEM: u32 = 128 << 10;
/// How long a client that is dropped has to read why.
const PARTING: Duration = Duration::from_secs(30);
/// How long to wait for open connections when the server stops.
const FAREWELL: Duration = Duration::from_secs(10);
/// How long to wait if no connection can be accepted, for example for lack of descriptors.
const RESPITE: Duration = Duration::from_millis(100);

/// What the environment sets.
struct Settings {
    /// `ROOMS_LISTEN`: the address to listen on.
    listen: SocketAddr,
    /// `ROOMS_NATS`: the URL of the broker, with a user and a password if it needs them.
    broker: String,
    /// `ROOMS_BEAT`: how often processes report their users, in milliseconds. The same for all.
    beat: Duration,
    /// `ROOMS_ORIGINS`: the origins of pages that may connect, separated by commas.
    origins: Origins,
}

impl Settings {
    fn read() -> Result<Self, Box<dyn error::Error>> {
        let get = |name, default: &str| env::var(name).unwrap_or_else(|_| default.to_owned());
        Ok(Self {
            listen: get("ROOMS_LISTEN", "127.0.0.1:9001").parse()?,
            broker: get("ROOMS_NATS", "nats://127.0.0.1:4222"),
            beat: Duration::from_millis(get("ROOMS_BEAT", "2000").parse::<u64>()?.max(10)),
            origins: match env::var("ROOMS_ORIGINS") {
                Ok(origins) => Origins::these(origins.split(','))?,
                Err(_) => Origins::Any,
            },
        })
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn error::Error>> {
    let settings = Settings::read()?;
    let broker = Broker::connect(&settings.broker).await;
    let place = broker::place(&settings.broker);
    let broker = Arc::new(broker.map_err(|error| format!("{place}: {error}"))?);
    let connections = Connections::new();
    let budget = Budget::new(MEMORY);
    let rooms = Rooms::new(
        Arc::clone(&broker),
        settings.beat,
        connections.clone(),
        budget.clone(),
    );
    let acceptor = Acceptor::new(Draft)
        .limits(limits())
        .budget(budget)
        .origins(settings.origins)
        .connections(&connections);

    let listener = listen(settings.listen)?;
    println!("listening on ws://{}", listener.local_addr()?);
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let mut stop = pin!(stop());
    loop {
        let (place, stream, peer) = tokio::select! {
            next = next(&listener, &places) => next?,
            stopped = &mut stop => break stopped?,
        };
        let (acceptor, rooms) = (acceptor.clone(), Arc::clone(&rooms));
        connections.spawn(async move {
            if let Err(error) = client::serve(&acceptor, &rooms, stream).await {
                eprintln!("{peer}: {error}");
            }
            drop(place);
        });
    }
    drop(listener);
    // Also waits for the rooms, whose last reports say that nobody is here.
    let closed = connections.close(FAREWELL).await;
    broker.flush().await;
    println!(
        "stopped: {} of {} connections closed cleanly",
        closed.clean, closed.open
    );
    Ok(())
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.message = LONGEST;
    limits.frame = LONGEST;
    limits.write_buffer = BEHIND;
    limits.close = PARTING;
    // A client that disappears silently leaves its room.
    limits.keepalive = Some(Keepalive::new(
        Duration::from_secs(30),
        Duration::from_secs(10),
    ));
    limits
}

/// Listens, with a small send buffer for each connection: the system otherwise keeps megabytes for
/// a client that reads nothing, and the server would notice it late.
fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    socket.set_reuseaddr(cfg!(unix))?;
    socket.set_send_buffer_size(SYSTEM)?;
    socket.bind(address)?;
    socket.listen(1024)
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
        let mut terminated = signal(SignalKind::terminate())?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted,
            _ = terminated.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
