//! A client of wsdraft that stays: it connects through an HTTP proxy with a bearer token, says
//! something, prints what it receives, and connects again whenever the connection ends.
//!
//! `cargo run --bin reconnect_port -- ws://127.0.0.1:9001/rooms/lobby ada-secret
//! http://127.0.0.1:3128 hello 2`; the last argument is the number of connections after which it
//! ends. Without it, it never does.

use std::{env, error::Error, time::Duration};

use wsdraft::{
    Client, Keepalive, Limits, Message,
    client::{Backoff, Proxy, Reconnect, Socket},
};

/// How long the server is silent before it is pinged, and how long it may then be silent.
const KEEPALIVE: Keepalive = Keepalive::new(Duration::from_secs(30), Duration::from_secs(10));
/// How long a connection may take to open.
const OPENING: Duration = Duration::from_secs(20);
/// The most that the first delay before another attempt can be.
const FIRST_DELAY: Duration = Duration::from_millis(500);

/// Says something, and prints what is received until the connection ends.
async fn listen(socket: &mut Socket, greeting: &str) -> Result<(), wsdraft::Error> {
    socket.send(greeting).await?;
    while let Some(message) = socket.recv().await? {
        if let Message::Text(text) = message {
            println!("{text}");
        }
    }
    if let Some(end) = socket.ended() {
        println!("closed: {} {}", end.code.unwrap_or(1005), end.reason);
    }
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let url = arguments.next().ok_or("a URL is missing")?;
    let token = arguments.next().ok_or("a token is missing")?;
    let proxy = Proxy::new(arguments.next().ok_or("a proxy is missing")?)?;
    let greeting = arguments.next().unwrap_or_else(|| "hello".into());
    let connections = arguments.next().map_or(Ok(u64::MAX), |text| text.parse())?;

    let mut limits = Limits::default();
    limits.keepalive = Some(KEEPALIVE);
    let client = Client::builder()
        .bearer_auth(token)
        .proxy(proxy)
        .limits(limits)
        .open_timeout(OPENING)
        .build();
    let mut reconnect = Reconnect::new().backoff(Backoff::new().first(FIRST_DELAY));
    for _ in 0..connections {
        let connect = async || {
            let opened = client.connect(&url).await;
            opened.inspect_err(|error| eprintln!("no connection: {error}"))
        };
        // Ends the program if the server refuses for a reason that lasts.
        let mut socket = reconnect.connect(connect).await?;
        match listen(&mut socket, &greeting).await {
            Ok(()) => eprintln!("the server has closed the connection"),
            Err(error) => eprintln!("the connection has failed: {error}"),
        }
    }
    Ok(())
}
