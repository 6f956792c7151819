//! What everyone receives, from memory.

use std::sync::{Arc, atomic::Ordering};

use wsdraft::{
    Enforce, Relaxed, Role,
    drafts::rfc6455,
    mask,
    receive::{Item, Receiver},
};

use super::{CORE, OURS, OWNED, ROUNDS};
use crate::{
    contest::{Work, hold},
    frames::{Content, SESSION, count, masked, request},
    memory::{Counts, Memory},
    table::{Cell, Table, Unit, size},
    work::{self, HELD, acceptors, keepers, receivers},
};

const LENGTHS: [usize; 6] = [16, 125, 1 << 10, 16 << 10, 64 << 10, 1 << 20];

pub fn receive_binary() -> Vec<Table> {
    let title = "Receive masked binary messages";
    receive("receive-binary", title, Content::Binary)
}

pub fn receive_ascii() -> Vec<Table> {
    let title = "Receive masked text messages, ASCII";
    receive("receive-ascii", title, Content::Ascii)
}

pub fn receive_greek() -> Vec<Table> {
    let title = "Receive masked text messages, two bytes a character";
    receive("receive-greek", title, Content::Greek)
}

pub fn receive_mixed() -> Vec<Table> {
    let title = "Receive masked text messages, characters of one to four bytes";
    receive("receive-mixed", title, Content::Mixed)
}

/// Messages that are held for a while, as one does who passes them on.
pub fn keep() -> Vec<Table> {
    let tables = [
        ("keep-binary", "binary", Content::Binary),
        ("keep-mixed", "mixed text", Content::Mixed),
    ];
    let tables = tables.map(|(word, what, content)| {
        let title = format!("Receive masked {what} messages, and hold the last {HELD}");
        let table = Table::new(word, &title).relative_to(OWNED);
        fill(table, &keepers(), content)
    });
    tables.into()
}

fn receive(word: &str, title: &str, content: Content) -> Vec<Table> {
    let table = Table::new(word, title).relative_to(OURS);
    vec![fill(table, &receivers(), content)]
}

fn fill(mut table: Table, receivers: &[work::Receiver], content: Content) -> Table {
    for length in LENGTHS {
        let input = Memory::new(masked(rfc6455::Draft, content, length));
        let works = receiving(receivers, &input, length);
        table.column(&size(length), &hold(ROUNDS, works));
    }
    table
}

fn receiving<'a>(receivers: &[work::Receiver], input: &'a Memory, length: usize) -> Vec<Work<'a>> {
    let works = receivers.iter().map(|&(name, receive)| -> Work<'_> {
        // A text may end before a character that would not fit.
        let work = move |count| assert!(receive(input.clone(), count) >= count * (length - 1));
        (name, Box::new(work))
    });
    works.collect()
}

/// A text that comes in pieces of so many bytes, which mostly end within a character.
pub fn pieces() -> Vec<Table> {
    let title = "Receive a text of 64 KiB, characters of one to four bytes, that comes in pieces";
    let mut table = Table::new("pieces", title).relative_to(OURS);
    let length = 64 << 10;
    let frames = masked(rfc6455::Draft, Content::Mixed, length);
    for piece in [7, 61, 251, 1021, 4093, 16_381] {
        let input = Memory::new(frames.clone()).in_pieces(piece);
        table.column(
            &size(piece),
            &hold(ROUNDS, receiving(&receivers(), &input, length)),
        );
    }
    vec![table]
}

/// How often each reads from the source.
pub fn reads() -> Vec<Table> {
    let title = "Reads from the source for a binary message, when it gives all that is asked for";
    let mut table = Table::new("reads", title);
    for length in LENGTHS {
        let input = Memory::new(masked(rfc6455::Draft, Content::Binary, length));
        let messages = 8 * count(length);
        let cells = receivers().into_iter().map(|(name, receive)| {
            let counts = Arc::new(Counts::default());
            let reads = |messages| {
                let before = counts.reads.load(Ordering::Relaxed);
                receive(input.clone().counting(counts.clone()), messages);
                counts.reads.load(Ordering::Relaxed) - before
            };
            // What a connection does once falls out of the difference.
            let (few, many) = (reads(messages), reads(3 * messages));
            let each = (many - few) as f64 / (2 * messages) as f64;
            (name, Cell::exact(each, Unit::Times))
        });
        table.cells(&size(length), cells.collect());
    }
    vec![table]
}

/// What is no reading at all.
pub fn unmask() -> Vec<Table> {
    let title = "Unmask and check text alone, without a copy from the source";
    let mut table = Table::new("unmask", title).relative_to(CORE);
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
        table.column(&name, &hold(ROUNDS, vec![ours, two]));
    }
    vec![table]
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

pub fn accept() -> Vec<Table> {
    let title = "Accept an upgrade: parse, check, answer";
    let mut table = Table::new("accept", title).relative_to(OURS);
    let request = request();
    let contenders = acceptors().into_iter().map(|(name, accept)| -> Work<'_> {
        let request = &request;
        (
            name,
            Box::new(move |count| (0..count).for_each(|_| accept(request))),
        )
    });
    table.column("a browser's request", &hold(ROUNDS, contenders.collect()));
    vec![table]
}
