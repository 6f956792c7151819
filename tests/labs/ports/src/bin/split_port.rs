//! Two peers that send each other numbers and measure the time of their pings, with wsdraft: the
//! connection is split, and one task reads and writes with `select!`.
//!
//! `cargo run --bin split_port -- listen 127.0.0.1:9002`, and in another terminal
//! `cargo run --bin split_port -- connect ws://127.0.0.1:9002/`. The client closes when both have
//! received all numbers.

use std::{env, error::Error, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
    select,
    time::{Instant, interval},
};
use wsdraft::{
    Client, Close, Draft, Event, Limits,
    drafts::rfc6455::{self, CloseCode},
    tokio::{Acceptor, WebSocket},
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
async fn talk<S, D>(
    socket: WebSocket<S, D>,
    closes: bool,
) -> Result<(Received, Option<Close>), wsdraft::Error>
where
    S: AsyncRead + AsyncWrite + Unpin,
    D: Draft,
{
    let (mut writer, mut reader) = socket.split();
    let (mut pace, mut pings) = (interval(PACE), interval(PING));
    let start = Instant::now();
    let (mut sent, mut result, mut end) = (0, Received::default(), None);
    let mut closing = false;
    loop {
        let mut take = |event: Event<'_>| match event {
            Event::Text(number) => {
                println!("received {number}");
                result.numbers += 1;
            }
            Event::Pong(payload) => {
                if let Ok(then) = payload.try_into() {
                    let then = Duration::from_micros(u64::from_be_bytes(then));
                    result.longest = result.longest.max(start.elapsed().saturating_sub(then));
                    result.pongs += 1;
                }
            }
            Event::Close(close) => end = Some(close.clone()),
            _ => {}
        };
        select! {
            event = reader.recv_event(&mut take) => if event?.is_none() {
                return Ok((result, end));
            },
            _ = pace.tick(), if sent < NUMBERS => {
                writer.send(sent.to_string()).await?;
                sent += 1;
            }
            _ = pings.tick(), if !closing => {
                let now = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX);
                writer.ping(&now.to_be_bytes()).await?;
            }
        }
        if closes && !closing && sent == NUMBERS && result.numbers >= NUMBERS {
            // The reader then waits for the peer to close, too.
            writer.close(CloseCode::NORMAL_CLOSURE, "done").await?;
            closing = true;
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut limits = Limits::default();
    limits.idle = Some(SILENCE);
    (limits.handshake, limits.close) = (HANDSHAKE, HANDSHAKE);

    let arguments: Vec<_> = env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let (received, close) = match arguments[..] {
        ["listen", address] => {
            let listener = TcpListener::bind(address).await?;
            println!("listening on ws://{}/", listener.local_addr()?);
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let acceptor = Acceptor::new(rfc6455::Draft).limits(limits);
            talk(acceptor.accept(stream).await?, false).await?
        }
        ["connect", url] => {
            let client = Client::builder()
                .limits(limits)
                .open_timeout(HANDSHAKE)
                .build();
            talk(client.connect(url).await?, true).await?
        }
        _ => return Err("usage: listen ADDRESS | connect URL".into()),
    };
    println!("{received:?}");
    if let Some(close) = close {
        println!("closed: {} {}", close.code.unwrap_or(1005), close.reason);
    }
    Ok(())
}
