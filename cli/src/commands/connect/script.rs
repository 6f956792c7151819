//! What the flags have the client send, and what a draft cannot send.

use wsdraft::{
    Config, Connection, ConnectionError, Error, Misuse, OsEntropy,
    frame::Session,
    info::{CloseBody, DraftInfo},
};

use super::acts::Act;
use crate::{failure::Failure, output, specs::Spoken};

/// Finds what the draft cannot send before there is a connection, on ends that lead nowhere.
pub(super) fn rehearse(draft: Spoken, acts: &[Act], close: Option<u16>) -> Result<(), Failure> {
    for act in acts {
        try_out(draft, act)?;
    }
    let Some(code) = close else {
        return Ok(());
    };
    let info = draft.info();
    if info
        .closing
        .is_none_or(|closing| closing.body != CloseBody::Status)
    {
        output::log(&format!(
            "{} has no close codes: {code} is not sent",
            info.short
        ));
    }
    let reason = String::new();
    let code = Some(code);
    try_out(draft, &Act::Close { code, reason })
}

/// Whether the draft can send this.
pub(super) fn try_out(draft: Spoken, act: &Act) -> Result<(), Failure> {
    let config = Config::default();
    let mut end = Connection::client(draft, Session::default(), OsEntropy, config);
    let done = match act {
        Act::Text(text) => end.text(text),
        Act::Binary(bytes) => end.binary(bytes),
        Act::Part { bytes, .. } => end.begin_binary(bytes),
        Act::Ping(payload) => end.ping(payload),
        Act::Pong(payload) => end.pong(payload),
        Act::Close { code, reason } => {
            let code = code.or(draft.info().local_codes.normal);
            end.close(code, reason)
        }
        Act::Fail(_) => Ok(()),
    };
    note(draft.info(), &done)
}

/// Whether what was to be sent is this draft's to send.
pub(super) fn note(draft: &DraftInfo, done: &Result<(), ConnectionError>) -> Result<(), Failure> {
    match done {
        Err(ConnectionError::Misuse(misuse)) if *misuse != Misuse::Closed => {
            Err(Failure::input(format!("{}: {misuse}", draft.short)))
        }
        Err(ConnectionError::Entropy) => Err(Failure::input(ConnectionError::Entropy.to_string())),
        _ => Ok(()),
    }
}

/// Looks at how sending went. That the connection has failed comes out where something is received.
pub(super) fn sent(draft: &'static DraftInfo, done: &Result<(), Error>) -> Result<(), Failure> {
    match done {
        Err(Error::Connection(error)) => note(draft, &Err(error.clone())),
        _ => Ok(()),
    }
}
