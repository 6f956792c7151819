//! The channels of a connection that multiplexes: each is served like a connection.

use std::{future::Future, pin::Pin, pin::pin, sync::Arc};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::watch,
    task::JoinSet,
};
use wsdraft::{
    Error,
    handshake::Offer,
    multiplex::{Channel, MultiplexLimits, Mux},
    tokio::WebSocket,
};

use super::{
    connection::{Server, answer_all, talk},
    journal::Level,
    record::{Counting, Opened, Record},
    talk::closed,
    watched::Watched,
};
use crate::{flags::hint_of, specs::Spoken};

/// What a channel can hold is not counted among the memory for messages, so it is less than usual.
const LIMITS: MultiplexLimits = MultiplexLimits::new().window(16 << 10).bytes(1 << 20);

/// What serves a channel. The channels of a channel would have no end, so the type has a name.
type Serving = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Serves the channels of a connection until it ends.
pub(super) async fn carry<S>(
    server: &Arc<Server>,
    socket: WebSocket<S, Spoken>,
    offer: &Offer,
    record: &Record,
    ends: watch::Receiver<()>,
) -> Result<(), Error>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let subprotocol = server.subprotocols.choose(offer);
    // The channels show the messages, and this connection how they are carried.
    let since = record.open(&Opened::of(
        socket.connection(),
        offer,
        subprotocol,
        Level::Frames,
    ));
    let ended = serve_all(server, socket, offer, &record.peer, ends).await;
    let error = ended
        .err()
        .map(|error| format!("{error}{}", hint_of(&error)));
    record.close(offer.draft, since, None, error);
    Ok(())
}

async fn serve_all<S>(
    server: &Arc<Server>,
    socket: WebSocket<S, Spoken>,
    offer: &Offer,
    peer: &str,
    mut ends: watch::Receiver<()>,
) -> Result<(), Error>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let agreed = socket.connection().agreed().multiplexed();
    let table = agreed.and_then(|(_, agreement, _)| agreement.extension.multiplexing.as_ref());
    let first = table.and_then(|table| table.channels);
    let first = first.map_or(0, |channels| channels.first);
    let first_record = Record::new(server.journal.of_channel(first), peer);
    let acceptor = server.acceptor.clone();
    let acceptor = acceptor.metrics(Counting(Arc::clone(&first_record)));
    let carried = Mux::server(socket, &acceptor, LIMITS);
    let (mut mux, driver) = carried.map_err(std::io::Error::other)?;
    let mut driver = pin!(driver);
    let mut channels = JoinSet::new();
    if let Some(first) = mux.first() {
        let (server, offer) = (Arc::clone(server), offer.clone());
        channels.spawn(serve_first(
            server,
            first,
            offer,
            first_record,
            ends.clone(),
        ));
    }
    let ended = loop {
        tokio::select! {
            ended = &mut driver => break ended,
            channel = mux.accept_channel() => match channel {
                Some(channel) => {
                    let serving = serve(Arc::clone(server), channel, peer.to_owned(), ends.clone());
                    channels.spawn(serving);
                }
                None => break driver.as_mut().await,
            },
            Some(_) = channels.join_next() => {}
            () = closed(&mut ends) => {
                let all_closed = async { while channels.join_next().await.is_some() {} };
                tokio::select! {
                    ended = &mut driver => break ended,
                    () = all_closed => {}
                }
                mux.close();
                break driver.as_mut().await;
            }
        }
    };
    // They hear of it.
    while channels.join_next().await.is_some() {}
    ended
}

/// Serves the channel that the handshake of the connection has opened.
async fn serve_first(
    server: Arc<Server>,
    socket: WebSocket<Channel, Spoken>,
    offer: Offer,
    record: Arc<Record>,
    ends: watch::Receiver<()>,
) {
    let (channel, connection) = socket.into_parts();
    let mut stream = Watched::new(channel, Arc::clone(&record));
    let socket = WebSocket::from_parts(&mut stream, connection);
    report(&record, talk(&server, socket, &offer, &record, ends).await);
}

/// Serves a channel that the client has asked for.
fn serve(
    server: Arc<Server>,
    channel: Channel,
    peer: String,
    ends: watch::Receiver<()>,
) -> Serving {
    Box::pin(async move {
        let record = Record::new(server.journal.of_channel(channel.id()), &peer);
        let stream = Watched::new(channel, Arc::clone(&record));
        let served = (ends, true);
        let answered = answer_all(&server, &server.inner, stream, Arc::clone(&record), served);
        report(&record, answered.await);
    })
}

/// Logs what a channel failed with.
fn report(record: &Record, served: Result<(), Error>) {
    if let Err(error) = served {
        let message = format!("{error}{}", hint_of(&error));
        record.journal.error(Some(&record.peer), &message);
    }
}
