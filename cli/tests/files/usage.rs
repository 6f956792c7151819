//! What the command says to input that is incomplete, misplaced or out of date.

use std::{fs, path::Path};

use crate::common::{folder, told as run};

fn draft(short: &str, extends: &str, more: &str) -> String {
    format!(
        "Draft(name: {short:?}, short: {short:?}, type: \"ours\", status: \"private\", \
        evidence: [Own(\"A test\")], extends: {extends:?}{more})"
    )
}

#[test]
fn empty_lines_before_a_request_are_passed_over() {
    let request = b"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
    let late = [b"\r\n\r\n", &request[..]].concat();
    for arguments in [
        &["detect", "-"][..],
        &["--json", "detect", "-"],
        &["handshake", "-"],
        &["--json", "handshake", "-"],
        &["lint", "-"],
    ] {
        let plain = run(arguments, request);
        assert_eq!(plain.0, 0, "{arguments:?}: {}{}", plain.1, plain.2);
        assert_eq!(run(arguments, &late), plain, "{arguments:?}");
    }
    let (_, out, _) = run(&["detect", "-"], request);
    assert_eq!(
        out.matches("rfc6455").count(),
        2,
        "itself, and where a reason is from: {out}"
    );
    let (status, out, _) = run(&["--json", "detect", "-"], b"\r\n\r\n");
    assert_eq!(status, 1);
    assert!(
        out.contains("the head of the request is not complete"),
        "{out}"
    );
}

#[test]
fn an_incomplete_request_is_a_finding() {
    let whole = b"GET / HTTP/1.1\r\nHost: a\r\nSec-WebSocket-Version: 13\r\n\r\n";
    for command in ["detect", "handshake"] {
        for length in [0, 3, 20, whole.len() - 1] {
            let (status, out, err) = run(&["--json", command, "-"], &whole[..length]);
            assert_eq!(status, 1, "{command} of {length} bytes: {err}");
            let found: serde_json::Value = serde_json::from_str(&out).unwrap();
            assert!(found["draft"].is_null(), "{out}");
            assert!(
                out.contains("the head of the request is not complete"),
                "{out}"
            );
        }
    }
    let (status, out, _) = run(&["detect", "-"], &whole[..20]);
    assert_eq!(
        (status, &*out),
        (1, "the head of the request is not complete\n")
    );
    assert_eq!(run(&["detect", "-"], whole).0, 0);
    let (status, _, err) = run(&["detect", "-"], b"\x81\x05hello");
    assert_eq!(status, 2, "{err}");
}

#[test]
fn drafts_of_extensions_are_known_by_name() {
    let name = "draft-ietf-hybi-permessage-compression-18";
    let (_, list, _) = run(&["list"], b"");
    assert!(list.contains(name));
    for command in ["show", "version"] {
        let (status, _, err) = run(&[command, name], b"");
        assert_eq!(status, 2);
        assert!(err.contains("is a draft of the extension"), "{err}");
    }
    let (_, _, err) = run(&["show", "hybi-18"], b"");
    assert!(err.contains("no draft or extension \"hybi-18\""), "{err}");
}

#[test]
fn a_single_file_is_checked_with_its_parents() {
    let folder = folder("check-file");
    let write = |name: &str, text: &str| {
        let file = folder.join(name);
        fs::write(&file, text).unwrap();
        file.display().to_string()
    };
    write("parent-1.ron", &draft("parent-1", "rfc6455", ""));
    // What it does not extend does not count.
    write("other-1.ron", "Draft(");
    let good = write("child-1.ron", &draft("child-1", "parent-1", ""));
    let (status, out, err) = run(&["check", &good], b"");
    assert_eq!(status, 0, "{out}{err}");
    let bad = ", rules: (remove: [\"no-such-rule\"])";
    let bad = write("bad-1.ron", &draft("bad-1", "parent-1", bad));
    let (status, out, _) = run(&["check", &bad], b"");
    assert_eq!(status, 1);
    assert!(out.starts_with(&format!("{bad}:1:")), "{out}");
    assert!(out.contains("no-such-rule"), "{out}");
    let (status, _, _) = run(&["check", folder.to_str().unwrap()], b"");
    assert_eq!(status, 1);
    let missing = folder.join("missing.ron");
    assert_eq!(run(&["check", missing.to_str().unwrap()], b"").0, 2);
}

