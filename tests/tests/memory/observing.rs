//! What an inspector holds that shows only the start of payloads: measured on the heap, and
//! bounded; and that it says the same as one that shows all.

use wsdraft::{
    Config, Connection, Draft, Limits, OsEntropy, Role, Seen,
    drafts::{self, rfc6455},
    extension::{Agreed, Extensions, builtin},
    frame::Session,
    info::{Kind, Purpose},
    inspect::{Checksum, Inspector, Observed},
};

use super::held;

/// What a draft that derives a key for its frames takes it to be.
const SESSION: Session = Session {
    masking_key: Some([7; 20]),
};
const MIB: usize = 1 << 20;
/// Bytes of a message of which a few kilobytes are on the wire.
const BOMB: usize = 8 * MIB;

/// Every dialect that is run here and compresses, as a draft that takes it agrees to it.
fn dialects() -> Vec<(&'static dyn Draft, String, Agreed)> {
    let mut found = Vec::new();
    for extension in builtin::ALL {
        if !extension.transform.compresses() {
            continue;
        }
        let draft = drafts::ALL.iter().rev().copied().find(|draft| {
            let negotiates = draft.info().response_header(Purpose::Extensions).is_some();
            negotiates && extension.fits(draft.info())
        });
        let supported = Extensions::named(extension.short, builtin::ALL).unwrap();
        let Some((draft, offer)) = draft.and_then(|draft| {
            let offer = supported.offer(draft.info())?;
            Some((draft, offer))
        }) else {
            continue;
        };
        let agreed = supported.answer(draft.info(), &offer);
        if !agreed.is_empty() {
            found.push((draft, extension.short.to_owned(), agreed));
        }
    }
    found
}

