//! What passes between two drafts: messages, pings and pongs.

use wsdraft::{Event, Message, drafts, info::Kind};

use super::{Socket, Spoken, bridge, connect, find, newest, upstream};
use crate::common::server::Server;

/// Has texts, bytes and a ping echoed, as far as both drafts have them.
fn talks(client: &mut Socket, other: Spoken) {
    let name = client.connection().info().short;
    for text in ["hello", "", "wörld ☃", &"x".repeat(100_000)] {
        client.send(text).unwrap();
        assert_eq!(client.recv().unwrap(), Some(text.into()), "{name}");
    }
    let both = |kind| client.connection().info().has(kind) && other.info().has(kind);
    let (binary, pings) = (both(Kind::Binary), both(Kind::Ping));
    if binary {
        for bytes in [&[0, 0xff, 7][..], &[], &[0x80; 70_000]] {
            client.send(bytes).unwrap();
            assert_eq!(client.recv().unwrap(), Some(bytes.into()), "{name}");
        }
    }
    if pings {
        client.ping(b"are you there").unwrap();
        let event = client.recv_event().unwrap();
        assert_eq!(event, Some(Event::Pong(b"are you there")), "{name}");
    }
}

/// `serve` in a draft alone, or in all of them.
fn serve(drafts: &[&str]) -> (Server, String) {
    let server = Server::serve(drafts);
    let url = format!("ws://{}", server.address);
    (server, url)
}

#[test]
fn clients_of_every_draft_talk_to_a_modern_server() {
    let (_serve, url) = serve(&["--drafts", newest().info().short]);
    let all = bridge(&url, &[]);
    for draft in drafts::ALL.iter().copied() {
        // Requests of some drafts show nothing that tells them from an older one.
        let alone = draft.info().undetectable;
        let alone = alone.then(|| bridge(&url, &["--drafts", draft.info().short]));
        let server = alone.as_ref().unwrap_or(&all);
        let mut client = connect(server, draft);
        talks(&mut client, newest());
        let ending = client.close(draft.info().local_codes.normal, "").unwrap();
        assert!(ending.is_clean(), "{}", draft.info().short);
    }
}

#[test]
fn a_modern_client_talks_to_servers_of_every_draft() {
    for draft in drafts::ALL.iter().copied() {
        let short = draft.info().short;
        let (_serve, url) = serve(&["--drafts", short]);
        let server = bridge(&url, &["--upstream-draft", short]);
        let mut client = connect(&server, newest());
        talks(&mut client, draft);
        let normal = newest().info().local_codes.normal;
        assert!(client.close(normal, "").unwrap().is_clean(), "{short}");
        server.logs(&format!("to {short}, /"));
    }
}

#[test]
fn a_message_in_fragments_is_one_message_for_a_draft_without_them() {
    let (_serve, url) = serve(&[]);
    let server = bridge(&url, &["--upstream-draft", "hixie-76"]);
    let mut client = connect(&server, newest());
    client
        .send_with(|connection| {
            connection.begin_text(b"one ")?;
            connection.append(b"two ")?;
            connection.finish("three ☃".as_bytes())
        })
        .unwrap();
    assert_eq!(client.recv().unwrap(), Some("one two three ☃".into()));
}

#[test]
fn pings_and_pongs_pass_from_one_end_to_the_other() {
    let (url, seen) = upstream(newest(), |mut socket| {
        socket.ping(b"of the server").unwrap();
        let mut seen = Vec::new();
        while seen.len() < 2 {
            match socket.recv_event().unwrap() {
                Some(Event::Ping(payload)) => seen.push(("ping", payload.to_vec())),
                Some(Event::Pong(payload)) => seen.push(("pong", payload.to_vec())),
                other => panic!("{other:?}"),
            }
        }
        seen
    });
    let server = bridge(&url, &["--ping-interval", "30"]);
    let mut client = connect(&server, find("hybi-08"));
    assert_eq!(
        client.recv_event().unwrap(),
        Some(Event::Ping(b"of the server"))
    );
    client.ping(b"of the client").unwrap();
    // The server answers it, and not the bridge.
    assert_eq!(
        client.recv_event().unwrap(),
        Some(Event::Pong(b"of the client"))
    );
    let expected = [("pong", "of the server"), ("ping", "of the client")];
    let expected = expected.map(|(kind, text)| (kind, text.as_bytes().to_vec()));
    assert_eq!(seen.recv().unwrap(), expected);
}

#[test]
fn pings_for_a_draft_without_them_are_answered_and_said_once() {
    let (url, seen) = upstream(newest(), |mut socket| {
        for ping in [b"one", b"two"] {
            socket.ping(ping).unwrap();
            let event = socket.recv_event().unwrap();
            assert_eq!(event, Some(Event::Pong(ping)));
        }
        socket.send("done").unwrap();
    });
    let server = bridge(&url, &[]);
    let mut client = connect(&server, find("hixie-76"));
    assert_eq!(client.recv().unwrap(), Some("done".into()));
    seen.recv().unwrap();
    drop(client);
    server.logs("ended after");
    let lines = server.lines();
    let said = lines.iter().filter(|line| {
        line.contains("pings of the server are answered here: hybi-00 has none")
            || line.contains("pings of the server are answered here: hixie-76 has none")
    });
    assert_eq!(said.count(), 1, "{lines:?}");
}

#[test]
fn silent_ends_are_pinged_and_their_pongs_go_no_further() {
    let (url, seen) = upstream(newest(), |mut socket| {
        let mut pings = 0;
        loop {
            match socket.recv_event().unwrap() {
                Some(Event::Ping([])) => pings += 1,
                Some(Event::Text("stop")) => return pings,
                other => panic!("{other:?}"),
            }
        }
    });
    let server = bridge(&url, &["--ping-interval", "0.1"]);
    let mut client = connect(&server, find("hybi-13"));
    for _ in 0..3 {
        assert_eq!(client.recv_event().unwrap(), Some(Event::Ping(b"")));
    }
    client.send("stop").unwrap();
    assert!(seen.recv().unwrap() > 0);
}

#[test]
fn binary_messages_for_a_draft_without_them_are_refused_or_become_base64() {
    let send = |mut socket: Socket| {
        socket.send([1, 2, 0xff]).unwrap();
        while let Ok(Some(_)) = socket.recv() {}
        socket.ended().and_then(|ending| ending.code)
    };
    let (url, code) = upstream(newest(), send);
    let server = bridge(&url, &[]);
    let mut client = connect(&server, find("hixie-76"));
    assert_eq!(client.recv().unwrap(), None);
    let unsupported = newest().info().close_codes;
    let unsupported = unsupported
        .iter()
        .find(|code| code.name == "unsupported-data");
    assert_eq!(code.recv().unwrap(), unsupported.map(|known| known.code));
    server.logs("has no binary messages; --binary base64 passes them on as text");

    let server = bridge(&url, &["--binary", "base64"]);
    let mut client = connect(&server, find("hixie-76"));
    let text: Message = "AQL/".into();
    assert_eq!(client.recv().unwrap(), Some(text));
    server.logs("binary messages are passed on in base64");
}
