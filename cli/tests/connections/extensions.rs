//! Every extension of the database through the command: `inspect`, `serve`, `connect`.

use std::{
    io::{Read as _, Write as _},
    process::Output,
};

use serde_json::Value;
use wsdraft::{
    Config, Connection, Draft, OsEntropy,
    drafts::rfc6455,
    extension::{ExtensionInfo, Extensions},
    frame::Session,
    handshake::{
        Opening,
        client::{ClientHandshake, ClientOptions},
    },
};
use wsdraft_spec::Database;

use crate::common::{self, server::Server};

/// All that can be negotiated.
fn extensions() -> Vec<&'static ExtensionInfo> {
    let database = Database::built_in().unwrap();
    let negotiable = database
        .extensions()
        .iter()
        .filter(|extension| extension.is_negotiable());
    let all: Vec<_> = negotiable
        .map(wsdraft_interpreter::interpreted_extension)
        .collect();
    assert!(all.len() > 10, "the database has them");
    all
}

/// What a client offers of an extension, and what a server that supports it answers.
fn exchange(info: &'static ExtensionInfo) -> (String, String) {
    let draft = rfc6455::Draft.info();
    let ours = Extensions::named(info.short, &[info]).unwrap();
    let offer = ours.offer(draft).unwrap();
    let answered = ours.answer(draft, &offer);
    (offer, answered.header().unwrap().to_owned())
}

fn run(arguments: &[&str]) -> Output {
    common::run(arguments, b"")
}

const TEXT: &str = "so it is, so it is, so it is, so it is, so it is, so it is";

#[test]
fn inspect_takes_every_extension() {
    for info in extensions() {
        let (_, answer) = exchange(info);
        let ours = Extensions::named(info.short, &[info]).unwrap();
        let agreed = ours.agreed(rfc6455::Draft.info(), &answer).unwrap();
        let server = Connection::server(rfc6455::Draft, Session::default(), Config::default());
        let mut server = server.extended(&agreed);
        server.text(TEXT).unwrap();
        let sent = server.output().iter().map(|byte| format!("{byte:02x}"));
        let sent: String = sent.collect();
        let output = run(&[
            "inspect",
            "--json",
            "--draft",
            "rfc6455",
            "--from",
            "server",
            "--extensions",
            &answer,
            "--hex",
            &sent,
        ]);
        let said = String::from_utf8_lossy(&output.stdout);
        if info.runs() {
            assert_eq!(output.status.code(), Some(0), "{answer}: {output:?}");
            assert!(said.contains(TEXT), "{answer}: {said}");
            assert!(server.output().len() < TEXT.len(), "{answer} compresses");
        } else {
            // It carries channels, and a text message carries none.
            assert!(info.multiplexing.is_some(), "{answer}");
            assert_eq!(output.status.code(), Some(1), "{answer}: {output:?}");
            assert!(said.contains("\"envelope-binary\""), "{answer}: {said}");
        }
    }
}

#[test]
fn inspect_names_a_dialect_whose_channels_it_cannot_read() {
    let output = run(&[
        "inspect",
        "--from",
        "client",
        "--extensions",
        "mux-01",
        "--hex",
        "8200",
    ]);
    let why = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{why}");
    assert!(why.contains("cannot be spoken"), "{why}");
}

/// The extensions that a server agrees to.
fn agrees(server: &Server, offer: &str) -> Option<String> {
    let opening = Opening {
        host: &server.address,
        resource: "/",
        origin: None,
        subprotocols: &[],
        extensions: Some(offer),
        cookie: None,
        fields: &[],
        entropy: &|bytes| bytes.fill(7),
    };
    let options = ClientOptions::default();
    let mut client = ClientHandshake::new(rfc6455::Draft, &opening, options);
    let mut stream = server.dial();
    stream.write_all(client.request()).unwrap();
    let mut buffer = [0; 4096];
    loop {
        let read = stream.read(&mut buffer).unwrap();
        assert!(read > 0, "the server has answered");
        if let Some(agreed) = client.receive(&buffer[..read]).unwrap() {
            return agreed.extensions.clone();
        }
    }
}

#[test]
fn serve_and_connect_take_every_extension() {
    for info in extensions().into_iter().filter(|info| info.runs()) {
        let (offer, answer) = exchange(info);
        let server = Server::serve(&["--extensions", info.short]);
        let agreed = agrees(&server, &offer);
        assert_eq!(agreed, Some(answer), "{}", info.short);
        let url = server.url();
        let output = run(&["connect", &url, "--extensions", &offer, "--send", TEXT]);
        let said = String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.code(), Some(0), "{offer}: {output:?}");
        assert!(said.contains(TEXT), "{offer}: {said}");
    }
}

