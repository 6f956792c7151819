//! How blocking streams are let go of: what is written last reaches a peer that is still sending,
//! and one that is not, or never stops, is not waited for.

use std::{
    io::{self, Read, Write},
    pin::Pin,
    task::{Context, Poll},
    thread,
    time::Duration,
};

use tokio::io::{AsyncRead, ReadBuf, join, sink};

use wsdraft::{
    Config, Connection, ConnectionError, Error, Limit, Limits, OsEntropy,
    blocking::{Acceptor, WebSocket},
    extension::Extensions,
    frame::Session,
};
use wsdraft_tests::{
    ports::{accept, dial, listen},
    sockets::{connector, newest},
};

/// A head that is longer than it may be.
const LONG: usize = 4 << 20;

#[test]
fn a_client_that_goes_on_sending_gets_the_whole_answer() {
    let (listener, address) = listen();
    let serve = thread::spawn(move || {
        let acceptor = Acceptor::new(newest());
        let refused = acceptor.accept_blocking(accept(&listener));
        match refused.expect_err("too long") {
            Error::Refused(refusal) => refusal.response,
            other => panic!("{other}"),
        }
    });
    let mut stream = dial(&address);
    let head = format!("GET / HTTP/1.1\r\nA: {}\r\n\r\n", "a".repeat(LONG));
    stream.write_all(head.as_bytes()).expect("taken");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("an answer");
    assert!(answer.starts_with(b"HTTP/1.1 431 "));
    assert_eq!(answer, serve.join().expect("no panic"));
}

#[test]
fn a_client_that_never_stops_sending_is_let_go() {
    let (listener, address) = listen();
    let serve = thread::spawn(move || {
        let acceptor = Acceptor::new(newest());
        let refused = acceptor.accept_blocking(accept(&listener));
        matches!(refused, Err(Error::Refused(_)))
    });
    let mut stream = dial(&address);
    stream.write_all(b"GET / HTTP/1.1\r\nA: ").expect("taken");
    while stream.write_all(&[b'a'; 1 << 16]).is_ok() {}
    assert!(serve.join().expect("no panic"));
}

#[test]
fn a_client_in_the_middle_of_a_message_that_is_too_large_is_told() {
    let (listener, address) = listen();
    let serve = thread::spawn(move || {
        let mut limits = Limits::default();
        limits.message = 1000;
        let acceptor = Acceptor::new(newest()).limits(limits);
        let mut socket = acceptor
            .accept_blocking(accept(&listener))
            .expect("a request");
        for _ in 0..2 {
            // What was dropped once is not waited for again.
            assert!(matches!(
                socket.recv(),
                Err(Error::Connection(ConnectionError::Limit {
                    limit: Limit::Message,
                    ..
                }))
            ));
        }
    });
    let client = connector(newest()).connect_blocking(dial(&address), &address);
    let mut client = client.expect("a connection");
    client.send(vec![7; LONG]).expect("taken");
    assert_eq!(client.recv().expect("no violation"), None);
    let told = client.connection().peer_close().expect("a close frame");
    assert_eq!(told.code, Some(1009));
    serve.join().expect("no panic");
}

/// A peer that sends this, and then waits for the other end to close: nobody may read on.
struct Waiting<'a> {
    sends: &'a [u8],
    /// Most bytes at a time.
    piece: usize,
    taken: Vec<u8>,
}

impl Read for Waiting<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        assert!(!self.sends.is_empty(), "waits for ever");
        let length = self.piece.min(buffer.len());
        self.sends.read(&mut buffer[..length])
    }
}

impl Write for Waiting<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.taken.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn no_more_is_waited_for_than_the_rest_of_a_head() {
    let head = format!("GET / HTTP/1.1\r\nA: {}\r\n\r\n", "a".repeat(100_000));
    for piece in [1, 7, 4096, 16 << 10, 1 << 20] {
        let mut stream = Waiting {
            sends: head.as_bytes(),
            piece,
            taken: Vec::new(),
        };
        let refused = Acceptor::new(newest()).accept_blocking(&mut stream).err();
        assert!(matches!(refused, Some(Error::Refused(_))), "{piece}");
        assert!(stream.sends.is_empty(), "{piece}");
        assert!(stream.taken.starts_with(b"HTTP/1.1 431 "), "{piece}");
    }
}

