//! The client that stays, behind a proxy that its environment states.

use std::process::Stdio;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use wsdraft::{drafts::newest, tokio::Acceptor};

use super::example;

/// Accepts a connection as a proxy, and reads for whom it is.
async fn proxied(listener: &TcpListener) -> (TcpStream, String) {
    let (mut stream, _) = listener.accept().await.expect("a client");
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.expect("a request"));
    }
    let opened = b"HTTP/1.1 200 OK\r\n\r\n";
    stream.write_all(opened).await.expect("sent");
    (stream, String::from_utf8(head).expect("text"))
}

#[tokio::test]
async fn reconnecting_client() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let proxy = listener.local_addr().expect("an address");
    let mut command = example("reconnecting-client");
    for name in [
        "ALL_PROXY",
        "NO_PROXY",
        "http_proxy",
        "no_proxy",
        "REQUEST_METHOD",
    ] {
        command.env_remove(name);
    }
    let client = command
        .args(["ws://feed.invalid/news", "subscribe"])
        .env("HTTP_PROXY", format!("http://{proxy}"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("reconnecting-client");
    for text in ["one", "two"] {
        let (stream, request) = proxied(&listener).await;
        assert!(request.starts_with("CONNECT feed.invalid:80 "), "{request}");
        let mut socket = Acceptor::new(newest::Draft)
            .accept(stream)
            .await
            .expect(text);
        let received = socket.recv().await.expect("no violation");
        assert_eq!(received, Some("subscribe".into()));
        socket.send(text).await.expect("sent");
        socket.close(None, "").await.expect("an end");
    }
    let (stream, _) = proxied(&listener).await;
    let mut accepting = Acceptor::new(newest::Draft).start(stream);
    accepting.request().await.expect("a request");
    accepting.respond(403, &[], "").await.expect("a refusal");
    let output = client.wait_with_output().expect("an end");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "{errors}");
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "one\ntwo\n",
        "{errors}"
    );
    assert_eq!(errors.matches("has closed").count(), 2, "{errors}");
    assert!(errors.contains("403"), "{errors}");
}
