//! A peer that vanishes is told from one that closes, in every way to receive.

use std::{net::SocketAddr, time::Duration};

use axum::{Router, routing::get};
use futures_util::StreamExt as _;
use tokio::{
    io::AsyncWriteExt as _,
    net::{TcpListener, TcpStream},
    sync::mpsc,
    time::timeout,
};
use wsdraft::{
    Cause, Connection, ConnectionError, Ending, Error, Event, Limits,
    axum::{WebSocket, WebSocketUpgrade},
    handshake::Address,
};
use wsdraft_tests::sockets::{Socket, Spoken, connector, drafts, newest, pair};

mod blocking;

/// What the client does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Leaves {
    Closing,
    Vanishing,
    InTheMiddle,
}

impl Leaves {
    const ALL: [Self; 3] = [Self::Closing, Self::Vanishing, Self::InTheMiddle];

    /// What a loop that receives gets in the end.
    fn expected(self, draft: Spoken) -> Result<(), ConnectionError> {
        match self {
            Self::Closing => Ok(()),
            // There, this is how to close.
            Self::Vanishing if draft.info().closing.is_none() => Ok(()),
            Self::Vanishing => Err(ConnectionError::Vanished { partial: false }),
            Self::InTheMiddle => Err(ConnectionError::Vanished { partial: true }),
        }
    }
}

/// The first bytes of a message.
fn part(connection: &mut Connection<Spoken>) -> Vec<u8> {
    connection
        .text("a message of which half comes")
        .expect("open");
    connection.output()[..10].to_vec()
}

/// Says something, and leaves.
async fn leave(mut client: Socket, how: Leaves) {
    client.send("said").await.expect("a server");
    match how {
        Leaves::Closing => drop(client.close(1000, "").await.expect("an end")),
        Leaves::Vanishing => {
            let (stream, _) = client.into_parts();
            drop(stream);
        }
        Leaves::InTheMiddle => {
            let (mut stream, mut connection) = client.into_parts();
            stream.write_all(&part(&mut connection)).await.unwrap();
        }
    }
}

/// The ways to receive.
#[derive(Clone, Copy, Debug)]
enum Way {
    Recv,
    RecvRef,
    RecvEvent,
    Stream,
    Reader,
    ReaderEvent,
}

/// Receives until there is nothing more or an error, by one way; gives how often something came,
/// what it ended with, and what the next call gave.
async fn receive(socket: &mut Socket, way: Way) -> (usize, Result<(), Error>, Result<bool, Error>) {
    let mut came = 0;
    loop {
        let received = match way {
            Way::Recv => socket.recv().await.map(|it| it.is_some()),
            Way::RecvRef => socket.recv_ref().await.map(|it| it.is_some()),
            Way::RecvEvent => socket.recv_event().await.map(|it| it.is_some()),
            _ => socket.next().await.transpose().map(|it| it.is_some()),
        };
        match received {
            Ok(true) => came += 1,
            ended => {
                let again = socket.recv().await.map(|it| it.is_some());
                return (came, ended.map(drop), again);
            }
        }
    }
}

/// As [`receive`], by a half.
async fn receive_by_half(
    socket: Socket,
    way: Way,
) -> (
    usize,
    Result<(), Error>,
    Result<bool, Error>,
    Option<Ending>,
) {
    let (_writer, mut reader) = socket.split();
    let mut came = 0;
    loop {
        let received = match way {
            Way::Reader => reader.recv().await.map(|it| it.is_some()),
            _ => reader.recv_event(|_| ()).await.map(|it| it.is_some()),
        };
        match received {
            Ok(true) => came += 1,
            ended => {
                let again = reader.recv().await.map(|it| it.is_some());
                return (came, ended.map(drop), again, reader.ended());
            }
        }
    }
}

#[track_caller]
fn check(
    name: &str,
    ended: Result<(), Error>,
    expected: &Result<(), ConnectionError>,
    ending: Option<&Ending>,
) {
    match (ended, expected) {
        (Ok(()), Ok(())) => {}
        (Err(Error::Connection(error)), Err(expected)) => assert_eq!(error, *expected, "{name}"),
        (ended, expected) => panic!("{name}: {ended:?} instead of {expected:?}"),
    }
    let ending = ending.expect(name);
    assert_eq!(ending.error(), expected.clone().err(), "{name}");
    assert_eq!(ending.is_clean(), expected.is_ok(), "{name}");
}

