//! `wsdraft proxy` lets nothing pass that it did not judge, where not everybody may pass.

use std::{
    io::{Read as _, Write as _},
    net::{Shutdown, TcpListener, TcpStream},
    process::Child,
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use crate::common::listening::{listen, start, stop};

const PLAIN: &str = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
/// After an interim answer, and with a frame at once.
const ACCEPTED: &str = "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 101 Switching\r\n\
    Upgrade: websocket\r\nConnection: Upgrade\r\n\
    Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

fn upgrade(host: &str, more: &str) -> String {
    format!(
        "GET / HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nUpgrade: websocket\r\n\
        Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
        Sec-WebSocket-Version: 13\r\n{more}\r\n"
    )
}

/// A server that keeps its connections, and all that reached it.
struct Upstream {
    port: u16,
    seen: Arc<Mutex<Vec<u8>>>,
}

impl Upstream {
    /// Answers every head; refuses upgrades where it is told to.
    fn start(refuses: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::<Mutex<Vec<u8>>>::default();
        let to = Arc::clone(&seen);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, to) = (stream.unwrap(), Arc::clone(&to));
                thread::spawn(move || answer(stream, &to, refuses));
            }
        });
        Self { port, seen }
    }

    /// Before which the proxy stands, with these options.
    fn proxy(&self, options: &[&str]) -> (Child, String) {
        let upstream = format!("ws://127.0.0.1:{}", self.port);
        listen(&[&["proxy", "--upstream", &upstream][..], options].concat())
    }

    fn saw(&self, what: &str) -> bool {
        let seen = self.seen.lock().unwrap();
        String::from_utf8_lossy(&seen).contains(what)
    }
}

fn answer(mut stream: TcpStream, seen: &Mutex<Vec<u8>>, refuses: bool) {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while stream.read(&mut byte).is_ok_and(|length| length > 0) {
        seen.lock().unwrap().push(byte[0]);
        head.push(byte[0]);
        if !head.ends_with(b"\r\n\r\n") {
            continue;
        }
        let upgrades = String::from_utf8_lossy(&head).contains("Upgrade: websocket");
        let answer = if upgrades && !refuses { ACCEPTED } else { OK };
        if stream.write_all(answer.as_bytes()).is_err() {
            break;
        }
        head.clear();
    }
}

fn dial(address: &str) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    let patience = Some(Duration::from_secs(20));
    stream.set_read_timeout(patience).unwrap();
    stream
}

/// What comes until this does.
fn read_until(stream: &mut TcpStream, end: &str) -> String {
    let (mut read, mut byte) = (Vec::new(), [0]);
    while !read.ends_with(end.as_bytes()) {
        let length = stream.read(&mut byte).unwrap();
        assert!(length > 0, "{}", String::from_utf8_lossy(&read));
        read.push(byte[0]);
    }
    String::from_utf8(read).unwrap()
}

/// All that comes.
fn read_all(stream: &mut TcpStream) -> String {
    let mut read = Vec::new();
    let _ = stream.read_to_end(&mut read);
    String::from_utf8_lossy(&read).into_owned()
}

#[test]
fn a_second_request_on_a_connection_does_not_pass() {
    for options in [&[][..], &["--origin", "http://localhost"]] {
        for refuses in [false, true] {
            let upstream = Upstream::start(refuses);
            let (proxy, address) = upstream.proxy(options);
            let firsts = match refuses {
                false => vec![PLAIN.to_owned()],
                true => vec![PLAIN.to_owned(), upgrade("localhost", "")],
            };
            for first in firsts {
                // After the answer.
                let mut stream = dial(&address);
                stream.write_all(first.as_bytes()).unwrap();
                assert_eq!(read_until(&mut stream, "ok"), OK);
                let evil = upgrade("evil.example", "");
                stream.write_all(evil.as_bytes()).unwrap();
                assert_eq!(read_all(&mut stream), "");
                // At once.
                let mut stream = dial(&address);
                stream
                    .write_all(format!("{first}{evil}").as_bytes())
                    .unwrap();
                assert_eq!(read_all(&mut stream), OK);
            }
            assert!(!upstream.saw("evil"));
            stop(proxy);
        }
    }
}

