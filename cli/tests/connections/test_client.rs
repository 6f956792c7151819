//! `test client`: against clients that this program is, started as a command or as a driver.

use std::{
    env,
    io::{Read as _, Write as _},
    net::TcpStream,
};

use serde_json::Value;
use wsdraft::{
    Draft, Error,
    drafts::ALL,
    extension::Extensions,
    handshake::Address,
    info::Purpose,
    tokio::{Connector, WebSocket},
};

use crate::common::{
    listening::{listen, stop},
    told,
};

mod strangers;

type Socket = WebSocket<tokio::net::TcpStream, &'static dyn Draft>;

/// What this program was told as a client: the draft, and the URL.
fn given() -> Option<(String, String)> {
    let mut arguments = env::args().skip_while(|one| one != "--skip");
    let given = arguments.nth(1)?;
    let (draft, url) = given.split_once('@')?;
    Some((draft.to_owned(), url.to_owned()))
}

/// Tests the client that this program is under this name; gives the exit status, the output and
/// the errors.
fn test(options: &[&str], name: &str, draft: &str) -> (i32, String, String) {
    let program = env::current_exe().unwrap();
    let (name, skip) = (format!("test_client::{name}"), format!("{draft}@{{url}}"));
    let tested = ["--json", "test", "client", "--draft", draft];
    let client = [program.to_str().unwrap(), "--exact", &name, "--ignored"];
    let rest = ["--nocapture", "--skip", &skip];
    told(&[&tested, options, &["--"], &client, &rest].concat(), b"")
}

/// The verdict on a case.
#[track_caller]
fn verdict<'a>(report: &'a Value, id: &str) -> &'a str {
    let cases = report["cases"].as_array().unwrap();
    let case = cases.iter().find(|case| case["id"] == id);
    case.expect(id)["verdict"].as_str().unwrap()
}

/// The cases that a strict client does not pass.
fn failed(report: &Value) -> Vec<String> {
    let cases = report["cases"].as_array().unwrap().iter();
    let failed = cases.filter(|case| {
        let verdict = case["verdict"].as_str().unwrap();
        !["strict", "stricter", "not-applicable"].contains(&verdict)
    });
    failed
        .map(|case| format!("{}: {}", case["id"], case["why"]))
        .collect()
}

async fn open(draft: &str, url: &str) -> Result<Socket, Error> {
    let draft = ALL.iter().find(|one| one.info().short == draft).unwrap();
    let address: Address = url.parse().unwrap();
    let stream = tokio::net::TcpStream::connect((address.host(), address.port())).await?;
    let mut connector = Connector::new(*draft).origin("http://localhost");
    if draft.info().request_header(Purpose::Extensions).is_some() {
        connector = connector.extensions(Extensions::compression());
    }
    connector.connect(stream, &address).await
}

async fn echo(mut socket: Socket) -> Result<(), Error> {
    while let Some(message) = socket.recv().await? {
        socket.feed(message).await?;
    }
    Ok(())
}

/// The one message that the tester sends where it is asked for something.
async fn ask(draft: &str, url: &str) -> Result<String, Error> {
    let mut socket = open(draft, url).await?;
    let answer = socket.recv().await?;
    while socket.recv().await?.is_some() {}
    let text = answer.and_then(|message| message.as_text().map(str::to_owned));
    Ok(text.unwrap_or_default())
}

/// Does what drivers for the Autobahn testsuite do; gives the statuses.
async fn drive(draft: &str, server: &str, agent: &str) -> Result<Vec<String>, Error> {
    let count: usize = ask(draft, &format!("{server}/getCaseCount"))
        .await?
        .parse()
        .unwrap();
    let mut statuses = Vec::new();
    for case in 1..=count {
        let of = format!("case={case}&agent={agent}");
        let info: Value =
            serde_json::from_str(&ask(draft, &format!("{server}/getCaseInfo?case={case}")).await?)
                .unwrap();
        assert!(!info["description"].as_str().unwrap().is_empty());
        // As many drivers do: whoever cannot connect is lost.
        let socket = open(draft, &format!("{server}/runCase?{of}")).await?;
        let _ = echo(socket).await;
        let status = ask(draft, &format!("{server}/getCaseStatus?{of}")).await?;
        let status: Value = serde_json::from_str(&status).unwrap();
        let (id, behavior) = (&info["id"], &status["behavior"]);
        statuses.push(format!(
            "{}: {}",
            id.as_str().unwrap(),
            behavior.as_str().unwrap()
        ));
    }
    ask(draft, &format!("{server}/updateReports?agent={agent}")).await?;
    Ok(statuses)
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build().unwrap().block_on(future)
}

