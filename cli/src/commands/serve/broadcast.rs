//! `serve --broadcast`: each message goes to all other connections.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::{Notify, mpsc},
};
use wsdraft::{Limit, Message, Reserved, tokio::WebSocket};

use super::talk::{Ended, Talk, closed, exceeded, go_away, overloaded};
use crate::specs::Spoken;

/// Messages that may wait for a connection.
const MESSAGES: usize = 256;
/// Bytes that may wait for a connection, unless a single message has more.
const BYTES: usize = 1 << 20;

/// All connections.
#[derive(Debug, Default)]
pub(super) struct Room {
    members: Mutex<Members>,
}

#[derive(Debug, Default)]
struct Members {
    next: u64,
    all: HashMap<u64, Member>,
}

/// Where messages for a connection wait.
#[derive(Debug)]
struct Member {
    queue: mpsc::Sender<Arc<Posted>>,
    waiting: Arc<Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    bytes: AtomicUsize,
    /// Too much waits.
    late: Notify,
}

/// A message, with the memory that it takes until the last connection has it.
#[derive(Debug)]
struct Posted {
    message: Message,
    #[expect(dead_code, reason = "held for as long as the message")]
    held: Reserved,
}

impl Room {
    fn members(&self) -> MutexGuard<'_, Members> {
        self.members.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has all but this one sent a message. Whoever has too much waiting is given up.
    fn post(&self, from: u64, posted: &Arc<Posted>) {
        let length = posted.message.len();
        self.members().all.retain(|&id, member| {
            if id == from {
                return true;
            }
            let before = member.waiting.bytes.fetch_add(length, Relaxed);
            let fits = before == 0 || before + length <= BYTES;
            let taken = fits && member.queue.try_send(Arc::clone(posted)).is_ok();
            if !taken {
                member.waiting.late.notify_one();
            }
            taken
        });
    }
}

/// A place in the room, until this is dropped.
struct Place<'a> {
    room: &'a Room,
    id: u64,
    queue: mpsc::Receiver<Arc<Posted>>,
    waiting: Arc<Waiting>,
}

impl<'a> Place<'a> {
    fn new(room: &'a Room) -> Self {
        let (sender, queue) = mpsc::channel(MESSAGES);
        let waiting = Arc::<Waiting>::default();
        let member = Member {
            queue: sender,
            waiting: Arc::clone(&waiting),
        };
        let mut members = room.members();
        members.next += 1;
        let id = members.next;
        members.all.insert(id, member);
        Self {
            room,
            id,
            queue,
            waiting,
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.room.members().all.remove(&self.id);
    }
}

/// Sends what comes to all others, and what they send to this one, until either end closes.
pub(super) async fn broadcast<S>(
    room: &Room,
    talk: &mut Talk<'_>,
    socket: &mut WebSocket<S, Spoken>,
) -> Ended
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let budget = talk.budget;
    let mut place = Place::new(room);
    let waiting = Arc::clone(&place.waiting);
    loop {
        tokio::select! {
            received = socket.recv() => match received? {
                Some(message) => match budget.reserve(message.len()) {
                    Some(held) => room.post(place.id, &Arc::new(Posted { message, held })),
                    None => {
                        let error = exceeded(budget, Limit::SendMemory);
                        return overloaded(socket, error).await;
                    }
                },
                None => return Ok(socket.ended().cloned()),
            },
            Some(posted) = place.queue.recv() => {
                let sent = tokio::select! {
                    sent = socket.feed(posted.message.clone()) => Some(sent),
                    () = waiting.late.notified() => None,
                    () = closed(&mut talk.ends) => return go_away(socket).await,
                };
                match sent {
                    Some(sent) => sent?,
                    None => return too_slow(socket).await,
                }
                waiting.bytes.fetch_sub(posted.message.len(), Relaxed);
            }
            () = waiting.late.notified() => return too_slow(socket).await,
            () = closed(&mut talk.ends) => return go_away(socket).await,
        }
    }
}

/// Closes a connection that takes messages more slowly than they come.
async fn too_slow<S>(socket: &mut WebSocket<S, Spoken>) -> Ended
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let why = "more messages wait for this client than --broadcast keeps: it reads too slowly";
    overloaded(socket, std::io::Error::other(why).into()).await
}
