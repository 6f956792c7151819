//! Connections over HTTP/2 (RFC 8441): both roles with hyper, and requests that break a rule.

use std::{convert::Infallible, sync::Arc, time::Duration};

use http::{HeaderMap, Method, Request, Response, StatusCode, Version};
use hyper::{
    body::Incoming,
    client::conn::http2::{self, SendRequest},
    ext::Protocol,
    server,
    service::service_fn,
};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex},
    sync::mpsc,
    time::timeout,
};
use wsdraft::{
    Draft, Error, Limits, Message,
    drafts::rfc6455 as ws,
    extension::Extensions,
    handshake::{Address, Answer, Offer, Origins, client::ClientError},
    hyper::{Offered, WebSocket, upgrade},
    tokio::{Acceptor, Connector, Subprotocols},
};

type Server = mpsc::UnboundedReceiver<Result<WebSocket<ws::Draft>, Error>>;

const PATIENCE: Duration = Duration::from_secs(20);

fn address() -> Address {
    "ws://example.com/chat?room=1".parse().unwrap()
}

/// Serves HTTP/2 with these settings on one end of a pipe. Returns the other end, and what becomes of
/// the requests.
fn served(acceptor: Acceptor<ws::Draft>) -> (DuplexStream, Server) {
    let (near, far) = duplex(1 << 16);
    let (sockets, opened) = mpsc::unbounded_channel();
    let acceptor = Arc::new(acceptor);
    let server = acceptor.http2();
    let service = service_fn(move |mut request: Request<Incoming>| {
        let answer = match upgrade(&acceptor, &mut request) {
            Ok((answer, upgrading)) => {
                let sockets = sockets.clone();
                tokio::spawn(async move { sockets.send(upgrading.finish().await) });
                answer
            }
            Err(error) => error.response(),
        };
        async { Ok::<_, Infallible>(answer) }
    });
    tokio::spawn(server.serve_connection(TokioIo::new(far), service));
    (near, opened)
}

async fn within<T>(work: impl Future<Output = T>) -> T {
    timeout(PATIENCE, work).await.expect("in time")
}

async fn accepted(server: &mut Server) -> WebSocket<ws::Draft> {
    within(server.recv()).await.unwrap().unwrap()
}

/// A client of hyper that sends what it is told to.
async fn raw(stream: DuplexStream) -> SendRequest<String> {
    let (sender, connection) = http2::Builder::new(TokioExecutor::new())
        .timer(TokioTimer::new())
        .handshake(TokioIo::new(stream))
        .await
        .unwrap();
    tokio::spawn(connection);
    sender
}

/// A valid request.
fn request() -> Request<String> {
    let mut request = Request::new(String::new());
    *request.method_mut() = Method::CONNECT;
    *request.version_mut() = Version::HTTP_2;
    *request.uri_mut() = "https://example.com/chat".parse().unwrap();
    let fields = request.headers_mut();
    fields.insert("sec-websocket-version", "13".parse().unwrap());
    fields.insert("origin", "https://example.com".parse().unwrap());
    request
        .extensions_mut()
        .insert(Protocol::from_static("websocket"));
    request
}

#[tokio::test]
async fn both_roles_speak_over_a_stream() {
    let acceptor = Acceptor::new(ws::Draft)
        .subprotocols(Subprotocols::These(vec!["chat".into()]))
        .extensions(Extensions::compression())
        .field("x-room", "1");
    let (near, mut server) = served(acceptor);
    let connector = Connector::new(ws::Draft)
        .subprotocol("chat")
        .extensions(Extensions::compression());
    let mut client = within(connector.connect_http2(near, &address()))
        .await
        .unwrap();
    let mut server = accepted(&mut server).await;
    assert_eq!(client.subprotocol(), Some("chat"));
    let response = client.take_response().unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.field("x-room"), Some("1"));
    for absent in ["sec-websocket-accept", "upgrade", "connection"] {
        assert_eq!(response.field(absent), None, "{absent}");
    }
    for length in [0, 1, 126, 65_536, 1 << 20] {
        let text = "é".repeat(length / 2);
        let sending = async { client.send(text.as_str()).await.unwrap() };
        let receiving = async { server.recv().await.unwrap().unwrap() };
        let ((), received) = within(async { tokio::join!(sending, receiving) }).await;
        assert_eq!(received, Message::Text(text.into()));
    }
    server.send("back").await.unwrap();
    assert_eq!(
        within(client.recv()).await.unwrap(),
        Some(Message::Text("back".into()))
    );
    let closing = async { client.close(1000, "bye").await.unwrap() };
    let waiting = async { server.recv().await };
    let (ending, end) = within(async { tokio::join!(closing, waiting) }).await;
    assert!(end.unwrap().is_none());
    let code = ending.code;
    assert_eq!(code, Some(1000));
    let ending = server.ended().unwrap();
    assert_eq!((ending.code, &*ending.reason), (Some(1000), "bye"));
}
