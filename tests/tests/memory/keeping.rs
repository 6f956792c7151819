//! What connections hold that wait, and messages that the program keeps.

use std::sync::Arc;

use wsdraft::{Config, Connection, Message, NoEntropy, drafts::rfc6455::Draft, frame::Session};

use super::held;

fn zeros(bytes: &mut [u8]) -> Result<(), NoEntropy> {
    bytes.fill(0);
    Ok(())
}

pub(super) fn kept_messages_hold_little_more_than_their_payloads() {
    // What one connection holds: its buffer, and those that the thread keeps.
    const CONNECTION: usize = 6 * (66 << 10);
    for length in [
        1 << 10,
        8 << 10,
        16 << 10,
        17 << 10,
        24 << 10,
        40 << 10,
        65_000,
        80_000,
        300_000,
    ] {
        let mut client = Connection::client(Draft, Session::default(), zeros, Config::default());
        let mut server = Connection::server(Draft, Session::default(), Config::default());
        client.binary(&vec![7; length]).expect("room");
        let frame = client.output().to_vec();
        let mut kept: Vec<Message> = Vec::with_capacity(64);
        let before = held();
        while kept.len() < 64 {
            let mut rest = &frame[..];
            while !rest.is_empty() {
                let space = server.space();
                let most = space.len().min(rest.len());
                space[..most].copy_from_slice(&rest[..most]);
                server.filled(most);
                rest = &rest[most..];
                kept.extend(server.receive_message().expect("a message"));
            }
        }
        let each = held().saturating_sub(before).saturating_sub(CONNECTION) / kept.len();
        assert!(each <= 2 * length + (3 << 10), "{each} for {length}");
    }
}

pub(super) fn connections_that_share_their_limits_hold_nothing_on_the_heap() {
    let config = Arc::new(Config::default());
    let mut connections = Vec::with_capacity(64);
    let before = held();
    while connections.len() < connections.capacity() {
        let shared = Arc::clone(&config);
        connections.push(Connection::server(Draft, Session::default(), shared));
    }
    assert_eq!(held(), before);
}
