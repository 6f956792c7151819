//! Who gets no connection, and hears why: from the server or from the bridge.

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
};

use wsdraft::handshake::client::ClientError;

use super::{
    PATIENCE, bridge, connect, newest,
    requests::{answering, ask, connector},
    upstream,
};
use crate::common::{run, server::Server};

/// The status, the fields and the body of a refusal.
fn refusal(server: &Server) -> (u16, Vec<(String, String)>, String) {
    let error = ask(server, &connector(newest()), "/").unwrap_err();
    let Some(ClientError::Refused {
        status,
        fields,
        body,
        ..
    }) = error.handshake()
    else {
        panic!("{error}");
    };
    let fields = fields.iter().map(|field| {
        let value = field.text().unwrap().to_owned();
        (field.name.to_owned(), value)
    });
    let body = String::from_utf8(body.clone()).unwrap();
    (*status, fields.collect(), body)
}

/// Answers of a server, and what the client gets: a status, a field and a body.
const REFUSALS: [(&str, u16, (&str, &str), &str); 7] = [
    (
        "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer\r\nContent-Length: 4\r\n\r\nwho?",
        401,
        ("WWW-Authenticate", "Bearer"),
        "who?",
    ),
    (
        "HTTP/1.1 302 Found\r\nLocation: wss://example.com/\r\nContent-Length: 0\r\n\r\n",
        302,
        ("Location", "wss://example.com/"),
        "",
    ),
    (
        "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 7\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbusy\r\n0\r\n\r\n",
        503,
        ("Retry-After", "7"),
        "busy",
    ),
    // Which version is spoken with the server is not the client's affair.
    (
        "HTTP/1.1 426 Upgrade Required\r\nSec-WebSocket-Version: 8\r\nContent-Length: 0\r\n\r\n",
        502,
        ("Connection", "close"),
        "The server behind this bridge does not speak its draft.\n",
    ),
    (
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        502,
        ("Connection", "close"),
        "The server behind this bridge does not speak its draft.\n",
    ),
    (
        "SSH-2.0-OpenSSH_9.2\r\n\r\n",
        502,
        ("Connection", "close"),
        "The server behind this bridge does not speak its draft.\n",
    ),
    (
        "",
        502,
        ("Connection", "close"),
        "The server behind this bridge cannot be reached.\n",
    ),
];

#[test]
fn refusals_of_the_server_reach_the_client() {
    for (answer, status, field, text) in REFUSALS {
        let (url, _heads) = answering(answer);
        let server = bridge(&url, &[]);
        let (got, fields, body) = refusal(&server);
        assert_eq!((got, &*body), (status, text), "{answer}");
        let has = |(name, value): (&str, &str)| {
            let mut fields = fields.iter();
            fields.any(|(one, said)| one.eq_ignore_ascii_case(name) && said == value)
        };
        assert!(has(field), "{answer}: {fields:?}");
        assert!(
            !fields.iter().any(|(name, _)| name.contains("Version")),
            "{fields:?}"
        );
        server.logs(&format!(": {status}: "));
    }
}

#[test]
fn a_server_that_is_not_there_or_too_slow_is_told_apart() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("ws://{}", listener.local_addr().unwrap());
    let server = bridge(&url, &["--upstream-timeout", "0.3"]);
    assert_eq!(refusal(&server).0, 504);
    server.logs("did not respond within 0.3 s");
    drop(listener);
    assert_eq!(refusal(&server).0, 502);
    server.logs("the upstream cannot be reached");
    let secured = bridge(&url.replace("ws:", "wss:"), &["--insecure"]);
    assert_eq!(refusal(&secured).0, 502);
}

#[test]
fn what_has_arrived_of_a_slow_refusal_passes() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("ws://{}", listener.local_addr().unwrap());
    let server = bridge(&url, &["--upstream-timeout", "0.5"]);
    let slow = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let head = b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 99\r\n\r\nwho";
        stream.write_all(head).unwrap();
        // Until the bridge leaves.
        stream.read_to_end(&mut Vec::new())
    });
    let (status, _, body) = refusal(&server);
    assert_eq!((status, &*body), (401, "who"));
    assert!(slow.join().unwrap().is_ok());
}

