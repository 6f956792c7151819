//! The vectors of `vectors/extensions.json` through the library: whole, and cut at every byte;
//! negotiation; hostile input; both ends against each other.

use std::fmt::Write as _;

use serde_json::{Value, json};
use wsdraft::{
    Config, Connection, Draft, Error, Event, Limit, Limits, OsEntropy, Role,
    drafts::rfc6455,
    extension::{Agreed, Compression, Extensions, elements},
    extensions,
    frame::Session,
    inspect::{Inspector, Observed},
};

fn vectors(kind: &str) -> Vec<Value> {
    let text = include_str!("../vectors/extensions.json");
    let all: Value = serde_json::from_str(text).unwrap();
    let all = all["vectors"].as_array().unwrap();
    let chosen: Vec<_> = all
        .iter()
        .filter(|vector| vector["kind"] == kind)
        .cloned()
        .collect();
    assert!(!chosen.is_empty());
    chosen
}

fn hex(text: &Value) -> Vec<u8> {
    let text = text.as_str().unwrap();
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

fn named(names: &str) -> Extensions {
    Extensions::named(names, extensions::ALL).unwrap()
}

fn draft() -> &'static dyn Draft {
    &rfc6455::Draft
}

fn agreed(names: &str, value: &str) -> Agreed {
    named(names).agreed(draft().info(), value).unwrap()
}

fn receiver(role: Role, agreed: &Agreed, limits: Limits) -> Connection<&'static dyn Draft> {
    let config = Config::with_limits(limits);
    let connection = match role {
        Role::Client => Connection::client(draft(), Session::default(), OsEntropy, config),
        Role::Server => Connection::server(draft(), Session::default(), config),
    };
    connection.extended(agreed)
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Got {
    Text(String),
    Binary(Vec<u8>),
    Ping(Vec<u8>),
}

/// Everything that comes out for this input, in pieces, and the error at its end.
fn receive(
    connection: &mut Connection<&'static dyn Draft>,
    pieces: &[&[u8]],
) -> (Vec<Got>, Option<Error>) {
    let mut got = Vec::new();
    for piece in pieces {
        connection.feed(piece);
        loop {
            match connection.receive() {
                Ok(Some(Event::Text(text))) => got.push(Got::Text(text.to_owned())),
                Ok(Some(Event::Binary(bytes))) => got.push(Got::Binary(bytes.to_vec())),
                Ok(Some(Event::Ping(bytes))) => got.push(Got::Ping(bytes.to_vec())),
                Ok(Some(_)) => {}
                Ok(None) => break,
                Err(error) => return (got, Some(error)),
            }
        }
    }
    (got, None)
}

fn expected(message: &Value) -> Option<Vec<u8>> {
    if let Some(text) = message["expect_text"].as_str() {
        return Some(text.as_bytes().to_vec());
    }
    if message["expect"] == "error" {
        return None;
    }
    let parts = message["expect_parts"].as_array().expect("a known form");
    let mut bytes = Vec::new();
    for part in parts {
        let times = part["n"].as_u64().unwrap_or(1);
        (0..times).for_each(|_| bytes.extend(hex(&part["hex"])));
    }
    Some(bytes)
}

/// An unmasked frame of a message.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![first];
    match payload.len() {
        length @ 0..=125 => frame.push(length as u8),
        length @ 126..=0xffff => {
            frame.push(126);
            frame.extend((length as u16).to_be_bytes());
        }
        length => {
            frame.push(127);
            frame.extend((length as u64).to_be_bytes());
        }
    }
    frame.extend(payload);
    frame
}

/// Where to cut a stream in two.
fn cuts(length: usize) -> impl Iterator<Item = usize> {
    (0..=length).filter(move |cut| length <= 2048 || *cut < 64 || cut % 997 == 0)
}

