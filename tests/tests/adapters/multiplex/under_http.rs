//! Channels with hyper and axum: each channel as a connection for their server, and channels over a
//! connection that their server has upgraded.

use std::convert::Infallible;

use axum::{Router, routing::any};
use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex},
    time::timeout,
};
use wsdraft::{
    Config, Connection, OsEntropy,
    axum::WebSocketUpgrade,
    drafts::rfc6455::Draft,
    extension::multiplex::BlockKind,
    handshake::client::ClientError,
    hyper::{WebSocket, upgrade},
    multiplex::{Block, MultiplexLimits, Mux},
    tokio::{Acceptor, Connector},
};

use super::{LONG, address, echoing, extensions, format, pair, talk};

const LIST: &str = "permessage-deflate, mux";

/// Echoes on all channels of a connection.
fn carry(socket: WebSocket<Draft>) {
    let acceptor = Acceptor::new(Draft).extensions(extensions(LIST));
    let (mux, driver) = Mux::server(socket, &acceptor, MultiplexLimits::default()).unwrap();
    tokio::spawn(driver);
    echoing(mux);
}

fn by_hyper(stream: DuplexStream) {
    let service = service_fn(|mut request: Request<Incoming>| async move {
        let acceptor = Acceptor::new(Draft).extensions(extensions(LIST));
        let (response, upgrading) = match upgrade(&acceptor, &mut request) {
            Ok(upgraded) => upgraded,
            Err(error) => return Ok::<_, Infallible>(error.response()),
        };
        tokio::spawn(async move { carry(upgrading.finish().await.unwrap()) });
        Ok(response)
    });
    let served = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    tokio::spawn(served.with_upgrades());
}

fn by_axum(stream: DuplexStream) {
    let upgrade = |upgrade: WebSocketUpgrade<Draft>| async {
        upgrade.on_upgrade(|socket| async move { carry(socket) })
    };
    let acceptor = Acceptor::new(Draft).extensions(extensions(LIST));
    let router = Router::new().route("/chat", any(upgrade));
    let service = TowerToHyperService::new(router.with_state(acceptor));
    let served = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    tokio::spawn(served.with_upgrades());
}

#[tokio::test]
async fn channels_over_a_connection_that_hyper_or_axum_has_upgraded() {
    for serve in [by_hyper, by_axum] {
        let (near, far) = duplex(1 << 14);
        serve(far);
        let connector = Connector::new(Draft).extensions(extensions(LIST));
        let socket = connector.connect(near, &address()).await.unwrap();
        let limits = MultiplexLimits::default();
        let (mut client, driver) = Mux::client(socket, &connector, limits).unwrap();
        let driver = tokio::spawn(driver);
        let mut sockets = vec![client.first().unwrap()];
        for _ in 0..9 {
            sockets.push(client.open(&address()).await.unwrap());
        }
        for socket in &mut sockets {
            let id = socket.stream().id();
            talk(socket, &format!("channel {id}").repeat(3000)).await;
        }
        for mut socket in sockets {
            assert!(socket.close(1000, "").await.unwrap().is_clean());
        }
        drop(client);
        timeout(LONG, driver).await.unwrap().unwrap().unwrap();
    }
}

/// The request of a channel that says only what differs from that of the connection.
#[tokio::test]
async fn a_request_refers_to_the_one_that_hyper_or_axum_has_parsed() {
    for serve in [by_hyper, by_axum] {
        let (near, far) = duplex(1 << 14);
        serve(far);
        let connector = Connector::new(Draft).extensions(extensions("mux"));
        let socket = connector.connect(near, &address()).await.unwrap();
        let (mut stream, connection) = socket.into_parts();
        let session = *connection.session();
        let mut plain = Connection::client(Draft, session, OsEntropy, Config::default());
        let mut message = vec![0];
        let block = Block {
            encoding: 1,
            text: b"GET /other HTTP/1.1\r\n\r\n",
            ..Block::new(BlockKind::AddRequest, 2)
        };
        format().write(&block, &mut message);
        plain.binary(&message).unwrap();
        stream.write_all(plain.output()).await.unwrap();
        let mut answer = Vec::new();
        let accepted = async {
            while !answer.windows(12).any(|text| text == b"HTTP/1.1 101") {
                answer.push(stream.read_u8().await.unwrap());
            }
        };
        timeout(LONG, accepted).await.expect("an answer");
    }
}

#[tokio::test]
async fn axum_serves_channels() {
    let ((mut server, _near), (client, _far)) = pair(MultiplexLimits::default()).await;
    let upgrade = |upgrade: WebSocketUpgrade| async {
        upgrade.on_upgrade(|mut socket| async move {
            while let Ok(Some(message)) = socket.recv().await {
                socket.send(message).await.unwrap();
            }
        })
    };
    let router = Router::new().route("/chat", any(upgrade));
    let first = server.first();
    tokio::spawn(async move {
        while let Some(channel) = server.accept_channel().await {
            let service = TowerToHyperService::new(router.clone());
            let served = http1::Builder::new().serve_connection(TokioIo::new(channel), service);
            tokio::spawn(served.with_upgrades());
        }
    });
    let mut socket = client.open(&address()).await.unwrap();
    talk(&mut socket, "hello axum").await;
    let elsewhere = "ws://server.example/elsewhere".parse().unwrap();
    let refused = client.open(&elsewhere).await.unwrap_err();
    let cause = refused.handshake().unwrap();
    assert!(
        matches!(cause, ClientError::Refused { status: 404, .. }),
        "{refused}"
    );
    talk(&mut socket, "still here").await;
    drop(first);
}
