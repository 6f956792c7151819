//! What becomes of a connection: it is upgraded and echoed, answered, or turned away.

use std::{io, sync::Arc, time::Duration};

use tokio::{io::AsyncReadExt as _, net::TcpStream, sync::watch, time::timeout};
use tokio_rustls::TlsAcceptor;
use wsdraft::{
    Budget, Ending, Error,
    handshake::{Answer, Offer, RequestHead, parse},
    tokio::{Accepting, Acceptor, Requested, Subprotocols, WebSocket},
};

mod channels;

use super::{
    bench::{Chosen, FAULTS},
    files::Files,
    journal::{Entry, Journal, Level},
    mode::Mode,
    page::{Page, Pings, Response},
    record::{Counting, Opened, Record},
    room::{Full, Room, Taken},
    talk::{Talk, closed},
    watched::Watched,
};
use crate::{
    channel::table,
    duplex::Duplex,
    flags::hint_of,
    gate::{Gate, PATIENCE, Place, RETRY, TEXT, UNAVAILABLE},
    proxy_header,
    specs::Spoken,
};

/// The status of an answer about what is not there (RFC 9110 §15.5.5).
const NOT_FOUND: u16 = 404;

/// What all connections share.
pub(super) struct Server {
    pub(super) acceptor: Acceptor<Spoken>,
    /// The same for the channels of a connection.
    pub(super) inner: Acceptor<Spoken>,
    pub(super) tls: Option<TlsAcceptor>,
    pub(super) subprotocols: Subprotocols,
    pub(super) handshake: Duration,
    /// Whether a header of the PROXY protocol comes first.
    pub(super) proxied: bool,
    pub(super) budget: Budget,
    pub(super) room: Room,
    pub(super) gate: Gate,
    pub(super) page: Page,
    pub(super) journal: Journal,
    pub(super) mode: Mode,
    pub(super) files: Option<Files>,
}

impl Server {
    /// The schemes of its URLs: for WebSocket, and for pages.
    pub(super) const fn schemes(&self) -> (&'static str, &'static str) {
        match self.tls {
            Some(_) => ("wss", "https"),
            None => ("ws", "http"),
        }
    }

    /// Answers a request that is of no draft.
    pub(super) fn answer(&self, method: &str, target: &str) -> Response<'_> {
        let path = target.split('?').next().unwrap_or_default();
        match &self.mode {
            Mode::Bench(bench) if bench.is_by_path() && path == FAULTS => Response {
                status: 200,
                fields: &[],
                text: bench.list().into(),
            },
            Mode::Bench(_) | Mode::Echo | Mode::Reply(_) | Mode::Broadcast(_) | Mode::Exec(_) => {
                self.page.answer(method, target)
            }
        }
    }

    /// Plays a case for a client, unless the server ends.
    async fn play(
        &self,
        chosen: &Chosen,
        stream: Watched,
        record: &Record,
        mut ends: watch::Receiver<()>,
    ) -> Result<(), Error> {
        if let Mode::Bench(bench) = &self.mode {
            tokio::select! {
                () = bench.play(chosen, stream, record) => {}
                () = closed(&mut ends) => {}
            }
        }
        Ok(())
    }
}

/// Serves a connection, if it has a place.
pub(super) async fn admit(
    server: &Arc<Server>,
    stream: TcpStream,
    peer: &mut String,
    ends: watch::Receiver<()>,
    place: &Place,
) -> Result<(), Error> {
    match place {
        Place::Served(_) => connection(server, stream, peer, ends, place).await,
        Place::Told(_) => {
            // It was logged that it is refused; whether it hears it is its own affair.
            let _ = timeout(PATIENCE, connection(server, stream, peer, ends, place)).await;
            Ok(())
        }
        Place::Closed => Ok(()),
    }
}

