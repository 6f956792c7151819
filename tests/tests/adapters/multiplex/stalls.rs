//! Peers that read nothing, or that grant no more channels, and tasks that end while they wait.

use std::{
    io,
    pin::Pin,
    sync::{Arc, mpsc},
    task::{Context, Poll, Wake, Waker},
    thread,
    time::Duration,
};

use tokio::{
    io::{AsyncRead as _, AsyncWriteExt as _, ReadBuf, duplex},
    time::timeout,
};
use wsdraft::{
    Config, Connection, Error, Limits, OsEntropy,
    drafts::rfc6455::Draft,
    extension::multiplex::BlockKind,
    multiplex::{Block, Channel, MultiplexLimits, Mux},
    tokio::{Acceptor, Connector},
};

use super::{Driven, LONG, SHORT, address, extensions, format, pair};

/// How a server is ended whose client reads nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Closed,
    Unheld,
    Broken,
}

/// A server whose client sends much and reads nothing, until the server reads nothing either.
async fn stalled(end: End) -> (Mux<Draft>, Driven, tokio::io::DuplexStream) {
    let (near, far) = duplex(1 << 10);
    let mut limits = Limits::default().close(SHORT);
    limits.write = None;
    let acceptor = Acceptor::new(Draft).limits(limits);
    let acceptor = acceptor.extensions(extensions("mux-07"));
    let connector = Connector::new(Draft).extensions(extensions("mux-07"));
    let address = address();
    let (server, client) = tokio::join!(acceptor.accept(far), connector.connect(near, &address));
    let limits = MultiplexLimits::default().channels(1);
    let (server, driver) = Mux::server(server.unwrap(), &acceptor, limits).unwrap();
    let driver = tokio::spawn(driver);
    let (mut stream, connection) = client.unwrap().into_parts();
    let (session, config) = (*connection.session(), Config::default());
    let mut plain = Connection::client(Draft, session, OsEntropy, config);
    let mut message = vec![0];
    for id in 2..3000 {
        format().write(&Block::new(BlockKind::AddRequest, id), &mut message);
    }
    if end == End::Broken {
        // Nothing answers a second request for a channel but the end of everything.
        format().write(&Block::new(BlockKind::AddRequest, 1), &mut message);
        plain.binary(&message).unwrap();
        stream.write_all(plain.output()).await.unwrap();
        return (server, driver, stream);
    }
    loop {
        plain.binary(&message).unwrap();
        let written = timeout(SHORT * 4, stream.write_all(plain.output())).await;
        if written.is_err() {
            return (server, driver, stream);
        }
        plain.sent(plain.output().len());
    }
}

#[tokio::test]
async fn a_peer_that_reads_nothing_holds_up_no_end() {
    for end in [End::Closed, End::Unheld, End::Broken] {
        let (mut server, driver, stream) = stalled(end).await;
        let first = server.first();
        let held = match end {
            End::Closed => {
                server.close();
                Some((server, first))
            }
            End::Unheld => {
                drop((server, first));
                None
            }
            End::Broken => Some((server, first)),
        };
        let ended = timeout(Duration::from_secs(5), driver).await;
        let ended = ended.unwrap_or_else(|_| panic!("no end: {end:?}"));
        assert!(ended.unwrap().is_err(), "the peer has not closed: {end:?}");
        drop((held, stream));
    }
}

#[tokio::test]
async fn a_channel_that_waits_fails_when_no_more_are_granted() {
    let (near, far) = duplex(1 << 14);
    let acceptor = Acceptor::new(Draft).extensions(extensions("mux-07"));
    let connector = Connector::new(Draft).extensions(extensions("mux-07"));
    let address = address();
    let (server, client) = tokio::join!(acceptor.accept(far), connector.connect(near, &address));
    let limits = MultiplexLimits::default();
    let (client, driver) = Mux::client(client.unwrap(), &connector, limits).unwrap();
    tokio::spawn(driver);
    let (mut stream, connection) = server.unwrap().into_parts();
    let mut plain = Connection::server(Draft, *connection.session(), Config::default());
    let mut message = vec![0];
    let block = Block {
        flag: true,
        ..Block::new(BlockKind::Slots, 0)
    };
    format().write(&block, &mut message);
    plain.binary(&message).unwrap();
    let saying = async {
        tokio::time::sleep(SHORT).await;
        stream.write_all(plain.output()).await.unwrap();
    };
    let (opened, ()) = tokio::join!(timeout(LONG, client.open(&address)), saying);
    let error = opened.expect("an answer").unwrap_err();
    let none = matches!(&error, Error::Io(error) if error.kind() == io::ErrorKind::QuotaExceeded);
    assert!(none, "{error:?}");
    assert!(client.over().is_none());
}

/// What a task owns ends with its last waker.
struct Owner(#[expect(dead_code, reason = "it is dropped")] Channel);

impl Wake for Owner {
    fn wake(self: Arc<Self>) {}
}

fn reads(channel: &mut Channel, waker: &Waker) {
    let (mut bytes, mut context) = ([0; 10], Context::from_waker(waker));
    let mut buffer = ReadBuf::new(&mut bytes);
    let read = Pin::new(channel).poll_read(&mut context, &mut buffer);
    assert!(matches!(read, Poll::Pending));
}

#[tokio::test]
async fn a_task_that_ends_while_another_waits_in_its_place_lets_go_of_its_channel() {
    let (_server, (client, _far)) = pair(MultiplexLimits::default()).await;
    let channel = || client.open_channel().unwrap();
    let [mut first, mut second, owned, other] = [channel(), channel(), channel(), channel()];
    let (done, waits) = mpsc::channel();
    // Another thread: a deadlock would stop this one.
    thread::spawn(move || {
        reads(&mut first, &Waker::from(Arc::new(Owner(owned))));
        reads(&mut first, Waker::noop());
        reads(&mut second, &Waker::from(Arc::new(Owner(other))));
        drop(second);
        done.send(()).unwrap();
    });
    waits.recv_timeout(LONG).expect("no deadlock");
}
