//! Detection and handshakes from requests that something else has parsed, in every draft.

use http::{HeaderMap, Request, StatusCode, Version as HttpVersion};
use wsdraft::{
    Draft,
    detect::{detect, detect_head},
    extension::Extensions,
    handshake::{
        Answer, Fields, HeadError, HeadLimits, Opening,
        client::{ClientHandshake, ClientOptions},
        parse,
        server::{RefusalCause, ServerOptions},
    },
    http::{ReasonPhrase, Upgrade, UpgradeError, detect_headers, detect_request, with_request},
    versions::{Version, Versions},
};

type Spoken = &'static dyn Draft;

fn drafts() -> impl Iterator<Item = Spoken> {
    wsdraft::drafts::ALL.iter().copied()
}

fn find(name: &str) -> Spoken {
    drafts()
        .find(|draft| draft.info().name == name || draft.info().short == name)
        .expect(name)
}

fn client(draft: Spoken) -> ClientHandshake<Spoken> {
    let opening = Opening {
        host: "server.example",
        resource: "/chat?room=1",
        origin: Some("http://client.example"),
        subprotocols: &[],
        extensions: None,
        cookie: None,
        fields: &[],
        entropy: &|bytes| bytes.fill(7),
    };
    ClientHandshake::new(draft, &opening, ClientOptions::default())
}

/// Where the head ends.
fn end(bytes: &[u8]) -> usize {
    let end = bytes.windows(4).position(|bytes| bytes == b"\r\n\r\n");
    end.expect("a head") + 4
}

/// A request as a server has it that parses requests into these types.
fn parsed(bytes: &[u8]) -> Request<()> {
    let head = &bytes[..end(bytes)];
    parse::with_request(head, &[], false, &HeadLimits::default(), |request| {
        let mut made = Request::builder()
            .method(request.method)
            .uri(request.target)
            .version(HttpVersion::HTTP_11);
        for field in request.fields.iter() {
            made = made.header(field.name, field.value);
        }
        made.body(()).expect("a request")
    })
    .expect("a head")
}

