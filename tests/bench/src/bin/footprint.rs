//! Prints how much memory an idle connection holds on the heap: the server's task and
//! everything under it. A program of its own, because counting allocations costs time.

use std::{alloc::System, thread::sleep, time::Duration};

use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use wsdraft_bench::{
    echo::{Running, once},
    work::servers,
};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const CONNECTIONS: usize = 256;

fn main() {
    println!("\n### Memory of an idle connection\n");
    println!("| | fresh | after an echo of 16 KiB | after a hundred of them |");
    println!("|---|---|---|---|");
    for server in servers() {
        let name = server.0;
        let running = Running::start(server);
        // What a runtime allocates once is there after the first connection.
        drop(running.connect());
        settle();
        let before = allocated();
        // A connected stream of the standard library has no memory of its own.
        let mut streams: Vec<_> = Vec::with_capacity(CONNECTIONS);
        let vector = allocated() - before;
        for _ in 0..CONNECTIONS {
            streams.push(running.connect());
        }
        settle();
        let each = |now: isize| (now - before - vector) as f64 / CONNECTIONS as f64 / 1024.0;
        let fresh = each(allocated());
        for stream in &mut streams {
            once(stream, 16 << 10);
        }
        settle();
        let used = each(allocated());
        for stream in &mut streams {
            for _ in 1..100 {
                once(stream, 16 << 10);
            }
        }
        settle();
        let much = each(allocated());
        println!("| {name} | {fresh:.1} KiB | {used:.1} KiB | {much:.1} KiB |");
    }
}

fn settle() {
    sleep(Duration::from_millis(100));
}

fn allocated() -> isize {
    let stats = ALLOCATOR.stats();
    stats.bytes_allocated as isize - stats.bytes_deallocated as isize
}
