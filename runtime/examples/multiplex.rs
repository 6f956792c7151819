//! Several logical connections over one TCP connection.
//!
//! `multiplex serve 127.0.0.1:9001` echoes on all channels. `multiplex connect ws://127.0.0.1:9001/
//! 3` opens three channels and sends some messages on each of them. A third argument names the
//! extension as the peer knows it.

use std::{env, error::Error};

use tokio::net::{TcpListener, TcpStream};
use wsdraft::{
    Message,
    drafts::newest as ws,
    extension::{Extensions, builtin},
    handshake::Address,
    multiplex::{Channel, MultiplexLimits, Mux},
    tokio::{Acceptor, Connector, WebSocket},
};

type Failure = Box<dyn Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["serve", address] => serve(address).await,
        ["connect", url, channels] => connect(url, channels.parse()?, "mux").await,
        ["connect", url, channels, name] => connect(url, channels.parse()?, name).await,
        _ => Err("usage: multiplex serve ADDRESS | connect URL CHANNELS [NAME]".into()),
    }
}

fn extensions(list: &str) -> Result<Extensions, Failure> {
    // Without the second call, nothing would read the channels, so none are agreed.
    Ok(Extensions::named(list, builtin::ALL)?.with_channels())
}

async fn serve(address: &str) -> Result<(), Failure> {
    let listener = TcpListener::bind(address).await?;
    println!("listening on {}", listener.local_addr()?);
    let acceptor = Acceptor::new(ws::Draft).extensions(extensions("permessage-deflate, mux")?);
    loop {
        let (stream, _) = listener.accept().await?;
        let acceptor = acceptor.clone();
        tokio::spawn(async move {
            if let Err(error) = carry(&acceptor, stream).await {
                eprintln!("{error}");
            }
        });
    }
}

/// Serves the channels of a connection.
async fn carry(acceptor: &Acceptor<ws::Draft>, stream: TcpStream) -> Result<(), Failure> {
    let socket = acceptor.accept(stream).await?;
    let (mut mux, driver) = Mux::server(socket, acceptor, MultiplexLimits::default())?;
    let driver = tokio::spawn(driver);
    while let Some(channel) = mux.accept().await? {
        tokio::spawn(echo(channel));
    }
    Ok(driver.await??)
}

/// What any example does with a WebSocket.
async fn echo(mut socket: WebSocket<Channel, ws::Draft>) -> Result<(), wsdraft::Error> {
    while let Some(message) = socket.recv().await? {
        socket.feed(message).await?;
    }
    Ok(())
}

async fn connect(url: &str, channels: usize, name: &str) -> Result<(), Failure> {
    let address: Address = url.parse()?;
    let stream = TcpStream::connect((address.host(), address.port())).await?;
    let connector = Connector::new(ws::Draft)
        .extensions(extensions("mux")?)
        .extension_offer(format!("{name}; quota=65536"));
    let socket = connector.connect(stream, &address).await?;
    let (mut mux, driver) = Mux::client(socket, &connector, MultiplexLimits::default())?;
    let driver = tokio::spawn(driver);
    let mut sockets = Vec::from_iter(mux.first());
    while sockets.len() < channels {
        sockets.push(mux.open(&address).await?);
    }
    for socket in &mut sockets {
        let id = socket.stream().id();
        for message in [
            Message::text(format!("hello from channel {id}")),
            Message::binary(vec![7; 100_000]),
        ] {
            socket.send(message.clone()).await?;
            assert_eq!(socket.recv().await?, Some(message));
        }
        println!("channel {id} echoes");
    }
    for socket in &mut sockets {
        socket.close(1000, "").await?;
    }
    drop((sockets, mux));
    Ok(driver.await??)
}