#[test]
fn a_server_wants_what_its_list_says() {
    let server = Server::serve(&[
        "--extensions",
        "permessage-deflate; server_max_window_bits=10; client_no_context_takeover; \
         client_max_window_bits=9",
        "--compression-level",
        "1",
        "--compression-memory",
        "2",
        "--compression-threshold",
        "1000",
    ]);
    for (offer, agreed) in [
        (
            "permessage-deflate",
            "permessage-deflate; client_no_context_takeover; server_max_window_bits=10",
        ),
        (
            "permessage-deflate; client_max_window_bits; server_max_window_bits=8",
            "permessage-deflate; client_no_context_takeover; server_max_window_bits=8; \
             client_max_window_bits=9",
        ),
    ] {
        assert_eq!(agrees(&server, offer).as_deref(), Some(agreed));
    }
    let url = server.url();
    let offer = "permessage-deflate; client_max_window_bits=9; client_no_context_takeover";
    let output = run(&[
        "connect",
        &url,
        "--extensions",
        offer,
        "--compression-level",
        "9",
        "--send",
        TEXT,
    ]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

#[test]
fn what_a_list_cannot_say_is_told() {
    for (list, told) in [
        (
            "permessage-deflate; server_max_window_bits=16",
            "server_max_window_bits=16",
        ),
        (
            "permessage-deflate; server_max_windowbits=9",
            "did you mean \"server_max_window_bits\"?",
        ),
        ("permessage-deflat", "did you mean \"permessage-deflate\"?"),
    ] {
        let output = run(&["serve", "--extensions", list]);
        let why = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{list}");
        assert!(why.contains(told), "{list}: {why}");
    }
    let output = run(&["serve", "--compression-level", "10"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn an_offer_keeps_the_rules_of_what_it_offers() {
    // Nothing listens there: an offer is refused before that matters.
    for (offer, rule) in [
        (
            "permessage-deflate; server_max_window_bits=99",
            "offer-values-valid",
        ),
        (
            "permessage-deflate; server_max_window_bit=9",
            "offer-parameters-known",
        ),
        (
            "permessage-deflate, permessage-deflate; client_max_window_bits; client_max_window_bits",
            "offer-parameters-once",
        ),
    ] {
        let output = run(&["connect", "ws://127.0.0.1:1/", "--extensions", offer]);
        let why = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{offer}: {why}");
        assert!(why.contains(rule), "{offer}: {why}");
    }
}

#[test]
fn a_client_says_what_was_agreed() {
    let server = Server::serve(&["--extensions", "permessage-deflate"]);
    let url = server.url();
    let connect = |more: &[&str]| {
        let output = run(&[&["connect", &url, "--send", TEXT], more].concat());
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        let out = String::from_utf8(output.stdout).unwrap();
        (out, String::from_utf8(output.stderr).unwrap())
    };
    let offer = ["--extensions", "permessage-deflate; client_max_window_bits"];
    let (_, log) = connect(&offer);
    assert!(log.contains(", extensions permessage-deflate"), "{log}");
    let (out, _) = connect(&[&offer[..], &["--json"]].concat());
    let open: Value = serde_json::from_str(out.lines().next().unwrap()).unwrap();
    assert_eq!(open["event"], "open");
    assert!(
        open["extensions"]
            .as_str()
            .unwrap()
            .starts_with("permessage-deflate")
    );
    let (out, _) = connect(&["--json"]);
    assert!(!out.contains("\"open\""), "nothing was asked for: {out}");
    let (_, log) = connect(&[&offer[..], &["--draft", "hixie-76"]].concat());
    assert!(log.contains("hixie-76 negotiates no extensions"), "{log}");
    let dialects = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/dialects");
    let (_, log) = connect(&["--extensions", "x-gauges", "--spec-dir", dialects]);
    assert!(
        log.contains("has no room for what x-gauges claims"),
        "{log}"
    );
}

#[test]
fn a_violation_of_an_extension_has_its_place_in_the_head() {
    let request = "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\
        Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n";
    let response = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\
        Connection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\
        Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=99\r\n\r\n";
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let file = |name: &str, text: &str| {
        let file = folder.join(name);
        std::fs::write(&file, text).unwrap();
        file.display().to_string()
    };
    let (asked, said) = (file("asked", request), file("said", response));
    let output = run(&["handshake", &asked, "--response", &said, "--json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let [violation] = &report["violations"].as_array().unwrap()[..] else {
        panic!("{report}");
    };
    let place = response.find("server_max_window_bits").unwrap();
    assert_eq!(violation["offset"], place, "{report}");
}

/// A client's own header is kept by its compressor, though the server asks for nothing.
#[test]
fn an_offer_binds_who_makes_it() {
    let draft = rfc6455::Draft.info();
    let known = [&wsdraft::extension::builtin::permessage_deflate::INFO];
    let offer = "permessage-deflate; client_no_context_takeover; client_max_window_bits=9";
    let ours = Extensions::offered(offer, &known);
    let agreed = ours.check(draft, offer, "permessage-deflate").unwrap();
    let client = Connection::client(
        rfc6455::Draft,
        Session::default(),
        OsEntropy,
        Config::default(),
    );
    let mut client = client.extended(&agreed);
    let length = |client: &mut Connection<_>| {
        client.text(TEXT).unwrap();
        let length = client.output().len();
        client.sent(length);
        length
    };
    assert_eq!(length(&mut client), length(&mut client), "it forgets");
}

#[test]
fn rules_of_extensions_can_be_allowed() {
    let wanted = "permessage-deflate";
    let allowed = [
        "--allow",
        "payload-complete",
        "--compression-threshold",
        "0",
    ];
    let server = Server::serve(&[&["--extensions", wanted][..], &allowed].concat());
    let mut stream = server.dial();
    let request = format!(
        "GET / HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Extensions: {wanted}; server_no_context_takeover\r\n\r\n",
        server.address
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        head.extend(byte);
    }
    // "Hello" with the tail of its flush, masked by a key of zeros.
    let payload = [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0, 0, 0, 0xff, 0xff];
    let frame = [
        &[0xc1, 0x80 | payload.len() as u8, 0, 0, 0, 0][..],
        &payload,
    ]
    .concat();
    stream.write_all(&frame).unwrap();
    let mut echo = [0; 9];
    stream.read_exact(&mut echo).unwrap();
    assert_eq!(echo, [0xc1, 7, 0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0]);

    let output = run(&[
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--allow",
        "payload-complet",
    ]);
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("payload-complete"), "{told}");
}
