//! What is agreed of a compressor, and how it keeps to that, frame by frame.

use wsdraft::{
    Config, Connection, Draft,
    drafts::rfc6455,
    extension::{Agreed, Compression, Extensions, builtin},
    frame::Session,
};

fn wanting(change: impl Fn(&mut Compression)) -> Extensions {
    let ours = Extensions::named("permessage-deflate", builtin::ALL).unwrap();
    ours.adjusted(change)
}

fn answer(ours: &Extensions, offer: &str) -> Agreed {
    ours.answer(rfc6455::Draft.info(), offer)
}

fn server(agreed: &Agreed) -> Connection<rfc6455::Draft> {
    let server = Connection::server(rfc6455::Draft, Session::default(), Config::default());
    server.extended(agreed)
}

/// The frames that wait to be sent, each with its first byte.
fn frames(connection: &mut Connection<rfc6455::Draft>) -> Vec<(u8, Vec<u8>)> {
    let sent = connection.output().to_vec();
    connection.sent(sent.len());
    let (mut frames, mut rest) = (Vec::new(), &sent[..]);
    while let [first, length, after @ ..] = rest {
        let (length, after) = match length {
            126 => {
                let length = u16::from_be_bytes([after[0], after[1]]);
                (usize::from(length), &after[2..])
            }
            short => (usize::from(*short), after),
        };
        let (payload, after) = after.split_at(length);
        frames.push((*first, payload.to_vec()));
        rest = after;
    }
    frames
}

const TEXT: &str = "so it is, so it is, so it is, so it is, so it is, so it is, so it is";

#[test]
fn no_answer_is_above_what_was_offered_or_is_wanted() {
    for offered in 8..=15u8 {
        for wanted in 8..=15u8 {
            let ours = wanting(|settings| {
                (settings.server_window_bits, settings.client_window_bits) = (wanted, wanted);
            });
            let offer = format!(
                "permessage-deflate; server_max_window_bits={offered}; \
                 client_max_window_bits={offered}"
            );
            let agreed = answer(&ours, &offer);
            let item = agreed.iter().next().unwrap();
            let least = offered.min(wanted);
            assert_eq!(item.server.window_bits, least, "{offered}, {wanted}");
            assert_eq!(item.client.window_bits, least, "{offered}, {wanted}");
            let header = agreed.header().unwrap();
            assert!(
                header.contains(&format!("server_max_window_bits={least}")),
                "{offered}, {wanted}: {header}"
            );
            // The client takes it, and keeps to the same.
            let taken = ours.check(rfc6455::Draft.info(), &offer, header).unwrap();
            let item = taken.iter().next().unwrap();
            assert_eq!(
                (item.server.window_bits, item.client.window_bits),
                (least, least)
            );
        }
    }
}

#[test]
fn the_first_acceptable_offer_is_answered() {
    let ours = wanting(|_| {});
    for (offer, answered) in [
        (
            "permessage-deflate; server_max_window_bits=10, permessage-deflate",
            "permessage-deflate; server_max_window_bits=10",
        ),
        (
            "permessage-deflate; server_max_window_bits=7, permessage-deflate; unknown, \
             permessage-deflate; server_no_context_takeover",
            "permessage-deflate; server_no_context_takeover",
        ),
        // A hint asks for nothing.
        (
            "permessage-deflate; client_max_window_bits=9",
            "permessage-deflate; client_max_window_bits=9",
        ),
        (
            "permessage-deflate; client_max_window_bits",
            "permessage-deflate",
        ),
    ] {
        assert_eq!(answer(&ours, offer).header(), Some(answered), "{offer}");
    }
}

#[test]
fn short_messages_go_as_they_are() {
    for threshold in [0, 10, TEXT.len(), TEXT.len() + 1, 1000] {
        let ours = wanting(|settings| settings.threshold = threshold);
        let mut server = server(&answer(&ours, "permessage-deflate"));
        for length in [0, 9, 10, TEXT.len()] {
            server.text(&TEXT[..length]).unwrap();
            let sent = frames(&mut server);
            let coded = length >= threshold;
            assert_eq!(sent[0].0, if coded { 0xc1 } else { 0x81 }, "{length}");
            assert_eq!(sent[0].1 == TEXT.as_bytes()[..length], !coded);
        }
    }
}

#[test]
fn only_the_first_frame_says_that_a_message_is_compressed() {
    let mut server = server(&answer(&wanting(|_| {}), "permessage-deflate"));
    server.begin_text(&TEXT.as_bytes()[..20]).unwrap();
    server.ping(b"between").unwrap();
    server.append(&TEXT.as_bytes()[20..30]).unwrap();
    server.finish(&TEXT.as_bytes()[30..]).unwrap();
    let firsts: Vec<u8> = frames(&mut server)
        .iter()
        .map(|(first, _)| *first)
        .collect();
    assert_eq!(firsts, [0x41, 0x89, 0x00, 0x80]);
    // An empty one is a byte.
    server.begin_text(b"").unwrap();
    server.finish(b"").unwrap();
    let sent = frames(&mut server);
    assert_eq!(sent.last().unwrap(), &(0x80, vec![0]));
}

#[test]
fn what_is_forgotten_is_sent_again() {
    for takeover in [true, false] {
        let ours = wanting(|settings| settings.server_takeover = takeover);
        let agreed = answer(&ours, "permessage-deflate");
        let (mut one, mut other) = (server(&agreed), server(&agreed));
        let next = |connection: &mut Connection<_>| {
            connection.text(TEXT).unwrap();
            frames(connection).remove(0).1
        };
        let first = next(&mut one);
        let second = next(&mut one);
        assert_eq!(second == first, !takeover);
        assert_eq!(second.len() < first.len(), takeover);
        // Connections that share a state have no window in common.
        assert_eq!(next(&mut other), first);
    }
}
