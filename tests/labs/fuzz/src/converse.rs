//! A connection that is fed with bytes, and what came of it.

use wsdraft::{
    Config, Connection, ConnectionError, Draft, Ending, Event, NoEntropy, Role, Violation,
    extension::Agreed,
    inspect::{Inspector, Observed},
};

use super::input::SESSION;

/// What a connection led to.
#[derive(Debug, PartialEq, Eq)]
pub struct Outcome {
    pub events: Vec<Owned>,
    pub error: Option<ConnectionError>,
    pub ending: Option<Ending>,
    /// What was sent.
    pub output: Vec<u8>,
}

/// An event, to keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owned {
    Text(String),
    Binary(Vec<u8>),
    Ping(Vec<u8>),
    Pong(Vec<u8>),
    Coded(u8, Vec<u8>),
    Close(Option<u16>, Box<str>),
}

/// One end of a connection.
pub fn connection(
    draft: &'static dyn Draft,
    role: Role,
    config: Config,
    agreed: &Agreed,
) -> Connection<&'static dyn Draft> {
    let connection = match role {
        Role::Client => Connection::client(draft, SESSION, entropy, config),
        Role::Server => Connection::server(draft, SESSION, config),
    };
    connection.extended(agreed)
}

/// Random enough for a masking key, and the same each time.
fn entropy(bytes: &mut [u8]) -> Result<(), NoEntropy> {
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = (at as u8).wrapping_mul(37) ^ 0x5a;
    }
    Ok(())
}

/// Everything that comes of these bytes, which come in pieces of a size.
pub fn converse(
    connection: &mut Connection<&'static dyn Draft>,
    bytes: &[u8],
    size: usize,
) -> Outcome {
    let mut outcome = Outcome {
        events: Vec::new(),
        error: None,
        ending: None,
        output: Vec::new(),
    };
    for piece in bytes.chunks(size) {
        connection.feed(piece);
        outcome.take(connection);
    }
    connection.end_of_input();
    outcome.take(connection);
    outcome.ending = connection.ended().cloned();
    assert!(outcome.ending.is_some(), "nothing ends without an ending");
    outcome
}

impl Outcome {
    fn take(&mut self, connection: &mut Connection<&'static dyn Draft>) {
        loop {
            match connection.receive() {
                Ok(Some(event)) => self.events.extend(owned(event)),
                Ok(None) => break,
                Err(error) => {
                    let before = self.error.replace(error.clone());
                    assert!(before.is_none_or(|before| before == error));
                    break;
                }
            }
        }
        let waiting = connection.output().len();
        self.output.extend_from_slice(connection.output());
        connection.sent(waiting);
    }
}

fn owned(event: Event<'_>) -> Option<Owned> {
    Some(match event {
        Event::Text(text) => Owned::Text(text.into()),
        Event::Binary(bytes) => Owned::Binary(bytes.into()),
        Event::Ping(bytes) => Owned::Ping(bytes.into()),
        Event::Pong(bytes) => Owned::Pong(bytes.into()),
        Event::Coded {
            reserved, payload, ..
        } => Owned::Coded(reserved, payload.into()),
        Event::Close(close) => Owned::Close(close.code, close.reason.clone()),
        _ => return None,
    })
}

/// Everything that is seen in these bytes, which come in pieces of a size.
pub fn observe(
    mut inspector: Inspector<&'static dyn Draft>,
    bytes: &[u8],
    size: usize,
) -> Vec<Observed> {
    let mut seen = Vec::new();
    for piece in bytes.chunks(size) {
        inspector.push(piece);
        seen.extend(inspector.by_ref());
    }
    inspector.end_of_input();
    seen.extend(inspector);
    seen
}

/// All violations that a check finds.
pub fn violations(check: impl FnOnce(&mut dyn wsdraft::Report) -> wsdraft::Flow) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut note = |violation: Violation| -> wsdraft::Flow {
        found.push(violation);
        Ok(())
    };
    assert_eq!(check(&mut note), Ok(()));
    found
}
