//! What can be sent, what a draft is, and what gives randomness.

use wsdraft::{Config, Connection, Draft, drafts, frame::Session};

struct Reading {
    celsius: f64,
}

fn send<D: Draft>(connection: &mut Connection<D>) {
    let reading = Reading { celsius: 21.5 };
    let _ = connection.send(reading);
    let _ = connection.send(reading.celsius);
}

fn main() {
    let draft = drafts::ALL[0];
    Connection::server("rfc6455", Session::default(), Config::default());
    Connection::client(draft, Session::default(), 4, Config::default());
}
