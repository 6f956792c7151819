//! Answers: of a server, and through another server.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_server_sends_nothing_of_what_may_not_stand_in_an_answer() {
    for draft in drafts() {
        let request = request(draft);
        for (text, byte) in UNFIT {
            let byte = Some(byte);
            let value = Misuse::Unfit {
                part: HeadPart::FieldValue,
                byte,
            };
            let subprotocol = Misuse::Unfit {
                part: HeadPart::Subprotocol,
                byte,
            };
            let fields = [("X-Room", text)];
            let answers = [
                (
                    Answer {
                        fields: &fields,
                        ..Answer::default()
                    },
                    value,
                ),
                (
                    Answer {
                        subprotocol: Some(text),
                        ..Answer::default()
                    },
                    subprotocol,
                ),
            ];
            for (answer, expected) in &answers {
                // Over tokio: the same request can still be answered otherwise.
                let (mut near, far) = duplex(1 << 16);
                near.write_all(&request).await.unwrap();
                let mut accepting = Acceptor::new(draft).start(far);
                accepting.request().await.unwrap();
                assert_eq!(misuse(accepting.accept(answer).await), *expected);
                let refused = accepting.respond(404, &fields, "").await;
                assert_eq!(misuse(refused), value);
                accepting
                    .respond(404, &[("X-Room", "1")], "no\n")
                    .await
                    .unwrap();
                drop(accepting);
                let mut sent = String::new();
                near.read_to_string(&mut sent).await.unwrap();
                assert!(
                    sent.starts_with("HTTP/1.1 404 Not Found\r\nX-Room: 1\r\n"),
                    "{sent}"
                );

                let stream = Kept::with(&request);
                let accepting = Acceptor::new(draft).start_blocking(stream.clone());
                assert_eq!(misuse(accepting.accept(answer)), *expected);
                assert!(stream.written().is_empty());
            }
            let stream = Kept::with(&request);
            let acceptor = Acceptor::new(draft).field("X-Room", text);
            assert_eq!(misuse(acceptor.accept_blocking(stream.clone())), value);
            let accepting = Acceptor::new(draft).start_blocking(stream.clone());
            assert!(accepting.respond(404, &fields, "").is_err());
            assert!(stream.written().is_empty());
        }
    }
}

#[test]
fn an_answer_through_another_server_is_the_same() {
    for (text, byte) in UNFIT {
        let mut upgrade = upgrade(&parsed(&[])).unwrap();
        let fields = [("X-Room", text)];
        let answer = Answer {
            fields: &fields,
            ..Answer::default()
        };
        let error = upgrade.accept(&answer).expect_err("misuse");
        let (part, byte) = (HeadPart::FieldValue, Some(byte));
        assert_eq!(error, UpgradeError::Misuse(Misuse::Unfit { part, byte }));
        assert_eq!(error.response().status(), 500);
        assert!(upgrade.take_output().is_empty());
        assert!(upgrade.accept(&Answer::default()).is_ok());
    }
}

#[test]
fn fields_that_a_draft_writes_are_replaced_or_refused_and_never_doubled() {
    for draft in drafts() {
        let name = draft.info().short;
        let fields = [("hOST", "other.example"), ("X-Room", "1")];
        let opening = Opening {
            host: "server.example",
            resource: "/",
            origin: Some("http://client.example"),
            subprotocols: &[],
            extensions: None,
            cookie: None,
            fields: &fields,
            entropy: &|bytes| bytes.fill(7),
        };
        let client = ClientHandshake::new(draft, &opening, ClientOptions::default());
        let text = String::from_utf8_lossy(client.request()).to_lowercase();
        assert_eq!(text.matches("\r\nhost: ").count(), 1, "{name}: {text}");
        assert!(
            text.contains("\r\nhost: other.example\r\n"),
            "{name}: {text}"
        );
        assert!(text.contains("\r\nx-room: 1\r\n"), "{name}: {text}");

        // What breaks the draft's rules in its place is refused.
        let upgrade = [("Upgrade", "h2c")];
        let broken = connector(draft).field(upgrade[0].0, upgrade[0].1);
        let found = misuse(broken.connect_blocking(Kept::default(), &address()));
        assert!(matches!(found, Misuse::Breaks(_)), "{name}: {found:?}");
        let mut server = ServerHandshake::new([draft], ServerOptions::default());
        server.receive(&request(draft)).unwrap();
        let answer = Answer {
            fields: &upgrade,
            ..Answer::default()
        };
        let found = server.accept(&answer);
        assert!(matches!(found, Err(Misuse::Breaks(_))), "{name}: {found:?}");

        // Extensions are offered by name, so that this end speaks what is agreed.
        if let Some(header) = draft
            .info()
            .request_header(wsdraft::info::Purpose::Extensions)
        {
            let offering = connector(draft).field(header.name.to_lowercase(), "any");
            let found = misuse(offering.connect_blocking(Kept::default(), &address()));
            assert_eq!(found, Misuse::Reserved(header.name), "{name}");
        }

        // What the handshake itself decides, and where content ends, is not the application's.
        let own = draft.info().response_headers.iter().filter(|header| {
            use wsdraft::info::Purpose::{Accept, Extensions, Nonce, Subprotocol};
            [Accept, Nonce, Subprotocol, Extensions].contains(&header.purpose)
        });
        let names = own
            .map(|header| header.name)
            .chain(["Content-Length", "Transfer-Encoding"]);
        for reserved in names {
            let fields = [(reserved, "1")];
            let answer = Answer {
                fields: &fields,
                ..Answer::default()
            };
            assert_eq!(
                server.accept(&answer),
                Err(Misuse::Reserved(reserved)),
                "{name}"
            );
        }
        server.accept(&Answer::default()).unwrap();
    }
    let framed = plain_response(200, &[("content-length", "9")], "text");
    assert_eq!(framed, Err(Misuse::Reserved("Content-Length")));
    for status in [0, 101, 199, 1000] {
        assert_eq!(plain_response(status, &[], ""), Err(Misuse::Status(status)));
    }
    let framed = Connector::new(find("rfc6455")).field("Transfer-Encoding", "chunked");
    let found = misuse(framed.connect_blocking(Kept::default(), &address()));
    assert_eq!(found, Misuse::Reserved("Transfer-Encoding"));
}