#[test]
fn a_client_that_leaves_while_the_server_is_asked_frees_its_place() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("ws://{}", listener.local_addr().unwrap());
    let server = bridge(&url, &["--upstream-timeout", "600"]);
    let mut client = server.dial();
    let request = format!(
        "GET / HTTP/1.1\r\nHost: localhost:{}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
        server.port()
    );
    // What follows the head waits in the socket.
    client.write_all(request.as_bytes()).unwrap();
    let (mut asked, _) = listener.accept().unwrap();
    asked.set_read_timeout(Some(PATIENCE)).unwrap();
    client.write_all(b"more").unwrap();
    drop(client);
    asked.read_to_end(&mut Vec::new()).unwrap();
    server.logs("the client left before the upstream responded");
}

#[test]
fn who_may_not_come_is_refused_before_the_server_is_asked() {
    let (url, heads) = answering("");
    let server = bridge(
        &url,
        &["--origin", "https://good.example", "--head-timeout", "0.5"],
    );
    assert_eq!(refusal(&server).0, 403);
    server.logs("--origin lets an origin in");
    let request = |host: &str| {
        format!(
            "GET / HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
            Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
    };
    assert_eq!(
        server.ask(request("evil.example").as_bytes()).1,
        "HTTP/1.1 403"
    );
    let keyless = request("127.0.0.1").replace("-Key", "-Lock");
    assert_eq!(server.ask(keyless.as_bytes()).1, "HTTP/1.1 400");
    assert_eq!(
        server.ask(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").1,
        "HTTP/1.1 426"
    );
    let (slow, status) = server.ask(b"GET / HT");
    assert_eq!(status, "HTTP/1.1 408");
    drop(slow);
    assert!(heads.try_recv().is_err(), "the server was asked");
}

#[test]
fn connections_beyond_the_most_are_told_to_come_again() {
    let (url, _seen) = upstream(
        newest(),
        |mut socket| while let Ok(Some(_)) = socket.recv() {},
    );
    let server = bridge(&url, &["--max-connections", "1"]);
    let first = connect(&server, newest());
    let (status, fields, _) = refusal(&server);
    assert_eq!(status, 503);
    assert!(
        fields.contains(&("Retry-After".into(), "5".into())),
        "{fields:?}"
    );
    server.logs("refused: 1 connections are open");
    drop(first);
}

#[test]
fn a_message_beyond_the_limit_ends_both_connections() {
    let (url, code) = upstream(newest(), |mut socket| {
        while let Ok(Some(_)) = socket.recv() {}
        socket.ended().and_then(|ending| ending.code)
    });
    let server = bridge(&url, &["--max-message", "1000"]);
    let mut client = connect(&server, newest());
    client.send("x".repeat(1001)).unwrap();
    while let Ok(Some(_)) = client.recv() {}
    let codes = newest().info().local_codes;
    assert_eq!(client.ended().unwrap().code, codes.too_big);
    assert_eq!(code.recv_timeout(PATIENCE).unwrap(), codes.going_away);
}

#[test]
fn both_sides_speak_tls() {
    const TLS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/tls");
    let (certificate, key) = (format!("{TLS}/certificate.pem"), format!("{TLS}/key.pem"));
    let tls = ["--tls-cert", &certificate, "--tls-key", &key];
    let behind = Server::serve(&tls);
    let url = format!("wss://localhost:{}", behind.port());
    let server = bridge(&url, &[&tls[..], &["--ca", &certificate]].concat());
    for draft in ["hixie-76", "rfc6455"] {
        let url = format!("wss://localhost:{}/", server.port());
        let connect = [
            "connect",
            &url,
            "--ca",
            &certificate,
            "--draft",
            draft,
            "--send",
            "there",
        ];
        let output = run(&connect, b"");
        let (said, errors) = (
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        );
        assert!(
            said.starts_with("text: \"there\"\n"),
            "{said}{errors}{:?}",
            server.lines()
        );
    }
    // Without its certificate, the server is not trusted.
    let distrusting = bridge(&url, &[]);
    assert_eq!(refusal(&distrusting).0, 502);
    distrusting.logs("--ca FILE trusts the certificates in a file");
}

#[test]
fn what_cannot_be_meant_is_a_usage_error() {
    for (arguments, why) in [
        (&["--upstream", "http://x"][..], "neither ws nor wss"),
        (&["--upstream", "ws://x/?a=b"], "state only a path"),
        (
            &["--upstream", "ws://x", "--upstream-draft", "hybi-99"],
            "hybi-99",
        ),
        (
            &["--upstream", "ws://x", "--head-timeout=-1"],
            "--head-timeout",
        ),
        (&["--upstream", "ws://x", "-q", "-v"], "cannot be used with"),
    ] {
        let output = run(&[&["bridge"], arguments].concat(), b"");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{errors}");
        assert!(errors.contains(why), "{errors}");
    }
}
