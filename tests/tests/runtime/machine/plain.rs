//! The short way that nearly all frames take, against the long one: every pair of bytes that a
//! frame can start with, in every draft and from both ends.

use wsdraft::{
    Draft, Flow, Role, Stop, Violation,
    frame::{Context, Decode, FrameHeader, Length, Mask, Outgoing, Session},
    info::Kind,
};
use wsdraft_tests::{short_lengths, unmasked};

/// What follows the first two bytes: lengths in the longer form that matter, then a key or
/// payload.
const TAILS: [[u8; 12]; 4] = [
    [0, 125, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    [0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    [0, 126, 0xff, 2, 0xf3, 4, 5, 6, 7, 8, 9, 10],
    [0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
];

/// A key under which some drafts hide the head.
const KEY: [u8; 4] = [0x21, 0xc4, 0x07, 0x99];

/// The bytes of every head, in clear and under the key.
fn every_head(mut look: impl FnMut(&[u8])) {
    for start in 0..=u16::MAX {
        let [first, second] = start.to_be_bytes();
        // Lengths up to 125 are in the second byte itself.
        let tails = if second & 0x7f < 126 { 1 } else { TAILS.len() };
        for tail in &TAILS[..tails] {
            let mut bytes = [0; 18];
            let (key, head) = bytes.split_at_mut(4);
            key.copy_from_slice(&KEY);
            (head[0], head[1]) = (first, second);
            head[2..].copy_from_slice(tail);
            look(head);
            for (byte, key) in head.iter_mut().zip(KEY.iter().cycle()) {
                *byte ^= key;
            }
            look(&bytes);
        }
    }
}

const SESSION: Session = Session {
    masking_key: Some([0x5a; 20]),
};

/// The head on the long way, if it breaks no rule at all, not even a recommendation.
fn checked(draft: &dyn Draft, bytes: &[u8], from: Role) -> Option<FrameHeader> {
    let Decode::Header(head) = draft.decode(bytes, from, &SESSION) else {
        return None;
    };
    let context = Context {
        from,
        open: false,
        closed: false,
        claimed: 0,
        offset: 0,
    };
    let mut stop = |_: Violation| -> Flow { Err(Stop) };
    draft
        .check_frame(&head, &context, &mut stop)
        .is_ok()
        .then_some(head)
}

/// Whether a head is one that the short way has to know: a whole message, no reserved bit, a
/// length of 16 bits at most, in its shortest form.
fn is_plain(head: &FrameHeader) -> bool {
    matches!(head.kind, Kind::Text | Kind::Binary)
        && head.fin
        && head.reserved == 0
        && head.length_bits <= 16
        && (head.length_bits < 15 || head.length_bits == 16 && head.payload_length() > 125)
}

/// Whether an end masks what it sends.
fn masks(draft: &dyn Draft, from: Role) -> bool {
    let frame = Outgoing {
        kind: Kind::Text,
        fin: true,
        reserved: 0,
        length: 1,
        opcode: 0,
    };
    let encoded = draft.encode(&frame, from, KEY, &SESSION);
    encoded.is_some_and(|encoded| encoded.mask != Mask::None)
}

#[test]
fn the_short_way_takes_the_frames_that_break_no_rule_and_reads_them_alike() {
    let mut with = Vec::new();
    let dialects: [&dyn Draft; 2] = [&short_lengths::Draft, &unmasked::Draft];
    for draft in wsdraft::drafts::ALL.iter().copied().chain(dialects) {
        let mut taken = 0;
        for from in [Role::Client, Role::Server] {
            every_head(|bytes| {
                let Some(plain) = draft.plain(bytes, from, &SESSION) else {
                    return;
                };
                taken += 1;
                let head = checked(draft, bytes, from)
                    .unwrap_or_else(|| panic!("{draft:?} {from:?} {bytes:02x?}"));
                assert!(is_plain(&head), "{draft:?} {from:?} {bytes:02x?}");
                assert_eq!(plain.kind, head.kind);
                assert_eq!(plain.size, usize::from(head.size));
                assert_eq!(Length::Bytes(plain.length as u64), head.length);
                assert_eq!(plain.key.map_or(Mask::None, Mask::Four), head.mask);
            });
        }
        if taken > 0 {
            with.push(draft);
        }
    }
    // Of the drafts whose frames have a head of bit fields, only one hides the head under a key
    // that takes a hash to derive.
    let names: Vec<_> = with.iter().map(|draft| draft.info().short).collect();
    assert_eq!(
        names.len(),
        wsdraft::drafts::ALL.len() + dialects.len() - 4,
        "{names:?}"
    );
    for draft in with {
        for from in [Role::Client, Role::Server] {
            let masks = masks(draft, from);
            let due = |head: &FrameHeader| is_plain(head) && (head.mask != Mask::None) == masks;
            every_head(|bytes| {
                if let Some(head) = checked(draft, bytes, from).filter(due) {
                    let plain = draft.plain(bytes, from, &SESSION);
                    assert!(plain.is_some(), "{draft:?} {from:?} {head:?}");
                }
            });
        }
    }
}
