//! How long an answer takes while many clients send at a fixed rate, whatever the server does.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{MissedTickBehavior, interval_at, sleep},
};

use crate::echo::{Host, frame};

/// What the clients do.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    pub clients: usize,
    pub length: usize,
    /// Time from one message of a client to its next.
    pub period: Duration,
    /// Messages of each client.
    pub messages: usize,
}

impl Rate {
    /// Messages a second, of all clients.
    pub fn each_second(&self) -> f64 {
        self.clients as f64 / self.period.as_secs_f64()
    }
}

/// Nanoseconds from each message's write to its answer, sorted. The clients do not wait for
/// answers before they send, so a server that stops is seen by all messages sent meanwhile.
pub async fn measure(host: &impl Host, rate: Rate) -> Vec<u64> {
    let mut tasks = Vec::new();
    let start = tokio::time::Instant::now() + Duration::from_millis(20);
    for client in 0..rate.clients {
        let stream = TcpStream::connect(host.address()).await;
        let stream = stream.expect("a connection");
        stream.set_nodelay(true).expect("an option of TCP");
        let offset = rate.period * client as u32 / rate.clients as u32;
        tasks.push(tokio::spawn(client_of(stream, rate, start + offset)));
    }
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await.expect("a client"));
    }
    times.sort_unstable();
    times
}

async fn client_of(stream: TcpStream, rate: Rate, start: tokio::time::Instant) -> Vec<u64> {
    let frame = frame(rate.length);
    // The mask has 4 bytes, which an answer lacks.
    let mut answer = vec![0; frame.len() - 4];
    let sent = Arc::new(Mutex::new(VecDeque::new()));
    let (mut reading, mut writing) = stream.into_split();
    let queue = sent.clone();
    let write = async move {
        let mut ticks = interval_at(start, rate.period);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
        for _ in 0..rate.messages {
            ticks.tick().await;
            let now = Instant::now();
            queue.lock().expect("no panic").push_back(now);
            writing
                .write_all(&frame)
                .await
                .expect("a server that reads");
        }
        writing
    };
    let read = async {
        let mut times = Vec::with_capacity(rate.messages);
        for _ in 0..rate.messages {
            reading.read_exact(&mut answer).await.expect("an answer");
            let start = sent.lock().expect("no panic").pop_front();
            times.push(start.expect("a message").elapsed().as_nanos() as u64);
        }
        times
    };
    let (writing, times) = tokio::join!(write, read);
    // Closing would disturb those who still measure.
    sleep(rate.period).await;
    drop(writing);
    times
}

/// The time that so many of a thousand do not exceed.
pub fn quantile(sorted: &[u64], of_thousand: usize) -> f64 {
    sorted[(sorted.len() * of_thousand / 1000).min(sorted.len() - 1)] as f64
}
