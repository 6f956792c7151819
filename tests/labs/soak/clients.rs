//! Clients that never stop: `soak ADDRESS SECONDS` talks to an echo server in every draft, with
//! messages of all sizes, and ends its connections in every way. Ends with a count of what it
//! did, or with an error where an echo was wrong.

use std::{
    env,
    error::Error,
    net::SocketAddr,
    time::{Duration, Instant},
};

use tokio::{
    io::AsyncWriteExt as _,
    net::{TcpSocket, TcpStream},
    task::JoinSet,
};
use wsdraft::{
    Draft, Message,
    handshake::Address,
    info::Kind,
    tokio::{Connector, WebSocket},
};

type Failure = Box<dyn Error + Send + Sync>;
type Socket = WebSocket<TcpStream, &'static dyn Draft>;

/// Clients at a time.
const CLIENTS: u64 = 8;
/// What a client waits between its connections: the rate is modest.
const PAUSE: Duration = Duration::from_millis(40);

/// What was done.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    connections: u64,
    messages: u64,
    bytes: u64,
    abrupt: u64,
}

/// Numbers that look random, and are the same each time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }

    /// Most messages are short; a few have a mebibyte.
    fn length(&mut self) -> usize {
        let most = [16, 126, 1 << 10, 1 << 12, 1 << 16, 1 << 20];
        let class = [0, 0, 0, 1, 1, 2, 2, 3, 4, 5][self.below(10) as usize];
        self.below(most[class]) as usize
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let mut arguments = env::args().skip(1);
    let (Some(address), Some(seconds)) = (arguments.next(), arguments.next()) else {
        return Err("usage: soak ADDRESS SECONDS".into());
    };
    let address: SocketAddr = address.parse()?;
    let end = Instant::now() + Duration::from_secs(seconds.parse()?);
    let mut clients = JoinSet::new();
    for seed in 0..CLIENTS {
        clients.spawn(client(address, Numbers(seed), end));
    }
    let mut total = Count::default();
    while let Some(count) = clients.join_next().await {
        let count = count??;
        total.connections += count.connections;
        total.messages += count.messages;
        total.bytes += count.bytes;
        total.abrupt += count.abrupt;
    }
    println!(
        "{} connections, {} of them ended abruptly; {} messages, {} MiB each way",
        total.connections,
        total.abrupt,
        total.messages,
        total.bytes >> 20
    );
    Ok(())
}

async fn client(address: SocketAddr, mut numbers: Numbers, end: Instant) -> Result<Count, Failure> {
    let mut count = Count::default();
    while Instant::now() < end {
        let drafts = wsdraft::drafts::ALL;
        let draft = drafts[numbers.below(drafts.len() as u64) as usize];
        count.connections += 1;
        connection(address, draft, &mut numbers, &mut count)
            .await
            .map_err(|error| format!("{}: {error}", draft.info().short))?;
        tokio::time::sleep(PAUSE).await;
    }
    Ok(count)
}

async fn connection(
    address: SocketAddr,
    draft: &'static dyn Draft,
    numbers: &mut Numbers,
    count: &mut Count,
) -> Result<(), Failure> {
    let mut stream = open(address).await?;
    let way = numbers.below(10);
    if way == 0 {
        // Half a request, and gone.
        count.abrupt += 1;
        stream
            .write_all(b"GET /half HTTP/1.1\r\nHost: exam")
            .await?;
        return Ok(());
    }
    let url: Address = format!("ws://{address}/").parse().map_err(|_| "a URL")?;
    // An undetectable draft is taken for another one, which is the server's right.
    let Ok(mut socket) = Connector::new(draft)
        .origin("http://example.com")
        .connect(stream, &url)
        .await
    else {
        return if draft.info().undetectable {
            Ok(())
        } else {
            Err("no connection".into())
        };
    };
    if draft.info().undetectable {
        count.abrupt += 1;
        return Ok(());
    }
    for _ in 0..numbers.below(8) {
        echo(&mut socket, numbers, count).await?;
    }
    match way {
        // Reset, in the middle of a message.
        1 => {
            count.abrupt += 1;
            let (mut stream, mut connection) = socket.into_parts();
            connection.text(&"x".repeat(1000))?;
            stream.write_all(&connection.output()[..500]).await?;
            stream.set_zero_linger()?;
        }
        // Gone without a word.
        2 => count.abrupt += 1,
        // Gone with the answers unread.
        3 => {
            count.abrupt += 1;
            for _ in 0..20 {
                socket.send("x".repeat(10_000)).await?;
            }
        }
        _ => drop(socket.close(1000, "").await?),
    }
    Ok(())
}

async fn open(address: SocketAddr) -> Result<TcpStream, Failure> {
    let socket = TcpSocket::new_v4()?;
    Ok(socket.connect(address).await?)
}

async fn echo(
    socket: &mut Socket,
    numbers: &mut Numbers,
    count: &mut Count,
) -> Result<(), Failure> {
    let length = numbers.length();
    let is_text = numbers.below(2) == 0 || !socket.connection().info().has(Kind::Binary);
    let message = if is_text {
        Message::from("é".repeat(length / 2))
    } else {
        Message::from(vec![numbers.below(256) as u8; length])
    };
    socket.send(&message).await?;
    let back = socket.recv().await?;
    if back.as_ref() != Some(&message) {
        return Err(format!("{length} bytes did not come back").into());
    }
    count.messages += 1;
    count.bytes += message.as_bytes().len() as u64;
    Ok(())
}
