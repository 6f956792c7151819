//! JSON at one level of compression: what is left of it, and how fast it is sent and received.

use super::{OURS, ROUNDS};
use crate::{
    compress::{Compressor, Load, compressors},
    contest::{Work, hold},
    table::{Cell, Table, Unit, size},
};

pub fn compress() -> Vec<Table> {
    let mut tables = Vec::new();
    for (takeover, mode) in [(true, "with context takeover"), (false, "without")] {
        let word = |kind: &str| {
            let mode = if takeover { "takeover" } else { "alone" };
            format!("compress-{kind}-{mode}")
        };
        let title = format!("JSON compressed {mode}: bytes sent, of those of the messages");
        let mut sizes = Table::new(&word("size"), &title);
        let title = format!("Send JSON, compressed {mode}, flushed each time");
        let mut send = Table::new(&word("send"), &title).relative_to(OURS);
        let title = format!("Receive JSON, compressed {mode}");
        let mut receive = Table::new(&word("receive"), &title).relative_to(OURS);
        for (length, count) in [(1 << 10, 64), (64 << 10, 4)] {
            let load = Load::new(length, count, takeover);
            let all = compressors(takeover);
            let column = size(length);
            let percents = all.iter().map(|one| {
                let sent = (one.send)(&load, count) as f64 / load.length() as f64;
                (one.name, Cell::exact(sent * 100.0, Unit::Percent))
            });
            sizes.cells(&column, percents.collect());
            send.column(&column, &hold(ROUNDS, sending(&all, &load)));
            receive.column(&column, &hold(ROUNDS, receiving(&all, &load, length)));
        }
        tables.extend([sizes, send, receive]);
    }
    tables
}

fn sending<'a>(all: &[Compressor], load: &'a Load) -> Vec<Work<'a>> {
    let works = all.iter().map(|one| -> Work<'_> {
        let run = one.send;
        let work = move |count| assert!(run(load, count) > 0);
        (one.name, Box::new(work))
    });
    works.collect()
}

fn receiving<'a>(all: &[Compressor], load: &'a Load, length: usize) -> Vec<Work<'a>> {
    let works = all.iter().map(|one| -> Work<'_> {
        let run = one.receive;
        let work = move |count| assert!(run(load, count) >= count * (length - 1));
        (one.name, Box::new(work))
    });
    works.collect()
}
