//! A client made with a crate: `clients NAME URL`. It echoes until the connection ends, in every case.

#[path = "../version.rs"]
mod version;

use std::process::ExitCode;

use fastwebsockets::{FragmentCollector, Frame, OpCode};
use futures_util::{SinkExt, StreamExt};
use http_body_util::Empty;
use hyper::{Request, body::Bytes, header};
use tokio::{net::TcpStream, runtime::Builder};
use tungstenite::Message;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (Some(name), Some(url)) = (arguments.next(), arguments.next()) else {
        eprintln!("NAME and URL are missing");
        return ExitCode::from(2);
    };
    println!("{}", version::version(&name));
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    let server = url.trim_end_matches('/');
    let run = |path: String, echoes| {
        let url = format!("{server}{path}");
        match &*name {
            "tungstenite" => tungstenite(&url, echoes),
            "tokio-tungstenite" => runtime.block_on(tokio_tungstenite(&url, echoes)),
            "fastwebsockets" => runtime.block_on(fastwebsockets(&url, echoes)),
            unknown => panic!("no client {unknown}"),
        }
    };
    let count = run("/getCaseCount".into(), false);
    let count = count.and_then(|count| count.parse().ok()).unwrap_or(0);
    for case in 1..=count {
        run(format!("/runCase?case={case}&agent={name}"), true);
    }
    run(format!("/updateReports?agent={name}"), false);
    ExitCode::SUCCESS
}

fn tungstenite(url: &str, echoes: bool) -> Option<String> {
    let (mut socket, _) = tungstenite::connect(url).ok()?;
    let mut last = None;
    while let Ok(message) = socket.read() {
        if let Message::Text(text) = &message {
            last = Some(text.to_string());
        }
        let is_data = message.is_text() || message.is_binary();
        if echoes && is_data && socket.send(message).is_err() {
            break;
        }
    }
    last
}

async fn tokio_tungstenite(url: &str, echoes: bool) -> Option<String> {
    let (mut socket, _) = tokio_tungstenite::connect_async(url).await.ok()?;
    let mut last = None;
    while let Some(Ok(message)) = socket.next().await {
        let is_data = message.is_text() || message.is_binary();
        if let Message::Text(text) = &message {
            last = Some(text.to_string());
        }
        if echoes && is_data && socket.send(message).await.is_err() {
            break;
        }
    }
    last
}

struct Local;

impl<F: Future<Output: Send> + Send + 'static> hyper::rt::Executor<F> for Local {
    fn execute(&self, task: F) {
        tokio::spawn(task);
    }
}

async fn fastwebsockets(url: &str, echoes: bool) -> Option<String> {
    let (host, path) = url.strip_prefix("ws://")?.split_once('/')?;
    let stream = TcpStream::connect(host).await.ok()?;
    let request = Request::get(format!("/{path}"))
        .header(header::HOST, host)
        .header(header::UPGRADE, "websocket")
        .header(header::CONNECTION, "upgrade")
        .header(
            "Sec-WebSocket-Key",
            fastwebsockets::handshake::generate_key(),
        )
        .header("Sec-WebSocket-Version", "13")
        .body(Empty::<Bytes>::new())
        .ok()?;
    let connected = fastwebsockets::handshake::client(&Local, request, stream).await;
    let mut socket = FragmentCollector::new(connected.ok()?.0);
    let mut last = None;
    while let Ok(frame) = socket.read_frame().await {
        let sent = match frame.opcode {
            OpCode::Text | OpCode::Binary => {
                last = std::str::from_utf8(&frame.payload)
                    .ok()
                    .map(str::to_owned)
                    .or(last);
                if !echoes {
                    continue;
                }
                let answer = Frame::new(true, frame.opcode, None, frame.payload);
                socket.write_frame(answer).await
            }
            OpCode::Close => break,
            _ => Ok(()),
        };
        if sent.is_err() {
            break;
        }
    }
    last
}
