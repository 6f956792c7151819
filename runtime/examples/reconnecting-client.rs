//! A client that stays: prints what a server sends, and connects again whenever the connection ends,
//! through a proxy if the environment states one.
//!
//! `HTTPS_PROXY=http://proxy.example:3128 cargo run -p wsdraft --features client --example
//! reconnecting-client -- wss://example.com/feed "subscribe to news"`

use std::{env, error::Error, time::Duration};

use wsdraft::{
    Client, Keepalive, Limits,
    client::{Proxy, Reconnect, Socket},
};

/// A server that says nothing for this long is asked whether it is there.
const SILENCE: Duration = Duration::from_secs(30);
/// How long it may take to respond.
const PATIENCE: Duration = Duration::from_secs(10);

/// Sends a message, and prints what is received until the connection ends.
async fn listen(socket: &mut Socket, greeting: &str) -> Result<(), wsdraft::Error> {
    socket.send(greeting).await?;
    while let Some(message) = socket.recv().await? {
        println!("{}", String::from_utf8_lossy(message.as_bytes()));
    }
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let url = arguments.next().ok_or("a URL is missing")?;
    let greeting = arguments.next().unwrap_or_else(|| "hello".into());

    let mut limits = Limits::default();
    limits.keepalive = Some(Keepalive::new(SILENCE, PATIENCE));
    let client = Client::builder()
        .limits(limits)
        .proxy(Proxy::from_env()?)
        .redirects(5)
        .build();
    let mut reconnect = Reconnect::new();
    loop {
        // Ends the program if the server refuses for a reason that lasts.
        let mut socket = reconnect.connect(|| client.connect(&url)).await?;
        match listen(&mut socket, &greeting).await {
            Ok(()) => eprintln!("the server has closed the connection"),
            Err(error) => eprintln!("the connection has failed: {error}"),
        }
    }
}
