//! Opens connections, and says why there is none.

use std::{io, path::Path, rc::Rc};

use wsdraft::{
    Client, Connection, Error,
    client::Stage,
    handshake::{Address, ResponseHead, client::ClientError, parse::HeadError},
    tokio::{
        WebSocket,
        tls::{Stream, Tls},
    },
};

use super::{network::Network, screen::Screen, trace::Trace, wire::Wire};
use crate::{
    events::{AgreedExtension, Event, ViolationReport},
    failure::Failure,
    specs::Spoken,
    tls::explained,
};

/// How connections are opened.
pub(super) struct Opening<'a> {
    pub(super) url: &'a str,
    pub(super) address: Address,
    pub(super) client: Client<Spoken>,
    pub(super) tls: Tls,
    pub(super) network: &'a Network,
    /// The Unix socket to connect to.
    pub(super) socket: Option<&'a Path>,
    /// Whether extensions were asked for.
    pub(super) offers: bool,
    /// Bytes of payloads that are shown of what passes, if that is shown.
    pub(super) traced: Option<usize>,
    pub(super) screen: Rc<Screen>,
}

/// An open connection.
pub(super) type Socket = WebSocket<Wire, Spoken>;

impl Opening<'_> {
    /// Opens a connection, and says so. Gives the agreed subprotocol, too.
    pub(super) async fn open(&self) -> Result<(Socket, Option<String>), Error> {
        let trace = self
            .traced
            .map(|most| Trace::new(Rc::clone(&self.screen), most));
        let (socket, subprotocol) = if self.network.http2 {
            self.open_http2(trace.as_ref()).await?
        } else {
            let open = |address| self.stream(address, trace.clone());
            let socket = self.client.connect_with(self.url, open).await?;
            let subprotocol = socket.subprotocol().map(ToOwned::to_owned);
            (socket, subprotocol)
        };
        if let Some(trace) = trace {
            trace.opened(socket.connection());
        }
        self.tell_open(socket.connection(), subprotocol.clone(), &self.screen);
        Ok((socket, subprotocol))
    }

    /// Says that a connection is open, or a channel of one.
    pub(super) fn tell_open(
        &self,
        connection: &Connection<Spoken>,
        subprotocol: Option<String>,
        screen: &Screen,
    ) {
        let agreed = connection.agreed();
        let opened = Event::Open {
            draft: connection.info().short,
            subprotocol,
            extensions: agreed.header().map(ToOwned::to_owned),
            agreed: AgreedExtension::list(agreed),
        };
        if screen.is_json() && self.offers {
            // An event of ours is always JSON.
            let _ = screen.event(&opened);
        }
        screen.log(&opened.to_string());
    }

    async fn stream(&self, address: Address, trace: Option<Trace>) -> Result<Wire, Error> {
        if let Some(trace) = &trace {
            trace.begin();
        }
        let Some(path) = self.socket else {
            let stream = self.client.open(&address).await?;
            if let Some(trace) = &trace {
                reached(trace, &stream);
            }
            return Ok(Wire::new(stream, trace));
        };
        let stream = unix(path).await.map_err(|error| {
            io::Error::new(error.kind(), format!("{}: {error}", path.display()))
        })?;
        if let Some(trace) = &trace {
            trace.note(&format!("connected to {}", path.display()));
        }
        if !address.is_secure() {
            return Ok(Wire::new(stream, trace));
        }
        let stream = self.tls.wrap(stream, address.host()).await?;
        Ok(Wire::new(stream, trace))
    }

    async fn open_http2(&self, trace: Option<&Trace>) -> Result<(Socket, Option<String>), Error> {
        let mut socket = self.client.connect_http2(self.url).await?;
        let subprotocol = socket.subprotocol().map(ToOwned::to_owned);
        if let (Some(trace), Some(response)) = (trace, socket.take_response()) {
            trace.note("connected over HTTP/2, of which the frames of WebSocket are shown");
            head(trace, &response);
        }
        let (stream, connection) = socket.into_parts();
        let wire = Wire::new(stream, trace.cloned());
        Ok((Socket::from_parts(wire, connection), subprotocol))
    }

    /// Shows why there is no connection; fails if the server was not reached.
    pub(super) fn failed(&self, error: &Error) -> Result<(), Failure> {
        if let Some(event) = self.answered(error, &self.screen) {
            return self.screen.event(&event);
        }
        let why = self.why(error);
        // What a port with TLS says to a request begins with no letter.
        let is_head = matches!(error, Error::Handshake(failed) if matches!(failed.cause, ClientError::Head(HeadError::Malformed { .. })));
        Err(Failure::input(if is_head && !self.address.is_secure() {
            format!("{why}; if the server expects TLS, use wss://")
        } else {
            why
        }))
    }

    /// Shows why a channel is not open. Returns why, if that is not the answer of the server.
    pub(super) fn lacks(&self, error: &Error, screen: &Screen) -> Result<Option<String>, Failure> {
        match self.answered(error, screen) {
            Some(event) => screen.event(&event).map(|()| None),
            None => Ok(Some(error.to_string())),
        }
    }

    /// What the server has answered instead of opening a connection or a channel.
    fn answered(&self, error: &Error, screen: &Screen) -> Option<Event> {
        let Error::Handshake(failed) = error else {
            return None;
        };
        match &failed.cause {
            ClientError::Violation(violation) => {
                Some(Event::Violation(ViolationReport::new(violation)))
            }
            ClientError::Refused {
                status,
                reason,
                versions,
                fields,
                body,
            } => {
                if let Some(hint) = self.network.hint(*status) {
                    screen.log(hint);
                }
                Some(Event::Refused {
                    status: *status,
                    reason: reason.clone(),
                    versions: versions.clone(),
                    fields: fields
                        .iter()
                        .map(|field| {
                            let value = String::from_utf8_lossy(field.value);
                            (field.name.to_owned(), value.into_owned())
                        })
                        .collect(),
                    body: String::from_utf8_lossy(body).into_owned(),
                })
            }
            _ => None,
        }
    }

    /// Why the server was not reached, and what the user can do about it.
    pub(super) fn why(&self, error: &Error) -> String {
        let (url, cause) = match error {
            Error::Connect(failed) => (failed.url().to_owned(), failed.cause().downcast_ref()),
            Error::Io(error) => (self.shown(), Some(error)),
            _ => (self.shown(), None),
        };
        match (cause.and_then(explained), error) {
            (Some(why), _) => format!("{url}: {why}"),
            (None, Error::Connect(failed))
                if self.network.http2 && failed.stage() == Stage::Handshake =>
            {
                format!("{error}; does the server speak HTTP/2?")
            }
            (None, Error::Connect(_) | Error::Handshake(_)) => error.to_string(),
            (None, _) => format!("{url}: {error}"),
        }
    }

    /// The URL without what may be a secret.
    pub(super) fn shown(&self) -> String {
        let url = self.address.to_string();
        match url.split_once('?') {
            Some((url, _)) => format!("{url}?…"),
            None => url,
        }
    }
}

#[cfg(unix)]
async fn unix(path: &Path) -> io::Result<tokio::net::UnixStream> {
    tokio::net::UnixStream::connect(path).await
}

#[cfg(not(unix))]
async fn unix(_: &Path) -> io::Result<tokio::net::TcpStream> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Says what the stream leads to.
fn reached(trace: &Trace, stream: &Stream) {
    if let Ok(peer) = stream.tcp().peer_addr() {
        trace.note(&format!("connected to {peer}"));
    }
    if let Stream::Secure(secure) = stream {
        let session = secure.get_ref().1;
        if let (Some(version), Some(suite)) = (
            session.protocol_version(),
            session.negotiated_cipher_suite(),
        ) {
            trace.note(&format!("{version:?}, {:?}", suite.suite()));
        }
    }
}

/// Shows a head that did not pass as text.
fn head(trace: &Trace, response: &ResponseHead) {
    use wsdraft::Role::Server;

    trace.head(Server, &format!(":status: {}", response.status()));
    for field in response.fields().iter() {
        let value = String::from_utf8_lossy(field.value);
        trace.head(Server, &format!("{}: {value}", field.name));
    }
    trace.head(Server, "");
}
