//! Opening handshakes.

use super::*;

#[tokio::test]
async fn a_port_of_every_draft_finds_the_draft_of_a_request() {
    for draft in drafts() {
        let (near, far) = duplex(1 << 16);
        let connector = connector(draft);
        let address = address();
        let acceptor = every();
        let mut accepting = acceptor.start(far);
        let serve = async {
            let Requested::Upgrade(offer) = accepting.request().await.unwrap() else {
                panic!("an offer")
            };
            let spoken = offer.draft;
            (accepting.accept(&Answer::default()).await.unwrap(), spoken)
        };
        let (client, (_, spoken)) = tokio::join!(connector.connect(near, &address), serve);
        // Drafts that look alike in the request are all candidates.
        let bytes = request(draft).await;
        let (head, body) = bytes.split_at(bytes.len() - draft.info().request_body);
        let found = parse::with_request(head, body, false, &HeadLimits::default(), |request| {
            detect(&request.fields, drafts())
        });
        let candidates = found.expect("a head").candidates;
        for candidate in [spoken, draft.info()] {
            assert!(candidates.contains(&candidate), "{}", candidate.short);
        }
        if spoken == draft.info() {
            client.unwrap();
        }
    }
}

#[tokio::test]
async fn the_body_of_a_request_may_come_with_the_head_or_after_the_answer() {
    let draft = with_body();
    let bytes = request(draft).await;
    let head = bytes.len() - draft.info().request_body;
    for with_head in 0..=draft.info().request_body {
        let (mut near, far) = duplex(1 << 16);
        let acceptor = every();
        let serve = acceptor.accept(far);
        let client = async {
            let (first, late) = bytes.split_at(head + with_head);
            near.write_all(first).await.unwrap();
            let mut answered = Vec::new();
            while !answered.ends_with(b"\r\n\r\n") {
                answered.push(near.read_u8().await.unwrap());
            }
            for byte in late {
                near.write_u8(*byte).await.unwrap();
                tokio::task::yield_now().await;
            }
            // A frame in the same breath is not lost.
            near.write_all(b"\x00early\xff").await.unwrap();
            let mut body = vec![0; draft.info().response_body];
            near.read_exact(&mut body).await.unwrap();
        };
        let (served, ()) = tokio::join!(serve, client);
        let mut server = served.unwrap();
        assert_eq!(server.recv().await.unwrap(), Some("early".into()));
    }
}

fn refusal(result: Result<Socket, Error>) -> Box<Refusal> {
    match result {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("no refusal but {other:?}"),
    }
}

#[tokio::test]
async fn limits_of_the_handshake_are_named() {
    let mut limits = Limits::default();
    limits.head = 300;
    limits.fields = 5;
    limits.handshake = Duration::from_millis(40);
    let acceptor = every().limits(limits);
    let long = format!("GET /{}", "x".repeat(300));
    let many = format!("GET / HTTP/1.1\r\n{}\r\n", "A: b\r\n".repeat(6));
    let cases: [(&str, u16); 3] = [("GET / HTTP/1.1\r\nHost:", 408), (&long, 431), (&many, 431)];
    for (sent, status) in cases {
        let (mut near, far) = duplex(1 << 16);
        near.write_all(sent.as_bytes()).await.unwrap();
        let (result, said) = tokio::join!(acceptor.accept(far), answer(near));
        let refusal = refusal(result);
        assert_eq!(refusal.status, Some(status), "{refusal}");
        assert!(said.starts_with(&format!("HTTP/1.1 {status} ")), "{said}");
        if status == 408 {
            let limit = Limit::Handshake;
            assert_eq!(refusal.cause, RefusalCause::Limit { limit, value: 40 });
        }
    }
}

