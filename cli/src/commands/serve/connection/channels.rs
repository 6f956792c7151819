//! The channels of a connection that multiplexes: each is served like a connection.

use std::{
    future::Future,
    io,
    pin::{Pin, pin},
    sync::Arc,
};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::watch,
    task::JoinSet,
    time::timeout,
};
use wsdraft::{
    Error, Role,
    extension::multiplex::MultiplexInfo,
    handshake::Offer,
    multiplex::{Channel, Mux},
    tokio::WebSocket,
};

use super::{
    super::{
        journal::Level,
        record::{Counting, Opened, Record},
        room::Taken,
        talk::closed,
        watched::Watched,
    },
    Admitted, Server, answer_all, talk,
};
use crate::{
    channel::{Fate, Noted, dropped},
    flags::hint_of,
    gate::{PATIENCE, Place},
    specs::Spoken,
};

/// What serves a channel. The channels of a channel would have no end, so the type has a name.
type Serving = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A connection that carries channels.
pub(super) struct Carried<'a> {
    pub(super) table: &'static MultiplexInfo,
    pub(super) room: Taken,
    pub(super) offer: &'a Offer,
}

impl Carried<'_> {
    /// Serves the channels until the connection ends.
    pub(super) async fn serve<S>(
        self,
        server: &Arc<Server>,
        socket: WebSocket<S, Spoken>,
        record: &Record,
        ends: watch::Receiver<()>,
    ) -> Result<(), Error>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let subprotocol = server.subprotocols.choose(self.offer);
        // The channels show the messages, and this connection how they are carried.
        let since = record.open(&Opened::of(
            socket.connection(),
            self.offer,
            subprotocol,
            Level::Frames,
        ));
        let ended = self.serve_all(server, socket, &record.peer, ends).await;
        let error = ended
            .err()
            .map(|error| format!("{error}{}", hint_of(&error)));
        record.close(self.offer.draft, since, None, error);
        Ok(())
    }

    async fn serve_all<S>(
        &self,
        server: &Arc<Server>,
        socket: WebSocket<S, Spoken>,
        peer: &str,
        mut ends: watch::Receiver<()>,
    ) -> Result<(), Error>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let first = self.table.channels.map_or(0, |channels| channels.first);
        let first = self.record(server, first, peer);
        let acceptor = server.acceptor.clone();
        let acceptor = acceptor.metrics(Counting(Arc::clone(&first)));
        let carried = Mux::server(socket, &acceptor, self.room.limits);
        let (mut mux, driver) = carried.map_err(io::Error::other)?;
        let mut driver = pin!(driver);
        let mut channels = JoinSet::new();
        if let Some(socket) = mux.first() {
            let (server, offer) = (Arc::clone(server), self.offer.clone());
            channels.spawn(serve_first(server, socket, offer, first, ends.clone()));
        }
        let ended = loop {
            tokio::select! {
                ended = &mut driver => break ended,
                channel = mux.accept_channel() => match channel {
                    Some(channel) => {
                        let record = self.record(server, channel.id(), peer);
                        channels.spawn(serve(Arc::clone(server), channel, record, ends.clone()));
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
        match dropped(mux.over().as_ref(), self.table, Role::Server) {
            Some(report) => Err(io::Error::other(report.to_string()).into()),
            None => ended,
        }
    }

    /// The record of a channel.
    fn record(&self, server: &Server, id: u32, peer: &str) -> Arc<Record> {
        let fate = Fate::new(self.table);
        Record::of_channel(server.journal.of_channel(id), peer, fate)
    }
}

/// The stream of a channel.
fn watched(channel: Channel, record: &Arc<Record>) -> Watched {
    match record.fate() {
        Some(fate) => Watched::new(Noted::new(channel, Arc::clone(fate)), Arc::clone(record)),
        None => Watched::new(channel, Arc::clone(record)),
    }
}

/// Serves the channel that the handshake of the connection has opened, in the place of the connection.
async fn serve_first(
    server: Arc<Server>,
    socket: WebSocket<Channel, Spoken>,
    offer: Offer,
    record: Arc<Record>,
    ends: watch::Receiver<()>,
) {
    let (channel, connection) = socket.into_parts();
    let mut stream = watched(channel, &record);
    let socket = WebSocket::from_parts(&mut stream, connection);
    report(&record, talk(&server, socket, &offer, &record, ends).await);
}

/// Serves a channel that the client has asked for, if it has a place.
fn serve(
    server: Arc<Server>,
    channel: Channel,
    record: Arc<Record>,
    ends: watch::Receiver<()>,
) -> Serving {
    Box::pin(async move {
        let place = server.gate.place();
        let is_served = matches!(place, Place::Served(_));
        if !is_served {
            record.journal.error(Some(&record.peer), &server.gate.why());
        }
        let stream = watched(channel, &record);
        let admitted = Admitted {
            ends,
            is_served,
            carries: false,
        };
        let answered = answer_all(
            &server,
            &server.inner,
            stream,
            Arc::clone(&record),
            admitted,
        );
        match place {
            Place::Served(_) => report(&record, answered.await),
            Place::Told(_) => {
                // It was logged that it is refused; whether it hears it is its own affair.
                let _ = timeout(PATIENCE, answered).await;
            }
            Place::Closed => {}
        }
    })
}

/// Logs what a channel failed with.
fn report(record: &Record, served: Result<(), Error>) {
    if let Err(error) = served {
        let message = format!("{error}{}", hint_of(&error));
        record.journal.error(Some(&record.peer), &message);
    }
}
