//! What of a request reaches the server, and what of its answer reaches the client.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::mpsc::{Receiver, channel},
    thread,
    time::Duration,
};

use wsdraft::{Error, blocking::Connector, handshake::Address};

use super::{PATIENCE, Socket, Spoken, bridge, find, newest, upstream};
use crate::common::server::Server;

/// A server that gives each request this answer; its URL, and the heads of the requests.
pub(super) fn answering(answer: &'static str) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("ws://{}", listener.local_addr().unwrap());
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.unwrap());
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") && stream.read_line(&mut head).unwrap() > 0 {}
            let _ = sender.send(head);
            let _ = stream.get_mut().write_all(answer.as_bytes());
        }
    });
    (url, receiver)
}

pub(super) fn connector(draft: Spoken) -> Connector<Spoken> {
    Connector::new(draft).origin("http://example.com")
}

pub(super) fn ask(
    server: &Server,
    connector: &Connector<Spoken>,
    resource: &str,
) -> Result<Socket, Error> {
    let address: Address = server.url().parse().unwrap();
    let address = address.with_resource(resource).unwrap();
    connector.connect_blocking(server.dial(), &address)
}

/// The values of a field of a head.
fn values<'h>(head: &'h str, name: &str) -> Vec<&'h str> {
    let lines = head.lines().filter_map(|line| line.split_once(": "));
    let named = lines.filter(|(field, _)| field.eq_ignore_ascii_case(name));
    named.map(|(_, value)| value).collect()
}

