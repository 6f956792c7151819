//! The first test cases of each target, from the vectors and from what the drafts write.

mod captures;

use serde_json::Value;
use wsdraft::Draft;
use wsdraft_spec::Database;

use super::{
    channels,
    compressed::ANSWERS,
    extensions,
    frames::{EARLY, HIXIE, LATE, MASKED},
    handshakes::{request, response},
    input::splice,
};

/// The seeds of a target.
pub fn of(target: &str) -> Vec<Vec<u8>> {
    match target {
        "frames_hixie" => frames(HIXIE),
        "frames_early" => frames(EARLY),
        "frames_masked" => frames(MASKED),
        "frames_late" => frames(LATE),
        "peer" => frames(&["rfc6455"])
            .into_iter()
            .map(without_draft)
            .collect(),
        "server_handshake" => server_handshakes(),
        "client_handshake" => client_handshakes(),
        "channels" => channels(),
        "extensions" => negotiations(),
        "compressed" => compressed(),
        "spec_file" => spec_files(),
        "interpreter" => interpreted(),
        "capture" => captures::all().expect("the recorded captures"),
        _ => Vec::new(),
    }
}

fn vectors(text: &str) -> Vec<Value> {
    let all: Value = serde_json::from_str(text).expect("JSON");
    all["vectors"].as_array().expect("vectors").clone()
}

fn hex(value: &Value) -> Option<Vec<u8>> {
    let digits = value.as_str()?;
    let pairs = (0..digits.len()).step_by(2);
    pairs
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).ok())
        .collect()
}

fn texts(value: &Value) -> Vec<&str> {
    let items = value.as_array().into_iter().flatten();
    items.filter_map(Value::as_str).collect()
}

/// Streams that are long enough to be cut, and short enough to be changed.
const LONGEST: usize = 400;

/// Each stream with its draft's name and its sender.
fn streams() -> Vec<(String, u8, Vec<u8>)> {
    let mut streams = Vec::new();
    for vector in vectors(include_str!("../../../data/vectors/core.json")) {
        let Some(bytes) = hex(&vector["bytes_hex"]) else {
            continue;
        };
        let sender = u8::from(vector["direction"] == "s2c");
        for draft in texts(&vector["drafts"]) {
            if bytes.len() <= LONGEST {
                streams.push((draft.to_owned(), sender, bytes.clone()));
            }
        }
    }
    streams
}

fn frames(drafts: &[&str]) -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for (draft, sender, bytes) in streams() {
        if let Some(place) = drafts.iter().position(|name| *name == draft) {
            for settings in [[1, 0], [255, 1]] {
                seeds.push([&[place as u8, sender], &settings[..], &bytes].concat());
            }
        }
    }
    seeds
}

fn without_draft(mut seed: Vec<u8>) -> Vec<u8> {
    seed.remove(0);
    seed
}

/// Settings, and changes that drop nothing and that drop a line.
fn changes(settings: [u8; 3]) -> [Vec<u8>; 3] {
    [
        settings.to_vec(),
        [&settings[..], &splice(40, 16, b"x")].concat(),
        [
            &settings[..],
            &splice(90, 0, b"\r\nSec-WebSocket-Version: 13"),
        ]
        .concat(),
    ]
}

fn server_handshakes() -> Vec<Vec<u8>> {
    let count = wsdraft::drafts::ALL.len() as u8;
    let mut seeds: Vec<_> = (0..count)
        .flat_map(|place| changes([7, 0, place]))
        .collect();
    for vector in vectors(include_str!("../../../data/vectors/core.json")) {
        if let Some(bytes) = hex(&vector["request_hex"]) {
            seeds.push([&[3, 0, count], &bytes[..]].concat());
        }
    }
    seeds
}

fn client_handshakes() -> Vec<Vec<u8>> {
    let count = wsdraft::drafts::ALL.len() as u8;
    (0..count)
        .flat_map(|place| changes([7, 0, place]))
        .collect()
}

