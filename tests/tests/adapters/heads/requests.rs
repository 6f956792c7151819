//! Requests over tokio.

use std::{future, time::Duration};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};
use wsdraft::{
    ConnectionError, Limit, Limits, Misuse,
    handshake::{Acceptance, Rejection},
    tokio::{Acceptor, Requested, Subprotocols},
};

use super::*;
use wsdraft_tests::sockets::{address, drafts, newest};

fn every() -> Acceptor<Spoken> {
    Acceptor::any(drafts())
}

/// A server's stream with this request, and the client's end.
async fn with(request: &[u8]) -> (DuplexStream, DuplexStream) {
    let (mut near, far) = duplex(1 << 16);
    near.write_all(request).await.unwrap();
    (near, far)
}

async fn answer(mut stream: DuplexStream) -> String {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}

#[tokio::test]
async fn the_whole_request_is_there_before_the_decision() {
    let (_near, far) = with(&request(LINES)).await;
    let acceptor = every();
    let decided = acceptor.accept_with(far, async |offer: Offer| {
        sees_everything(&offer);
        Ok(Acceptance::new())
    });
    decided.await.expect("accepted");

    let (_near, far) = with(&request(LINES)).await;
    let mut accepting = every().start(far);
    let requested = accepting.request().await.expect("a request");
    let Requested::Upgrade(offer) = &requested else {
        panic!("an offer: {requested:?}");
    };
    sees_everything(offer);
    assert_eq!(requested.head(), &offer.request);

    let (_near, far) = with(b"PUT http://server.example/a?b HTTP/1.0\r\nX-A: 1\r\n\r\n").await;
    let requested = every().start(far).request().await.expect("a request");
    let Requested::Plain(head) = requested else {
        panic!("no offer: {requested:?}");
    };
    assert_eq!(head.method(), "PUT");
    assert_eq!(head.target(), "http://server.example/a?b");
    assert_eq!(head.resource(), "/a?b");
    assert_eq!(head.minor_version(), 0);
    assert_eq!(head.field("x-a"), Some("1"));
}

