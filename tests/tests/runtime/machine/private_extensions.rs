//! Extensions of our own: what they claim of a frame, alone and beside one that compresses.

use std::path::Path;

use wsdraft::{
    Config, Connection, ConnectionError, Draft, Event, Misuse, OsEntropy, Role, Seen,
    drafts::{self, rfc6455},
    extension::{Agreed, Extensions, builtin::permessage_deflate, elements},
    frame::Session,
    info::Kind,
    inspect::{Inspector, Observed},
};
use wsdraft_interpreter::Interpreted;
use wsdraft_spec::{Database, Source};
use wsdraft_tests::{checksum, gauges, signals, wide_opcodes};

type Spoken = &'static dyn Draft;

fn agreed(names: &str, value: &str) -> Agreed {
    let known = [&checksum::INFO, &signals::INFO, &permessage_deflate::INFO];
    let ours = Extensions::named(names, &known).unwrap();
    ours.agreed(rfc6455::Draft.info(), value).unwrap()
}

/// A client and a server that have agreed on this.
fn pair(agreed: &Agreed) -> (Connection<Spoken>, Connection<Spoken>) {
    pair_in(&rfc6455::Draft, agreed)
}

fn pair_in(draft: Spoken, agreed: &Agreed) -> (Connection<Spoken>, Connection<Spoken>) {
    let (session, config) = (Session::default(), Config::default());
    let client = Connection::client(draft, session, OsEntropy, config.clone());
    let server = Connection::server(draft, session, config);
    (client.extended(agreed), server.extended(agreed))
}

/// Hands over what one end has to send; gives it too.
fn pass(from: &mut Connection<Spoken>, to: &mut Connection<Spoken>) -> Vec<u8> {
    let sent = from.output().to_vec();
    from.sent(sent.len());
    to.feed(&sent);
    sent
}

/// The bits that [`checksum`] and [`signals`] claim, as in a frame's head.
const CHECKED: u8 = 0b010;
const MARKED: u8 = 0b100;

#[test]
fn a_bit_beside_a_compressor_is_not_lost() {
    let both = agreed("all", "x-checksum, permessage-deflate");
    let payload = "so it is, so it is, so it is; ".repeat(40);
    for kind in [Kind::Text, Kind::Binary] {
        let (mut client, mut server) = pair(&both);
        client.coded(kind, CHECKED, payload.as_bytes()).unwrap();
        let sent = pass(&mut client, &mut server);
        assert!(sent.len() < payload.len() / 4, "it is compressed");
        assert_eq!(sent[0] >> 4 & 0b111, 0b110, "both bits are set");
        let wanted = Event::Coded {
            kind,
            reserved: CHECKED,
            payload: payload.as_bytes(),
        };
        assert_eq!(server.receive().unwrap(), Some(wanted));
        // Below the threshold the message has the one bit alone.
        client.coded(kind, CHECKED, b"short").unwrap();
        assert_eq!(pass(&mut client, &mut server)[0] >> 4 & 0b111, 0b010);
        let wanted = Event::Coded {
            kind,
            reserved: CHECKED,
            payload: b"short",
        };
        assert_eq!(server.receive().unwrap(), Some(wanted));
        client.text(&payload).unwrap();
        pass(&mut client, &mut server);
        assert_eq!(server.receive().unwrap(), Some(Event::Text(&payload)));
    }
}

#[test]
fn the_inspector_shows_the_bit_beside_a_compressor() {
    let both = agreed("all", "x-checksum, permessage-deflate");
    let payload = "so it is, so it is, so it is; ".repeat(40);
    let (mut client, mut server) = pair(&both);
    client
        .coded(Kind::Text, CHECKED, payload.as_bytes())
        .unwrap();
    let sent = pass(&mut client, &mut server);
    let mut inspector =
        Inspector::new(rfc6455::Draft, Role::Client, Session::default()).extended(&both);
    inspector.push(&sent);
    let last = inspector.last().unwrap();
    let wanted = Observed::Coded {
        kind: Kind::Text,
        reserved: CHECKED,
        payload: payload.into(),
    };
    assert_eq!(last, wanted);
}

