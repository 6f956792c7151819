//! Messages to keep, whose frames just fit a buffer, or just do not.

use wsdraft::{Config, Connection, Draft, Limits, NoEntropy, Role, drafts, frame::Session};

type Spoken = &'static dyn Draft;

/// The sizes of buffers, and of the messages that are given away with theirs.
const SIZES: [usize; 4] = [8 << 10, 17 << 10, 33 << 10, 65 << 10];
/// The longest frame header.
const HEADER: usize = 14;

fn zeros(bytes: &mut [u8]) -> Result<(), NoEntropy> {
    bytes.fill(7);
    Ok(())
}

fn end(draft: Spoken, role: Role) -> Connection<Spoken> {
    let mut limits = Limits::default();
    limits.write_buffer = usize::MAX;
    let config = Config::with_limits(limits);
    match role {
        Role::Client => Connection::client(draft, Session::default(), zeros, config),
        Role::Server => Connection::server(draft, Session::default(), config),
    }
}

/// Reads all bytes, each time up to the end of a frame and this many bytes beyond it.
fn texts(draft: Spoken, role: Role, bytes: &[u8], frame: usize, beyond: usize) -> Vec<Vec<u8>> {
    let (mut receiver, mut kept) = (end(draft, role), Vec::new());
    let mut at = 0;
    loop {
        while let Some(message) = receiver.receive_message().expect("valid") {
            kept.push(message);
        }
        if at == bytes.len() {
            break;
        }
        let there = (at / frame + 1) * frame + beyond;
        let space = receiver.space();
        let length = space.len().min(there.min(bytes.len()) - at);
        space[..length].copy_from_slice(&bytes[at..at + length]);
        receiver.filled(length);
        at += length;
    }
    kept.iter().map(|text| text.as_bytes().to_vec()).collect()
}

#[test]
fn messages_to_keep_are_whole_at_the_ends_of_buffers_in_every_draft() {
    for (at, draft) in drafts::ALL.iter().copied().enumerate() {
        for role in [Role::Client, Role::Server] {
            for size in SIZES {
                // Each draft meets some of the lengths, and all of them together each one.
                for length in (size - HEADER - 2..size + 3).skip(at % 5).step_by(5) {
                    let mut peer = end(draft, role.peer());
                    let expected: Vec<_> = (b'a'..b'e').map(|byte| vec![byte; length]).collect();
                    for text in &expected {
                        peer.text(core::str::from_utf8(text).expect("text"))
                            .expect("room");
                    }
                    let bytes = peer.output();
                    let frame = bytes.len() / expected.len();
                    for beyond in [0, 1, 2, bytes.len()] {
                        let name = draft.info().short;
                        let seen = texts(draft, role, bytes, frame, beyond);
                        assert!(
                            seen == expected,
                            "{name} {role}, {length} bytes, {beyond} beyond"
                        );
                    }
                }
            }
        }
    }
}
