//! A client of tokio-tungstenite that stays: it connects through an HTTP proxy with a bearer token,
//! says something, prints what it receives, and connects again whenever the connection ends.
//!
//! `cargo run --bin reconnect_original -- ws://127.0.0.1:9001/rooms/lobby ada-secret
//! http://127.0.0.1:3128 hello 2`; the last argument is the number of connections after which it
//! ends. Without it, it never does.

use std::{env, error::Error, io, time::Duration};

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    select,
    time::{Instant, interval, sleep, timeout},
};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{
        self, Message,
        client::IntoClientRequest as _,
        http::{HeaderValue, Uri, header::AUTHORIZATION},
    },
};

/// How often the server is pinged.
const PING: Duration = Duration::from_secs(30);
/// How long it may be silent.
const SILENCE: Duration = Duration::from_secs(40);
/// How long a connection may take to open.
const OPENING: Duration = Duration::from_secs(20);
/// The first delay before another attempt, and the longest one.
const DELAYS: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(60));
/// How long a connection lasts for the delays to be short again.
const STABLE: Duration = Duration::from_secs(60);
/// The longest response head of a proxy, in bytes.
const HEAD: usize = 8 << 10;

type Socket = WebSocketStream<TcpStream>;

/// Has an HTTP proxy connect to a host and a port.
async fn tunnel(proxy: &Uri, target: &str) -> io::Result<TcpStream> {
    let host = proxy.host().unwrap_or_default();
    let mut stream = TcpStream::connect((host, proxy.port_u16().unwrap_or(80))).await?;
    stream.set_nodelay(true)?;
    let request = format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut head = Vec::new();
    // Byte by byte, because what follows the head belongs to the server.
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() == HEAD {
            return Err(io::Error::other("the response of the proxy is too long"));
        }
        head.push(stream.read_u8().await?);
    }
    let status = head.split(|&byte| byte == b' ').nth(1);
    if status.is_none_or(|status| !status.starts_with(b"2")) {
        let line = String::from_utf8_lossy(head.split(|&byte| byte == b'\r').next().unwrap_or(&[]));
        return Err(io::Error::other(format!("the proxy refuses: {line}")));
    }
    Ok(stream)
}

/// Opens one connection.
async fn connect(url: &str, token: &str, proxy: &Uri) -> Result<Socket, tungstenite::Error> {
    let mut request = url.into_client_request()?;
    let host = request.uri().host().unwrap_or_default();
    let target = format!("{host}:{}", request.uri().port_u16().unwrap_or(80));
    let mut credentials = HeaderValue::try_from(format!("Bearer {token}"))?;
    credentials.set_sensitive(true);
    request.headers_mut().insert(AUTHORIZATION, credentials);
    let opening = async {
        let stream = tunnel(proxy, &target).await?;
        let (socket, _) = client_async(request, stream).await?;
        Ok(socket)
    };
    let opened = timeout(OPENING, opening).await;
    opened.map_err(|_| tungstenite::Error::Io(io::ErrorKind::TimedOut.into()))?
}

/// Whether another attempt would fail as well.
fn is_permanent(error: &tungstenite::Error) -> bool {
    match error {
        tungstenite::Error::Http(response) => {
            let status = response.status();
            (status.is_client_error() || status.is_redirection())
                && ![408, 425, 429].contains(&status.as_u16())
        }
        tungstenite::Error::Url(_) | tungstenite::Error::HttpFormat(_) => true,
        _ => false,
    }
}

/// Says something, and prints what is received until the connection ends.
async fn listen(socket: &mut Socket, greeting: &str) -> Result<(), tungstenite::Error> {
    socket.send(greeting.into()).await?;
    let mut pings = interval(PING);
    let mut heard = Instant::now();
    loop {
        select! {
            received = socket.next() => {
                heard = Instant::now();
                match received.transpose()? {
                    Some(Message::Text(text)) => println!("{text}"),
                    Some(Message::Close(Some(close))) => {
                        println!("closed: {} {}", u16::from(close.code), close.reason);
                    }
                    Some(_) => {}
                    None => return Ok(()),
                }
            }
            _ = pings.tick() => {
                if heard.elapsed() > SILENCE {
                    return Err(tungstenite::Error::Io(io::ErrorKind::TimedOut.into()));
                }
                socket.send(Message::Ping(Vec::new().into())).await?;
            }
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let url = arguments.next().ok_or("a URL is missing")?;
    let token = arguments.next().ok_or("a token is missing")?;
    let proxy: Uri = arguments.next().ok_or("a proxy is missing")?.parse()?;
    let greeting = arguments.next().unwrap_or_else(|| "hello".into());
    let mut connections = arguments.next().map_or(Ok(u64::MAX), |text| text.parse())?;

    let (shortest, longest) = DELAYS;
    let mut delay = shortest;
    while connections > 0 {
        match connect(&url, &token, &proxy).await {
            Ok(mut socket) => {
                let opened = Instant::now();
                connections -= 1;
                match listen(&mut socket, &greeting).await {
                    Ok(()) => eprintln!("the server has closed the connection"),
                    Err(error) => eprintln!("the connection has failed: {error}"),
                }
                if opened.elapsed() > STABLE {
                    delay = shortest;
                }
            }
            Err(error) if is_permanent(&error) => return Err(error.into()),
            Err(error) => eprintln!("no connection: {error}"),
        }
        if connections > 0 {
            sleep(delay).await;
            delay = (delay * 2).min(longest);
        }
    }
    Ok(())
}