#[test]
fn a_bit_of_a_later_frame_is_told() {
    let ours = agreed("x-signals", "x-signals");
    let (_, mut server) = pair(&ours);
    let plain = |first: u8, payload: &[u8]| {
        let mut frame = vec![first, 0x80 | payload.len() as u8, 0, 0, 0, 0];
        frame.extend(payload);
        frame
    };
    server.feed(&plain(0x01, b"one "));
    server.feed(&plain(0x90, b"two"));
    let wanted = Event::Coded {
        kind: Kind::Text,
        reserved: MARKED,
        payload: b"one two",
    };
    assert_eq!(server.receive().unwrap(), Some(wanted));
}

#[test]
fn claimed_opcodes_come_through() {
    let ours = agreed("all", "x-signals, permessage-deflate");
    let large = vec![7; 100_000];
    for (opcode, payload) in [(3, &large[..]), (3, b""), (11, b"signal")] {
        let (mut client, mut server) = pair(&ours);
        // Between the frames of a message, too.
        client.begin_text(b"first, ").unwrap();
        client.extension(opcode, MARKED, payload).unwrap();
        client.finish(b"last").unwrap();
        let sent = client.output().to_vec();
        for pieces in [vec![&sent[..]], sent.chunks(999).collect()] {
            let mut seen = Vec::new();
            let (_, mut fresh) = pair(&ours);
            for piece in pieces {
                fresh.feed(piece);
                while let Some(event) = fresh.receive().unwrap() {
                    match event {
                        Event::Extension {
                            opcode,
                            fin,
                            reserved,
                            payload,
                        } => seen.push((opcode, fin, reserved, payload.to_vec())),
                        Event::Text(text) => seen.push((0, true, 0, text.into())),
                        other => panic!("{other:?}"),
                    }
                }
            }
            let wanted = [
                (opcode, true, MARKED, payload.to_vec()),
                (0, true, 0, b"first, last".to_vec()),
            ];
            assert_eq!(seen, wanted);
        }
        pass(&mut client, &mut server);
        assert_eq!(
            server.receive_message().unwrap().unwrap().as_text(),
            Some("first, last"),
            "whoever takes messages does not see it"
        );
    }
}

#[test]
fn what_is_not_claimed_is_refused() {
    let ours = agreed("x-signals", "x-signals");
    let breaks = |first: u8, length: u8| {
        let (_, mut server) = pair(&ours);
        let mut frame = vec![first, 0x80 | length, 0, 0, 0, 0];
        if length == 126 {
            frame.splice(2..2, [0, 126]);
        }
        frame.extend(vec![0; length.into()]);
        server.feed(&frame);
        match server.receive() {
            Err(ConnectionError::Violation(violation)) => Some(violation.rule.id),
            Ok(_) => None,
            Err(other) => panic!("{other:?}"),
        }
    };
    assert_eq!(breaks(0x83, 5), None);
    assert_eq!(breaks(0x03, 5), None, "its frames may go on");
    assert_eq!(breaks(0x8b, 5), None);
    assert_eq!(breaks(0x84, 5), Some("opcode-known"));
    assert_eq!(breaks(0xc3, 5), Some("reserved-bits-clear"));
    assert_eq!(breaks(0x0b, 5), Some("control-frame-final"));
    assert_eq!(breaks(0x8b, 126), Some("control-frame-length"));
    // The same opcodes without the extension.
    let (_, mut server) = pair(&Agreed::default());
    server.feed(&[0x83, 0x80, 0, 0, 0, 0]);
    let Err(ConnectionError::Violation(violation)) = server.receive() else {
        panic!("the opcode is reserved");
    };
    assert_eq!(violation.rule.id, "opcode-known");
}

