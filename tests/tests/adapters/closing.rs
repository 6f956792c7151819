//! The answer to a close frame: it goes out whatever the application does after it was told, and
//! the application can choose it.

use std::{io::Read as _, sync::mpsc, thread, time::Duration};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};
use wsdraft::{
    Close, CloseAnswer, Config, Connection, ConnectionError, Error, Event, Limits, Misuse,
    OsEntropy, Role, blocking::WebSocket as Blocking, extension::Extensions, frame::Session,
    info::CloseBody, tokio::WebSocket,
};
use wsdraft_tests::{
    connection,
    ports::{accept, dial, listen},
    sockets::{Spoken, drafts, newest, poll_once},
};

/// Every draft that has close frames, for either end.
fn ends() -> impl Iterator<Item = (Spoken, Role)> {
    let drafts = drafts().filter(|draft| draft.info().closing.is_some());
    drafts.flat_map(|draft| [(draft, Role::Client), (draft, Role::Server)])
}

fn has_status(draft: Spoken) -> bool {
    let closing = draft.info().closing.expect("close frames");
    closing.body == CloseBody::Status
}

fn end(draft: Spoken, role: Role, answer: CloseAnswer) -> Connection<Spoken> {
    let mut config = Config::default();
    config.close_answer = answer;
    match role {
        Role::Client => Connection::client(draft, Session::default(), OsEntropy, config),
        Role::Server => Connection::server(draft, Session::default(), config),
    }
}

/// A peer that has closed, and its close frame.
fn closed(draft: Spoken, role: Role) -> (Connection<Spoken>, Vec<u8>) {
    let mut peer = connection(draft, role);
    peer.close(has_status(draft).then_some(1001), "")
        .expect("sent");
    let frame = peer.output().to_vec();
    peer.sent(frame.len());
    (peer, frame)
}

/// The close frame that answers the peer's.
fn answer(peer: &mut Connection<Spoken>, received: &[u8]) -> Option<Close> {
    peer.feed(received);
    peer.end_of_input();
    while peer.receive().expect("no violation").is_some() {}
    peer.peer_close().cloned()
}

/// An end over a stream in memory, the other side of that, and a peer that has closed.
async fn over_tokio(
    (draft, role): (Spoken, Role),
    setting: CloseAnswer,
) -> (
    WebSocket<DuplexStream, Spoken>,
    DuplexStream,
    Connection<Spoken>,
) {
    let (near, mut far) = duplex(1 << 12);
    let (peer, frame) = closed(draft, role.peer());
    far.write_all(&frame).await.expect("room");
    (
        WebSocket::from_parts(near, end(draft, role, setting)),
        far,
        peer,
    )
}

/// What the peer has of an answer without anything more being done at this end.
async fn arrived(far: &mut DuplexStream) -> Vec<u8> {
    let mut bytes = vec![0; 1 << 12];
    let read = tokio::time::timeout(Duration::from_millis(1), far.read(&mut bytes)).await;
    bytes.truncate(read.map_or(0, |read| read.expect("a stream")));
    bytes
}

#[tokio::test(start_paused = true)]
async fn the_answer_is_written_before_the_application_is_told() {
    for (draft, role) in ends() {
        let name = format!("{} {role:?}", draft.info().short);
        let (mut socket, mut far, mut peer) = over_tokio((draft, role), CloseAnswer::AtOnce).await;
        let event = socket.recv_event().await.expect("no violation");
        assert!(matches!(event, Some(Event::Close(_))), "{name}: {event:?}");
        // The socket is kept, and nothing is done with it.
        let answer = answer(&mut peer, &arrived(&mut far).await).expect(&name);
        assert_eq!(answer.code, has_status(draft).then_some(1001), "{name}");
        drop(socket);
    }
}

