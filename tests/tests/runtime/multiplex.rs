//! Several logical connections over one, without I/O: both ends against each other, the vectors of
//! `data/vectors/extensions.json`, hostile peers, and every schedule of a few small ones.

use std::collections::BTreeMap;

use wsdraft::{
    Close, Config, Connection, Draft, Event, NoEntropy, Role,
    drafts::rfc6455,
    extension::{Agreed, ExtensionInfo, Extensions, builtin},
    frame::Session,
    handshake::{
        Answer, Opening, RequestHead,
        client::{ClientError, ClientHandshake, ClientOptions},
        parse,
        server::{Requested, ServerHandshake, ServerOptions},
    },
    multiplex::{ChannelKey, MultiplexLimits, Multiplexer},
};

mod bounds;
mod echo;
mod hostile;
mod memory;
mod observed;
mod rules;
mod schedules;
mod seen;
mod vectors;

use self::seen::Multiplexed;

type Spoken = &'static dyn Draft;

fn draft() -> Spoken {
    &rfc6455::Draft
}

fn dialect(short: &str) -> &'static ExtensionInfo {
    let mut all = builtin::ALL.iter().copied();
    all.find(|info| info.short == short).unwrap()
}

/// The dialects that can be run.
fn dialects() -> impl Iterator<Item = &'static ExtensionInfo> {
    builtin::ALL.iter().copied().filter(|info| info.carries())
}

fn extensions(list: &str) -> Extensions {
    Extensions::named(list, builtin::ALL)
        .unwrap()
        .with_channels()
}

/// The request that opens a physical connection with this offer, and what is agreed.
fn agree(list: &str, offered: &str) -> (RequestHead, Agreed) {
    let request = format!(
        "GET /first HTTP/1.1\r\nHost: server.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\
         Origin: http://example.com\r\nSec-WebSocket-Extensions: {offered}\r\n\r\n"
    );
    let limits = &wsdraft::handshake::HeadLimits::new();
    let head = parse::with_request(request.as_bytes(), &[], false, limits, RequestHead::of);
    (
        head.unwrap(),
        extensions(list).answer(draft().info(), offered),
    )
}

/// That of the operating system would take most of the time.
fn entropy(bytes: &mut [u8]) -> Result<(), NoEntropy> {
    bytes.fill(0x5a);
    Ok(())
}

fn connection(role: Role, agreed: &Agreed) -> Connection<Spoken> {
    let (session, config) = (Session::default(), Config::default());
    let connection = match role {
        Role::Server => Connection::server(draft(), session, config),
        Role::Client => Connection::client(draft(), session, entropy, config),
    };
    connection.extended(agreed)
}

/// What the application of a channel does.
enum App {
    Asks(ClientHandshake<Spoken>, usize),
    Answers(ServerHandshake<Spoken>, Vec<u8>),
    Talks(Box<Connection<Spoken>>),
    Refused(u16),
}

/// What came out of a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Got {
    Text(String),
    Binary(Vec<u8>),
    Ping(Vec<u8>),
    Pong(Vec<u8>),
    Close(Option<u16>),
    Closed,
    Failed(String),
}

/// An end of a physical connection with its applications.
struct End {
    mux: Multiplexer<Spoken>,
    role: Role,
    apps: BTreeMap<ChannelKey, App>,
    got: BTreeMap<ChannelKey, Vec<Got>>,
    /// Whether the applications send back what they receive.
    echoes: bool,
    /// How servers of channels answer.
    accepts: bool,
    extensions: Extensions,
    /// Channels whose applications read nothing.
    asleep: Vec<ChannelKey>,
    /// What was said on the channels.
    said: BTreeMap<ChannelKey, usize>,
}

impl End {
    fn new(role: Role, list: &str, offered: &str, limits: MultiplexLimits) -> Self {
        let (head, agreed) = agree(list, offered);
        let request = (role == Role::Server).then_some(&head);
        let mux = Multiplexer::new(connection(role, &agreed), request, limits).unwrap();
        let (first, inner) = mux.first();
        let app = App::Talks(Box::new(connection(role, inner)));
        let mut end = Self {
            mux,
            role,
            apps: BTreeMap::from([(first, app)]),
            got: BTreeMap::new(),
            echoes: role == Role::Server,
            accepts: true,
            extensions: extensions(list).of_channels(),
            asleep: Vec::new(),
            said: BTreeMap::new(),
        };
        end.mux.advance().unwrap();
        end
    }

    fn first(&self) -> ChannelKey {
        self.mux.first().0
    }

    /// Asks for a channel.
    fn open(&mut self, resource: &str) -> ChannelKey {
        let key = self.mux.open().expect("a channel");
        let opening = Opening {
            host: "server.example",
            resource,
            origin: None,
            subprotocols: &[],
            extensions: None,
            cookie: None,
            fields: &[],
            entropy: &|bytes| bytes.fill(7),
        };
        let options = ClientOptions::default();
        let extensions = self.extensions.clone();
        let asks = ClientHandshake::with_extensions(draft(), &opening, options, extensions);
        asks.check().unwrap();
        self.apps.insert(key, App::Asks(asks, 0));
        key
    }

    /// Lets every application do what it can. Returns whether anything happened.
    fn act(&mut self) -> bool {
        let mut acted = false;
        while let Some(key) = self.mux.accept() {
            let handshake = ServerHandshake::new([draft()], ServerOptions::default());
            let handshake = handshake.with_extensions(self.extensions.clone());
            self.apps.insert(key, App::Answers(handshake, Vec::new()));
            acted = true;
        }
        let keys: Vec<_> = self.apps.keys().copied().collect();
        for key in keys {
            if !self.asleep.contains(&key) {
                let app = self.apps.remove(&key).unwrap();
                let (app, did) = self.step(key, app);
                acted |= did;
                self.apps.insert(key, app);
            }
        }
        self.mux.advance().unwrap_or_default();
        acted
    }

