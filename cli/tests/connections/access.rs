//! Who gets in to `wsdraft serve` and `wsdraft proxy`, and that they go on without descriptors.

use std::{
    io::{Read as _, Write as _},
    net::{Shutdown, TcpStream},
    process::Command,
    time::{Duration, Instant},
};

use crate::common::server::Server;

/// A command that listens there, with so many descriptors.
fn limited(arguments: &[&str], listen: &str, descriptors: Option<u32>) -> Server {
    let limit = descriptors.map_or_else(String::new, |most| format!("ulimit -n {most}; "));
    let mut command = Command::new("sh");
    command
        .args(["-c", &format!("{limit}exec \"$0\" \"$@\"")])
        .arg(env!("CARGO_BIN_EXE_wsdraft"))
        .args(arguments)
        .args(["--listen", listen]);
    Server::spawn(command)
}

/// What it answers at first.
fn says(server: &Server, request: &str) -> String {
    answers(server, request).expect("an answer")
}

/// What it answers at first; `None` where it closes without a word.
fn answers(server: &Server, request: &str) -> Option<String> {
    let mut stream = server.dial();
    stream.write_all(request.as_bytes()).unwrap();
    let mut buffer = [0; 4096];
    let mut said = Vec::new();
    while !said.windows(4).any(|bytes| bytes == b"\r\n\r\n") {
        let length = stream.read(&mut buffer).ok().filter(|length| *length > 0)?;
        said.extend_from_slice(&buffer[..length]);
    }
    let _ = stream.shutdown(Shutdown::Write);
    if !said.starts_with(b"HTTP/1.1 101") {
        let _ = stream.read_to_end(&mut said);
    }
    Some(String::from_utf8_lossy(&said).into_owned())
}

fn status(server: &Server, request: &str) -> u16 {
    let said = says(server, request);
    let status = said
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    status.expect(&said)
}

fn upgrade(target: &str, host: &str, more: &str) -> String {
    format!(
        "GET {target} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n{more}\r\n"
    )
}

fn to(host: &str) -> String {
    upgrade("/", host, "")
}

/// `serve`, and `proxy` before one that lets in everybody.
fn both(arguments: &[&str]) -> (Vec<Server>, Server) {
    let open = Server::start(&["serve", "--host", "any"]);
    let upstream = format!("ws://{}", open.address);
    let proxy = [&["proxy", "--upstream", &upstream][..], arguments].concat();
    let servers = vec![
        Server::start(&[&["serve"][..], arguments].concat()),
        Server::start(&proxy),
    ];
    (servers, open)
}

#[test]
fn on_a_loopback_address_no_other_host_gets_in() {
    let (servers, _open) = both(&[]);
    for server in &servers {
        let port = server.port();
        for host in ["localhost", "127.0.0.1", "[::1]", "LOCALHOST"] {
            assert_eq!(status(server, &to(host)), 101, "{host}");
            assert_eq!(
                status(server, &to(&format!("{host}:{port}"))),
                101,
                "{host}"
            );
        }
        let evil = format!("evil.example:{port}");
        let said = says(server, &to(&evil));
        assert!(said.starts_with("HTTP/1.1 403 Forbidden\r\n"), "{said}");
        assert!(said.contains("host-refused, RFC 9110 §7.4"), "{said}");
        server.logs(&format!(
            "the host \"{evil}\" is not one of this server's (host-refused"
        ));
        server.logs("--host lets a host in");
        // Nor to pages, nor by an absolute target.
        assert_eq!(
            status(server, &format!("GET / HTTP/1.1\r\nHost: {evil}\r\n\r\n")),
            403
        );
        let target = format!("http://{evil}/");
        assert_eq!(status(server, &upgrade(&target, "localhost", "")), 403);
        assert_eq!(
            status(server, &upgrade("http://localhost/", "evil.example", "")),
            101
        );
    }
}

