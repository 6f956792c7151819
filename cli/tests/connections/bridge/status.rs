//! The port that says how the bridge is.

use std::io::{Read as _, Write as _};

use super::{bridge, connect, find};
use crate::common::server::Server;

/// The answer to a request for this path, at the address that the log states.
fn get(server: &Server, path: &str, host: &str) -> String {
    ask(
        server,
        &format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n"),
    )
}

fn ask(server: &Server, request: &str) -> String {
    let line = server.logs("status on http://");
    let (_, address) = line.split_once("http://").unwrap();
    let address = address.split('/').next().unwrap();
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn health_and_metrics_are_told_on_a_port_of_their_own() {
    let behind = Server::serve(&[]);
    let url = format!("ws://{}", behind.address);
    let server = bridge(&url, &["--status", "127.0.0.1:0"]);
    let health = get(&server, "/health", "localhost");
    assert!(health.starts_with("HTTP/1.1 200 OK\r\n"), "{health}");
    assert!(health.ends_with("\r\n\r\nok\n"), "{health}");
    let mut client = connect(&server, find("hixie-76"));
    client.send("hello").unwrap();
    client.recv().unwrap();
    let metrics = get(&server, "/metrics", "localhost");
    assert!(
        metrics.contains("\r\nContent-Type: text/plain; version=0.0.4"),
        "{metrics}"
    );
    for line in [
        "websocket_connections_open{side=\"client\"} 1",
        "websocket_connections_open{side=\"upstream\"} 1",
        "websocket_messages_total{side=\"client\",direction=\"received\",kind=\"text\"} 1",
        "websocket_payload_bytes_total{side=\"upstream\",direction=\"sent\",kind=\"text\"} 5",
        "wsdraft_connections_limit 4096",
    ] {
        assert!(
            metrics.lines().any(|said| said == line),
            "{line} in {metrics}"
        );
    }
    let types = metrics
        .lines()
        .filter(|line| line.starts_with("# TYPE websocket_connections_open "));
    assert_eq!(types.count(), 1, "{metrics}");
    assert!(get(&server, "/", "localhost").starts_with("HTTP/1.1 404"));
    let head = ask(&server, "HEAD /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let without = health.strip_suffix("ok\n").unwrap();
    assert_eq!(head, without);
    let absolute = "GET http://localhost/health HTTP/1.1\r\nHost: localhost\r\n\r\n";
    assert_eq!(ask(&server, absolute), health);
    // No page reaches it under a name of its own.
    assert!(get(&server, "/metrics", "evil.example").starts_with("HTTP/1.1 403"));
}

#[test]
fn there_is_no_status_unless_it_is_asked_for() {
    let behind = Server::serve(&[]);
    let server = bridge(&format!("ws://{}", behind.address), &[]);
    drop(connect(&server, find("hixie-76")));
    server.logs("ended after");
    assert!(!server.lines().iter().any(|line| line.contains("status")));
}

/// As many requests as are answered at a time that never end keep nobody out.
#[test]
fn slow_requests_hold_up_nobody() {
    let server = bridge("ws://127.0.0.1:1", &["--status", "127.0.0.1:0"]);
    let line = server.logs("status on http://");
    let address = line
        .split_once("http://")
        .unwrap()
        .1
        .split('/')
        .next()
        .unwrap();
    let slow: Vec<_> = (0..100)
        .map(|_| {
            let mut stream = std::net::TcpStream::connect(address).unwrap();
            stream.write_all(b"GET /hea").unwrap();
            stream
        })
        .collect();
    let start = std::time::Instant::now();
    assert!(get(&server, "/health", "localhost").starts_with("HTTP/1.1 200 OK"));
    assert!(
        start.elapsed() < std::time::Duration::from_secs(2),
        "{:?}",
        start.elapsed()
    );
    drop(slow);
}
