//! Servers that echo.

use std::{
    convert::Infallible,
    net::{SocketAddr, TcpListener as BlockingListener, TcpStream as BlockingStream},
    thread,
};

use axum::{Router, response::Response};
use hyper::{Request, body::Incoming, service::service_fn};
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use tokio::{
    net::{TcpListener, TcpStream},
    runtime::Runtime,
};
use wsdraft::{
    Error, Role,
    axum::WebSocketUpgrade,
    hyper::upgrade,
    tokio::{Acceptor, WebSocket},
};
use wsdraft_tests::sockets::Spoken;

use super::{assert_none, extensions, roomy, untidy};

fn acceptor(draft: Spoken) -> Acceptor<Spoken> {
    Acceptor::new(draft)
        .limits(roomy())
        .extensions(extensions())
}

async fn echo<S>(mut socket: WebSocket<S, Spoken>) -> Result<(), Error>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    while let Some(message) = socket.recv().await? {
        socket.feed(message).await?;
    }
    Ok(())
}

async fn over_tokio(acceptor: Acceptor<Spoken>, stream: TcpStream) {
    if let Ok(socket) = acceptor.accept(stream).await {
        drop(echo(socket).await);
    }
}

async fn over_hyper(acceptor: Acceptor<Spoken>, stream: TcpStream) {
    let service = service_fn(|mut request: Request<Incoming>| {
        let answer = match upgrade(&acceptor, &mut request) {
            Ok((answer, upgrading)) => {
                tokio::spawn(async move { echo(upgrading.finish().await?).await });
                answer
            }
            Err(error) => error.response(),
        };
        async { Ok::<_, Infallible>(answer) }
    });
    let connection = acceptor
        .http1()
        .serve_connection(TokioIo::new(stream), service);
    drop(connection.with_upgrades().await);
}

async fn over_axum(acceptor: Acceptor<Spoken>, stream: TcpStream) {
    let handler = |upgrade: WebSocketUpgrade<Spoken>| async {
        let answer: Response = upgrade.on_upgrade(|socket| async { drop(echo(socket).await) });
        answer
    };
    let router = Router::new().fallback(handler);
    let service = TowerToHyperService::new(router.with_state(acceptor.clone()));
    let connection = acceptor
        .http1()
        .serve_connection(TokioIo::new(stream), service);
    drop(connection.with_upgrades().await);
}

/// Serves with a task for each connection.
fn serve<F>(runtime: &Runtime, serve: impl Fn(TcpStream) -> F + Send + 'static) -> SocketAddr
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"));
    let listener = listener.expect("a port");
    let address = listener.local_addr().expect("an address");
    runtime.spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.expect("a client");
            stream.set_nodelay(true).expect("an option");
            tokio::spawn(serve(stream));
        }
    });
    address
}

fn dialing(server: SocketAddr) -> Box<dyn FnMut() -> BlockingStream> {
    Box::new(move || BlockingStream::connect(server).expect("a stream"))
}

/// What is not strict over an adapter with tasks.
fn tasks<F>(
    name: &str,
    speaks: impl Fn(Spoken) -> bool,
    over: impl Fn(Acceptor<Spoken>, TcpStream) -> F + Copy + Send + 'static,
) -> Vec<String>
where
    F: Future<Output = ()> + Send + 'static,
{
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    untidy(Role::Server, name, false, speaks, |draft| {
        let acceptor = acceptor(draft);
        dialing(serve(&runtime, move |stream| {
            over(acceptor.clone(), stream)
        }))
    })
}

/// The oldest draft is left out over hyper: its rules are about which header fields come first, and hyper hands
/// out fields by their names, in lower-case letters and without a common order.
fn passes_through_hyper(draft: Spoken) -> bool {
    let mut rules = draft.info().rules.iter();
    !rules.any(|rule| rule.id == "request-first-fields")
}

#[test]
fn servers_over_tokio_are_strict() {
    assert_none(&tasks("tokio", |_| true, over_tokio));
}

#[test]
fn servers_over_hyper_are_strict() {
    assert_none(&tasks("hyper", passes_through_hyper, over_hyper));
}

#[test]
fn servers_over_axum_are_strict() {
    assert_none(&tasks("axum", passes_through_hyper, over_axum));
}

#[test]
fn servers_over_blocking_streams_are_strict() {
    let faults = untidy(
        Role::Server,
        "blocking",
        false,
        |_| true,
        |draft| {
            let listener = BlockingListener::bind("127.0.0.1:0").expect("a port");
            let address = listener.local_addr().expect("an address");
            let acceptor = Acceptor::new(draft)
                .limits(roomy())
                .extensions(extensions());
            thread::spawn(move || {
                for stream in listener.incoming() {
                    let acceptor = acceptor.clone();
                    thread::spawn(move || echo_blocking(&acceptor, stream.expect("a client")));
                }
            });
            dialing(address)
        },
    );
    assert_none(&faults);
}

fn echo_blocking(acceptor: &Acceptor<Spoken>, stream: BlockingStream) -> Result<(), Error> {
    stream.set_nodelay(true)?;
    let mut socket = acceptor.accept_blocking(stream)?;
    while let Some(message) = socket.recv()? {
        socket.feed(message)?;
    }
    Ok(())
}
