//! Channel IDs, numbers and blocks as the interpreter writes and reads them, against the vectors of
//! `data/vectors/extensions.json`.

use serde_json::{Value, json};
use wsdraft_interpreter::{
    multiplex::{Contents, Format},
    vectors::{ChannelVectors, NoVector},
};
use wsdraft_spec::{
    Database,
    extension::{Demand, Failure, ResolvedExtension, multiplex::ChannelDemand},
};

fn extension(short: &str) -> &'static ResolvedExtension {
    let database = Database::built_in().unwrap();
    database.extensions().get(short).unwrap()
}

fn format(extension: &ResolvedExtension) -> Format<'_> {
    Format::new(extension.multiplexing.as_ref().unwrap())
}

fn vectors(kind: &str) -> Vec<Value> {
    let text = include_str!("../../../data/vectors/extensions.json");
    let all: Value = serde_json::from_str(text).unwrap();
    let all = all["vectors"].as_array().unwrap();
    let chosen: Vec<_> = all
        .iter()
        .filter(|one| one["kind"] == kind)
        .cloned()
        .collect();
    assert!(!chosen.is_empty());
    chosen
}

fn hex(text: &Value) -> Vec<u8> {
    let text = text.as_str().unwrap();
    let digits = (0..text.len()).step_by(2);
    digits
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

/// The dialects that a vector is about.
fn dialects(vector: &Value) -> &'static [&'static str] {
    match vector["revisions"].as_str().unwrap() {
        "ietf-01" => &["mux-01"],
        "ietf-03" => &["mux-03"],
        "ietf-08" => &["mux-07"],
        "ietf-05..09" | "ietf-05..11" => &["mux-05", "mux-07"],
        "ietf-01..11" => &["mux-01", "mux-03", "mux-05", "mux-07"],
        other => panic!("{other}"),
    }
}

/// The drop code of the rule that demands something.
fn code(extension: &ResolvedExtension, demand: ChannelDemand) -> Option<u16> {
    let demand = Demand::Channels(demand);
    let mut rules = extension.rules.values();
    match rules
        .find(|rule| rule.value.require == demand)?
        .value
        .otherwise
    {
        Failure::FailPhysical(code) | Failure::Drop(code) => Some(code),
        _ => None,
    }
}

#[test]
fn channel_ids_are_those_of_the_vectors() {
    for vector in vectors("mux.channel_id") {
        for short in dialects(&vector) {
            let extension = extension(short);
            let format = format(extension);
            for valid in vector["valid"].as_array().into_iter().flatten() {
                let (bytes, id) = (hex(&valid["hex"]), valid["id"].as_u64().unwrap() as u32);
                assert_eq!(format.channel_id(id).as_ref(), Some(&bytes), "{short} {id}");
                assert_eq!(
                    format.read_channel_id(&bytes),
                    Ok((id, bytes.len())),
                    "{short}"
                );
            }
            for invalid in vector["invalid"].as_array().into_iter().flatten() {
                let bytes = hex(invalid);
                match (format.read_channel_id(&bytes), vector["drop_code"].as_u64()) {
                    (Err(demand), Some(drop)) => {
                        assert_eq!(code(extension, demand).map(u64::from), Some(drop));
                    }
                    (Ok((id, length)), None) => {
                        assert!(format.channel_id(id).unwrap().len() < length);
                    }
                    other => panic!("{short} {invalid}: {other:?}"),
                }
            }
        }
    }
    assert_eq!(format(extension("mux-07")).channel_id(1 << 29), None);
}

#[test]
fn numbers_are_those_of_the_vectors() {
    for vector in vectors("mux.number") {
        for short in dialects(&vector) {
            let extension = extension(short);
            let format = format(extension);
            for valid in vector["valid"].as_array().into_iter().flatten() {
                let (bytes, value) = (hex(&valid["hex"]), valid["value"].as_u64().unwrap());
                assert_eq!(
                    format.number(value).as_ref(),
                    Some(&bytes),
                    "{short} {value}"
                );
                assert_eq!(
                    format.read_number(&bytes),
                    Ok((value, bytes.len())),
                    "{short}"
                );
            }
            for invalid in vector["invalid"].as_array().into_iter().flatten() {
                let demand = format.read_number(&hex(invalid)).unwrap_err();
                let code = code(extension, demand).map(u64::from);
                assert_eq!(
                    code,
                    vector["drop_code"].as_u64(),
                    "{short} {invalid} {demand:?}"
                );
            }
        }
    }
    assert_eq!(format(extension("mux-07")).number(1 << 63), None);
}

/// What a block of a vector contains.
fn contents(block: &Value, extension: &ResolvedExtension) -> Contents {
    let text = |name: &str| block[name].as_str().unwrap_or_default().as_bytes().to_vec();
    let stated = extension.multiplexing.as_ref().unwrap();
    let encoding = block["encoding"].as_str().map(|name| {
        let encoding = stated.encodings.get(name).unwrap();
        encoding.value.value
    });
    let mut contents = Contents {
        block: block["op"].as_str().unwrap().into(),
        channel: block["channel"].as_u64().map(|id| id as u32),
        flag: ["failed", "mux_error", "fallback"]
            .iter()
            .any(|flag| block[flag] == json!(true)),
        encoding: encoding.unwrap_or(0),
        quota: block["quota"].as_u64(),
        slots: block["slots"].as_u64(),
        code: block["code"].as_u64().map(|code| code as u16),
        last: [text("handshake"), text("reason")].concat(),
    };
    if let Some(opcode) = block["frame_opcode"].as_u64() {
        let payload = hex(&block["payload_hex"]);
        contents.last = [&[0x80 | opcode as u8, payload.len() as u8], &*payload].concat();
    }
    contents
}

