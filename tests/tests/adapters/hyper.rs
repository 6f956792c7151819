//! Upgrades through hyper: every byte that it writes, in every draft.

use std::{convert::Infallible, fmt::Write as _, fs, path::Path, sync::Arc, time::Duration};

use http::{Request, Response, StatusCode};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, DuplexStream, duplex},
    net::{TcpListener, TcpStream},
    sync::mpsc,
};
use wsdraft::{
    Config, Connection, ConnectionError, Error, Limit, Limits, Message, OsEntropy, Policy, Relaxed,
    extension::Extensions,
    handshake::{
        Answer, Opening,
        client::{ClientHandshake, ClientOptions},
        server::{Established, Requested, ServerHandshake, ServerOptions},
    },
    hyper::{NameCase, Offered, UpgradeError, WebSocket, upgrade},
    info::Purpose,
    tokio::{Acceptor, Subprotocols},
};
use wsdraft_tests::sockets::{Spoken, drafts, find};

mod failing;
mod table;
mod talk;

use talk::Talk;

type Upgraded = Result<WebSocket<Spoken>, Error>;

/// Serves one connection with hyper; what comes of each upgrade goes to `upgraded`, and what
/// keeps one from happening to `refused`.
async fn serve<S>(
    stream: S,
    acceptor: Acceptor<Spoken>,
    names: NameCase,
    upgraded: mpsc::UnboundedSender<Upgraded>,
    refused: mpsc::UnboundedSender<UpgradeError>,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let acceptor = Arc::new(acceptor.names(names));
    let service = service_fn(move |mut request: Request<Incoming>| {
        let answer = match upgrade(&acceptor, &mut request) {
            Ok((answer, upgrading)) => {
                let upgraded = upgraded.clone();
                tokio::spawn(async move { upgraded.send(upgrading.finish().await) });
                answer
            }
            Err(error) => {
                let answer = error.response();
                refused.send(error).unwrap();
                answer
            }
        };
        async { Ok::<_, Infallible>(answer) }
    });
    let mut server = http1::Builder::new();
    server.title_case_headers(names == NameCase::Title);
    let connection = server.serve_connection(TokioIo::new(stream), service);
    connection.with_upgrades().await.expect("HTTP");
}

/// A stream that hyper serves, and what comes of it.
struct Served<S> {
    stream: S,
    upgraded: mpsc::UnboundedReceiver<Upgraded>,
    refused: mpsc::UnboundedReceiver<UpgradeError>,
}

fn served<S>(
    near: S,
    far: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    acceptor: Acceptor<Spoken>,
    names: NameCase,
) -> Served<S> {
    let (upgraded_to, upgraded) = mpsc::unbounded_channel();
    let (refused_to, refused) = mpsc::unbounded_channel();
    tokio::spawn(serve(far, acceptor, names, upgraded_to, refused_to));
    Served {
        stream: near,
        upgraded,
        refused,
    }
}

async fn over_socket(acceptor: Acceptor<Spoken>, names: NameCase) -> Served<TcpStream> {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let near = TcpStream::connect(listener.local_addr().unwrap());
    let (near, far) = tokio::join!(near, listener.accept());
    served(near.unwrap(), far.unwrap().0, acceptor, names)
}

fn in_memory(acceptor: Acceptor<Spoken>) -> Served<DuplexStream> {
    let (near, far) = duplex(1 << 16);
    served(near, far, acceptor, NameCase::Lower)
}

/// What the tests' client asks for.
fn opening() -> Opening<'static> {
    Opening {
        host: "server.example",
        resource: "/chat?room=1",
        origin: Some("http://client.example"),
        subprotocols: &["chat"],
        extensions: None,
        cookie: None,
        fields: &[],
        entropy: &|bytes| bytes.fill(7),
    }
}

fn client(draft: Spoken) -> ClientHandshake<Spoken> {
    ClientHandshake::new(draft, &opening(), ClientOptions::default())
}

fn acceptor(draft: Spoken) -> Acceptor<Spoken> {
    Acceptor::new(draft).subprotocols(Subprotocols::Any)
}

/// Where the head ends.
fn end(bytes: &[u8]) -> usize {
    let end = bytes.windows(4).position(|bytes| bytes == b"\r\n\r\n");
    end.expect("a head") + 4
}