#[test]
fn the_command_that_mends_a_drift_is_whole() {
    let folder = folder("generate-check");
    let specs = folder.display().to_string();
    fs::write(folder.join("own-1.ron"), draft("own-1", "rfc6455", "")).unwrap();
    let out = folder.join("own.rs").display().to_string();
    let arguments = ["generate", "own-1", "--out", &out, "--spec-dir", &specs];
    assert_eq!(run(&arguments, b"").0, 0);
    let check = [&arguments[..], &["--check"]].concat();
    assert_eq!(run(&check, b"").0, 0);
    // A file that was formatted another way is as good.
    let text = fs::read_to_string(&out).unwrap();
    fs::write(&out, text.replace("    ", "\t")).unwrap();
    assert_eq!(run(&check, b"").0, 0);
    fs::write(&out, "// other\n").unwrap();
    let (status, _, err) = run(&check, b"");
    assert_eq!(status, 1);
    let command = format!("wsdraft {}", arguments.join(" "));
    assert!(err.trim_end().ends_with(&command), "{err}");
}

/// Frames of one sender: a close frame, and data behind it.
#[test]
fn data_after_a_close_frame_are_a_finding() {
    let inspect = |hex: &str| {
        let arguments = [
            "--json", "inspect", "--draft", "13", "--from", "server", "--hex", hex,
        ];
        run(&arguments, b"")
    };
    let (status, out, _) = inspect("8100 880203e8");
    assert_eq!(status, 0, "{out}");
    // A control frame may still come.
    let (status, out, _) = inspect("880203e8 8a00");
    assert_eq!(status, 0, "{out}");
    let (status, out, _) = inspect("880203e8 8100");
    assert_eq!(status, 1, "{out}");
    let violation = out.lines().find(|line| line.contains("\"violation\""));
    let violation: serde_json::Value = serde_json::from_str(violation.unwrap()).unwrap();
    assert_eq!(violation["rule"], "data-after-close");
    assert_eq!(violation["offset"], 4);
    assert!(violation["close_code"].is_null(), "{violation}");
    assert!(
        violation["citation"]
            .as_str()
            .unwrap()
            .contains("RFC 6455 §5.5.1")
    );
}

/// What cannot be sent is told before there is a connection: nobody listens at this address.
#[test]
fn what_a_draft_cannot_send_is_refused_before_connecting() {
    for (draft, arguments, why) in [
        ("hixie-76", &["--ping", "a"][..], "no ping frames"),
        ("hixie-75", &["--binary", "00"], "no binary frames"),
        (
            "rfc6455",
            &["--close", "1005"],
            "close code 1005 may not be sent",
        ),
        ("rfc6455", &["--ping", &"x".repeat(126)], "break a rule"),
    ] {
        let connect = ["connect", "--draft", draft, "ws://127.0.0.1:1/"];
        let (status, _, err) = run(&[&connect[..], arguments].concat(), b"");
        assert_eq!(status, 2, "{err}");
        assert!(err.contains(why), "{err}");
        assert!(!err.contains("refused"), "{err}");
    }
}

#[test]
fn an_extension_that_cannot_be_named_says_why() {
    let serve = |extensions: &str| run(&["serve", "--extensions", extensions], b"");
    let (status, _, err) = serve("permessage-deflat");
    assert_eq!(status, 2);
    assert!(
        err.contains("is built in; did you mean \"permessage-deflate\"?"),
        "{err}"
    );
    let (status, _, err) = serve("x-webkit-deflate-frame; max_window_bits=99");
    assert_eq!(status, 2);
    assert!(!err.contains("did you mean"), "{err}");
    let (status, _, err) = serve("x-google-mux");
    assert_eq!(status, 2);
    assert!(err.contains("known as data alone"), "{err}");
}

#[test]
fn files_that_are_not_there_are_findings_or_errors() {
    let folder = folder("nothing");
    let (status, _, err) = run(&["check", &folder.display().to_string()], b"");
    assert_eq!(status, 2);
    assert!(err.contains("no *.ron file"), "{err}");
    let out = folder.join("drafts.json").display().to_string();
    let (status, _, err) = run(&["export", "json", "--check", "--out", &out], b"");
    assert_eq!(status, 1);
    assert!(
        err.contains(&format!("{out}: is not there; run: wsdraft export json")),
        "{err}"
    );
}

/// What is written for people is escaped in one place, so nothing may be written elsewhere.
#[test]
fn one_place_writes() {
    fn walk(folder: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                for (at, line) in text.lines().enumerate() {
                    let writes = ["print!", "println!", "stdout()", "stderr()", "dbg!"];
                    // To ask whether it is a terminal writes nothing.
                    if writes.iter().any(|word| line.contains(word))
                        && !line.contains("is_terminal")
                    {
                        found.push(format!("{}:{}: {line}", path.display(), at + 1));
                    }
                }
            }
        }
    }
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    walk(&source, &mut found);
    let allowed = ["output.rs", "stdout.rs", "log.rs"];
    found.retain(|place| {
        !allowed
            .iter()
            .any(|file| place.contains(&format!("{file}:")))
    });
    assert!(
        found.is_empty(),
        "write through `output`:\n{}",
        found.join("\n")
    );
}

