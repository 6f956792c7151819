//! What a user reads of errors: each cause once, names and not tables, and no other adapter.

use std::{error::Error as StdError, io};

use wsdraft::{
    ConnectionError, Error, HandshakeError, HeadPart, Limit, Misuse, NoEntropy, Role, Sent,
    TrySendError, Violation,
    handshake::{
        Address, HeadError, Hosts, Origins,
        client::ClientError,
        server::{Offer, Refusal, RefusalCause, Requested, ServerHandshake, ServerOptions},
    },
    http::UpgradeError,
    info::Kind,
};
use wsdraft_tests::sockets::{address, newest};

fn violation() -> Violation {
    let mut server = ServerHandshake::new([newest()], ServerOptions::default());
    let head = b"PUT / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
    match server.receive(head).expect_err("a refusal").cause {
        RefusalCause::Violation(violation) => violation,
        other => panic!("{other:?}"),
    }
}

fn offer() -> Offer {
    let mut server = ServerHandshake::new([newest()], ServerOptions::default());
    let head = b"GET /chat?token=secret HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\
        Referer: https://a/?token=secret\r\nCookie: token=secret\r\nAuthorization: Bearer secret\r\n\r\n";
    match server.receive(head) {
        Ok(Some(Requested::Upgrade(offer))) => offer,
        other => panic!("{other:?}"),
    }
}

/// An error of the stream with an error inside, as TLS gives it.
fn nested() -> io::Error {
    let inner = io::Error::other(NoEntropy);
    io::Error::new(io::ErrorKind::InvalidData, inner)
}

fn misuses() -> Vec<Misuse> {
    let rule = violation().rule;
    let part = HeadPart::Host;
    vec![
        Misuse::Closed,
        Misuse::Unsupported(Kind::Ping),
        Misuse::NoFragments,
        Misuse::MessageOpen,
        Misuse::NoMessageOpen,
        Misuse::NotText,
        Misuse::Delimiter(1),
        Misuse::CloseCode(1),
        Misuse::ReasonWithoutCode,
        Misuse::Unclaimed,
        Misuse::Breaks(rule),
        Misuse::Unfit { part, byte: None },
        Misuse::Unfit {
            part,
            byte: Some(1),
        },
        Misuse::Reserved("a"),
        Misuse::Status(1),
        Misuse::Unspoken("a"),
    ]
}

fn connection_errors() -> Vec<ConnectionError> {
    let mut errors = vec![
        ConnectionError::Violation(violation()),
        ConnectionError::Limit {
            limit: Limit::Message,
            value: 1,
        },
        ConnectionError::Vanished { partial: false },
        ConnectionError::Vanished { partial: true },
        ConnectionError::Entropy,
    ];
    for by in [Role::Client, Role::Server] {
        let sent = [Sent::Nothing, Sent::Part, Sent::All];
        errors.extend(sent.map(|sent| ConnectionError::LeftEarly { by, sent }));
    }
    errors.extend(misuses().into_iter().map(ConnectionError::Misuse));
    errors
}

fn refusals() -> Vec<Refusal> {
    let causes = [
        RefusalCause::Head(HeadError::Version),
        RefusalCause::Violation(violation()),
        RefusalCause::Application,
        RefusalCause::NoUpgrade,
        RefusalCause::Host { host: "a".into() },
        RefusalCause::Origin { origin: "a".into() },
        RefusalCause::Limit {
            limit: Limit::Handshake,
            value: 1,
        },
    ];
    let refusal = Refusal::access;
    causes.map(refusal).into()
}

fn client_errors() -> Vec<ClientError> {
    vec![
        ClientError::Head(HeadError::TooLong { limit: 1 }),
        ClientError::Violation(violation()),
        ClientError::Misuse(Misuse::Closed),
        ClientError::Refused {
            status: 401,
            reason: "Unauthorized".into(),
            versions: vec![13],
            fields: wsdraft::handshake::HeaderFields::default(),
            body: Vec::new(),
        },
        ClientError::NoBootstrap {
            draft: newest().info(),
        },
        ClientError::Interim { limit: 1 },
    ]
}

/// Every error of the adapters.
fn errors() -> Vec<Error> {
    let connection = connection_errors().into_iter().map(Error::from);
    let refused = refusals().into_iter().map(Error::from);
    let client = client_errors().into_iter().map(|cause| {
        let address = address();
        Error::from(HandshakeError::new(address, cause))
    });
    let streams = [nested(), io::ErrorKind::TimedOut.into()];
    let streams = streams.into_iter().map(Error::from);
    connection
        .chain(refused)
        .chain(client)
        .chain(streams)
        .collect()
}