/// An answer as such a server writes it.
fn written(response: &http::Response<()>) -> Vec<u8> {
    let ReasonPhrase(reason) = response.extensions().get().expect("a reason");
    let status = response.status().as_u16();
    let mut head = format!("HTTP/1.1 {status} {reason}\r\n").into_bytes();
    for (name, value) in response.headers() {
        head.extend_from_slice(name.as_str().as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(value.as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(b"date: Thu, 01 Jan 1970 00:00:00 GMT\r\n\r\n");
    head
}

fn upgrade(draft: Spoken, request: &Request<()>) -> Result<Upgrade<Spoken>, UpgradeError> {
    Upgrade::new(
        [draft],
        ServerOptions::default(),
        Extensions::none(),
        request,
    )
}

#[test]
fn a_parsed_request_and_its_bytes_are_detected_alike() {
    for draft in drafts() {
        let name = draft.info().short;
        let client = client(draft);
        let (head, limits) = (client.request(), HeadLimits::default());
        let of_fields = parse::with_request(&head[..end(head)], &[], false, &limits, |request| {
            detect(&request.fields, drafts())
        });
        let of_fields = of_fields.expect(name);
        let request = parsed(head);
        let found = [
            detect_request(&request, drafts()),
            detect_headers(request.headers(), drafts()),
            detect_head(head, drafts()).expect(name),
        ];
        assert!(of_fields.candidates.contains(&draft.info()), "{name}");
        for found in found {
            assert_eq!(found.draft, of_fields.draft, "{name}");
            assert_eq!(found.candidates, of_fields.candidates, "{name}");
            assert_eq!(found.wire_version, of_fields.wire_version, "{name}");
            assert_eq!(found.reasons, of_fields.reasons, "{name}");
        }
        let versions = Versions::built_in();
        let expected = of_fields.draft.expect(name).short;
        for version in [
            versions.of_request(&request),
            versions.of_headers(request.headers()),
            versions.of_head(head).expect(name),
        ] {
            assert_eq!(version.expect(name).short(), expected, "{name}");
        }
    }
}

#[test]
fn a_version_is_found_by_its_number_where_no_draft_fits() {
    let request = Request::get("/")
        .header("Sec-WebSocket-Version", "13")
        .body(())
        .unwrap();
    let versions = Versions::built_in();
    let found = detect_request(&request, [find("hixie-76")]);
    assert_eq!((found.draft, found.wire_version), (None, None));
    assert_eq!(versions.of_detection(&found), None);
    let found = detect_request(&request, drafts());
    assert_eq!(found.wire_version, Some(13));
    assert_eq!(
        versions.of_request(&request).and_then(Version::number),
        Some(13),
        "{found:?}"
    );
    let none = HeaderMap::new();
    let of_none = detect(&Fields::default(), drafts());
    assert_eq!(detect_headers(&none, drafts()).draft, of_none.draft);
}

#[test]
fn heads_are_detected_within_bounds() {
    let whole =
        b"GET / HTTP/1.1\r\nSec-WebSocket-Version: 13\r\n\r\nSec-WebSocket-Version: 8\r\n\r\n";
    assert_eq!(detect_head(whole, drafts()).unwrap().wire_version, Some(13));
    assert!(detect_head(&whole[..30], drafts()).is_err());
    assert!(detect_head(b"\x81\x85\r\n\r\n", drafts()).is_err());
    let mut long = b"GET / HTTP/1.1\r\nA: ".to_vec();
    long.resize(HeadLimits::default().bytes, b'a');
    long.extend_from_slice(b"\r\n\r\n");
    assert!(matches!(
        detect_head(&long, drafts()),
        Err(HeadError::TooLong { .. })
    ));
}

#[test]
fn a_request_is_shown_to_a_draft_as_it_was_received() {
    let request = parsed(client(find("rfc6455")).request());
    with_request(&request, true, |request| {
        assert_eq!(request.method, "GET");
        assert_eq!(request.target, "/chat?room=1");
        assert_eq!(request.minor_version, 1);
        assert!(request.secure);
        let host = request.fields.get("Host").expect("a host");
        assert_eq!(host.value, b"server.example");
    });
}

#[test]
fn every_draft_is_upgraded_or_refused_for_a_reason() {
    let (mut upgraded, mut refused) = (Vec::new(), Vec::new());
    for draft in drafts() {
        let name = draft.info().short;
        let mut client = client(draft);
        let sent = client.request().to_vec();
        let (head, body) = sent.split_at(end(&sent));
        let made = upgrade(draft, &parsed(head)).and_then(|mut upgrade| {
            assert_eq!(upgrade.offer().resource, "/chat?room=1", "{name}");
            let response = upgrade.accept(&Answer::default())?;
            Ok((upgrade, response))
        });
        let (mut upgrade, response) = match made {
            Ok(made) => made,
            Err(error @ (UpgradeError::Order { .. } | UpgradeError::Written { .. })) => {
                let response = error.response();
                assert_eq!(response.status(), StatusCode::NOT_IMPLEMENTED, "{name}");
                assert!(response.body().contains(name), "{name}: {error}");
                refused.push(name);
                continue;
            }
            Err(error) => panic!("{name}: {error}"),
        };
        assert_eq!(response.status(), StatusCode::SWITCHING_PROTOCOLS, "{name}");
        // The client takes the answer as it is written, and what follows.
        let agreed = client.receive(&written(&response));
        assert_eq!(agreed.expect(name).is_some(), body.is_empty(), "{name}");
        assert_eq!(upgrade.is_done(), body.is_empty(), "{name}");
        for byte in body {
            upgrade.receive(&[*byte]);
        }
        upgrade.receive(b"frames");
        let agreed = client.receive(&upgrade.take_output()).expect(name);
        assert_eq!(agreed.expect(name).draft, draft.info(), "{name}");
        assert!(upgrade.is_done(), "{name}");
        let server = upgrade.finish().expect(name);
        assert_eq!(server.rest, b"frames", "{name}");
        let client = client.finish().expect(name);
        assert_eq!(client.session, server.session, "{name}");
        upgraded.push(name);
    }
    // Its rule on the first header fields depends on what the map has lost.
    assert_eq!(refused, ["hixie-75"]);
    assert_eq!(upgraded.len(), drafts().count() - 1);
}

#[test]
fn what_is_no_upgrade_is_answered() {
    let draft = find("rfc6455");
    let plain = Request::get("/").header("Host", "a").body(()).unwrap();
    let error = upgrade(draft, &plain).expect_err("no upgrade");
    assert!(
        matches!(&error, UpgradeError::Refused(refusal) if refusal.cause == RefusalCause::NoUpgrade),
        "{error:?}"
    );
    let response = error.response();
    assert_eq!(response.status(), StatusCode::UPGRADE_REQUIRED);
    let headers = response.headers();
    assert_eq!(headers["sec-websocket-version"], "13");
    assert_eq!(headers["upgrade"], "websocket");
    assert_eq!(headers["connection"], "Upgrade, close");

    let mut broken = parsed(client(draft).request());
    broken
        .headers_mut()
        .insert("sec-websocket-key", "short".parse().unwrap());
    let error = upgrade(draft, &broken).expect_err("a rule");
    let UpgradeError::Refused(refusal) = &error else {
        panic!("{error:?}")
    };
    let RefusalCause::Violation(violation) = &refusal.cause else {
        panic!("{refusal:?}")
    };
    let response = error.response();
    assert_eq!(Some(response.status().as_u16()), refusal.status);
    assert_eq!(*response.body(), format!("{violation}\n"));

    let mut newer = parsed(client(draft).request());
    *newer.version_mut() = HttpVersion::HTTP_2;
    let error = upgrade(draft, &newer).expect_err("no extended CONNECT");
    assert_eq!(error.response().status(), StatusCode::BAD_REQUEST);
    let error = upgrade(find("hybi-17"), &newer).expect_err("a version");
    assert_eq!(error, UpgradeError::Version(HttpVersion::HTTP_2));
    assert_eq!(
        error.response().status(),
        StatusCode::HTTP_VERSION_NOT_SUPPORTED
    );
    assert_eq!(
        UpgradeError::Unavailable.response().status(),
        StatusCode::INTERNAL_SERVER_ERROR
    );
}

#[test]
fn a_subprotocol_is_offered_once() {
    let draft = find("rfc6455");
    let offering = |values: &[&str]| {
        let mut request = parsed(client(draft).request());
        for value in values {
            let value = value.parse().unwrap();
            request
                .headers_mut()
                .append("sec-websocket-protocol", value);
        }
        upgrade(draft, &request)
    };
    assert!(offering(&["chat, other", "Chat"]).is_ok());
    for values in [&["chat, other,chat"][..], &["chat", "other, chat"]] {
        let error = offering(values).expect_err("a rule");
        let violation = error.violation().expect("a rule");
        assert_eq!(violation.rule.id, "subprotocols-distinct");
        assert_eq!(error.response().status(), StatusCode::BAD_REQUEST);
    }
}

#[test]
fn what_is_agreed_is_in_the_answer() {
    let draft = find("rfc6455");
    let mut request = parsed(client(draft).request());
    let offers = [
        ("sec-websocket-protocol", "chat, other"),
        ("sec-websocket-extensions", "permessage-deflate"),
    ];
    for (name, value) in offers {
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    let (parts, ()) = request.into_parts();
    let extensions = Extensions::compression();
    let options = ServerOptions::default();
    let mut upgrade = Upgrade::of_parts([draft], options, extensions, &parts).unwrap();
    let answer = Answer {
        subprotocol: Some("other"),
        fields: &[("X-Room", "1")],
        ..Answer::default()
    };
    let response = upgrade.accept(&answer).unwrap();
    let headers = response.headers();
    assert_eq!(headers["sec-websocket-protocol"], "other");
    assert_eq!(headers["sec-websocket-extensions"], "permessage-deflate");
    assert_eq!(headers["x-room"], "1");
    let established = upgrade.finish().expect("no body");
    assert_eq!(established.extensions.header(), Some("permessage-deflate"));
}
