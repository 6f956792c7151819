//! What becomes of a client: the server is asked as it asks, and answers for the bridge.

use std::{future::pending, io};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    sync::watch,
    time::timeout,
};
use wsdraft::{
    Error, Role,
    handshake::{Answer, Offer},
    tokio::{Accepting, Requested, WebSocket},
};

use super::{
    ending::{self, First},
    fields,
    leaving::{Socket, left},
    notes::{Entry, Level, Notes, Peer},
    passing::{Way, pass},
    settings::Gateway,
    upstream::Server,
};
use crate::{
    gate::{PATIENCE, Place, RETRY, TEXT, UNAVAILABLE},
    proxy_header,
    signals::closed,
    silence::Silence,
    specs::Spoken,
};

/// Serves a client, if it has a place.
pub(super) async fn admit(
    gateway: &Gateway,
    stream: TcpStream,
    peer: &mut Peer,
    ends: watch::Receiver<()>,
    place: &Place,
) -> Result<(), Error> {
    match place {
        Place::Served(_) => connection(gateway, stream, peer, ends, place).await,
        Place::Told(_) => {
            // It was logged that it is refused; whether it hears it is its own affair.
            let _ = timeout(PATIENCE, connection(gateway, stream, peer, ends, place)).await;
            Ok(())
        }
        Place::Closed => Ok(()),
    }
}

/// Serves a client: `ends` closes when the bridge does. The client that a proxy names is added to
/// `peer`.
async fn connection(
    gateway: &Gateway,
    mut stream: TcpStream,
    peer: &mut Peer,
    ends: watch::Receiver<()>,
    place: &Place,
) -> Result<(), Error> {
    // Small messages are not held back to be sent with others; they are gathered here.
    stream.set_nodelay(true)?;
    let before = async {
        if gateway.proxied {
            peer.behind = proxy_header::take(&mut stream).await?.client;
        } else if gateway.tls.is_some() {
            proxy_header::refuse(&stream).await?;
        }
        Ok::<_, io::Error>(())
    };
    let late = || Error::from(io::Error::from(io::ErrorKind::TimedOut));
    timeout(gateway.head, before).await.map_err(|_| late())??;
    let stream: Box<dyn Socket> = match &gateway.tls {
        None => Box::new(stream),
        Some(tls) => {
            let secured = timeout(gateway.head, tls.accept(stream)).await;
            Box::new(secured.map_err(|_| late())??)
        }
    };
    upgrade(gateway, stream, *peer, ends, place).await
}

/// Reads the request, and has the server answer it.
async fn upgrade<S>(
    gateway: &Gateway,
    stream: S,
    peer: Peer,
    mut ends: watch::Receiver<()>,
    place: &Place,
) -> Result<(), Error>
where
    S: AsyncRead + AsyncWrite + Socket + Unpin,
{
    let mut accepting = gateway.acceptor.start(stream);
    let requested = tokio::select! {
        requested = accepting.request() => requested?,
        () = closed(&mut ends) => return Ok(()),
    };
    if !matches!(place, Place::Served(_)) {
        return accepting.respond(UNAVAILABLE, &[RETRY], TEXT).await;
    }
    let Requested::Upgrade(offer) = requested else {
        // It is refused, and told why.
        return accepting.accept(&Answer::default()).await.map(drop);
    };
    let notes = Notes::new(peer, gateway.journal);
    // What the server takes is not the client's time, which has as much again for the rest.
    let upstream = &gateway.upstream;
    accepting.allow(upstream.patience.saturating_add(gateway.head));
    let opened = tokio::select! {
        opened = upstream.open(&offer, peer, &notes) => opened,
        () = closed(&mut ends) => {
            return accepting.respond(UNAVAILABLE, &[RETRY], "The server ends.\n").await;
        }
        () = left(accepting.stream()) => {
            notes.say(Level::Usual, || "the client left before the upstream responded".to_owned());
            return Ok(());
        }
    };
    match opened {
        Ok(server) => bridge(gateway, accepting, &offer, server, &notes, ends).await,
        Err(refused) => {
            let status = refused.answer.status;
            let message = refused.why;
            notes.tell(Level::Quiet, || Entry::Refused { status, message });
            accepting.reject(&refused.answer).await
        }
    }
}

/// Accepts the client as the server has accepted it, and passes on what either says.
async fn bridge<S>(
    gateway: &Gateway,
    mut accepting: Accepting<S, Spoken>,
    offer: &Offer,
    mut server: Server,
    notes: &Notes,
    ends: watch::Receiver<()>,
) -> Result<(), Error>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let response = server.take_response();
    let info = gateway.upstream.draft.info();
    let fields = response
        .as_ref()
        .map(wsdraft::handshake::ResponseHead::fields);
    for name in fields.into_iter().flat_map(fields::not_text) {
        notes.say(Level::Verbose, || {
            format!("the header field {name} of the response is left out: it is not in UTF-8")
        });
    }
    let given = response.map(|head| fields::of_response(offer.draft, info, head.fields()));
    let given = given.unwrap_or_default();
    let borrowed: Vec<_> = given
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let subprotocol = server.subprotocol().map(ToOwned::to_owned);
    let answer = Answer {
        subprotocol: subprotocol.as_deref(),
        fields: &borrowed,
        ..Answer::default()
    };
    match accepting.accept(&answer).await {
        Ok(client) => {
            let chosen = subprotocol.as_deref();
            notes.tell(Level::Usual, || ending::opened(offer, info, chosen));
            pass_on(gateway, client, server, notes, ends).await;
            Ok(())
        }
        Err(error) => {
            let _ = server.close(info.local_codes.going_away, "").await;
            Err(error)
        }
    }
}

/// Passes on what either says, until one of them or something else ends that.
async fn pass_on<S>(
    gateway: &Gateway,
    client: WebSocket<S, Spoken>,
    server: Server,
    notes: &Notes,
    mut ends: watch::Receiver<()>,
) where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let drafts = [*client.connection().draft(), gateway.upstream.draft];
    let (activity, awaited) = (Silence::new(), Default::default());
    let way = |from| Way::new(gateway, drafts, from, notes, &activity, &awaited);
    let mut ways = [way(Role::Client), way(Role::Server)];
    let (mut to_client, mut from_client) = client.split();
    let (mut to_server, mut from_server) = server.split();
    let first = {
        let [up, down] = &mut ways;
        let idle = async {
            match gateway.idle {
                Some(idle) => activity.lasts(idle).await,
                None => pending().await,
            }
        };
        tokio::select! {
            over = pass(&mut from_client, &mut to_server, up) => First::Client(over),
            over = pass(&mut from_server, &mut to_client, down) => First::Server(over),
            () = idle => First::Idle(gateway.idle.unwrap_or_default()),
            () = closed(&mut ends) => First::Told,
        }
    };
    let passed = ways.map(|way| way.passed);
    let client = from_client.reunite(to_client);
    let server = from_server.reunite(to_server);
    // They are halves of the same connections.
    if let (Ok(client), Ok(server)) = (client, server) {
        ending::both(client, server, &first, passed, activity.elapsed(), notes).await;
    }
}