#[test]
fn messages_inflate_to_what_the_vectors_say() {
    for vector in vectors("pmd.messages") {
        let id = vector["id"].as_str().unwrap();
        let lenient = vector["strength"] == "lenient";
        let mut value = "permessage-deflate".to_owned();
        if vector["params"]["sender_no_context_takeover"] == true {
            value.push_str("; server_no_context_takeover");
        }
        if let Some(bits) = vector["params"]["sender_max_window_bits"].as_u64() {
            write!(value, "; server_max_window_bits={bits}").unwrap();
        }
        let agreed = agreed("permessage-deflate", &value);
        let mut stream = Vec::new();
        let mut wanted = Vec::new();
        let mut fails = false;
        for message in vector["messages"].as_array().unwrap() {
            let coded = message["rsv1"] == true;
            let payload = hex(&message["payload_hex"]);
            stream.extend(frame(if coded { 0xc2 } else { 0x82 }, &payload));
            match expected(message) {
                Some(bytes) => wanted.push(Got::Binary(bytes)),
                None => fails = true,
            }
        }
        for cut in cuts(stream.len()) {
            let mut connection = receiver(Role::Client, &agreed, Limits::default());
            let (before, after) = stream.split_at(cut);
            let (got, error) = receive(&mut connection, &[before, after]);
            if let (true, Some(error)) = (lenient, &error) {
                let code = error.rule().and_then(|rule| rule.close_code());
                assert_eq!(code, Some(1007), "{id}");
                assert!(
                    wanted.starts_with(&got),
                    "{id}: no bytes that were not sent"
                );
                continue;
            }
            assert_eq!(got, wanted, "{id} cut at {cut}: {error:?}");
            assert_eq!(error.is_some(), fails, "{id} cut at {cut}: {error:?}");
        }
        // One byte at a time.
        let mut connection = receiver(Role::Client, &agreed, Limits::default());
        let pieces: Vec<&[u8]> = stream.chunks(1).collect();
        let (got, _) = receive(&mut connection, &pieces);
        assert!(wanted.starts_with(&got), "{id}");
        assert!(lenient || got == wanted, "{id}");
    }
}

#[test]
fn frames_give_what_the_vectors_say() {
    for vector in vectors("ws.frames") {
        let id = vector["id"].as_str().unwrap();
        let role = match vector["receiver"].as_str().unwrap() {
            "server" => Role::Server,
            _ => Role::Client,
        };
        let name = vector["ext"].as_str().unwrap();
        let agreed = if vector["negotiated"] == true {
            agreed(name, name)
        } else {
            Agreed::default()
        };
        let mut limits = Limits::default();
        if let Some(limit) = vector["limits"]["max_message_bytes"].as_u64() {
            limits.message = limit as usize;
        }
        let expect = &vector["expect"];
        let wanted: Vec<Got> = expect["messages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|message| {
                let text = message["text"].as_str().unwrap().to_owned();
                match message["type"].as_str().unwrap() {
                    "text" => Got::Text(text),
                    "ping" => Got::Ping(text.into_bytes()),
                    other => panic!("{other}"),
                }
            })
            .collect();
        let codes: Vec<u64> = expect["close_codes"]
            .as_array()
            .map(|codes| codes.iter().filter_map(Value::as_u64).collect())
            .unwrap_or_default();
        let stream = hex(&vector["stream_hex"]);
        for cut in cuts(stream.len()) {
            let mut connection = receiver(role, &agreed, limits.clone());
            let (before, after) = stream.split_at(cut);
            let (got, error) = receive(&mut connection, &[before, after]);
            assert_eq!(got, wanted, "{id} cut at {cut}: {error:?}");
            assert_eq!(
                error.is_some(),
                expect["then"] == "fail",
                "{id} cut at {cut}: {error:?}"
            );
            if error.is_some() {
                // The peer is told: the last frame of the output is a close frame with a code.
                let output = connection.output();
                let code = match role {
                    Role::Server => u16::from_be_bytes([output[2], output[3]]),
                    Role::Client => {
                        let code = [output[6] ^ output[2], output[7] ^ output[3]];
                        u16::from_be_bytes(code)
                    }
                };
                assert!(codes.contains(&u64::from(code)), "{id}: {code}");
            }
        }
    }
}

#[test]
fn the_inspector_shows_what_the_vectors_say() {
    for vector in vectors("ws.frames") {
        let id = vector["id"].as_str().unwrap();
        let from = match vector["receiver"].as_str().unwrap() {
            "server" => Role::Client,
            _ => Role::Server,
        };
        let name = vector["ext"].as_str().unwrap();
        let agreed = if vector["negotiated"] == true {
            agreed(name, name)
        } else {
            Agreed::default()
        };
        let mut limits = Limits::default();
        if let Some(limit) = vector["limits"]["max_message_bytes"].as_u64() {
            limits.message = limit as usize;
        }
        let fails = vector["expect"]["then"] == "fail";
        let wanted = &vector["expect"]["messages"];
        let stream = hex(&vector["stream_hex"]);
        for cut in cuts(stream.len()) {
            let mut inspector =
                Inspector::with(draft(), from, Session::default(), 0, limits.clone())
                    .extended(&agreed);
            let (before, after) = stream.split_at(cut);
            inspector.push(before);
            inspector.push(after);
            inspector.end_of_input();
            let (mut got, mut faults) = (Vec::new(), 0);
            for observed in inspector {
                match observed {
                    Observed::Text(text) => got.push(json!({ "type": "text", "text": text })),
                    Observed::Ping(bytes) => {
                        let text = String::from_utf8(bytes).unwrap();
                        got.push(json!({ "type": "ping", "text": text }));
                    }
                    Observed::Violation(_) | Observed::Exceeded { .. } => faults += 1,
                    _ => {}
                }
            }
            assert_eq!(faults > 0, fails, "{id} cut at {cut}");
            if !fails {
                assert_eq!(&Value::from(got), wanted, "{id} cut at {cut}");
            }
        }
    }
}

