//! Extensions by name: the same names in every command, and which dialect was agreed.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
};

use serde_json::{Value, json};
use wsdraft::{
    Draft as _,
    drafts::rfc6455,
    extension::{ExtensionInfo, Extensions, Transform, builtin},
};
use wsdraft_exports::facts::speech::Speech;
use wsdraft_spec::Database;

use crate::common::{
    self,
    events::{events, named},
    folder,
    server::Server,
    told as run,
};

/// Looks at the frames that follow.
const INSPECT: &[&str] = &["inspect", "--draft", "rfc6455", "--from", "server", "--hex"];
/// The commands that take extensions by name, up to the name.
const NAMING: [&[&str]; 4] = [
    &[
        "inspect",
        "--draft",
        "rfc6455",
        "--from",
        "server",
        "--hex",
        "8100",
        "--extensions",
    ],
    &["handshake", "-", "--extensions"],
    &["serve", "--listen", "127.0.0.1:0", "--extensions"],
    &["connect", "ws://127.0.0.1:1/", "--extensions"],
];

/// Every built-in extension that can be spoken in the newest draft.
fn spoken() -> impl Iterator<Item = &'static ExtensionInfo> {
    let draft = rfc6455::Draft.info();
    let known = builtin::ALL.iter().copied();
    known.filter(move |info| info.runs() && info.fits(draft))
}

fn request(extensions: &str) -> Vec<u8> {
    format!(
        "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\
        Sec-WebSocket-Extensions: {extensions}\r\n\r\n"
    )
    .into_bytes()
}

#[test]
fn the_names_of_dialects_are_the_same_everywhere() {
    for info in spoken() {
        let (name, token) = (info.short, info.tokens[0]);
        // An element that the dialect takes: what it offers itself.
        let ours = Extensions::named(name, &[info]).unwrap();
        let draft = rfc6455::Draft.info();
        let Some(offer) = ours.offer(draft) else {
            continue;
        };
        let answered = ours.answer(draft, &offer);
        let header = answered.header().expect("an answer");
        let parameters = header.strip_prefix(token).expect("the token");
        let (status, out, told) = run(
            &[
                INSPECT,
                &["8100", "--extensions", &format!("{name}{parameters}")],
            ]
            .concat(),
            b"",
        );
        // What compresses every frame has none without a payload; that it was taken counts.
        assert_ne!(status, 2, "{name}: {out}{told}");
        let (_, checked, told) = run(
            &["--json", "handshake", "-", "--extensions", name],
            &request(&offer),
        );
        let checked: Value = serde_json::from_str(&checked).expect(&told);
        assert_eq!(checked["agreed"][0]["dialect"], name, "{checked:#}");
        assert_eq!(checked["agreed"][0]["token"], token);
        assert_eq!(checked["agreed"].as_array().unwrap().len(), 1);
    }
}

#[test]
fn a_dialect_that_is_named_is_the_one_that_frames_are_held_to() {
    // RSV1 is claimed by the dialect's extension: its frames are good.
    let dialects = spoken().filter(|info| info.tokens[0] != info.short && info.method.is_none());
    let mut seen = 0;
    for info in dialects.filter(|info| info.transform == Transform::DeflateMessages) {
        let frames = ["c107f248cdc9c90700", "--extensions", info.short];
        let (status, out, told) = run(&[INSPECT, &frames].concat(), b"");
        assert_eq!(status, 0, "{}: {out}{told}", info.short);
        assert!(out.contains("Hello"), "{out}");
        seen += 1;
    }
    assert!(seen > 0, "a dialect whose name is not its token");
    for unknown in ["permessage-deflate-s2x", "permessage-deflat"] {
        for arguments in NAMING {
            let (status, _, told) = run(&[arguments, &[unknown]].concat(), &request("x"));
            assert_eq!(status, 2, "{arguments:?}: {told}");
            assert!(told.contains("did you mean"), "{arguments:?}: {told}");
        }
    }
}

