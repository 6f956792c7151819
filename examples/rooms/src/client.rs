//! One client: its opening handshake, what it says, and what it is told.

use std::{sync::Arc, time::Duration};

use tokio::{
    net::TcpStream,
    sync::{mpsc, oneshot},
    time::{Instant, sleep_until},
};
use wsdraft::{
    Error, Message,
    drafts::rfc6455::{CloseCode, Draft},
    handshake::{Acceptance, Offer, Rejection},
    tokio::{Acceptor, ReadHalf, WriteHalf},
};

use crate::{
    names,
    rooms::{Membership, Rooms, Seat},
    words::Waiting,
};

/// How many messages a client may send at once, and the time for each in the long run. One that
/// sends faster waits: its messages stay in the buffers of TCP.
const BURST: u32 = 100;
const EACH: Duration = Duration::from_millis(10);

/// Serves a client until it leaves, is dropped, or the server stops.
pub async fn serve(
    acceptor: &Acceptor<Draft>,
    rooms: &Arc<Rooms>,
    stream: TcpStream,
) -> Result<(), Error> {
    stream.set_nodelay(true)?;
    let opening = acceptor.accept_with(stream, async |offer| admit(rooms, &offer));
    let (socket, membership) = opening.await?;
    let Membership {
        queue,
        dropped,
        seat,
    } = membership;
    // The halves do not wait for each other: a client that reads slowly can still say something.
    let (writer, reader) = socket.split();
    let mut listening = std::pin::pin!(listen(reader, &seat));
    tokio::select! {
        listened = &mut listening => listened,
        delivered = deliver(writer, queue, dropped) => {
            delivered?;
            // The close frame is sent. This waits for that of the client.
            listening.await
        }
    }
}

/// Admits a client to a room. This is where a server asks who the user is.
fn admit(rooms: &Arc<Rooms>, offer: &Offer) -> Result<Acceptance<Membership>, Rejection> {
    let names = names::of_resource(&offer.resource).ok_or(Rejection::new(404))?;
    let (room, user) = names.map_err(|error| Rejection::new(400).body(format!("{error}\n")))?;
    let membership = rooms.join(room, user).map_err(|full| {
        let rejection = Rejection::new(503).field("Retry-After", "30");
        rejection.body(format!("{full}\n"))
    })?;
    Ok(Acceptance::new().with(membership))
}

/// Says what the client says.
async fn listen(mut client: ReadHalf<TcpStream, Draft>, seat: &Seat) -> Result<(), Error> {
    let mut pace = Pace::new();
    while let Some(message) = client.recv().await? {
        pace.wait().await;
        if let Message::Text(text) = message {
            seat.say(text.to_string()).await;
        }
    }
    Ok(())
}

/// Delivers what is said to the client, until it is dropped.
async fn deliver(
    mut client: WriteHalf<TcpStream, Draft>,
    mut queue: mpsc::Receiver<Waiting>,
    mut dropped: oneshot::Receiver<&'static str>,
) -> Result<(), Error> {
    let mut batch = Vec::new();
    loop {
        let delivering = async {
            queue.recv_many(&mut batch, 64).await;
            for Waiting { message, memory } in batch.drain(..) {
                client.feed(message).await?;
                // From here on, the connection counts it.
                drop(memory);
            }
            client.flush().await
        };
        let why = tokio::select! {
            biased;
            why = &mut dropped => why,
            delivered = delivering => {
                delivered?;
                continue;
            }
        };
        // What waits for the client is discarded. It has the time `Limits::close` to read what is
        // already queued in its connection and the code, and may then come back.
        let why = why.unwrap_or_default();
        drop((queue, batch));
        return client.close(CloseCode::TRY_AGAIN_LATER, why).await;
    }
}

/// Bounds how often something happens.
struct Pace {
    /// When the next one is due, if all come at regular intervals.
    due: Instant,
}

impl Pace {
    fn new() -> Self {
        Self {
            due: Instant::now(),
        }
    }

    async fn wait(&mut self) {
        self.due = self.due.max(Instant::now()) + EACH;
        // A burst may be ahead of its time.
        if let Some(time) = self.due.checked_sub(EACH * BURST) {
            sleep_until(time).await;
        }
    }
}
