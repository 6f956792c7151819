//! Files for the linter: the recorded captures, and one of each other kind of file.

use std::{fs, io};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/captures");

/// Each with a first byte that chooses how findings are shown.
pub(super) fn all() -> io::Result<Vec<Vec<u8>>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(FOLDER)? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "pcap")
        {
            files.push(fs::read(path)?);
        }
    }
    files.sort();
    let packet = files
        .first()
        .and_then(|file| file.get(24..))
        .unwrap_or_default();
    files.extend([pcapng(packet), HAR.into(), HEX.into(), RAW.into()]);
    let shown = files.into_iter().enumerate();
    Ok(shown
        .map(|(at, file)| [&[at as u8], &file[..]].concat())
        .collect())
}

/// The first packet of a capture as Wireshark would write it.
fn pcapng(packet: &[u8]) -> Vec<u8> {
    let block = |kind: u32, body: &[u8]| {
        let padded = body.len().next_multiple_of(4);
        let length = (padded as u32 + 12).to_le_bytes();
        let padding = vec![0; padded - body.len()];
        [&kind.to_le_bytes(), &length[..], body, &padding, &length].concat()
    };
    let length = u32::from_le_bytes([packet[8], packet[9], packet[10], packet[11]]);
    let data = &packet[16..][..length as usize];
    let enhanced = [&[0; 12], &packet[8..16], data].concat();
    [
        block(
            0x0a0d_0d0a,
            b"\x4d\x3c\x2b\x1a\x01\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff",
        ),
        block(1, b"\x01\x00\x00\x00\x00\x00\x04\x00"),
        block(6, &enhanced),
    ]
    .concat()
}

const HAR: &str = r#"{"log":{"version":"1.2","entries":[{"startedDateTime":"2026-01-01T00:00:00.000Z",
"request":{"method":"GET","url":"ws://example.com/","httpVersion":"HTTP/1.1","headers":[
{"name":"Host","value":"example.com"},{"name":"Upgrade","value":"websocket"},
{"name":"Connection","value":"Upgrade"},{"name":"Sec-WebSocket-Version","value":"13"},
{"name":"Sec-WebSocket-Key","value":"dGhlIHNhbXBsZSBub25jZQ=="}]},
"response":{"status":101,"statusText":"Switching Protocols","httpVersion":"HTTP/1.1","headers":[
{"name":"Upgrade","value":"websocket"},{"name":"Connection","value":"Upgrade"},
{"name":"Sec-WebSocket-Accept","value":"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="}]},
"_webSocketMessages":[{"type":"send","time":1.5,"opcode":1,"data":"hello"},
{"type":"receive","time":1.6,"opcode":2,"data":"aGVsbG8="}]}]}}"#;

const HEX: &str = "> 474554202f20485454502f312e310d0a0d0a\n< 810548656c6c6f\n";

const RAW: &[u8] = b"GET / HTTP/1.1\r\nHost: example.com\r\nUpgrade: websocket\r\nConnection: \
    Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n\
    \x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58";
