//! The chat with axum, as it goes on the internet.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::TcpStream,
};

use wsdraft::{Error, Message, handshake::client::ClientError, tokio::Connector};
use wsdraft_tests::sockets::{Spoken, connector, find};

use super::{Client, Running, connect, example};

fn server() -> Running {
    let mut command = example("axum-chat");
    command.env("CHAT_USERS", "ada=token-of-ada,grace=token-of-grace");
    Running::of("axum-chat", command)
}

/// A program, which has no origin.
fn with_token(user: &str) -> Connector<Spoken> {
    let connector = Connector::new(find("rfc6455"));
    connector.field("Authorization", format!("Bearer token-of-{user}"))
}

/// The status code of a refusal.
fn status(error: &Error) -> Option<u16> {
    match error {
        Error::Handshake(failed) => match failed.cause {
            ClientError::Refused { status, .. } => Some(status),
            _ => None,
        },
        _ => None,
    }
}

/// The head of the answer to a request without a body.
fn head(server: &Running, request: &str) -> String {
    let address = (server.address.host(), server.address.port());
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut head = String::new();
    let mut answer = BufReader::new(stream);
    while !head.ends_with("\r\n\r\n") {
        assert!(answer.read_line(&mut head).unwrap() > 0, "{head}");
    }
    head
}

async fn enter(server: &Running, connector: &Connector<Spoken>) -> Result<Client, Error> {
    connect(&server.address, connector).await
}

/// Waits until the client is told this.
async fn told(client: &mut Client, expected: &str) {
    while client.recv().await.unwrap().expect("no end") != Message::from(expected) {}
}

#[tokio::test]
async fn strangers_are_refused_before_the_upgrade() {
    let server = server();
    let request = "GET /rooms/lobby HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n\
        Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    for credentials in [
        "",
        "Authorization: Bearer guessed\r\n",
        "Authorization: Basic dG9rZW4tb2YtYWRh\r\n",
        "Cookie: token=\r\n",
        // The field counts, and the cookie does not make up for it.
        "Authorization: Bearer guessed\r\nCookie: token=token-of-ada\r\n",
    ] {
        let answer = head(&server, &format!("{request}{credentials}\r\n"));
        assert!(
            answer.starts_with("HTTP/1.1 401 "),
            "{credentials}: {answer}"
        );
        let answer = answer.to_ascii_lowercase();
        assert!(answer.contains("www-authenticate: bearer"), "{answer}");
    }
    // A page of another site has the cookie, and the wrong origin.
    let cookie = connector(find("rfc6455")).field("Cookie", "a=b; token=token-of-ada");
    let foreign = cookie.clone().origin("https://evil.example");
    let refused = enter(&server, &foreign).await.unwrap_err();
    assert_eq!(status(&refused), Some(403), "{refused}");
    let own = format!("http://{}", server.address.authority());
    let mut ada = enter(&server, &cookie.origin(own)).await.unwrap();
    ada.send("hello").await.unwrap();
    told(&mut ada, "ada: hello").await;
}

#[tokio::test]
async fn users_talk_in_rooms_within_limits() {
    let server = server();
    let mut ada = enter(&server, &with_token("ada")).await.unwrap();
    ada.send("first").await.unwrap();
    told(&mut ada, "ada: first").await;
    let mut grace = enter(&server, &with_token("grace")).await.unwrap();
    grace.send("hello").await.unwrap();
    told(&mut ada, "grace: hello").await;
    told(&mut grace, "grace: hello").await;

    let request = "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
    let strange = server.ask(&format!("{request}\r\n"));
    assert!(strange.starts_with("HTTP/1.1 401 "), "{strange}");
    let token = "Authorization: Bearer token-of-grace\r\n\r\n";
    let metrics = server.ask(&format!("{request}{token}"));
    assert!(
        metrics.contains("websocket_connections_open 2\n"),
        "{metrics}"
    );

    // A sixth connection of a user is refused.
    let mut more = Vec::new();
    for _ in 1..5 {
        more.push(enter(&server, &with_token("ada")).await.unwrap());
    }
    let refused = enter(&server, &with_token("ada")).await.unwrap_err();
    assert_eq!(status(&refused), Some(429), "{refused}");

    // A message that is too long ends its connection, and no other.
    grace.send("x".repeat(5000)).await.unwrap();
    while let Ok(Some(_)) = grace.recv().await {}
    let close = grace.connection().peer_close().expect("a close frame");
    assert_eq!(close.code, Some(1009));
    ada.send("still here").await.unwrap();
    told(&mut ada, "ada: still here").await;
}

#[cfg(unix)]
#[tokio::test]
async fn the_server_closes_its_connections_when_it_stops() {
    let mut server = server();
    let mut ada = enter(&server, &with_token("ada")).await.unwrap();
    ada.send("hello").await.unwrap();
    told(&mut ada, "ada: hello").await;
    server.terminate();
    assert_eq!(ada.recv().await.unwrap(), None);
    let close = ada.connection().peer_close().expect("a close frame");
    assert_eq!(close.code, Some(1001));
    assert_eq!(server.line(), "stopped: 1 of 1 connections closed cleanly");
    assert!(server.child.wait().unwrap().success());
}
