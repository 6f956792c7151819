//! The adapter for blocking streams, against itself and against the one for tokio.

use std::{
    io::{self, ErrorKind, IoSlice, Read, Write},
    net::{TcpListener, TcpStream},
    thread,
    time::Duration,
};

use wsdraft::{
    Cause, Config, Connection, ConnectionError, Error, Event, Limit, Limits, Message, MessageRef,
    Misuse, NoEntropy,
    blocking::{Acceptor, Requested, Subprotocols, WebSocket},
    frame::Session,
    handshake::{Address, Answer, client::ClientError, server::RefusalCause},
    info::{CloseBody, Kind},
};
use wsdraft_tests::{
    ports::{accept, dial, listen},
    sockets::{Spoken, connector, drafts, newest},
};

mod streams;

/// Sends back what comes; gives how it ended.
fn echo<S: Read + Write>(mut socket: WebSocket<S, Spoken>) -> wsdraft::Ending {
    while let Some(message) = socket.recv().expect("no violation") {
        socket.send(message).expect("sent");
    }
    socket.ended().cloned().expect("an ending")
}

fn messages(draft: Spoken) -> Vec<Message> {
    let mut messages = vec![
        Message::from("grüße"),
        "".into(),
        "x".repeat(1 << 18).into(),
    ];
    if draft.info().has(Kind::Binary) {
        messages.push(vec![0xff, 0, 0x80].into());
        messages.push(vec![7; 1 << 18].into());
    }
    messages
}

fn talk<S: Read + Write>(mut socket: WebSocket<S, Spoken>, draft: Spoken) -> wsdraft::Ending {
    for message in messages(draft) {
        socket.send(&message).expect("sent");
        assert_eq!(socket.recv().expect("an answer"), Some(message));
    }
    socket.close(1000, "").expect("an end")
}

fn check(draft: Spoken, ending: &wsdraft::Ending) {
    let name = draft.info().short;
    assert!(ending.is_clean(), "{name}: {ending:?}");
    if draft.info().closing.map(|closing| closing.body) == Some(CloseBody::Status) {
        assert_eq!(ending.code, Some(1000), "{name}");
    }
}

/// Serves one client, as [`echo`] does.
fn serve_one(listener: &TcpListener, draft: Spoken) -> wsdraft::Ending {
    let socket = Acceptor::new(draft).accept_blocking(accept(listener));
    echo(socket.expect("a request"))
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
}

#[test]
fn every_draft_echoes_over_blocking_streams() {
    for draft in drafts() {
        let (listener, address) = listen();
        let serve = thread::spawn(move || serve_one(&listener, draft));
        let client = connector(draft).connect_blocking(dial(&address), &address);
        check(draft, &talk(client.expect("a connection"), draft));
        check(draft, &serve.join().expect("no panic"));
    }
}

#[test]
fn every_draft_echoes_between_a_blocking_client_and_a_tokio_server() {
    let runtime = runtime();
    for draft in drafts() {
        let (listener, address) = listen();
        let connect = thread::spawn(move || {
            let client = connector(draft).connect_blocking(dial(&address), &address);
            talk(client.expect("a connection"), draft)
        });
        let ending = runtime.block_on(async {
            let mut socket = Acceptor::new(draft)
                .accept(tokio_stream(accept(&listener)))
                .await
                .expect("a request");
            while let Some(message) = socket.recv().await.expect("no violation") {
                socket.send(message).await.expect("sent");
            }
            socket.ended().cloned().expect("an ending")
        });
        check(draft, &ending);
        check(draft, &connect.join().expect("no panic"));
    }
}

#[test]
fn every_draft_echoes_between_a_tokio_client_and_a_blocking_server() {
    let runtime = runtime();
    for draft in drafts() {
        let (listener, address) = listen();
        let serve = thread::spawn(move || serve_one(&listener, draft));
        let ending = runtime.block_on(async {
            let stream = tokio_stream(dial(&address));
            let client = connector(draft).connect(stream, &address).await;
            let mut socket = client.expect("a connection");
            for message in messages(draft) {
                socket.send(&message).await.expect("sent");
                assert_eq!(socket.recv().await.expect("an answer"), Some(message));
            }
            socket.close(1000, "").await.expect("an end")
        });
        check(draft, &ending);
        check(draft, &serve.join().expect("no panic"));
    }
}

fn tokio_stream(stream: TcpStream) -> tokio::net::TcpStream {
    stream.set_nonblocking(true).expect("an option");
    tokio::net::TcpStream::from_std(stream).expect("a runtime")
}

fn limit<T>(result: Result<T, Error>) -> Option<Limit> {
    match result {
        Err(Error::Connection(ConnectionError::Limit { limit, .. })) => Some(limit),
        Err(Error::Refused(refusal)) => match refusal.cause {
            RefusalCause::Limit { limit, .. } => Some(limit),
            _ => None,
        },
        _ => None,
    }
}

