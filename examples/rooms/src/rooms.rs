//! The open rooms of the process.

use std::{
    collections::{HashMap, hash_map::Entry},
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::{mpsc, oneshot};
use wsdraft::{Budget, tokio::Connections};

use crate::{
    broker::Broker,
    names::Name,
    room::Room,
    words::{Told, Waiting},
};

/// Limit on rooms with users in this process. Each costs a subscription, and a report with each
/// beat.
const ROOMS: usize = 1000;

pub struct Rooms {
    broker: Arc<Broker>,
    beat: Duration,
    connections: Connections,
    budget: Budget,
    open: Mutex<HashMap<Name, Arc<Room>>>,
}

/// There is no place for a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Full {
    Rooms,
    Members,
    Memory,
}

impl fmt::Display for Full {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rooms => "there are too many rooms",
            Self::Members => "the room is full",
            Self::Memory => "there is too little memory",
        })
    }
}

/// A user in a room, who leaves it when this is dropped.
pub struct Membership {
    pub queue: mpsc::Receiver<Waiting>,
    /// The reason, if the user is dropped.
    pub dropped: oneshot::Receiver<&'static str>,
    pub seat: Seat,
}

/// The part of a [`Membership`] that speaks.
pub struct Seat {
    key: u64,
    name: Name,
    room: Arc<Room>,
    rooms: Arc<Rooms>,
}

impl Rooms {
    /// `connections` then also waits for the rooms to end, which they do when they are empty. What
    /// waits for slow users counts towards `budget`.
    pub fn new(
        broker: Arc<Broker>,
        beat: Duration,
        connections: Connections,
        budget: Budget,
    ) -> Arc<Self> {
        Arc::new(Self {
            broker,
            beat,
            connections,
            budget,
            open: Mutex::default(),
        })
    }

    pub fn join(self: &Arc<Self>, room: Name, name: Name) -> Result<Membership, Full> {
        let mut open = self.open();
        if open.get(&room).is_some_and(|room| room.is_lost()) {
            open.remove(&room);
        }
        let count = open.len();
        let room = match open.entry(room) {
            Entry::Occupied(open) => Arc::clone(open.get()),
            Entry::Vacant(_) if count >= ROOMS => return Err(Full::Rooms),
            Entry::Vacant(place) => {
                let (name, broker) = (place.key().clone(), Arc::clone(&self.broker));
                let room = Arc::new(Room::new(name, broker, self.budget.clone()));
                self.connections.spawn(Arc::clone(&room).run(self.beat));
                Arc::clone(place.insert(room))
            }
        };
        let inbox = match room.join(name.clone()) {
            Ok(inbox) => inbox,
            Err(full) => {
                // Also if it was opened for this user: nobody else would end it.
                if room.ends_if_empty() {
                    open.remove(&room.name);
                }
                return Err(full);
            }
        };
        drop(open);
        let seat = Seat {
            key: inbox.key,
            name,
            room,
            rooms: Arc::clone(self),
        };
        Ok(Membership {
            queue: inbox.queue,
            dropped: inbox.dropped,
            seat,
        })
    }

    fn open(&self) -> MutexGuard<'_, HashMap<Name, Arc<Room>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seat {
    /// Says something to everybody in the room, the user included. The user is told if that fails.
    pub async fn say(&self, text: String) {
        if let Err(error) = self.room.say(self.name.clone(), text).await {
            self.room.tell(self.key, &Told::Unsent(&error.to_string()));
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        // With the lock held, nobody joins a room that ends.
        let mut open = self.rooms.open();
        let is_over = self.room.leave(self.key);
        // A newer room may have the name.
        if is_over
            && open
                .get(&self.room.name)
                .is_some_and(|room| Arc::ptr_eq(room, &self.room))
        {
            open.remove(&self.room.name);
        }
    }
}
