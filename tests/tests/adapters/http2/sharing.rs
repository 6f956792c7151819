//! What streams share: the flow control, the limits of hyper, and the end.

use std::{convert::Infallible, time::Duration};

use http::{Request, Response};
use hyper::{body::Incoming, server::conn::http2 as server, service::service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};
use wsdraft::{
    Limits,
    drafts::rfc6455 as ws,
    tokio::{Acceptor, Connector},
};

use super::{accepted, address, raw, request, served, within};

#[tokio::test]
async fn streams_of_one_connection_are_apart() {
    let (near, mut server) = served(Acceptor::new(ws::Draft));
    let mut sender = raw(near).await;
    let mut open = Vec::new();
    for _ in 0..3 {
        let response = sender.send_request(request()).await.unwrap();
        let upgraded = hyper::upgrade::on(response).await.unwrap();
        open.push((upgraded, accepted(&mut server).await));
    }
    // One of them is given up.
    let (_, mut first) = open.remove(0);
    within(first.recv()).await.unwrap_err();
    for (upgraded, mut socket) in open {
        within(socket.send("still here")).await.unwrap();
        let mut upgraded = TokioIo::new(upgraded);
        let mut frame = [0; 12];
        within(upgraded.read_exact(&mut frame)).await.unwrap();
        assert_eq!(frame, *b"\x81\x0astill here");
    }
}

#[tokio::test]
async fn a_handler_that_does_not_read_holds_up_no_other() {
    let (near, mut server) = served(Acceptor::new(ws::Draft));
    let mut sender = within(raw(near)).await;
    let mut open = Vec::new();
    for _ in 0..2 {
        let response = within(sender.send_request(request())).await.unwrap();
        let upgraded = within(hyper::upgrade::on(response)).await.unwrap();
        open.push((TokioIo::new(upgraded), accepted(&mut server).await));
    }
    let (mut held, _unread) = open.remove(0);
    tokio::spawn(async move {
        let piece = [0; 1 << 16];
        while held.write_all(&piece).await.is_ok() {}
    });
    let (mut other, mut socket) = open.remove(0);
    // More than a window, in frames that the client masks with zeros.
    let echo = tokio::spawn(async move {
        let mut received = 0;
        while received < 1 << 20 {
            received += socket.recv().await.unwrap().unwrap().len();
        }
    });
    let header = [0x82, 0xfe, 0x40, 0, 0, 0, 0, 0];
    let frame = [&header[..], &[0; 0x4000]].concat();
    for _ in 0..64 {
        within(other.write_all(&frame)).await.unwrap();
    }
    within(echo).await.unwrap();
}

/// Without this, a server that opens no window keeps what a client has dropped.
#[tokio::test]
async fn a_dropped_socket_leaves_nothing_behind() {
    let (near, far) = duplex(1 << 16);
    let service = service_fn(move |request: Request<Incoming>| {
        // Neither reads nor ends.
        tokio::spawn(async move {
            let _upgraded = hyper::upgrade::on(request).await;
            std::future::pending::<()>().await;
        });
        async { Ok::<_, Infallible>(Response::new(String::new())) }
    });
    let mut stalled = server::Builder::new(TokioExecutor::new());
    stalled
        .enable_connect_protocol()
        .initial_stream_window_size(1);
    let connection = tokio::spawn(stalled.serve_connection(TokioIo::new(far), service));
    let limits = Limits::default().close(Duration::from_millis(50));
    let connector = Connector::new(ws::Draft).limits(limits);
    let mut socket = within(connector.connect_http2(near, &address()))
        .await
        .unwrap();
    let _ = socket.try_send("more than the window has room for");
    drop(socket);
    let _ = within(connection).await.unwrap();
}

#[test]
fn limits_that_hyper_does_not_take_are_cut() {
    let unlimited = Limits::default().write_buffer(usize::MAX).head(usize::MAX);
    let _ = Acceptor::new(ws::Draft).limits(unlimited).http2();
}

/// hyper ends a connection on which too many small frames wait.
#[tokio::test]
async fn small_messages_wait_for_a_slow_handler() {
    const MESSAGES: usize = 5_000;
    let (near, mut server) = served(Acceptor::new(ws::Draft));
    let connector = Connector::new(ws::Draft);
    let client = within(connector.connect_http2(near, &address())).await;
    let mut client = client.unwrap();
    let mut server = accepted(&mut server).await;
    let sending = tokio::spawn(async move {
        for _ in 0..MESSAGES {
            client.send("x").await.unwrap();
        }
        client
    });
    let _client = within(sending).await.unwrap();
    for _ in 0..MESSAGES {
        within(server.recv()).await.unwrap().unwrap();
    }
}