#[test]
fn the_inspector_inflates_streams() {
    for vector in vectors("stream.inflate") {
        let id = vector["id"].as_str().unwrap();
        let agreed = agreed("deflate-stream", "deflate-stream");
        let see = |agreed: &Agreed, pieces: &[&[u8]]| {
            let mut inspector =
                Inspector::new(draft(), Role::Server, Session::default()).extended(agreed);
            pieces.iter().for_each(|piece| inspector.push(piece));
            inspector.end_of_input();
            inspector.collect::<Vec<_>>()
        };
        let wire = hex(&vector["wire_hex"]);
        for cut in cuts(wire.len()) {
            let (before, after) = wire.split_at(cut);
            let seen = see(&agreed, &[before, after]);
            match vector.get("expect_ws_bytes_hex").map(hex) {
                Some(plain) => {
                    assert_eq!(
                        seen,
                        see(&Agreed::default(), &[&plain]),
                        "{id} cut at {cut}"
                    );
                }
                None => {
                    let fault = |one: &Observed| matches!(one, Observed::Violation(_));
                    assert!(seen.iter().any(fault), "{id} cut at {cut}");
                }
            }
        }
    }
}

#[test]
fn streams_give_the_bytes_that_the_vectors_say() {
    let info = draft().info();
    for vector in vectors("stream.inflate") {
        let id = vector["id"].as_str().unwrap();
        let agreed = named("deflate-stream")
            .agreed(info, "deflate-stream")
            .unwrap();
        let wire = hex(&vector["wire_hex"]);
        let plain = vector.get("expect_ws_bytes_hex").map(hex);
        for cut in cuts(wire.len()) {
            let (before, after) = wire.split_at(cut);
            let mut connection = receiver(Role::Client, &agreed, Limits::default());
            let (got, error) = receive(&mut connection, &[before, after]);
            match &plain {
                None => assert!(error.is_some(), "{id} cut at {cut}"),
                Some(plain) => {
                    let mut other = receiver(Role::Client, &Agreed::default(), Limits::default());
                    let (wanted, _) = receive(&mut other, &[plain]);
                    assert_eq!(error, None, "{id} cut at {cut}");
                    assert_eq!(got, wanted, "{id} cut at {cut}");
                    assert_eq!(connection.peer_close(), other.peer_close(), "{id}");
                }
            }
        }
    }
}

#[test]
fn what_comes_before_a_fault_in_a_stream_is_handed_out() {
    let agreed = agreed("deflate-stream", "deflate-stream");
    let long = "much of it ".repeat(5_000);
    for text in ["before", &long] {
        let mut sender = receiver(Role::Server, &agreed, Limits::default());
        sender.text(text).unwrap();
        sender.text("too").unwrap();
        let mut wire = sender.output().to_vec();
        // A block of the type that there is not.
        wire.push(0b111);
        for size in [1, 2, 5, wire.len() - 1, wire.len()] {
            let pieces: Vec<_> = wire.chunks(size).collect();
            let mut connection = receiver(Role::Client, &agreed, Limits::default());
            let (got, error) = receive(&mut connection, &pieces);
            assert_eq!(got, [Got::Text(text.into()), Got::Text("too".into())]);
            let broken = error.as_ref().and_then(Error::rule).map(|rule| rule.id);
            assert_eq!(broken, Some("stream-deflated"), "pieces of {size}");

            let mut inspector =
                Inspector::new(draft(), Role::Server, Session::default()).extended(&agreed);
            pieces.iter().for_each(|piece| inspector.push(piece));
            inspector.end_of_input();
            let seen: Vec<_> = inspector.collect();
            let texts = seen.iter().filter(|one| matches!(one, Observed::Text(_)));
            assert_eq!(texts.count(), 2, "pieces of {size}");
            assert!(matches!(seen.last(), Some(Observed::Violation(_))));
        }
    }
}

/// The parameters of an answer, as the vectors write them.
fn parameters(header: &str) -> Value {
    let element = elements(header).next().expect("an element");
    let mut map = serde_json::Map::new();
    for (name, value) in element.parameters {
        let value = match value {
            None => Value::Bool(true),
            Some(text) => text.parse::<u64>().map_or(Value::String(text), Value::from),
        };
        map.insert(name, value);
    }
    Value::Object(map)
}

