//! Many connections: one message for all of them, an echo for each, more than one thread, and
//! what answers take under load.

use std::{
    iter::zip,
    time::{Duration, Instant},
};

use tokio::runtime::{Builder, Runtime};
use wsdraft::drafts::rfc6455;

use super::{OURS, ROUNDS};
use crate::{
    broadcast::broadcasters,
    compress::Load as Compressed,
    contest::{Score, hold},
    echo::{Load, Round},
    frames::{Content, count, masked},
    latency::{Rate, measure, quantile},
    memory::Memory,
    process::Process,
    table::{Cell, Table, Unit},
    work::{Spawner, current_thread, spawners},
};

/// Whose servers take part.
const SERVERS: [&str; 7] = [
    "bare loop",
    OURS,
    "fastwebsockets",
    "tokio-tungstenite",
    "tokio-websockets",
    "wtx",
    "yawc",
];

/// Passes through all servers.
const PASSES: usize = 3;

/// A message of 1 KiB for many connections, in memory: what one connection takes.
pub fn fan_out() -> Vec<Table> {
    let title = "Fan-out of a message of 1 KiB: a connection";
    let mut table = Table::new("fan-out", title).relative_to(OURS);
    let message = Content::Binary.payload(1 << 10).into();
    let load = Compressed::new(1 << 10, 1, true);
    let json = load.messages[0].clone().into();
    for (name, connections, load) in [
        ("1,000", 1_000, None),
        ("10,000", 10_000, None),
        ("1,000, compressed", 1_000, Some(&load)),
        ("10,000, compressed", 10_000, Some(&load)),
    ] {
        let message = if load.is_some() { &json } else { &message };
        let mut contenders = broadcasters(message, load, connections);
        if load.is_some() && connections > 1_000 {
            // A window for each connection takes gigabytes.
            contenders.retain(|(name, _)| *name == OURS);
        }
        let scores = hold(ROUNDS, contenders).into_iter();
        let each: Vec<_> = scores.map(|score| score.each(connections)).collect();
        table.column(name, &each);
    }
    vec![table]
}

/// What a message costs with more and more connections, all of which have one in flight.
pub fn connections() -> Vec<Table> {
    let title = "Echo of 125 B over TCP: the server's processor time a message";
    let mut table = Table::new("connections", title).relative_to(OURS);
    let runtime = current_thread();
    for (name, clients, times) in [
        ("1", 1, 2_000),
        ("100", 100, 200),
        ("1,000", 1_000, 20),
        ("10,000", 10_000, 4),
    ] {
        let load = Load {
            clients,
            length: 125,
            in_flight: 1,
            times,
        };
        let mut rounds = vec![Vec::new(); SERVERS.len()];
        for _ in 0..PASSES {
            for (server, rounds) in zip(SERVERS, &mut rounds) {
                runtime.block_on(async {
                    let process = Process::start(server, false);
                    let mut round = Round::prepare(process, load).await;
                    // The first opens connections, and buffers.
                    round.run().await;
                    rounds.push(round.run().await);
                });
            }
        }
        let scores = zip(SERVERS, rounds).map(|(server, rounds)| Score::of(server, rounds));
        table.column(name, &scores.collect::<Vec<_>>());
    }
    vec![table]
}

/// Echo in memory on one worker thread and on two, as time that passes.
pub fn workers() -> Vec<Table> {
    let title = "Echo of 1 KiB in memory, 64 connections: time that passes, a message";
    let mut table = Table::new("workers", title);
    let frames = masked(rfc6455::Draft, Content::Binary, 1 << 10);
    let frame = frames.len() / count(1 << 10);
    let stream = Memory::new(frames).ending(frame * MESSAGES);
    let runtimes = [1, 2].map(|workers| {
        let runtime = Builder::new_multi_thread().worker_threads(workers).build();
        runtime.expect("a runtime")
    });
    let spawners = spawners();
    let mut rounds = vec![[Vec::new(), Vec::new()]; spawners.len()];
    for _ in 0..ROUNDS {
        for (spawner, rounds) in zip(&spawners, &mut rounds) {
            for (runtime, rounds) in zip(&runtimes, rounds) {
                rounds.push(serve(*spawner, runtime, &stream));
            }
        }
    }
    let names = spawners.iter().map(|spawner| spawner.0);
    let (mut one, mut two, mut gain) = (Vec::new(), Vec::new(), Vec::new());
    for (name, [single, double]) in zip(names, rounds) {
        let (single, double) = (Score::of(name, single), Score::of(name, double));
        gain.push((name, Cell::exact(single.best / double.best, Unit::Factor)));
        one.push(single);
        two.push(double);
    }
    table.column("1 worker", &one);
    table.column("2 workers", &two);
    table.cells("gain", gain);
    vec![table]
}

const TASKS: usize = 64;
const MESSAGES: usize = 2_000;

fn serve((_, spawn): Spawner, runtime: &Runtime, stream: &Memory) -> f64 {
    let start = Instant::now();
    let tasks: Vec<_> = (0..TASKS).map(|_| spawn(runtime, stream.clone())).collect();
    for task in tasks {
        runtime.block_on(task).expect("a task that ends");
    }
    start.elapsed().as_nanos() as f64 / (TASKS * MESSAGES) as f64
}

/// How long answers take at a fixed rate, in the best pass of each.
pub fn latency() -> Vec<Table> {
    let rate = Rate {
        clients: 100,
        length: 125,
        period: Duration::from_millis(5),
        messages: 400,
    };
    let title = format!(
        "Echo of {} B over TCP, {} connections, {:.0} messages a second: time to the answer",
        rate.length,
        rate.clients,
        rate.each_second()
    );
    let mut table = Table::new("latency", &title).relative_to(OURS);
    let runtime = current_thread();
    let quantiles = [("p50", 500), ("p99", 990), ("p99.9", 999)];
    let mut rounds = vec![quantiles.map(|_| Vec::new()); SERVERS.len()];
    for _ in 0..PASSES {
        for (server, rounds) in zip(SERVERS, &mut rounds) {
            let process = Process::start(server, false);
            let times = runtime.block_on(measure(&process, rate));
            for ((_, of_thousand), rounds) in zip(quantiles, rounds) {
                rounds.push(quantile(&times, of_thousand));
            }
        }
    }
    for (at, (name, _)) in quantiles.iter().enumerate() {
        let scores = zip(SERVERS, &rounds);
        let scores = scores.map(|(server, rounds)| Score::of(server, rounds[at].clone()));
        table.column(name, &scores.collect::<Vec<_>>());
    }
    vec![table]
}