#[test]
#[ignore = "it is no test, but a client that is tested"]
fn echoes() {
    let Some((draft, url)) = given() else { return };
    block_on(async {
        match open(&draft, &url).await {
            Ok(socket) => drop(echo(socket).await),
            Err(error) => println!("{error}"),
        }
    });
}

#[test]
#[ignore = "it is no test, but a driver that is tested"]
fn drives() {
    let Some((draft, url)) = given() else { return };
    block_on(drive(&draft, &url, "a%20driver")).unwrap();
}

#[test]
#[ignore = "it is no test, but a client that is tested"]
fn gives_up() {
    println!("the moon is full");
}

/// A client that takes any response for the right one, and sends frames without a mask.
#[test]
#[ignore = "it is no test, but a client that is tested"]
fn masks_nothing() {
    let Some((_, url)) = given() else { return };
    let (host, path) = url["ws://".len()..].split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    let request = format!(
        "GET /{path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let (mut bytes, mut piece) = (Vec::new(), [0; 4096]);
    while let Ok(count @ 1..) = stream.read(&mut piece) {
        bytes.extend_from_slice(&piece[..count]);
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            bytes.drain(..end + 4);
            break;
        }
    }
    loop {
        // Frames of up to 125 bytes are enough.
        while let [first, length, ..] = bytes[..]
            && bytes.len() >= 2 + usize::from(length)
        {
            let mut frame: Vec<u8> = bytes.drain(..2 + usize::from(length)).collect();
            if first == 0x89 {
                frame[0] = 0x8a;
            }
            let sent = stream.write_all(&frame);
            if sent.is_err() || first == 0x88 {
                return;
            }
        }
        match stream.read(&mut piece) {
            Ok(count @ 1..) => bytes.extend_from_slice(&piece[..count]),
            _ => return,
        }
    }
}

#[test]
fn our_client_is_strict_in_every_draft() {
    for draft in ALL.iter().map(|draft| draft.info().short) {
        let only = ["--only", "*/1/*", "--only", "sends/*"];
        let options = [&["--strict", "--jobs", "4"][..], &only].concat();
        let (status, output, errors) = test(&options, "echoes", draft);
        let report: Value = serde_json::from_str(&output).expect(&errors);
        assert_eq!(failed(&report), Vec::<String>::new(), "{draft}");
        assert_eq!((status, &*errors), (0, ""), "{draft}");
        let (subject, of) = (&report["subject"], &report["draft"]);
        assert_eq!(
            (subject.as_str(), of.as_str()),
            (Some("client"), Some(draft))
        );
        assert!(
            report["summary"]["strict"].as_u64().unwrap() > 40,
            "{report}"
        );
    }
}

/// A whole run with this driver and these cases.
fn driven(options: &[&str]) -> (i32, Value, String) {
    let options = [&["--driver", "--exclude", "writes/*"], options].concat();
    let (status, output, errors) = test(&options, "drives", "rfc6455");
    let report = serde_json::from_str(&output).expect(&errors);
    (status, report, errors)
}

#[test]
fn a_driver_that_ends_at_a_failed_connection_comes_to_the_end() {
    let (status, report, errors) = driven(&["--exclude", "sizes/*"]);
    assert_eq!(failed(&report), Vec::<String>::new());
    assert_eq!(
        (status, report["agent"].as_str()),
        (0, Some("a driver")),
        "{errors}"
    );
    assert!(errors.contains("--handshake adds them"), "{errors}");
    let ids = report["cases"].as_array().unwrap().iter();
    let ids: Vec<&str> = ids.map(|case| case["id"].as_str().unwrap()).collect();
    assert!(!ids.iter().any(|id| id.starts_with("response/")), "{ids:?}");
    assert!(ids.len() > 300, "{ids:?}");
    assert_eq!(
        verdict(&report, "close-frame/close-code-allowed/1/breaks"),
        "strict"
    );
}

#[test]
fn a_driver_that_goes_away_leaves_cases_unknown() {
    let (status, report, errors) = driven(&["--handshake", "--only", "response/*"]);
    assert_eq!(status, 1, "{errors}");
    let cases = report["cases"].as_array().unwrap().iter();
    let unplayed = cases.filter(|case| case["why"] == "The case was not played.");
    assert!(unplayed.count() > 10, "{report}");
}

