//! What files say reaches no terminal that obeys it, and what never ends is not read for ever.

use std::fs;

use crate::common::{
    self, folder,
    harmless::{EVIL, assert_harmless},
};

/// A folder of drafts, a file that is no draft, and a request.
fn evil_files() -> [String; 3] {
    let folder = folder("escapes");
    let drafts = folder.join("drafts");
    fs::create_dir(&drafts).unwrap();
    let spec = format!(
        "Draft(name: \"e{EVIL}X\", short: \"e-1\", type: \"t{EVIL}\", revision: 1, status: {EVIL:?}, \
         evidence: [Own(\"{EVIL}\")], extends: \"rfc6455\", rules: (add: {{\"x-rule\": (variant: \"XRule\", \
         level: Must, scope: Request, require: Present(\"Host\"), otherwise: Reject(400), \
         summary: \"{EVIL} sum\", evidence: [Own(\"ev{EVIL}\")])}}))"
    );
    fs::write(drafts.join("e-1.ron"), spec).unwrap();
    let wrong = folder.join("wrong.ron");
    fs::write(
        &wrong,
        format!("Draft(name: \"x\", short: \"x-1\", bogus: \"{EVIL}\")"),
    )
    .unwrap();
    let request = folder.join("request");
    let head = format!(
        "GET /c{EVIL} HTTP/1.1\r\nHost: localhost{EVIL}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nOrigin: http://a{EVIL}\r\n\
         Sec-WebSocket-Protocol: a{EVIL}\r\nSec-WebSocket-Extensions: x{EVIL}\r\n\r\n"
    );
    fs::write(&request, head.replace(['\u{1b}', '\u{7}', '\u{7f}'], "")).unwrap();
    [&drafts, &wrong, &request].map(|path| path.to_str().unwrap().to_owned())
}

#[test]
fn what_files_say_is_harmless() {
    let [drafts, wrong, request] = evil_files();
    let spec: [&[&str]; 8] = [
        &["list"],
        &["show", "e-1"],
        &["show", "e-1", "--delta"],
        &["diff", "rfc6455", "e-1"],
        &["explain", "x-rule"],
        &["version", "e-1"],
        &["check"],
        &["handshake", &request],
    ];
    let mut commands: Vec<Vec<&str>> = Vec::new();
    for command in spec {
        commands.push([&["--spec-dir", drafts.as_str()], command].concat());
    }
    commands.push(vec!["check", &wrong]);
    for command in [
        &["detect", &request][..],
        &["handshake", &request],
        &["lint", &request],
    ] {
        commands.push(command.to_vec());
    }
    for argument in [EVIL, "--\u{1b}[2J", "\u{9b}31m"] {
        commands.push(vec![argument]);
        commands.push(vec!["show", argument]);
        commands.push(vec!["explain", argument]);
        commands.push(vec!["detect", argument]);
        commands.push(vec!["connect", argument]);
        commands.push(vec!["lint", "--hex", argument]);
    }
    for command in commands {
        for json in [false, true] {
            let json = if json { &["--json"][..] } else { &[] };
            let output = common::run(&[json, &command].concat(), b"");
            assert!(
                !(output.stdout.is_empty() && output.stderr.is_empty())
                    || command.contains(&"check"),
                "{command:?}"
            );
            assert_harmless(&output.stdout);
            assert_harmless(&output.stderr);
        }
    }
}

#[test]
fn colours_are_ours_alone() {
    let request = format!(
        "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Protocol: a{}\r\n\r\n",
        "\u{9b}31m"
    );
    let lint = |colour: &str| {
        let output = common::run(&["lint", "--color", colour, "-"], request.as_bytes());
        String::from_utf8(output.stdout).unwrap()
    };
    let plain = lint("never");
    assert_harmless(plain.as_bytes());
    let coloured = lint("always");
    assert!(coloured.contains("\u{1b}[1;31m"), "{coloured:?}");
    let mut stripped = String::new();
    for (at, piece) in coloured.split("\u{1b}[").enumerate() {
        let rest = if at == 0 {
            piece
        } else {
            piece.split_once('m').unwrap().1
        };
        stripped.push_str(rest);
    }
    assert_eq!(stripped, plain);
}

#[test]
fn what_never_ends_is_not_read_for_ever() {
    for command in [
        &["detect", "/dev/zero"][..],
        &["handshake", "/dev/zero"],
        &["connect", "wss://127.0.0.1:1/", "--ca", "/dev/zero"],
    ] {
        let output = common::run(command, b"");
        assert_eq!(output.status.code(), Some(2), "{command:?}");
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.contains("/dev/zero: more than 64 MiB"), "{told}");
    }
}
