//! Requests with content, which are refused.

use super::*;

/// Lines that announce content, which an upgrade may not have.
const CONTENT: [(&str, &str); 6] = [
    ("Content-Length", "7"),
    ("content-length", "00000000000000000000000000007"),
    ("Content-Length", "-1"),
    ("Content-Length", "0, 7"),
    ("Transfer-Encoding", "chunked"),
    ("Transfer-Encoding", "identity"),
];

fn with_field(request: &[u8], name: &str, value: &str) -> Vec<u8> {
    let end = request
        .windows(4)
        .position(|bytes| bytes == b"\r\n\r\n")
        .unwrap()
        + 2;
    let line = format!("{name}: {value}\r\n");
    [
        &request[..end],
        line.as_bytes(),
        &request[end..],
        b"\x81\x81\x01\x02\x03\x04\x79",
    ]
    .concat()
}

fn has_content(refusal: &Refusal) -> bool {
    refusal.status == Some(400)
        && matches!(refusal.cause, RefusalCause::Head(HeadError::Content { .. }))
}

#[tokio::test(start_paused = true)]
async fn a_request_with_content_is_refused() {
    for draft in drafts() {
        let name = draft.info().short;
        for (field, value) in CONTENT {
            let bytes = with_field(&request(draft), field, value);
            let (mut near, far) = duplex(1 << 16);
            near.write_all(&bytes).await.unwrap();
            let acceptor = Acceptor::new(draft);
            let mut sent = String::new();
            let (refused, read) =
                tokio::join!(acceptor.accept(far), near.read_to_string(&mut sent));
            read.unwrap();
            assert!(
                sent.starts_with("HTTP/1.1 400 Bad Request\r\n"),
                "{name}: {sent}"
            );
            match refused {
                Err(Error::Refused(refusal)) => assert!(has_content(&refusal), "{refusal:?}"),
                other => panic!("{name}: {other:?}"),
            }
            let stream = Kept::with(&bytes);
            match acceptor.accept_blocking(stream.clone()) {
                Err(Error::Refused(refusal)) => assert!(has_content(&refusal), "{refusal:?}"),
                other => panic!("{name}: {other:?}"),
            }
            assert!(stream.written().starts_with(b"HTTP/1.1 400 "));
        }
        // None of it, said in so many words; and, where the draft has bytes behind its head, those.
        for length in [0, draft.info().request_body] {
            let bytes = with_field(&request(draft), "Content-Length", &length.to_string());
            let mut server = ServerHandshake::new([draft], ServerOptions::default());
            let received = server.receive(&bytes);
            // One draft takes no field but its own.
            let allowed = !draft
                .info()
                .rules
                .iter()
                .any(|rule| rule.id == "request-order");
            assert_eq!(
                matches!(received, Ok(Some(Requested::Upgrade(_)))),
                allowed,
                "{name}"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_with_content_is_refused_behind_another_server() {
    let acceptor = Acceptor::<Spoken>::any(drafts());
    for (field, value) in CONTENT {
        let mut request = parsed(&[(field, value)]);
        let refused = |error: &UpgradeError| {
            assert_eq!(error.response().status(), 400);
            matches!(error, UpgradeError::Refused(refusal) if has_content(refusal))
        };
        assert!(refused(&upgrade(&request).expect_err("content")));
        let error = hyper::upgrade(&acceptor, &mut request).expect_err("content");
        assert!(refused(&error));
        let (mut parts, ()) = request.into_parts();
        let extracted =
            <WebSocketUpgrade<Spoken> as axum::extract::FromRequestParts<()>>::from_request_parts(
                &mut parts,
                &(),
            );
        assert!(refused(&extracted.await.expect_err("content")));
    }
    // Content that the server has read is not what a draft has behind its head.
    let draft = drafts()
        .find(|draft| draft.info().request_body > 0)
        .unwrap();
    let text = request(draft);
    let head = String::from_utf8_lossy(&text);
    let mut with_body = http::Request::get("/").header("content-length", "8");
    for line in head.lines().skip(1).take_while(|line| !line.is_empty()) {
        let (name, value) = line.split_once(": ").unwrap();
        with_body = with_body.header(name, value);
    }
    let (options, none) = (ServerOptions::default(), Extensions::none());
    let refused = Upgrade::new([draft], options, none, &with_body.body(()).unwrap());
    assert!(matches!(refused, Err(UpgradeError::Refused(refusal)) if has_content(&refusal)));
}
