//! How connections end, and that each ends once.

use tokio::io::{AsyncWriteExt as _, DuplexStream};
use wsdraft::{
    CloseAnswer, Event, Limits, Role,
    info::Kind,
    metrics::{End, Metrics},
    tokio::{Acceptor, Connections},
};
use wsdraft_tests::sockets::{Spoken, find};

use super::{Counted, counted, counted_with, names};

#[tokio::test]
async fn the_number_of_open_connections_comes_down_however_they_end() {
    // Dropped.
    let Counted {
        client,
        server,
        by_client,
        by_server,
    } = counted().await;
    drop(client);
    assert_eq!(by_client.snapshot().open, 0);
    assert_eq!(by_client.snapshot().ended, names([("dropped", 1)]));
    // The peer has vanished, and the socket is still there.
    let mut server = server;
    server.recv().await.expect_err("vanished");
    assert_eq!(by_server.snapshot().ended, names([("vanished", 1)]));
    assert_eq!(by_server.snapshot().open, 0);
    drop(server);
    assert_eq!(by_server.snapshot().ended, names([("vanished", 1)]));

    // A panic.
    let Counted {
        server, by_server, ..
    } = counted().await;
    let task = tokio::spawn(async move {
        let _server = server;
        panic!("a handler's fault");
    });
    assert!(task.await.unwrap_err().is_panic());
    assert_eq!(by_server.snapshot().open, 0);

    // In halves; the second one ends it.
    let Counted {
        server, by_server, ..
    } = counted().await;
    let (writer, reader) = server.split();
    drop(reader);
    drop(writer);
    assert_eq!(by_server.snapshot().ended, names([("dropped", 1)]));

    // Taken apart and put together again.
    let Counted {
        server, by_server, ..
    } = counted().await;
    let (stream, connection) = server.into_parts();
    assert_eq!(by_server.snapshot().open, 1);
    let server = wsdraft::tokio::WebSocket::<DuplexStream, _>::from_parts(stream, connection);
    assert_eq!(by_server.snapshot().open, 1);
    drop(server);
    assert_eq!(by_server.snapshot().open, 0);
}

#[tokio::test]
async fn violations_and_limits_are_counted_by_their_names() {
    let Counted {
        client,
        mut server,
        by_server,
        ..
    } = counted().await;
    let (mut stream, _connection) = client.into_parts();
    // A text frame without a mask.
    stream.write_all(&[0x81, 0x00]).await.unwrap();
    server.recv().await.expect_err("a violation");
    let sums = by_server.snapshot();
    assert_eq!(sums.ended, names([("client-frame-masked", 1)]));
    assert_eq!(sums.close_sent, names([("protocol-error", 1)]));
    assert_eq!(sums.close_received, names([]));

    let mut limits = Limits::default();
    limits.message = 10;
    let with_limit = |acceptor: Acceptor<Spoken>| acceptor.limits(limits);
    let Counted {
        mut client,
        mut server,
        by_server,
        ..
    } = counted_with(with_limit).await;
    client.send("more than ten bytes").await.unwrap();
    server.recv().await.expect_err("a limit");
    let sums = by_server.snapshot();
    assert_eq!(sums.ended, names([("message-size", 1)]));
    assert_eq!(sums.close_sent, names([("message-too-big", 1)]));
}

#[tokio::test]
async fn a_peer_chooses_no_name() {
    for (code, name) in [
        (Some(4321), "other"),
        (Some(1001), "going-away"),
        (None, "none"),
    ] {
        let Counted {
            mut client,
            mut server,
            by_server,
            ..
        } = counted().await;
        client.send_with(|to| to.close(code, "")).await.unwrap();
        assert!(server.recv().await.unwrap().is_none());
        let sums = by_server.snapshot();
        assert_eq!(sums.close_received, names([(name, 1)]));
        assert_eq!(sums.close_sent, names([(name, 1)]), "it is echoed");
    }
}

#[tokio::test]
async fn a_held_answer_is_counted_with_the_code_of_the_application() {
    let held = |acceptor: Acceptor<Spoken>| acceptor.close_answer(CloseAnswer::Held);
    let Counted {
        mut client,
        mut server,
        by_server,
        ..
    } = counted_with(held).await;
    client.send_with(|to| to.close(1000, "")).await.unwrap();
    let event = server.recv_event().await.unwrap();
    assert!(matches!(event, Some(Event::Close(_))));
    server.close(1001, "").await.unwrap();
    let sums = by_server.snapshot();
    assert_eq!(sums.close_sent, names([("going-away", 1)]));
    assert_eq!(sums.close_received, names([("normal-closure", 1)]));
    assert_eq!((sums.sent.close.count, sums.open), (1, 0));
}

#[tokio::test]
async fn a_graceful_shutdown_is_counted() {
    let connections = Connections::new();
    let tracked = |acceptor: Acceptor<Spoken>| acceptor.connections(&connections);
    let Counted {
        mut client,
        mut server,
        by_server,
        ..
    } = counted_with(tracked).await;
    let (_, server, client) = tokio::join!(
        connections.close(std::time::Duration::from_secs(60)),
        server.recv(),
        client.recv()
    );
    assert_eq!((server.unwrap(), client.unwrap()), (None, None));
    assert_eq!(by_server.snapshot().close_sent, names([("going-away", 1)]));
}

#[test]
fn a_connection_without_an_adapter_is_counted_too() {
    #[derive(Default)]
    struct Notes(std::sync::Mutex<Vec<String>>);
    impl Metrics for Notes {
        fn opened(&self, role: Role, draft: &'static wsdraft::info::DraftInfo) {
            self.0
                .lock()
                .unwrap()
                .push(format!("{role} {}", draft.short));
        }
        fn sent(&self, _: Role, kind: Kind, bytes: usize) {
            self.0.lock().unwrap().push(format!("{kind:?} {bytes}"));
        }
        fn ended(&self, _: Role, end: &End) {
            self.0
                .lock()
                .unwrap()
                .push(format!("{} by {}", end.name(), end.by));
        }
    }
    let notes = std::sync::Arc::new(Notes::default());
    let mut config = wsdraft::Config::default();
    config.metrics = Some(wsdraft::metrics::SharedMetrics::new(notes.clone()));
    let session = wsdraft::frame::Session::default();
    let draft = find("hybi-00");
    let mut connection = wsdraft::Connection::server(draft, session, config);
    connection.text("hello").unwrap();
    connection.close(None, "").unwrap();
    drop(connection);
    let seen = notes.0.lock().unwrap().clone();
    assert_eq!(
        seen,
        ["server hybi-00", "Text 5", "Close 0", "dropped by server"]
    );
}
