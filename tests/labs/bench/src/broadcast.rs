//! One message for many connections.

use std::{
    mem::size_of_val,
    task::{Context, Waker},
};

use bytes::Bytes;

use crate::{
    compress::Load,
    contest::Work,
    memory::Memory,
    peers::{Each, Fastwebsockets, Prepared, TokioTungstenite, TokioWebsockets, Yawc},
    work::{Contender, block_on},
};

/// Connections that get each message, where nothing else is said.
pub const CONNECTIONS: usize = 64;

/// A server that sends the same message on many connections, each flushed.
pub trait Broadcast: Contender {
    /// Whether it can compress.
    const COMPRESSES: bool = false;

    type Socket;
    /// What is made of a message once, for all connections.
    type Message;

    /// Opens a connection; with a load, it compresses as that says.
    fn open(stream: Memory, load: Option<&Load>) -> impl Future<Output = Self::Socket>;

    fn prepare(message: &Bytes) -> Self::Message;

    /// Sends the message on one of them.
    fn send_to(socket: &mut Self::Socket, message: &Self::Message) -> impl Future<Output = ()>;
}

fn open<C: Broadcast>(stream: &Memory, load: Option<&Load>, connections: usize) -> Vec<C::Socket> {
    let open = || block_on(C::open(stream.clone(), load));
    std::iter::repeat_with(open).take(connections).collect()
}

async fn broadcast<C: Broadcast>(sockets: &mut [C::Socket], message: &Bytes) {
    let message = C::prepare(message);
    for socket in sockets {
        C::send_to(socket, &message).await;
    }
}

/// A function for each of all that broadcast.
macro_rules! contenders {
    ($of:ident) => {
        [
            $of::<Prepared>,
            $of::<Each>,
            $of::<Fastwebsockets>,
            $of::<TokioTungstenite>,
            $of::<TokioWebsockets>,
            $of::<Yawc>,
        ]
    };
}

/// All that broadcast, with this message.
pub fn broadcasters(
    message: &Bytes,
    load: Option<&Load>,
    connections: usize,
) -> Vec<Work<'static>> {
    fn of<C: Broadcast<Socket: 'static>>(
        message: &Bytes,
        load: Option<&Load>,
        connections: usize,
    ) -> Option<Work<'static>> {
        if load.is_some() && !C::COMPRESSES {
            return None;
        }
        let mut sockets = open::<C>(&Memory::default(), load, connections);
        let message = message.clone();
        let work = move |count| {
            for _ in 0..count {
                block_on(broadcast::<C>(&mut sockets, &message));
            }
        };
        Some((C::NAME, Box::new(work)))
    }
    let all = contenders!(of);
    all.into_iter()
        .filter_map(|one| one(message, load, connections))
        .collect()
}

/// What a broadcast costs in memory, in bytes a connection.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// All that is allocated while it is sent, though most is freed again.
    pub allocated: f64,
    /// What is held for a client that reads nothing, beyond what its connection held before.
    pub held: f64,
}

/// Bytes on the heap: those ever allocated, and those held now.
pub type Heap = fn() -> (usize, usize);

/// What a message costs everyone who broadcasts, after one that warmed up.
pub fn costs(
    message: &Bytes,
    load: Option<&Load>,
    connections: usize,
    heap: Heap,
) -> Vec<(&'static str, Cost)> {
    type Of = fn(&Bytes, Option<&Load>, usize, Heap) -> Option<(&'static str, Cost)>;
    fn of<C: Broadcast>(
        message: &Bytes,
        load: Option<&Load>,
        connections: usize,
        heap: Heap,
    ) -> Option<(&'static str, Cost)> {
        if load.is_some() && !C::COMPRESSES {
            return None;
        }
        let mut sockets = open::<C>(&Memory::default(), load, connections);
        block_on(broadcast::<C>(&mut sockets, message));
        let before = heap().0;
        block_on(broadcast::<C>(&mut sockets, message));
        let allocated = (heap().0 - before) as f64 / connections as f64;
        drop(sockets);
        let held = held_for_slow::<C>(message, load, connections, heap);
        Some((C::NAME, Cost { allocated, held }))
    }
    let all: [Of; 6] = contenders!(of);
    let costs = all.into_iter();
    costs
        .filter_map(|one| one(message, load, connections, heap))
        .collect()
}

/// Sends to clients that take nothing, and looks at what waits.
fn held_for_slow<C: Broadcast>(
    message: &Bytes,
    load: Option<&Load>,
    connections: usize,
    heap: Heap,
) -> f64 {
    let stream = Memory::default().stuck();
    let mut sockets = open::<C>(&stream, load, connections);
    let message = C::prepare(message);
    let mut sends = Vec::with_capacity(connections);
    let mut futures = 0;
    let before = heap().1;
    for socket in &mut sockets {
        let mut send = Box::pin(C::send_to(socket, &message));
        let polled = block_on(async {
            // Polled once, on a runtime, since some set a timer.
            send.as_mut().poll(&mut Context::from_waker(Waker::noop()))
        });
        assert!(polled.is_pending(), "{} has sent it to nobody", C::NAME);
        // The future is part of a task, whether it waits or not.
        futures += size_of_val(&*send);
        sends.push(send);
    }
    let held = heap().1 - before - futures;
    held as f64 / connections as f64
}
