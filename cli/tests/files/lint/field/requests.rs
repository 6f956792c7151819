//! What stands before requests, in them and behind them.

use super::{ODD, closed, connection, events, rules, sent};

use crate::common::{
    capture::From,
    chat::{HELLO, REQUEST, RESPONSE},
    events::named,
};

#[test]
fn the_frames_begin_behind_the_content_of_the_request() {
    let field = "Sec-WebSocket-Version: 13\r\n";
    for (fields, content) in [
        ("Content-Length: 7\r\n", &b"\x81\x81\x01\x02\x03\x04y"[..]),
        ("Content-Length: 0\r\n", b""),
        (
            "Transfer-Encoding: chunked\r\n",
            b"3;a\r\n\x81\x03a\r\n0\r\n\r\n",
        ),
    ] {
        let request = REQUEST.replace(field, &format!("{field}{fields}"));
        for (size, early) in [(1, false), (4, true), (1000, false), (1000, true)] {
            if !early && content.is_empty() {
                continue;
            }
            let mut capture = connection();
            let request = [request.as_bytes(), content].concat();
            let bytes = [&request, HELLO, b"\x83\x80\0\0\0\0"].concat();
            if early {
                sent(&mut capture, From::Client, &bytes, size);
                sent(&mut capture, From::Server, RESPONSE.as_bytes(), size);
            } else {
                sent(
                    &mut capture,
                    From::Client,
                    &request[..request.len() - 1],
                    size,
                );
                sent(&mut capture, From::Server, RESPONSE.as_bytes(), size);
                sent(
                    &mut capture,
                    From::Client,
                    &bytes[request.len() - 1..],
                    size,
                );
            }
            let (found, _) = events(&closed(capture), &[]);
            let odd: Vec<_> = rules(&found)
                .into_iter()
                .filter(|broken| broken.0 == "opcode-known")
                .collect();
            let at = (request.len() + HELLO.len()) as u64;
            assert_eq!(
                odd,
                [("opcode-known", "client", at)],
                "{fields} {size}: {found:?}"
            );
            let connection = named(&found, "connection")[0];
            assert_eq!(connection["messages"]["client"], 1, "{found:?}");
            assert_eq!(connection["clean"], true, "{found:?}");
        }
    }
    // Content of a request before the opening one.
    let mut capture = connection();
    let post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nGET /";
    capture.send(From::Client, [post, REQUEST].concat().as_bytes());
    capture.send(From::Server, RESPONSE.as_bytes());
    let (found, status) = events(&closed(capture), &[]);
    assert_eq!((found.len(), status), (1, 0), "{found:?}");
}

#[test]
fn heads_in_bare_line_feeds_are_named_and_read() {
    for size in [1, 5, 1000] {
        let mut capture = connection();
        let (request, response) = (REQUEST.replace('\r', ""), RESPONSE.replace('\r', ""));
        sent(&mut capture, From::Client, request.as_bytes(), size);
        sent(&mut capture, From::Server, response.as_bytes(), size);
        capture.send(From::Client, HELLO);
        capture.send(From::Server, ODD);
        let (found, status) = events(&closed(capture), &[]);
        let heads = named(&found, "head");
        let ends: Vec<_> = heads
            .iter()
            .map(|head| head["by"].as_str().unwrap())
            .collect();
        assert_eq!(ends, ["client", "server"], "{found:?}");
        for head in heads {
            assert!(head["detail"].as_str().unwrap().contains("end in LF alone"));
        }
        let wanted = [("opcode-known", "server", response.len() as u64)];
        assert_eq!((rules(&found), status), (wanted.to_vec(), 1), "{found:?}");
        assert_eq!(named(&found, "connection")[0]["clean"], true);
    }
}

#[test]
fn a_proxy_header_is_passed_over() {
    let text = b"PROXY TCP4 203.0.113.9 192.0.2.2 5555 80\r\n".as_slice();
    let unknown = b"PROXY UNKNOWN\r\n";
    let binary = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xcb\0\x71\x09\xc0\0\x02\x02\x15\xb3\0\x50";
    for (header, client) in [
        (text, Some("203.0.113.9:5555")),
        (binary, Some("203.0.113.9:5555")),
        (unknown, None),
    ] {
        for size in [1, 3, 1000] {
            let mut capture = connection();
            let bytes = [header, REQUEST.as_bytes()].concat();
            sent(&mut capture, From::Client, &bytes, size);
            capture.send(From::Server, RESPONSE.as_bytes());
            capture.send(From::Client, b"\x83\x80\0\0\0\0");
            let (found, status) = events(&closed(capture), &[]);
            let wanted = [("opcode-known", "client", bytes.len() as u64)];
            assert_eq!((rules(&found), status), (wanted.to_vec(), 1), "{found:?}");
            let [proxied] = named(&found, "proxied")[..] else {
                panic!("{found:?}");
            };
            let detail = proxied["detail"].as_str().unwrap();
            assert_eq!(
                detail.contains("connects for"),
                client.is_some(),
                "{detail}"
            );
            assert!(
                detail.contains(client.unwrap_or("PROXY protocol")),
                "{detail}"
            );
        }
    }
    // The start of a method, or of empty lines.
    for start in ["\r\n\r\n", "PUT / HTTP/1.1\r\nHost: a\r\n\r\n"] {
        let mut capture = connection();
        sent(
            &mut capture,
            From::Client,
            [start, REQUEST].concat().as_bytes(),
            1,
        );
        capture.send(From::Server, RESPONSE.as_bytes());
        let (found, status) = events(&closed(capture), &[]);
        assert_eq!((found.len(), status), (1, 0), "{found:?}");
    }
}
