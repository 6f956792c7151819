//! What a server's list of extensions may say, and where it says what it may not.

use wsdraft::{
    Draft, Violation,
    drafts::rfc6455,
    extension::{Agreed, ExtensionInfo, Extensions, builtin},
    handshake::{
        Opening,
        client::{ClientError, ClientHandshake, ClientOptions},
    },
};
use wsdraft_interpreter::interpreted_extension;
use wsdraft_spec::{Database, Source};

fn check(names: &str, offered: &str, answered: &str) -> Result<Agreed, Violation> {
    let ours = match names {
        "all" => Extensions::all(builtin::ALL),
        names => Extensions::named(names, builtin::ALL).unwrap(),
    };
    ours.check(rfc6455::Draft.info(), offered, answered)
}

/// The rule that an answer breaks, and the text that starts where it breaks it.
#[track_caller]
fn broken<'a>(names: &str, offered: &str, answered: &'a str) -> (&'static str, &'a str) {
    let violation = check(names, offered, answered).expect_err("it breaks a rule");
    assert!(!violation.rule.citation.is_empty());
    assert_eq!(violation.by, wsdraft::Role::Server);
    let at = usize::try_from(violation.offset).unwrap();
    (violation.rule.id, &answered[at..])
}

/// An extension of our own, as data.
fn own(text: &str) -> &'static ExtensionInfo {
    let source = Source {
        file: "own.ron".into(),
        text: text.into(),
    };
    let database = Database::built_in().unwrap().clone();
    let database = database.with([source]).expect("no errors");
    interpreted_extension(database.extensions().get("own-1").unwrap())
}

#[test]
fn nothing_is_compressed_twice() {
    for (list, rule, place) in [
        (
            "permessage-deflate, deflate-stream",
            "compressed-once",
            "deflate-stream",
        ),
        (
            "deflate-stream, permessage-deflate",
            "compressed-once",
            "permessage-deflate",
        ),
        (
            "deflate-application-data, deflate-stream",
            "compressed-once",
            "deflate-stream",
        ),
        (
            "permessage-deflate, deflate-frame",
            "bits-unshared",
            "deflate-frame",
        ),
        (
            "deflate-frame, permessage-deflate",
            "bits-unshared",
            "permessage-deflate",
        ),
        (
            "permessage-deflate, permessage-deflate",
            "listed-once",
            "permessage-deflate",
        ),
    ] {
        assert_eq!(broken("all", list, list), (rule, place), "{list}");
    }
}

#[test]
fn the_order_of_a_list_is_held_to() {
    for (list, rule, place) in [
        (
            "deflate-application-data, permessage-deflate",
            "frames-kept",
            "permessage-deflate",
        ),
        ("deflate-frame, mux", "channels-keep-frames", "mux"),
        (
            "mux, permessage-deflate",
            "connection-keeps-no-history",
            "permessage-deflate",
        ),
    ] {
        assert_eq!(broken("all", list, list), (rule, place), "{list}");
    }
    let list = "permessage-deflate, mux";
    assert_eq!(check("all", list, list).unwrap().iter().count(), 2);
}

/// A bit, or an opcode, has one meaning, whichever of the two extensions says so.
#[test]
fn a_claim_is_not_shared() {
    let ours = own(r#"Extension(
        short: "own-1",
        summary: "Ours.",
        evidence: [Own("We say so")],
        tokens: Add((names: ["x-own"], evidence: [Own("We say so")])),
        transform: Add((apply: Nothing, evidence: [Own("We say so")])),
        claims: Add((bits: ["RSV1"], evidence: [Own("We say so")])),
    )"#);
    let known = [ours, &builtin::permessage_deflate::INFO];
    let both = Extensions::named("all", &known).unwrap();
    for list in ["permessage-deflate, x-own", "x-own, permessage-deflate"] {
        let info = rfc6455::Draft.info();
        let broken = both.check(info, list, list).unwrap_err();
        assert_eq!(broken.rule.id, "bits-unshared", "{list}");
        assert_eq!(both.answer(info, list).iter().count(), 1, "{list}");
    }
}

