//! Connections over HTTP/2 (RFC 8441): both roles with hyper.

use std::{
    convert::Infallible,
    io::ErrorKind,
    sync::{Arc, Mutex},
    time::Duration,
};

use http::{Method, Request, Response, StatusCode, Version};
use hyper::{
    body::{Body as _, Incoming},
    client::conn::http2::{self, SendRequest},
    ext::Protocol,
    server::conn::http2 as server,
    service::service_fn,
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    io::{AsyncWriteExt as _, DuplexStream, duplex},
    sync::{mpsc, oneshot},
    time::timeout,
};
use wsdraft::{
    ConnectionError, Error, Message,
    drafts::rfc6455 as ws,
    extension::Extensions,
    handshake::{Address, client::ClientError},
    hyper::{WebSocket, upgrade},
    tokio::{Acceptor, Connector, Subprotocols},
};

mod sharing;

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

/// The status, the fields and the body of the response to a request.
async fn answer(acceptor: Acceptor<ws::Draft>, request: Request<String>) -> (Response<()>, String) {
    let (near, _server) = served(acceptor);
    let mut sender = within(raw(near)).await;
    let response = within(sender.send_request(request)).await.unwrap();
    let (parts, mut body) = response.into_parts();
    let mut text = Vec::new();
    if parts.status != StatusCode::OK {
        while let Some(frame) =
            std::future::poll_fn(|cx| std::pin::Pin::new(&mut body).poll_frame(cx)).await
        {
            text.extend_from_slice(frame.unwrap().data_ref().unwrap());
        }
    }
    (
        Response::from_parts(parts, ()),
        String::from_utf8(text).unwrap(),
    )
}

#[tokio::test]
async fn a_response_has_nothing_of_an_upgrade() {
    let mut with_key = request();
    let key = "dGhlIHNhbXBsZSBub25jZQ==".parse().unwrap();
    with_key.headers_mut().insert("sec-websocket-key", key);
    for request in [request(), with_key] {
        let (response, _) = answer(Acceptor::new(ws::Draft), request).await;
        assert_eq!(response.status(), StatusCode::OK);
        for absent in ["sec-websocket-accept", "upgrade", "connection", "host"] {
            assert!(!response.headers().contains_key(absent), "{absent}");
        }
    }
}

#[tokio::test]
async fn a_refusal_names_the_rule_and_asks_for_no_upgrade() {
    let mut old = request();
    old.headers_mut()
        .insert("sec-websocket-version", "12".parse().unwrap());
    let mut plain = Request::new(String::new());
    *plain.uri_mut() = "https://example.com/".parse().unwrap();
    *plain.version_mut() = Version::HTTP_2;
    let mut other = request();
    other
        .extensions_mut()
        .insert(Protocol::from_static("connect-udp"));
    for (request, text) in [
        (old, "version-supported"),
        (plain, "This is a WebSocket server"),
        (other, "This is a WebSocket server"),
    ] {
        let (response, body) = answer(Acceptor::new(ws::Draft), request).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{body}");
        assert_eq!(response.headers()["sec-websocket-version"], "13");
        assert!(!response.headers().contains_key("upgrade"));
        assert!(!response.headers().contains_key("connection"));
        assert!(body.contains(text), "{body}");
    }
}

#[tokio::test]
async fn a_client_learns_that_a_server_has_not_announced_it() {
    let (near, far) = duplex(1 << 16);
    let service = service_fn(|_: Request<Incoming>| async {
        Ok::<_, Infallible>(Response::new(String::new()))
    });
    let silent = server::Builder::new(TokioExecutor::new());
    tokio::spawn(silent.serve_connection(TokioIo::new(far), service));
    let connector = Connector::new(ws::Draft);
    let refused = within(connector.connect_http2(near, &address())).await;
    let error = refused.unwrap_err();
    let Some(ClientError::NotAnnounced { setting }) = error.handshake() else {
        panic!("{error}");
    };
    assert_eq!(*setting, "SETTINGS_ENABLE_CONNECT_PROTOCOL");
}

/// What becomes of a client when the server answers so.
async fn answered(response: Response<String>) -> Result<WebSocket<ws::Draft>, Error> {
    let (near, far) = duplex(1 << 16);
    let service = service_fn(move |_: Request<Incoming>| {
        let response = response.clone();
        async { Ok::<_, Infallible>(response) }
    });
    let mut announcing = server::Builder::new(TokioExecutor::new());
    announcing.enable_connect_protocol();
    tokio::spawn(announcing.serve_connection(TokioIo::new(far), service));
    let connector = Connector::new(ws::Draft).subprotocol("chat");
    within(connector.connect_http2(near, &address())).await
}

