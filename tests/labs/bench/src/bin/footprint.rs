//! Prints how much memory an idle connection holds on the heap: the server's task and
//! everything under it. A program of its own, because counting allocations costs time.

use std::{
    alloc::System,
    net::{SocketAddr, TcpStream},
    thread::sleep,
    time::Duration,
};

use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use wsdraft::{
    Config, Connection, OsEntropy,
    drafts::rfc6455::Draft,
    extension::{Compression, Extensions},
    frame::Session,
};
use wsdraft_bench::{
    broadcast::{Cost, costs},
    compress::Load,
    echo::{Host, Running, connect, once},
    frames::Content,
    process::{Process, prepare},
    table::{Cell, Table, Unit, run},
    tls,
    work::{Server, secured, servers},
};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const CONNECTIONS: usize = 256;

fn main() {
    prepare(|| (ALLOCATOR.stats().bytes_allocated, allocated() as usize));
    run(&[
        ("idle", idle),
        ("memory-compress", compress),
        ("many-memory", fan_out),
        ("many-resident", resident),
    ]);
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

/// What a message for many connections allocates, and what it holds for who does not read.
fn fan_out() -> Vec<Table> {
    let load = Load::new(1 << 10, 1, true);
    let (binary, json) = (Content::Binary.payload(1 << 10), load.messages[0].clone());
    let (binary, json) = (binary.into(), json.into());
    let heap = || (ALLOCATOR.stats().bytes_allocated, allocated() as usize);
    let title = "Fan-out of a message of 1 KiB to 1,000 connections: bytes a connection";
    let mut table = Table::new("fan-out-memory", title);
    for (kind, message, load) in [("", &binary, None), (", compressed", &json, Some(&load))] {
        let costs = costs(message, load, 1_000, heap);
        let cells = |of: fn(&Cost) -> f64| {
            let cells = costs
                .iter()
                .map(|(name, cost)| (*name, Cell::exact(of(cost), Unit::Bytes)));
            cells.collect::<Vec<_>>()
        };
        table.cells(&format!("allocated{kind}"), cells(|cost| cost.allocated));
        table.cells(
            &format!("held while it does not read{kind}"),
            cells(|cost| cost.held),
        );
    }
    vec![table]
}

/// The memory of an idle connection that has sent one message back.
fn resident() -> Vec<Table> {
    let plain = of_processes("resident", "An idle connection over TCP", &servers(), false);
    let tls = of_processes("tls", "An idle connection over TLS", &secured(), true);
    vec![plain, tls]
}

fn of_processes(word: &str, title: &str, servers: &[Server], over_tls: bool) -> Table {
    const CONNECTIONS: usize = 2_000;
    let (mut heap, mut resident) = (Vec::new(), Vec::new());
    for (name, _) in servers {
        let mut process = Process::start(name, over_tls);
        let address = process.address();
        // What a runtime allocates once is there after the first connections.
        let mut streams: Vec<_> = (0..8).map(|_| used(address, over_tls)).collect();
        settle();
        let before = process.usage();
        streams.extend((0..CONNECTIONS).map(|_| used(address, over_tls)));
        settle();
        let after = process.usage();
        let cell = |grown: usize| Cell::exact(grown as f64 / CONNECTIONS as f64, Unit::Bytes);
        heap.push((*name, cell(after.heap - before.heap)));
        resident.push((*name, cell(after.resident - before.resident)));
    }
    let mut table = Table::new(word, title);
    table.cells("heap", heap);
    table.cells("resident", resident);
    table
}

/// A connection that has sent a message and got it back.
fn used(address: SocketAddr, over_tls: bool) -> TcpStream {
    let mut stream = connect(address);
    if !over_tls {
        once(&mut stream, 125);
        return stream;
    }
    let mut client = tls::client(stream);
    once(&mut client, 125);
    // What the client knows of TLS is not needed to stay connected.
    client.sock
}

fn settle() {
    sleep(Duration::from_millis(100));
}

fn allocated() -> isize {
    let stats = ALLOCATOR.stats();
    stats.bytes_allocated as isize - stats.bytes_deallocated as isize
}
