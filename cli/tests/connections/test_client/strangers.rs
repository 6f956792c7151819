//! `test client`: what others on the same machine can do to a test.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{Shutdown, TcpStream},
    process::{Child, ChildStderr, Command, Stdio},
};

use serde_json::Value;

use super::{ask, block_on, echo, failed, given, open, test};

const DRAFT: &str = "rfc6455";
/// Agents that may play in a test.
const MOST: usize = 64;

/// A tester for drivers, its address, and what it writes to standard error.
fn listening() -> (Child, String, BufReader<ChildStderr>) {
    let only = ["--only", "close-frame/*", "--timeout", "1"];
    let mut child = Command::new(env!("CARGO_BIN_EXE_wsdraft"))
        .args(["--json", "test", "client", "--listen", "127.0.0.1:0"])
        .args(only)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut errors = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    errors.read_line(&mut line).unwrap();
    let (_, address) = line.trim_end().split_once("ws://").unwrap();
    (child, address.to_owned(), errors)
}

/// What comes back for a request that is none of a WebSocket client, which sends nothing else.
fn answer(address: &str, target: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let request = format!("GET {target} HTTP/1.1\r\nHost: {address}\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let mut bytes = Vec::new();
    // Where no answer is due, the connection may be reset.
    let _ = stream.read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn strangers_neither_end_a_test_nor_take_the_place_of_a_client() {
    let (mut child, address, mut errors) = listening();
    let server = format!("ws://{address}");
    let told = |target: &str| block_on(ask(DRAFT, &format!("{server}/{target}")));
    for number in 0..=MOST {
        told(&format!("updateReports?agent=idle-{number}")).unwrap();
    }
    let play = |agent: &str| {
        let url = format!("{server}/runCase?case=1&agent={agent}");
        block_on(async { echo(open(DRAFT, &url).await.unwrap()).await.ok() });
    };
    play("real");
    let too_long = "x".repeat(257);
    let refused = answer(&address, &format!("/runCase?case=1&agent={too_long}"));
    assert!(refused.starts_with("HTTP/1.1 400 "), "{refused}");
    for number in 1..MOST {
        answer(&address, &format!("/runCase?case=1&agent=busy-{number}"));
    }
    for _ in 0..2 {
        let refused = answer(&address, "/runCase?case=1&agent=late");
        assert!(refused.starts_with("HTTP/1.1 503 "), "{refused}");
        assert!(refused.contains("64 agents play already"), "{refused}");
    }
    told("updateReports?agent=late").unwrap();
    // Who plays already goes on.
    play("real");
    told("updateReports?agent=real").unwrap();
    let report: Value = serde_json::from_reader(child.stdout.take().unwrap()).unwrap();
    child.wait().unwrap();
    let reports = report["reports"].as_array().unwrap();
    assert_eq!(reports.len(), MOST);
    assert_eq!(reports[0]["agent"], "real");
    let mut lines = String::new();
    errors.read_to_string(&mut lines).unwrap();
    let said = |what: &str| lines.lines().filter(|line| line.contains(what)).count();
    assert_eq!(said("idle-0 asks for its report"), 1, "{lines}");
    assert_eq!(said("asks for its report"), 1, "{lines}");
    assert_eq!(said("is refused: its name"), 1, "{lines}");
    assert_eq!(said("late is refused: 64 agents"), 1, "{lines}");
}

/// A client that first asks for what a stranger could guess.
#[test]
#[ignore = "it is no test, but a client that is tested"]
fn guesses() {
    let Some((draft, url)) = given() else { return };
    let (address, path) = url["ws://".len()..].split_once('/').unwrap();
    let (token, target) = path.split_once('/').unwrap();
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    assert!(token.len() == 16 && token.bytes().all(is_digit), "{token}");
    let zeros = "0".repeat(16);
    for guess in [target, "case/hello", &format!("{zeros}/{target}"), token] {
        let refused = answer(address, &format!("/{guess}"));
        assert!(refused.starts_with("HTTP/1.1 404 "), "{refused}");
    }
    block_on(async { echo(open(&draft, &url).await.unwrap()).await.ok() });
}

#[test]
fn nobody_can_guess_where_a_client_connects() {
    let options = ["--strict", "--only", "frame/*/1/keeps"];
    let (status, output, errors) = test(&options, "strangers::guesses", DRAFT);
    let report: Value = serde_json::from_str(&output).expect(&errors);
    assert_eq!(failed(&report), Vec::<String>::new());
    assert_eq!((status, &*errors), (0, ""));
}