#[test]
fn counts_agree_with_their_nouns() {
    let inspect = ["inspect", "--draft", "13", "--from", "server", "--hex"];
    let (_, out, _) = run(&[&inspect[..], &["810161"]].concat(), b"");
    assert!(out.contains(", 1 byte: 61\n"), "{out}");
    let (_, out, _) = run(&[&inspect[..], &["81026161"]].concat(), b"");
    assert!(out.contains(", 2 bytes: 6161\n"), "{out}");
    let (_, out, _) = run(&[&inspect[..], &["8101"]].concat(), b"");
    assert!(out.contains("at least 1 more byte is needed"), "{out}");
    let (_, out, _) = run(&[&inspect[..], &["8102"]].concat(), b"");
    assert!(out.contains("at least 2 more bytes are needed"), "{out}");
    let lint = ["lint", "--draft", "13", "--hex", "< 810161"];
    let (_, out, err) = run(&lint, b"");
    assert!(
        out.contains("1 message (1 byte) from the server"),
        "{out}{err}"
    );
    assert!(
        out.contains("0 messages (0 bytes) from the client"),
        "{out}"
    );
}

#[test]
fn a_payload_that_is_cut_is_marked() {
    let inspect = |most: &str| {
        let arguments = ["inspect", "--draft", "13", "--from", "server"];
        let cut = ["--max-payload", most, "--hex", "810568656c6c6f"];
        run(&[&arguments[..], &cut].concat(), b"").1
    };
    let frame = |most: &str| inspect(most).lines().next().unwrap().to_owned();
    assert!(
        frame("5").ends_with(", 5 bytes: 68656c6c6f"),
        "{}",
        frame("5")
    );
    assert!(frame("2").ends_with(", 5 bytes: 6865…"), "{}", frame("2"));
    assert!(frame("0").ends_with(", 5 bytes: …"), "{}", frame("0"));
}

/// The address is none, so that nothing is served.
#[test]
fn a_rule_that_nobody_enforces_cannot_be_relaxed() {
    let serve = |rule: &str| run(&["serve", "--listen", "256.0.0.1:1", "--allow", rule], b"");
    for (rule, why) in [
        ("server-frame-unmasked", "only a server can violate it"),
        ("ping-answered", "what both ends do over time"),
        ("origin-refused", "nothing on the wire shows it: "),
        (
            "request-nothing-follows",
            "nothing is refused for violating it",
        ),
    ] {
        let (status, _, err) = serve(rule);
        assert_eq!(status, 2, "{err}");
        let told = format!("--allow: {rule} cannot be relaxed: ");
        assert!(err.contains(&told) && err.contains(why), "{err}");
    }
    for rule in ["client-frame-masked", "origin-valid", "payload-complete"] {
        let (_, _, err) = serve(rule);
        assert!(!err.contains("--allow"), "{err}");
    }
    let connect = ["connect", "ws://127.0.0.1:1/", "--allow"];
    let (status, _, err) = run(&[&connect[..], &["client-frame-masked"]].concat(), b"");
    assert_eq!(status, 2, "{err}");
    assert!(err.contains("only a client can violate it"), "{err}");
}

#[test]
fn a_rule_or_draft_that_is_misspelt_has_its_neighbour_named() {
    for (arguments, near) in [
        (&["--only", "opcode-knwon"][..], "opcode-known"),
        (&["--allow", "opcode-knwon"], "opcode-known"),
        (&["--draft", "rfc6545"], "rfc6455"),
    ] {
        let lint = [&["lint", "--hex", "< 8100"], arguments].concat();
        let (status, _, err) = run(&lint, b"");
        assert_eq!(status, 2, "{err}");
        let hint = format!("did you mean {near:?}?");
        assert!(err.contains(&hint), "{err}");
    }
}

/// What is wrong with the extensions of an option is told with its place in what the user wrote, in characters.
#[test]
fn the_place_in_a_list_of_extensions_is_told() {
    for (arguments, told_of) in [
        (
            &[
                "connect",
                "ws://localhost:9/",
                "--extensions",
                "permessage-deflate; x=\"é\"; server_max_window_bits=99",
            ][..],
            "--extensions: found \"server_max_window_bits=99\" at character 28: A window must have 8 to 15 bits",
        ),
        (
            &[
                "inspect",
                "--from",
                "server",
                "--hex",
                "8100",
                "--extensions",
                "mux; quota=x",
            ],
            "--extensions: found \"quota=x\" at character 6: An answer must not contain parameters (MUST ",
        ),
        // The name of the dialect is read as its token, and the list is another one then.
        (
            &[
                "inspect",
                "--from",
                "server",
                "--hex",
                "8100",
                "--extensions",
                "mux-05; quota=x",
            ],
            "--extensions: found \"quota=x\": An answer must not contain parameters (MUST ",
        ),
    ] {
        let (status, out, err) = run(arguments, b"");
        assert_eq!(status, 2, "{out}{err}");
        assert!(err.contains(told_of), "{err}");
    }
}