#[test]
fn offers_are_answered_as_the_vectors_say() {
    for vector in vectors("neg.offer") {
        let id = vector["id"].as_str().unwrap();
        let name = vector["ext"].as_str().unwrap();
        let names = if id == "mux-off-order-bad" {
            "mux-07, permessage-deflate"
        } else if name == "permessage-deflate@draft-08" {
            "permessage-deflate@-08"
        } else {
            name
        };
        let lines: Vec<&str> = vector["offer_lines"]
            .as_array()
            .unwrap()
            .iter()
            .map(|line| line.as_str().unwrap())
            .collect();
        let answer = named(names).answer(draft().info(), &lines.join(", "));
        let header = answer.header();
        let expect = &vector["expect"];
        match expect["outcome"].as_str().unwrap() {
            "decline" | "decline-or-reject-handshake" => assert_eq!(header, None, "{id}"),
            "accept-or-decline" => {}
            "accept-one" => assert_eq!(header, Some("permessage-deflate"), "{id}"),
            "accept" => {
                let header = header.unwrap_or_else(|| panic!("{id} is declined"));
                let got = parameters(header);
                if let Some(wanted) = expect.get("agreed") {
                    assert_eq!(&got, wanted, "{id}");
                }
                if let Some(any) = expect["agreed_one_of"].as_array() {
                    assert!(any.contains(&got), "{id}: {header}");
                }
                if let Some(any) = expect["response_any_of"].as_array() {
                    assert!(any.contains(&Value::from(header)), "{id}: {header}");
                }
                for never in expect["response_must_not_include"]
                    .as_array()
                    .into_iter()
                    .flatten()
                {
                    assert!(!header.contains(never.as_str().unwrap()), "{id}: {header}");
                }
                if let Some(bits) = expect["server_sender"]["max_window_bits"].as_u64() {
                    let server = answer.iter().next().unwrap().server;
                    assert_eq!(u64::from(server.window_bits), bits, "{id}");
                }
            }
            other => panic!("{id}: {other}"),
        }
    }
}

#[test]
fn answers_are_taken_as_the_vectors_say() {
    for vector in vectors("neg.response") {
        let id = vector["id"].as_str().unwrap();
        let offer = vector["offer"].as_str().unwrap();
        let lines: Vec<&str> = vector["response_lines"]
            .as_array()
            .unwrap()
            .iter()
            .map(|line| line.as_str().unwrap())
            .collect();
        let token = offer.split(';').next().unwrap();
        let checked = named(token).check(draft().info(), offer, &lines.join(", "));
        let expect = &vector["expect"];
        match expect["outcome"].as_str().unwrap() {
            "fail" => assert!(checked.is_err(), "{id}"),
            "ok-uncompressed" => assert!(checked.unwrap().is_empty(), "{id}"),
            "ok" => {
                let agreed = checked.unwrap_or_else(|error| panic!("{id}: {error}"));
                if let Some(wanted) = expect.get("agreed") {
                    assert_eq!(&parameters(agreed.header().unwrap()), wanted, "{id}");
                }
                if let Some(bits) = expect["client_sender"]["max_window_bits"].as_u64() {
                    let client = agreed.iter().next().unwrap().client;
                    assert_eq!(u64::from(client.window_bits), bits, "{id}");
                    assert!(client.no_context_takeover, "{id}");
                }
            }
            other => panic!("{id}: {other}"),
        }
    }
}

/// Text that compresses like JSON does.
fn sample(length: usize, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut out = String::new();
    while out.len() < length {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        write!(
            out,
            "{{\"id\":{},\"name\":\"user{}\",\"ok\":true}},",
            state >> 40,
            state >> 56
        )
        .unwrap();
    }
    out.truncate(length);
    out.into_bytes()
}

/// Two ends that have agreed on what the client offered.
fn pair(
    names: &str,
    compression: Compression,
) -> (
    Connection<&'static dyn Draft>,
    Connection<&'static dyn Draft>,
    Agreed,
) {
    let info = draft().info();
    let ours = named(names).with_compression(compression);
    let offer = ours.offer(info).unwrap();
    let answered = ours.answer(info, &offer);
    let checked = ours
        .check(info, &offer, answered.header().unwrap())
        .unwrap();
    let client = receiver(Role::Client, &checked, Limits::default());
    let server = receiver(Role::Server, &answered, Limits::default());
    (client, server, answered)
}

fn pump(
    from: &mut Connection<&'static dyn Draft>,
    to: &mut Connection<&'static dyn Draft>,
) -> (usize, Vec<Got>) {
    let sent = from.output().to_vec();
    from.sent(sent.len());
    let (got, error) = receive(to, &[&sent]);
    assert_eq!(error, None);
    (sent.len(), got)
}

const ALL: &[&str] = &[
    "permessage-deflate",
    "permessage-deflate-s2c",
    "permessage-compress",
    "perframe-compress",
    "deflate-frame",
    "deflate-frame-window-bits",
    "x-webkit-deflate-frame",
    "deflate-application-data",
    "deflate-stream",
];

