//! Streams that time out, are full, or move little at a time.

use super::*;

/// A stream whose own time runs out at every other call and whenever it would have to wait, and
/// that moves three bytes at a time.
#[derive(Debug)]
struct Reluctant<S> {
    inner: S,
    reads: u32,
    writes: u32,
}

impl Reluctant<TcpStream> {
    fn new(inner: TcpStream) -> Self {
        inner.set_nonblocking(true).expect("an option");
        Self {
            inner,
            reads: 0,
            writes: 0,
        }
    }
}

fn turn(calls: &mut u32) -> io::Result<()> {
    *calls += 1;
    match *calls % 4 {
        1 => Err(ErrorKind::WouldBlock.into()),
        2 => Err(ErrorKind::Interrupted.into()),
        3 => Err(ErrorKind::TimedOut.into()),
        _ => Ok(()),
    }
}

impl<S: Read> Read for Reluctant<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        turn(&mut self.reads)?;
        let length = buffer.len().min(3);
        self.inner.read(&mut buffer[..length])
    }
}

impl<S: Write> Write for Reluctant<S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        turn(&mut self.writes)?;
        self.inner.write(&bytes[..bytes.len().min(3)])
    }

    fn flush(&mut self) -> io::Result<()> {
        turn(&mut self.writes)?;
        self.inner.flush()
    }
}

/// Makes a call again for as long as it is the stream's own time that runs out.
fn patiently<T>(mut call: impl FnMut() -> Result<T, Error>) -> Result<T, Error> {
    loop {
        match call() {
            Err(Error::Io(error))
                if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) =>
            {
                thread::yield_now();
            }
            done => return done,
        }
    }
}

#[test]
fn where_the_streams_time_runs_out_nothing_is_lost() {
    for draft in drafts() {
        let (listener, address) = listen();
        let serve = thread::spawn(move || {
            let stream = Reluctant::new(accept(&listener));
            let mut socket = Acceptor::new(draft)
                .accept_blocking(stream)
                .expect("a request");
            while let Some(message) = patiently(|| socket.recv()).expect("no violation") {
                patiently(|| socket.send(&message)).expect("sent");
            }
            socket.ended().cloned().expect("an ending")
        });
        let stream = Reluctant::new(dial(&address));
        let client = connector(draft).connect_blocking(stream, &address);
        let mut client = client.expect("a connection");
        for text in ["one", "", &"ä".repeat(40)] {
            patiently(|| client.send(text)).expect("sent");
            let answer = patiently(|| client.recv()).expect("an answer");
            assert_eq!(answer, Some(text.into()), "{}", draft.info().short);
        }
        check(draft, &client.close(1000, "").expect("an end"));
        // Where the draft has no close frames, this is how the server learns of it.
        drop(client);
        check(draft, &serve.join().expect("no panic"));
    }
}

/// A stream from which nothing comes, and that takes what it is allowed to; it remembers where
/// what it took lay.
#[derive(Debug, Default)]
struct Sink {
    taken: Vec<u8>,
    places: Vec<(usize, usize)>,
    room: usize,
}

