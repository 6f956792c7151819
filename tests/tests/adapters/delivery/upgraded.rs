//! The same over hyper and axum, on sockets.

use std::{convert::Infallible, net::SocketAddr};

use axum::{Router, routing::get};
use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use wsdraft::{
    axum::{WebSocket, WebSocketUpgrade},
    handshake::Address,
    hyper::upgrade,
};
use wsdraft_tests::sockets::Spoken;

use super::*;

/// Pushes, replies late, and splits; and after that it never calls the socket again.
async fn handle(mut socket: WebSocket<Spoken>) -> Result<(), Error> {
    socket.send("pushed").await?;
    for _ in 0..2 {
        let message = socket.recv().await?.expect("a message");
        socket.send(message).await?;
        // What the client says next, it says when it has the reply.
        let is_more = socket.recv().await?.expect("a message");
        assert_eq!(is_more, "more".into());
    }
    let (mut writer, mut reader) = socket.split();
    reader.recv().await?;
    // From here on, the reader is busy.
    writer.send("split").await?;
    writer.send("again").await?;
    pending::<()>().await;
    drop((reader, writer));
    Ok(())
}

async fn over_axum() -> SocketAddr {
    let serve = |upgrade: WebSocketUpgrade| async {
        upgrade.on_upgrade(|socket| async { handle(socket).await.expect("a connection") })
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("its address");
    let router = Router::new().route("/", get(serve));
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

async fn over_hyper() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("its address");
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("a client");
        let service = service_fn(|mut request: Request<Incoming>| async move {
            let acceptor = Acceptor::new(newest());
            let (answer, upgrading) = upgrade(&acceptor, &mut request).expect("a request");
            tokio::spawn(async move {
                let socket = upgrading.finish().await.expect("a connection");
                handle(socket).await.expect("a connection");
            });
            Ok::<_, Infallible>(answer)
        });
        let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
        connection.with_upgrades().await.expect("HTTP");
    });
    address
}

#[tokio::test]
async fn what_is_sent_over_an_upgraded_connection_is_delivered() {
    for server in [over_axum().await, over_hyper().await] {
        let address: Address = format!("ws://{server}/").parse().unwrap();
        let stream = TcpStream::connect(server).await.unwrap();
        let mut client = connector(newest()).connect(stream, &address).await.unwrap();
        assert_eq!(soon(client.recv()).await.unwrap(), Some("pushed".into()));
        for text in ["one", "two"] {
            client.send(text).await.unwrap();
            assert_eq!(soon(client.recv()).await.unwrap(), Some(text.into()));
            client.send("more").await.unwrap();
        }
        client.send("work").await.unwrap();
        for text in ["split", "again"] {
            assert_eq!(soon(client.recv()).await.unwrap(), Some(text.into()));
        }
    }
}
