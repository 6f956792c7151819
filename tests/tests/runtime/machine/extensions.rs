//! Extensions: negotiation, hostile input, both ends against each other, and the vectors of
//! `data/vectors/extensions.json`.

use std::fmt::Write as _;

use serde_json::{Value, json};
use wsdraft::{
    Config, Connection, ConnectionError, Draft, Event, Limit, Limits, OsEntropy, Role,
    drafts::rfc6455,
    extension::{Agreed, Compression, Extensions, builtin, elements},
    frame::Session,
    inspect::{Inspector, Observed},
};

mod arbitrary;
mod bounds;
mod negotiation;
mod vectors;
mod window;

fn vectors(kind: &str) -> Vec<Value> {
    let text = include_str!("../../../data/vectors/extensions.json");
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
    Extensions::named(names, builtin::ALL).unwrap()
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
) -> (Vec<Got>, Option<ConnectionError>) {
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
    for info in builtin::ALL {
        let resolved = database.extensions().get(info.short).unwrap();
        let interpreted = wsdraft_interpreter::interpreted_extension(resolved);
        assert_eq!(format!("{info:?}"), format!("{interpreted:?}"));
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
