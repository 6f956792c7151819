//! The usual opening handshake, in both roles.

use wsdraft::{
    handshake::Answer,
    info::{Kind, Purpose},
};
use wsdraft_interpreter::vectors::{Bytes, Offered};

use crate::{
    frames::control,
    opening::{Answered, GREETING, NoRequest, Sending, accepting, ask, requested, session},
    talk::{Seen, Talk},
    verdict::{Judgement, Verdict},
    wire::Wire,
};

/// What a client's request offers.
pub(crate) fn offered<W: Wire>(talk: &Talk<'_, W>, request: &Bytes) -> Offered {
    let value = |purpose| requested(talk.setup, request, purpose);
    let subprotocols = value(Purpose::Subprotocol).unwrap_or_default();
    let first = subprotocols.split([',', ' ']).next().unwrap_or_default();
    Offered {
        subprotocol: first.trim().into(),
        extensions: None,
        given: Some(request.clone()),
        ..Offered::default()
    }
}

/// Opens a connection as a client usually does.
pub(crate) async fn usual<W: Wire>(talk: &mut Talk<'_, W>) -> Result<(), Judgement> {
    let request = talk.setup.offered.request(talk.setup.draft);
    let answered = ask(talk, &request, None, &Sending::default()).await;
    match answered {
        Answered::Accepted { .. } => {
            settle(talk).await;
            Ok(())
        }
        other => Err(unopened(&other)),
    }
}

/// Accepts a client's request as a server usually does.
pub(crate) async fn agree<W: Wire>(
    talk: &mut Talk<'_, W>,
    request: &Bytes,
) -> Result<(), Judgement> {
    let subprotocol = offered(talk, request).subprotocol;
    let answer = Answer {
        subprotocol: Some(&*subprotocol).filter(|name| !name.is_empty()),
        ..Answer::default()
    };
    match accepting(talk.setup, request, &answer) {
        Ok(response) => {
            talk.send(&response).await;
            talk.open(session(talk.setup, request, &response), Default::default());
            settle(talk).await;
            Ok(())
        }
        Err(error) => Err(Judgement::new(
            Verdict::Wrong,
            format!("The client's request cannot be read: {error}."),
        )),
    }
}

/// Why there is no connection to test.
pub(crate) fn unopened(answered: &Answered) -> Judgement {
    let why = match answered {
        Answered::Refused { status, reason, .. } => {
            format!("The server refuses the usual request with {status} {reason}.")
        }
        Answered::Ended(_) => "The server ends the connection without a response.".into(),
        Answered::Silent => "The server does not respond in time.".into(),
        Answered::Unreadable(why) => format!("The server cannot be understood: {why}."),
        Answered::Accepted { .. } => String::new(),
    };
    Judgement::new(Verdict::Unknown, why)
}

/// Why there is no client to test.
pub(crate) fn no_request(none: &NoRequest) -> Judgement {
    match none {
        NoRequest::Nothing(seen) => Judgement::new(
            Verdict::Unknown,
            format!("The client sends no request: it {}.", seen.said()),
        ),
        NoRequest::Unreadable(why) => Judgement::new(
            Verdict::Wrong,
            format!("The client's request cannot be read: {why}."),
        ),
    }
}

/// Says what the peer wants to hear first.
pub(crate) async fn greet<W: Wire>(talk: &mut Talk<'_, W>) {
    for text in &talk.setup.hello {
        let message = control(&talk.pen, Kind::Text, text.as_bytes());
        talk.send(&message).await;
    }
}

/// Says what the peer wants to hear first, and passes over what it says on its own after each handshake.
pub(crate) async fn settle<W: Wire>(talk: &mut Talk<'_, W>) {
    greet(talk).await;
    for _ in 0..talk.setup.greeting {
        let seen = talk.next(GREETING.max(talk.setup.grace)).await;
        if !matches!(seen, Seen::Message { .. }) {
            if seen != Seen::Silence {
                talk.put_back(seen);
            }
            return;
        }
    }
}