#[test]
fn only_what_is_claimed_is_sent() {
    let both = agreed("all", "x-checksum, x-signals, permessage-deflate");
    let (mut client, _) = pair(&both);
    let unclaimed = Err(ConnectionError::Misuse(Misuse::Unclaimed));
    assert_eq!(client.coded(Kind::Text, 0b001, b""), unclaimed);
    assert_eq!(client.extension(4, 0, b""), unclaimed);
    assert_eq!(client.extension(3, CHECKED, b""), unclaimed);
    assert_eq!(
        client.coded(Kind::Ping, 0, b""),
        Err(ConnectionError::Misuse(Misuse::Unsupported(Kind::Ping)))
    );
    let long = client.extension(11, 0, &[0; 126]).unwrap_err();
    assert_eq!(long.rule().unwrap().id, "control-frame-length");
    assert_eq!(client.output(), b"", "nothing of it is sent");
}

/// A frame too large for the limit is refused before it is held.
#[test]
fn a_frame_of_an_extension_is_bounded() {
    let ours = agreed("x-signals", "x-signals");
    let mut config = Config::default();
    config.limits.frame = 1000;
    let server = Connection::server(rfc6455::Draft, Session::default(), config);
    let mut server = server.extended(&ours);
    server.feed(&[0x83, 0xfe, 0x10, 0x00, 0, 0, 0, 0]);
    let Err(ConnectionError::Limit { limit, .. }) = server.receive() else {
        panic!("it exceeds a limit");
    };
    assert_eq!(limit, wsdraft::Limit::Frame);
}

/// Where a draft gives an opcode a meaning of its own, it is not there to be claimed.
#[test]
fn a_defined_opcode_cannot_be_claimed() {
    let known = [&signals::INFO];
    let ours = Extensions::named("x-signals", &known).unwrap();
    let mut agreeing = 0;
    for draft in drafts::ALL {
        let info = draft.info();
        let taken = |value| info.opcodes.iter().any(|opcode| opcode.value == value);
        let bits = info.reserved_bits.contains(&"RSV3");
        let agreed = ours.answer(info, "x-signals");
        let possible = bits && !taken(3) && !taken(11);
        assert!(agreed.is_empty() || possible, "{}", info.short);
        agreeing += usize::from(!agreed.is_empty());
    }
    assert!(agreeing > 0);
}

/// Where an opcode has more bits, there are more of them to be claimed, and only there.
#[test]
fn an_opcode_is_as_wide_as_the_layout_says() {
    let known = [&gauges::INFO];
    let ours = Extensions::named("x-gauges", &known).unwrap();
    for draft in drafts::ALL {
        assert_eq!(ours.offer(draft.info()), None);
        assert!(ours.answer(draft.info(), "x-gauges").is_empty());
    }
    let spec = Database::built_in().unwrap().clone();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/dialects/gauges-1.ron");
    let spec = spec.with_file(&file).unwrap();
    let interpreted = Interpreted::new(spec.resolved("wide-opcodes-1").unwrap().clone()).unwrap();
    let dialects: [Spoken; 2] = [&wide_opcodes::Draft, Box::leak(Box::new(interpreted))];
    for dialect in dialects {
        let agreed = ours.agreed(dialect.info(), "x-gauges").unwrap();
        let (mut client, mut server) = pair_in(dialect, &agreed);
        for opcode in [19, 27] {
            client.extension(opcode, 0, b"reading").unwrap();
            let sent = pass(&mut client, &mut server);
            assert_eq!(sent[0], 0b1000_0000 | opcode);
            let wanted = Event::Extension {
                fin: true,
                opcode,
                reserved: 0,
                payload: b"reading",
            };
            assert_eq!(server.receive().unwrap(), Some(wanted));
        }
        // The same in four bits.
        let unclaimed = client.extension(3, 0, b"").unwrap_err();
        assert_eq!(unclaimed, ConnectionError::Misuse(Misuse::Unclaimed));
        client.text("text").unwrap();
        pass(&mut client, &mut server);
        assert_eq!(server.receive().unwrap(), Some(Event::Text("text")));
        server.feed(&[0x80 | 3, 0x80, 0, 0, 0, 0]);
        let error = server.receive().unwrap_err();
        assert_eq!(error.rule().unwrap().id, "opcode-known");
    }
}

