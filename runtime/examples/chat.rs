//! A chat: what one client says, all of them are told.
//!
//! `cargo run -p wsdraft --example chat --features tokio -- 127.0.0.1:9001`

use std::{env, io, sync::Arc};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::broadcast::{self, Receiver, Sender, error::RecvError},
};
use wsdraft::{
    Limits, Message,
    tokio::{Acceptor, Error, ReadHalf, WriteHalf},
    websocket_draft,
};

/// The types of the draft that is spoken.
#[websocket_draft("rfc6455")]
pub mod ws {}

/// Something that was said, shared by all who are told.
type Said = Arc<str>;

#[tokio::main]
async fn main() -> io::Result<()> {
    let address = env::args().nth(1);
    let listener = TcpListener::bind(address.as_deref().unwrap_or("127.0.0.1:9001")).await?;
    println!("listening on ws://{}", listener.local_addr()?);
    let (room, _) = broadcast::channel(64);
    loop {
        let (stream, peer) = listener.accept().await?;
        let room = room.clone();
        tokio::spawn(async move {
            if let Err(error) = join(stream, room).await {
                eprintln!("{peer}: {error}");
            }
        });
    }
}

/// Serves one client: a task tells it what is said while this one listens to it.
async fn join(stream: TcpStream, room: Sender<Said>) -> Result<(), Error> {
    stream.set_nodelay(true)?;
    let mut limits = Limits::default();
    limits.message = 16 << 10;
    let acceptor = Acceptor::new(ws::Draft).limits(limits);
    let (reader, writer) = acceptor.accept(stream).await?.split();
    let tells = tokio::spawn(tell(writer, room.subscribe()));
    let listened = listen(reader, &room).await;
    tells.abort();
    listened
}

/// Passes on what a client says. Its pings are answered here, too.
async fn listen(
    mut client: ReadHalf<TcpStream, ws::Draft>,
    room: &Sender<Said>,
) -> Result<(), Error> {
    while let Some(message) = client.recv().await? {
        if let Message::Text(text) = message {
            // There is a receiver: that of this client.
            let _ = room.send(text.into());
        }
    }
    Ok(())
}

/// Tells a client what is said. One that reads too slowly misses something, and does not hold
/// up the others.
async fn tell(
    mut client: WriteHalf<TcpStream, ws::Draft>,
    mut said: Receiver<Said>,
) -> Result<(), Error> {
    loop {
        match said.recv().await {
            Ok(text) => client.send(&*text).await?,
            Err(RecvError::Lagged(missed)) => {
                client.send(format!("({missed} messages missed)")).await?;
            }
            Err(RecvError::Closed) => return client.close(None, "").await,
        }
    }
}