#[tokio::test]
async fn a_client_judges_the_response() {
    let refusal = Response::builder()
        .status(401)
        .header("www-authenticate", "Bearer")
        .body("who are you?\n".to_owned());
    let error = answered(refusal.unwrap()).await.unwrap_err();
    let Some(ClientError::Refused {
        status,
        fields,
        body,
        ..
    }) = error.handshake()
    else {
        panic!("{error}");
    };
    assert_eq!((*status, &body[..]), (401, &b"who are you?\n"[..]));
    assert_eq!(fields.text("www-authenticate"), Some("Bearer"));

    let unasked = Response::builder()
        .header("sec-websocket-protocol", "news")
        .body(String::new());
    let error = answered(unasked.unwrap()).await.unwrap_err();
    let violation = error.violation().expect("a rule");
    assert_eq!(violation.rule.id, "subprotocol-offered");

    // Nobody looks at the answer to a challenge that was not posed.
    let wrong = Response::builder()
        .header("sec-websocket-accept", "nonsense")
        .body(String::new());
    let socket = answered(wrong.unwrap()).await.unwrap();
    assert_eq!(socket.response().unwrap().status(), 200);

    let other = Response::builder().status(204).body(String::new());
    let error = answered(other.unwrap()).await.unwrap_err();
    assert!(error.to_string().contains("status 204 accepts"), "{error}");
}

#[tokio::test]
async fn a_peer_that_leaves_has_vanished() {
    let vanished =
        |error: Error| matches!(error, Error::Connection(ConnectionError::Vanished { .. }));
    let (near, mut server) = served(Acceptor::new(ws::Draft));
    let connector = Connector::new(ws::Draft);
    let client = within(connector.connect_http2(near, &address())).await;
    let client = client.unwrap();
    let mut server = accepted(&mut server).await;
    drop(client);
    let left = within(server.recv()).await.unwrap_err();
    assert!(vanished(left));

    let (near, mut server) = served(Acceptor::new(ws::Draft));
    let client = within(connector.connect_http2(near, &address())).await;
    let mut client = client.unwrap();
    drop(accepted(&mut server).await);
    let left = within(client.recv()).await.unwrap_err();
    assert!(vanished(left));
}

/// A client whose server sends these bytes on the stream of the connection, and then resets it.
async fn reset_after(bytes: &'static [u8]) -> WebSocket<ws::Draft> {
    let (near, far) = duplex(1 << 16);
    let (done, reset) = oneshot::channel();
    let done = Arc::new(Mutex::new(Some(done)));
    let service = service_fn(move |request: Request<Incoming>| {
        let done = done.lock().unwrap().take();
        tokio::spawn(async move {
            let mut stream = TokioIo::new(hyper::upgrade::on(request).await.unwrap());
            stream.write_all(bytes).await.unwrap();
            // What the client has sent by then is unread, so dropping the stream resets it.
            drop(stream);
            let _ = done.unwrap().send(());
        });
        async { Ok::<_, Infallible>(Response::new(String::new())) }
    });
    let mut announcing = server::Builder::new(TokioExecutor::new());
    announcing.enable_connect_protocol();
    tokio::spawn(announcing.serve_connection(TokioIo::new(far), service));
    let connector = Connector::new(ws::Draft);
    let client = within(connector.connect_http2(near, &address())).await;
    within(reset).await.unwrap();
    // The client's tasks learn of it.
    tokio::time::sleep(Duration::from_millis(100)).await;
    client.unwrap()
}

#[tokio::test]
async fn writing_to_a_stream_that_was_reset_fails_as_over_tcp() {
    let mut client = reset_after(b"").await;
    let failed = within(client.send("hello")).await.unwrap_err();
    let Error::Io(error) = failed else {
        panic!("{failed}");
    };
    assert_eq!(error.kind(), ErrorKind::BrokenPipe);
}

#[tokio::test]
async fn what_came_before_a_reset_is_received() {
    let mut client = reset_after(b"\x81\x02hi\x88\x02\x03\xe8").await;
    client.feed("unread").await.unwrap();
    let message = within(client.recv()).await.unwrap();
    assert_eq!(message, Some(Message::Text("hi".into())));
    assert_eq!(within(client.recv()).await.unwrap(), None);
    assert_eq!(client.ended().unwrap().code, Some(1000));

    let mut client = reset_after(b"\x88\x02\x03\xe8").await;
    let ending = within(client.close(1000, "done")).await.unwrap();
    assert_eq!(ending.code, Some(1000));
}

#[tokio::test]
async fn an_extractor_takes_both_versions() {
    use axum::{Router, routing::any};
    use wsdraft::axum::WebSocketUpgrade;

    async fn greet(upgrade: WebSocketUpgrade) -> axum::response::Response {
        let method = upgrade.offer().request.method().to_owned();
        upgrade.on_upgrade(|mut socket| async move {
            let _ = socket.send(method).await;
            let _ = socket.recv().await;
        })
    }
    let router = Router::new().route("/chat", any(greet));
    for over_http2 in [false, true] {
        let (near, far) = duplex(1 << 16);
        let service = TowerToHyperService::new(router.clone());
        let acceptor = Acceptor::new(ws::Draft);
        let connector = Connector::new(ws::Draft);
        let greeting = if over_http2 {
            tokio::spawn(
                acceptor
                    .http2()
                    .serve_connection(TokioIo::new(far), service),
            );
            let mut socket = connector.connect_http2(near, &address()).await.unwrap();
            within(socket.recv()).await.unwrap()
        } else {
            let connection = acceptor
                .http1()
                .serve_connection(TokioIo::new(far), service);
            tokio::spawn(connection.with_upgrades());
            let mut socket = connector.connect(near, &address()).await.unwrap();
            within(socket.recv()).await.unwrap()
        };
        let method = if over_http2 { "CONNECT" } else { "GET" };
        assert_eq!(greeting, Some(Message::Text(method.into())));
    }
}
