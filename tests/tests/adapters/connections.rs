//! A server closes all its connections: over streams, in halves and with axum; peers that answer,
//! and peers that do not.

use std::{future::pending, time::Duration};

use axum::{Router, routing::get};
use tokio::{
    io::{DuplexStream, duplex},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::{JoinHandle, yield_now},
    time::Instant,
};
use wsdraft::{
    Cause, ConnectionError, Ending, Error, Event, Limit, Limits, Message, Misuse,
    axum::{WebSocket as Upgraded, WebSocketUpgrade},
    handshake::Address,
    tokio::{Acceptor, Closed, Connections, WebSocket},
};
use wsdraft_tests::{
    golden::rfc6455,
    sockets::{Socket, Spoken, address, connector, drafts, find, newest},
};

const LONG: Duration = Duration::from_secs(60);
const SHORT: Duration = Duration::from_secs(1);

/// A client, and a server whose connection is tracked.
async fn tracked(draft: Spoken, connections: &Connections, limits: Limits) -> (Socket, Socket) {
    let (near, far) = duplex(1 << 16);
    let acceptor = Acceptor::new(draft).connections(connections).limits(limits);
    let (address, connector) = (address(), connector(draft));
    let (client, server) = tokio::join!(connector.connect(near, &address), acceptor.accept(far));
    (client.expect("a client"), server.expect("a server"))
}

/// Receives all messages until the end.
fn receives(mut socket: Socket) -> JoinHandle<(Vec<Message>, Option<Ending>)> {
    tokio::spawn(async move {
        let mut messages = Vec::new();
        while let Some(message) = socket.recv().await.expect("a plain end") {
            messages.push(message);
        }
        (messages, socket.ended().cloned())
    })
}

fn closed(counts: [usize; 5]) -> Closed {
    let mut closed = Closed::default();
    [
        closed.open,
        closed.clean,
        closed.aborted,
        closed.failed,
        closed.tasks,
    ] = counts;
    closed
}

#[tokio::test(start_paused = true)]
async fn every_draft_says_that_the_server_goes_away() {
    for draft in drafts() {
        let (name, connections) = (draft.info().short, Connections::new());
        let (mut client, server) = tracked(draft, &connections, Limits::default()).await;
        assert_eq!(connections.len(), 1);
        let server = receives(server);
        yield_now().await;
        let (end, report) = tokio::join!(client.recv(), connections.close(LONG));
        assert_eq!(end.expect(name), None, "{name}");
        assert_eq!(report, closed([1, 1, 0, 0, 0]), "{name}");
        assert!(connections.is_empty() && connections.is_closing());
        let (messages, ending) = server.await.expect("no panic");
        assert_eq!(messages, []);
        assert!(ending.expect("an ending").is_clean(), "{name}");
        let code = client.connection().peer_close().and_then(|it| it.code);
        assert_eq!(code, draft.info().local_codes.going_away, "{name}");
    }
    let codes = find("rfc6455").info().local_codes;
    assert_eq!(codes.going_away, Some(1001));
    assert_eq!(find("hybi-00").info().local_codes.going_away, None);
}

#[tokio::test(start_paused = true)]
async fn what_has_arrived_and_what_still_arrives_is_received() {
    let connections = Connections::new();
    let (mut client, mut server) = tracked(newest(), &connections, Limits::default()).await;
    for text in ["1", "2", "3"] {
        client.send(text).await.unwrap();
    }
    // One message is received, and the others with it.
    assert_eq!(server.recv().await.unwrap(), Some("1".into()));
    let close = connections.clone();
    let close = tokio::spawn(async move { close.close(LONG).await });
    while !connections.is_closing() {
        yield_now().await;
    }
    let server = receives(server);
    // The client is told, and has something left to say.
    let event = client.recv_event().await.unwrap();
    assert!(matches!(event, Some(Event::Close(_))), "{event:?}");
    let (messages, _) = server.await.unwrap();
    assert_eq!(messages, ["2", "3"].map(Message::from));
    assert_eq!(close.await.unwrap(), closed([1, 1, 0, 0, 0]));

    let connections = Connections::new();
    let (mut client, mut server) = tracked(newest(), &connections, Limits::default()).await;
    let talk = async {
        assert_eq!(server.recv().await.unwrap(), Some("late".into()));
        assert_eq!(server.recv().await.unwrap(), None);
        assert!(server.recv().await.unwrap().is_none());
        drop(server);
    };
    let late = async {
        while !connections.is_closing() {
            yield_now().await;
        }
        client.send("late").await.unwrap();
        client.recv().await.unwrap()
    };
    let (report, (), end) = tokio::join!(connections.close(LONG), talk, late);
    assert_eq!((report, end), (closed([1, 1, 0, 0, 0]), None));
}