#[test]
fn what_is_no_request_does_not_pass() {
    let upstream = Upstream::start(false);
    let (proxy, address) = upstream.proxy(&[]);
    let evil = upgrade("evil.example", "");
    for first in ["\u{16}", "\u{16}\u{3}\u{1}", "\r\n\0"] {
        let mut stream = dial(&address);
        stream.write_all(first.as_bytes()).unwrap();
        let _ = stream.write_all(evil.as_bytes());
        let said = read_all(&mut stream);
        assert!(said.starts_with("HTTP/1.1 400 "), "{first:?}: {said}");
    }
    let hidden = evil.replace(
        "Host: evil.example\r\n",
        "Host: localhost\r\n \r\nHost: evil.example\r\n",
    );
    let mut stream = dial(&address);
    stream.write_all(hidden.as_bytes()).unwrap();
    assert!(read_all(&mut stream).starts_with("HTTP/1.1 403 "));
    for framing in [
        "Content-Length: 4\r\nContent-Length: 5\r\n",
        "Content-Length: +4\r\n",
        "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: unknown\r\n",
    ] {
        let mut stream = dial(&address);
        let request = upgrade("localhost", framing);
        stream.write_all(request.as_bytes()).unwrap();
        let said = read_all(&mut stream);
        assert!(said.starts_with("HTTP/1.1 400 "), "{framing:?}: {said}");
    }
    assert!(!upstream.saw("Host"));
    stop(proxy);
    // Where everybody may pass, all passes.
    let (proxy, address) = upstream.proxy(&["--host", "any"]);
    let mut stream = dial(&address);
    stream
        .write_all(format!("\u{16}{evil}").as_bytes())
        .unwrap();
    assert_eq!(read_until(&mut stream, "xOo=\r\n\r\n"), ACCEPTED);
    drop(stream);
    stop(proxy);
}

#[test]
fn content_and_what_follows_an_upgrade_pass() {
    let upstream = Upstream::start(false);
    let (proxy, address) = upstream.proxy(&[]);
    let post = |framing: &str, content: &str| {
        format!("POST / HTTP/1.1\r\nHost: localhost\r\n{framing}\r\n\r\n{content}")
    };
    let posts = [
        (post("Content-Length: 5", "first"), "first"),
        (
            post("Transfer-Encoding: chunked", "6\r\nsecond\r\n0\r\n\r\n"),
            "second",
        ),
    ];
    for (request, content) in posts {
        let mut stream = dial(&address);
        let (one, other) = request.split_at(request.len() - 3);
        stream.write_all(one.as_bytes()).unwrap();
        assert_eq!(read_until(&mut stream, "ok"), OK);
        stream.write_all(other.as_bytes()).unwrap();
        let start = Instant::now();
        while !upstream.saw(content) {
            assert!(start.elapsed() < Duration::from_secs(20), "{content}");
            thread::sleep(Duration::from_millis(5));
        }
    }
    // Frames that do not wait for the answer, and those that do.
    let mut stream = dial(&address);
    let (early, later) = ("\u{1}\u{0}early", "later");
    let request = upgrade("localhost", "");
    stream
        .write_all(format!("{request}{early}").as_bytes())
        .unwrap();
    assert_eq!(read_until(&mut stream, "xOo=\r\n\r\n"), ACCEPTED);
    stream.write_all(later.as_bytes()).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    assert_eq!(read_all(&mut stream), "");
    assert!(upstream.saw(&format!("{early}{later}")));
    let (_, text) = stop(proxy);
    assert!(text.contains("frames before the answer had come"), "{text}");
}

/// The bytes that a draft has behind its head pass before the answer, which depends on them.
#[test]
fn the_bytes_behind_a_head_that_belong_to_a_handshake_pass() {
    let (server, direct) = start(&["serve"]);
    let upstream = format!("ws://{direct}");
    let (proxy, address) = listen(&["proxy", "--upstream", &upstream]);
    let head = "GET /demo HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n\
        Sec-WebSocket-Key2: 12998 5 Y3 1  .P00\r\nUpgrade: WebSocket\r\n\
        Sec-WebSocket-Key1: 4 @1  46546xW%0l 1 5\r\nOrigin: http://example.com\r\n\r\n";
    for behind in ["^n:ds[4U", "^n:ds[4U\0hello\u{7f}"] {
        let mut stream = dial(&address);
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(behind.as_bytes()).unwrap();
        let said = read_until(&mut stream, "8jKS'y:G*Co,Wxa-");
        assert!(said.starts_with("HTTP/1.1 101 "), "{said}");
    }
    stop(proxy);
    stop(server);
}
