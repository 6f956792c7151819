//! What everyone sends back: over TCP, and in memory.

use std::sync::{Arc, atomic::Ordering};

use wsdraft::drafts::rfc6455;

use super::{OURS, ROUNDS};
use crate::{
    contest::{Score, Work, hold},
    echo::{Load, Round, Running},
    frames::{Content, count, masked},
    memory::{Counts, Memory},
    table::{Table, size},
    work::{current_thread, echoers, servers},
};

/// Rounds of echo over TCP.
const TCP_ROUNDS: usize = 10;

pub fn echo() -> Vec<Table> {
    let title = "Echo over TCP, 32 connections: the server's processor time a message";
    let mut table = Table::new("echo", title).relative_to(OURS);
    let load = |length, in_flight, times| Load {
        clients: 32,
        length,
        in_flight,
        times,
    };
    let runtime = current_thread();
    for (name, load) in [
        ("20 B, 1 in flight", load(20, 1, 100)),
        ("20 B, 16 in flight", load(20, 16, 100)),
        ("16 KiB", load(16 << 10, 1, 50)),
        ("1 MiB", load(1 << 20, 1, 2)),
    ] {
        let scores: Vec<_> = runtime.block_on(async {
            let mut running = Vec::new();
            for server in servers() {
                running.push((
                    server.0,
                    Round::prepare(Running::start(server), load).await,
                    Vec::new(),
                ));
            }
            for _ in 0..TCP_ROUNDS {
                for (_, round, times) in &mut running {
                    times.push(round.run().await);
                }
            }
            let running = running.into_iter();
            running
                .map(|(name, _, times)| Score::of(name, times))
                .collect()
        });
        table.column(name, &scores);
    }
    vec![table]
}

/// The same servers, fed from memory until it ends.
pub fn echo_core() -> Vec<Table> {
    let title = "Echo in memory: receive a message and send it back";
    let mut table = Table::new("echo-core", title).relative_to(OURS);
    for length in [125, 1 << 10, 16 << 10, 64 << 10, 1 << 20] {
        let frames = masked(rfc6455::Draft, Content::Binary, length);
        let frame = frames.len() / count(length);
        let contenders = echoers().into_iter().map(|(name, serve)| -> Work<'_> {
            let frames = &frames;
            let work = move |messages| {
                let counts = Arc::new(Counts::default());
                let stream = Memory::new(frames.clone()).ending(frame * messages);
                serve(stream.counting(counts.clone()));
                let written = counts.written.load(Ordering::Relaxed);
                assert!(
                    written >= length * messages,
                    "{name} has sent {written} bytes"
                );
            };
            (name, Box::new(work))
        });
        table.column(&size(length), &hold(ROUNDS, contenders.collect()));
    }
    vec![table]
}
