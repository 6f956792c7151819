//! Requests over blocking streams.

use std::{
    io::{Read as _, Write as _},
    thread,
    time::Duration,
};

use wsdraft::{
    Limit, Limits,
    blocking::Acceptor,
    handshake::{Acceptance, Rejection},
};

use super::*;
use wsdraft_tests::{
    ports::{accept, dial, listen},
    sockets::{drafts, newest},
};

/// What a server says to a request, and how it ends.
fn said(acceptor: Acceptor<Spoken>, decision: Result<Acceptance, Rejection>) -> (String, Error) {
    let (listener, address) = listen();
    let serve = thread::spawn(move || {
        let decide = |offer: Offer| {
            sees_everything(&offer);
            thread::sleep(Duration::from_millis(2));
            decision
        };
        let accepted = acceptor.accept_blocking_with(accept(&listener), decide);
        accepted.map(|_| ()).expect_err("refused")
    });
    let mut stream = dial(&address);
    stream.write_all(&request(LINES)).expect("taken");
    let mut said = String::new();
    stream.read_to_string(&mut said).expect("a response");
    (said, serve.join().expect("no panic"))
}

#[test]
fn an_application_refuses_with_any_response() {
    let rejection = Rejection::new(401).field("WWW-Authenticate", "Basic");
    let (said, error) = said(Acceptor::any(drafts()), Err(rejection.body("who?\n")));
    assert_eq!(refusal::<()>(Err(error)).cause, RefusalCause::Application);
    assert!(said.starts_with("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic\r\n"));
    assert!(said.ends_with("\r\n\r\nwho?\n"), "{said}");
}

#[test]
fn a_decision_that_comes_too_late_refuses() {
    let mut limits = Limits::default();
    limits.handshake = Duration::from_secs(1);
    let acceptor = Acceptor::any(drafts()).limits(limits);
    let (listener, address) = listen();
    let serve = thread::spawn(move || {
        let decide = |_| {
            thread::sleep(Duration::from_millis(1100));
            Ok(Acceptance::new())
        };
        let accepted = acceptor.accept_blocking_with(accept(&listener), decide);
        refusal(accepted.map(|_| ()))
    });
    let mut stream = dial(&address);
    stream.write_all(&request(LINES)).expect("taken");
    let mut said = String::new();
    stream.read_to_string(&mut said).expect("a response");
    assert!(said.starts_with("HTTP/1.1 503 "), "{said}");
    let (limit, value) = (Limit::Handshake, 1000);
    let cause = serve.join().expect("no panic").cause;
    assert_eq!(cause, RefusalCause::Limit { limit, value });
}

#[test]
fn an_application_adds_to_the_response_and_hands_out_a_value() {
    let (listener, address): (_, Address) = listen();
    let serve = thread::spawn(move || {
        let acceptor = Acceptor::any(drafts());
        let accepted = acceptor.accept_blocking_with(accept(&listener), |offer| {
            Ok(Acceptance::new().subprotocol("b").with(offer.resource))
        });
        let (socket, resource) = accepted.expect("accepted");
        (socket.subprotocol().map(ToOwned::to_owned), resource)
    });
    let connector = connector(newest()).subprotocol("a").subprotocol("b");
    let client = connector.connect_blocking(dial(&address), &address);
    assert_eq!(client.expect("accepted").subprotocol(), Some("b"));
    let expected = (Some("b".to_owned()), "/chat?room=1".to_owned());
    assert_eq!(serve.join().expect("no panic"), expected);
}
