//! The vectors, in each dialect that they name, cut at every byte.

use serde_json::Value;
use wsdraft::{
    Role,
    extension::{ExtensionInfo, multiplex::BlockKind},
    multiplex::{Block, Broken, Format, MultiplexLimits},
};

use super::{End, Got, Multiplexed, dialect};

fn vectors(kind: &str) -> Vec<Value> {
    let text = include_str!("../../../data/vectors/extensions.json");
    let all: Value = serde_json::from_str(text).unwrap();
    let all = all["vectors"].as_array().unwrap().clone();
    let chosen: Vec<_> = all.into_iter().filter(|it| it["kind"] == kind).collect();
    assert!(!chosen.is_empty(), "{kind}");
    chosen
}

fn hex(text: &Value) -> Vec<u8> {
    let text = text.as_str().unwrap();
    let pairs = (0..text.len()).step_by(2);
    let byte = |at| u8::from_str_radix(&text[at..at + 2], 16).unwrap();
    pairs.map(byte).collect()
}

/// The dialects that a vector names by revisions of the drafts.
fn named(vector: &Value) -> Vec<&'static ExtensionInfo> {
    let shorts: &[&str] = match vector["revisions"].as_str().unwrap() {
        "ietf-01..11" => &["mux-01", "mux-03", "mux-05", "mux-07"],
        "ietf-05..11" | "ietf-05..09" => &["mux-05", "mux-07"],
        "ietf-01" => &["mux-01"],
        "ietf-03" => &["mux-03"],
        "ietf-08" => &["mux-07"],
        other => panic!("{other}"),
    };
    shorts.iter().map(|short| dialect(short)).collect()
}

fn drop_code(broken: &Broken) -> Option<u64> {
    broken.rule.unwrap().outcome.drop_code().map(u64::from)
}

#[test]
fn channel_ids() {
    for vector in vectors("mux.channel_id") {
        for dialect in named(&vector) {
            let format = Format::of(dialect).unwrap();
            for valid in vector["valid"].as_array().into_iter().flatten() {
                let (bytes, id) = (hex(&valid["hex"]), valid["id"].as_u64().unwrap() as u32);
                assert_eq!(format.channel_id(&bytes), Ok((id, bytes.len())));
                let mut written = Vec::new();
                format.write_channel_id(id, &mut written);
                assert_eq!(written, bytes);
                for cut in 0..bytes.len() {
                    assert!(format.channel_id(&bytes[..cut]).is_err());
                }
            }
            for invalid in vector["invalid"].as_array().into_iter().flatten() {
                let read = format.channel_id(&hex(invalid));
                match vector["drop_code"].as_u64() {
                    Some(code) => assert_eq!(drop_code(&read.unwrap_err()), Some(code)),
                    // One implementation refuses these, and another accepts them.
                    None => assert!(read.is_ok()),
                }
            }
        }
    }
}

#[test]
fn numbers() {
    for vector in vectors("mux.number") {
        for dialect in named(&vector) {
            let format = Format::of(dialect).unwrap();
            let mut start = Vec::new();
            format.write(&Block::new(BlockKind::Quota, 1), &mut start);
            assert_eq!(start.pop(), Some(0));
            let block = |number: &[u8]| [&start, number].concat();
            for valid in vector["valid"].as_array().into_iter().flatten() {
                let bytes = block(&hex(&valid["hex"]));
                let (read, length) = format.read(Role::Client, &bytes).unwrap();
                assert_eq!(Some(read.quota), valid["value"].as_u64());
                assert_eq!(length, bytes.len());
                let mut written = Vec::new();
                format.write(&read, &mut written);
                assert_eq!(written, bytes);
            }
            for invalid in vector["invalid"].as_array().into_iter().flatten() {
                let broken = format
                    .read(Role::Client, &block(&hex(invalid)))
                    .unwrap_err();
                assert_eq!(
                    drop_code(&broken),
                    vector["drop_code"].as_u64(),
                    "{invalid}"
                );
            }
        }
    }
}

