//! Responses, over tokio and blocking streams, and in the types of the crate `http`.

use std::{thread, time::Duration};

use http::{HeaderMap, Method, StatusCode, Version, header};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, duplex},
    time::Instant,
};
use wsdraft::{
    Limit,
    handshake::{
        Acceptance, HeadLimits, Opening, Rejection, RequestHead, ResponseHead,
        client::{ClientError, ClientHandshake, ClientOptions},
        parse,
    },
    tokio::Acceptor,
};

use super::*;
use wsdraft_tests::{
    ports::{accept, dial, listen},
    sockets::{address, drafts, newest},
};

#[tokio::test]
async fn a_client_sees_the_response_that_accepts() {
    for draft in drafts() {
        let (near, far) = duplex(1 << 16);
        let acceptor = Acceptor::new(draft).field("Set-Cookie", "a=1");
        let acceptor = acceptor.field("Set-Cookie", "b=2");
        let (address, connector) = (address(), connector(draft));
        let (client, server) =
            tokio::join!(connector.connect(near, &address), acceptor.accept(far));
        assert_eq!(server.expect("a server").response(), None);
        let mut client = client.expect("a client");
        let response = client.response().expect("a response");
        assert_eq!((response.status(), response.minor_version()), (101, 1));
        let cookies = response.fields().all("set-cookie");
        let cookies: Vec<_> = cookies.filter_map(|field| field.text()).collect();
        assert_eq!(cookies, ["a=1", "b=2"]);
        let names: Vec<_> = response.fields().iter().map(|field| field.name).collect();
        assert!(names.contains(&"Upgrade"), "{names:?}");
        let taken = client.take_response().expect("a response");
        assert!(taken.reason().starts_with("Switching") || taken.reason().starts_with("Web"));
        assert_eq!(client.response(), None);
    }
}

/// What a client gets of this response.
async fn refused(response: &[u8], most: Option<usize>) -> Error {
    let (near, mut far) = duplex(1 << 20);
    far.write_all(response).await.unwrap();
    let mut connector = connector(newest());
    if let Some(most) = most {
        connector = connector.refusal_body(most);
    }
    let failed = connector.connect(near, &address()).await;
    failed.map(drop).expect_err("refused")
}

#[tokio::test(start_paused = true)]
async fn a_client_can_act_on_a_refusal() {
    let response = b"HTTP/1.1 302 Moved There\r\nLocation: wss://other.example/\r\n\
        set-cookie: a=1\r\nSet-Cookie: b=2\r\nX-Raw: \xff\r\nContent-Length: 5\r\n\r\nthere";
    let failed = refused(response, None).await;
    let text = "ws://server.example/chat?…: the server refused with status 302 \"Moved There\"";
    assert_eq!(failed.to_string(), text);
    let Error::Handshake(failed) = failed else {
        panic!("no refusal: {failed:?}");
    };
    assert_eq!(failed.address.resource(), "/chat?room=1");
    let error = &failed.cause;
    let ClientError::Refused {
        status,
        reason,
        fields,
        body,
        ..
    } = error
    else {
        panic!("no refusal: {error:?}");
    };
    assert_eq!(
        (*status, &**reason, &**body),
        (302, "Moved There", &b"there"[..])
    );
    assert_eq!(fields.text("LOCATION"), Some("wss://other.example/"));
    assert_eq!(fields.all("set-cookie").count(), 2);

    let response = error.response().expect("a response");
    assert_eq!(response.status(), StatusCode::FOUND);
    assert_eq!(response.headers()[header::LOCATION], "wss://other.example/");
    assert_eq!(
        response
            .headers()
            .get_all(header::SET_COOKIE)
            .iter()
            .count(),
        2
    );
    assert_eq!(response.headers()["x-raw"].as_bytes(), b"\xff");
    assert_eq!(response.body(), b"there");
}

