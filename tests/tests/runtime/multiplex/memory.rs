//! Peers that want to make an end hold much, measured.

use std::process::Command;

use wsdraft::{
    extension::multiplex::BlockKind,
    multiplex::{Block, Format, MultiplexLimits},
};

use super::{Pair, dialects};

/// In a process of its own, since the memory is that of the whole process.
#[test]
fn a_response_counts_once() {
    const ALONE: &str = "WSDRAFT_TEST_ALONE";
    if std::env::var_os(ALONE).is_some() {
        return repeated_responses_hold_little();
    }
    let name = "multiplex::memory::a_response_counts_once";
    let mut alone = Command::new(std::env::current_exe().unwrap());
    let alone = alone.args(["--exact", name]).env(ALONE, "1").output();
    let alone = alone.unwrap();
    let said = String::from_utf8_lossy(&alone.stdout);
    assert!(said.contains("1 passed"), "{said}");
}

fn repeated_responses_hold_little() {
    const TIMES: usize = 1_000_000;
    for dialect in dialects() {
        let limits = MultiplexLimits::default().message(8 << 20);
        let mut pair = Pair::new(dialect.short, dialect.tokens[0], limits);
        pair.settle(usize::MAX);
        let key = pair.client.open("/b");
        while pair.client.act() {}
        let id = pair.client.mux.id(key).unwrap();
        let format = Format::of(dialect).unwrap();
        let mut block = Vec::new();
        format.write(&Block::new(BlockKind::AddResponse, id), &mut block);
        let message = [&[0], &block.repeat(TIMES)[..]].concat();
        let mut frame = vec![0x82, 127];
        frame.extend((message.len() as u64).to_be_bytes());
        frame.extend(message);
        let before = peak();
        pair.client.mux.feed(&frame);
        pair.client.mux.advance().unwrap();
        let grown = peak().saturating_sub(before);
        assert!(grown < 40 << 10, "{grown} KiB in {}", dialect.short);
    }
}

/// The most memory that this process has had, in KiB, where that is told.
fn peak() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    number.unwrap_or_default()
}
