//! `test server`: against servers that go, hang or do not end, on purpose.

use std::{
    io::{self, Read as _, Write as _},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;
use wsdraft::{
    Draft, Message,
    blocking::{Acceptor, WebSocket},
};

use crate::common::{folder, markup::parse, told as run};

mod unrepeated;

type Socket = WebSocket<TcpStream, &'static dyn Draft>;

/// What is done with a connection; whether the server survives it.
type Serve = fn(&mut Socket, &mut TcpStream) -> bool;

/// A server in a thread for each connection.
#[derive(Clone)]
struct Server {
    serve: Serve,
    streams: Arc<Mutex<Vec<TcpStream>>>,
    dead: Arc<AtomicBool>,
}

impl Server {
    /// Starts one; `back` is the time after which it is started again when it has gone.
    fn start(serve: Serve, back: Option<Duration>) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            let mut listener = Some(listener);
            loop {
                let server = Self {
                    serve,
                    streams: Arc::default(),
                    dead: Arc::default(),
                };
                server.live(listener.take().unwrap());
                match back {
                    Some(time) => thread::sleep(time),
                    None => return,
                }
                listener = Some(again(address));
            }
        });
        format!("ws://{address}/")
    }

    /// Serves until a connection is the end of it, and all others with it.
    fn live(&self, listener: TcpListener) {
        listener.set_nonblocking(true).unwrap();
        while !self.dead.load(Ordering::SeqCst) {
            match listener.accept() {
                Ok((stream, _)) => {
                    stream.set_nonblocking(false).unwrap();
                    let kept = stream.try_clone().unwrap();
                    self.streams.lock().unwrap().push(kept);
                    let server = self.clone();
                    thread::spawn(move || server.one(stream));
                }
                Err(_) => thread::sleep(Duration::from_millis(2)),
            }
        }
        drop(listener);
        for stream in self.streams.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    fn one(&self, stream: TcpStream) {
        let newest = *wsdraft::drafts::ALL.last().unwrap();
        let mut raw = stream.try_clone().unwrap();
        if let Ok(mut socket) = Acceptor::new(newest).accept_blocking(stream)
            && !(self.serve)(&mut socket, &mut raw)
        {
            self.dead.store(true, Ordering::SeqCst);
        }
    }
}

/// The same address, as soon as it is free.
fn again(address: SocketAddr) -> TcpListener {
    loop {
        match TcpListener::bind(address) {
            Ok(listener) => return listener,
            Err(_) => thread::sleep(Duration::from_millis(10)),
        }
    }
}

/// Echoes; does not survive messages of 127 bytes.
fn fragile(socket: &mut Socket, _: &mut TcpStream) -> bool {
    loop {
        match socket.recv() {
            Ok(Some(Message::Text(text))) if text.len() == 127 => return false,
            Ok(Some(message)) => drop(socket.send(message)),
            Ok(None) | Err(_) => return true,
        }
    }
}

/// The cases of the report by their ids, with the verdict and the reason.
fn cases(json: &str) -> Vec<(String, String, String)> {
    let report: Value = serde_json::from_str(json).expect(json);
    let text = |case: &Value, name: &str| case[name].as_str().unwrap().to_owned();
    let cases = report["cases"].as_array().unwrap().iter();
    cases
        .map(|case| (text(case, "id"), text(case, "verdict"), text(case, "why")))
        .collect()
}

/// The case that sends such a message.
const GUILTY: &str = "echo/text/127";
const DURING: &str = "The server ended its process or stopped listening during this case";

#[test]
fn a_server_that_goes_and_comes_back_is_blamed_for_the_case_that_it_did_not_survive() {
    let url = Server::start(fragile, Some(Duration::from_millis(200)));
    let only = ["--only", "echo/text/*", "--jobs", "4"];
    let (status, out, err) = run(
        &[&["test", "server", &url, "--json"], &only[..]].concat(),
        b"",
    );
    assert_eq!(status, 1, "{err}");
    let cases = cases(&out);
    assert!(cases.len() > 5, "{out}");
    for (id, verdict, why) in cases {
        if id == GUILTY {
            assert_eq!((&*verdict, why), ("wrong", format!("{DURING}.")), "{id}");
        } else {
            assert_eq!(verdict, "strict", "{id}: {why}");
        }
    }
    assert!(err.contains(&format!("during {GUILTY}")), "{err}");
}

