//! WebSockets in a hyper service, in every draft that passes through hyper.
//!
//! `cargo run -p wsdraft --features hyper,legacy --example hyper-server`, then `wsdraft connect
//! ws://127.0.0.1:9001/ --draft hixie-76`.

use std::{convert::Infallible, io, sync::Arc, time::Duration};

use hyper::{Request, Response, StatusCode, body::Incoming};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::sleep,
};
use wsdraft::{
    Draft, Keepalive, Limits,
    handshake::Answer,
    hyper::{Offered, UpgradeError, Upgrading},
    tokio::Acceptor,
};

type Spoken = &'static dyn Draft;

/// Limit on concurrent connections, before and after their upgrade. Further ones wait in the
/// system's queue.
const CONNECTIONS: usize = 1024;
/// How long to wait if no connection can be accepted, for example for lack of descriptors.
const RESPITE: Duration = Duration::from_millis(100);

/// A connection's place, which it keeps until it is closed.
type Place = Arc<tokio::sync::OwnedSemaphorePermit>;

/// Responds to a request. The response is always valid. If the request violates a rule, the
/// response states the rule.
fn answer(
    acceptor: &Acceptor<Spoken>,
    request: &mut Request<Incoming>,
    place: &Place,
) -> Response<String> {
    respond(acceptor, request, place).unwrap_or_else(|error| error.response())
}

fn respond(
    acceptor: &Acceptor<Spoken>,
    request: &mut Request<Incoming>,
    place: &Place,
) -> Result<Response<String>, UpgradeError> {
    if request.uri().path() != "/" {
        let mut response = Response::new("nothing is here\n".into());
        *response.status_mut() = StatusCode::NOT_FOUND;
        return Ok(response);
    }
    let offered = Offered::new(acceptor, request)?;
    let draft = offered.offer().draft.short;
    let (response, upgrading) = offered.accept(&Answer::default())?;
    let place = Arc::clone(place);
    tokio::spawn(async move {
        match echo(upgrading).await {
            Ok(()) => println!("{draft}: closed"),
            Err(error) => eprintln!("{draft}: {error}"),
        }
        drop(place);
    });
    Ok(response)
}

/// Waits until hyper has written the response, and then echoes messages.
async fn echo(upgrading: Upgrading<Spoken>) -> Result<(), wsdraft::Error> {
    let mut socket = upgrading.finish().await?;
    while let Some(message) = socket.recv().await? {
        // Replies to messages that arrive together go out together, when `recv` would wait.
        socket.feed(message).await?;
    }
    Ok(())
}

/// Serves one connection. The acceptor's limits bound the time for its requests.
async fn serve(
    acceptor: &Acceptor<Spoken>,
    stream: TcpStream,
    place: Place,
) -> Result<(), hyper::Error> {
    let service = hyper::service::service_fn(|mut request| {
        let response = answer(acceptor, &mut request, &place);
        async { Ok::<_, Infallible>(response) }
    });
    let connection = acceptor
        .http1()
        .serve_connection(TokioIo::new(stream), service);
    // Without this call, hyper does not release the connection for the upgrade.
    connection.with_upgrades().await
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let mut limits = Limits::default();
    // A client that disappears silently frees its place.
    limits.keepalive = Some(Keepalive::new(
        Duration::from_secs(30),
        Duration::from_secs(10),
    ));
    let acceptor = Acceptor::any(wsdraft::drafts::ALL.iter().copied()).limits(limits);

    let address = std::env::args().nth(1);
    let address = address.as_deref().unwrap_or("127.0.0.1:9001");
    let listener = TcpListener::bind(address).await?;
    println!("listening on ws://{}/", listener.local_addr()?);
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
            if let Err(error) = serve(&acceptor, stream, Arc::new(place)).await {
                eprintln!("{peer}: {error}");
            }
        });
    }
}
