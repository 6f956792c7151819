//! WebSockets in a service of hyper, in every draft that hyper lets through.
//!
//! `cargo run -p wsdraft --features hyper,legacy --example hyper-server`, then `wsdraft connect
//! ws://127.0.0.1:9001/ --draft hixie-76`.

use std::convert::Infallible;

use hyper::{Request, Response, StatusCode, body::Incoming, server::conn::http1};
use hyper_util::rt::TokioIo;
use wsdraft::{
    Draft,
    handshake::Answer,
    hyper::{Error, Offered, Upgrading},
    tokio::Acceptor,
};

type Spoken = &'static dyn Draft;

/// Answers a request. What it gives is a valid answer in any case: of a request that breaks a
/// rule, the one that says which.
fn answer(acceptor: &Acceptor<Spoken>, request: &mut Request<Incoming>) -> Response<String> {
    respond(acceptor, request).unwrap_or_else(|error| error.response())
}

fn respond(
    acceptor: &Acceptor<Spoken>,
    request: &mut Request<Incoming>,
) -> Result<Response<String>, Error> {
    if request.uri().path() != "/" {
        let mut response = Response::new("nothing is here\n".into());
        *response.status_mut() = StatusCode::NOT_FOUND;
        return Ok(response);
    }
    let offered = Offered::new(acceptor, request)?;
    let draft = offered.offer().draft.short;
    let (response, upgrading) = offered.accept(&Answer::default())?;
    tokio::spawn(async move {
        match echo(upgrading).await {
            Ok(()) => println!("{draft}: closed"),
            Err(error) => eprintln!("{draft}: {error}"),
        }
    });
    Ok(response)
}

/// Waits until hyper has written the answer, and then speaks WebSocket.
async fn echo(upgrading: Upgrading<Spoken>) -> Result<(), wsdraft::tokio::Error> {
    let mut socket = upgrading.finish().await?;
    while let Some(message) = socket.recv().await? {
        socket.send(message).await?;
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let acceptor = Acceptor::any(wsdraft::drafts::ALL.iter().copied());
    let address = std::env::args().nth(1);
    let address = address.as_deref().unwrap_or("127.0.0.1:9001");
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("listening on ws://{}/", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        let acceptor = acceptor.clone();
        tokio::spawn(async move {
            let service = hyper::service::service_fn(|mut request| {
                let response = answer(&acceptor, &mut request);
                async { Ok::<_, Infallible>(response) }
            });
            let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            // Without this, hyper would keep the connection to itself.
            if let Err(error) = connection.with_upgrades().await {
                eprintln!("{error}");
            }
        });
    }
}