fn sender(draft: &'static dyn Draft, agreed: &Agreed) -> Connection<&'static dyn Draft> {
    let mut limits = Limits::default();
    limits.write_buffer = 4 * BOMB;
    let config = Config::with_limits(limits);
    Connection::client(draft, SESSION, OsEntropy, config).extended(agreed)
}

/// All that is seen of bytes that come in pieces.
fn see(mut inspector: Inspector<&'static dyn Draft>, bytes: &[u8], size: usize) -> Vec<Observed> {
    let mut seen = Vec::new();
    for piece in bytes.chunks(size) {
        inspector.push(piece);
        seen.extend(inspector.by_ref());
    }
    inspector.end_of_input();
    seen.extend(inspector);
    seen
}

pub(super) fn what_is_not_shown_is_not_held() {
    let dialects = dialects();
    assert!(dialects.len() > 2, "{}", dialects.len());
    for (draft, name, agreed) in &dialects {
        let mut client = sender(*draft, agreed);
        client.begin_binary(&vec![0; BOMB]).unwrap();
        client.finish(&[1]).unwrap();
        client.text("after it").unwrap();
        let wire = client.output().to_vec();
        drop(client);
        assert!(wire.len() < BOMB / 100, "{name}: {} bytes", wire.len());
        let watch = || {
            let inspector = Inspector::new(*draft, Role::Client, SESSION);
            inspector.extended(agreed).showing(0)
        };
        // The thread keeps some buffers and states from now on.
        assert!(!see(watch(), &wire, 512).is_empty());
        let before = held();
        let mut inspector = watch();
        let (mut most, mut said, mut lengths) = (0, 0, Vec::new());
        for piece in wire.chunks(512) {
            inspector.push(piece);
            for seen in inspector.by_ref() {
                match seen {
                    Observed::Long { length, start, .. } => {
                        assert!(start.is_empty());
                        lengths.push(length);
                    }
                    Observed::Frame { .. } => {}
                    other => panic!("{name}: {other:?}"),
                }
            }
            most = most.max(held().saturating_sub(before));
            said = said.max(inspector.held());
        }
        assert_eq!(lengths, [BOMB as u64 + 1, 8], "{name}");
        assert!(most < 384 << 10, "{name}: {most} bytes on the heap");
        assert!(said < 384 << 10 && 2 * said > most, "{name}: {said} {most}");
    }
}

pub(super) fn long_frames_are_counted_and_checked_in_every_draft() {
    for draft in drafts::ALL.iter().copied() {
        let info = draft.info();
        let mut client = sender(draft, &Agreed::default());
        let text = "a\u{e4}".repeat(BOMB / 4);
        client.text(&text).unwrap();
        let wire = client.output().to_vec();
        let sum = Checksum::of(&text.as_bytes()[5..]);
        drop((client, text));
        let before = held();
        let inspector = Inspector::new(draft, Role::Client, SESSION);
        let mut inspector = inspector.showing(5).summing();
        let mut most = 0;
        let mut seen = Vec::new();
        for piece in wire.chunks(32 << 10) {
            inspector.push(piece);
            seen.extend(inspector.by_ref());
            most = most.max(held().saturating_sub(before));
        }
        assert!(most < 128 << 10, "{}: {most} bytes", info.short);
        let [
            Observed::Frame {
                length, payload, ..
            },
            Observed::Long {
                kind,
                length: all,
                start,
                rest,
                ..
            },
        ] = &seen[..]
        else {
            panic!("{}: {} events", info.short, seen.len());
        };
        assert_eq!(
            (length, all, *kind),
            (all, &(BOMB as u64 / 4 * 3), Kind::Text)
        );
        assert_eq!(*rest, Some(sum), "{}", info.short);
        assert_eq!(
            (&payload[..], &start[..]),
            (&b"a\xc3\xa4a\xc3"[..], &b"a\xc3\xa4a\xc3"[..])
        );
    }
}

pub(super) fn showing_all_says_what_not_showing_says() {
    for (draft, name, agreed) in dialects() {
        let mut client = sender(draft, &agreed);
        client.begin_text(b"begun ").unwrap();
        client.append(&b"and gone on with ".repeat(3000)).unwrap();
        client.finish(&[]).unwrap();
        client.binary(&[7; 70_000]).unwrap();
        let mut wire = client.output().to_vec();
        // What is cut off, and what is no DEFLATE where it is compressed.
        for cut in [wire.len(), wire.len() - 5] {
            wire.truncate(cut);
            wire.extend_from_within(wire.len() - 60..);
            for size in [1 << 20, 1000] {
                let watch = || Inspector::new(draft, Role::Client, SESSION).extended(&agreed);
                let whole = see(watch(), &wire, size);
                let shown = see(watch().showing(usize::MAX), &wire, size);
                assert_eq!(whole, shown, "{name}");
                let faults = |seen: &[Observed]| -> Vec<Observed> {
                    let fault = |one: &&Observed| {
                        matches!(one, Observed::Violation(_) | Observed::Incomplete { .. })
                    };
                    seen.iter().filter(fault).cloned().collect()
                };
                let hidden = see(watch().showing(0), &wire, size);
                assert_eq!(faults(&whole), faults(&hidden), "{name}");
                assert_eq!(whole.len(), hidden.len(), "{name}");
            }
        }
    }
}

pub(super) fn text_that_is_inflated_is_checked_as_it_comes() {
    let supported = Extensions::named("permessage-deflate", builtin::ALL).unwrap();
    let draft: &'static dyn Draft = &rfc6455::Draft;
    let agreed = supported
        .agreed(draft.info(), "permessage-deflate")
        .unwrap();
    let mut client = sender(draft, &agreed);
    // Binary for the sender, and text for whoever reads it.
    let text = ["a".repeat(300_000).as_bytes(), b"\xc3", b"\xff", &[b'b'; 9]].concat();
    client.begin_binary(&text).unwrap();
    let mut wire = client.output().to_vec();
    wire[0] -= 1;
    let inspector = Inspector::new(draft, Role::Client, SESSION);
    let mut inspector = inspector.extended(&agreed).showing(0);
    inspector.push(&wire);
    let seen: Vec<_> = inspector.by_ref().collect();
    let [Observed::Frame { .. }, Observed::Violation(violation)] = &seen[..] else {
        panic!("{seen:?}");
    };
    assert_eq!(violation.rule.close_code(), Some(1007));
    assert_eq!(violation.seen, Seen::Byte(0xff));
    // It was said, and is not said again.
    client.sent(client.output().len());
    client.finish(&[]).unwrap();
    inspector.push(client.output());
    let more: Vec<_> = inspector.collect();
    assert!(matches!(more[..], [Observed::Frame { .. }]), "{more:?}");
}