#[tokio::test(start_paused = true)]
async fn a_vanished_peer_is_an_error_and_a_clean_close_is_not() {
    for draft in drafts() {
        for how in Leaves::ALL {
            for way in [
                Way::Recv,
                Way::RecvRef,
                Way::RecvEvent,
                Way::Stream,
                Way::Reader,
                Way::ReaderEvent,
            ] {
                let name = format!("{} {how:?} {way:?}", draft.info().short);
                let (client, mut server) =
                    pair(draft, 1 << 12, Limits::default(), Limits::default()).await;
                let leaves = tokio::spawn(leave(client, how));
                let (came, ended, again) = match way {
                    Way::Reader | Way::ReaderEvent => {
                        let (came, ended, again, ending) = receive_by_half(server, way).await;
                        check(&name, ended, &how.expected(draft), ending.as_ref());
                        (came, Ok(()), again)
                    }
                    _ => {
                        let received = receive(&mut server, way).await;
                        let (came, ended, again) = received;
                        check(&name, ended, &how.expected(draft), server.ended());
                        (came, Ok::<_, Error>(()), again)
                    }
                };
                ended.expect(&name);
                // It is said once.
                assert!(!again.expect(&name), "{name}");
                let closes = how == Leaves::Closing && draft.info().closing.is_some();
                let events = match way {
                    // The message, perhaps the close frame, and that it has ended.
                    Way::RecvEvent | Way::ReaderEvent => 2 + usize::from(closes),
                    _ => 1,
                };
                assert_eq!(came, events, "{name}");
                leaves.await.expect("no panic");
            }
        }
    }
}

/// The event comes first, as after a closing handshake. The error follows even if only the event
/// was looked at.
#[tokio::test]
async fn the_event_comes_before_the_error() {
    let (client, mut server) = pair(newest(), 1 << 12, Limits::default(), Limits::default()).await;
    drop(client.into_parts().0);
    let event = server.recv_event().await.expect("no error yet");
    let Some(Event::Closed(ending)) = event else {
        panic!("{event:?}");
    };
    assert_eq!(ending.cause, Cause::Vanished { partial: false });
    assert_eq!(ending.code, Some(1006));
    assert!(matches!(
        server.recv_event().await,
        Err(Error::Connection(ConnectionError::Vanished {
            partial: false
        }))
    ));
    assert_eq!(server.recv_event().await.expect("it is said"), None);
    assert_eq!(server.recv().await.expect("it is said"), None);
}

/// Who has closed knows how that went.
#[tokio::test]
async fn a_peer_that_vanishes_after_this_end_has_closed() {
    let (client, mut server) = pair(newest(), 1 << 12, Limits::default(), Limits::default()).await;
    drop(client.into_parts().0);
    let ending = server.close(1000, "").await.expect("it was to end");
    assert!(!ending.is_clean());
    assert_eq!(server.recv().await.expect("it is known"), None);

    // Messages may be missing, though this end wanted to close.
    let (client, server) = pair(newest(), 1 << 12, Limits::default(), Limits::default()).await;
    let (mut writer, mut reader) = server.split();
    writer.close(1000, "").await.expect("room");
    drop(client.into_parts().0);
    assert!(matches!(
        reader.recv().await,
        Err(Error::Connection(ConnectionError::Vanished {
            partial: false
        }))
    ));
}

type Ended = mpsc::UnboundedSender<Result<(), Error>>;

/// The README's plain loop, in a handler of axum and so over hyper.
async fn over_axum(ended: Ended) -> SocketAddr {
    async fn echo(mut socket: WebSocket<Spoken>) -> Result<(), Error> {
        while let Some(message) = socket.recv().await? {
            socket.feed(message).await?;
        }
        Ok(())
    }
    let serve = |upgrade: WebSocketUpgrade| async move {
        upgrade.on_upgrade(|socket| async move {
            let _ = ended.send(echo(socket).await);
        })
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("its address");
    let router = Router::new().route("/", get(serve));
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

#[tokio::test]
async fn a_plain_loop_over_axum_and_hyper_tells_them_apart() {
    let (ended, mut ends) = mpsc::unbounded_channel();
    let server = over_axum(ended).await;
    for closes in [true, false] {
        let address: Address = format!("ws://{server}/").parse().unwrap();
        let stream = TcpStream::connect(server).await.unwrap();
        let mut client = connector(newest()).connect(stream, &address).await.unwrap();
        client.send("said").await.unwrap();
        assert_eq!(client.recv().await.unwrap(), Some("said".into()));
        if closes {
            assert!(client.close(1000, "").await.unwrap().is_clean());
        } else {
            drop(client.into_parts().0);
        }
        let ended = timeout(Duration::from_secs(60), ends.recv()).await;
        let ended = ended.expect("it ends").expect("a handler");
        if closes {
            ended.expect("a clean close");
        } else {
            let error = ended.expect_err("nobody is there");
            assert!(
                matches!(
                    error,
                    Error::Connection(ConnectionError::Vanished { partial: false })
                ),
                "{error:?}"
            );
        }
    }
}
