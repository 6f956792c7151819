//! Prints how fast everyone is. Arguments: words of the tables that are wanted, or none for
//! all of them.

use std::sync::Arc;

use wsdraft::{
    Config, Connection, Draft, Enforce, Event, Relaxed, Role,
    drafts::{self, rfc6455},
    mask,
    receive::{Item, Receiver},
};
use wsdraft_bench::{
    broadcast::{CONNECTIONS, broadcasters},
    compress::{Load as Compressed, compressors},
    contest::{Score, Work, hold},
    echo::{Load, Round},
    frames::{Content, SESSION, masked, request},
    table::Table,
    work::{BATCH, End, Sender, acceptors, current_thread, feeders, receivers, senders, servers},
};

const ROUNDS: usize = 25;
const CORE: &str = "**wsdraft**, core";
const OURS: &str = "**wsdraft**";

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let want = |name: &str| wanted.is_empty() || wanted.iter().any(|word| name.contains(word));
    if want("receive-binary") {
        receive(
            "Receive masked binary messages",
            Content::Binary,
            &[16, 125, 1 << 10, 16 << 10, 64 << 10, 1 << 20],
        );
    }
    if want("receive-ascii") {
        receive(
            "Receive masked text messages, ASCII",
            Content::Ascii,
            &[16, 125, 1 << 10, 16 << 10, 64 << 10, 1 << 20],
        );
    }
    if want("receive-greek") {
        receive(
            "Receive masked text messages, not ASCII",
            Content::Greek,
            &[16, 125, 1 << 10, 16 << 10, 64 << 10, 1 << 20],
        );
    }
    if want("receive-mixed") {
        receive(
            "Receive masked text messages, characters of one to four bytes",
            Content::Mixed,
            &[16, 1 << 10, 16 << 10, 64 << 10, 1 << 20],
        );
    }
    if want("unmask") {
        unmask();
    }
    if want("send-server") {
        send(
            "Send as a server, flushed each time",
            senders(),
            End::Server,
            &[125, 16 << 10, 1 << 20],
        );
    }
    if want("send-client") {
        send(
            "Send as a client, flushed each time",
            senders(),
            End::Client,
            &[125, 1 << 10, 1 << 20],
        );
    }
    if want("feed-server") {
        feed("Feed as a server", End::Server, &[125, 16 << 10]);
    }
    if want("feed-client") {
        feed("Feed as a client", End::Client, &[125, 1 << 10]);
    }
    if want("broadcast") {
        broadcast();
    }
    if want("accept") {
        accept();
    }
    if want("echo") {
        echo();
    }
    if want("compress") {
        compress();
    }
    if want("drafts") {
        old_drafts();
    }
}

fn receive(title: &str, content: Content, lengths: &[usize]) {
    let mut table = Table::new(title);
    for &length in lengths {
        let frames = masked(rfc6455::Draft, content, length);
        let contenders = receivers().into_iter().map(|(name, receive)| -> Work<'_> {
            let frames = &frames;
            (
                name,
                Box::new(move |count| assert!(receive(frames, count) >= count * (length - 1))),
            )
        });
        table.column(&size(length), hold(ROUNDS, contenders.collect()));
    }
    table.print(OURS);
}

fn unmask() {
    let mut table = Table::new("Unmask and check text alone, without a copy from the source");
    for (content, length) in [
        (Content::Ascii, 16 << 10),
        (Content::Ascii, 1 << 20),
        (Content::Greek, 16 << 10),
        (Content::Greek, 1 << 20),
    ] {
        let plain = content.payload(length);
        // A key of zeros leaves the text as it is, so that it can be gone over again.
        let (mut text, mut frame) = (plain.clone(), frame(&plain));
        let two: Work<'_> = (
            "mask loop, then simdutf8",
            Box::new(move |count| {
                for _ in 0..count {
                    mask::apply(&mut text, std::hint::black_box([0; 4]), 0);
                    assert!(simdutf8::basic::from_utf8(&text).is_ok());
                }
            }),
        );
        let ours: Work<'_> = (
            CORE,
            Box::new(move |count| {
                let mut receiver = Receiver::new(rfc6455::Draft, Role::Client, SESSION, 0, 1 << 24);
                let mut report = Enforce::new(Relaxed::NONE, false);
                for _ in 0..count {
                    let step = receiver.next(&mut frame, &mut report).expect("a frame");
                    let Item::Frame(_, place) = step.item else {
                        panic!("{step:?}")
                    };
                    let text = receiver.text(&frame[place], 0, &mut report);
                    assert!(text.is_ok_and(|text| text.is_some()));
                }
            }),
        );
        let name = format!("{content:?}, {}", size(length));
        table.column(&name, hold(ROUNDS, vec![ours, two]));
    }
    table.print(CORE);
}

/// A text frame whose masking key is zero.
fn frame(payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![0x81];
    if payload.len() < 65_536 {
        frame.push(0x80 | 126);
        frame.extend((payload.len() as u16).to_be_bytes());
    } else {
        frame.push(0x80 | 127);
        frame.extend((payload.len() as u64).to_be_bytes());
    }
    frame.extend([0; 4]);
    frame.extend(payload);
    frame
}

fn feed(title: &str, end: End, lengths: &[usize]) {
    let title = format!("{title}, flushed after {BATCH} messages: a message");
    send(&title, feeders(), end, lengths);
}

fn send(title: &str, senders: Vec<Sender>, end: End, lengths: &[usize]) {
    let mut table = Table::new(title);
    for &length in lengths {
        let payload = Content::Binary.payload(length);
        let contenders = senders.iter().map(|&(name, send)| -> Work<'_> {
            let payload = &payload;
            (name, Box::new(move |count| send(end, payload, count)))
        });
        table.column(&size(length), hold(ROUNDS, contenders.collect()));
    }
    table.print(OURS);
}

