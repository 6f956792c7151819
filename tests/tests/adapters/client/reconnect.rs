//! Connecting again: how long it waits, when it gives up, and whom it listens to. Time is paused.

use std::{
    cell::RefCell,
    future::ready,
    time::{Duration, SystemTime},
};

use tokio::time::Instant;
use wsdraft::{
    Client, Error, HandshakeError, NoEntropy,
    client::{Backoff, Reconnect, Verdict},
    handshake::client::ClientError,
};
use wsdraft_tests::sockets::{address, find};

const SECOND: Duration = Duration::from_secs(1);

/// Draws the same part of each delay: none, or nearly all.
fn drawing(byte: u8) -> impl FnMut(&mut [u8]) -> Result<(), NoEntropy> + Send + Sync {
    move |bytes: &mut [u8]| {
        bytes.fill(byte);
        Ok(())
    }
}

/// About so many seconds.
fn seconds(delay: Duration) -> u64 {
    (delay + SECOND / 10).as_secs()
}

#[test]
fn delays_are_random_and_grow_to_a_limit() {
    let delays = |byte| {
        let mut backoff = Backoff::new().entropy(drawing(byte));
        let delays: Vec<_> = (0..7).map(|_| seconds(backoff.next_delay())).collect();
        backoff.reset();
        (delays, seconds(backoff.next_delay()))
    };
    assert_eq!(delays(0), (vec![0, 5, 10, 20, 30, 30, 30], 0));
    assert_eq!(delays(255), (vec![5, 10, 20, 40, 60, 60, 60], 5));
    // No source, and extreme settings.
    let mut backoff = Backoff::new()
        .first(Duration::MAX)
        .longest(Duration::MAX)
        .entropy(|_: &mut [u8]| Err(NoEntropy));
    for _ in 0..200 {
        assert_eq!(backoff.next_delay(), Duration::MAX);
    }
    let mut backoff = Backoff::new().first(Duration::MAX).longest(Duration::MAX);
    assert!(backoff.next_delay() <= backoff.next_delay() + SECOND);
}

fn refusal(status: u16, fields: &[(&str, &str)]) -> Error {
    let cause = ClientError::Refused {
        status,
        reason: String::new(),
        versions: Vec::new(),
        fields: fields.iter().copied().collect(),
        body: Vec::new(),
    };
    let address = address();
    HandshakeError::new(address, cause).into()
}

/// With delays that are as long as they can be.
fn reconnect() -> Reconnect {
    Reconnect::new().backoff(Backoff::new().entropy(drawing(255)))
}

/// Connects with these results, and returns the seconds at which each attempt was made.
async fn attempts(
    reconnect: &mut Reconnect,
    results: impl IntoIterator<Item = Result<(), Error>>,
) -> (Vec<u64>, Result<(), Error>) {
    let start = Instant::now();
    let (times, results) = (RefCell::new(Vec::new()), RefCell::new(results.into_iter()));
    let connect = || {
        times.borrow_mut().push(seconds(start.elapsed()));
        ready(results.borrow_mut().next().expect("not another attempt"))
    };
    let opened = reconnect.connect(connect).await;
    (times.into_inner(), opened)
}