#[tokio::test]
async fn an_application_refuses_with_any_response() {
    let (near, far) = with(&request(b"")).await;
    let decide = async |_: Offer| {
        tokio::task::yield_now().await;
        let rejection = Rejection::new(429).field("Retry-After", "3");
        Err::<Acceptance, _>(
            rejection
                .field("content-type", "application/json")
                .body(b"{}"),
        )
    };
    let acceptor = every();
    let (result, said) = tokio::join!(acceptor.accept_with(far, decide), answer(near));
    let refused = refusal(result.map(|_| ()));
    assert_eq!(refused.cause, RefusalCause::Application);
    assert_eq!(refused.status, Some(429));
    assert_eq!(refused.response, said.as_bytes());
    let head = "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 3\r\n\
        content-type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
    assert_eq!(said, head);

    // A response that ends with its head has neither a body nor a length.
    let (near, far) = with(&request(b"")).await;
    let decide = async |_| Err::<Acceptance, _>(Rejection::from(204).body("no"));
    let (_, said) = tokio::join!(acceptor.accept_with(far, decide), answer(near));
    assert_eq!(said, "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
    // One that states that it is empty.
    let (near, far) = with(&request(b"")).await;
    let decide = async |_| Err::<Acceptance, _>(Rejection::from(205).body("no"));
    let (_, said) = tokio::join!(acceptor.accept_with(far, decide), answer(near));
    let head = "HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    assert_eq!(said, head);
}

#[tokio::test]
async fn an_application_adds_to_the_response_and_hands_out_a_value_from_another_task() {
    let (near, far) = duplex(1 << 16);
    let acceptor = every().field("X-Server", "a").field("X-Room", "none");
    let served = tokio::spawn(async move {
        let decided = acceptor.accept_with(far, async |offer: Offer| {
            tokio::time::sleep(Duration::from_millis(1)).await;
            let user = offer.request.field("x-user").map(ToOwned::to_owned);
            let accepted = Acceptance::new()
                .subprotocol("b")
                .field("Set-Cookie", "a=1")
                .field("Set-Cookie", "b=2")
                .field("x-room", "lobby");
            Ok(accepted.with(user.ok_or(401)?))
        });
        decided.await
    });
    let connector = connector(newest()).subprotocol("a").subprotocol("b");
    let connector = connector.field("X-User", "ada");
    let client = connector.connect(near, &address()).await.expect("accepted");
    assert_eq!(client.subprotocol(), Some("b"));
    let (server, user) = served.await.unwrap().expect("accepted");
    assert_eq!((server.subprotocol(), &*user), (Some("b"), "ada"));

    // What the acceptor says applies beside it, unless the application says otherwise.
    let (mut near, far) = with(&request(b"Sec-WebSocket-Protocol: a, b\r\n")).await;
    let acceptor = every().field("X-Server", "a").field("X-Room", "none");
    let acceptor = acceptor.subprotocols(Subprotocols::Any);
    let decide = |_| future::ready(Ok(Acceptance::new().field("x-room", "lobby")));
    acceptor.accept_with(far, decide).await.expect("accepted");
    let mut said = vec![0; 1 << 10];
    let length = near.read(&mut said).await.unwrap();
    let said = String::from_utf8_lossy(&said[..length]);
    for line in ["Sec-WebSocket-Protocol: a", "X-Server: a", "x-room: lobby"] {
        assert!(said.contains(&format!("\r\n{line}\r\n")), "{line}: {said}");
    }
    assert!(!said.contains("none"), "{said}");
    let (_near, far) = with(&request(b"Sec-WebSocket-Protocol: a\r\n")).await;
    let decide = |_| future::ready(Ok(Acceptance::new().no_subprotocol()));
    let (socket, ()) = acceptor.accept_with(far, decide).await.expect("accepted");
    assert_eq!(socket.subprotocol(), None);
}

#[tokio::test(start_paused = true)]
async fn a_decision_that_never_comes_does_not_hold_a_connection() {
    let mut limits = Limits::default();
    limits.handshake = Duration::from_secs(7);
    let acceptor = every().limits(limits);
    let (near, far) = with(&request(b"")).await;
    let decide = |_| future::pending::<Result<Acceptance, _>>();
    let started = tokio::time::Instant::now();
    let (result, said) = tokio::join!(acceptor.accept_with(far, decide), answer(near));
    assert_eq!(started.elapsed().as_secs(), 7);
    let refused = refusal(result.map(|_| ()));
    let (limit, value) = (Limit::Handshake, 7000);
    assert_eq!(refused.cause, RefusalCause::Limit { limit, value });
    assert!(
        said.starts_with("HTTP/1.1 503 Service Unavailable\r\n"),
        "{said}"
    );
}

#[tokio::test]
async fn only_valid_requests_for_a_connection_are_decided_about() {
    let acceptor = every();
    for (head, status) in [
        (&b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"[..], 426),
        (b"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505),
        (&request(b"Content-Length: 3\r\n"), 400),
    ] {
        let (near, far) = with(head).await;
        let decide =
            |offer| -> future::Ready<Result<Acceptance, Rejection>> { panic!("{offer:?}") };
        let (result, said) = tokio::join!(acceptor.accept_with(far, decide), answer(near));
        assert_eq!(refusal(result.map(|_| ())).status, Some(status));
        assert!(said.starts_with(&format!("HTTP/1.1 {status} ")), "{said}");
    }
}

#[tokio::test]
async fn nothing_of_what_may_not_stand_in_a_response_is_sent() {
    let injected = "1\r\nX-Injected: 1";
    let decisions: [Result<Acceptance, Rejection>; 5] = [
        Ok(Acceptance::new().field("X-Room", injected)),
        Ok(Acceptance::new().field("Sec-WebSocket-Accept", "1")),
        Ok(Acceptance::new().subprotocol("never-offered")),
        Err(Rejection::new(400).field("X-Room", injected)),
        Err(Rejection::new(101)),
    ];
    for decision in decisions {
        let (near, far) = with(&request(b"Sec-WebSocket-Protocol: a\r\n")).await;
        let shown = format!("{decision:?}");
        let result = every().accept_with(far, |_| future::ready(decision)).await;
        let misuse = |error: &_| {
            use ConnectionError::Misuse as Wrong;
            matches!(
                error,
                Error::Connection(Wrong(
                    Misuse::Unfit { .. }
                        | Misuse::Reserved(_)
                        | Misuse::Status(101)
                        | Misuse::Breaks(_)
                ))
            )
        };
        let error = result.map(|_| ()).expect_err("misuse");
        assert!(misuse(&error), "{shown}: {error:?}");
        assert_eq!(answer(near).await, "", "{shown}");
    }
}
