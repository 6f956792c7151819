//! One room: its users in this process, and a task that listens to the broker.

use std::{
    collections::{BTreeSet, HashMap},
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_nats::Subscriber;
use futures_util::StreamExt as _;
use tokio::{
    sync::{
        Notify,
        mpsc::{self, error::TrySendError},
        oneshot, watch,
    },
    time::{Instant, MissedTickBehavior, interval},
};
use wsdraft::Prepared;

use crate::{
    broker::{Broker, Health, Unsent},
    names::Name,
    presence::{Changes, Presence},
    words::{Report, Told, Word},
};

/// Limit on messages that wait for one user. Whoever is further behind is dropped.
const BEHIND: usize = 256;
/// Limit on users of one room in this process.
const MEMBERS: usize = 1024;
/// A process has left when it was not heard for so many beats.
const BEATS: u32 = 5;

/// Why a user is dropped.
const SLOW: &str = "you read too slowly";
const LOST: &str = "the room has lost its broker";

pub struct Room {
    pub name: Name,
    broker: Arc<Broker>,
    state: Mutex<State>,
    /// Wakes the task when the users have changed.
    changed: Notify,
}

#[derive(Default)]
struct State {
    next: u64,
    members: HashMap<u64, Member>,
    presence: Presence,
    /// The serial of the last report, once the last user has left.
    ended: Option<u64>,
}

struct Member {
    name: Name,
    queue: mpsc::Sender<Prepared>,
    dropped: oneshot::Sender<&'static str>,
}

/// What the task of a user receives.
pub struct Inbox {
    pub key: u64,
    pub queue: mpsc::Receiver<Prepared>,
    /// The reason, if the user is dropped.
    pub dropped: oneshot::Receiver<&'static str>,
}

impl Room {
    pub fn new(name: Name, broker: Arc<Broker>) -> Self {
        Self {
            name,
            broker,
            state: Mutex::default(),
            changed: Notify::new(),
        }
    }

    /// Adds a user, who is told first who is there. `None` if the room is full.
    pub fn join(&self, name: Name) -> Option<Inbox> {
        let mut state = self.state();
        if state.members.len() >= MEMBERS {
            return None;
        }
        let (sender, queue) = mpsc::channel(BEHIND);
        let (drops, dropped) = oneshot::channel();
        let _ = sender.try_send(Told::Present(state.presence.names()).prepare());
        let member = Member {
            name,
            queue: sender,
            dropped: drops,
        };
        let key = state.next;
        state.next += 1;
        state.members.insert(key, member);
        self.changed.notify_one();
        Some(Inbox {
            key,
            queue,
            dropped,
        })
    }

    /// Whether the room is empty now, and ends.
    pub fn leave(&self, key: u64) -> bool {
        let mut state = self.state();
        state.members.remove(&key);
        if state.members.is_empty() {
            // Now, because the next room of this name may be open before this one has reported.
            state.ended = Some(self.broker.serial());
        }
        self.changed.notify_one();
        state.ended.is_some()
    }

    /// Says something to everybody in the room, in every process.
    pub async fn say(&self, from: Name, text: String) -> Result<(), Unsent> {
        self.broker
            .publish(&self.name, Word::Said { from, text })
            .await
    }

    /// Tells one user something.
    pub fn tell(&self, key: u64, told: &Told<'_>) {
        self.send(&mut self.state(), &told.prepare(), |member| member == key);
    }

    /// Listens to the broker until the room ends.
    pub async fn run(self: Arc<Self>, beat: Duration) {
        let mut news = match self.broker.subscribe(&self.name).await {
            Ok(news) => news,
            Err(error) => {
                eprintln!("room {}: {error}", self.name);
                return self.lose();
            }
        };
        let _ = self.broker.publish(&self.name, Word::Who).await;
        self.follow(&mut news, beat).await;
        // The others need not wait until this process expires.
        let ended = self.state().ended;
        if let Some(serial) = ended {
            let names = BTreeSet::new();
            let word = Word::Here { serial, names };
            let _ = self.broker.publish(&self.name, word).await;
        }
        let _ = news.unsubscribe().await;
        self.lose();
    }

    async fn follow(&self, news: &mut Subscriber, beat: Duration) {
        let mut health = self.broker.health();
        let mut known = *health.borrow_and_update();
        let mut beats = interval(beat);
        beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while self.state().ended.is_none() {
            tokio::select! {
                message = news.next() => match message {
                    Some(message) => self.hear(&message.payload).await,
                    None => return,
                },
                () = self.changed.notified() => self.announce().await,
                _ = beats.tick() => {
                    self.announce().await;
                    if known.connected {
                        self.expire(beat * BEATS);
                    }
                }
                Ok(()) = health.changed() => self.healed(&mut known, &mut health).await,
            }
        }
    }

    /// Takes a report of a process, this one included.
    async fn hear(&self, payload: &[u8]) {
        // Whoever may write to the broker may send anything.
        let Ok(Report { by, word }) = serde_json::from_slice(payload) else {
            eprintln!("room {}: a report that is none", self.name);
            return;
        };
        let is_own = by == self.broker.process();
        match word {
            Word::Said { from, text } => {
                let told = Told::Said {
                    from: &from,
                    text: &text,
                };
                self.broadcast(&mut self.state(), &told);
            }
            Word::Here { serial, names } if !is_own => {
                self.take(&mut self.state(), &by, serial, names);
            }
            Word::Who if !is_own => self.announce().await,
            Word::Here { .. } | Word::Who => {}
        }
    }

    /// Tells the users and the other processes who is here.
    async fn announce(&self) {
        let word = {
            let mut state = self.state();
            let members = state.members.values();
            let names: BTreeSet<Name> = members.map(|member| member.name.clone()).collect();
            let serial = self.broker.serial();
            self.take(&mut state, self.broker.process(), serial, names.clone());
            Word::Here { serial, names }
        };
        // If this is lost, the next beat says the same.
        let _ = self.broker.publish(&self.name, word).await;
    }

    /// Takes the report of a process.
    fn take(&self, state: &mut State, process: &str, serial: u64, names: BTreeSet<Name>) {
        let changes = state.presence.hear(process, serial, names, Instant::now());
        self.tell_changes(state, &changes);
    }

    fn expire(&self, after: Duration) {
        let mut state = self.state();
        let changes = state.presence.expire(after, Instant::now());
        self.tell_changes(&mut state, &changes);
    }

    /// Tells the users what became of the connection to the broker.
    async fn healed(&self, known: &mut Health, health: &mut watch::Receiver<Health>) {
        let now = *health.borrow_and_update();
        let before = mem::replace(known, now);
        if now.connected && !before.connected {
            let told = Told::Missed("the broker was not reachable for a while");
            {
                let mut state = self.state();
                state.presence.renew(Instant::now());
                self.broadcast(&mut state, &told);
            }
            let _ = self.broker.publish(&self.name, Word::Who).await;
            self.announce().await;
        }
        if now.dropped > before.dropped {
            let told = Told::Missed("this server is too slow");
            self.broadcast(&mut self.state(), &told);
        }
    }

    fn tell_changes(&self, state: &mut State, changes: &Changes) {
        let left = changes.left.iter().map(Told::Left);
        for told in left.chain(changes.joined.iter().map(Told::Joined)) {
            self.broadcast(state, &told);
        }
    }

    fn broadcast(&self, state: &mut State, told: &Told<'_>) {
        self.send(state, &told.prepare(), |_| true);
    }

    /// Queues a message for some users, and drops those who are too far behind.
    fn send(&self, state: &mut State, message: &Prepared, to: impl Fn(u64) -> bool) {
        let slow = state
            .members
            .extract_if(|&key, member| to(key) && !member.takes(message));
        for (_, member) in slow {
            eprintln!("room {}: {} reads too slowly", self.name, member.name);
            let _ = member.dropped.send(SLOW);
            self.changed.notify_one();
        }
    }

    /// Drops all users, if the room ends before they leave.
    fn lose(&self) {
        for (_, member) in self.state().members.drain() {
            let _ = member.dropped.send(LOST);
        }
    }

    /// The state is changed as a whole: a panic leaves nothing half done.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Member {
    /// Whether there was room in the queue of the user.
    fn takes(&self, message: &Prepared) -> bool {
        let queued = self.queue.try_send(message.clone());
        !matches!(queued, Err(TrySendError::Full(_)))
    }
}
