//! Channels of one TCP connection, beside as many TCP connections.

use std::array::from_fn;

use super::OURS;
use crate::{
    channels::{Carried, Channels},
    contest::Score,
    echo::{Load, Round},
    process::Process,
    table::Table,
    work::{Contender as _, current_thread},
};

/// Passes through both servers.
const PASSES: usize = 5;

/// Messages of each channel in a round.
const TIMES: usize = 20;

/// What an echo costs the server on many channels, and on as many connections.
pub fn channels() -> Vec<Table> {
    let title = "Echo over TCP on 1,000 channels, and on 1,000 connections: the server's processor time a message";
    let mut table = Table::new("channels", title).relative_to(OURS);
    let runtime = current_thread();
    for (name, length) in [("125 B", 125), ("1 KiB", 1 << 10), ("16 KiB", 16 << 10)] {
        let load = Load {
            clients: 1_000,
            length,
            in_flight: 1,
            times: TIMES,
        };
        let mut rounds: [Vec<f64>; 2] = from_fn(|_| Vec::new());
        for _ in 0..PASSES {
            runtime.block_on(async {
                let mut round = Round::prepare(Process::start(OURS, false), load).await;
                // The first opens connections, and buffers.
                round.run().await;
                rounds[0].push(round.run().await);
                drop(round);
                let mut carried = Carried::open(Process::start(Channels::NAME, false)).await;
                carried.grow(load.clients).await;
                carried.run(length, TIMES).await;
                rounds[1].push(carried.run(length, TIMES).await);
            });
        }
        let [connections, channels] = rounds;
        let scores = [
            Score::of(OURS, connections),
            Score::of(Channels::NAME, channels),
        ];
        table.column(name, &scores);
    }
    vec![table]
}