#[test]
fn both_ends_understand_each_other_in_every_dialect() {
    for name in ALL {
        for bits in [8, 9, 12, 15] {
            for takeover in [true, false] {
                let mut compression = Compression::default();
                compression.level = 1 + bits % 9;
                (
                    compression.server_window_bits,
                    compression.client_window_bits,
                ) = (bits, bits);
                (compression.server_takeover, compression.client_takeover) = (takeover, takeover);
                let (mut client, mut server, agreed) = pair(name, compression);
                let what = format!("{name}, {bits} bits: {:?}", agreed.header());
                let (mut plain, mut wire) = (0, 0);
                for length in [0, 1, 31, 32, 300, 40_000, 0, 2000] {
                    let bytes = sample(length, 7);
                    let text = String::from_utf8(bytes.clone()).unwrap();
                    for to_server in [true, false] {
                        let (from, to) = if to_server {
                            (&mut client, &mut server)
                        } else {
                            (&mut server, &mut client)
                        };
                        from.text(&text).unwrap();
                        from.ping(b"between").unwrap();
                        from.binary(&bytes).unwrap();
                        from.begin_text(&bytes[..length / 3]).unwrap();
                        from.append(&bytes[length / 3..length / 2]).unwrap();
                        from.append(b"").unwrap();
                        from.finish(&bytes[length / 2..]).unwrap();
                        let (sent, got) = pump(from, to);
                        wire += sent;
                        plain += 3 * length;
                        let wanted = [
                            Got::Text(text.clone()),
                            Got::Ping(b"between".to_vec()),
                            Got::Binary(bytes.clone()),
                            Got::Text(text.clone()),
                        ];
                        assert_eq!(got, wanted, "{what}, {length} bytes");
                        pump(to, from);
                    }
                }
                assert!(wire < plain / 2, "{what}: {wire} of {plain} bytes");
            }
        }
    }
}

#[test]
fn a_bomb_is_stopped_at_the_limit() {
    let zeros = vec![0; 8 << 20];
    for name in ALL {
        let (mut client, _, agreed) = pair(name, Compression::default());
        client.binary(&zeros).unwrap();
        let sent = client.output().to_vec();
        assert!(sent.len() < 64 << 10, "{name}: {}", sent.len());
        let mut limits = Limits::default();
        limits.message = 100_000;
        let mut server = receiver(Role::Server, &agreed, limits);
        let (got, error) = receive(&mut server, &[&sent]);
        assert_eq!(got, [], "{name}");
        assert_eq!(
            error,
            Some(Error::Limit {
                limit: Limit::Message,
                value: 100_000
            }),
            "{name}"
        );
    }
}

#[test]
fn a_message_of_exactly_the_limit_passes() {
    for name in ALL {
        let (mut client, _, agreed) = pair(name, Compression::default());
        let bytes = sample(100_000, 3);
        client.binary(&bytes).unwrap();
        let sent = client.output().to_vec();
        let mut limits = Limits::default();
        limits.message = bytes.len();
        let mut server = receiver(Role::Server, &agreed, limits);
        let (got, error) = receive(&mut server, &[&sent]);
        assert_eq!(error, None, "{name}");
        assert_eq!(got, [Got::Binary(bytes)], "{name}");
    }
}

#[test]
fn blocks_that_inflate_to_nothing_are_bounded() {
    let agreed = agreed("permessage-deflate", "permessage-deflate");
    let mut limits = Limits::default();
    limits.message = 1000;
    let mut connection = receiver(Role::Client, &agreed, limits);
    let empty = [0, 0, 0, 0xff, 0xff].repeat(1000);
    let mut stream = frame(0x42, &empty);
    stream.extend(frame(0x00, &empty));
    let (_, error) = receive(&mut connection, &[&stream]);
    assert_eq!(
        error,
        Some(Error::Limit {
            limit: Limit::Message,
            value: 1000
        })
    );
}

/// A block of DEFLATE that is marked as the last one ends a stream, and the next stream costs
/// far more than the two bytes of an empty one.
#[test]
fn streams_that_end_at_once_are_bounded() {
    let agreed = agreed("permessage-deflate", "permessage-deflate");
    let few = [0x03, 0x00].repeat(20);
    let many = [0x03, 0x00].repeat(200);
    for (blocks, passes) in [(few, true), (many, false)] {
        let mut connection = receiver(Role::Client, &agreed, Limits::default());
        let mut payload = blocks;
        payload.push(0);
        let (got, error) = receive(&mut connection, &[&frame(0xc2, &payload)]);
        assert_eq!(error.is_none(), passes, "{error:?}");
        assert_eq!(got == [Got::Binary(Vec::new())], passes);
    }
}

