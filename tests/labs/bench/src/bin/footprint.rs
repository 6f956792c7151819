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
    channels::{Carried, Channels},
    compress::Load,
    echo::{Host, Running, connect, once},
    frames::Content,
    peers::Wsdraft,
    process::{Process, prepare},
    table::{Cell, Table, Unit, run},
    tls,
    work::{Contender as _, Server, current_thread, secured, servers},
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
        ("many-channels", channels),
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

/// The memory of an idle channel that has sent one message back, beside that of an idle connection.
fn channels() -> Vec<Table> {
    let plain = servers().into_iter().map(|(name, _)| name);
    let ours = plain.filter(|name| *name == Wsdraft::NAME);
    let mut rows: Vec<_> = ours.map(|name| (name, of_process(name, false))).collect();
    rows.push((Channels::NAME, current_thread().block_on(of_channels())));
    let title = "An idle channel of a connection, and an idle TCP connection";
    vec![memory("channels-memory", title, rows)]
}

async fn of_channels() -> [usize; 2] {
    let mut carried = Carried::open(Process::start(Channels::NAME, false)).await;
    carried.grow(FIRST).await;
    carried.run(125, 1).await;
    settle();
    let before = carried.server.usage();
    carried.grow(FIRST + IDLE).await;
    carried.run(125, 1).await;
    settle();
    let after = carried.server.usage();
    [after.heap - before.heap, after.resident - before.resident]
}

/// Connections and channels that are there before something is counted: a runtime allocates some things once.
const FIRST: usize = 8;

/// Those that are counted.
const IDLE: usize = 2_000;

fn of_processes(word: &str, title: &str, servers: &[Server], over_tls: bool) -> Table {
    let rows = servers
        .iter()
        .map(|(name, _)| (*name, of_process(name, over_tls)));
    memory(word, title, rows.collect())
}

/// Bytes on the heap, and in memory, that the connections of a server take.
fn of_process(name: &str, over_tls: bool) -> [usize; 2] {
    let mut process = Process::start(name, over_tls);
    let address = process.address();
    let mut streams: Vec<_> = (0..FIRST).map(|_| used(address, over_tls)).collect();
    settle();
    let before = process.usage();
    streams.extend((0..IDLE).map(|_| used(address, over_tls)));
    settle();
    let after = process.usage();
    [after.heap - before.heap, after.resident - before.resident]
}

/// A table of what each of the idle ones takes.
fn memory(word: &str, title: &str, rows: Vec<(&'static str, [usize; 2])>) -> Table {
    let mut table = Table::new(word, title);
    for (at, column) in ["heap", "resident"].into_iter().enumerate() {
        let cells = rows.iter().map(|(name, grown)| {
            let each = grown[at] as f64 / IDLE as f64;
            (*name, Cell::exact(each, Unit::Bytes))
        });
        table.cells(column, cells.collect());
    }
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
