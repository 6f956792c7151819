//! A broadcast: one copy of the payload, however many peers do not read it.

use std::{
    pin::pin,
    task::{Context, Waker},
};

use tokio::io::{AsyncReadExt as _, DuplexStream, duplex};
use wsdraft::{
    Config, Connection, Draft as _, Prepared,
    drafts::rfc6455,
    extension::{Agreed, Extensions},
    frame::Session,
    tokio::WebSocket,
};

use super::held;

const CONNECTIONS: usize = 10_000;
const PAYLOAD: usize = 64 << 10;
/// What a connection may hold for a message that waits: its frame header, and where the payload is.
const EACH: usize = 512;

type Server = WebSocket<DuplexStream, rfc6455::Draft>;

fn servers(agreed: &Agreed) -> (Vec<Server>, Vec<DuplexStream>) {
    let pair = || {
        let (near, far) = duplex(64);
        let connection = Connection::server(rfc6455::Draft, Session::default(), Config::default());
        (
            WebSocket::from_parts(near, connection.extended(agreed)),
            far,
        )
    };
    std::iter::repeat_with(pair).take(CONNECTIONS).unzip()
}

/// Sends to all servers, and gives what they hold then beyond what they held before.
fn broadcast(servers: &mut [Server], message: &Prepared) -> usize {
    let before = held();
    for server in servers {
        server.try_send(message).expect("room");
    }
    held().saturating_sub(before)
}

/// As [`broadcast`], with sends that are polled until they wait, and dropped.
fn begin(servers: &mut [Server], message: &Prepared) -> usize {
    let before = held();
    for server in servers {
        let send = pin!(server.send(message));
        let polled = send.poll(&mut Context::from_waker(Waker::noop()));
        assert!(polled.is_pending());
    }
    held().saturating_sub(before)
}

/// Letters that do not compress well.
fn text(length: usize) -> String {
    let mut state = 1u32;
    let letters = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from(b'A' + (state >> 24) as u8 % 58)
    });
    letters.take(length).collect()
}

pub(super) fn a_payload_is_held_once() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let none = Agreed::default();
        let compression = Extensions::compression();
        let deflate = compression.answer(rfc6455::Draft.info(), "permessage-deflate");
        assert!(deflate.header().is_some());
        for agreed in [none, deflate] {
            let news = Prepared::new(text(PAYLOAD));
            let (mut servers, mut peers) = servers(&agreed);
            let more = broadcast(&mut servers, &news);
            let allowed = CONNECTIONS * EACH + 2 * PAYLOAD + (1 << 20);
            println!("{CONNECTIONS} connections, {PAYLOAD} bytes for all: {more} bytes");
            assert!(more <= allowed, "{more} bytes");
            // A peer that reads at last gets all of it, and frees its part.
            let (server, peer) = (&mut servers[0], &mut peers[0]);
            let queued = server.connection().queued();
            let mut rest = vec![0; 64 + queued];
            let (sent, read) = tokio::join!(server.flush(), peer.read_exact(&mut rest));
            sent.expect("a stream");
            read.expect("a stream");
            assert_eq!(server.connection().queued(), 0);
        }
        for length in [2000, 5000, PAYLOAD] {
            let news = Prepared::new(text(length));
            let (mut servers, _peers) = servers(&Agreed::default());
            let more = begin(&mut servers, &news);
            println!("{CONNECTIONS} sends that wait, {length} bytes for all: {more} bytes");
            assert!(more <= CONNECTIONS * EACH + (1 << 20), "{more} bytes");
        }
    });
}
