//! What `-v` shows.

use std::io::{Read as _, Write as _};

use crate::common::{
    harmless::{EVIL, assert_harmless},
    peer::{answered, find, opened, serve},
    server::Server,
    told,
};

#[test]
fn heads_and_frames_are_shown_and_secrets_are_not() {
    let server = Server::serve(&[]);
    let url = format!("ws://user:c2VjcmV0@{}/?q", server.address);
    let long = "é".repeat(100);
    let arguments = [
        "connect",
        &url,
        "-v",
        "--send",
        "hello",
        "--send",
        &long,
        "--cookie",
        "id=c2VjcmV0",
    ];
    let (status, _, log) = told(&arguments, b"");
    assert_eq!(status, 0, "{log}");
    for line in [
        "> GET /?q HTTP/1.1",
        "> Authorization: (not shown)",
        "> Cookie: (not shown)",
        "< HTTP/1.1 101 Switching Protocols",
        "< text, 5 bytes [8105] \"hello\"",
        "< close, 2 bytes [8802] 03e8",
    ] {
        assert!(log.lines().any(|one| one == line), "{line}: {log}");
    }
    assert!(log.contains("> text, masked, 5 bytes [8185"), "{log}");
    assert!(log.contains(", 200 bytes [817e00c8] \"éé"), "{log}");
    assert!(log.contains("é\"…\n"), "{log}");
    assert!(
        !log.contains("c2VjcmV0") && !log.contains("secret"),
        "{log}"
    );
    let (_, _, log) = told(&["connect", &url, "-vv", "--send", &long], b"");
    assert!(log.contains(&format!("[817e00c8] {long:?}\n")), "{log}");
    let bearer = ["connect", &url, "-v", "--bearer", "c2VjcmV0", "--send", "x"];
    let (_, _, log) = told(&bearer, b"");
    assert!(log.contains("> Authorization: (not shown)"), "{log}");
    assert!(!log.contains("c2VjcmV0"), "{log}");
}

#[test]
fn an_error_does_not_quote_credentials() {
    for url in [
        "ws://me:secret@127.0.0.1:1/?token=secret",
        "ftp://me:secret@127.0.0.1/",
        "ws://me:secret@/",
    ] {
        let (status, _, log) = told(&["connect", url, "--auth", "me:secret", "-v"], b"");
        assert_eq!(status, 2, "{log}");
        assert!(!log.contains("secret"), "{log}");
    }
}

#[test]
fn what_passes_in_pieces_is_shown_whole() {
    let (url, served) = serve(|mut stream| {
        let mut server = opened(&mut stream);
        for text in ["one", &"x".repeat(200_000), "three"] {
            server.text(text).unwrap();
        }
        server.ping(b"p").unwrap();
        server.close(1000, EVIL).unwrap();
        stream.write_all(server.output()).unwrap();
        let _ = stream.read_to_end(&mut Vec::new());
    });
    let (status, _, log) = told(&["connect", &url, "-v", "--raw"], b"");
    served.join().unwrap();
    assert_eq!(status, 0, "{log}");
    assert_harmless(log.as_bytes());
    assert!(log.contains("< text, 3 bytes [8103] \"one\"\n"), "{log}");
    let long = format!(
        "< text, 200000 bytes [817f0000000000030d40] {:?}…\n",
        "x".repeat(64)
    );
    assert!(log.contains(&long), "{log}");
    assert!(log.contains("< text, 5 bytes [8105] \"three\"\n"), "{log}");
    assert!(log.contains("< ping, 1 byte [8901] 70\n"), "{log}");
    assert!(log.contains("> pong, masked, 1 byte [8a81"), "{log}");
}

#[test]
fn frames_are_shown_in_every_draft() {
    for draft in wsdraft::drafts::ALL {
        let name = draft.info().short;
        let (url, served) = serve(move |mut stream| {
            let (head, mut server) = answered(&mut stream, find(name));
            stream.write_all(&head).unwrap();
            server.text("first").unwrap();
            server.text("second").unwrap();
            stream.write_all(server.output()).unwrap();
            let _ = stream.read(&mut [0; 1000]);
        });
        let arguments = [
            "connect",
            &url,
            "-v",
            "--draft",
            name,
            "--send",
            "mine",
            "--answers",
            "2",
        ];
        let (_, _, log) = told(&arguments, b"");
        served.join().unwrap();
        let shown = |mark: &str, text: &str| {
            log.lines()
                .any(|line| line.starts_with(mark) && line.ends_with(text))
        };
        for text in ["first", "second"] {
            assert!(shown("< text, ", &format!("] {text:?}")), "{name}: {log}");
        }
        assert!(shown("> text, ", "] \"mine\""), "{name}: {log}");
    }
}
