//! What everyone sends, into memory.

use super::{OURS, ROUNDS};
use crate::{
    broadcast::{CONNECTIONS, broadcasters},
    compress::Load,
    contest::{Work, hold},
    frames::Content,
    peers::WtxInPlace,
    table::{Table, size},
    work::{BATCH, Contender, End, Sender, feeders, senders},
};

pub fn send_server() -> Vec<Table> {
    let table = Table::new("send-server", "Send as a server, flushed each time");
    let lengths = [16, 125, 1 << 10, 16 << 10, 1 << 20];
    send(table, senders(), End::Server, &lengths)
}

pub fn send_client() -> Vec<Table> {
    let table = Table::new("send-client", "Send as a client, flushed each time");
    let lengths = [16, 125, 1 << 10, 16 << 10, 64 << 10, 1 << 20];
    send(table, senders(), End::Client, &lengths)
}

pub fn feed_server() -> Vec<Table> {
    let title = format!("Feed as a server, flushed after {BATCH} messages: a message");
    let table = Table::new("feed-server", &title);
    send(table, feeders(), End::Server, &[16, 125, 1 << 10, 16 << 10])
}

pub fn feed_client() -> Vec<Table> {
    let title = format!("Feed as a client, flushed after {BATCH} messages: a message");
    let table = Table::new("feed-client", &title);
    send(table, feeders(), End::Client, &[16, 125, 1 << 10, 16 << 10])
}

fn send(table: Table, senders: Vec<Sender>, end: End, lengths: &[usize]) -> Vec<Table> {
    let mut table = table.relative_to(OURS);
    for &length in lengths {
        let payload = Content::Binary.payload(length);
        // What a server sends is not masked, so its messages survive.
        let senders = senders
            .iter()
            .filter(|(name, _)| end == End::Client || *name != WtxInPlace::NAME);
        let contenders = senders.map(|&(name, send)| -> Work<'_> {
            let payload = &payload;
            (name, Box::new(move |count| send(end, payload, count)))
        });
        table.column(&size(length), &hold(ROUNDS, contenders.collect()));
    }
    vec![table]
}

/// A message for many connections: what it takes to send it on all of them.
pub fn broadcast() -> Vec<Table> {
    let title = format!("Broadcast to {CONNECTIONS} connections, each flushed");
    let mut plain = Table::new("broadcast", &title).relative_to(OURS);
    for length in [125, 16 << 10] {
        let message = Content::Binary.payload(length).into();
        plain.column(
            &size(length),
            &hold(ROUNDS, broadcasters(&message, None, CONNECTIONS)),
        );
    }
    let title = format!("Broadcast JSON, compressed, to {CONNECTIONS} connections, each flushed");
    let mut compressed = Table::new("broadcast-compressed", &title).relative_to(OURS);
    for length in [1 << 10, 16 << 10] {
        let load = Load::new(length, 1, true);
        let message = load.messages[0].clone().into();
        let scores = hold(ROUNDS, broadcasters(&message, Some(&load), CONNECTIONS));
        compressed.column(&size(length), &scores);
    }
    vec![plain, compressed]
}