/// An inspector holds one message at a time, however many the bytes that it was given hold.
#[test]
fn an_inspector_inflates_what_it_is_asked_for() {
    let (mut client, _, agreed) = pair("permessage-deflate", Compression::default());
    let zeros = vec![0; 8 << 20];
    let mut stream = Vec::new();
    for _ in 0..3 {
        client.binary(&zeros).unwrap();
        let length = client.output().len();
        stream.extend_from_slice(client.output());
        client.sent(length);
    }
    let mut inspector = Inspector::new(draft(), Role::Client, Session::default()).extended(&agreed);
    inspector.push(&stream);
    inspector.end_of_input();
    let mut messages = 0;
    while let Some(observed) = inspector.next() {
        if let Observed::Binary(bytes) = observed {
            assert_eq!(bytes.len(), zeros.len());
            messages += 1;
            let state = format!("{inspector:?}");
            assert!(state.contains("seen: []"), "nothing was inflated ahead");
        }
    }
    assert_eq!(messages, 3);
}

#[test]
fn names_mean_dialects() {
    let shorts = |names: &str| named(names).names();
    assert_eq!(shorts("permessage-deflate"), "permessage-deflate");
    assert_eq!(shorts("permessage-deflate@-08"), "permessage-deflate-s2c");
    assert_eq!(
        shorts("deflate-frame, permessage-deflate-s2c"),
        "deflate-frame, permessage-deflate-s2c"
    );
    assert_eq!(
        shorts("x-webkit-permessage-compress"),
        "permessage-compress"
    );
    let all = Extensions::all(extensions::ALL);
    assert_eq!(all.supported().len(), extensions::ALL.len());
    // Those that can be spoken.
    assert_eq!(named("all").names(), all.that_run().names());
    assert!(Extensions::named("deflat-frame", extensions::ALL).is_err());
    assert_eq!(Extensions::compression().names(), "permessage-deflate");
}

#[test]
fn offers_and_answers_are_typed() {
    use extensions::permessage_deflate::{Answer, Offer, Rule};
    let element = elements("permessage-deflate; client_max_window_bits; server_max_window_bits=10")
        .next()
        .unwrap();
    let offer = Offer::read(&element).unwrap();
    let wanted = Offer {
        server_max_window_bits: Some(10),
        client_max_window_bits: Some(None),
        ..Offer::default()
    };
    assert_eq!(offer, wanted);
    assert_eq!(Offer::read(&offer.element()).unwrap(), offer);
    let faulty = elements("permessage-deflate; client_max_window_bits")
        .next()
        .unwrap();
    let fault = Answer::read(&faulty).unwrap_err();
    assert!(std::ptr::eq(fault.rule, Rule::AnswerValuesValid.info()));
    let method = extensions::permessage_compress::Offer {
        s2c_max_window_bits: Some(9),
        ..Default::default()
    };
    assert_eq!(
        method.element().to_string(),
        "permessage-compress; method=\"deflate; s2c_max_window_bits=9\""
    );
    assert_eq!(
        extensions::permessage_compress::Offer::read(&method.element()).unwrap(),
        method
    );
}

/// The bits of a DEFLATE stream, the least significant first.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn take(&mut self, count: usize) -> usize {
        let mut value = 0;
        for bit in 0..count {
            let byte = self.bytes[self.at / 8];
            value |= usize::from(byte >> (self.at % 8) & 1) << bit;
            self.at += 1;
        }
        value
    }

    fn symbol(&mut self, lengths: &[usize]) -> usize {
        let (mut code, mut first, mut index) = (0, 0, 0);
        for length in 1..=15 {
            code |= self.take(1);
            let of_length = lengths.iter().filter(|&&other| other == length).count();
            if code < first + of_length {
                let mut symbols = lengths
                    .iter()
                    .enumerate()
                    .filter(|&(_, &other)| other == length);
                return symbols.nth(code - first).unwrap().0;
            }
            index += of_length;
            first = (first + of_length) << 1;
            code <<= 1;
        }
        panic!("no code after {index} symbols");
    }
}