/// Every error of the crate.
fn all() -> Vec<Box<dyn StdError>> {
    let mut all: Vec<Box<dyn StdError>> = Vec::new();
    for error in errors() {
        all.push(Box::new(error));
    }
    for cause in client_errors() {
        all.push(Box::new(cause));
    }
    for error in connection_errors() {
        let message = "message";
        all.push(Box::new(TrySendError { message, error }));
    }
    let (draft, rule) = (violation().draft, violation().rule);
    let cause = RefusalCause::Violation(violation());
    all.extend(refusals().into_iter().map(|refusal| {
        let error: Box<dyn StdError> = Box::new(UpgradeError::from(refusal));
        error
    }));
    all.push(Box::new(UpgradeError::Order { draft, rule }));
    all.push(Box::new(UpgradeError::Written { draft, cause }));
    all.push(Box::new(UpgradeError::from(Misuse::Closed)));
    all.push(Box::new(UpgradeError::Unavailable));
    all.push(Box::new(UpgradeError::Entropy));
    all.push(Box::new("no URL".parse::<Address>().expect_err("no URL")));
    all.push(Box::new(Hosts::these(["/"]).expect_err("no host")));
    all.push(Box::new(Origins::these(["/"]).expect_err("no origin")));
    all
}

/// The texts of an error and its causes, as `anyhow` prints them with `{:#}`.
fn texts(error: &dyn StdError) -> Vec<String> {
    let mut texts = vec![error.to_string()];
    let mut cause = error.source();
    while let Some(error) = cause {
        texts.push(error.to_string());
        cause = error.source();
    }
    texts
}

#[test]
fn no_error_says_again_what_its_source_says() {
    for error in all() {
        let texts = texts(&*error);
        for (at, text) in texts.iter().enumerate() {
            let before = texts[..at].iter().find(|before| before.contains(text));
            assert_eq!(before, None, "{texts:?}");
        }
    }
}

#[test]
fn errors_are_short_and_speak_of_no_other_adapter() {
    for error in all() {
        let shown = format!("{error:?}");
        assert!(shown.len() < 500, "{} bytes: {shown}", shown.len());
        for text in [shown, error.to_string()] {
            assert!(!text.contains("blocking"), "{text}");
        }
    }
}

#[test]
fn long_messages_and_bodies_are_not_shown_as_a_whole() {
    let message = "x".repeat(10_000);
    let error = ConnectionError::from(Misuse::Closed);
    let unsent = TrySendError { message, error };
    let shown = format!("{unsent:?}");
    assert_eq!(shown, "TrySendError { error: Misuse(Closed), .. }");
    let again = || -> Result<(), Error> { Err(unsent)? };
    assert_eq!(again().unwrap_err().to_string(), Misuse::Closed.to_string());

    let body = [&b"log in \"first\"\n"[..], &[b'x'; 10_000]].concat();
    let refused = ClientError::Refused {
        status: 401,
        reason: "Unauthorized".into(),
        versions: Vec::new(),
        fields: wsdraft::handshake::HeaderFields::default(),
        body,
    };
    let shown = format!("{refused:?}");
    assert!(shown.contains(r#"body: "log in \"first\"\nxxx"#), "{shown}");
    assert!(shown.len() < 500, "{} bytes: {shown}", shown.len());
}

#[test]
fn drafts_and_rules_are_shown_by_name() {
    let (draft, offer) = (newest().info(), offer());
    assert_eq!(format!("{draft:?}"), draft.short);
    assert_eq!(format!("{:?}", violation().rule), "request-method");
    let shown = format!("{:?}", Misuse::Breaks(violation().rule));
    assert_eq!(shown, "Breaks(request-method)");
    let shown = format!("{offer:?}");
    assert!(shown.contains(draft.short) && shown.len() < 200, "{shown}");
    let requested = format!("{:?}", Requested::Upgrade(offer.clone()));
    let whole = format!("{:?}", offer.request);
    assert!(whole.contains("\"Authorization\": \"…\""), "{whole}");
    for text in [shown, requested, whole] {
        assert!(!text.contains("secret"), "{text}");
    }
}