/// A connection may outlive what the thread has for all of its connections.
#[test]
fn a_thread_that_ends_still_compresses() {
    use std::cell::RefCell;

    struct Last(Connection<Spoken>, Connection<Spoken>);

    impl Drop for Last {
        fn drop(&mut self) {
            let text = "to the end, ".repeat(100);
            self.0.text(&text).unwrap();
            pass(&mut self.0, &mut self.1);
            assert_eq!(self.1.receive().unwrap(), Some(Event::Text(&text)));
        }
    }

    thread_local! {
        static BEFORE: RefCell<Option<Last>> = const { RefCell::new(None) };
        static AFTER: RefCell<Option<Last>> = const { RefCell::new(None) };
    }

    let value = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
    let forgetful = agreed("permessage-deflate", value);
    let thread = std::thread::spawn(move || {
        let last = || {
            let (client, server) = pair(&forgetful);
            Last(client, server)
        };
        BEFORE.with_borrow_mut(|place| *place = Some(last()));
        drop(last());
        AFTER.with_borrow_mut(|place| *place = Some(last()));
    });
    thread.join().unwrap();
}

#[test]
fn the_value_of_a_parameter_can_be_a_token() {
    let read = |value: &str| {
        let element = elements(value).next().expect("an element");
        checksum::Answer::read(&element)
    };
    for value in [
        "x-checksum; algorithm=crc32",
        "x-checksum; algorithm=\"crc32\"",
    ] {
        let answer = read(value).unwrap();
        assert_eq!(answer.algorithm.as_deref(), Some("crc32"));
        let element = answer.element();
        assert_eq!(element.to_string(), "x-checksum; algorithm=crc32");
    }
    // No rule of this extension is about values: what is no token is as if it were not there.
    for value in ["x-checksum; algorithm", "x-checksum; algorithm=\"a b\""] {
        assert_eq!(read(value).unwrap().algorithm, None, "{value}");
    }
    // Nor about one that stands twice: the first counts.
    let answer = read("x-checksum; algorithm=a; algorithm=b").unwrap();
    assert_eq!(answer.algorithm.as_deref(), Some("a"));
    let fault = read("x-checksum; algorithm=a; other=1").unwrap_err();
    assert_eq!(fault.rule.id, "answer-parameters-known");
    assert_eq!(fault.seen, Seen::text(b"other=1"));
}

#[test]
fn extensions_do_not_share_a_bit_or_an_opcode() {
    let source = |claims: &str| Source {
        file: "twins.ron".into(),
        text: format!(
            "Extension(short: \"twins-1\", summary: \"Another\", evidence: [Own(\"a test\")],
            tokens: Add((names: [\"x-twins\"], evidence: [Own(\"a test\")])),
            transform: Add((apply: Nothing, evidence: [Own(\"a test\")])),
            claims: Add(({claims}, evidence: [Own(\"a test\")])))"
        ),
    };
    for (claims, fits) in [
        ("opcodes: [3]", false),
        ("opcodes: [4]", true),
        ("control_opcodes: [11]", false),
        ("bits: [\"RSV3\"], on: All", false),
        ("bits: [\"RSV1\"], on: All", true),
        ("bits: [\"RSV1\"], on: All, opcodes: [3]", false),
    ] {
        let database = Database::built_in().unwrap().clone();
        let database = database.with([source(claims)]).unwrap();
        let twins = database.extensions().get("twins-1").unwrap();
        let twins = wsdraft_interpreter::interpreted_extension(twins);
        let ours = Extensions::named("all", &[&signals::INFO, twins]).unwrap();
        let agreed = ours.agreed(rfc6455::Draft.info(), "x-signals, x-twins");
        match agreed {
            Ok(agreed) => assert!(fits, "{claims}: {agreed:?}"),
            Err(violation) => {
                assert!(!fits, "{claims}: {violation}");
                assert_eq!(violation.rule.id, "claims-unshared");
            }
        }
    }
}
