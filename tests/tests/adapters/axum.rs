//! The extractor in routers of axum, with clients of ours and of others.

mod parity;
mod shutdown;

use std::{
    net::{SocketAddr, TcpStream as BlockingStream},
    sync::Arc,
};

use axum::{
    Router,
    extract::{FromRef, FromRequestParts as _},
    response::{IntoResponse as _, Response},
    routing::get,
};
use http::StatusCode;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::mpsc,
};
use wsdraft::{
    CloseAnswer, ConnectionError, Draft, Error, Event, Limits, Message, Policy, Relaxed,
    axum::{UpgradeError, WebSocket, WebSocketUpgrade},
    extension::Extensions,
    handshake::Address,
    tokio::{Acceptor, Connector, Subprotocols},
};
use wsdraft_tests::{
    golden::rfc6455,
    sockets::{Spoken, drafts, find},
    unmasked,
};

async fn echo<D: Draft>(mut socket: WebSocket<D>) {
    while let Ok(Some(message)) = socket.recv().await {
        socket.send(message).await.unwrap();
    }
}

async fn serve(router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// A router whose only page is `/`.
fn echoing() -> Router {
    Router::new().route(
        "/",
        get(|upgrade: WebSocketUpgrade| async { upgrade.on_upgrade(echo) }),
    )
}

/// Sends bytes and no more, and reads all of the answer.
async fn ask(server: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(server).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

fn request(version: &str, key: &str) -> String {
    format!(
        "GET / HTTP/1.1\r\nHost: server.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
        Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: {version}\r\n\r\n"
    )
}

const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";

type Client = wsdraft::tokio::WebSocket<TcpStream, Spoken>;

async fn connect(
    server: SocketAddr,
    draft: Spoken,
    with: impl FnOnce(Connector<Spoken>) -> Connector<Spoken>,
) -> Result<Client, Error> {
    let address: Address = format!("ws://{server}/").parse().unwrap();
    let connector = Connector::new(draft).origin("http://client.example");
    let stream = TcpStream::connect(server).await.unwrap();
    with(connector).connect(stream, &address).await
}

#[tokio::test]
async fn a_client_of_others_is_served() {
    let server = serve(echoing()).await;
    let talk = tokio::task::spawn_blocking(move || {
        let stream = BlockingStream::connect(server).unwrap();
        let (mut client, answer) = tungstenite::client(format!("ws://{server}/"), stream).unwrap();
        assert_eq!(answer.status(), 101);
        let long = "ü".repeat(100_000);
        for text in ["", "grüße", &long] {
            client.send(text.into()).unwrap();
            assert_eq!(client.read().unwrap(), text.into());
        }
        client.send(vec![0, 0xff].into()).unwrap();
        assert_eq!(client.read().unwrap(), vec![0, 0xff].into());
        client.close(None).unwrap();
        while let Ok(message) = client.read() {
            assert!(message.is_close(), "{message:?}");
        }
    });
    talk.await.unwrap();
}

#[tokio::test]
async fn every_draft_but_the_oldest_is_served() {
    let server = serve(echoing()).await;
    let mut served = 0;
    for draft in drafts() {
        let name = draft.info().short;
        let mut client = match connect(server, draft, |connector| connector).await {
            Ok(client) => client,
            Err(error) => {
                assert_eq!(name, "hixie-75", "{error}");
                continue;
            }
        };
        // Its request cannot be told from that of an older one, whose frames differ.
        if !draft.info().undetectable {
            client.send("grüße").await.unwrap();
            assert_eq!(client.recv().await.unwrap(), Some("grüße".into()), "{name}");
            client.close(1000, "").await.unwrap();
        }
        served += 1;
    }
    assert_eq!(served, drafts().count() - 1);
}

#[tokio::test]
async fn what_breaks_a_rule_is_answered_with_the_rule() {
    let server = serve(echoing()).await;
    let answer = ask(server, &request("13", "short")).await;
    assert!(
        answer.starts_with("HTTP/1.1 400 Bad Request\r\n"),
        "{answer}"
    );
    assert!(answer.contains("RFC 6455 §"), "{answer}");
    assert!(
        answer.contains("found Sec-WebSocket-Key: short"),
        "{answer}"
    );

    let answer = ask(server, &request("14", KEY)).await;
    assert!(
        answer.starts_with("HTTP/1.1 426 Upgrade Required\r\n"),
        "{answer}"
    );
    assert!(
        answer.contains("\r\nsec-websocket-version: 13, 8, 7"),
        "{answer}"
    );

    let answer = ask(server, "GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert!(
        answer.starts_with("HTTP/1.1 426 Upgrade Required\r\n"),
        "{answer}"
    );
    assert!(answer.contains("\r\nupgrade: websocket\r\n"), "{answer}");
}

/// A state with more in it than the acceptor.
#[derive(Clone)]
struct State {
    acceptor: Acceptor<Spoken>,
    greeting: Arc<str>,
}

impl FromRef<State> for Acceptor<Spoken> {
    fn from_ref(state: &State) -> Self {
        state.acceptor.clone()
    }
}

#[tokio::test]
async fn the_state_says_which_drafts_are_allowed() {
    let allowed = ["hybi-08", "rfc6455"].map(find);
    let state = State {
        acceptor: Acceptor::any(allowed).subprotocols(Subprotocols::Any),
        greeting: "hello".into(),
    };
    let router = Router::new().route(
        "/",
        get(
            |axum::extract::State(State { greeting, .. }), upgrade: WebSocketUpgrade| async {
                upgrade.on_upgrade(|mut socket| async move {
                    socket.send(&*greeting).await.unwrap();
                    socket.close(1000, "").await.unwrap();
                })
            },
        ),
    );
    let server = serve(router.with_state(state)).await;
    for draft in allowed {
        let client = connect(server, draft, |connector| connector.subprotocol("chat")).await;
        let mut client = client.unwrap();
        assert_eq!(client.subprotocol(), Some("chat"));
        assert_eq!(client.recv().await.unwrap(), Some("hello".into()));
        assert_eq!(client.recv().await.unwrap(), None);
    }
    let answer = ask(server, &request("7", KEY)).await;
    assert!(
        answer.starts_with("HTTP/1.1 426 Upgrade Required\r\n"),
        "{answer}"
    );
    assert!(
        answer.contains("\r\nsec-websocket-version: 13, 8\r\n"),
        "{answer}"
    );
}

#[tokio::test]
async fn one_draft_is_compiled_for_its_handlers() {
    // A dialect in which clients need not mask.
    let router = Router::new().route(
        "/",
        get(|upgrade: WebSocketUpgrade<unmasked::Draft>| async { upgrade.on_upgrade(echo) }),
    );
    let server = serve(router.with_state(Acceptor::new(unmasked::Draft))).await;
    let mut stream = TcpStream::connect(server).await.unwrap();
    let request = request("13", KEY) + "\u{1}";
    let mut bytes = request.into_bytes();
    bytes.truncate(bytes.len() - 1);
    bytes.extend_from_slice(&[0x81, 0x02, b'h', b'i']);
    stream.write_all(&bytes).await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"\x81\x02hi") {
        assert!(stream.read_buf(&mut answer).await.unwrap() > 0);
    }
    assert!(answer.starts_with(b"HTTP/1.1 101 Switching Protocols\r\n"));
}

#[tokio::test]
async fn a_handler_sets_what_is_its_own() {
    let handler = |upgrade: WebSocketUpgrade<rfc6455::Draft>| async {
        let mut limits = Limits::default();
        limits.message = 10;
        upgrade
            .limits(limits)
            .subprotocols(Subprotocols::These(vec!["chat".into()]))
            .extensions(Extensions::compression())
            .field("X-Room", "1")
            .on_upgrade(echo)
    };
    let router = Router::new().route("/", get(handler));
    let server = serve(router.with_state(Acceptor::new(rfc6455::Draft))).await;
    let client = connect(server, find("rfc6455"), |connector| {
        let connector = connector.subprotocol("other").subprotocol("chat");
        connector.extensions(Extensions::compression())
    });
    let mut client = client.await.unwrap();
    assert_eq!(client.subprotocol(), Some("chat"));
    client.send("0123456789").await.unwrap();
    let message = client.recv().await.unwrap();
    assert_eq!(message, Some(Message::from("0123456789")));
    client.send("0123456789a").await.unwrap();
    assert_eq!(client.recv().await.unwrap(), None);
    let close = client.connection().peer_close().expect("a close frame");
    assert_eq!(close.code, Some(1009));

    let answer = ask(server, &request("13", KEY)).await;
    assert!(answer.contains("\r\nx-room: 1\r\n"), "{answer}");
}

#[tokio::test]
async fn a_page_and_a_socket_share_a_path() {
    let handler = |upgrade: Option<WebSocketUpgrade>| async {
        match upgrade {
            Some(upgrade) if upgrade.offer().origin.is_none() => {
                (StatusCode::FORBIDDEN, "from where?\n").into_response()
            }
            Some(upgrade) => upgrade.on_upgrade(echo),
            None => "a page\n".into_response(),
        }
    };
    let server = serve(Router::new().route("/", get(handler))).await;
    let answer = ask(server, "GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert!(answer.ends_with("\r\n\r\na page\n"), "{answer}");
    let answer = ask(server, &request("13", KEY)).await;
    assert!(answer.starts_with("HTTP/1.1 403 Forbidden\r\n"), "{answer}");
    // A broken request is none that asks for a page.
    let answer = ask(server, &request("13", "short")).await;
    assert!(
        answer.starts_with("HTTP/1.1 400 Bad Request\r\n"),
        "{answer}"
    );
    let client = connect(server, find("rfc6455"), |connector| connector).await;
    assert!(client.is_ok());
    // From HTTP/2 on there is nothing to upgrade.
    let request = http::Request::builder().version(http::Version::HTTP_2);
    let (mut parts, ()) = request.body(()).unwrap().into_parts();
    let upgrade = Option::<WebSocketUpgrade>::from_request_parts(&mut parts, &()).await;
    assert!(upgrade.unwrap().is_none());
}

#[tokio::test]
async fn a_client_that_leaves_in_between_is_told_of() {
    let (sender, mut failed) = mpsc::unbounded_channel();
    let handler = move |upgrade: WebSocketUpgrade| async {
        upgrade
            .on_failed_upgrade(move |error| sender.send(error).unwrap())
            .on_upgrade(|_| async { panic!("no connection") })
    };
    let server = serve(Router::new().route("/", get(handler))).await;
    // Of the eight bytes behind the head, one is missing.
    let request = "GET / HTTP/1.1\r\nHost: example.com\r\nConnection: Upgrade\r\n\
        Sec-WebSocket-Key2: 12998 5 Y3 1  .P00\r\nUpgrade: WebSocket\r\n\
        Sec-WebSocket-Key1: 4 @1  46546xW%0l 1 5\r\nOrigin: http://example.com\r\n\r\n^n:ds[4";
    let answer = ask(server, request).await;
    assert!(answer.starts_with("HTTP/1.1 101 "), "{answer}");
    let error = failed.recv().await.expect("an error");
    assert!(
        matches!(error, Error::Connection(ConnectionError::LeftEarly { .. })),
        "{error:?}"
    );
}

#[tokio::test]
async fn an_answer_that_cannot_be_written_is_a_refusal() {
    const RELAXED: Relaxed = Relaxed::new(&["request-first-fields", "request-order"]);
    let acceptor = Acceptor::new(find("hixie-75")).policy(Policy::relaxed(RELAXED));
    let handler = |upgrade: WebSocketUpgrade| async { upgrade.on_upgrade(echo) };
    let router = Router::new().route("/", get(handler));
    let server = serve(router.with_state(acceptor)).await;
    let request = "GET / HTTP/1.1\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\n\
        Host: example.com\r\nOrigin: http://example.com\r\n\r\n";
    let answer = ask(server, request).await;
    assert!(
        answer.starts_with("HTTP/1.1 501 Not Implemented\r\n"),
        "{answer}"
    );
    assert!(answer.contains("response-first-fields"), "{answer}");
}

#[tokio::test]
async fn a_rejection_is_an_answer() {
    let response: Response = UpgradeError::Unavailable.into_response();
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
}

/// A handler that stops at the event: it drops the socket, or keeps it and does nothing more.
async fn stop_at_close<D: Draft>(mut socket: WebSocket<D>, keeps: bool) {
    while !matches!(socket.recv_event().await.unwrap(), Some(Event::Close(_))) {}
    if keeps {
        std::future::pending::<()>().await;
    }
}

#[tokio::test]
async fn a_close_frame_is_answered_whatever_the_handler_does() {
    for (answer, keeps) in [
        (CloseAnswer::AtOnce, true),
        (CloseAnswer::AtOnce, false),
        (CloseAnswer::Held, false),
    ] {
        let page = get(move |upgrade: WebSocketUpgrade| async move {
            let upgrade = upgrade.close_answer(answer);
            upgrade.on_upgrade(move |socket| stop_at_close(socket, keeps))
        });
        let server = serve(Router::new().route("/", page)).await;
        let closes = |draft: &Spoken| draft.info().closing.is_some();
        for draft in drafts().filter(|draft| closes(draft) && !draft.info().undetectable) {
            let name = format!("{} {answer:?} {keeps}", draft.info().short);
            let mut client = connect(server, draft, |connector| connector).await.unwrap();
            client
                .send_with(|connection| connection.close(1000, ""))
                .await
                .unwrap();
            let event = client.recv_event().await.expect(&name);
            assert!(matches!(event, Some(Event::Close(_))), "{name}: {event:?}");
        }
    }
}