#[test]
fn a_server_that_is_gone_ends_the_test() {
    let url = Server::start(fragile, None);
    let only = ["--only", "echo/text/*", "--jobs", "1"];
    let (status, out, err) = run(
        &[&["test", "server", &url, "--json"], &only[..]].concat(),
        b"",
    );
    assert_eq!(status, 1, "{err}");
    let cases = cases(&out);
    let guilty = cases.iter().position(|case| case.0 == GUILTY).unwrap();
    let (before, rest) = cases.split_at(guilty);
    assert!(before.iter().all(|case| case.1 == "strict"), "{before:?}");
    let (_, verdict, why) = &rest[0];
    assert_eq!((&**verdict, why), ("wrong", &format!("{DURING}.")));
    assert!(rest.len() > 1);
    for (id, verdict, why) in &rest[1..] {
        assert_eq!(
            (&**verdict, &**why),
            ("unknown", "The server is gone."),
            "{id}"
        );
    }
    assert!(err.contains("The server is gone. It went during"), "{err}");
}

/// Starts a server that does nothing any more once a connection has not survived.
fn stopping(serve: Serve) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("ws://{}/", listener.local_addr().unwrap());
    thread::spawn(move || {
        let newest = *wsdraft::drafts::ALL.last().unwrap();
        let (stuck, mut kept) = (Arc::new(AtomicBool::new(false)), Vec::new());
        for stream in listener.incoming() {
            if stuck.load(Ordering::SeqCst) {
                kept.push(stream);
                continue;
            }
            let stuck = Arc::clone(&stuck);
            thread::spawn(move || {
                let stream = stream?;
                let mut raw = stream.try_clone()?;
                let socket = Acceptor::new(newest).accept_blocking(stream);
                let mut socket = socket.map_err(io::Error::other)?;
                if !serve(&mut socket, &mut raw) {
                    stuck.store(true, Ordering::SeqCst);
                    thread::sleep(Duration::from_secs(600));
                }
                Ok::<_, io::Error>(())
            });
        }
    });
    url
}

/// What is said of a server that stops to answer: its cases, and the messages.
fn stopped(serve: Serve) -> (Vec<(String, String, String)>, String) {
    let url = stopping(serve);
    let test = ["test", "server", &url, "--json", "--timeout", "0.5"];
    let only = [
        "--only",
        "echo/*",
        "--only",
        "message/*",
        "--only",
        "sends/*",
        "--jobs",
        "2",
    ];
    let (status, out, err) = run(&[&test[..], &only[..]].concat(), b"");
    assert_eq!(status, 1, "{err}");
    (cases(&out), err)
}

#[test]
fn a_server_that_stops_to_answer_ends_the_test() {
    let (cases, err) = stopped(fragile);
    let reasons = cases.iter().map(|case| &*case.2);
    let vain = reasons.filter(|why| *why == "The server does not answer anything any more.");
    assert!(vain.count() > 20, "{cases:?}");
    assert!(
        err.contains("It went during ") && err.contains(GUILTY),
        "{err}"
    );
}

/// Connections to the server of the next function.
static CONNECTIONS: AtomicUsize = AtomicUsize::new(0);

/// Echoes, and breaks a rule on its second connection: the first one after the greeting.
fn flaky(socket: &mut Socket, raw: &mut TcpStream) -> bool {
    if CONNECTIONS.fetch_add(1, Ordering::SeqCst) == 1 {
        let _ = raw.write_all(&[0xc1, 1, b'x']);
    }
    fragile(socket, raw)
}

#[test]
fn a_rule_that_a_server_breaks_once_is_broken_although_the_case_is_played_again() {
    let url = Server::start(flaky, None);
    let only = ["--only", SHORT, "--only", "sends/*", "--json"];
    let (status, out, err) = run(&[&["test", "server", &url], &only[..]].concat(), b"");
    assert_eq!(status, 1, "{err}");
    assert_eq!(CONNECTIONS.load(Ordering::SeqCst), 3, "{out}");
    let cases = cases(&out);
    let of = |id: &str| cases.iter().find(|case| case.0 == id).expect(id);
    assert_eq!(of(SHORT).1, "strict", "{out}");
    let (_, verdict, why) = of("sends/reserved-bits-clear");
    assert_eq!(verdict, "wrong", "{why}");
    assert!(why.starts_with(&format!("In {SHORT}: ")), "{why}");
}

