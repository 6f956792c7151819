//! Two peers that send each other numbers and measure the time of their pings, with
//! tokio-tungstenite: the connection is split, and one task reads and writes with `select!`.
//!
//! `cargo run --bin split_original -- listen 127.0.0.1:9002`, and in another terminal
//! `cargo run --bin split_original -- connect ws://127.0.0.1:9002/`. The client closes when both have
//! received all numbers.

use std::{env, error::Error, io, time::Duration};

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
    select,
    time::{Instant, interval, timeout},
};
use tokio_tungstenite::{
    WebSocketStream, accept_async, connect_async,
    tungstenite::{
        self, Message,
        protocol::{CloseFrame, frame::coding::CloseCode},
    },
};

/// How many numbers each peer sends.
const NUMBERS: u32 = 10;
/// The time between them.
const PACE: Duration = Duration::from_millis(30);
/// How often the other peer is pinged.
const PING: Duration = Duration::from_millis(100);
/// How long it may be silent.
const SILENCE: Duration = Duration::from_secs(5);
/// How long an opening or closing handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(5);

/// What a peer has received.
#[derive(Debug, Default)]
struct Received {
    numbers: u32,
    pongs: u32,
    longest: Duration,
}

/// Sends and receives until the connection ends.
async fn talk<S>(
    socket: WebSocketStream<S>,
    closes: bool,
) -> Result<(Received, Option<CloseFrame>), tungstenite::Error>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let (mut writer, mut reader) = socket.split();
    let (mut pace, mut pings) = (interval(PACE), interval(PING));
    let start = Instant::now();
    let (mut sent, mut heard, mut result, mut end) = (0, start, Received::default(), None);
    loop {
        select! {
            message = reader.next() => {
                heard = Instant::now();
                match message.transpose()? {
                    Some(Message::Text(number)) => {
                        println!("received {number}");
                        result.numbers += 1;
                    }
                    Some(Message::Pong(payload)) => if let Ok(then) = payload.as_ref().try_into() {
                        let then = Duration::from_micros(u64::from_be_bytes(then));
                        result.longest = result.longest.max(start.elapsed().saturating_sub(then));
                        result.pongs += 1;
                    },
                    Some(Message::Close(close)) => end = close,
                    Some(Message::Ping(_) | Message::Binary(_) | Message::Frame(_)) => {}
                    None => return Ok((result, end)),
                }
            }
            _ = pace.tick(), if sent < NUMBERS => {
                writer.send(sent.to_string().into()).await?;
                sent += 1;
            }
            _ = pings.tick(), if end.is_none() => {
                if heard.elapsed() > SILENCE {
                    return Err(tungstenite::Error::Io(io::ErrorKind::TimedOut.into()));
                }
                let now = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX);
                writer.send(Message::Ping(now.to_be_bytes().to_vec().into())).await?;
            }
        }
        if closes && sent == NUMBERS && result.numbers >= NUMBERS {
            break;
        }
    }
    let close = CloseFrame {
        code: CloseCode::Normal,
        reason: "done".into(),
    };
    writer.send(Message::Close(Some(close))).await?;
    let closed = async {
        while let Some(message) = reader.next().await {
            if let Message::Close(close) = message? {
                end = close;
            }
        }
        Ok((result, end))
    };
    timeout(HANDSHAKE, closed).await.map_err(io::Error::from)?
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let (received, close) = match arguments[..] {
        ["listen", address] => {
            let listener = TcpListener::bind(address).await?;
            println!("listening on ws://{}/", listener.local_addr()?);
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let socket = timeout(HANDSHAKE, accept_async(stream)).await??;
            talk(socket, false).await?
        }
        ["connect", url] => {
            let (socket, _) = timeout(HANDSHAKE, connect_async(url)).await??;
            talk(socket, true).await?
        }
        _ => return Err("usage: listen ADDRESS | connect URL".into()),
    };
    println!("{received:?}");
    if let Some(close) = close {
        println!("closed: {} {}", u16::from(close.code), close.reason);
    }
    Ok(())
}