#[test]
fn what_cannot_be_spoken_is_neither_offered_nor_agreed_to() {
    let database = Database::built_in().unwrap();
    let all = database.extensions().iter();
    let unspoken = all.filter(|one| Speech::of(one) == Speech::Never && one.tokens.is_some());
    let unspoken: Vec<_> = unspoken.map(|one| one.short.as_str()).collect();
    assert!(unspoken.contains(&"x-google-mux"), "{unspoken:?}");
    for name in unspoken {
        for arguments in NAMING {
            let (status, _, told) = run(&[arguments, &[name]].concat(), &request("x"));
            assert_eq!(status, 2, "{arguments:?}: {told}");
            assert!(
                told.contains(name) && told.contains("known as data alone"),
                "{told}"
            );
        }
    }
    let carries = builtin::ALL.iter().find(|info| info.carries());
    let carries = carries.expect("one that carries channels");
    for name in [carries.short, carries.tokens[0]] {
        for arguments in [
            &["handshake", "-", "--extensions"][..],
            &["serve", "--fault", "any", "--extensions"],
            &["bridge", "--upstream", "ws://127.0.0.1:1/", "--extensions"],
            &["test", "server", "ws://127.0.0.1:1/", "--extensions"],
        ] {
            let (status, _, told) = run(&[arguments, &[name]].concat(), &request("x"));
            assert_eq!(status, 2, "{arguments:?}: {told}");
            let why = "carries channels, which connect and serve run";
            assert!(told.contains(why), "{told}");
        }
    }
    for info in builtin::ALL {
        let (_, text, _) = run(&["explain", info.short], b"");
        let mut lines = text.lines();
        let said = lines.find_map(|line| line.strip_prefix("can be spoken:"));
        let said = said.expect("whether it can be spoken").trim_start();
        let expected = match (info.runs(), info.carries()) {
            (true, _) => "yes: connect and serve take it",
            (false, true) => "yes: it carries channels",
            (false, false) => "no: ",
        };
        assert!(said.starts_with(expected), "{}: {said}", info.short);
    }
    let offer = format!("{}; quota=100, permessage-deflate", carries.tokens[0]);
    let (status, out, _) = run(
        &["--json", "handshake", "-", "--extensions", "all"],
        &request(&offer),
    );
    let checked: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (status, &checked["extensions"]),
        (0, &json!("permessage-deflate"))
    );
}

/// What `rfc6455` agrees to, as JSON says it.
fn agreed(dialect: &Value) -> Value {
    json!([{
        "dialect": dialect,
        "token": "permessage-deflate",
        "parameters": {"server_max_window_bits": "10"},
    }])
}

const OFFER: &str = "permessage-deflate; server_max_window_bits=10";

#[test]
fn the_dialect_that_was_agreed_is_said() {
    let server = Server::serve(&["--extensions", "all"]);
    let url = server.url();
    let connect = ["connect", &url, "--send", "hi", "--extensions", OFFER];
    let output = run(&[&["--json"], &connect[..]].concat(), b"");
    let open: Value = serde_json::from_str(output.1.lines().next().unwrap()).unwrap();
    let dialect = &open["agreed"][0]["dialect"];
    assert_eq!(open["agreed"], agreed(dialect));
    let named = format!("({})", dialect.as_str().expect("a dialect"));
    let line = server.logs("extensions permessage-deflate");
    assert!(line.contains(&named), "{line}");
    let (_, out, told) = run(&connect, b"");
    assert!(told.contains(&named), "{told}{out}");
}

#[test]
fn the_dialect_of_a_record_is_said() {
    // The record: the request, and the server's answer.
    let server = Server::serve(&["--extensions", "all"]);
    let mut stream = server.dial();
    stream.write_all(&request(OFFER)).unwrap();
    let mut answer = String::new();
    let mut reader = BufReader::new(stream);
    while !answer.ends_with("\r\n\r\n") {
        assert!(reader.read_line(&mut answer).unwrap() > 0);
    }
    let folder = folder("dialects");
    let (client, served) = (folder.join("client"), folder.join("server"));
    fs::write(&client, request(OFFER)).unwrap();
    fs::write(&served, &answer).unwrap();
    let (client, served) = (client.to_str().unwrap(), served.to_str().unwrap());

    let (_, out, _) = run(&["--json", "handshake", client, "--response", served], b"");
    let checked: Value = serde_json::from_str(&out).unwrap();
    let dialect = &checked["agreed"][0]["dialect"];
    assert_eq!(checked["agreed"], agreed(dialect), "{checked:#}");
    let files = ["--client", client, "--server", served];
    let output = common::run(&[&["lint", "--format", "jsonl"], &files[..]].concat(), b"");
    let found = events(&output);
    assert_eq!(named(&found, "connection")[0]["agreed"], agreed(dialect));
    let (_, out, _) = run(&[&["lint"], &files[..]].concat(), b"");
    let named = format!("({})", dialect.as_str().expect("a dialect"));
    assert!(out.contains(&named), "{out}");
}

#[test]
fn a_method_with_parameters_of_any_text_costs_an_element_at_most() {
    let offer = r#"permessage-compress; method="foo; x=\"a b\", deflate""#;
    let (status, out, _) = run(
        &["--json", "handshake", "-", "--extensions", "all"],
        &request(offer),
    );
    let checked: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (status, &checked["status"]),
        (0, &json!(101)),
        "{checked:#}"
    );
    let dialect = checked["agreed"][0]["dialect"]
        .as_str()
        .expect("the other method");
    assert!(dialect.starts_with("permessage-compress"), "{dialect}");
}
