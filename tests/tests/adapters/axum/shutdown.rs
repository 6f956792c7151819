//! What the chapter "Shutdown" recommends.

use std::time::Duration;

use axum::{Router, routing::any};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::oneshot,
    time::timeout,
};
use wsdraft::{
    axum::WebSocketUpgrade,
    drafts::rfc6455 as ws,
    handshake::Address,
    tokio::{Acceptor, Connections, Connector},
};

use super::echo;

const PATIENCE: Duration = Duration::from_secs(20);

async fn within<T>(work: impl Future<Output = T>) -> T {
    timeout(PATIENCE, work).await.expect("in time")
}

/// `axum::serve` waits for connections over HTTP/2, so that nothing may close them after it.
#[tokio::test]
async fn a_server_stops_with_a_websocket_over_http2_open() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = listener.local_addr().unwrap();
    let connections = Connections::new();
    let acceptor = Acceptor::new(ws::Draft).connections(&connections);
    let page = any(|upgrade: WebSocketUpgrade<ws::Draft>| async { upgrade.on_upgrade(echo) });
    let router = Router::new().route("/", page).with_state(acceptor);
    let (stop, stopped) = oneshot::channel::<()>();
    let closing = connections.clone();
    let stopping = async move {
        let _ = stopped.await;
        tokio::spawn(async move { closing.close(PATIENCE).await });
    };
    let serving = axum::serve(listener, router).with_graceful_shutdown(stopping);
    let serving = tokio::spawn(serving.into_future());

    let address: Address = format!("ws://{server}/").parse().unwrap();
    let stream = TcpStream::connect(server).await.unwrap();
    let connector = Connector::new(ws::Draft);
    let mut client = within(connector.connect_http2(stream, &address))
        .await
        .unwrap();
    within(client.send("hello")).await.unwrap();
    let told = within(client.recv()).await.unwrap().unwrap();
    assert_eq!(told.as_text(), Some("hello"));

    stop.send(()).unwrap();
    assert_eq!(within(client.recv()).await.unwrap(), None);
    let ended = client.ended().unwrap();
    assert_eq!(ended.code_as(), Some(ws::CloseCode::GOING_AWAY));
    within(serving).await.unwrap().unwrap();
    let closed = within(connections.close(PATIENCE)).await;
    assert_eq!((closed.open, closed.clean), (1, 1));
}