#[test]
fn the_request_passes_with_who_the_client_is() {
    let (url, heads) = answering("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    let server = bridge(&url, &[]);
    let connector = connector(newest())
        .cookie("a=b; c=d")
        .subprotocol("chat")
        .subprotocol("more")
        .field("Authorization", "Bearer secret")
        .field("X-Request-Id", "7")
        .field("Keep-Alive", "timeout=5")
        .field("X-Forwarded-For", "203.0.113.9")
        .field("Forwarded", "for=203.0.113.9");
    assert!(ask(&server, &connector, "/chat?room=1").is_err());
    let head = heads.recv_timeout(PATIENCE).unwrap();
    let host = format!("127.0.0.1:{}", server.port());
    let forwarded = format!("for=127.0.0.1;host=\"{host}\";proto=http");
    assert!(head.starts_with("GET /chat?room=1 HTTP/1.1\r\n"), "{head}");
    for (name, expected) in [
        ("Host", &[url.trim_start_matches("ws://")][..]),
        ("Origin", &["http://example.com"]),
        ("Cookie", &["a=b; c=d"]),
        ("Sec-WebSocket-Protocol", &["chat, more"]),
        ("Authorization", &["Bearer secret"]),
        ("X-Request-Id", &["7"]),
        ("Keep-Alive", &[]),
        ("Upgrade", &["websocket"]),
        ("Connection", &["Upgrade"]),
        // What a client says of itself is not believed.
        ("Forwarded", &[&forwarded]),
        ("X-Forwarded-For", &["127.0.0.1"]),
        ("X-Forwarded-Proto", &["http"]),
        ("X-Forwarded-Host", &[&host]),
    ] {
        assert_eq!(values(&head, name), expected, "{name} in {head}");
    }

    let server = bridge(&format!("{url}/base/"), &["--trust-forwarded"]);
    assert!(ask(&server, &connector, "/chat?room=1").is_err());
    let head = heads.recv_timeout(PATIENCE).unwrap();
    assert!(
        head.starts_with("GET /base/chat?room=1 HTTP/1.1\r\n"),
        "{head}"
    );
    let said = values(&head, "X-Forwarded-For");
    assert_eq!(said, ["203.0.113.9, 127.0.0.1"], "{head}");
    let said = values(&head, "Forwarded").join("");
    assert!(
        said.starts_with("for=203.0.113.9, for=127.0.0.1;"),
        "{head}"
    );
}

#[test]
fn no_client_says_under_another_name_who_it_is() {
    let (url, heads) = answering("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    let said = [
        "X-Forwarded-Port",
        "x-forwarded-prefix",
        "X_Forwarded_For",
        "X-Real-IP",
    ];
    let connector = said
        .iter()
        .fold(connector(newest()), |it, name| it.field(*name, "1"));
    for (arguments, expected) in [(&[][..], &[][..]), (&["--trust-forwarded"], &["1"])] {
        let server = bridge(&url, arguments);
        assert!(ask(&server, &connector, "/").is_err());
        let head = heads.recv_timeout(PATIENCE).unwrap();
        for name in said {
            assert_eq!(values(&head, name), expected, "{name} in {head}");
        }
    }
}

#[test]
fn a_request_as_large_as_the_bridge_takes_is_passed_on() {
    let (url, heads) = answering("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    let server = bridge(&url, &[]);
    let value = "a".repeat(140);
    let names = (0..94).map(|number| format!("X-{number}"));
    let connector = names.fold(connector(newest()), |it, name| it.field(name, &*value));
    let error = ask(&server, &connector, "/").unwrap_err();
    assert!(error.to_string().contains("404"), "{error}");
    let head = heads.recv_timeout(PATIENCE).unwrap();
    assert_eq!(values(&head, "X-93"), [&*value]);
}

#[test]
fn a_field_that_is_no_text_is_left_out_and_said() {
    let (url, heads) = answering("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    let server = bridge(&url, &["--verbose"]);
    let mut stream = server.dial();
    let host = server.port();
    let head = format!(
        "GET / HTTP/1.1\r\nHost: localhost:{host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nX-Name: "
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(b"J\xf8rgen\r\n\r\n").unwrap();
    let head = heads.recv_timeout(PATIENCE).unwrap();
    assert!(!head.contains("X-Name"), "{head}");
    server.logs("the header field X-Name of the request is left out");
}

#[test]
fn an_old_request_becomes_a_new_one_and_the_other_way_round() {
    let (url, heads) = answering("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    for (client, draft) in [
        ("hixie-76", "rfc6455"),
        ("rfc6455", "hixie-76"),
        ("hixie-75", "hybi-08"),
    ] {
        let server = bridge(&url, &["--upstream-draft", draft]);
        let connector = connector(find(client)).subprotocol("chat");
        assert!(ask(&server, &connector, "/").is_err());
        let head = heads.recv_timeout(PATIENCE).unwrap();
        let (own, other) = (find(draft).info(), find(client).info());
        for header in own.request_headers {
            let given = !values(&head, header.name).is_empty();
            let extra = ["Cookie", "Cookie2", "Sec-WebSocket-Extensions"];
            assert!(
                given || extra.contains(&header.name),
                "{}: {head}",
                header.name
            );
        }
        for header in other.request_headers {
            let common = own
                .request_headers
                .iter()
                .any(|own| own.name.eq_ignore_ascii_case(header.name));
            assert!(
                common || values(&head, header.name).is_empty(),
                "{}: {head}",
                header.name
            );
        }
    }
}

#[test]
fn a_client_without_an_origin_gets_that_of_the_server_where_the_draft_asks_for_one() {
    let (url, seen) = upstream(find("hixie-76"), |mut socket| socket.recv().unwrap());
    let server = bridge(&url, &["--upstream-draft", "hixie-76", "-v"]);
    let mut client = ask(&server, &Connector::new(newest()), "/").unwrap();
    client.send("there").unwrap();
    assert_eq!(seen.recv().unwrap(), Some("there".into()));
    server.logs("the origin of the server stands in for that of the client");
}

#[test]
fn the_server_chooses_the_subprotocol_and_sets_cookies() {
    let response = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\
        Connection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\nSec-WebSocket-Protocol: more\r\n\
        Set-Cookie: a=b\r\nSet-Cookie: c=d\r\nKeep-Alive: timeout=5\r\n\r\n";
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("ws://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        let mut stream = BufReader::new(listener.accept().unwrap().0);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") && stream.read_line(&mut head).unwrap() > 0 {}
        let key = values(&head, "Sec-WebSocket-Key")[0];
        let text = [key, "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"].concat();
        let accept = wsdraft::digest::base64(&wsdraft::digest::sha1(&[text.as_bytes()]));
        let response = response.replace("{accept}", &accept);
        stream.get_mut().write_all(response.as_bytes()).unwrap();
        let _ = stream.read_to_end(&mut Vec::new());
    });
    let server = bridge(&url, &[]);
    let connector = connector(newest()).subprotocol("chat").subprotocol("more");
    let client = ask(&server, &connector, "/").unwrap();
    assert_eq!(client.subprotocol(), Some("more"));
    let response = client.response().unwrap();
    let cookies = response
        .fields()
        .all("set-cookie")
        .filter_map(|field| field.text());
    assert_eq!(cookies.collect::<Vec<_>>(), ["a=b", "c=d"]);
    assert_eq!(response.field("keep-alive"), None);
}

#[test]
fn the_client_behind_a_proxy_is_named() {
    let (url, heads) = answering("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    let server = bridge(&url, &["--proxy-protocol"]);
    let mut stream: TcpStream = server.dial();
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    stream
        .write_all(
            b"PROXY TCP6 2001:db8::7 2001:db8::1 1234 80\r\nGET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\
            Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        )
        .unwrap();
    stream.read_to_end(&mut Vec::new()).unwrap();
    let head = heads.recv_timeout(PATIENCE).unwrap();
    assert_eq!(values(&head, "X-Forwarded-For"), ["2001:db8::7"]);
    let said = values(&head, "Forwarded").join("");
    assert!(said.starts_with("for=\"[2001:db8::7]\";"), "{head}");
    server.logs("[2001:db8::7]:1234 (through 127.0.0.1:");
}

/// RFC 9110 §7.6.1: what Connection lists is for the bridge alone.
#[test]
fn what_is_for_the_connection_goes_no_further() {
    let (url, heads) = answering("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    let server = bridge(&url, &[]);
    let request = |listed: &str| {
        let head = format!(
            "GET / HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\nConnection: Upgrade{listed}\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\
             Origin: http://example.com\r\nCookie: a=b\r\nX-Mine: 1\r\n\r\n",
            server.address
        );
        let (_, status) = server.ask(head.as_bytes());
        assert_eq!(status, "HTTP/1.1 404");
        heads.recv_timeout(PATIENCE).unwrap()
    };
    let head = request("");
    let passed = ["Origin", "Cookie", "X-Mine"].map(|name| values(&head, name).len());
    assert_eq!(passed, [1, 1, 1], "{head}");
    let head = request(", origin, Cookie, x-mine");
    let passed = ["Origin", "Cookie", "X-Mine"].map(|name| values(&head, name).len());
    assert_eq!(passed, [0, 0, 0], "{head}");
}

#[test]
fn the_log_can_be_objects() {
    let behind = Server::serve(&["--drafts", "rfc6455"]);
    let url = format!("ws://{}", behind.address);
    let server = bridge(&url, &["--log-json"]);
    let mut client = ask(&server, &connector(find("hybi-00")), "/room?secret").unwrap();
    client.send("hello").unwrap();
    client.recv().unwrap();
    let open: serde_json::Value = serde_json::from_str(&server.logs("\"open\"")).unwrap();
    assert_eq!(
        (&open["client"], &open["upstream"]),
        (&"hybi-00".into(), &"rfc6455".into())
    );
    assert_eq!(open["path"], "/room");
    assert!(
        open["peer"].as_str().unwrap().starts_with("127.0.0.1:"),
        "{open}"
    );
    assert!(open["time"].as_str().unwrap().ends_with('Z'), "{open}");
    drop(client);
    let closed: serde_json::Value = serde_json::from_str(&server.logs("\"closed\"")).unwrap();
    assert_eq!(
        (&closed["up"]["messages"], &closed["down"]["bytes"]),
        (&1.into(), &5.into())
    );
    assert!(closed["seconds"].is_number(), "{closed}");
    let refusing = bridge("ws://127.0.0.1:1", &["--log-json", "-q"]);
    assert!(ask(&refusing, &connector(newest()), "/").is_err());
    let refused: serde_json::Value = serde_json::from_str(&refusing.logs("\"refused\"")).unwrap();
    assert_eq!(refused["status"], 502);
    assert!(
        refused["message"]
            .as_str()
            .unwrap()
            .contains("cannot be reached"),
        "{refused}"
    );
}