/// A case with a short message, and one with a long one.
const SHORT: &str = "echo/text-and-binary";
const LONG: &str = "sizes/text/16-mib";

/// Plays one case against a server that does this when it has echoed what a greeting is made of.
fn played(serve: Serve, case: &str) -> (String, String, Duration) {
    let url = Server::start(serve, None);
    let started = Instant::now();
    let arguments = [
        "test",
        "server",
        &url,
        "--only",
        case,
        "--timeout",
        "0.5",
        "--json",
    ];
    let (status, out, err) = run(&arguments, b"");
    assert_eq!(status, 1, "{out} {err}");
    let (_, verdict, why) = cases(&out).remove(0);
    (verdict, why, started.elapsed())
}

/// Echoes the short message of the greeting. Returns whether it was one; what else comes is not read.
fn greeted(socket: &mut Socket, raw: &TcpStream) -> bool {
    let mut start = [0; 2];
    while raw.peek(&mut start).is_ok_and(|count| count == 1) {}
    let greets = start[1] & 0x7f == 7;
    if greets && let Ok(Some(message)) = socket.recv() {
        drop(socket.send(message));
        while let Ok(Some(_)) = socket.recv() {}
    }
    greets
}

/// The longest that a case against these may take, with some time for the machine.
const BOUND: Duration = Duration::from_secs(40);

fn assert_bounded((verdict, why, took): &(String, String, Duration)) {
    assert!(["wrong", "unknown"].contains(&&**verdict), "{why}");
    assert!(*took < BOUND, "{took:?}");
}

#[test]
fn a_server_that_sends_pings_without_an_end_does_not_keep_the_test() {
    let serve: Serve = |socket, raw| {
        while !greeted(socket, raw) && raw.write_all(&[0x89, 0x00].repeat(1000)).is_ok() {}
        true
    };
    assert_bounded(&played(serve, SHORT));
}

#[test]
fn a_server_that_trickles_does_not_keep_the_test() {
    let serve: Serve = |socket, raw| {
        if !greeted(socket, raw) {
            // The start of a message that never ends.
            let _ = raw.write_all(&[0x82, 127, 0, 0, 0, 9, 0, 0, 0, 0]);
            while raw.write_all(b"*").is_ok() {
                thread::sleep(Duration::from_millis(100));
            }
        }
        true
    };
    assert_bounded(&played(serve, SHORT));
}

#[test]
fn a_server_that_reads_nothing_does_not_keep_the_test() {
    let serve: Serve = |socket, raw| {
        if !greeted(socket, raw) {
            thread::sleep(Duration::from_secs(600));
        }
        true
    };
    assert_bounded(&played(serve, LONG));
}

#[test]
fn a_server_that_reads_a_little_now_and_then_does_not_keep_the_test() {
    let serve: Serve = |socket, raw| {
        if !greeted(socket, raw) {
            let mut little = [0; 4096];
            while raw.read(&mut little).is_ok_and(|count| count > 0) {
                thread::sleep(Duration::from_millis(100));
            }
        }
        true
    };
    assert_bounded(&played(serve, LONG));
}

#[test]
fn messages_are_measured_without_a_verdict() {
    let url = Server::start(fragile, None);
    let only = ["--only", SHORT, "--json"];
    let (status, out, err) = run(&[&["test", "server", &url], &only[..]].concat(), b"");
    assert_eq!(status, 0, "{err}");
    assert!(!out.contains("measurements"), "{out}");
    let folder = folder("measured");
    let pages = folder.to_str().unwrap();
    let measured = ["test", "server", &url, "--measure", "--html", pages];
    let (status, out, err) = run(&[&measured[..], &only[..]].concat(), b"");
    assert_eq!(status, 0, "{err}");
    let page = std::fs::read_to_string(folder.join("index.html")).unwrap();
    assert!(parse(&page).contains(&("a".into(), "href".into(), "#measured".into())));
    assert_eq!(page.matches(" bytes</th>").count(), 12, "{page}");
    let report: Value = serde_json::from_str(&out).unwrap();
    let measured = report["measurements"].as_array().unwrap();
    assert_eq!(measured.len(), 12);
    for one in measured {
        assert_eq!(one["count"], 1000);
        let of = |name: &str| one[name].as_f64().unwrap();
        assert!(of("p50_us") <= of("p90_us") && of("p99_us") <= of("p999_us"));
        assert!(of("p50_us") > 0.0 && of("per_second") > 0.0);
    }
}