#[tokio::test(start_paused = true)]
async fn a_response_that_ends_with_its_head_is_not_waited_for() {
    for status in [204, 304] {
        let start = Instant::now();
        let head = format!("HTTP/1.1 {status} No\r\nContent-Length: 5\r\n\r\n");
        let error = refused(head.as_bytes(), None).await;
        assert!(
            matches!(error.handshake(), Some(ClientError::Refused { .. })),
            "{error}"
        );
        assert_eq!(start.elapsed().as_millis(), 0, "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_body_of_a_refusal_is_as_long_as_the_client_wants() {
    let body = |error: &Error| match error.handshake() {
        Some(ClientError::Refused { body, .. }) => body.len(),
        other => panic!("no refusal: {other:?}"),
    };
    let sent = [b'a'; 20_000];
    let head = b"HTTP/1.1 429 Too Many Requests\r\nContent-Length: 20000\r\n\r\n";
    let plain = [&head[..], &sent].concat();
    let head = b"HTTP/1.1 429 Too Many Requests\r\nTransfer-Encoding: chunked\r\n\r\n4e20\r\n";
    let chunked = [&head[..], &sent, b"\r\n0\r\n\r\n"].concat();
    for response in [plain, chunked] {
        for (most, expected) in [
            (None, 4 << 10),
            (Some(0), 0),
            (Some(10_000), 10_000),
            (Some(usize::MAX), 20_000),
        ] {
            assert_eq!(body(&refused(&response, most).await), expected, "{most:?}");
        }
    }
}

#[test]
fn it_is_so_over_blocking_streams() {
    let (listener, address) = listen();
    let serve = thread::spawn(move || {
        let acceptor = Acceptor::any(drafts());
        for decision in [
            Err(Rejection::new(401).field("WWW-Authenticate", "Basic")),
            Ok(Acceptance::new().field("Set-Cookie", "a=1")),
        ] {
            let _ = acceptor.accept_blocking_with(accept(&listener), |_| decision);
        }
    });
    let connector = connector(newest());
    let refused = connector.connect_blocking(dial(&address), &address);
    let failed = refused.map(drop).expect_err("refused");
    let start = format!("ws://{}/chat?…: ", address.authority());
    assert!(failed.to_string().starts_with(&start), "{failed}");
    let response = failed.handshake().expect("a refusal").response();
    let response = response.expect("a response");
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(response.headers()[header::WWW_AUTHENTICATE], "Basic");
    let client = connector.connect_blocking(dial(&address), &address);
    let mut client = client.expect("accepted");
    assert_eq!(
        client.response().expect("a response").field("set-cookie"),
        Some("a=1")
    );
    assert!(client.take_response().is_some() && client.response().is_none());
    serve.join().expect("no panic");
}

#[test]
fn heads_become_values_of_the_crate_http() {
    let limits = HeadLimits::default();
    let head = request(LINES);
    let kept = parse::with_request(&head, &[], false, &limits, RequestHead::of);
    let asked = http::Request::try_from(&kept.expect("a request")).expect("a request");
    assert_eq!(
        (asked.method(), asked.version()),
        (&Method::GET, Version::HTTP_11)
    );
    assert_eq!(asked.uri(), "/chat?room=1");
    assert_eq!(asked.headers()[header::AUTHORIZATION], "Bearer secret");
    assert_eq!(asked.headers().get_all("x-list").iter().count(), 2);
    assert_eq!(asked.headers().len(), 10);
    let unfit = parse::with_request(
        b"GET {} HTTP/1.1\r\n\r\n",
        &[],
        false,
        &limits,
        RequestHead::of,
    );
    if let Ok(unfit) = unfit {
        assert!(http::Request::try_from(&unfit).is_err(), "{unfit:?}");
    }

    let head = b"HTTP/1.0 101 Ok\r\nA: 1\r\na: 2\r\n\r\n";
    let kept = parse::with_response(head, &[], &limits, ResponseHead::of).expect("a response");
    let response = http::Response::try_from(&kept).expect("a response");
    assert_eq!(response.status(), StatusCode::SWITCHING_PROTOCOLS);
    assert_eq!(response.version(), Version::HTTP_10);
    let map = HeaderMap::try_from(kept.fields()).expect("fields");
    assert_eq!(map.get_all("a").iter().count(), 2);

    let page = http::Response::builder().status(404).header("x-a", "1");
    let page = page
        .header("content-length", "2")
        .body("no")
        .expect("a response");
    let expected = Rejection::new(404).field("x-a", "1").body("no");
    assert_eq!(Rejection::from(page), expected);
}

/// Each byte of a refusal is examined once: a megabyte that comes byte by byte takes no time.
#[test]
fn a_long_refusal_in_single_bytes_is_read_at_once() {
    const LENGTH: usize = 1 << 20;
    let opening = Opening {
        host: "server.example",
        resource: "/",
        origin: None,
        subprotocols: &[],
        extensions: None,
        cookie: None,
        fields: &[],
        entropy: &|bytes| bytes.fill(7),
    };
    let chunks = "1000\r\n".len() + 0x1000 + "\r\n".len();
    for (field, length) in [
        (format!("Content-Length: {LENGTH}"), LENGTH),
        (
            "Transfer-Encoding: chunked".to_owned(),
            LENGTH / 0x1000 * chunks,
        ),
    ] {
        let options = ClientOptions::default().refusal_body(LENGTH);
        let mut client = ClientHandshake::new(newest(), &opening, options);
        let head = format!("HTTP/1.1 404 Not Found\r\n{field}\r\n\r\n");
        assert!(client.receive(head.as_bytes()).expect("no end").is_none());
        let chunk = format!("1000\r\n{}\r\n", "a".repeat(0x1000));
        let body = match length {
            LENGTH => "a".repeat(LENGTH),
            _ => chunk.repeat(LENGTH / 0x1000),
        };
        let mut pieces = body.as_bytes().chunks(1);
        let error = pieces.find_map(|piece| client.receive(piece).err());
        let Some(ClientError::Refused { body, .. }) = error else {
            panic!("{error:?}")
        };
        assert!(body.len() == LENGTH && body.iter().all(|&byte| byte == b'a'));
        // The error stays.
        client.receive(b"more").expect_err("a refusal");
        client.refused().expect("a refusal");
    }
}

/// A server that sends its refusal in drops does not hold a client beyond its time.
#[tokio::test(start_paused = true)]
async fn a_refusal_without_an_end_is_not_waited_for_beyond_the_time() {
    let (near, mut far) = duplex(1 << 10);
    let drip = async {
        let head = b"HTTP/1.1 500 No\r\nContent-Length: 1000000\r\n\r\n";
        far.write_all(head).await.unwrap();
        while far.write_all(b"a").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    let (address, connector) = (address(), connector(newest()).refusal_body(usize::MAX));
    let started = Instant::now();
    let failed = tokio::select! {
        failed = connector.connect(near, &address) => failed.map(drop).expect_err("refused"),
        () = drip => unreachable!("the client stays"),
    };
    let limit = wsdraft::Limits::default();
    assert_eq!(
        started.elapsed(),
        limit.handshake,
        "{}",
        limit.value(Limit::Handshake)
    );
    assert!(matches!(
        failed.handshake(),
        Some(ClientError::Refused { status: 500, .. })
    ));
}

#[tokio::test]
async fn a_client_in_one_line_quotes_its_url() {
    for (response, expected) in [
        (
            &b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"[..],
            "the server refused with status 401 \"Unauthorized\"",
        ),
        (
            b"HTTP/1.1 101 ",
            "the opening handshake failed: the server left in the middle of the opening response",
        ),
    ] {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("ws://{}/chat", listener.local_addr().unwrap());
        let serve = async {
            let mut stream = listener.accept().await.unwrap().0;
            let mut request = [0; 1 << 10];
            let _ = stream.read(&mut request).await.unwrap();
            stream.write_all(response).await.unwrap();
        };
        let (opened, ()) = tokio::join!(wsdraft::connect(&url), serve);
        let error = opened.map(drop).expect_err("refused");
        assert_eq!(error.to_string(), format!("{url}: {expected}"));
    }
}