fn negotiations() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    let last = extensions::drafts().len() as u8 - 1;
    let mut add = |draft: u8, offer: &str, answer: &str| {
        let offer = &offer.as_bytes()[..offer.len().min(255)];
        seeds.push([&[draft, 0, offer.len() as u8], offer, answer.as_bytes()].concat());
    };
    for vector in vectors(include_str!("../../../data/vectors/extensions.json")) {
        match vector["kind"].as_str() {
            Some("neg.offer") => add(last, &texts(&vector["offer_lines"]).join(", "), ""),
            Some("neg.response") => {
                let offer = vector["offer"].as_str().unwrap_or_default();
                add(last, offer, &texts(&vector["response_lines"]).join(", "));
            }
            _ => {}
        }
    }
    for (_, answer) in ANSWERS {
        for draft in [0, last / 2, last] {
            add(draft, answer, answer);
        }
    }
    seeds
}

/// Each message and each list of blocks in the vectors, to either end, in each dialect.
fn channels() -> Vec<Vec<u8>> {
    let mut messages = Vec::new();
    for vector in vectors(include_str!("../../../data/vectors/extensions.json")) {
        match vector["kind"].as_str() {
            Some("mux.control_blocks") => {
                messages.extend(hex(&vector["hex"]).map(|blocks| [&[0][..], &blocks].concat()));
            }
            Some("mux.session") => {
                // Its first frame.
                let bytes = hex(&vector["physical_hex"]).unwrap_or_default();
                let length = bytes.get(1).copied().unwrap_or_default();
                messages.extend(bytes.get(2..2 + usize::from(length)).map(<[u8]>::to_vec));
            }
            _ => {}
        }
    }
    let mut seeds = Vec::new();
    for dialect in 0..channels::dialects().len() as u8 {
        for role in 0..2 {
            for (at, message) in messages.iter().enumerate() {
                let other = &messages[(at + 1) % messages.len()];
                let mut seed = vec![dialect, role, 3];
                for message in [message, other] {
                    seed.extend([1, message.len() as u8]);
                    seed.extend(message);
                    seed.extend([at as u8, 1]);
                }
                seeds.push(seed);
            }
        }
    }
    seeds
}

fn compressed() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for vector in vectors(include_str!("../../../data/vectors/extensions.json")) {
        let stream = hex(&vector["stream_hex"]).or_else(|| hex(&vector["wire_hex"]));
        if let Some(bytes) = stream.filter(|bytes| bytes.len() <= LONGEST) {
            for place in [0, 1, 6, 9] {
                seeds.push([&[place, 1, 3, 0, 0], &bytes[..]].concat());
            }
        }
        for message in vector["messages"].as_array().into_iter().flatten() {
            if let Some(payload) = hex(&message["payload_hex"]).filter(|bytes| bytes.len() < 126) {
                let head = [0, 1, 3, 0, 0, 0xc1, payload.len() as u8];
                seeds.push([&head[..], &payload].concat());
            }
        }
    }
    for place in 0..ANSWERS.len() as u8 {
        seeds.push(
            [
                &[place, 0, 9, 6, 1][..],
                b"\x01\x05Hello\x10\x07abcdefg\0\0",
            ]
            .concat(),
        );
    }
    seeds
}

fn spec_files() -> Vec<Vec<u8>> {
    let database = Database::built_in().expect("a database");
    let sources = database
        .drafts()
        .into_iter()
        .filter_map(|draft| database.source(&draft.short))
        .filter(|source| source.text.len() < 1 << 14);
    let mut texts: Vec<_> = sources
        .map(|source| source.text.clone().into_bytes())
        .collect();
    texts.sort_unstable();
    texts.dedup();
    texts
}

fn interpreted() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    let all = wsdraft::drafts::ALL;
    let place = |name: &str| all.iter().position(|draft| draft.info().short == name);
    for (draft, sender, bytes) in streams() {
        if let Some(place) = place(&draft) {
            seeds.push([&[place as u8, 0, sender, 0, 0], &bytes[..]].concat());
        }
    }
    for (at, draft) in all.iter().enumerate() {
        let (at, lengths) = (at as u8, [0, 125, 126, 0xff]);
        for length in lengths {
            seeds.push(vec![at, 1, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, length]);
        }
        let end = |bytes: Vec<u8>| bytes.len() as u16 / 2;
        let of_request = splice(usize::from(end(request(*draft))), 1, b"x");
        let of_response = splice(usize::from(end(response(*draft, false))), 1, b"x");
        let length = (of_request.len() as u16).to_be_bytes();
        seeds.push(
            [
                &[at, 2, length[0], length[1]],
                &of_request[..],
                &of_response,
            ]
            .concat(),
        );
    }
    seeds
}