#[test]
fn hosts_and_origins_can_be_named() {
    let (servers, _open) = both(&["--host", "a.example", "--origin", "https://b.example"]);
    for server in &servers {
        let from = |origin: &str| upgrade("/", "a.example:81", &format!("Origin: {origin}\r\n"));
        assert_eq!(status(server, &to("a.example")), 101);
        assert_eq!(status(server, &to("127.0.0.1")), 101);
        assert_eq!(status(server, &to("evil.example")), 403);
        assert_eq!(status(server, &from("https://b.example")), 101);
        let said = says(server, &from("https://evil.example"));
        assert!(said.starts_with("HTTP/1.1 403 Forbidden\r\n"), "{said}");
        assert!(said.contains("origin-refused, RFC 6455 §10.2"), "{said}");
        server.logs("--origin lets an origin in");
    }
    let (servers, _open) = both(&["--host", "any", "--origin", "same"]);
    for server in &servers {
        let from = |origin: &str| upgrade("/", "c.example", &format!("Origin: {origin}\r\n"));
        assert_eq!(status(server, &to("c.example")), 101);
        assert_eq!(status(server, &from("http://c.example")), 101);
        assert_eq!(status(server, &from("https://c.example")), 403);
        assert_eq!(status(server, &from("null")), 403);
    }
}

#[test]
fn a_server_of_the_network_goes_by_what_it_is_told() {
    let open = limited(&["serve"], "0.0.0.0:0", None);
    assert_eq!(status(&open, &to("any.example")), 101);
    let closed = limited(&["serve", "--host", "a.example"], "0.0.0.0:0", None);
    assert_eq!(status(&closed, &to("a.example")), 101);
    assert_eq!(status(&closed, &to("127.0.0.1")), 403);
}

/// What the proxy passes on, a server may read more leniently than the rules have it.
#[test]
fn no_odd_head_gets_past_the_proxy() {
    let (servers, _open) = both(&[]);
    let proxy = &servers[1];
    let odd = [
        to("evil.example").replace("\r\n", "\n"),
        to("evil.example").replace("Host: ", "hOST:\t"),
        to("evil.example").replace("Host: ", "Host : "),
        to("evil.example").replace("GET / ", "GET  / "),
        format!("\r\n\n{}", to("evil.example")),
        to("127.0.0.1").replace("\r\n\r\n", "\r\nHost: evil.example\r\n\r\n"),
        to("evil.example").replace("Upgrade: websocket", "Upgrade: \u{fc}"),
    ];
    for request in odd {
        assert_eq!(status(proxy, &request), 403, "{request:?}");
    }
    let long = format!("Filler: {}\r\n", "x".repeat(100_000));
    assert_eq!(status(proxy, &upgrade("/", "evil.example", &long)), 431);
    let many = "A: b\r\n".repeat(1000);
    assert_eq!(status(proxy, &upgrade("/", "evil.example", &many)), 431);
}

#[test]
fn what_is_no_origin_or_host_is_told() {
    let wrong: [&[&str]; 5] = [
        &["--origin", "a.example"],
        &["--origin", "same", "--origin", "https://a.example"],
        &["--origin", "https://a.example/"],
        &["--host", "http://a.example"],
        &["--host", "any", "--host", "a.example"],
    ];
    for arguments in wrong {
        let output = Command::new(env!("CARGO_BIN_EXE_wsdraft"))
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(arguments)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains(arguments[0]), "{said}");
    }
}

/// Out of descriptors, what listens waits for some, and ends for nobody.
#[test]
fn a_lack_of_descriptors_ends_nothing() {
    let open = Server::start(&["serve"]);
    let upstream = format!("ws://{}", open.address);
    let servers = [
        limited(&["serve"], "127.0.0.1:0", Some(32)),
        limited(&["proxy", "--upstream", &upstream], "127.0.0.1:0", Some(32)),
    ];
    for server in &servers {
        let held: Vec<TcpStream> = (0..60).map(|_| server.dial()).collect();
        server.logs("oo many open files");
        drop(held);
        // Those that waited are dealt with first, each for lack of a descriptor as it may be.
        let start = Instant::now();
        let answer = loop {
            if let Some(answer) = answers(server, &to("localhost")) {
                break answer;
            }
            assert!(start.elapsed() < Duration::from_secs(20));
        };
        assert!(answer.starts_with("HTTP/1.1 101 "), "{answer}");
    }
}
