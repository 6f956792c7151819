//! Opening handshakes and connections over tokio streams, in every built-in draft.

use std::{pin::pin, task::Poll, time::Duration};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};
use wsdraft::{
    Cause, ConnectionError, Error, Limit, Limits, Message, Misuse, Policy, Relaxed, Role, Sent,
    detect::detect,
    handshake::{
        Answer, HeadLimits,
        client::ClientError,
        parse,
        server::{Refusal, RefusalCause},
    },
    info::{CloseBody, DraftInfo, Kind, Purpose, Scope},
    tokio::{Acceptor, Connector, Requested, Subprotocols, WebSocket},
};
use wsdraft_tests::sockets::{
    Halting, Socket, Spoken, address, connector, drafts, newest, poll_once,
};

mod connections;
mod handshakes;

/// A draft in which the request owes bytes after its head.
fn with_body() -> Spoken {
    drafts()
        .find(|draft| draft.info().request_body > 0)
        .expect("a draft with a body")
}

fn every() -> Acceptor<Spoken> {
    Acceptor::any(drafts())
}

/// A client and a server that have shaken hands.
struct Pair {
    client: Socket,
    server: Socket,
}

impl Pair {
    async fn of(draft: Spoken) -> Self {
        Self::with(connector(draft), Acceptor::new(draft)).await
    }

    async fn with(connector: Connector<Spoken>, acceptor: Acceptor<Spoken>) -> Self {
        let (near, far) = duplex(1 << 16);
        let address = address();
        let (client, server) =
            tokio::join!(connector.connect(near, &address), acceptor.accept(far));
        Self {
            client: client.expect("a client"),
            server: server.expect("a server"),
        }
    }
}

/// The bytes of a client's request: a stream that nobody answers gets them.
async fn request(draft: Spoken) -> Vec<u8> {
    let (near, mut far) = duplex(1 << 16);
    let mut connecting = connector(draft).start(near, &address()).expect("a request");
    let mut bytes = vec![0; 1 << 16];
    tokio::select! {
        _ = connecting.finish() => panic!("nobody answered"),
        length = far.read(&mut bytes) => bytes.truncate(length.expect("a request")),
    }
    bytes
}

async fn answer(mut stream: DuplexStream) -> String {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.expect("an answer");
    String::from_utf8_lossy(&bytes).into_owned()
}