#[test]
fn the_application_decides_about_requests() {
    let draft = newest();
    let (listener, address) = listen();
    let serve = thread::spawn(move || {
        let acceptor = Acceptor::any(drafts());
        let mut accepting = acceptor.start_blocking(accept(&listener));
        let Requested::Upgrade(offer) = accepting.request().expect("a request") else {
            panic!("an offer");
        };
        assert_eq!(offer.resource, "/chat?room=1");
        drop(accepting.respond(403, &[], "not you\n").expect("told"));

        let mut accepting = acceptor.start_blocking(accept(&listener));
        accepting.request().expect("a request");
        let answer = Answer {
            subprotocol: Some("b"),
            ..Answer::default()
        };
        let socket = accepting.accept(&answer).expect("accepted");
        assert_eq!(socket.subprotocol(), Some("b"));

        let acceptor = Acceptor::new(draft).subprotocols(Subprotocols::Any);
        let refused = acceptor
            .accept_blocking(accept(&listener))
            .expect_err("no upgrade");
        assert!(
            matches!(refused, Error::Refused(refusal) if refusal.cause == RefusalCause::NoUpgrade)
        );
    });
    let connector = connector(draft).subprotocol("a").subprotocol("b");
    let refused = connector.connect_blocking(dial(&address), &address);
    match refused {
        Err(Error::Handshake(error)) => {
            assert!(matches!(
                error.cause,
                ClientError::Refused { status: 403, .. }
            ));
        }
        other => panic!("{other:?}"),
    }
    let client = connector.connect_blocking(dial(&address), &address);
    assert_eq!(client.expect("a connection").subprotocol(), Some("b"));
    let mut plain = dial(&address);
    plain
        .write_all(b"GET / HTTP/1.1\r\nHost: server.example\r\n\r\n")
        .expect("sent");
    let mut answer = String::new();
    plain.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 426 "), "{answer}");
    serve.join().expect("no panic");
}

#[test]
fn events_and_lent_messages_come_as_over_tokio() {
    let (listener, address) = listen();
    let serve = thread::spawn(move || {
        let acceptor = Acceptor::new(newest());
        let mut socket = acceptor
            .accept_blocking(accept(&listener))
            .expect("a request");
        assert_eq!(
            socket.recv_event().expect("a ping"),
            Some(Event::Ping(b"there?"))
        );
        assert_eq!(
            socket.recv_ref().expect("a text"),
            Some(MessageRef::Text("lent"))
        );
        // What is no text fails the connection, and the peer is told.
        let error = socket.recv_ref().expect_err("no text");
        error.violation().expect("a violation").rule.id
    });
    let client = connector(newest()).connect_blocking(dial(&address), &address);
    let mut client = client.expect("a connection");
    client.ping(b"there?").expect("sent");
    assert_eq!(
        client.recv_event().expect("a pong"),
        Some(Event::Pong(b"there?"))
    );
    client.send("lent").expect("sent");
    client.flush().expect("written");
    let (mut stream, mut connection) = client.into_parts();
    stream
        .write_all(&[0x81, 0x81, 0, 0, 0, 0, 0xff])
        .expect("sent");
    let mut said = Vec::new();
    stream.read_to_end(&mut said).expect("a close frame");
    connection.feed(&said);
    assert_eq!(connection.receive_message(), Ok(None));
    assert_eq!(
        connection.peer_close().and_then(|close| close.code),
        Some(1007)
    );
    assert_eq!(serve.join().expect("no panic"), "text-utf8");
}

#[test]
fn tungstenite_is_served_and_serves() {
    use tungstenite::{Error as Failed, Message as Told};

    let (listener, address) = listen();
    let serve = thread::spawn(move || {
        let mut socket = tungstenite::accept(accept(&listener)).expect("a request");
        loop {
            match socket.read() {
                Ok(told @ (Told::Text(_) | Told::Binary(_))) => socket.send(told).expect("sent"),
                Ok(_) => {}
                Err(Failed::ConnectionClosed) => break,
                Err(error) => panic!("{error}"),
            }
        }
    });
    let client = connector(newest()).connect_blocking(dial(&address), &address);
    check(newest(), &talk(client.expect("a connection"), newest()));
    serve.join().expect("no panic");

    let (listener, address) = listen();
    let serve = thread::spawn(move || {
        let acceptor = Acceptor::new(newest());
        echo(
            acceptor
                .accept_blocking(accept(&listener))
                .expect("a request"),
        )
    });
    let (mut socket, _) =
        tungstenite::client(address.to_string(), dial(&address)).expect("a connection");
    for told in [Told::text("grüße"), Told::binary(vec![7; 1 << 18])] {
        socket.send(told.clone()).expect("sent");
        assert_eq!(socket.read().expect("an answer"), told);
    }
    socket.send(Told::Ping(b"there?"[..].into())).expect("sent");
    assert_eq!(
        socket.read().expect("a pong"),
        Told::Pong(b"there?"[..].into())
    );
    socket.close(None).expect("open");
    while socket.read().is_ok() {}
    assert!(serve.join().expect("no panic").is_clean());
}
