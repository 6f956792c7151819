//! A WebSocket and a page on the same path, with axum.
//!
//! `cargo run -p wsdraft --features axum --example axum-server`, then `wsdraft connect
//! ws://127.0.0.1:9001/`, or a browser.

use std::{io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::{
    Extension, Router,
    response::{Html, IntoResponse as _, Response},
    routing::get,
};
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
#[cfg(unix)]
use tokio::signal::unix::SignalKind;
use tokio::{
    net::{TcpListener, TcpStream},
    signal::ctrl_c,
    sync::{OwnedSemaphorePermit, Semaphore},
    time::sleep,
};
use wsdraft::{
    Error, Keepalive, Limits,
    axum::{WebSocket, WebSocketUpgrade},
    tokio::{Acceptor, Connections, Hosts, Origins, Subprotocols},
    websocket_draft,
};

#[websocket_draft("rfc6455")]
pub mod ws {}

const PAGE: &str = "<!doctype html><title>wsdraft</title><script>
const socket = new WebSocket(location.href.replace(/^http/, 'ws'));
socket.onopen = () => socket.send('hello');
socket.onmessage = (event) => document.body.append(event.data);
</script><body>";

/// Limit on concurrent connections, before and after their upgrade. Further ones wait in the
/// system's queue.
const CONNECTIONS: usize = 1024;
/// How long to wait if no connection can be accepted, for example for lack of descriptors.
const RESPITE: Duration = Duration::from_millis(100);
/// How long to wait for open connections when the server stops.
const FAREWELL: Duration = Duration::from_secs(10);

/// A connection's place, which it keeps until it is closed.
type Place = Arc<OwnedSemaphorePermit>;

/// Handles a valid request. The acceptor responds to a request that violates a rule, and the
/// response states the rule. It also refuses requests from pages of other sites.
async fn index(
    upgrade: Option<WebSocketUpgrade<ws::Draft>>,
    Extension(place): Extension<Place>,
) -> Response {
    let Some(upgrade) = upgrade else {
        return Html(PAGE).into_response();
    };
    upgrade
        .on_failed_upgrade(|error| eprintln!("no connection: {error}"))
        .on_upgrade(|mut socket| async move {
            if let Err(error) = echo(&mut socket).await {
                eprintln!("{error}");
            }
            drop(place);
        })
}

async fn echo(socket: &mut WebSocket<ws::Draft>) -> Result<(), Error> {
    while let Some(message) = socket.recv().await? {
        // Replies to messages that arrive together go out together, when `recv` would wait.
        socket.feed(message).await?;
    }
    println!("closed: {:?}", socket.ended());
    Ok(())
}

/// Serves one connection like `axum::serve`, but limits the time for its requests.
async fn serve(
    acceptor: &Acceptor<ws::Draft>,
    router: Router,
    stream: TcpStream,
) -> Result<(), hyper::Error> {
    let service = TowerToHyperService::new(router);
    let connection = acceptor
        .http1()
        .serve_connection(TokioIo::new(stream), service);
    connection.with_upgrades().await
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

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let mut limits = Limits::default();
    // A client that disappears silently frees its place.
    limits.keepalive = Some(Keepalive::new(
        Duration::from_secs(30),
        Duration::from_secs(10),
    ));
    limits.message = 1 << 20;
    let connections = Connections::new();
    // Some of these settings apply before a handler runs. Handlers may override the others.
    // Connections come from the page that is served here, and the page comes from this machine. On
    // the internet, the hosts are the names of the site, and `secure(true)` says that TLS is in
    // front of this server.
    let acceptor = Acceptor::new(ws::Draft)
        .limits(limits)
        .connections(&connections)
        .origins(Origins::Same)
        .hosts(Hosts::loopback())
        .subprotocols(Subprotocols::These(vec!["echo".into()]));
    let router = Router::new()
        .route("/", get(index))
        .with_state(acceptor.clone());

    let address = std::env::args().nth(1);
    let address = address.as_deref().unwrap_or("127.0.0.1:9001");
    let listener = TcpListener::bind(address).await?;
    println!("listening on ws://{}/", listener.local_addr()?);
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let mut stop = pin!(stop());
    loop {
        let (place, stream, peer) = tokio::select! {
            next = next(&listener, &places) => next?,
            stopped = &mut stop => break stopped?,
        };
        let router = router.clone().layer(Extension(Arc::new(place)));
        let acceptor = acceptor.clone();
        tokio::spawn(async move {
            if let Err(error) = serve(&acceptor, router, stream).await {
                eprintln!("{peer}: {error}");
            }
        });
    }
    // Requests for pages are short. What is left of them ends with the process.
    drop(listener);
    let closed = connections.close(FAREWELL).await;
    println!(
        "stopped: {} of {} connections closed cleanly",
        closed.clean, closed.open
    );
    Ok(())
}