/// The answer that the draft prescribes, in the form in which hyper writes it: its lines, and
/// the bytes after them. The values of the date and of the nonce are left out.
fn prescribed(draft: Spoken, request: &[u8], names: NameCase) -> (Vec<String>, Vec<u8>) {
    let mut server = ServerHandshake::new([draft], ServerOptions::default());
    let progress = server.receive(request).expect("a valid request");
    assert!(matches!(progress, Some(Requested::Upgrade(_))));
    let accepted = server.accept(&Answer {
        subprotocol: Some("chat"),
        ..Answer::default()
    });
    assert_eq!(accepted, Ok(()));
    let output = server.take_output();
    let (head, body) = output.split_at(end(&output));
    let mut lines = lines(draft, head);
    for line in lines.iter_mut().skip(1) {
        let (name, value) = line.split_once(": ").expect("a field");
        *line = format!("{}: {value}", cased(name, names));
    }
    lines.push(format!("{}: ", cased("date", names)));
    (lines, body.to_vec())
}

fn cased(name: &str, names: NameCase) -> String {
    let words = name.split('-').map(|word| {
        let word = word.to_ascii_lowercase();
        match names {
            NameCase::Title => word[..1].to_ascii_uppercase() + &word[1..],
            _ => word,
        }
    });
    words.collect::<Vec<_>>().join("-")
}

/// The lines of a head, without the values that differ each time.
fn lines(draft: Spoken, head: &[u8]) -> Vec<String> {
    let nonce = draft.info().response_header(Purpose::Nonce);
    let head = std::str::from_utf8(head).expect("text");
    let lines = head.strip_suffix("\r\n\r\n").expect("a head").split("\r\n");
    let lines = lines.map(|line| match line.split_once(": ") {
        Some((name, _))
            if name.eq_ignore_ascii_case("date")
                || nonce.is_some_and(|nonce| nonce.name.eq_ignore_ascii_case(name)) =>
        {
            format!("{name}: ")
        }
        _ => line.into(),
    });
    lines.collect()
}

/// Reads until the client's handshake is done; gives everything that was read.
async fn shake<S: AsyncRead + Unpin>(
    stream: &mut S,
    client: &mut ClientHandshake<Spoken>,
) -> Vec<u8> {
    let (mut received, mut chunk) = (Vec::new(), [0; 4096]);
    loop {
        let length = stream.read(&mut chunk).await.unwrap();
        assert!(length > 0, "{}", String::from_utf8_lossy(&received));
        received.extend_from_slice(&chunk[..length]);
        let agreed = client.receive(&chunk[..length]).expect("a valid answer");
        if agreed.is_some() {
            return received;
        }
    }
}

fn relaxed(ids: &[&'static str]) -> Relaxed {
    Relaxed::new(Vec::leak(ids.to_vec()))
}

/// The example of the draft itself, with its eight bytes right behind the head, a frame behind
/// those, and its printed answer.
#[tokio::test]
async fn key_bytes_and_frames_that_hyper_has_read_are_not_lost() {
    let mut served = over_socket(Acceptor::any(drafts()), NameCase::Lower).await;
    let request = "GET /demo HTTP/1.1\r\nHost: example.com\r\nConnection: Upgrade\r\n\
        Sec-WebSocket-Key2: 12998 5 Y3 1  .P00\r\nUpgrade: WebSocket\r\n\
        Sec-WebSocket-Key1: 4 @1  46546xW%0l 1 5\r\nOrigin: http://example.com\r\n\r\n^n:ds[4U\
        \0hello\u{ff}";
    let mut bytes = request.as_bytes().to_vec();
    bytes.truncate(bytes.len() - 2);
    bytes.push(0xff);
    served.stream.write_all(&bytes).await.unwrap();
    let mut server = served.upgraded.recv().await.unwrap().unwrap();
    assert_eq!(server.recv().await.unwrap(), Some("hello".into()));
    server.send("back").await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"\xff") {
        assert!(served.stream.read_buf(&mut answer).await.unwrap() > 0);
    }
    assert!(answer.starts_with(b"HTTP/1.1 101 WebSocket Protocol Handshake\r\n"));
    assert_eq!(&answer[end(&answer)..], b"8jKS'y:G*Co,Wxa-\0back\xff");
}

