//! Prints how much memory an idle connection holds on the heap: the server's task and
//! everything under it. A program of its own, because counting allocations costs time.

use std::{alloc::System, thread::sleep, time::Duration};

use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use wsdraft::{
    Config, Connection, OsEntropy,
    drafts::rfc6455::Draft,
    extension::{Compression, Extensions},
    frame::Session,
};
use wsdraft_bench::{
    echo::{Running, once},
    work::servers,
};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const CONNECTIONS: usize = 256;

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let want = |name: &str| wanted.is_empty() || wanted.iter().any(|word| word == name);
    if want("idle") {
        idle();
    }
    if want("compress") {
        compress();
    }
}

fn idle() {
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

/// What a connection keeps between messages once it has compressed one, and inflated one.
fn compress() {
    println!("\n### Memory that compression keeps for a connection\n");
    println!("| window bits | memory level | context takeover | to send | to receive |");
    println!("|---|---|---|---|---|");
    for (bits, memory_level, takeover) in [
        (15, 8, true),
        (15, 4, true),
        (12, 8, true),
        (12, 4, true),
        (9, 1, true),
        (15, 8, false),
    ] {
        let mut settings = Compression::new();
        settings.memory_level = memory_level;
        (settings.server_window_bits, settings.client_window_bits) = (bits, bits);
        (settings.server_takeover, settings.client_takeover) = (takeover, takeover);
        let ours = Extensions::compression().with_compression(settings);
        let draft = wsdraft::Draft::info(&Draft);
        let offer = ours.offer(draft).expect("an offer");
        let agreed = ours.answer(draft, &offer);
        let server = || Connection::server(Draft, Session::default(), Config::default());
        let client = Connection::client(Draft, Session::default(), OsEntropy, Config::default());
        let mut client = client.extended(&agreed);
        let text = "so it is, ".repeat(100);
        client.text(&text).expect("room");
        let frame = client.output().to_vec();
        let send = |connection: &mut Connection<Draft>| {
            connection.text(&text).expect("room");
            let length = connection.output().len();
            connection.sent(length);
        };
        let receive = |connection: &mut Connection<Draft>| {
            connection.feed(&frame);
            connection.receive().expect("a message").expect("one more");
        };
        let kept = |work: &dyn Fn(&mut Connection<Draft>)| {
            // What a thread keeps for all of its connections is there afterwards.
            let mut first = server().extended(&agreed);
            work(&mut first);
            first.rest();
            let before = allocated();
            let mut connection = server().extended(&agreed);
            work(&mut connection);
            connection.rest();
            let kept = allocated() - before;
            drop((connection, first));
            kept as f64 / 1024.0
        };
        let (to_send, to_receive) = (kept(&send), kept(&receive));
        let takes = if takeover { "yes" } else { "no" };
        println!("| {bits} | {memory_level} | {takes} | {to_send:.1} KiB | {to_receive:.1} KiB |");
    }
}

fn settle() {
    sleep(Duration::from_millis(100));
}

fn allocated() -> isize {
    let stats = ALLOCATOR.stats();
    stats.bytes_allocated as isize - stats.bytes_deallocated as isize
}