#[tokio::test(start_paused = true)]
async fn attempts_are_delayed_more_and_more() {
    let mut reconnect = reconnect();
    let (times, opened) = attempts(
        &mut reconnect,
        [
            Err(refusal(503, &[])),
            Err(std::io::Error::other("gone").into()),
            Ok(()),
        ],
    )
    .await;
    assert_eq!(times, [0, 5, 15]);
    opened.expect("a connection");
    // It did not last.
    tokio::time::advance(SECOND).await;
    assert_eq!(attempts(&mut reconnect, [Ok(())]).await.0, [20]);
    // It did.
    tokio::time::advance(60 * SECOND).await;
    assert_eq!(attempts(&mut reconnect, [Ok(())]).await.0, [5]);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_that_lasts_ends_it() {
    for status in [301, 400, 401, 403, 404, 410, 501] {
        let (times, opened) = attempts(&mut reconnect(), [Err(refusal(status, &[]))]).await;
        assert_eq!(times, [0]);
        opened.expect_err("a refusal");
    }
    for status in [408, 425, 429, 500, 502, 503, 504] {
        let results = [Err(refusal(status, &[])), Ok(())];
        assert_eq!(
            attempts(&mut reconnect(), results).await.0,
            [0, 5],
            "{status}"
        );
    }
    let mut chosen = reconnect().give_up_on(|status| status == 503);
    let results = [Err(refusal(404, &[])), Err(refusal(503, &[]))];
    attempts(&mut chosen, results)
        .await
        .1
        .expect_err("a refusal");
    let wrong = wsdraft::connect("ftp://example.com/").await.map(drop);
    let (times, _) = attempts(&mut reconnect(), [wrong]).await;
    assert_eq!(times, [0]);
}

#[tokio::test(start_paused = true)]
async fn the_server_may_ask_for_time() {
    for (value, then) in [
        ("30", 30),
        ("1", 5),
        ("86400", 600),
        ("99999999999999999999999999", 600),
        ("+5", 5),
        ("never", 5),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 5),
    ] {
        let asked = refusal(503, &[("retry-AFTER", value)]);
        let (times, _) = attempts(&mut reconnect(), [Err(asked), Ok(())]).await;
        assert_eq!(times, [0, then], "{value}");
    }
    let mut short = reconnect().longest_retry_after(20 * SECOND);
    let asked = refusal(429, &[("Retry-After", "30")]);
    assert_eq!(attempts(&mut short, [Err(asked), Ok(())]).await.0, [0, 20]);
    let date = httpdate::fmt_http_date(SystemTime::now() + 100 * SECOND);
    match reconnect().judge(&refusal(503, &[("Retry-After", &date)])) {
        Verdict::AgainAfter(delay) => assert!((50..=100).contains(&delay.as_secs()), "{delay:?}"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn attempts_may_be_limited() {
    let mut reconnect = reconnect().attempts(2);
    let failures = || [Err(refusal(503, &[])), Err(refusal(502, &[]))];
    let (times, opened) = attempts(&mut reconnect, failures()).await;
    assert_eq!(times, [0, 5]);
    assert!(opened.expect_err("a refusal").to_string().contains("502"));
    // The next call goes on where this one has stopped.
    assert_eq!(attempts(&mut reconnect, failures()).await.0, [10, 30]);
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_is_dropped_goes_on() {
    let mut reconnect = reconnect();
    attempts(&mut reconnect, [Ok(())])
        .await
        .1
        .expect("a connection");
    let wait = attempts(&mut reconnect, [Ok(())]);
    tokio::time::timeout(3 * SECOND, wait)
        .await
        .map(drop)
        .expect_err("a delay");
    assert_eq!(attempts(&mut reconnect, [Ok(())]).await.0, [2]);
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_is_dropped_has_failed() {
    let mut reconnect = reconnect();
    let stuck = reconnect.connect(std::future::pending::<Result<(), Error>>);
    tokio::time::timeout(SECOND, stuck)
        .await
        .expect_err("an attempt without a result");
    assert_eq!(attempts(&mut reconnect, [Ok(())]).await.0, [5]);
}

#[test]
fn a_version_of_http_that_opens_no_connection_is_not_tried_again() {
    let draft = find("rfc6455").info();
    let judged = |cause| {
        let error = HandshakeError::new(address(), cause);
        reconnect().judge(&error.into())
    };
    assert_eq!(judged(ClientError::NoBootstrap { draft }), Verdict::GiveUp);
    assert_eq!(judged(ClientError::Interim { limit: 8 }), Verdict::Again);
}

/// Errors of any type, and any function that connects.
#[tokio::test(start_paused = true)]
async fn any_function_may_connect() {
    let mut results = [Err("try again"), Err("stop"), Ok(())].into_iter();
    let judge = |_: &Reconnect, error: &&str| match *error {
        "stop" => Verdict::GiveUp,
        _ => Verdict::Again,
    };
    let connect = || ready(results.next().expect("not another attempt"));
    let opened = reconnect().connect_with(connect, judge).await;
    assert_eq!(opened, Err("stop"));
}

/// Over sockets, and so with time that passes.
#[tokio::test]
async fn a_client_comes_back() {
    let (listener, address) = super::listen().await;
    let serve = async {
        drop(super::accept(&listener).await);
        super::echo(super::accept(&listener).await).await;
    };
    let talk = async {
        let client = Client::new();
        let url = format!("ws://{address}/");
        let mut reconnect = Reconnect::new().backoff(Backoff::new().first(Duration::ZERO));
        let socket = reconnect.connect(|| client.connect(&url)).await;
        super::greet(&mut socket.expect("a connection")).await;
    };
    tokio::join!(serve, talk);
}
