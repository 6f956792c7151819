//! Finds out what a server wants, before it is tested.

use wsdraft::info::Kind;

use crate::{
    frames::control,
    opening::{Answered, GREETING, Sending, ask},
    setup::Setup,
    talk::{Seen, Talk},
    wire::Wire,
};

/// What a server did at the first connection.
#[derive(Clone, Debug)]
pub struct Hello {
    /// Its answer to the usual request.
    pub answered: Answered,
    /// Number of messages that it sends first, on its own.
    pub greeting: usize,
    /// Whether it echoes text.
    pub echoes: bool,
    /// Whether it answers pings.
    pub pongs: bool,
    /// How it ended the connection, if it did so on its own.
    pub ended: Option<String>,
}

/// What is sent to see whether the server echoes.
const WORD: &[u8] = b"wsdraft";

/// Opens a connection, and tries what the server does with a message and a ping.
pub async fn hello<W: Wire>(setup: &Setup, wire: &mut W) -> Hello {
    let mut talk = Talk::new(setup, wire);
    let request = setup.offered.request(setup.draft);
    let answered = ask(&mut talk, &request, None, &Sending::default()).await;
    let mut hello = Hello {
        answered,
        greeting: 0,
        echoes: false,
        pongs: false,
        ended: None,
    };
    if !matches!(hello.answered, Answered::Accepted { .. }) {
        return hello;
    }
    loop {
        match talk.next(GREETING).await {
            Seen::Message { .. } => hello.greeting += 1,
            seen @ (Seen::Close(_) | Seen::End(_) | Seen::Garbage) => {
                hello.ended = Some(seen.said());
                return hello;
            }
            Seen::Pong(_) => {}
            Seen::Silence => break,
        }
    }
    let word = control(&talk, Kind::Text, WORD);
    talk.send(&word).await;
    // In the order in which they are sent, so that the pong shows that no echo comes.
    let ping = control(&talk, Kind::Ping, WORD);
    talk.send(&ping).await;
    let has_pings = !ping.is_empty();
    while !(hello.echoes && (hello.pongs || !has_pings)) {
        match talk.next(setup.patience.min(setup.grace * 4)).await {
            Seen::Message { start, .. } => hello.echoes |= start == WORD,
            Seen::Pong(payload) => hello.pongs |= payload == WORD,
            Seen::Silence => break,
            seen @ (Seen::Close(_) | Seen::End(_) | Seen::Garbage) => {
                hello.ended = Some(seen.said());
                break;
            }
        }
    }
    hello
}
