//! Memory that a hostile peer can make an end hold, in every draft and role: measured on the heap,
//! and bounded.
//!
//! `results/conformance.md` states these bounds.

use std::{
    collections::BTreeMap,
    future::{Future, poll_fn},
    io,
    pin::{Pin, pin},
    task::{Context, Poll},
    time::Duration,
};

use super::held;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use wsdraft::{
    Config, Connection, ConnectionError, Error, Limit, Limits, Message, NoEntropy, Role,
    drafts::rfc6455,
    frame::{Outgoing, Session},
    info::Kind,
    tokio::{Acceptor, WebSocket},
};
use wsdraft_tests::sockets::{Spoken, drafts, newest};

mod endless;
mod scenes;

use endless::Endless;

/// What goes into a header field.
const FILLER: &[u8] = &[b'x'; 4096];

const KIB: usize = 1 << 10;

/// The buffer to read into, which the connections of a thread share.
const THREAD: usize = 64 * KIB;

type Socket<S> = WebSocket<S, Spoken>;

fn zeros(bytes: &mut [u8]) -> Result<(), NoEntropy> {
    bytes.fill(0);
    Ok(())
}

fn connection(draft: Spoken, role: Role, limits: Limits) -> Connection<Spoken> {
    let config = Config::with_limits(limits);
    match role {
        Role::Client => Connection::client(draft, Session::default(), zeros, config),
        Role::Server => Connection::server(draft, Session::default(), config),
    }
}

/// An end under attack: a draft, a role, and its limits.
#[derive(Clone)]
struct Victim {
    draft: Spoken,
    role: Role,
    limits: Limits,
}

impl Victim {
    fn socket<S: AsyncRead + AsyncWrite + Unpin>(&self, stream: S) -> Socket<S> {
        let connection = connection(self.draft, self.role, self.limits.clone());
        WebSocket::from_parts(stream, connection)
    }

    /// What its peer sends with these calls; nothing where the draft has no words for it.
    fn sent_to_it(
        &self,
        call: impl FnOnce(&mut Connection<Spoken>) -> Result<(), ConnectionError>,
    ) -> Vec<u8> {
        let mut limits = Limits::default();
        limits.write_buffer = usize::MAX;
        let mut peer = connection(self.draft, self.role.peer(), limits);
        let _ = call(&mut peer);
        peer.output().to_vec()
    }

    /// The head of a frame with a length that its peer announces, if it can.
    fn announced(&self, kind: Kind, length: usize) -> Option<Vec<u8>> {
        let frame = Outgoing {
            kind,
            fin: true,
            reserved: 0,
            length: length as u64,
            opcode: 0,
        };
        let (role, session) = (self.role.peer(), Session::default());
        let encoded = self.draft.encode(&frame, role, [0; 4], &session)?;
        encoded.trailer.is_none().then(|| encoded.bytes().to_vec())
    }

    fn name(&self) -> String {
        format!("{} {}", self.draft.info().short, self.role)
    }
}

/// Polls a future once, and drops it.
async fn once<F: Future>(future: F) -> Poll<F::Output> {
    let mut future = pin!(future);
    poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await
}

/// A client and a server that have nothing to do with any of it, and are served throughout.
struct Bystanders {
    client: Socket<tokio::io::DuplexStream>,
    server: Socket<tokio::io::DuplexStream>,
    /// The worst of each kind: what was measured, its bound, and where.
    worst: BTreeMap<&'static str, (usize, usize, String)>,
}

impl Bystanders {
    fn new() -> Self {
        let (near, far) = tokio::io::duplex(4 * KIB);
        let end = |role, stream| {
            let connection = connection(newest(), role, Limits::default());
            WebSocket::from_parts(stream, connection)
        };
        Self {
            client: end(Role::Client, near),
            server: end(Role::Server, far),
            worst: BTreeMap::new(),
        }
    }

    /// Holds what was measured to its bound, and notes the worst.
    fn bounded(&mut self, what: &'static str, whose: &str, measured: usize, bound: usize) {
        assert!(
            measured <= bound,
            "{what}, {whose}: {measured} bytes are more than {bound}"
        );
        let worst = self.worst.entry(what).or_default();
        if measured >= worst.0 {
            *worst = (measured, bound, whose.into());
        }
    }

    async fn are_served(&mut self) {
        let echo = async {
            let message = self.server.recv().await.expect("a message");
            self.server
                .send(message.expect("a message"))
                .await
                .expect("room");
        };
        let ask = async {
            self.client.send("still there?").await.expect("room");
            self.client.recv().await.expect("an answer")
        };
        let (answer, ()) = tokio::join!(ask, echo);
        assert_eq!(answer, Some(Message::from("still there?")));
    }
}

pub(super) fn hostile_peers() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let mut others = Bystanders::new();
        // What is kept for the thread is there before anything is measured.
        others.are_served().await;
        scenes::half_open_handshakes(&mut others).await;
        scenes::endless_header(&mut others).await;
        for draft in drafts() {
            for role in [Role::Client, Role::Server] {
                let limits = Limits::default();
                let victim = Victim {
                    draft,
                    role,
                    limits,
                };
                scenes::endless_empty_fragments(&mut others, &victim).await;
                scenes::ping_flood(&mut others, &victim).await;
                scenes::large_control_frames(&mut others, &victim).await;
                scenes::slow_reader(&mut others, &victim).await;
                scenes::announced_and_not_sent(&mut others, &victim).await;
                scenes::unfinished_message(&mut others, &victim).await;
                scenes::text_that_is_repaired(&mut others, &victim).await;
            }
        }
        scenes::slow_writer(&mut others).await;
        for (what, (measured, bound, whose)) in &others.worst {
            println!("{what}: {measured} bytes, at most {bound} ({whose})");
        }
    });
}
