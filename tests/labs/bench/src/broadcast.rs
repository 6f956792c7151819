//! One message for many connections.

use bytes::Bytes;

use crate::{
    compress::Load,
    contest::Work,
    memory::Memory,
    peers::{Each, Fastwebsockets, Prepared, TokioTungstenite, TokioWebsockets, Yawc},
    work::{Contender, block_on},
};

/// Connections that get each message.
pub const CONNECTIONS: usize = 64;

/// A server that sends the same message on many connections, each flushed.
pub trait Broadcast: Contender {
    /// Whether it can compress.
    const COMPRESSES: bool = false;

    type Socket;

    /// Opens a connection; with a load, it compresses as that says.
    fn open(stream: Memory, load: Option<&Load>) -> impl Future<Output = Self::Socket>;

    /// Sends one message on all of them.
    fn broadcast(sockets: &mut [Self::Socket], message: &Bytes) -> impl Future<Output = ()>;
}

/// All that broadcast, with this message.
pub fn broadcasters(message: &Bytes, load: Option<&Load>) -> Vec<Work<'static>> {
    fn of<C: Broadcast<Socket: 'static>>(
        message: &Bytes,
        load: Option<&Load>,
    ) -> Option<Work<'static>> {
        if load.is_some() && !C::COMPRESSES {
            return None;
        }
        let mut sockets = Vec::new();
        for _ in 0..CONNECTIONS {
            sockets.push(block_on(C::open(Memory::default(), load)));
        }
        let message = message.clone();
        let work = move |count| {
            for _ in 0..count {
                block_on(C::broadcast(&mut sockets, &message));
            }
        };
        Some((C::NAME, Box::new(work)))
    }
    let all = [
        of::<Prepared>,
        of::<Each>,
        of::<Fastwebsockets>,
        of::<TokioTungstenite>,
        of::<TokioWebsockets>,
        of::<Yawc>,
    ];
    all.into_iter()
        .filter_map(|one| one(message, load))
        .collect()
}