#[test]
fn several_agents_have_a_report_each() {
    let only = ["--only", "close-frame/*", "--agents", "2"];
    let (child, address) = listen(&[&["test", "client", "--json"][..], &only].concat());
    let server = format!("ws://{address}");
    let statuses = block_on(drive("rfc6455", &server, "one")).unwrap();
    assert!(statuses.len() > 20);
    assert!(
        statuses.iter().all(|status| status.ends_with(": OK")),
        "{statuses:?}"
    );
    // An agent that has more than one connection open.
    block_on(async {
        let second = drive("rfc6455", &server, "two");
        let stray = format!("{server}/getCaseStatus?case=1&agent=three");
        let stray = ask("rfc6455", &stray);
        let (second, stray) = tokio::join!(second, stray);
        second.unwrap();
        assert_eq!(stray.unwrap(), r#"{"behavior":"FAILED"}"#);
    });
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["format"], "wsdraft-test/1");
    let reports = document["reports"].as_array().unwrap();
    let agents: Vec<&Value> = reports.iter().map(|report| &report["agent"]).collect();
    assert_eq!(agents, ["one", "two"]);
}

#[test]
fn a_signal_ends_the_test_with_what_was_played() {
    let (child, address) = listen(&["test", "client", "--only", "close-frame/*"]);
    let server = format!("ws://{address}");
    block_on(async {
        let url = format!("{server}/runCase?case=1&agent=x");
        echo(open("rfc6455", &url).await.unwrap()).await.ok();
        ask("rfc6455", &format!("{server}/getCaseStatus?case=1&agent=x"))
            .await
            .unwrap();
        let other = ask("rfc6455", &format!("{server}/runCase?case=999&agent=x")).await;
        assert!(other.is_err());
    });
    let (status, text) = stop(child);
    assert_eq!(status, 2);
    assert!(text.contains("cases were not played"), "{text}");
    assert!(text.contains("Close frames"), "{text}");
}

#[test]
fn nobody_who_comes_is_told() {
    let (child, address) = listen(&["test", "client"]);
    let mut stream = TcpStream::connect(&address).unwrap();
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        .unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    assert!(text.starts_with("HTTP/1.1 404 "), "{text}");
    assert!(text.contains("wsdraft help test client"), "{text}");
    let (status, text) = stop(child);
    assert_eq!((status, &*text), (2, ""));
}

#[test]
fn a_client_that_is_wrong_on_purpose_is_found() {
    let only = [
        "response/accept-*",
        "sends/client-frame-masked",
        "frame/*/1/keeps",
    ];
    let only = only.iter().flat_map(|only| ["--only", only]);
    let options: Vec<&str> = ["--timeout", "1"].into_iter().chain(only).collect();
    let (status, output, errors) = test(&options, "masks_nothing", "rfc6455");
    let report: Value = serde_json::from_str(&output).expect(&errors);
    assert_eq!(status, 1, "{errors}");
    let wrong = failed(&report);
    for (id, expected) in [
        ("response/accept-matches/1/breaks", "wrong"),
        ("response/accept-matches/1/keeps", "strict"),
        ("sends/client-frame-masked", "wrong"),
    ] {
        assert_eq!(verdict(&report, id), expected, "{id}: {wrong:#?}");
    }
}

#[test]
fn a_command_that_is_no_client_is_told() {
    let said = |arguments: &[&str]| {
        let (status, output, errors) = told(&[&["test", "client"], arguments].concat(), b"");
        assert_eq!((status, &*output), (2, ""), "{errors}");
        errors
    };
    let errors = said(&["--", "/nowhere/client", "{url}"]);
    assert!(
        errors.starts_with("wsdraft: /nowhere/client: No such file"),
        "{errors}"
    );
    let errors = said(&["--", "true"]);
    assert!(
        errors.contains("no argument of the command has {url}"),
        "{errors}"
    );
    let errors = said(&["--timeout", "0.1", "--", "sh", "-c", "sleep 60", "{url}"]);
    assert_eq!(errors, "wsdraft: The command does not connect in time.\n");
    let errors = said(&["--driver", "--", "sh", "-c", "exit 3"]);
    assert!(
        errors.contains("ended without playing a case: exit status: 3"),
        "{errors}"
    );
    let (status, _, errors) = test(&[], "gives_up", "rfc6455");
    assert_eq!(status, 2);
    assert!(
        errors.contains("ended without connecting: exit status: 0"),
        "{errors}"
    );
    assert!(errors.contains("the moon is full"), "{errors}");
}
