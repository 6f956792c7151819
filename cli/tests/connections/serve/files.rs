//! `serve --dir`: static files beside the connections.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::Shutdown,
};

use super::modes::{DRAFTS, open};
use crate::common::{folder, server::Server};

/// All that comes back for these bytes.
fn answer(server: &Server, request: &str) -> String {
    let mut stream = server.dial();
    stream.write_all(request.as_bytes()).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let mut said = Vec::new();
    let _ = stream.read_to_end(&mut said);
    String::from_utf8_lossy(&said).into_owned()
}

fn get(server: &Server, target: &str) -> String {
    answer(
        server,
        &format!("GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
    )
}

fn served(name: &str) -> Server {
    let outside = folder(name);
    let root = outside.join("root");
    fs::create_dir_all(root.join("sub")).unwrap();
    fs::create_dir_all(root.join(".git")).unwrap();
    fs::write(outside.join("secret"), "secret").unwrap();
    fs::write(root.join("index.html"), "<h1>mine</h1>").unwrap();
    fs::write(root.join("a b.css"), "body{}").unwrap();
    fs::write(root.join(".git/config"), "secret").unwrap();
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(outside.join("secret"), root.join("link")).unwrap();
        std::os::unix::fs::symlink("index.html", root.join("inner")).unwrap();
    }
    Server::serve(&["--dir", root.to_str().unwrap()])
}

#[test]
fn files_are_served_and_nothing_beside_them() {
    let server = served("serve-dir");
    let said = get(&server, "/");
    assert!(said.starts_with("HTTP/1.1 200 OK\r\n"), "{said}");
    assert!(said.contains("\r\ncontent-type: text/html\r\n"), "{said}");
    assert!(said.contains("\r\nconnection: close\r\n"), "{said}");
    assert!(said.ends_with("\r\n\r\n<h1>mine</h1>"), "{said}");
    assert!(get(&server, "/a%20b.css?x").ends_with("\r\n\r\nbody{}"));
    for target in [
        "/link",
        "/.git/config",
        "/sub/",
        "/none",
        "/../secret",
        "/%2e%2e/secret",
        "/..%2fsecret",
        "/sub/../../secret",
        "/..%5csecret",
        "/%00",
        "/%ff",
    ] {
        let said = get(&server, target);
        assert!(said.starts_with("HTTP/1.1 404 "), "{target}: {said}");
        assert!(!said.contains("secret\r\n") && !said.ends_with("secret"));
    }
    #[cfg(unix)]
    assert!(get(&server, "/inner").ends_with("<h1>mine</h1>"));
    let evil = "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n";
    assert!(answer(&server, evil).starts_with("HTTP/1.1 403 "));
    server.logs("GET /link, 404");
}

#[test]
fn heads_ranges_and_bodies() {
    let server = served("serve-dir-http");
    let head = "HEAD / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let said = answer(&server, head);
    assert!(said.contains("\r\ncontent-length: 13\r\n"), "{said}");
    assert!(said.ends_with("\r\n\r\n"), "{said}");
    let range = "GET / HTTP/1.0\r\nHost: localhost\r\nRange: bytes=1-2\r\n\r\n";
    let said = answer(&server, range);
    assert!(said.starts_with("HTTP/1.1 206 "), "{said}");
    assert!(said.ends_with("\r\n\r\nh1"), "{said}");
    // What follows a request that may not have a body is not read as another one.
    let post = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 41\r\n\r\n\
        GET /a%20b.css HTTP/1.1\r\nHost: a\r\n\r\n";
    let said = answer(&server, post);
    assert!(said.starts_with("HTTP/1.1 405 "), "{said}");
    assert_eq!(said.matches("HTTP/1.1").count(), 1, "{said}");
}

/// Requests share a connection, each of them checked, and the last one may be an upgrade.
#[test]
fn a_connection_has_several_requests() {
    let server = served("serve-dir-alive");
    let requests = "GET /a%20b.css HTTP/1.1\r\nHost: localhost\r\n\r\n\
        GET /none HTTP/1.1\r\nHost: localhost\r\n\r\n\
        GET /chat HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n\
        \u{1}";
    let said = answer(&server, requests);
    let statuses: Vec<_> = said
        .match_indices("HTTP/1.1 ")
        .map(|(at, _)| &said[at + 9..at + 12])
        .collect();
    assert_eq!(statuses, ["200", "404", "101"], "{said}");
    let evil =
        "GET / HTTP/1.1\r\nHost: localhost\r\n\r\nGET / HTTP/1.1\r\nHost: evil.example\r\n\r\n";
    let said = answer(&server, evil);
    assert!(said.contains("HTTP/1.1 403 "), "{said}");
}

#[test]
fn connections_of_every_draft_open_beside_files() {
    let server = served("serve-dir-drafts");
    for one in DRAFTS {
        let mut socket = open(&server, "/index.html", one);
        socket.send("hi").unwrap();
        assert_eq!(socket.recv().unwrap(), Some("hi".into()), "{one}");
    }
}

/// Without an index, the page is still there.
#[test]
fn the_page_stands_in_for_an_index() {
    let root = folder("serve-dir-empty");
    let server = Server::serve(&["--dir", root.to_str().unwrap()]);
    let said = get(&server, "/");
    assert!(said.starts_with("HTTP/1.1 200 OK\r\n"), "{said}");
    assert!(said.contains("<title>wsdraft"), "{said}");
}

/// Neither what is no file nor an index that leads outside is opened.
#[cfg(unix)]
#[test]
fn what_is_no_file_is_not_opened() {
    let outside = folder("serve-dir-odd");
    let root = outside.join("root");
    fs::create_dir_all(root.join("sub")).unwrap();
    fs::create_dir_all(root.join("evil.example")).unwrap();
    fs::write(outside.join("secret"), "secret").unwrap();
    std::os::unix::fs::symlink(outside.join("secret"), root.join("sub/index.html")).unwrap();
    let made = std::process::Command::new("mkfifo")
        .arg(root.join("pipe"))
        .status();
    assert!(made.unwrap().success());
    let server = Server::serve(&["--dir", root.to_str().unwrap()]);
    for target in ["/pipe", "/sub/", "/none"] {
        let said = get(&server, target);
        assert!(said.starts_with("HTTP/1.1 404 "), "{target}: {said}");
        let head = format!("HEAD {target} HTTP/1.0\r\nHost: localhost\r\n\r\n");
        let said = answer(&server, &head);
        assert!(said.starts_with("HTTP/1.1 404 "), "{target}: {said}");
        assert!(said.ends_with("\r\n\r\n"), "{target}: {said}");
    }
    let said = get(&server, "//evil.example");
    assert!(said.contains("\r\nlocation: /evil.example/\r\n"), "{said}");
}