    fn step(&mut self, key: ChannelKey, app: App) -> (App, bool) {
        let unread = self.mux.unread(key).map(<[u8]>::to_vec);
        let length = unread.as_ref().map_or(0, Vec::len);
        self.mux.consume(key, length);
        match app {
            App::Asks(mut handshake, sent) => {
                let rest = &handshake.request()[sent..];
                let written = self.mux.write(key, rest).unwrap_or_default();
                let done = handshake.receive(&unread.unwrap_or_default());
                match done.map(|agreed| agreed.is_some()) {
                    Ok(true) => {
                        let settled = handshake.finish().unwrap();
                        let mut own = connection(self.role, &settled.extensions);
                        own.feed(&settled.rest);
                        (App::Talks(Box::new(own)), true)
                    }
                    Ok(false) => (App::Asks(handshake, sent + written), written + length > 0),
                    Err(ClientError::Refused { status, .. }) => (App::Refused(status), true),
                    Err(error) => panic!("{error}"),
                }
            }
            App::Answers(mut handshake, mut out) => {
                let asked = handshake.receive(&unread.unwrap_or_default());
                let mut did = length > 0;
                if let Ok(Some(Requested::Upgrade(_))) = asked {
                    if self.accepts {
                        handshake.accept(&Answer::default()).unwrap();
                    } else {
                        out.extend(handshake.refuse(403, &[], "no").unwrap().response);
                    }
                }
                out.extend(handshake.take_output());
                let written = self.mux.write(key, &out).unwrap_or_default();
                did |= written > 0;
                out.drain(..written);
                if handshake.is_done() && out.is_empty() {
                    let settled = handshake.finish().unwrap();
                    return (
                        App::Talks(Box::new(connection(self.role, &settled.extensions))),
                        true,
                    );
                }
                (App::Answers(handshake, out), did)
            }
            App::Talks(mut own) => {
                let did = self.talk(key, &mut own, unread.as_deref());
                (App::Talks(own), did | (length > 0))
            }
            refused @ App::Refused(_) => (refused, false),
        }
    }

    fn talk(
        &mut self,
        key: ChannelKey,
        own: &mut Connection<Spoken>,
        unread: Option<&[u8]>,
    ) -> bool {
        match unread {
            Some(bytes) => own.feed(bytes),
            None => own.end_of_input(),
        }
        let got = self.got.entry(key).or_default();
        let before = got.len();
        loop {
            let event = match own.receive() {
                Ok(Some(event)) => match event {
                    Event::Text(text) => Got::Text(text.into()),
                    Event::Binary(bytes) => Got::Binary(bytes.into()),
                    Event::Ping(bytes) => Got::Ping(bytes.into()),
                    Event::Pong(bytes) => Got::Pong(bytes.into()),
                    Event::Close(Close { code, .. }) => Got::Close(*code),
                    Event::Closed(_) => Got::Closed,
                    other => panic!("{other:?}"),
                },
                Ok(None) => break,
                Err(error) => {
                    let failed = Got::Failed(error.to_string());
                    if got.last() != Some(&failed) {
                        got.push(failed);
                    }
                    break;
                }
            };
            if self.echoes {
                match &event {
                    Got::Text(text) => own.text(text).unwrap(),
                    Got::Binary(bytes) => own.binary(bytes).unwrap(),
                    _ => {}
                }
            }
            got.push(event);
        }
        let mut did = got.len() > before;
        let output = own.output().to_vec();
        if !output.is_empty() {
            match self.mux.write(key, &output) {
                Some(written) => {
                    own.sent(written);
                    did |= written > 0;
                }
                None => own.sent(output.len()),
            }
        }
        if own.ended().is_some() && own.output().is_empty() {
            self.mux.finish(key);
        }
        did
    }

    /// The connection over a channel, once its handshake is done.
    fn own(&mut self, key: ChannelKey) -> &mut Connection<Spoken> {
        match self.apps.get_mut(&key) {
            Some(App::Talks(own)) => own,
            _ => panic!("no connection"),
        }
    }

    fn got(&self, key: ChannelKey) -> &[Got] {
        self.got.get(&key).map_or(&[], Vec::as_slice)
    }

    fn take(&mut self, most: usize) -> Vec<u8> {
        let output = self.mux.output();
        let taken = output[..output.len().min(most)].to_vec();
        self.mux.sent(taken.len());
        taken
    }
}

/// Moves up to so many bytes. Returns whether there were any.
fn carry(from: &mut End, to: &mut End, most: usize) -> bool {
    let bytes = from.take(most);
    to.mux.feed(&bytes);
    let _ = to.mux.advance();
    let _ = from.mux.advance();
    !bytes.is_empty()
}

/// Both ends of a physical connection.
struct Pair {
    server: End,
    client: End,
}

impl Pair {
    fn new(list: &str, offered: &str, limits: MultiplexLimits) -> Self {
        Self {
            server: End::new(Role::Server, list, offered, limits),
            client: End::new(Role::Client, list, offered, limits),
        }
    }

    /// Moves up to so many bytes at a time until nothing moves.
    fn settle(&mut self, most: usize) {
        loop {
            let mut moved = self.server.act();
            moved |= self.client.act();
            moved |= carry(&mut self.server, &mut self.client, most);
            moved |= carry(&mut self.client, &mut self.server, most);
            if !moved {
                break;
            }
        }
    }

    fn keys(&self) -> Vec<ChannelKey> {
        self.server.apps.keys().copied().collect()
    }
}
