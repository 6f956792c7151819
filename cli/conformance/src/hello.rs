//! Finds out what the peer does before the test starts.

use std::time::{Duration, Instant};

use wsdraft::{
    Role, Violation,
    info::{Kind, Purpose, Scope},
};
use wsdraft_spec::sort;

use crate::{
    farewell::part,
    frames::control,
    log::{Logged, Side},
    opening::{Answered, GREETING, NoRequest, Sending, ask, hear},
    setup::Setup,
    talk::{Ended, Seen, Talk},
    usual::{agree, greet},
    wire::Wire,
};

/// What the peer did at the first connection.
#[derive(Clone, Debug)]
pub struct Hello {
    /// Its answer to the usual request. For a client, `Accepted` means that the tester accepted it.
    pub answered: Answered,
    /// Number of messages that it sends first, on its own.
    pub greeting: usize,
    /// Whether it goes on sending messages on its own. It is then tested as one that does not echo.
    pub pushes: bool,
    /// Whether it echoes text.
    pub echoes: bool,
    /// Whether it answers pings.
    pub pongs: bool,
    /// How it ended the connection, if it did so on its own.
    pub ended: Option<String>,
    /// The rules that its part of the opening handshake breaks.
    pub broken: Vec<Violation>,
    /// The first byte that it sent.
    pub first: Option<u8>,
}

/// What is sent to see whether the server echoes.
const WORD: &[u8] = b"wsdraft";

/// The most messages that a peer may send first.
const GREETINGS: usize = 100;

/// How long the tester listens to what a peer sends first.
const LISTENED: Duration = Duration::from_secs(1);

/// Opens or accepts a connection, and tries what the peer does with a message and a ping.
pub async fn hello<W: Wire>(setup: &Setup, wire: &mut W) -> Hello {
    let mut talk = Talk::new(setup, wire);
    let answered = match setup.subject {
        Role::Server => {
            let request = setup.offered.request(setup.draft);
            ask(&mut talk, &request, None, &Sending::default()).await
        }
        Role::Client => accept(&mut talk).await,
    };
    let mut hello = Hello {
        answered,
        greeting: 0,
        pushes: false,
        echoes: false,
        pongs: false,
        ended: None,
        broken: Vec::new(),
        first: first(&talk),
    };
    hello.broken.clone_from(&talk.broken);
    hello
        .broken
        .retain(|broken| matches!(broken.rule.scope, Scope::Request | Scope::Response));
    if matches!(hello.answered, Answered::Accepted { .. }) {
        converse(&mut talk, &mut hello).await;
        part(&mut talk).await;
    }
    hello
}

/// Whether the server negotiates extensions, as its answer to a request shows that offers every extension
/// that the tester knows. A server that knows others is taken for one that negotiates none.
pub async fn negotiates<W: Wire>(setup: &Setup, wire: &mut W) -> bool {
    let runs = setup.extensions.iter().filter(|extension| extension.runs());
    let tokens = sort::set(runs.filter_map(|one| one.tokens.first().copied()));
    let offer = Vec::from_iter(tokens).join(", ");
    let has_field = setup.draft.info().request_header(Purpose::Extensions);
    if has_field.is_none() || offer.is_empty() {
        return false;
    }
    let mut offered = setup.offered.clone();
    offered.extensions = Some(offer.clone());
    let request = offered.request(setup.draft);
    let mut talk = Talk::new(setup, wire);
    let answered = ask(&mut talk, &request, Some(&offer), &Sending::default()).await;
    answered.agrees()
}

impl Answered {
    /// Whether the server agreed to an extension.
    pub(crate) fn agrees(&self) -> bool {
        match self {
            Self::Accepted { extensions, .. } => {
                let agreed = extensions.as_deref().unwrap_or_default();
                !agreed.trim().is_empty()
            }
            Self::Refused { .. } | Self::Ended(_) | Self::Silent | Self::Unreadable(_) => false,
        }
    }
}

/// The first byte of the peer.
fn first<W: Wire>(talk: &Talk<'_, W>) -> Option<u8> {
    let mut entries = talk.log.entries().iter();
    entries.find_map(|entry| match &entry.what {
        Logged::Bytes { start, .. } if entry.by == Side::Peer => start.first().copied(),
        Logged::Bytes { .. } | Logged::End | Logged::Reset => None,
    })
}

/// Tries what the peer does on its own, and with a message and a ping.
async fn converse<W: Wire>(talk: &mut Talk<'_, W>, hello: &mut Hello) {
    greet(talk).await;
    let deadline = Instant::now() + LISTENED;
    loop {
        match talk.next(GREETING).await {
            Seen::Message { .. } if Instant::now() > deadline => {
                hello.pushes = true;
                break;
            }
            Seen::Message { .. } => hello.greeting += 1,
            seen @ (Seen::Close(_) | Seen::End(_) | Seen::Garbage) => {
                hello.ended = Some(seen.said());
                return;
            }
            Seen::Pong(_) => {}
            Seen::Silence => break,
        }
    }
    answer(talk, hello).await;
    if hello.pushes {
        // Nobody can tell its echoes from what it sends on its own.
        (hello.echoes, hello.greeting) = (false, 0);
    }
}

/// Tries what the peer does with a message and a ping.
async fn answer<W: Wire>(talk: &mut Talk<'_, W>, hello: &mut Hello) {
    let word = control(&talk.pen, Kind::Text, WORD);
    talk.send(&word).await;
    // The order matters: a pong shows that the message has arrived.
    let ping = control(&talk.pen, Kind::Ping, WORD);
    talk.pings.insert(WORD.to_vec());
    talk.send(&ping).await;
    let has_pings = !ping.is_empty();
    let mut deadline = Instant::now() + talk.setup.patience;
    while !(hello.echoes && (hello.pongs || !has_pings)) {
        let left = deadline.saturating_duration_since(Instant::now());
        match talk.next(left).await {
            Seen::Message { start, .. } if start == WORD => hello.echoes = true,
            // An answer to what the tester says first may take its time.
            Seen::Message { .. } if hello.greeting < GREETINGS => hello.greeting += 1,
            Seen::Message { .. } => return,
            Seen::Pong(payload) => {
                hello.pongs |= payload == WORD;
                deadline = deadline.min(Instant::now() + talk.setup.grace * 4);
            }
            Seen::Silence => break,
            seen @ (Seen::Close(_) | Seen::End(_) | Seen::Garbage) => {
                hello.ended = Some(seen.said());
                break;
            }
        }
    }
}

/// Accepts a client's request.
async fn accept<W: Wire>(talk: &mut Talk<'_, W>) -> Answered {
    let request = match hear(talk).await {
        Ok(request) => request,
        Err(NoRequest::Nothing(Seen::End(ended))) => {
            return Answered::Ended(ended == Ended::Reset);
        }
        Err(NoRequest::Nothing(_)) => return Answered::Silent,
        Err(NoRequest::Unreadable(why)) => return Answered::Unreadable(why),
    };
    match agree(talk, &request).await {
        Ok(()) => Answered::Accepted {
            subprotocol: None,
            extensions: None,
        },
        Err(judgement) => Answered::Unreadable(judgement.why),
    }
}