#[tokio::test]
async fn a_request_that_would_break_a_rule_is_not_sent() {
    let (near, far) = duplex(1 << 16);
    let connector = connector(newest()).subprotocol("not a token");
    let error = connector
        .connect(near, &address())
        .await
        .expect_err("refused");
    assert!(
        matches!(
            error,
            Error::Connection(ConnectionError::Misuse(Misuse::Breaks(rule))) if rule.scope == Scope::Request
        ),
        "{error:?}"
    );
    assert_eq!(answer(far).await, "");
}

#[tokio::test]
async fn a_client_does_not_wait_for_ever() {
    let mut limits = Limits::default();
    limits.handshake = Duration::from_millis(40);
    let (near, _far) = duplex(1 << 16);
    let connector = connector(newest()).limits(limits);
    let error = connector.connect(near, &address()).await.expect_err("time");
    assert!(
        matches!(
            error,
            Error::Connection(ConnectionError::Limit {
                limit: Limit::Handshake,
                value: 40
            })
        ),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_broken_rule_is_refused_on_the_wire_and_as_a_value() {
    let bytes = request(newest()).await;
    let text = String::from_utf8(bytes).unwrap();
    let broken = text.replacen("GET", "PUT", 1);
    let (mut near, far) = duplex(1 << 16);
    near.write_all(broken.as_bytes()).await.unwrap();
    let acceptor = every();
    let (result, said) = tokio::join!(acceptor.accept(far), answer(near));
    let error = result.expect_err("a refusal");
    let violation = error.violation().expect("a violation");
    assert_eq!(violation.rule.id, "request-method");
    let status = violation.rule.http_status().unwrap();
    assert!(said.starts_with(&format!("HTTP/1.1 {status} ")), "{said}");
    assert!(said.contains("request-method"), "{said}");

    // The same request, where the rule may be broken.
    let (mut near, far) = duplex(1 << 16);
    near.write_all(broken.as_bytes()).await.unwrap();
    let relaxed = Policy::relaxed(Relaxed::new(&["request-method"]));
    every().policy(relaxed).accept(far).await.expect("relaxed");
}

#[tokio::test]
async fn requests_that_ask_for_no_upgrade_are_the_callers() {
    let (mut near, far) = duplex(1 << 16);
    near.write_all(b"GET /page HTTP/1.1\r\nHost: server.example\r\n\r\n")
        .await
        .unwrap();
    let mut accepting = every().start(far);
    let asked = |requested: &Requested| match requested {
        Requested::Plain(head) => (head.method().to_owned(), head.target().to_owned()),
        other => panic!("{other:?}"),
    };
    let plain = ("GET".to_owned(), "/page".to_owned());
    assert_eq!(asked(&accepting.request().await.unwrap()), plain);
    let fields = [("Content-Type", "text/html")];
    let (done, said) = tokio::join!(accepting.respond(200, &fields, "<p>hi"), answer(near));
    done.unwrap();
    assert!(said.starts_with("HTTP/1.1 200 OK\r\n"), "{said}");
    assert!(said.contains("Content-Type: text/html\r\n"), "{said}");
    assert!(said.ends_with("\r\n\r\n<p>hi"), "{said}");
    let again = accepting.accept(&Answer::default()).await;
    assert!(matches!(
        again,
        Err(Error::Connection(ConnectionError::Misuse(Misuse::Closed)))
    ));

    // What else may be asked for is nothing to a WebSocket server (RFC 9110 §7.8).
    let (mut near, far) = duplex(1 << 16);
    near.write_all(
        b"GET /page HTTP/1.1\r\nHost: server.example\r\nConnection: Upgrade, HTTP2-Settings\r\n\
          Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n",
    )
    .await
    .unwrap();
    let requested = every().start(far).request().await.unwrap();
    assert_eq!(asked(&requested), plain);

    let (mut near, far) = duplex(1 << 16);
    near.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    let acceptor = every();
    let (result, said) = tokio::join!(acceptor.accept(far), answer(near));
    assert_eq!(refusal(result).cause, RefusalCause::NoUpgrade);
    assert!(said.starts_with("HTTP/1.1 426 "), "{said}");
    let version = newest().info().request_header(Purpose::Version).unwrap();
    assert!(said.contains(version.name), "{said}");
}

#[tokio::test]
async fn an_offer_can_be_refused_by_the_application() {
    for draft in drafts() {
        let (near, far) = duplex(1 << 16);
        let connector = connector(draft);
        let mut accepting = Acceptor::new(draft).start(far);
        let serve = async {
            let Requested::Upgrade(offer) = accepting.request().await.unwrap() else {
                panic!("an offer")
            };
            assert_eq!(offer.resource, "/chat?room=1");
            assert_eq!(offer.origin.as_deref(), Some("http://client.example"));
            accepting.respond(403, &[], "not you\n").await.unwrap();
        };
        let address = address();
        let (client, ()) = tokio::join!(
            async {
                // Ends the stream as soon as it is known, as clients do.
                connector.connect(near, &address).await
            },
            serve
        );
        match client {
            Err(Error::Handshake(error)) => assert!(
                matches!(error.cause, ClientError::Refused { status: 403, .. }),
                "{error:?}"
            ),
            other => panic!("{}: {other:?}", draft.info().short),
        }
    }
}

#[tokio::test]
async fn a_subprotocol_is_agreed() {
    let draft = newest();
    let offering = connector(draft).subprotocol("a").subprotocol("b");
    let cases = [
        (Subprotocols::None, None),
        (Subprotocols::Any, Some("a")),
        (Subprotocols::These(vec!["c".into(), "b".into()]), Some("b")),
        (Subprotocols::These(vec!["c".into()]), None),
    ];
    for (supported, chosen) in cases {
        let acceptor = Acceptor::new(draft).subprotocols(supported);
        let pair = Pair::with(offering.clone(), acceptor).await;
        assert_eq!(pair.client.subprotocol(), chosen);
        assert_eq!(pair.server.subprotocol(), chosen);
    }
}

#[tokio::test]
async fn a_refusal_lists_versions_and_a_common_one_is_tried() {
    let old = drafts()
        .find(|draft| {
            let info = draft.info();
            let version =
                |info: &DraftInfo| info.request_header(Purpose::Version).map(|of| of.name);
            info.wire_version != newest().info().wire_version
                && version(info) == version(newest().info())
        })
        .expect("a draft of another version");
    let acceptor = Acceptor::new(newest());
    let address = address();
    let (near, far) = duplex(1 << 16);
    let connector = connector(old);
    let (client, served) = tokio::join!(connector.connect(near, &address), acceptor.accept(far));
    assert!(served.is_err());
    let wanted = newest().info().wire_version.unwrap();
    match client {
        Err(Error::Handshake(error)) => match error.cause {
            ClientError::Refused { ref versions, .. } => assert_eq!(*versions, [wanted]),
            ref other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }

    let all: Vec<_> = drafts().collect();
    let open = || async {
        let (near, far) = duplex(1 << 16);
        let acceptor = acceptor.clone();
        tokio::spawn(async move {
            if let Ok(mut server) = acceptor.accept(far).await {
                let _ = server.recv().await;
            }
        });
        Ok(near)
    };
    let client = connector.connect_common(&address, &all, open).await;
    let client = client.expect("the second attempt");
    assert_eq!(client.connection().info().wire_version, Some(wanted));
}

/// A bare empty line ends no head: what would follow it is not swallowed.
#[tokio::test]
async fn a_head_with_junk_after_its_end_is_refused() {
    let (near, mut far) = duplex(1 << 16);
    let mut bytes = request(newest()).await;
    bytes.truncate(bytes.len() - 2);
    bytes.extend_from_slice(b"\n\x00\xff junk\r\n\r\n");
    far.write_all(&bytes).await.expect("sent");
    let accepting =
        tokio::spawn(async move { Acceptor::new(newest()).accept(near).await.map(drop) });
    let answer = answer(far).await;
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert!(matches!(
        accepting.await.expect("no panic"),
        Err(Error::Refused(_))
    ));
}
