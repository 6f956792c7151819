//! Servers of one connection.

use std::{
    io::Read,
    net::{TcpListener, TcpStream},
    thread::{self, JoinHandle},
};

use wsdraft::{
    Config, Connection, Draft,
    handshake::{
        Answer,
        server::{Requested, ServerHandshake, ServerOptions},
    },
};

/// A draft.
pub(crate) type Spoken = &'static dyn Draft;

/// A server of one connection, and the URL that leads to it.
pub(crate) fn serve<T: Send + 'static>(
    serve: impl FnOnce(TcpStream) -> T + Send + 'static,
) -> (String, JoinHandle<T>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("ws://{}/", listener.local_addr().unwrap());
    let served = thread::spawn(move || serve(listener.accept().unwrap().0));
    (url, served)
}

/// The request's head.
pub(crate) fn request(stream: &mut (impl Read + ?Sized)) -> Vec<u8> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap() == 1 {
        head.push(byte[0]);
    }
    head
}

/// A draft by its short name.
pub(crate) fn find(name: &str) -> Spoken {
    let mut all = wsdraft::drafts::ALL.iter();
    *all.find(|draft| draft.info().short == name).expect(name)
}

/// Reads a request of a draft; gives the bytes that answer it, and the server's end.
pub(crate) fn answered(
    stream: &mut (impl Read + ?Sized),
    draft: Spoken,
) -> (Vec<u8>, Connection<Spoken>) {
    let mut server = ServerHandshake::new([draft], ServerOptions::default());
    let mut byte = [0];
    while !server.is_done() {
        assert_eq!(stream.read(&mut byte).unwrap(), 1);
        if let Some(Requested::Upgrade(_)) = server.receive(&byte).expect("a good request") {
            server.accept(&Answer::default()).unwrap();
        }
    }
    let answer = server.take_output();
    let session = server.finish().expect("it is done").session;
    let end = Connection::server(draft, session, Config::default());
    (answer, end)
}

/// An open connection of the newest draft, after the head that answers.
pub(crate) fn opened(stream: &mut (impl Read + std::io::Write + ?Sized)) -> Connection<Spoken> {
    let (head, server) = answered(stream, find("rfc6455"));
    stream.write_all(&head).unwrap();
    server
}