/// Serves a connection: `ends` closes when the server does. `peer` is what the log
/// calls it; the client that a proxy names is added to that.
async fn connection(
    server: &Arc<Server>,
    mut stream: TcpStream,
    peer: &mut String,
    ends: watch::Receiver<()>,
    place: &Place,
) -> Result<(), Error> {
    // Small messages are not held back to be sent with others; they are gathered here.
    stream.set_nodelay(true)?;
    let before = async {
        if server.proxied {
            let header = proxy_header::take(&mut stream).await?;
            if let Some(client) = header.client {
                *peer = format!("{client} (through {peer})");
            }
        } else if server.tls.is_some() {
            proxy_header::refuse(&stream).await?;
        }
        Ok::<_, io::Error>(())
    };
    match timeout(server.handshake, before).await {
        Ok(taken) => taken?,
        Err(_elapsed) => return Err(io::Error::from(io::ErrorKind::TimedOut).into()),
    }
    match &server.tls {
        None => upgrade(server, stream, peer, ends, place).await,
        Some(tls) => match timeout(server.handshake, tls.accept(stream)).await {
            Ok(stream) => upgrade(server, stream?, peer, ends, place).await,
            Err(_elapsed) => Err(io::Error::from(io::ErrorKind::TimedOut).into()),
        },
    }
}

/// Answers the requests on a connection.
async fn upgrade(
    server: &Arc<Server>,
    stream: impl Duplex + 'static,
    peer: &str,
    ends: watch::Receiver<()>,
    place: &Place,
) -> Result<(), Error> {
    let record = Record::new(server.journal, peer);
    let admitted = Admitted {
        is_served: matches!(place, Place::Served(_)),
        carries: true,
        ends,
    };
    let stream = Watched::new(stream, record.clone());
    answer_all(server, &server.acceptor, stream, record, admitted).await
}

/// How a connection was let in.
pub(super) struct Admitted {
    /// Closes when the server does.
    pub(super) ends: watch::Receiver<()>,
    /// Whether it has a place.
    pub(super) is_served: bool,
    /// Whether it can have channels.
    pub(super) carries: bool,
}

/// Answers requests, until one opens a connection or ends it.
pub(super) async fn answer_all(
    server: &Arc<Server>,
    acceptor: &Acceptor<Spoken>,
    mut stream: Watched,
    record: Arc<Record>,
    mut admitted: Admitted,
) -> Result<(), Error> {
    let mut acceptor = acceptor.clone().metrics(Counting(record.clone()));
    loop {
        let mut accepting = acceptor.start(&mut stream);
        let requested = tokio::select! {
            requested = accepting.request() => requested,
            () = closed(&mut admitted.ends) => return Ok(()),
        };
        let requested = requested.inspect_err(|_| record.show_heads())?;
        if !admitted.is_served {
            return accepting.respond(UNAVAILABLE, &[RETRY], TEXT).await;
        }
        let head = match requested {
            Requested::Upgrade(offer) => match server.mode.case(&offer) {
                None => match server.room.of(&offer, admitted.carries) {
                    Ok(room) => {
                        return open(server, accepting, &offer, &record, (admitted.ends, room))
                            .await;
                    }
                    Err(Full) => {
                        record.journal.error(Some(&record.peer), &server.room.why());
                        drop(accepting);
                        stream.reads_again(record.settle().received);
                        record.begin();
                        admitted.carries = false;
                        acceptor = server.inner.clone().metrics(Counting(record.clone()));
                        continue;
                    }
                },
                Some(Err(why)) => {
                    note_request(&record, &offer.request, NOT_FOUND);
                    return accepting.respond(NOT_FOUND, &[], &why).await;
                }
                Some(Ok(chosen)) => {
                    drop(accepting);
                    record.show_heads();
                    stream.reads_again(record.settle().received);
                    return server.play(&chosen, stream, &record, admitted.ends).await;
                }
            },
            Requested::Plain(head) => head,
            _ => return Ok(()),
        };
        let Some(files) = &server.files else {
            return page(server, accepting, &head, &record).await;
        };
        drop(accepting);
        let ends = &mut admitted.ends;
        if !file(server, files, &mut stream, &head, &record, ends).await? {
            return Ok(());
        }
        record.begin();
    }
}

