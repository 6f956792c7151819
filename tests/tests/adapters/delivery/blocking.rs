//! The same over blocking streams.

use std::{net::TcpStream, sync::mpsc, thread, time::Duration};

use wsdraft::blocking::{Acceptor, WebSocket};
use wsdraft_tests::{
    ports::{accept, dial, listen},
    sockets::Spoken,
};

use super::{connector, drafts, newest};

type Socket = WebSocket<TcpStream, Spoken>;

/// Serves one client, and then waits until that has received everything, without another call of
/// the socket.
fn serve(
    draft: Spoken,
    handle: impl FnOnce(&mut Socket) + Send + 'static,
) -> (Socket, mpsc::Sender<()>, thread::JoinHandle<()>) {
    let (listener, address) = listen();
    let (done, is_done) = mpsc::channel();
    let serve = thread::spawn(move || {
        let mut socket = Acceptor::new(draft)
            .accept_blocking(accept(&listener))
            .expect("a request");
        handle(&mut socket);
        let _ = is_done.recv();
    });
    let stream = dial(&address);
    stream
        .set_read_timeout(Some(Duration::from_secs(60)))
        .expect("an option");
    let client = connector(draft).connect_blocking(stream, &address);
    (client.expect("a connection"), done, serve)
}

#[test]
fn a_thread_that_only_pushes_delivers_in_every_draft() {
    for draft in drafts() {
        let name = draft.info().short;
        let (mut client, done, serve) = serve(draft, |socket| {
            socket.send("small").expect("sent");
            socket.send("x".repeat(70_000)).expect("sent");
            socket.send("last").expect("sent");
        });
        for text in ["small", &"x".repeat(70_000), "last"] {
            assert_eq!(client.recv().expect(name), Some(text.into()), "{name}");
        }
        done.send(()).expect("it waits");
        serve.join().expect("no panic");
    }
}

#[test]
fn a_reply_and_a_pong_are_delivered_while_the_handler_works() {
    let (next, works) = mpsc::channel::<()>();
    let (mut client, done, serve) = serve(newest(), move |socket| {
        for _ in 0..2 {
            let message = socket.recv().expect("no violation").expect("a message");
            works.recv().expect("the pong has come");
            socket.send(message).expect("sent");
            works.recv().expect("the reply has come");
        }
        socket.try_send("with the next call").expect("room");
        socket.ping(b"sent").expect("sent");
    });
    let all = client.feed_with(|connection| {
        connection.ping(b"before")?;
        connection.text("one")?;
        connection.ping(b"between")?;
        connection.text("two")
    });
    all.expect("room");
    client.flush().expect("sent");
    for (ping, text) in [(&b"before"[..], "one"), (b"between", "two")] {
        let event = client.recv_event().expect("a pong");
        assert_eq!(event, Some(wsdraft::Event::Pong(ping)));
        next.send(()).expect("it waits");
        assert_eq!(client.recv().expect("a reply"), Some(text.into()));
        next.send(()).expect("it waits");
    }
    let tried = client.recv().expect("a message");
    assert_eq!(tried, Some("with the next call".into()));
    let event = client.recv_event().expect("a ping");
    assert_eq!(event, Some(wsdraft::Event::Ping(b"sent")));
    done.send(()).expect("it waits");
    serve.join().expect("no panic");
}

/// A stream that counts its writes.
#[derive(Debug, Default)]
struct Counted {
    writes: usize,
}

impl std::io::Read for Counted {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        Err(std::io::ErrorKind::WouldBlock.into())
    }
}

impl std::io::Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.writes += 1;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_fed_message_waits_for_a_flush_for_receiving_or_for_a_sent_one() {
    for then in 0..3 {
        let connection = wsdraft_tests::connection(newest(), wsdraft::Role::Server);
        let mut socket = WebSocket::from_parts(Counted::default(), connection);
        socket.feed("one").expect("room");
        socket.feed("two").expect("room");
        assert_eq!(socket.stream().writes, 0);
        match then {
            0 => socket.flush().expect("sent"),
            1 => drop(socket.recv().expect_err("nothing comes")),
            _ => socket.send("three").expect("sent"),
        }
        assert_eq!(socket.stream().writes, 1);
    }
}

/// Large payloads go to the stream at once, and all of what was fed before them.
#[test]
fn what_is_sent_after_what_is_fed_keeps_its_order() {
    let (mut client, done, serve) = serve(newest(), |socket| {
        socket.feed("one").expect("room");
        socket.feed(vec![7; 100_000]).expect("room");
        socket.feed("three").expect("room");
        socket.send("four").expect("sent");
    });
    assert_eq!(client.recv().expect("a message"), Some("one".into()));
    let long = client.recv().expect("a message");
    assert_eq!(long, Some(vec![7; 100_000].into()));
    for text in ["three", "four"] {
        assert_eq!(client.recv().expect("a message"), Some(text.into()));
    }
    done.send(()).expect("it waits");
    serve.join().expect("no panic");
}
