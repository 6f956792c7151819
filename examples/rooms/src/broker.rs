//! The connection to NATS, which all rooms of the process share.

use std::{
    error::Error,
    fmt,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use async_nats::{Client, ConnectOptions, Event, Subscriber};
use tokio::{sync::watch, time::timeout};

use crate::{
    names::Name,
    words::{Report, Word},
};

/// What precedes the name of a room in its subject.
const SUBJECTS: &str = "wsdraft.rooms";
/// Limit on messages that wait for a room of this process. NATS drops further ones.
const WAITING: usize = 256;
/// Limit on messages that wait for the broker. A user who says more waits.
const UNSENT: usize = 256;
/// How long a user waits before the message is refused.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often the broker is asked whether it is there.
const PING: Duration = Duration::from_secs(10);
/// The longest report: names and texts are bounded, and JSON escapes up to six times their bytes.
const REPORT: usize = 64 << 10;

pub struct Broker {
    client: Client,
    /// Identifies this process to the others.
    process: String,
    serial: AtomicU64,
    health: watch::Receiver<Health>,
}

/// What became of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Health {
    pub connected: bool,
    /// Messages that NATS has dropped, because this process took them too slowly.
    pub dropped: u64,
}

/// Why a message was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unsent;

impl fmt::Display for Unsent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the broker is not reachable")
    }
}

impl Broker {
    /// Connects, and from then on connects again by itself.
    pub async fn connect(url: &str) -> Result<Self, Box<dyn Error>> {
        let (told, health) = watch::channel(Health {
            connected: true,
            dropped: 0,
        });
        let shown = place(url).to_owned();
        let client = ConnectOptions::new()
            .name("rooms")
            .subscription_capacity(WAITING)
            .client_capacity(UNSENT)
            .max_reconnects(None)
            .ping_interval(PING)
            .event_callback(move |event| {
                note(&shown, &told, &event);
                async {}
            })
            .connect(url)
            .await?;
        if client.max_payload() < REPORT {
            return Err(format!("max_payload is less than {REPORT} bytes").into());
        }
        // An inbox has a unique name, which is all that is needed of it.
        let process = client.new_inbox();
        Ok(Self {
            client,
            process,
            serial: AtomicU64::new(0),
            health,
        })
    }

    pub fn process(&self) -> &str {
        &self.process
    }

    /// A number that is higher than all before.
    pub fn serial(&self) -> u64 {
        self.serial.fetch_add(1, Ordering::Relaxed)
    }

    pub fn health(&self) -> watch::Receiver<Health> {
        self.health.clone()
    }

    /// Subscribes to a room. The subscription outlives lost connections.
    pub async fn subscribe(&self, room: &Name) -> Result<Subscriber, Box<dyn Error>> {
        Ok(self.client.subscribe(subject(room)).await?)
    }

    /// Tells all processes with users in a room, this one included. NATS delivers at most once:
    /// what is under way when the broker disappears is lost.
    pub async fn publish(&self, room: &Name, word: Word) -> Result<(), Unsent> {
        if !self.health.borrow().connected {
            return Err(Unsent);
        }
        let by = self.process.clone();
        let report = serde_json::to_vec(&Report { by, word }).map_err(|_| Unsent)?;
        let sent = self.client.publish(subject(room), report.into());
        match timeout(PATIENCE, sent).await {
            Ok(Ok(())) => Ok(()),
            _ => Err(Unsent),
        }
    }

    /// Waits until everything is written, or for as long as a user would.
    pub async fn flush(&self) {
        let _ = timeout(PATIENCE, self.client.flush()).await;
    }
}

fn subject(room: &Name) -> String {
    format!("{SUBJECTS}.{room}")
}

/// The host and port of a URL, without the user and the password.
pub fn place(url: &str) -> &str {
    let place = url.rsplit_once('@').map_or(url, |(_, place)| place);
    place.rsplit_once("://").map_or(place, |(_, place)| place)
}

/// Notes what the client of NATS reports.
fn note(place: &str, told: &watch::Sender<Health>, event: &Event) {
    match event {
        Event::Connected => {
            told.send_if_modified(|health| !std::mem::replace(&mut health.connected, true));
        }
        Event::Disconnected => {
            told.send_if_modified(|health| std::mem::replace(&mut health.connected, false));
        }
        Event::SlowConsumer(_) => {
            told.send_modify(|health| health.dropped += 1);
            // There may be thousands in a second.
            if !told.borrow().dropped.is_power_of_two() {
                return;
            }
        }
        _ => {}
    }
    eprintln!("broker {place}: {event}");
}
