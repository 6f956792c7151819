//! Every adapter decides alike.

use super::*;

/// All of an answer.
async fn answered(
    mut stream: impl tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
    request: &[u8],
) -> String {
    stream.write_all(request).await.unwrap();
    let mut answer = Vec::new();
    let mut buffer = [0; 1024];
    // Up to the end of the head, or of the explanation.
    let is_whole = |answer: &[u8]| {
        let text = String::from_utf8_lossy(answer);
        text.ends_with(")\n") || text.starts_with("HTTP/1.1 101 ") && text.contains("\r\n\r\n")
    };
    while !is_whole(&answer) {
        let length = stream.read(&mut buffer).await.unwrap();
        assert!(length > 0, "{}", String::from_utf8_lossy(&answer));
        answer.extend_from_slice(&buffer[..length]);
    }
    String::from_utf8_lossy(&answer).into_owned()
}

async fn over_tokio(acceptor: Acceptor<Spoken>, request: &[u8]) -> String {
    let (near, far) = duplex(1 << 16);
    tokio::spawn(async move {
        let socket = acceptor.accept(far).await;
        std::future::pending::<()>().await;
        drop(socket);
    });
    answered(near, request).await
}

async fn over_hyper(acceptor: Acceptor<Spoken>, request: &[u8]) -> String {
    let (near, far) = duplex(1 << 16);
    tokio::spawn(async move {
        let service = service_fn(|mut request| {
            let answer = upgrade(&acceptor, &mut request);
            let answer = answer.map_or_else(|error| error.response(), |(answer, _)| answer);
            async { Ok::<_, Infallible>(answer) }
        });
        let connection = http1::Builder::new().serve_connection(TokioIo::new(far), service);
        connection.with_upgrades().await
    });
    answered(near, request).await
}

async fn over_axum(acceptor: Acceptor<Spoken>, request: &[u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let handler = get(|upgrade: WebSocketUpgrade| async { upgrade.on_upgrade(|_| async {}) });
    let router = Router::new().route("/chat", handler).with_state(acceptor);
    tokio::spawn(async move { axum::serve(listener, router).await });
    answered(TcpStream::connect(address).await.unwrap(), request).await
}

/// The types of the `http` crate; what the refusal says.
fn over_http(acceptor: &Acceptor<Spoken>, request: &[u8]) -> String {
    let end = request
        .windows(4)
        .position(|bytes| bytes == b"\r\n\r\n")
        .unwrap()
        + 4;
    let limits = HeadLimits::default();
    let parsed = parse::with_request(&request[..end], &[], false, &limits, |request| {
        let mut made = Request::builder()
            .uri(request.target)
            .version(Version::HTTP_11);
        for field in request.fields.iter() {
            made = made.header(field.name, field.value);
        }
        made.body(()).unwrap()
    });
    match wsdraft::http::Upgrade::by(acceptor, &parsed.unwrap()) {
        Ok(_) => "HTTP/1.1 101 ".into(),
        Err(error) => {
            let response = error.response();
            format!("HTTP/1.1 {}\r\n\r\n{}", response.status(), response.body())
        }
    }
}

#[tokio::test]
async fn every_adapter_says_who_gets_in() {
    let acceptor = acceptor(
        Origins::these(["https://good.example"]).unwrap(),
        Hosts::these(["server.example"]).unwrap(),
    );
    let cases = [
        ("server.example", "https://good.example", "101", ""),
        (
            "server.example",
            "https://evil.example",
            "403 Forbidden",
            "the origin \"https://evil.example\" is not allowed here (origin-refused, RFC 6455 §10.2)\n",
        ),
        (
            "evil.example",
            "https://good.example",
            "403 Forbidden",
            "the host \"evil.example\" is not one of this server's (host-refused, RFC 9110 §7.4)\n",
        ),
    ];
    for name in ["hixie-76", "hybi-04", "hybi-08", "rfc6455"] {
        for (host, origin, status, said) in cases {
            let request = request(find(name), host, Some(origin));
            let answers = [
                ("tokio", over_tokio(acceptor.clone(), &request).await),
                ("hyper", over_hyper(acceptor.clone(), &request).await),
                ("axum", over_axum(acceptor.clone(), &request).await),
                ("http", over_http(&acceptor, &request)),
            ];
            for (adapter, answer) in answers {
                let at = format!("{name} over {adapter}: {answer}");
                assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{at}");
                assert!(answer.ends_with(said), "{at}");
            }
        }
    }
}

/// What is shown of a value is bounded, and has no control characters.
#[test]
fn a_refusal_shows_no_more_than_can_be_shown() {
    let acceptor = acceptor(Origins::Same, Hosts::Any);
    let long = format!("https://{}\u{202e}.example", "x".repeat(5000));
    let refusal = judged(&acceptor, &request(find("hixie-76"), "a", Some(&long)));
    let said = refusal.expect_err("another origin").to_string();
    assert!(said.len() < 1000 && !said.contains('\u{202e}'), "{said}");
}