#[test]
fn blocks_are_those_of_the_vectors() {
    for vector in vectors("mux.control_blocks") {
        for short in dialects(&vector) {
            let extension = extension(short);
            let format = format(extension);
            let bytes = hex(&vector["hex"]);
            let Some(blocks) = vector["blocks"].as_array() else {
                refused(&vector, extension, &format, &bytes);
                continue;
            };
            let (mut written, mut read) = (Vec::new(), 0);
            for block in blocks {
                let contents = contents(block, extension);
                written.extend(format.block(&contents).expect("it fits"));
                let (found, length) = format.read_block(&bytes[read..]).unwrap();
                assert_eq!(found, contents, "{short} {}", vector["id"]);
                read += length;
            }
            assert_eq!(written, bytes, "{short} {}", vector["id"]);
            assert_eq!(read, bytes.len());
        }
    }
}

/// A block that breaks a rule; the drop code is that of the newest dialect.
fn refused(vector: &Value, extension: &ResolvedExtension, format: &Format<'_>, bytes: &[u8]) {
    let id = &vector["id"];
    let demand = match format.read_block(bytes) {
        Err(demand) => demand,
        Ok((contents, _)) => {
            let stated = extension.multiplexing.as_ref().unwrap();
            let block = stated.blocks.get(contents.block.as_str()).unwrap();
            let by = block.value.by.unwrap();
            match vector["receiver"] == json!(by.as_str()) {
                true => ChannelDemand::BlockSender,
                false => {
                    let mut encodings = stated.encodings.values();
                    assert!(
                        encodings.all(|one| one.value.value != contents.encoding),
                        "{id}"
                    );
                    ChannelDemand::KnownEncoding(by)
                }
            }
        }
    };
    let is_old = extension.short == "mux-05" && matches!(demand, ChannelDemand::KnownEncoding(_));
    let expected = if is_old {
        Some(3002)
    } else {
        vector["drop_code"].as_u64()
    };
    assert_eq!(
        code(extension, demand).map(u64::from),
        expected,
        "{id} {demand:?}"
    );
    let stated = extension.multiplexing.as_ref().unwrap();
    let close = stated.drops.as_ref().unwrap().value.physical_close;
    assert_eq!(close.map(u64::from), vector["close_code"].as_u64());
}

#[test]
fn what_is_known_of_the_oldest_dialect_reads_its_frames() {
    let extension = extension("x-google-mux");
    let format = format(extension);
    for vector in vectors("gmux.frame") {
        let bytes = hex(&vector["hex"]);
        let expect = &vector["expect"];
        let claims = &extension.claims.as_ref().unwrap().value;
        assert_eq!(bytes[0], 0x80 | claims.opcodes[0]);
        let (contents, length) = format.read_block(&bytes[2..]).unwrap();
        assert_eq!(length, usize::from(bytes[1]));
        assert_eq!(contents.block, expect["mux_opcode"].as_str().unwrap());
        assert_eq!(contents.channel.map(u64::from), expect["channel"].as_u64());
        let last = match expect["headers"].as_str() {
            Some(headers) => headers.as_bytes().to_vec(),
            None => hex(&expect["inner_ws_bytes_hex"]),
        };
        assert_eq!(contents.last, last);
        assert_eq!(format.block(&contents).as_deref(), Some(&bytes[2..]));
    }
    // A longer ID follows the escape value.
    let contents = Contents {
        block: "drop".into(),
        channel: Some(300),
        ..Contents::default()
    };
    let bytes = format.block(&contents).unwrap();
    assert_eq!(bytes, [31 << 3 | 2, 1, 44]);
    assert_eq!(format.read_block(&bytes), Ok((contents, 3)));
}

#[test]
fn each_rule_has_messages_that_break_it_alone_and_messages_that_keep_it() {
    let draft = Database::built_in().unwrap().resolved("rfc6455").unwrap();
    let mut rules = 0;
    for short in ["mux-01", "mux-03", "mux-05", "mux-07"] {
        let vectors = ChannelVectors::new(extension(short), draft).unwrap();
        for (id, rule) in vectors.rules() {
            let cases = match vectors.of(id) {
                Ok(cases) => cases,
                Err(NoVector::Hidden(_)) => continue,
                Err(why) => panic!("{short}: {id}: {why}"),
            };
            for case in &cases {
                let faults = vectors.faults(&case.broken);
                let demands: Vec<_> = faults.iter().map(|fault| fault.demand).collect();
                let Demand::Channels(demand) = rule.require else {
                    panic!("{short}: {id}");
                };
                assert_eq!(demands, [demand], "{short}: {id}: {:02x?}", case.broken);
                assert_eq!(faults[0].message, case.broken.len() - 1, "{short}: {id}");
                assert!(rule.by.is_none_or(|by| by == case.by));
                assert_eq!(case.broken.last().unwrap().by, case.by);
                let faults = vectors.faults(&case.kept);
                assert_eq!(faults, [], "{short}: {id}: {:02x?}", case.kept);
            }
            rules += 1;
        }
    }
    assert!(rules > 50, "{rules}");
    let none = ChannelVectors::new(extension("deflate-frame"), draft);
    assert!(none.is_none());
}