/// The name of a block in the vectors.
fn name(kind: BlockKind) -> &'static str {
    match kind {
        BlockKind::AddRequest => "AddChannelRequest",
        BlockKind::AddResponse => "AddChannelResponse",
        BlockKind::Quota => "FlowControl",
        BlockKind::Drop => "DropChannel",
        BlockKind::Slots => "NewChannelSlot",
        BlockKind::ControlFrame => "EncapsulatedControlFrame",
        BlockKind::Frame => "Frame",
    }
}

fn check(block: &Block<'_>, expected: &Value) {
    assert_eq!(name(block.kind), expected["op"]);
    if let Some(channel) = expected["channel"].as_u64() {
        assert_eq!(u64::from(block.channel), channel);
    }
    for (name, value) in expected.as_object().unwrap() {
        match name.as_str() {
            "encoding" => {
                let names = ["identity", "delta"];
                assert_eq!(names[usize::from(block.encoding)], value);
            }
            "handshake" => assert_eq!(block.text, value.as_str().unwrap().as_bytes()),
            "failed" | "fallback" | "mux_error" => assert_eq!(Some(block.flag), value.as_bool()),
            "quota" => assert_eq!(Some(block.quota), value.as_u64()),
            "slots" => assert_eq!(Some(block.slots), value.as_u64()),
            "code" => assert_eq!(block.code.map(u64::from), value.as_u64()),
            "reason" => assert_eq!(block.reason(), value.as_str().unwrap()),
            "payload_hex" => assert!(block.text.ends_with(&hex(value))),
            "op" | "channel" | "frame_opcode" | "fin" => {}
            other => panic!("{other}"),
        }
    }
}

#[test]
fn control_blocks() {
    for vector in vectors("mux.control_blocks") {
        let bytes = hex(&vector["hex"]);
        for dialect in named(&vector) {
            let Some(blocks) = vector["blocks"].as_array() else {
                refused(&vector, dialect, &bytes);
                continue;
            };
            let format = Format::of(dialect).unwrap();
            let (mut rest, mut written) = (&bytes[..], Vec::new());
            for expected in blocks {
                let sender = match expected["op"].as_str().unwrap() {
                    "AddChannelRequest" => Role::Client,
                    _ => Role::Server,
                };
                let (block, length) = format.read(sender, rest).unwrap();
                check(&block, expected);
                format.write(&block, &mut written);
                rest = &rest[length..];
            }
            assert!(rest.is_empty());
            assert_eq!(written, bytes, "{}", vector["id"]);
        }
    }
}

/// The server fails the physical connection because of these blocks.
fn refused(vector: &Value, dialect: &'static ExtensionInfo, blocks: &[u8]) {
    // Before -07 the encoding was a matter of the channel.
    if vector["id"] == "mux-bad-encoding" && dialect.short != "mux-07" {
        return;
    }
    let message = [&[0], blocks].concat();
    let mut server = server(dialect, &Value::Null);
    feed(&mut server, &physical(&message), usize::MAX);
    let seen = Multiplexed::of(dialect, &server.take(usize::MAX));
    let drop = seen
        .drops
        .iter()
        .find(|(channel, _)| *channel == 0)
        .unwrap();
    assert_eq!(
        drop.1.map(u64::from),
        vector["drop_code"].as_u64(),
        "{}",
        vector["id"]
    );
    assert_eq!(seen.close.map(u64::from), vector["close_code"].as_u64());
}

/// A masked binary frame.
fn physical(message: &[u8]) -> Vec<u8> {
    let length = (message.len() as u16).to_be_bytes();
    match message.len() {
        short @ 0..=125 => masked(&[&[0x82, short as u8][..], message].concat()),
        _ => masked(&[&[0x82, 126, length[0], length[1]][..], message].concat()),
    }
}

fn feed(server: &mut End, bytes: &[u8], piece: usize) {
    for piece in bytes.chunks(piece.max(1)) {
        server.mux.feed(piece);
        let _ = server.mux.advance();
        while server.act() {}
    }
}