#[test]
fn no_more_is_waited_for_than_the_rest_of_a_frame() {
    for length in [100, 40_000, 400_000] {
        // Text that is none, from its middle on or with its last byte, masked with zeroes.
        for at in [length / 2, length - 1] {
            let mut frame = match u16::try_from(length) {
                Ok(length @ ..126) => vec![0x81, 0x80 | length as u8],
                Ok(length) => [&[0x81, 0xfe][..], &length.to_be_bytes()].concat(),
                Err(_) => [&[0x81, 0xff][..], &(length as u64).to_be_bytes()].concat(),
            };
            frame.extend([0; 4]);
            let payload = frame.len();
            frame.resize(payload + length, b'a');
            frame[payload + at] = 0xff;
            for piece in [1000, 16 << 10, 1 << 20] {
                let stream = Waiting {
                    sends: &frame,
                    piece,
                    taken: Vec::new(),
                };
                let server = Connection::server(newest(), Session::default(), Config::default());
                let mut socket = WebSocket::from_parts(stream, server);
                socket.recv().expect_err("no text");
                assert!(socket.stream().sends.is_empty(), "{length} {at} {piece}");
                assert!(!socket.stream().taken.is_empty(), "{length} {at} {piece}");
            }
        }
    }
}

/// A peer that never stops sending, and counts what is taken of it.
struct Endless(u64);

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        buffer.fill(b'a');
        self.0 += buffer.len() as u64;
        Ok(buffer.len())
    }
}

impl Write for Endless {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn of_a_peer_that_never_stops_no_more_is_read_than_is_said() {
    let mut stream = Endless(0);
    let refused = Acceptor::new(newest()).accept_blocking(&mut stream).err();
    assert!(matches!(refused, Some(Error::Refused(_))));
    assert!((16 << 20..17 << 20).contains(&stream.0), "{}", stream.0);
}

#[test]
fn of_a_compressed_stream_nothing_is_waited_for() {
    let all =
        Extensions::named("deflate-stream", wsdraft::extension::builtin::ALL).expect("a name");
    let agreed = all
        .agreed(newest().info(), "deflate-stream")
        .expect("terms");
    let client = Connection::client(newest(), Session::default(), OsEntropy, Config::default());
    let mut client = client.extended(&agreed);
    client.begin_binary(&[0; 1_000_000]).expect("room");
    let mut config = Config::default();
    config.limits.message = 1000;
    let server = Connection::server(newest(), Session::default(), config).extended(&agreed);
    let stream = Waiting {
        sends: client.output(),
        piece: 16 << 10,
        taken: Vec::new(),
    };
    let mut server = WebSocket::from_parts(stream, server);
    assert!(matches!(
        server.recv(),
        Err(Error::Connection(ConnectionError::Limit {
            limit: Limit::Message,
            ..
        }))
    ));
    assert!(!server.stream().taken.is_empty(), "the peer was not told");
}

/// A peer that sends empty messages without an end.
struct Chatter;

impl AsyncRead for Chatter {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        const EMPTY: [u8; 6] = [0x81, 0x80, 0, 0, 0, 0];
        while buffer.remaining() >= EMPTY.len() {
            buffer.put_slice(&EMPTY);
        }
        Poll::Ready(Ok(()))
    }
}

#[tokio::test]
async fn a_peer_that_goes_on_talking_does_not_put_off_the_end() {
    let mut config = Config::default();
    config.limits.close = Duration::from_millis(20);
    let server = Connection::server(newest(), Session::default(), config);
    let mut server = wsdraft::tokio::WebSocket::from_parts(join(Chatter, sink()), server);
    let closed = server.close(None, "").await;
    assert!(
        matches!(
            closed,
            Err(Error::Connection(ConnectionError::Limit {
                limit: Limit::Close,
                ..
            }))
        ),
        "{closed:?}"
    );
}
