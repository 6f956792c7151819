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
    table::{Cell, Table, Unit, run},
    work::servers,
};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const CONNECTIONS: usize = 256;

fn main() {
    run(&[("idle", idle), ("memory-compress", compress)]);
}

fn idle() -> Vec<Table> {
    let title = "Heap of a connection";
    let mut columns = [
        "fresh",
        "after an echo of 16 KiB",
        "after a hundred of them",
    ]
    .map(|column| (column, Vec::new()));
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
        for ((_, cells), times) in columns.iter_mut().zip([0, 1, 99]) {
            for stream in &mut streams {
                for _ in 0..times {
                    once(stream, 16 << 10);
                }
            }
            settle();
            let each = (allocated() - before - vector) as f64 / CONNECTIONS as f64;
            cells.push((name, Cell::exact(each, Unit::Bytes)));
        }
    }
    let mut table = Table::new("idle", title);
    for (column, cells) in columns {
        table.cells(column, cells);
    }
    vec![table]
}

/// What a connection keeps between messages once it has compressed one, and inflated one.
fn compress() -> Vec<Table> {
    let title = "Memory that compression keeps for a connection";
    let (mut to_send, mut to_receive) = (Vec::new(), Vec::new());
    for (name, bits, memory_level, takeover) in [
        ("window of 15 bits, memory level 8", 15, 8, true),
        ("window of 15 bits, memory level 4", 15, 4, true),
        ("window of 12 bits, memory level 8", 12, 8, true),
        ("window of 12 bits, memory level 4", 12, 4, true),
        ("window of 9 bits, memory level 1", 9, 1, true),
        ("no context takeover", 15, 8, false),
    ] {
        let mut settings = Compression::new();
        settings.memory_level = memory_level;
        (settings.server_window_bits, settings.client_window_bits) = (bits, bits);
        (settings.server_takeover, settings.client_takeover) = (takeover, takeover);
        let (send, receive) = kept_by(settings);
        to_send.push((name, Cell::exact(send, Unit::Bytes)));
        to_receive.push((name, Cell::exact(receive, Unit::Bytes)));
    }
    let mut table = Table::new("memory-compress", title);
    table.cells("to send", to_send);
    table.cells("to receive", to_receive);
    vec![table]
}

/// Bytes that are kept to send and to receive.
fn kept_by(settings: Compression) -> (f64, f64) {
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
        kept as f64
    };
    (kept(&send), kept(&receive))
}

fn settle() {
    sleep(Duration::from_millis(100));
}

fn allocated() -> isize {
    let stats = ALLOCATOR.stats();
    stats.bytes_allocated as isize - stats.bytes_deallocated as isize
}
