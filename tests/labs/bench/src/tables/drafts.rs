//! Every built-in draft beside the newest, in the core.

use std::{
    io::{Read, Write},
    sync::Arc,
};

use wsdraft::{Config, Connection, Draft, Event, OsEntropy, drafts};

use super::ROUNDS;
use crate::{
    contest::{Work, hold},
    frames::{Content, SESSION, masked},
    memory::Memory,
    table::{Table, size},
    work::End,
};

const LENGTHS: [usize; 5] = [20, 125, 1 << 10, 16 << 10, 1 << 20];

fn newest() -> &'static str {
    // They stand in order.
    drafts::ALL.last().map_or("", |draft| draft.info().short)
}

pub fn receive_drafts() -> Vec<Table> {
    let title = "Receive text in every draft, in the core, relative to the newest";
    let mut table = Table::new("drafts-receive", title).relative_to(newest());
    for length in LENGTHS {
        let contenders = drafts::ALL.iter().map(|&draft| -> Work<'_> {
            let frames = masked(draft, Content::Ascii, length);
            let work = move |count| receive(draft, &frames, count);
            (draft.info().short, Box::new(work))
        });
        table.column(&size(length), &hold(ROUNDS, contenders.collect()));
    }
    vec![table]
}

fn receive(draft: &'static dyn Draft, frames: &Arc<[u8]>, messages: usize) {
    let mut input = Memory::new(frames.clone());
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

pub fn send_drafts() -> Vec<Table> {
    let ends = [(End::Server, "server"), (End::Client, "client")];
    let tables = ends.map(|(end, name)| {
        let title =
            format!("Send text as a {name} in every draft, in the core, relative to the newest");
        let mut table = Table::new(&format!("drafts-send-{name}"), &title).relative_to(newest());
        for length in LENGTHS {
            let text = String::from_utf8(Content::Ascii.payload(length)).expect("text");
            let contenders = drafts::ALL.iter().map(|&draft| -> Work<'_> {
                let text = &text;
                let work = move |count| send(draft, end, text, count);
                (draft.info().short, Box::new(work))
            });
            table.column(&size(length), &hold(ROUNDS, contenders.collect()));
        }
        table
    });
    tables.into()
}

fn send(draft: &'static dyn Draft, end: End, text: &str, messages: usize) {
    let mut output = Memory::default();
    let mut connection = match end {
        End::Server => Connection::server(draft, SESSION, Config::default()),
        End::Client => Connection::client(draft, SESSION, OsEntropy, Config::default()),
    };
    for _ in 0..messages {
        connection.text(text).expect("room");
        while !connection.output().is_empty() {
            let written = output.write(connection.output()).expect("memory");
            connection.sent(written);
        }
    }
}