/// The farthest distance that a DEFLATE stream refers back by (RFC 1951), and its length.
fn farthest(bytes: &[u8]) -> (usize, usize) {
    let mut bits = Bits { bytes, at: 0 };
    let (mut farthest, mut length) = (0, 0);
    while bits.at + 10 < bytes.len() * 8 {
        let last = bits.take(1);
        assert_eq!(last, 0, "no block is marked as the last one");
        let (literals, distances) = match bits.take(2) {
            0 => {
                bits.at = bits.at.next_multiple_of(8);
                let size = bits.take(16);
                bits.at += 16 + size * 8;
                length += size;
                continue;
            }
            1 => {
                let of = |at: usize| match at {
                    144..=255 => 9,
                    256..=279 => 7,
                    _ => 8,
                };
                ((0..288).map(of).collect::<Vec<_>>(), vec![5; 30])
            }
            2 => {
                let (literals, distances, codes) =
                    (257 + bits.take(5), 1 + bits.take(5), 4 + bits.take(4));
                const ORDER: [usize; 19] = [
                    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
                ];
                let mut meta = vec![0; 19];
                ORDER[..codes]
                    .iter()
                    .for_each(|&at| meta[at] = bits.take(3));
                let mut lengths: Vec<usize> = Vec::new();
                while lengths.len() < literals + distances {
                    match bits.symbol(&meta) {
                        16 => {
                            let again = *lengths.last().unwrap();
                            let times = 3 + bits.take(2);
                            lengths.extend(vec![again; times]);
                        }
                        17 => {
                            let times = 3 + bits.take(3);
                            lengths.extend(vec![0; times]);
                        }
                        18 => {
                            let times = 11 + bits.take(7);
                            lengths.extend(vec![0; times]);
                        }
                        plain => lengths.push(plain),
                    }
                }
                let distances = lengths.split_off(literals);
                (lengths, distances)
            }
            other => panic!("block type {other}"),
        };
        loop {
            match bits.symbol(&literals) {
                0..=255 => length += 1,
                256 => break,
                symbol => {
                    let at = symbol - 257;
                    let (base, extra) = match at {
                        0..=7 => (3 + at, 0),
                        28 => (258, 0),
                        _ => {
                            let extra = at / 4 - 1;
                            (3 + ((4 + at % 4) << extra), extra)
                        }
                    };
                    length += base + bits.take(extra);
                    let at = bits.symbol(&distances);
                    let (base, extra) = match at {
                        0..=3 => (1 + at, 0),
                        _ => {
                            let extra = at / 2 - 1;
                            (1 + ((2 + at % 2) << extra), extra)
                        }
                    };
                    farthest = farthest.max(base + bits.take(extra));
                }
            }
        }
    }
    (farthest, length)
}

#[test]
fn no_distance_is_beyond_the_window() {
    for bits in 8..=15 {
        for level in [1, 2, 6, 9] {
            let mut compression = Compression::default();
            compression.level = level;
            compression.server_window_bits = bits;
            let (_, mut server, _) = pair("permessage-deflate", compression);
            let mut deflated = Vec::new();
            let mut wanted = 0;
            // The same text again and again, so that old matches are there to be found.
            for length in [100, 200, 300, 1000, 20_000, 60_000] {
                server.binary(&sample(length, 7)).unwrap();
                wanted += length;
                let sent = server.output().to_vec();
                server.sent(sent.len());
                let head = match sent[1] {
                    126 => 4,
                    127 => 10,
                    _ => 2,
                };
                deflated.extend(&sent[head..]);
                deflated.extend([0, 0, 0xff, 0xff]);
            }
            let (farthest, length) = farthest(&deflated);
            assert_eq!(length, wanted, "{bits} bits, level {level}");
            assert!(
                farthest <= 1 << bits,
                "{bits} bits, level {level}: {farthest}"
            );
        }
    }
}

#[test]
fn a_private_extension_claims_a_bit() {
    use wsdraft_tests::checksum::{INFO, Offer, Rule};
    let info = draft().info();
    let ours = Extensions::named("x-checksum", &[&INFO]).unwrap();
    let offer = Offer {
        algorithm: Some("crc32".into()),
    };
    let offer = offer.element().to_string();
    assert_eq!(offer, "x-checksum; algorithm=crc32");
    assert!(
        ours.answer(info, "x-checksum").is_empty(),
        "it lacks the parameter"
    );
    let answered = ours.answer(info, &offer);
    assert_eq!(answered.header(), Some("x-checksum"));
    let fault = ours.check(info, &offer, "x-checksum; other").unwrap_err();
    assert_eq!(Rule::of(&fault), Some(Rule::AnswerParametersKnown));
    let agreed = ours.check(info, &offer, "x-checksum").unwrap();

    let mut connection = receiver(Role::Client, &agreed, Limits::default());
    connection.feed(&frame(0xa2, b"data"));
    let event = connection.receive().unwrap();
    let wanted = Event::Coded {
        kind: wsdraft::info::Kind::Binary,
        reserved: 0b010,
        payload: b"data",
    };
    assert_eq!(event, Some(wanted));
    // The bit is claimed on the first frame of a message, and no other bit is.
    for first in [0xc2, 0xa9] {
        let mut connection = receiver(Role::Client, &agreed, Limits::default());
        let (_, error) = receive(&mut connection, &[&frame(first, b"")]);
        assert!(error.is_some(), "{first:x}");
    }
}

