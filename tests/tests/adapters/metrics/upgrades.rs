//! Why requests that another server has parsed lead to no connection.

use http::{Request, Version};
use wsdraft::{
    Draft, Policy, Relaxed,
    handshake::Answer,
    http::{Upgrade, UpgradeError},
    hyper::Offered,
    metrics::Counters,
    tokio::Acceptor,
};
use wsdraft_tests::sockets::{find, newest};

use super::names;

fn request(fields: &[(&'static str, &str)]) -> Request<()> {
    let mut request = Request::new(());
    let common = [("host", "a"), ("connection", "Upgrade")];
    for (name, value) in common.iter().chain(fields) {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    request
}

fn valid() -> Request<()> {
    request(&[
        ("upgrade", "websocket"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ("sec-websocket-version", "13"),
    ])
}

fn counted() -> (Acceptor<&'static dyn Draft>, Counters) {
    let counters = Counters::new();
    (Acceptor::new(newest()).metrics(counters.clone()), counters)
}

/// Only this has been counted, and no handshake is in progress.
fn only(counters: &Counters, why: &'static str) {
    let sums = counters.snapshot();
    assert_eq!((sums.failed, sums.handshakes), (names([(why, 1)]), 0));
}

#[test]
fn a_dropped_request_is_declined_and_an_accepted_one_abandoned() {
    let (acceptor, counters) = counted();
    let upgrade = Upgrade::by(&acceptor, &valid()).unwrap();
    assert_eq!(counters.snapshot().handshakes, 1);
    drop(upgrade);
    only(&counters, "declined");

    let (acceptor, counters) = counted();
    let mut upgrade = Upgrade::by(&acceptor, &valid()).unwrap();
    upgrade.accept(&Answer::default()).unwrap();
    drop(upgrade);
    only(&counters, "abandoned");
}

#[test]
fn a_response_that_cannot_be_written_is_counted_by_name() {
    let (acceptor, counters) = counted();
    let mut upgrade = Upgrade::by(&acceptor, &valid()).unwrap();
    let answer = Answer {
        fields: &[("no name", "")],
        ..Answer::default()
    };
    let error = upgrade.accept(&answer).unwrap_err();
    assert_eq!(error.name(), "misuse");
    drop(upgrade);
    only(&counters, "misuse");

    let counters = Counters::new();
    let relaxed = Relaxed::new(&["request-first-fields", "request-order"]);
    let acceptor = Acceptor::new(find("hixie-75"))
        .policy(Policy::relaxed(relaxed))
        .metrics(counters.clone());
    let fields = [("upgrade", "WebSocket"), ("origin", "http://a")];
    let mut upgrade = Upgrade::by(&acceptor, &request(&fields)).unwrap();
    let error = upgrade.accept(&Answer::default()).unwrap_err();
    assert!(matches!(error, UpgradeError::Written { .. }), "{error}");
    drop(upgrade);
    only(&counters, "unwritable");
}

#[test]
fn a_server_that_keeps_its_connection_or_speaks_another_version_is_counted() {
    let (acceptor, counters) = counted();
    let error = Offered::new(&acceptor, &mut valid()).unwrap_err();
    assert_eq!(error, UpgradeError::Unavailable);
    only(&counters, "unavailable");

    // An extended CONNECT of which the server says no protocol.
    let (acceptor, counters) = counted();
    let mut connect = Request::connect("https://a/").body(()).unwrap();
    *connect.version_mut() = Version::HTTP_3;
    let error = Upgrade::by(&acceptor, &connect).unwrap_err();
    let why = error.name();
    drop(error);
    only(&counters, why);
    assert_ne!(why, "abandoned");
}
