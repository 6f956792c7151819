//! The table of what goes through hyper.

use super::*;

/// Opens a connection through hyper, compares every byte, and echoes a message; gives why it
/// was refused, if it was.
async fn attempt(draft: Spoken, names: NameCase, relaxed: Relaxed) -> Result<(), UpgradeError> {
    let name = draft.info().short;
    let acceptor = acceptor(draft).policy(Policy::relaxed(relaxed));
    let mut served = over_socket(acceptor, names).await;
    let mut client = client(draft);
    let request = client.request().to_vec();
    served.stream.write_all(&request).await.unwrap();
    let mut first = [0; 12];
    served.stream.read_exact(&mut first).await.unwrap();
    if &first != b"HTTP/1.1 101" {
        let mut answer = first.to_vec();
        served.stream.shutdown().await.unwrap();
        served.stream.read_to_end(&mut answer).await.unwrap();
        let error = served.refused.recv().await.expect(name);
        let response = error.response();
        assert_eq!(response.status(), StatusCode::NOT_IMPLEMENTED, "{name}");
        assert!(answer.starts_with(b"HTTP/1.1 501 "), "{name}");
        assert!(answer.ends_with(response.body().as_bytes()), "{name}");
        assert!(response.body().contains(name), "{error}");
        return Err(error);
    }
    client.receive(&first).unwrap();
    let mut answer = first.to_vec();
    answer.extend(shake(&mut served.stream, &mut client).await);
    let (head, body) = answer.split_at(end(&answer));
    let prescribed = prescribed(draft, &request, names);
    assert_eq!((lines(draft, head), body.to_vec()), prescribed, "{name}");

    let mut server = served.upgraded.recv().await.expect(name).expect(name);
    assert_eq!(server.connection().info(), draft.info(), "{name}");
    let mut talk = Talk::new(&mut served.stream, client.finish().expect(name));
    talk.send("grüße").await;
    let message = server.recv().await.unwrap().expect(name);
    server.send(message).await.unwrap();
    assert_eq!(talk.recv().await, Message::from("grüße"), "{name}");
    Ok(())
}

/// The rule that stands in the way.
fn obstacle(error: &UpgradeError) -> &'static str {
    match error {
        UpgradeError::Order { rule, .. } => rule.id,
        error => error.violation().expect("a rule").rule.id,
    }
}

/// One line of the table: what goes through without relaxing anything, and what has to be
/// relaxed for the rest.
async fn row(draft: Spoken) -> String {
    let said = |done: &Result<(), UpgradeError>| match done {
        Ok(()) => "yes".into(),
        Err(error) => format!("no: `{}`", obstacle(error)),
    };
    let lower = attempt(draft, NameCase::Lower, Relaxed::NONE).await;
    let mut done = attempt(draft, NameCase::Title, Relaxed::NONE).await;
    let title = said(&done);
    let mut ids = Vec::new();
    while let Err(UpgradeError::Order { rule, .. }) = &done {
        ids.push(rule.id);
        done = attempt(draft, NameCase::Title, relaxed(&ids)).await;
    }
    let (mut list, then) = (String::new(), said(&done));
    for id in &ids {
        let comma = if list.is_empty() { "" } else { ", " };
        write!(list, "{comma}`{id}`").unwrap();
    }
    let name = draft.info().short;
    let row = format!(
        "//! | {name} | {} | {title} | {then} | {list} |",
        said(&lower)
    );
    row.replace("|  |", "| |")
}

#[tokio::test]
async fn the_table_tells_what_hyper_writes() {
    let mut table = String::new();
    for draft in drafts() {
        table += &(row(draft).await + "\n");
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtime/src/adapters/hyper.rs");
    let source = fs::read_to_string(&path).unwrap();
    let rule = "//! |---|---|---|---|---|\n";
    let start = source.find(rule).expect("a table") + rule.len();
    let length = source[start..].find("//!\n").expect("the end of the table");
    let written = &source[start..start + length];
    if std::env::var_os("WSDRAFT_UPDATE").is_some() {
        let (before, after) = (&source[..start], &source[start + length..]);
        fs::write(&path, [before, &table, after].concat()).unwrap();
    } else {
        assert_eq!(written, table, "WSDRAFT_UPDATE=1 writes it anew");
    }
}

#[tokio::test]
async fn lower_case_names_are_refused_where_clients_compare_the_first_lines() {
    let draft = find("hixie-75");
    let relaxed = relaxed(&["request-first-fields", "request-order"]);
    let error = attempt(draft, NameCase::Lower, relaxed).await.unwrap_err();
    assert!(matches!(&error, UpgradeError::Written { .. }), "{error:?}");
    assert_eq!(obstacle(&error), "response-first-fields");
}

#[tokio::test]
async fn the_oldest_answer_is_the_one_that_browsers_compared() {
    let relaxed = relaxed(&["request-first-fields", "request-order"]);
    let acceptor = acceptor(find("hixie-75")).policy(Policy::relaxed(relaxed));
    let mut served = over_socket(acceptor, NameCase::Title).await;
    let request = "GET /demo HTTP/1.1\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\n\
        Host: example.com\r\nOrigin: http://example.com\r\n\r\n";
    served.stream.write_all(request.as_bytes()).await.unwrap();
    let expected = "HTTP/1.1 101 Web Socket Protocol Handshake\r\nUpgrade: WebSocket\r\n\
        Connection: Upgrade\r\nWebsocket-Origin: http://example.com\r\n\
        Websocket-Location: ws://example.com/demo\r\nDate: ";
    let mut answer = vec![0; expected.len()];
    served.stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(String::from_utf8(answer).unwrap(), expected);
}