#[test]
fn extensions_say_the_same_as_data() {
    let database = wsdraft_spec::Database::built_in().unwrap();
    for info in extensions::ALL {
        let resolved = database.extensions().get(info.short).unwrap();
        let interpreted = wsdraft_interpreter::interpreted_extension(resolved);
        assert_eq!(format!("{info:?}"), format!("{interpreted:?}"));
    }
}

mod arbitrary {
    use proptest::prelude::*;

    use super::*;

    /// Lists that are nearly right.
    fn list() -> impl Strategy<Value = String> {
        let word = prop::sample::select(vec![
            "permessage-deflate",
            "deflate-frame",
            "permessage-compress",
            "mux",
            "server_max_window_bits",
            "client_max_window_bits",
            "server_no_context_takeover",
            "method",
            "max_window_bits",
            "deflate",
            "=",
            "=10",
            "=8",
            "=16",
            "=99999999999999999999",
            "; ",
            ", ",
            "\"",
            "\\",
            " ",
            "=\"deflate; s2c_max_window_bits=9\"",
        ]);
        prop::collection::vec(word, 0..12).prop_map(|words| words.concat())
    }

    proptest! {
        #[test]
        fn no_list_is_too_strange(offer in list(), answer in list(), any in any::<String>()) {
            let info = draft().info();
            let all = named("all");
            for offer in [&offer, &any] {
                let answered = all.answer(info, offer);
                // What we answer is what we would take.
                if let Some(header) = answered.header() {
                    let taken = all.check(info, offer, header);
                    prop_assert!(taken.is_ok(), "{offer:?} is answered by {header:?}: {taken:?}");
                }
                let _ = all.check(info, offer, &answer);
                let _ = all.agreed(info, &any);
            }
        }

        #[test]
        fn no_payload_is_too_strange(
            name in prop::sample::select(ALL.to_vec()),
            first in any::<u8>(),
            payloads in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..200), 1..5),
        ) {
            let mut limits = Limits::default();
            limits.message = 5000;
            let agreed = match name {
                "permessage-compress" | "perframe-compress" => {
                    agreed(name, &format!("{name}; method=deflate"))
                }
                "permessage-deflate-s2c" => agreed(name, "permessage-deflate"),
                "deflate-frame-window-bits" => agreed(name, "deflate-frame"),
                _ => agreed(name, name),
            };
            let mut stream = Vec::new();
            for payload in &payloads {
                stream.extend(frame(first & 0xcf | 0x02, payload));
            }
            let mut whole = receiver(Role::Client, &agreed, limits.clone());
            let (got, error) = receive(&mut whole, &[&stream]);
            let sizes = got.iter().map(|one| match one {
                Got::Text(text) => text.len(),
                Got::Binary(bytes) | Got::Ping(bytes) => bytes.len(),
            });
            prop_assert!(sizes.max().unwrap_or(0) <= 5000);
            let mut bytewise = receiver(Role::Client, &agreed, limits);
            let pieces: Vec<&[u8]> = stream.chunks(1).collect();
            let (again, other) = receive(&mut bytewise, &pieces);
            prop_assert_eq!(got, again);
            prop_assert_eq!(error.is_some(), other.is_some());
        }
    }
}

#[tokio::test]
async fn compression_is_on_by_one_line_over_tokio() {
    use wsdraft::{
        handshake::Address,
        tokio::{Acceptor, Connector},
    };
    let (near, far) = tokio::io::duplex(1 << 16);
    let acceptor = Acceptor::new(rfc6455::Draft).extensions(Extensions::compression());
    let serve = async {
        let mut socket = acceptor.accept(far).await.unwrap();
        while let Some(message) = socket.recv().await.unwrap() {
            socket.send(message).await.unwrap();
        }
    };
    let address: Address = "ws://peer.example/".parse().unwrap();
    let connector = Connector::new(rfc6455::Draft).extensions(Extensions::compression());
    let ask = async {
        let mut socket = connector.connect(near, &address).await.unwrap();
        for length in [0, 10, 1000, 200_000] {
            let text = String::from_utf8(sample(length, 5)).unwrap();
            socket.send(text.as_str()).await.unwrap();
            let sent = socket.connection().output().len();
            assert!(
                length < 1000 || sent < length,
                "{sent} bytes are sent of {length}"
            );
            let back = socket.recv().await.unwrap().unwrap();
            assert_eq!(back.as_text(), Some(text.as_str()));
            socket.send(text.as_bytes()).await.unwrap();
            let lent = socket.recv_ref().await.unwrap().unwrap();
            assert_eq!(lent.as_bytes(), text.as_bytes());
        }
        socket.close(None, "").await.unwrap();
    };
    tokio::join!(serve, ask);
}
