//! Crates that upgrade a request of hyper. yawc is told to check text, which it does not by default.

use std::convert::Infallible;

use fastwebsockets::{FragmentCollector, OpCode, upgrade::UpgradeFut};
use futures_util::{SinkExt, StreamExt};
use http_body_util::Empty;
use hyper::{
    Request, Response, StatusCode,
    body::{Bytes, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, task::spawn_local};
use yawc::{Options, WebSocket, frame::OpCode as Kind};

/// Its limit for a message is below 1 MiB by default.
fn options() -> Options {
    Options::default()
        .with_utf8()
        .with_limits(16 << 20, 32 << 20)
}

type Answer = Result<Response<Empty<Bytes>>, Infallible>;

fn refusal() -> Response<Empty<Bytes>> {
    let mut response = Response::new(Empty::new());
    *response.status_mut() = StatusCode::BAD_REQUEST;
    response
}

pub async fn fastwebsockets(stream: TcpStream) {
    let service = service_fn(|mut request: Request<Incoming>| async move {
        let Ok((response, upgraded)) = fastwebsockets::upgrade::upgrade(&mut request) else {
            return Answer::Ok(refusal());
        };
        spawn_local(fastwebsockets_echo(upgraded));
        Answer::Ok(response)
    });
    let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    let _ = connection.with_upgrades().await;
}

async fn fastwebsockets_echo(upgraded: UpgradeFut) {
    let Ok(socket) = upgraded.await else {
        return;
    };
    let mut socket = FragmentCollector::new(socket);
    while let Ok(frame) = socket.read_frame().await {
        let sent = match frame.opcode {
            OpCode::Text | OpCode::Binary => socket.write_frame(frame).await,
            OpCode::Close => return,
            _ => Ok(()),
        };
        if sent.is_err() {
            return;
        }
    }
}

pub async fn yawc(stream: TcpStream) {
    let service = service_fn(|mut request: Request<Incoming>| async move {
        let Ok((response, upgraded)) = WebSocket::upgrade_with_options(&mut request, options())
        else {
            return Answer::Ok(refusal());
        };
        spawn_local(async move {
            let Ok(mut socket) = upgraded.await else {
                return;
            };
            while let Some(frame) = socket.next().await {
                let is_data = matches!(frame.opcode(), Kind::Text | Kind::Binary);
                if is_data && socket.send(frame).await.is_err() {
                    return;
                }
            }
        });
        Answer::Ok(response)
    });
    let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    let _ = connection.with_upgrades().await;
}
