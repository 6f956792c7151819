//! A WebSocket and a page on one path, with axum.
//!
//! `cargo run -p wsdraft --features axum --example axum-server`, then `wsdraft connect
//! ws://127.0.0.1:9001/`, or a browser.

use axum::{
    Router,
    response::{Html, IntoResponse as _, Response},
    routing::get,
};
use wsdraft::{
    Limits,
    axum::{WebSocket, WebSocketUpgrade},
    tokio::{Acceptor, Error, Subprotocols},
    websocket_draft,
};

#[websocket_draft("rfc6455")]
pub mod ws {}

const PAGE: &str = "<!doctype html><title>wsdraft</title><script>
const socket = new WebSocket(location.href.replace(/^http/, 'ws'));
socket.onopen = () => socket.send('hello');
socket.onmessage = (event) => document.body.append(event.data);
</script><body>";

/// A request that breaks a rule never gets here: it is answered with the rule.
async fn index(upgrade: Option<WebSocketUpgrade<ws::Draft>>) -> Response {
    let Some(upgrade) = upgrade else {
        return Html(PAGE).into_response();
    };
    upgrade
        .on_failed_upgrade(|error| eprintln!("no connection: {error}"))
        .on_upgrade(|mut socket| async move {
            if let Err(error) = echo(&mut socket).await {
                eprintln!("{error}");
            }
        })
}

async fn echo(socket: &mut WebSocket<ws::Draft>) -> Result<(), Error> {
    while let Some(message) = socket.recv().await? {
        socket.send(message).await?;
    }
    println!("closed: {:?}", socket.ended());
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let mut limits = Limits::default();
    limits.message = 1 << 20;
    // What is decided before a handler runs, and what handlers may set for themselves.
    let acceptor = Acceptor::new(ws::Draft)
        .limits(limits)
        .subprotocols(Subprotocols::These(vec!["echo".into()]));
    let router = Router::new().route("/", get(index)).with_state(acceptor);

    let address = std::env::args().nth(1);
    let address = address.as_deref().unwrap_or("127.0.0.1:9001");
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("listening on ws://{}/", listener.local_addr()?);
    axum::serve(listener, router).await
}