/// A server in the state that a vector describes.
fn server(dialect: &'static ExtensionInfo, setup: &Value) -> End {
    let quota = setup["receive_quota"]["2"].as_u64();
    let limits = MultiplexLimits::default().window(quota.unwrap_or(8192));
    let mut server = End::new(Role::Server, dialect.short, dialect.tokens[0], limits);
    server.echoes = false;
    let format = Format::of(dialect).unwrap();
    if let Some(channels) = setup["open_channels"].as_array() {
        for channel in channels
            .iter()
            .filter_map(Value::as_u64)
            .filter(|id| *id != 1)
        {
            let text = b"GET /b HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\n\r\n";
            let mut message = vec![0];
            let block = Block::new(BlockKind::AddRequest, channel as u32);
            let block = Block { text, ..block };
            format.write(&block, &mut message);
            feed(&mut server, &physical(&message), usize::MAX);
        }
    }
    if let Some(quota) = setup["send_quota"]["2"].as_u64() {
        let mut message = vec![0];
        let block = Block {
            quota,
            ..Block::new(BlockKind::Quota, 2)
        };
        format.write(&block, &mut message);
        feed(&mut server, &physical(&message), usize::MAX);
    }
    server.take(usize::MAX);
    server
}

/// What came out of the channel with this ID.
fn got(server: &End, id: u32) -> Vec<Got> {
    let of = |key: &&_| server.mux.id(**key) == Some(id);
    server
        .apps
        .keys()
        .find(of)
        .map(|key| server.got(*key).to_vec())
        .unwrap_or_default()
}

fn session(vector: &Value, dialect: &'static ExtensionInfo, piece: usize) {
    let id = &vector["id"];
    let mut server = server(dialect, &vector["setup"]);
    let bytes = masked(&hex(&vector["physical_hex"]));
    feed(&mut server, &bytes, piece);
    let seen = Multiplexed::of(dialect, &server.take(usize::MAX));
    let expect = &vector["expect"];
    for message in expect["channel_messages"].as_array().into_iter().flatten() {
        let text = message["text"].as_str().unwrap();
        let wanted = match message["type"].as_str().unwrap() {
            "text" => Got::Text(text.into()),
            "ping" => Got::Ping(text.into()),
            other => panic!("{other}"),
        };
        let channel = message["channel"].as_u64().unwrap() as u32;
        assert_eq!(got(&server, channel), [wanted], "{id}");
    }
    for reply in expect["replies"].as_array().into_iter().flatten() {
        let channel = reply["channel"].as_u64().unwrap() as u32;
        let text = reply["text"].as_str().unwrap();
        let pong = (channel, 0x8a, text.as_bytes().to_vec());
        assert_eq!(seen.frames, [pong], "{id}");
    }
    for drop in expect["drop"].as_array().into_iter().flatten() {
        let drop = (
            drop["channel"].as_u64().unwrap() as u32,
            drop["code"].as_u64(),
        );
        let drops = seen
            .drops
            .iter()
            .map(|(id, code)| (*id, code.map(u64::from)));
        assert_eq!(drops.collect::<Vec<_>>(), [drop], "{id}");
    }
    let closes = expect["physical"] == "close";
    assert_eq!(
        seen.close.map(u64::from),
        expect["close_code"].as_u64(),
        "{id}"
    );
    assert_eq!(server.mux.over().is_some(), closes, "{id}");
}

/// Frames of a client whose masks change nothing, from frames without masks.
fn masked(mut frames: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    while let [first, length, rest @ ..] = frames {
        let (length, skipped) = match *length {
            short @ 0..=125 => (usize::from(short), 0),
            _ => (usize::from(u16::from_be_bytes([rest[0], rest[1]])), 2),
        };
        let (payload, rest) = rest[skipped..].split_at(length);
        out.push(*first);
        match skipped {
            0 => out.push(length as u8 | 0x80),
            _ => {
                out.push(126 | 0x80);
                out.extend((length as u16).to_be_bytes());
            }
        }
        out.extend([0; 4]);
        out.extend(payload);
        frames = rest;
    }
    out
}

#[test]
fn sessions() {
    for vector in vectors("mux.session") {
        for dialect in named(&vector) {
            // The cost of a first frame came with -07.
            if vector["id"] == "mux-quota-violation" && dialect.short != "mux-07" {
                continue;
            }
            // So did the code for mixed fragments.
            if vector["id"] == "mux-data-inside-fragmented-ping" && dialect.short != "mux-07" {
                continue;
            }
            for piece in 1..=hex(&vector["physical_hex"]).len() * 2 {
                session(&vector, dialect, piece);
            }
        }
    }
}