#[tokio::test]
async fn nothing_is_lost_wherever_the_stream_is_cut() {
    for draft in drafts() {
        let name = draft.info().short;
        let relaxed = relaxed(&["request-first-fields", "request-order"]);
        let acceptor = acceptor(draft).policy(Policy::relaxed(relaxed));
        let mut served = {
            let (near, far) = duplex(1 << 16);
            served(near, far, acceptor, NameCase::Title)
        };
        let mut client = client(draft);
        for byte in client.request().to_vec() {
            served.stream.write_all(&[byte]).await.unwrap();
            tokio::task::yield_now().await;
        }
        shake(&mut served.stream, &mut client).await;
        let mut server = served.upgraded.recv().await.expect(name).expect(name);
        let mut talk = Talk::new(&mut served.stream, client.finish().expect(name));
        talk.send("whole").await;
        assert_eq!(server.recv().await.unwrap(), Some("whole".into()), "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn bytes_that_never_come_are_not_waited_for_forever() {
    let mut limits = Limits::default();
    limits.handshake = Duration::from_secs(3);
    let draft = find("hixie-76");
    let mut served = in_memory(acceptor(draft).limits(limits));
    let client = client(draft);
    let head = &client.request()[..end(client.request())];
    served.stream.write_all(head).await.unwrap();
    let error = served.upgraded.recv().await.unwrap().expect_err("a limit");
    let expected = ConnectionError::Limit {
        limit: Limit::Handshake,
        value: 3000,
    };
    assert!(matches!(error, Error::Connection(error) if error == expected));
}

#[tokio::test]
async fn a_client_that_leaves_is_told_of() {
    let draft = find("hixie-76");
    let mut served = in_memory(acceptor(draft));
    let request = client(draft).request().to_vec();
    served
        .stream
        .write_all(&request[..request.len() - 1])
        .await
        .unwrap();
    served.stream.shutdown().await.unwrap();
    let error = served.upgraded.recv().await.unwrap().expect_err("an end");
    assert!(
        matches!(&error, Error::Connection(ConnectionError::LeftEarly { .. })),
        "{error:?}"
    );
}

#[tokio::test]
async fn what_is_agreed_is_kept() {
    let draft = find("rfc6455");
    let acceptor = acceptor(draft)
        .extensions(Extensions::compression())
        .field("X-Room", "1");
    let mut served = in_memory(acceptor);
    let opening = Opening {
        subprotocols: &["chat", "other"],
        extensions: Some("permessage-deflate"),
        ..opening()
    };
    let client = ClientHandshake::new(draft, &opening, ClientOptions::default());
    served.stream.write_all(client.request()).await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        assert!(served.stream.read_buf(&mut answer).await.unwrap() > 0);
    }
    let answer = String::from_utf8(answer).unwrap();
    assert!(
        answer.contains("\r\nsec-websocket-protocol: chat\r\n"),
        "{answer}"
    );
    assert!(answer.contains("\r\nsec-websocket-extensions: permessage-deflate\r\n"));
    assert!(answer.contains("\r\nx-room: 1\r\n"), "{answer}");
    let server = served.upgraded.recv().await.unwrap().unwrap();
    assert_eq!(server.subprotocol(), Some("chat"));
}

#[tokio::test]
async fn a_refusal_goes_out_and_the_connection_serves_on() {
    let mut served = in_memory(Acceptor::any(drafts()));
    let plain = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    served.stream.write_all(plain).await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"server.\n") {
        assert!(served.stream.read_buf(&mut answer).await.unwrap() > 0);
    }
    let answer = String::from_utf8(answer).unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 426 Upgrade Required\r\n"),
        "{answer}"
    );
    assert!(
        answer.contains("\r\nsec-websocket-version: 13, 8, 7"),
        "{answer}"
    );
}

#[tokio::test]
async fn a_server_that_keeps_its_connection_is_told_of() {
    let draft = find("rfc6455");
    let request = || {
        let mut request = Request::get("/").version(http::Version::HTTP_11).body(());
        let headers = request.as_mut().unwrap().headers_mut();
        for (name, value) in [
            ("host", "a"),
            ("upgrade", "websocket"),
            ("connection", "Upgrade"),
            ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
            ("sec-websocket-version", "13"),
        ] {
            headers.insert(name, value.parse().unwrap());
        }
        request.unwrap()
    };
    // It has put no connection into the request.
    let error = upgrade(&acceptor(draft), &mut request()).expect_err("no connection");
    assert_eq!(error, UpgradeError::Unavailable);
    assert_eq!(error.response().status(), StatusCode::INTERNAL_SERVER_ERROR);

    // It serves without upgrades.
    let (mut near, far) = duplex(1 << 16);
    let (sender, mut upgraded) = mpsc::unbounded_channel();
    let service = service_fn(move |mut request: Request<Incoming>| {
        let offered = Offered::new(&acceptor(draft), &mut request).unwrap();
        assert_eq!(offered.offer().resource, "/chat?room=1");
        let (answer, upgrading) = offered.accept(&Answer::default()).unwrap();
        let sender = sender.clone();
        tokio::spawn(async move { sender.send(upgrading.finish().await) });
        async { Ok::<Response<String>, Infallible>(answer) }
    });
    near.write_all(client(draft).request()).await.unwrap();
    let server = http1::Builder::new().serve_connection(TokioIo::new(far), service);
    server.await.unwrap();
    let error = upgraded.recv().await.unwrap().expect_err("no upgrades");
    assert!(matches!(error, Error::Io(_)), "{error:?}");
}
