//! An HTTP proxy for the trials that knows only `CONNECT`.
//!
//! `cargo run --bin connect_proxy -- 127.0.0.1:3128`, optionally with the credentials that it
//! requires, as in `Proxy-Authorization` ("Basic bWU6c2VjcmV0").

use std::{env, io, sync::Arc};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional},
    net::{TcpListener, TcpStream},
};

/// The longest request head, in bytes.
const HEAD: usize = 8 << 10;

/// Serves one request.
async fn serve(mut client: TcpStream, credentials: Option<&str>) -> io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() == HEAD {
            return client.write_all(b"HTTP/1.1 431 Too Large\r\n\r\n").await;
        }
        head.push(client.read_u8().await?);
    }
    let head = String::from_utf8_lossy(&head);
    let mut lines = head.lines();
    let mut request = lines.next().unwrap_or_default().split(' ');
    let (Some("CONNECT"), Some(target)) = (request.next(), request.next()) else {
        return client.write_all(b"HTTP/1.1 405 Not Allowed\r\n\r\n").await;
    };
    let given = lines.filter_map(|line| line.split_once(": "));
    let given = given.filter(|(name, _)| name.eq_ignore_ascii_case("proxy-authorization"));
    if credentials.is_some_and(|wanted| !given.clone().any(|(_, value)| value == wanted)) {
        println!("{target}: 407");
        return client.write_all(b"HTTP/1.1 407 Credentials\r\n\r\n").await;
    }
    let Ok(mut server) = TcpStream::connect(target).await else {
        println!("{target}: 502");
        return client.write_all(b"HTTP/1.1 502 Unreachable\r\n\r\n").await;
    };
    println!("{target}: 200");
    client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
    copy_bidirectional(&mut client, &mut server).await?;
    Ok(())
}

#[tokio::main]
async fn main() -> io::Result<()> {
    let mut arguments = env::args().skip(1);
    let address = arguments.next();
    let credentials: Option<Arc<str>> = arguments.next().map(Into::into);
    let listener = TcpListener::bind(address.as_deref().unwrap_or("127.0.0.1:3128")).await?;
    println!("listening on http://{}", listener.local_addr()?);
    loop {
        let (client, peer) = listener.accept().await?;
        let credentials = credentials.clone();
        tokio::spawn(async move {
            if let Err(error) = serve(client, credentials.as_deref()).await {
                eprintln!("{peer}: {error}");
            }
        });
    }
}
