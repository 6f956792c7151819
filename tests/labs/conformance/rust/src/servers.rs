//! The echo servers, at default settings.

pub mod actix_ws;
mod hyper;
mod streams;
pub mod tungstenite;

use tokio::{
    net::{TcpListener, TcpStream},
    task::LocalSet,
};

/// Serves with the crate of this name.
pub async fn serve(name: &str, port: u16) {
    let listener = TcpListener::bind(("127.0.0.1", port)).await;
    let listener = listener.expect("a free port");
    let name: &'static str = name.to_owned().leak();
    let tasks = LocalSet::new();
    tasks
        .run_until(async {
            loop {
                let Ok((stream, _)) = listener.accept().await else {
                    continue;
                };
                let _ = stream.set_nodelay(true);
                tokio::task::spawn_local(echo(name, stream));
            }
        })
        .await
}

async fn echo(name: &str, stream: TcpStream) {
    match name {
        "fastwebsockets" => hyper::fastwebsockets(stream).await,
        "yawc" => hyper::yawc(stream).await,
        "tokio-tungstenite" => streams::tokio_tungstenite(stream).await,
        "tokio-websockets" => streams::tokio_websockets(stream).await,
        "sockudo-ws" => streams::sockudo_ws(stream).await,
        "soketto" => streams::soketto(stream).await,
        "wtx" => streams::wtx(stream).await,
        unknown => panic!("no server {unknown}"),
    }
}