#[test]
fn what_is_owed_is_owed_in_the_dialect_of_the_offer() {
    let both = "permessage-deflate, permessage-deflate-s2c";
    let offers = [
        "permessage-deflate; server_max_window_bits=10",
        "permessage-deflate; s2c_max_window_bits=10",
        "permessage-deflate; server_max_window_bits=10, permessage-deflate; s2c_max_window_bits=10",
    ];
    for offer in offers {
        let found = broken(both, offer, "permessage-deflate");
        assert_eq!(found, ("answer-owed", "permessage-deflate"), "{offer}");
    }
    // It is enough that it answers one of the offers.
    let two = "permessage-deflate; server_max_window_bits=10, permessage-deflate";
    assert!(check(both, two, "permessage-deflate").is_ok());
    let answer = "permessage-deflate; s2c_max_window_bits=9";
    let agreed = check(both, "permessage-deflate", answer).unwrap();
    let item = agreed.iter().next().unwrap();
    assert_eq!(item.extension.short, "permessage-deflate-s2c");
    assert_eq!(item.server.window_bits, 9);
}

#[test]
fn what_breaks_a_rule_has_its_place() {
    let offer = "permessage-deflate; client_max_window_bits; server_max_window_bits=12";
    for (answer, rule, place) in [
        (
            "permessage-deflate; server_max_window_bits=13",
            "answer-within-offer",
            "server_max_window_bits=13",
        ),
        (
            "permessage-deflate;server_max_window_bits=12 ; other=1",
            "answer-parameters-known",
            "other=1",
        ),
        (
            "permessage-deflate; server_max_window_bits=12; server_max_window_bits=12",
            "answer-parameters-once",
            "server_max_window_bits=12",
        ),
        (
            "permessage-deflate; server_max_window_bits=12; client_max_window_bits=7",
            "answer-values-valid",
            "client_max_window_bits=7",
        ),
        (
            "unknown,  permessage-deflate; client_max_window_bits=9",
            "answer-owed",
            "permessage-deflate; client_max_window_bits=9",
        ),
    ] {
        assert_eq!(broken("permessage-deflate", offer, answer), (rule, place));
    }
    let offer = "permessage-deflate";
    let answer = "permessage-deflate; client_max_window_bits=9";
    let found = broken("permessage-deflate", offer, answer);
    assert_eq!(found, ("answer-offered", "client_max_window_bits=9"));
}

#[test]
fn a_parameter_of_a_method_has_its_place() {
    let offer = "permessage-compress; method=\"deflate; s2c_max_window_bits=12\"";
    for (answer, rule, place) in [
        (
            "permessage-compress; method=\"deflate; s2c_max_window_bits=13\"",
            "answer-within-offer",
            "s2c_max_window_bits=13\"",
        ),
        (
            "permessage-compress; method=\"deflate; s2c_max_window_bits=12; c2s_max_window_bits=16\"",
            "answer-values-valid",
            "c2s_max_window_bits=16\"",
        ),
        (
            "permessage-compress; method=\"deflate; s2c_max_window_bits=\\1\\3\"",
            "answer-within-offer",
            "method=\"deflate; s2c_max_window_bits=\\1\\3\"",
        ),
        (
            "permessage-compress",
            "answer-method",
            "permessage-compress",
        ),
    ] {
        assert_eq!(broken("permessage-compress", offer, answer), (rule, place));
    }
}

/// In a response, of which each header line is one of the list's parts.
#[test]
fn a_client_tells_the_place_in_the_head() {
    let opening = Opening {
        host: "server.example",
        resource: "/",
        origin: None,
        subprotocols: &[],
        extensions: None,
        cookie: None,
        fields: &[],
        entropy: &|bytes| bytes.fill(7),
    };
    let ours = Extensions::named("permessage-deflate, deflate-frame", builtin::ALL).unwrap();
    let options = ClientOptions::default();
    let mut client =
        ClientHandshake::with_extensions(rfc6455::Draft, &opening, options, ours.clone());
    let mut server = wsdraft::handshake::server::ServerHandshake::new(
        [rfc6455::Draft],
        wsdraft::handshake::server::ServerOptions::default(),
    );
    server.receive(client.request()).unwrap();
    let accepted = server.accept(&wsdraft::handshake::Answer {
        extensions: Some("permessage-deflate"),
        ..wsdraft::handshake::Answer::default()
    });
    assert_eq!(accepted, Ok(()));
    let head = String::from_utf8(server.take_output()).unwrap();
    let head = head.replace(
        "Sec-WebSocket-Extensions: permessage-deflate\r\n",
        "Sec-WebSocket-Extensions: permessage-deflate\r\nX-Between: 1\r\n\
         Sec-WebSocket-Extensions:  deflate-frame; max_window_bits=99\r\n",
    );
    let Err(ClientError::Violation(violation)) = client.receive(head.as_bytes()) else {
        panic!("the answer breaks a rule");
    };
    assert_eq!(violation.rule.id, "answer-values-valid");
    let at = usize::try_from(violation.offset).unwrap();
    assert!(head[at..].starts_with("max_window_bits=99\r\n"), "{at}");
}