#[tokio::test(start_paused = true)]
async fn the_half_that_receives_closes() {
    let connections = Connections::new();
    let (mut client, server) = tracked(newest(), &connections, Limits::default()).await;
    let (mut writer, mut reader) = server.split();
    let reads = tokio::spawn(async move { reader.recv().await.unwrap() });
    yield_now().await;
    writer.send("news").await.unwrap();
    let (report, end) = tokio::join!(connections.close(LONG), async {
        assert_eq!(client.recv().await.unwrap(), Some("news".into()));
        client.recv().await.unwrap()
    });
    assert_eq!((report, end), (closed([1, 1, 0, 0, 0]), None));
    assert_eq!(reads.await.unwrap(), None);
    let error = writer.send("more").await.unwrap_err();
    let refused = |error: &Error| {
        matches!(
            error,
            Error::Connection(ConnectionError::Misuse(Misuse::Closed))
        )
    };
    assert!(refused(&error), "{error:?}");
    assert!(writer.ended().unwrap().is_clean());
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_never_answers_has_the_time_of_its_limit() {
    let (connections, mut limits) = (Connections::new(), Limits::default());
    limits.close = SHORT;
    let (_silent, server) = tracked(newest(), &connections, limits).await;
    let server = receives(server);
    yield_now().await;
    let start = Instant::now();
    assert_eq!(connections.close(LONG).await, closed([1, 0, 0, 1, 0]));
    assert!((SHORT..LONG).contains(&start.elapsed()));
    let (_, ending) = server.await.expect("no error for the application");
    let cause = ending.expect("an ending").cause;
    let late =
        |cause: &Cause| matches!(cause, Cause::Limit { limit, .. } if *limit == Limit::Close);
    assert!(late(&cause), "{cause:?}");
}

#[tokio::test(start_paused = true)]
async fn the_deadline_ends_the_rest() {
    let (connections, mut limits) = (Connections::new(), Limits::default());
    limits.close = LONG;
    limits.write = None;
    let (_silent, server) = tracked(newest(), &connections, limits.clone()).await;
    let waits = receives(server);
    // A peer that reads nothing, and a task that has much to say.
    let (_full, mut server) = tracked(newest(), &connections, limits.clone()).await;
    let sends = tokio::spawn(async move {
        loop {
            if let Err(error) = server.send(vec![0; 1 << 20]).await {
                break error;
            }
        }
    });
    let (mut leaves, server) = tracked(newest(), &connections, limits).await;
    let good = receives(server);
    yield_now().await;
    let start = Instant::now();
    let (report, _) = tokio::join!(connections.close(SHORT), leaves.recv());
    assert_eq!(report, closed([3, 1, 2, 0, 0]));
    assert!((SHORT..LONG).contains(&start.elapsed()));
    assert_eq!(waits.await.expect("no error").0, []);
    let error = sends.await.expect("an error");
    let late = |error: &Error| matches!(error, Error::Connection(ConnectionError::Limit { limit, .. }) if *limit == Limit::Close);
    assert!(late(&error), "{error:?}");
    good.await.unwrap();
    assert!(start.elapsed() < LONG);
    assert!(connections.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_busy_task_is_aborted_if_the_tracker_started_it() {
    let connections = Connections::new();
    let (_first, own) = tracked(newest(), &connections, Limits::default()).await;
    let (_second, other) = tracked(newest(), &connections, Limits::default()).await;
    let busy = |socket: Socket| async move {
        pending::<()>().await;
        drop(socket);
    };
    let own = connections.spawn(busy(own));
    let other = tokio::spawn(busy(other));
    assert_eq!(connections.close(SHORT).await, closed([2, 0, 2, 0, 1]));
    assert!(own.await.unwrap_err().is_cancelled());
    yield_now().await;
    assert!(!other.is_finished());
    assert_eq!(connections.len(), 1);
    other.abort();
    assert!(other.await.unwrap_err().is_cancelled());
    assert_eq!(connections.len(), 0);
    // It is too late for more.
    let late = connections.spawn(pending::<()>());
    assert!(late.await.unwrap_err().is_cancelled());
}

#[tokio::test(start_paused = true)]
async fn a_task_may_finish_its_work() {
    let connections = Connections::new();
    let (mut client, mut server) = tracked(newest(), &connections, Limits::default()).await;
    let (sender, mut saved) = oneshot::channel();
    connections.spawn(async move {
        while let Ok(Some(_)) = server.recv().await {}
        tokio::time::sleep(SHORT).await;
        sender.send(()).unwrap();
    });
    let (report, _) = tokio::join!(connections.close(LONG), client.recv());
    assert_eq!(report, closed([1, 1, 0, 0, 0]));
    saved.try_recv().expect("waited for");
}

#[tokio::test(start_paused = true)]
async fn connections_that_come_late_are_closed_too_and_the_wait_can_be_repeated() {
    let connections = Connections::new();
    assert!(!connections.is_closing());
    assert_eq!(connections.close(LONG).await, closed([0; 5]));
    let (mut client, server) = tracked(newest(), &connections, Limits::default()).await;
    let first = tokio::time::timeout(SHORT, connections.close(LONG)).await;
    assert!(first.is_err(), "the connection is still open");
    let server = receives(server);
    assert_eq!(client.recv().await.unwrap(), None);
    assert_eq!(client.connection().peer_close().unwrap().code, Some(1001));
    server.await.unwrap();
    // One that is dropped is none that was closed.
    let (_client, server) = tracked(newest(), &connections, Limits::default()).await;
    drop(server);
    assert_eq!(connections.close(LONG).await, closed([2, 1, 0, 1, 0]));
}

#[tokio::test]
async fn any_connection_can_be_added_and_taken_out() {
    let connections = Connections::new();
    let (near, _far) = duplex(1 << 10);
    let connection = wsdraft_tests::connection(newest(), wsdraft::Role::Client);
    let mut socket: WebSocket<DuplexStream, Spoken> = WebSocket::from_parts(near, connection);
    socket.track(&connections);
    assert_eq!(connections.len(), 1);
    let others = Connections::new();
    socket.track(&others);
    assert_eq!((connections.len(), others.len()), (0, 1));
    let _ = socket.into_parts();
    assert_eq!(others.len(), 0);
}

async fn wait(mut socket: Upgraded<rfc6455::Draft>) {
    while let Ok(Some(_)) = socket.recv().await {}
    // The client has nothing to wait for.
    pending::<()>().await;
}

#[tokio::test]
async fn axum_s_connections_are_closed_and_its_tasks_are_aborted() {
    let connections = Connections::new();
    let acceptor = Acceptor::new(rfc6455::Draft).connections(&connections);
    let page = get(|upgrade: WebSocketUpgrade<rfc6455::Draft>| async { upgrade.on_upgrade(wait) });
    let router = Router::new().route("/", page).with_state(acceptor);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    let mut clients = Vec::new();
    for _ in 0..3 {
        let address: Address = format!("ws://{server}/").parse().unwrap();
        let stream = TcpStream::connect(server).await.unwrap();
        let client = connector(find("rfc6455")).connect(stream, &address).await;
        clients.push(client.unwrap());
    }
    while connections.len() < 3 {
        yield_now().await;
    }
    let talk = tokio::spawn(async move {
        for client in &mut clients {
            assert_eq!(client.recv().await.unwrap(), None);
            assert_eq!(client.connection().peer_close().unwrap().code, Some(1001));
        }
    });
    assert_eq!(connections.close(SHORT).await, closed([3, 3, 0, 0, 3]));
    talk.await.unwrap();
}