/// Answers a request with a page.
async fn page(
    server: &Server,
    mut accepting: Accepting<&mut Watched, Spoken>,
    head: &RequestHead,
    record: &Record,
) -> Result<(), Error> {
    let page = server.answer(head.method(), head.target());
    let answered = accepting
        .respond(page.status, page.fields, &page.text)
        .await;
    record.show_heads();
    answered?;
    note_request(record, head, page.status);
    Ok(())
}

/// Answers a request with a file; says whether another request follows.
async fn file(
    server: &Server,
    files: &Files,
    stream: &mut Watched,
    head: &RequestHead,
    record: &Record,
    ends: &mut watch::Receiver<()>,
) -> Result<bool, Error> {
    record.show_heads();
    let mut received = record.settle().received;
    let end = parse::head_end(&received).unwrap_or(received.len());
    stream.reads_again(received.split_off(end));
    let otherwise = |method: &str, target: &str| server.answer(method, target);
    let (status, stays) = files.respond(stream, head, otherwise).await?;
    note_request(record, head, status);
    Ok(stays && next(server, stream, ends).await)
}

/// Waits for another request; says whether there is one.
async fn next(server: &Server, stream: &mut Watched, ends: &mut watch::Receiver<()>) -> bool {
    let mut first = [0];
    let read = tokio::select! {
        read = timeout(server.handshake, stream.read(&mut first)) => read,
        () = closed(ends) => return false,
    };
    let is_one = matches!(read, Ok(Ok(1)));
    if is_one {
        stream.reads_again(first.into());
    }
    is_one
}

fn note_request(record: &Record, head: &RequestHead, status: u16) {
    record.note(&Entry::Request {
        method: head.method(),
        target: head.target(),
        status,
    });
}

/// Opens a connection, and does there what the server is for.
async fn open(
    server: &Arc<Server>,
    mut accepting: Accepting<&mut Watched, Spoken>,
    offer: &Offer,
    record: &Record,
    (ends, room): (watch::Receiver<()>, Option<Taken>),
) -> Result<(), Error> {
    let answer = Answer {
        subprotocol: server.subprotocols.choose(offer),
        ..Answer::default()
    };
    let accepted = accepting.accept(&answer).await;
    let socket = accepted.inspect_err(|_| record.show_heads())?;
    if let (Some(table), Some(room)) = (table(socket.connection()), room) {
        let carried = channels::Carried { table, room, offer };
        return carried.serve(server, socket, record, ends).await;
    }
    talk(server, socket, offer, record, ends).await
}

/// Does what the server is for on an open connection.
pub(super) async fn talk(
    server: &Server,
    mut socket: WebSocket<&mut Watched, Spoken>,
    offer: &Offer,
    record: &Record,
    ends: watch::Receiver<()>,
) -> Result<(), Error> {
    let subprotocol = server.subprotocols.choose(offer);
    let since = record.open(&Opened::of(
        socket.connection(),
        offer,
        subprotocol,
        Level::Messages,
    ));
    let mut talk = Talk {
        budget: &server.budget,
        journal: record.journal,
        is_secure: server.tls.is_some(),
        subprotocol,
        record,
        offer,
        peer: &record.peer,
        pings: None,
        ends,
    };
    let greeted = match server.page.greeting(offer) {
        Some(greeting) => {
            talk.pings = Some(Pings::default());
            socket.feed(greeting).await
        }
        None => Ok(()),
    };
    let ended = match greeted {
        Ok(()) => server.mode.run(&mut talk, &mut socket).await,
        Err(error) => Err(error),
    };
    drop(socket);
    let (ending, error) = match ended {
        Ok(ending) => (ending, None),
        Err(error) => (None, Some(format!("{error}{}", hint_of(&error)))),
    };
    let failed = ending.as_ref().and_then(Ending::error);
    let error = error.or_else(|| failed.map(|error| error.to_string()));
    record.close(offer.draft, since, ending.as_ref(), error);
    Ok(())
}