/// A message for many connections: what it takes to send it on all of them.
fn broadcast() {
    let mut table = Table::new(&format!(
        "Broadcast to {CONNECTIONS} connections, each flushed"
    ));
    for length in [125, 16 << 10] {
        let message = Content::Binary.payload(length).into();
        table.column(&size(length), hold(ROUNDS, broadcasters(&message, None)));
    }
    table.print(OURS);
    let title = format!("Broadcast JSON, compressed, to {CONNECTIONS} connections, each flushed");
    let mut table = Table::new(&title);
    for length in [1 << 10, 16 << 10] {
        let load = Compressed::new(length, 1, true);
        let message = load.messages[0].clone().into();
        table.column(
            &size(length),
            hold(ROUNDS, broadcasters(&message, Some(&load))),
        );
    }
    table.print(OURS);
}

fn accept() {
    let mut table = Table::new("Accept an upgrade: parse, check, answer");
    let request = request();
    let contenders = acceptors().into_iter().map(|(name, accept)| -> Work<'_> {
        let request = &request;
        (
            name,
            Box::new(move |count| (0..count).for_each(|_| accept(request))),
        )
    });
    table.column("a browser's request", hold(ROUNDS, contenders.collect()));
    table.print(CORE);
}

fn echo() {
    let mut table =
        Table::new("Echo over TCP, 32 connections: the server's processor time a message");
    let loads = [
        (
            "20 B, one in flight",
            Load {
                clients: 32,
                length: 20,
                in_flight: 1,
                times: 100,
            },
        ),
        (
            "20 B, sixteen in flight",
            Load {
                clients: 32,
                length: 20,
                in_flight: 16,
                times: 100,
            },
        ),
        (
            "16 KiB",
            Load {
                clients: 32,
                length: 16 << 10,
                in_flight: 1,
                times: 50,
            },
        ),
        (
            "1 MiB",
            Load {
                clients: 32,
                length: 1 << 20,
                in_flight: 1,
                times: 2,
            },
        ),
    ];
    let runtime = current_thread();
    for (name, load) in loads {
        let scores = runtime.block_on(async {
            let mut running = Vec::new();
            for server in servers() {
                running.push((server.0, Round::prepare(server, load).await, Vec::new()));
            }
            for _ in 0..10 {
                for (_, round, times) in &mut running {
                    times.push(round.run().await);
                }
            }
            running
                .into_iter()
                .map(|(name, _, times)| Score::of(name, times))
                .collect()
        });
        table.column(name, scores);
    }
    table.print(OURS);
}

/// JSON at one level of compression: what is left of it, and how fast it is sent and received.
fn compress() {
    for (takeover, mode) in [(true, "with context takeover"), (false, "without")] {
        let (mut sizes, mut send, mut receive) = (
            String::new(),
            Table::new(&format!("Send JSON, compressed {mode}, flushed each time")),
            Table::new(&format!("Receive JSON, compressed {mode}")),
        );
        for (length, count) in [(1 << 10, 64), (64 << 10, 4)] {
            let load = Compressed::new(length, count, takeover);
            let (load, all) = (&load, compressors(takeover));
            let percents = all.iter().map(|one| {
                let sent = (one.send)(load, count) as f64;
                format!("{} {:.2} %", one.name, sent / load.length() as f64 * 100.0)
            });
            let percents: Vec<_> = percents.collect();
            sizes.push_str(&format!("- {}: {}\n", size(length), percents.join(", ")));
            let works = all.iter().map(|one| -> Work<'_> {
                let run = one.send;
                (
                    one.name,
                    Box::new(move |count| assert!(run(load, count) > 0)),
                )
            });
            send.column(&size(length), hold(ROUNDS, works.collect()));
            let works = all.iter().map(|one| -> Work<'_> {
                let run = one.receive;
                let work = move |count| assert!(run(load, count) >= count * (length - 1));
                (one.name, Box::new(work))
            });
            receive.column(&size(length), hold(ROUNDS, works.collect()));
        }
        println!("\n### JSON compressed {mode}: bytes sent, of those of the messages\n\n{sizes}");
        send.print(OURS);
        receive.print(OURS);
    }
}

/// The built-in drafts, the newest last.
fn old_drafts() {
    let mut table = Table::new("Receive text in every draft, in the core, relative to the newest");
    let newest = drafts::ALL.last().map_or("", |draft| draft.info().short);
    for length in [125, 1 << 10, 16 << 10, 1 << 20] {
        let contenders = drafts::ALL.iter().map(|&draft| -> Work<'_> {
            let frames = masked(draft, Content::Ascii, length);
            (
                draft.info().short,
                Box::new(move |count| receive_draft(draft, &frames, count)),
            )
        });
        table.column(&size(length), hold(ROUNDS, contenders.collect()));
    }
    table.print(newest);
}

fn receive_draft(draft: &'static dyn Draft, frames: &Arc<[u8]>, messages: usize) {
    use std::io::Read;
    let mut input = wsdraft_bench::memory::Memory::new(frames.clone());
    let mut connection = Connection::server(draft, SESSION, Config::default());
    let mut seen = 0;
    while seen < messages {
        match connection.receive().expect("a message") {
            Some(Event::Text(text)) => {
                std::hint::black_box(text);
                seen += 1;
            }
            _ => {
                let read = input.read(connection.space()).expect("memory");
                connection.filled(read);
            }
        }
    }
}

fn size(bytes: usize) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{} KiB", bytes >> 10),
        _ => format!("{} MiB", bytes >> 20),
    }
}
