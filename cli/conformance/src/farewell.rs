//! Ends the connection to a client, as a server does that has nothing more to say.

use std::time::Instant;

use wsdraft::{Config, Connection, Role};

use crate::{
    talk::{Seen, Talk},
    usual::agree,
    wire::Wire,
};

/// Ends the connection in good order, so that a client that echoes goes on with the next case. A
/// request that no case has answered is accepted before.
pub(crate) async fn part<W: Wire>(talk: &mut Talk<'_, W>) {
    if talk.setup.subject == Role::Server || talk.has_ended() {
        return;
    }
    if let Some(request) = talk.asked.take()
        && agree(talk, &request).await.is_err()
    {
        return;
    }
    if talk.is_open() && !talk.closing {
        let goodbye = goodbye(talk);
        talk.send(&goodbye).await;
        talk.closing = true;
    }
    let deadline = Instant::now() + talk.setup.grace;
    let left = || deadline.saturating_duration_since(Instant::now());
    while talk.is_open() && !talk.peer_closed {
        match talk.next(left()).await {
            Seen::End(_) => return,
            Seen::Silence => break,
            Seen::Message { .. } | Seen::Pong(_) | Seen::Close(_) | Seen::Garbage => {}
        }
    }
    talk.half_close().await;
    while talk.read(left()).await.is_ok() && !left().is_zero() {}
}

/// The close frame of a server that has nothing more to say; nothing if the draft has none.
fn goodbye<W: Wire>(talk: &Talk<'_, W>) -> Vec<u8> {
    let draft = talk.setup.draft;
    let mut connection = Connection::server(draft, talk.pen.session, Config::default());
    match connection.close(draft.info().local_codes.normal, "") {
        Ok(()) => connection.output().to_vec(),
        Err(_) => Vec::new(),
    }
}