#[tokio::test(start_paused = true)]
async fn the_reading_half_answers_before_it_tells() {
    for (draft, role) in ends() {
        let name = format!("{} {role:?}", draft.info().short);
        let (socket, mut far, mut peer) = over_tokio((draft, role), CloseAnswer::AtOnce).await;
        let (writer, mut reader) = socket.split();
        let told = reader
            .recv_event(|event| matches!(event, Event::Close(_)))
            .await;
        assert_eq!(told.expect("no violation"), Some(true), "{name}");
        assert!(
            answer(&mut peer, &arrived(&mut far).await).is_some(),
            "{name}"
        );
        drop((reader, writer));
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_held_goes_out_whatever_is_done() {
    #[derive(Clone, Copy, Debug)]
    enum Then {
        Drop,
        Receive,
        Flush,
        Close,
        Halves,
    }
    let all = [
        Then::Drop,
        Then::Receive,
        Then::Flush,
        Then::Close,
        Then::Halves,
    ];
    for (draft, role) in ends() {
        for then in all {
            let name = format!("{} {role:?} {then:?}", draft.info().short);
            let (mut socket, mut far, mut peer) =
                over_tokio((draft, role), CloseAnswer::Held).await;
            let event = socket.recv_event().await.expect("no violation");
            assert!(matches!(event, Some(Event::Close(_))), "{name}: {event:?}");
            assert!(arrived(&mut far).await.is_empty(), "{name}");
            let mut chosen = None;
            let mut waits: Option<std::pin::Pin<Box<dyn Future<Output = ()>>>> = None;
            match then {
                Then::Drop => drop(socket),
                Then::Halves => drop(socket.split()),
                Then::Flush => socket.flush().await.expect("written"),
                Then::Receive => {
                    waits = Some(Box::pin(async move {
                        while socket.recv_event().await.unwrap().is_some() {}
                    }));
                }
                Then::Close => {
                    chosen = has_status(draft).then_some(1000);
                    waits = Some(Box::pin(async move {
                        assert!(
                            socket
                                .close(1000, "later")
                                .await
                                .expect("closed")
                                .is_clean()
                        );
                    }));
                }
            }
            if let Some(waits) = &mut waits {
                assert!(poll_once(waits).is_pending(), "{name}");
            }
            let answer = answer(&mut peer, &arrived(&mut far).await).expect(&name);
            let code = chosen.or_else(|| has_status(draft).then_some(1001));
            assert_eq!(answer.code, code, "{name}");
            let reason = if chosen.is_some() { "later" } else { "" };
            assert_eq!(&*answer.reason, reason, "{name}");
            drop(far);
            if let Some(waits) = waits {
                waits.await;
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_takes_nothing_delays_the_event_no_longer_than_closing_may_take() {
    let (near, mut far) = duplex(64);
    let mut config = Config::default();
    config.limits.close = Duration::from_secs(3);
    let server = Connection::server(newest(), Session::default(), config);
    let mut socket = WebSocket::from_parts(near, server);
    let (_, frame) = closed(newest(), Role::Client);
    far.write_all(&frame).await.expect("room");
    socket.feed("x".repeat(1000)).await.expect("taken");
    let start = tokio::time::Instant::now();
    let event = socket.recv_event().await.expect("no violation");
    assert!(matches!(event, Some(Event::Close(_))), "{event:?}");
    assert_eq!(start.elapsed(), Duration::from_secs(3));
}

#[tokio::test(start_paused = true)]
async fn an_event_that_waits_for_its_answer_is_not_lost() {
    let (near, mut far) = duplex(64);
    let mut socket = WebSocket::from_parts(near, end(newest(), Role::Server, CloseAnswer::AtOnce));
    let (mut peer, frame) = closed(newest(), Role::Client);
    far.write_all(&frame).await.expect("room");
    socket.feed("x".repeat(1000)).await.expect("taken");
    assert!(poll_once(&mut Box::pin(socket.recv_event())).is_pending());
    let reads = tokio::spawn(async move {
        let mut bytes = Vec::new();
        far.read_to_end(&mut bytes).await.expect("a stream");
        bytes
    });
    let event = socket.recv_event().await.expect("no violation");
    assert!(matches!(event, Some(Event::Close(_))), "{event:?}");
    drop(socket);
    assert!(answer(&mut peer, &reads.await.unwrap()).is_some());
}

#[tokio::test]
async fn what_was_fed_is_written_when_the_socket_is_dropped() {
    let (near, mut far) = duplex(1 << 12);
    let mut socket = WebSocket::from_parts(near, end(newest(), Role::Server, CloseAnswer::AtOnce));
    socket.feed("last words").await.expect("taken");
    drop(socket);
    let mut bytes = Vec::new();
    far.read_to_end(&mut bytes).await.expect("a stream");
    let mut peer = connection(newest(), Role::Client);
    peer.feed(&bytes);
    assert_eq!(peer.receive(), Ok(Some(Event::Text("last words"))));
}

#[tokio::test]
async fn parts_are_taken_out_as_they_are() {
    let (mut socket, mut far, _) = over_tokio((newest(), Role::Server), CloseAnswer::Held).await;
    socket.recv_event().await.expect("no violation");
    let (stream, connection) = socket.into_parts();
    assert!(!connection.output().is_empty());
    assert!(arrived(&mut far).await.is_empty());
    drop(stream);
}

#[test]
fn over_blocking_streams_the_answer_is_written_before_the_application_is_told() {
    for setting in [CloseAnswer::AtOnce, CloseAnswer::Held] {
        for (draft, role) in ends() {
            let name = format!("{} {role:?} {setting:?}", draft.info().short);
            let (listener, address) = listen();
            let mut far = dial(&address);
            let near = accept(&listener);
            let (mut peer, frame) = closed(draft, role.peer());
            std::io::Write::write_all(&mut far, &frame).expect("room");
            let (done, wait) = mpsc::channel::<()>();
            let serve = thread::spawn(move || {
                let mut socket = Blocking::from_parts(near, end(draft, role, setting));
                let event = socket.recv_event().expect("no violation");
                assert!(matches!(event, Some(Event::Close(_))), "{event:?}");
                if setting == CloseAnswer::AtOnce {
                    // Kept until the answer is there.
                    let _ = wait.recv();
                }
            });
            far.set_read_timeout(Some(Duration::from_secs(20)))
                .expect("an option");
            let mut bytes = [0; 1 << 10];
            let length = far.read(&mut bytes).expect(&name);
            let answer = answer(&mut peer, &bytes[..length]).expect(&name);
            assert_eq!(answer.code, has_status(draft).then_some(1001), "{name}");
            drop(done);
            serve.join().expect("no panic");
        }
    }
}

#[test]
fn over_blocking_streams_the_answer_can_be_chosen() {
    let (listener, address) = listen();
    let mut far = dial(&address);
    let near = accept(&listener);
    let (mut peer, frame) = closed(newest(), Role::Client);
    std::io::Write::write_all(&mut far, &frame).expect("room");
    let mut socket = Blocking::from_parts(near, end(newest(), Role::Server, CloseAnswer::Held));
    socket.recv_event().expect("no violation");
    assert!(socket.close(4000, "see you").expect("closed").is_clean());
    drop(socket);
    let mut bytes = Vec::new();
    far.read_to_end(&mut bytes).expect("an end");
    let answer = answer(&mut peer, &bytes).expect("an answer");
    assert_eq!((answer.code, &*answer.reason), (Some(4000), "see you"));
}

#[test]
fn an_answer_is_chosen_as_long_as_none_of_it_is_sent() {
    for (draft, role) in ends().filter(|(draft, _)| has_status(*draft)) {
        let name = format!("{} {role:?}", draft.info().short);
        let (mut peer, frame) = closed(draft, role.peer());
        let mut this = end(draft, role, CloseAnswer::AtOnce);
        this.send("before").expect("room");
        this.feed(&frame);
        assert!(!this.is_answering(), "{name}");
        assert!(
            matches!(this.receive(), Ok(Some(Event::Close(_)))),
            "{name}"
        );
        let whole = this.output().len();
        let refused = this.close(None, "why");
        assert!(
            matches!(refused, Err(ConnectionError::Misuse(_))),
            "{name}: {refused:?}"
        );
        assert_eq!(this.output().len(), whole, "{name}");
        this.close(1000, "one").expect(&name);
        this.close(1000, "other").expect(&name);
        assert!(this.is_answering(), "{name}");
        // All but the end of the answer.
        let output = this.output().to_vec();
        this.sent(output.len() - 1);
        assert!(!this.is_answering(), "{name}");
        assert_eq!(
            this.close(1000, "late"),
            Err(Misuse::Closed.into()),
            "{name}"
        );
        this.sent(1);
        assert_eq!(
            this.close(1000, "late"),
            Err(Misuse::Closed.into()),
            "{name}"
        );
        let answer = answer(&mut peer, &output).expect(&name);
        assert_eq!(
            (answer.code, &*answer.reason),
            (Some(1000), "other"),
            "{name}"
        );
    }
}

#[test]
fn an_answer_is_chosen_within_a_compressed_stream() {
    let draft = newest();
    let all =
        Extensions::named("deflate-stream", wsdraft::extension::builtin::ALL).expect("a name");
    let agreed = all.agreed(draft.info(), "deflate-stream").expect("terms");
    let mut server = end(draft, Role::Server, CloseAnswer::Held).extended(&agreed);
    let mut client = end(draft, Role::Client, CloseAnswer::Held).extended(&agreed);
    server.send("a text that comes again").expect("room");
    client.close(1000, "").expect("sent");
    server.feed(client.output());
    assert!(matches!(server.receive(), Ok(Some(Event::Close(_)))));
    server
        .close(4001, "a text that comes again")
        .expect("chosen");
    client.feed(server.output());
    assert_eq!(
        client.receive(),
        Ok(Some(Event::Text("a text that comes again")))
    );
    while client.receive().expect("no violation").is_some() {}
    let answer = client.peer_close().expect("an answer");
    assert_eq!(
        (answer.code, &*answer.reason),
        (Some(4001), "a text that comes again")
    );
}

#[tokio::test]
async fn a_writing_half_pings_and_pongs() {
    let (near, far) = duplex(1 << 12);
    let server = WebSocket::from_parts(near, end(newest(), Role::Server, CloseAnswer::AtOnce));
    let mut client = WebSocket::from_parts(far, end(newest(), Role::Client, CloseAnswer::AtOnce));
    let (mut writer, _reader) = server.split();
    writer.ping(b"1").await.expect("taken");
    writer.pong(b"2").await.expect("taken");
    assert_eq!(client.recv_event().await.unwrap(), Some(Event::Ping(b"1")));
    assert_eq!(client.recv_event().await.unwrap(), Some(Event::Pong(b"2")));
    let long = writer.pong(&[0; 126]).await;
    assert!(matches!(
        long,
        Err(Error::Connection(ConnectionError::Misuse(Misuse::Breaks(
            _
        ))))
    ));
    let _ = Limits::default();
}
