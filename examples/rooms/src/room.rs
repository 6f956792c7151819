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
use wsdraft::Budget;

use crate::{
    broker::{Broker, Health, Unsent},
    names::Name,
    presence::{Changes, Presence},
    rooms::Full,
    words::{Report, Told, Waiting, Word},
};

/// Limit on messages that wait for one user. Whoever is further behind is dropped.
const BEHIND: usize = 256;
/// The same limit while memory is scarce.
const BEHIND_IF_SCARCE: usize = 16;
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
    /// The memory that messages take while they wait for users.
    budget: Budget,
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
    /// Whether nobody listens to the broker any more.
    lost: bool,
}

struct Member {
    name: Name,
    queue: mpsc::Sender<Waiting>,
    dropped: oneshot::Sender<&'static str>,
}

/// What the task of a user receives.
pub struct Inbox {
    pub key: u64,
    pub queue: mpsc::Receiver<Waiting>,
    /// The reason, if the user is dropped.
    pub dropped: oneshot::Receiver<&'static str>,
}

impl Room {
    pub fn new(name: Name, broker: Arc<Broker>, budget: Budget) -> Self {
        Self {
            name,
            broker,
            budget,
            state: Mutex::default(),
            changed: Notify::new(),
        }
    }

    /// Adds a user, who is told first who is there.
    pub fn join(&self, name: Name) -> Result<Inbox, Full> {
        let mut state = self.state();
        if state.members.len() >= MEMBERS {
            return Err(Full::Members);
        }
        let (sender, queue) = mpsc::channel(BEHIND);
        let (drops, dropped) = oneshot::channel();
        let mut present = state.presence.names();
        present.insert(&name);
        let present = Told::Present(present).prepare(&self.budget);
        if !present.is_reserved() {
            return Err(Full::Memory);
        }
        let _ = sender.try_send(present);
        let member = Member {
            name,
            queue: sender,
            dropped: drops,
        };
        let key = state.next;
        state.next += 1;
        if state.lost {
            // It was lost just now.
            let _ = member.dropped.send(LOST);
        } else {
            state.members.insert(key, member);
        }
        self.changed.notify_one();
        Ok(Inbox {
            key,
            queue,
            dropped,
        })
    }

    /// Whether nobody listens to the broker any more. Users may still be leaving.
    pub fn is_lost(&self) -> bool {
        self.state().lost
    }

    /// Removes a user, who may be dropped already. Whether the room is empty, and over.
    pub fn leave(&self, key: u64) -> bool {
        self.state().members.remove(&key);
        self.ends_if_empty()
    }

    pub fn ends_if_empty(&self) -> bool {
        let mut state = self.state();
        if state.members.is_empty() && state.ended.is_none() {
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
        self.send(&mut self.state(), told, |member| member == key);
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
            eprintln!("room {}: an invalid report", self.name);
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
        self.send(state, told, |_| true);
    }

    /// Queues a message for some users, and drops those who are too far behind.
    fn send(&self, state: &mut State, told: &Told<'_>, to: impl Fn(u64) -> bool) {
        let message = told.prepare(&self.budget);
        let most = if !message.is_reserved() {
            0
        } else if self.budget.is_scarce() {
            BEHIND_IF_SCARCE
        } else {
            BEHIND
        };
        let slow = state
            .members
            .extract_if(|&key, member| to(key) && !member.takes(&message, most));
        for (_, member) in slow {
            eprintln!("room {}: {} reads too slowly", self.name, member.name);
            let _ = member.dropped.send(SLOW);
            self.changed.notify_one();
        }
    }

    /// Drops all users, if the room ends before they leave.
    fn lose(&self) {
        let mut state = self.state();
        state.lost = true;
        for (_, member) in state.members.drain() {
            let _ = member.dropped.send(LOST);
        }
    }

    /// The state is changed as a whole: a panic leaves nothing half done.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Member {
    /// Whether the user took the message: no more than `most` others wait, and fewer than
    /// [`BEHIND`].
    fn takes(&self, message: &Waiting, most: usize) -> bool {
        if BEHIND - self.queue.capacity() > most {
            return false;
        }
        let queued = self.queue.try_send(message.clone());
        !matches!(queued, Err(TrySendError::Full(_)))
    }
}