impl Read for Sink {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(ErrorKind::WouldBlock.into())
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.room == 0 {
            return Err(ErrorKind::WouldBlock.into());
        }
        let length = bytes.len().min(self.room);
        self.room -= length;
        self.taken.extend_from_slice(&bytes[..length]);
        self.places.push((bytes.as_ptr().addr(), length));
        Ok(length)
    }

    fn write_vectored(&mut self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        let mut length = 0;
        for slice in slices {
            match self.write(slice) {
                Ok(more) => length += more,
                Err(error) if length == 0 => return Err(error),
                Err(_) => break,
            }
        }
        Ok(length)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn server(room: usize, limits: Limits) -> WebSocket<Sink, Spoken> {
    let sink = Sink {
        room,
        ..Sink::default()
    };
    let config = Config::with_limits(limits);
    WebSocket::from_parts(
        sink,
        Connection::server(newest(), Session::default(), config),
    )
}

/// The messages in what a server has sent.
fn received(bytes: &[u8]) -> Vec<Message> {
    let entropy = |_: &mut [u8]| Err(NoEntropy);
    let config = Config::default();
    let mut client = Connection::client(newest(), Session::default(), entropy, config);
    client.feed(bytes);
    let mut messages = Vec::new();
    while let Some(message) = client.receive_message().expect("no violation") {
        messages.push(message);
    }
    messages
}

#[test]
fn large_payloads_are_not_copied_and_small_ones_gather() {
    let mut socket = server(usize::MAX, Limits::default());
    let payload = vec![7; 1 << 19];
    socket.feed("small").expect("taken");
    assert!(
        socket.stream().places.is_empty(),
        "nothing is written before it has to be"
    );
    socket.feed(&payload[..]).expect("taken");
    let place = (payload.as_ptr().addr(), payload.len());
    assert_eq!(socket.stream().places.len(), 2);
    assert_eq!(socket.stream().places[1], place);
    let expected = [Message::from("small"), payload.into()];
    assert_eq!(received(&socket.stream().taken), expected);
}

#[test]
fn a_message_is_taken_whole_or_not_at_all_where_the_stream_is_full() {
    for room in [0, 1, 3, 11, 5000, 70_000] {
        let mut socket = server(room, Limits::default());
        let mut expected = Vec::new();
        for at in 0_u8..40 {
            let payload = vec![at; 9000 + usize::from(at)];
            match socket.send(&payload[..]) {
                Ok(()) => expected.push(Message::from(payload)),
                Err(Error::Io(error)) => assert_eq!(error.kind(), ErrorKind::WouldBlock),
                Err(other) => panic!("{other:?}"),
            }
        }
        assert!(expected.len() < 40, "{room}: there was no room for all");
        let (mut sink, connection) = socket.into_parts();
        sink.room = usize::MAX;
        let mut socket = WebSocket::from_parts(sink, connection);
        socket.flush().expect("written");
        assert_eq!(received(&socket.stream().taken), expected, "{room}");
    }
}

#[test]
fn a_message_for_which_there_is_no_room_is_given_back() {
    let mut limits = Limits::default();
    limits.write_buffer = 1000;
    let mut socket = server(0, limits);
    socket.try_send("x".repeat(900)).expect("room");
    let refused = socket.try_send("y".repeat(900)).expect_err("no room");
    assert!(refused.is_full());
    assert_eq!(refused.message, "y".repeat(900));
}

#[test]
fn opening_and_closing_handshakes_have_their_limits() {
    let mut limits = Limits::default();
    limits.handshake = Duration::from_millis(20);
    limits.close = Duration::from_millis(20);
    let sink = || Sink {
        room: usize::MAX,
        ..Sink::default()
    };
    let address: Address = "ws://server.example/".parse().expect("a URL");
    let connector = connector(newest()).limits(limits.clone());
    let connected = connector.connect_blocking(sink(), &address);
    assert_eq!(limit(connected.map(drop)), Some(Limit::Handshake));
    let acceptor = Acceptor::new(newest()).limits(limits.clone());
    assert_eq!(
        limit(acceptor.accept_blocking(sink()).map(drop)),
        Some(Limit::Handshake)
    );

    let mut socket = server(usize::MAX, limits);
    assert_eq!(limit(socket.close(1000, "")), Some(Limit::Close));
    let ending = socket.ended().expect("an ending");
    assert!(matches!(
        ending.cause,
        Cause::Limit {
            limit: Limit::Close,
            ..
        }
    ));
}

/// However late the server asks for the request.
#[test]
fn a_client_that_was_too_slow_is_told() {
    let mut limits = Limits::default();
    limits.handshake = Duration::ZERO;
    limits.close = Duration::from_millis(20);
    let mut stream = Sink {
        room: usize::MAX,
        ..Sink::default()
    };
    let acceptor = Acceptor::new(newest()).limits(limits);
    let refused = acceptor.accept_blocking(&mut stream).map(drop);
    assert_eq!(limit(refused), Some(Limit::Handshake));
    assert!(stream.taken.starts_with(b"HTTP/1.1 408 "));
}

#[test]
fn a_peer_that_is_gone_is_no_violation() {
    let (listener, address) = listen();
    let serve = thread::spawn(move || {
        let acceptor = Acceptor::new(newest());
        let mut socket = acceptor
            .accept_blocking(accept(&listener))
            .expect("a request");
        (
            socket.recv().expect_err("nobody is there"),
            socket.ended().cloned(),
        )
    });
    let client = connector(newest()).connect_blocking(dial(&address), &address);
    drop(client.expect("a connection"));
    let (received, ending) = serve.join().expect("no panic");
    assert!(
        matches!(
            received,
            Error::Connection(ConnectionError::Vanished { partial: false })
        ),
        "{received:?}"
    );
    let cause = ending.expect("an ending").cause;
    assert_eq!(cause, Cause::Vanished { partial: false });

    let mut closed = server(usize::MAX, Limits::default());
    let (sink, mut connection) = {
        closed.try_send("sent").expect("room");
        closed.into_parts()
    };
    connection.close(1000, "").expect("open");
    let mut socket = WebSocket::from_parts(sink, connection);
    let refused = socket.send("late").expect_err("closed");
    assert!(matches!(
        refused,
        Error::Connection(ConnectionError::Misuse(Misuse::Closed))
    ));
}
