//! The time for heads where hyper reads them: directly, and under axum. The clock is paused.

use std::{convert::Infallible, time::Duration};

use axum::{Router, routing::get};
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex},
    time::{Instant, sleep, timeout},
};
use wsdraft::{Limits, axum::WebSocketUpgrade, hyper::upgrade, tokio::Acceptor};
use wsdraft_tests::sockets::{Spoken, drafts};

const ALLOWED: Duration = Duration::from_secs(3);

fn acceptor() -> Acceptor<Spoken> {
    let mut limits = Limits::default();
    limits.handshake = ALLOWED;
    Acceptor::any(drafts()).limits(limits)
}

fn hyper() -> DuplexStream {
    let (near, far) = duplex(1 << 16);
    tokio::spawn(async move {
        let acceptor = acceptor();
        let service = hyper::service::service_fn(|mut request| {
            let answer = upgrade(&acceptor, &mut request);
            let answer = answer.map_or_else(|error| error.response(), |(answer, _)| answer);
            async { Ok::<_, Infallible>(answer) }
        });
        let connection = acceptor
            .http1()
            .serve_connection(TokioIo::new(far), service);
        connection.with_upgrades().await
    });
    near
}

fn axum() -> DuplexStream {
    let (near, far) = duplex(1 << 16);
    tokio::spawn(async move {
        let acceptor = acceptor();
        let index =
            |upgrade: Option<WebSocketUpgrade>| async move { upgrade.is_some().to_string() };
        let router = Router::new().route("/", get(index));
        let service = TowerToHyperService::new(router.with_state(acceptor.clone()));
        let connection = acceptor
            .http1()
            .serve_connection(TokioIo::new(far), service);
        connection.with_upgrades().await
    });
    near
}

/// How long the server keeps a connection whose client sends this, and then a byte a second.
async fn kept(mut stream: DuplexStream, first: &str) -> Duration {
    let start = Instant::now();
    let (mut read, mut write) = tokio::io::split(&mut stream);
    let drips = async {
        let mut open = write.write_all(first.as_bytes()).await.is_ok();
        while open && !first.is_empty() {
            sleep(Duration::from_secs(1)).await;
            open = write.write_all(b"x").await.is_ok();
        }
        std::future::pending::<()>().await;
    };
    let reads = async {
        let mut buffer = [0; 1024];
        while read.read(&mut buffer).await.is_ok_and(|length| length > 0) {}
    };
    tokio::select! {
        () = drips => {}
        ended = timeout(ALLOWED * 20, reads) => ended.expect("the server ends it"),
    }
    start.elapsed()
}

#[tokio::test(start_paused = true)]
async fn a_client_that_takes_its_time_is_cut_off() {
    // Nothing, a part of a line, and of a head.
    for first in ["", "G", "GET / HTTP/1.1\r\nHost: a\r\nX-Drip: "] {
        let servers: [(_, fn() -> DuplexStream); 2] = [("hyper", hyper), ("axum", axum)];
        for (name, serve) in servers {
            let kept = kept(serve(), first).await;
            let bounds = ALLOWED..ALLOWED * 2;
            assert!(bounds.contains(&kept), "{name}, {first:?}: {kept:?}");
        }
    }
}

/// A part of a second request.
#[tokio::test(start_paused = true)]
async fn each_request_has_its_time() {
    let kept = kept(axum(), "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / H").await;
    assert!((ALLOWED..ALLOWED * 2).contains(&kept), "{kept:?}");
}

#[tokio::test(start_paused = true)]
async fn who_was_answered_and_asks_no_more_is_cut_off() {
    let mut stream = axum();
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        .await
        .unwrap();
    let mut answer = Vec::new();
    let read = timeout(ALLOWED * 2, stream.read_to_end(&mut answer)).await;
    read.expect("the server ends it").unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 200 OK\r\n"));
}
