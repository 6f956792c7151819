//! How what the user wants is done on a connection.

use std::future::pending;

use wsdraft::{Error, MessageRef, info::DraftInfo};

use super::{
    acts::Act,
    script::sent,
    talk::{Manner, Talk, Writer},
};
use crate::failure::Failure;

impl Talk<'_> {
    /// Does something; `true` if that closes the connection. When the connection has failed, this
    /// never ends: why it has failed comes out where something is received.
    pub(super) async fn perform(
        &self,
        draft: &'static DraftInfo,
        writer: &mut Writer,
        act: &Act,
    ) -> Result<bool, Failure> {
        let done = match act {
            Act::Text(text) => writer.feed(MessageRef::Text(text)).await,
            Act::Binary(bytes) => writer.feed(MessageRef::Binary(bytes)).await,
            Act::Part { first, last, bytes } => {
                let part = writer.feed_with(|connection| match (first, last) {
                    (true, _) => connection.begin_binary(bytes),
                    (false, false) => connection.append(bytes),
                    (false, true) => connection.finish(bytes),
                });
                part.await
            }
            Act::Ping(payload) => {
                writer
                    .feed_with(|connection| connection.ping(payload))
                    .await
            }
            Act::Pong(payload) => {
                writer
                    .feed_with(|connection| connection.pong(payload))
                    .await
            }
            Act::Close { code, reason } => {
                let code = code.or(self.code).or(draft.local_codes.normal);
                let closed = writer.feed_with(|connection| connection.close(code, reason));
                closed.await
            }
            Act::Fail(_) => Ok(()),
        };
        let is_misuse = self.misused(draft, &done)?;
        match &done {
            Ok(()) => {
                if act.is_message() {
                    self.counts.sent_message();
                } else if matches!(act, Act::Ping(_)) {
                    self.counts.sent_ping();
                }
            }
            Err(_) if is_misuse => return Ok(false),
            Err(_) => pending().await,
        }
        Ok(matches!(act, Act::Close { .. }))
    }

    /// Whether the draft cannot send this, which ends the command unless a person has typed it.
    fn misused(
        &self,
        draft: &'static DraftInfo,
        done: &Result<(), Error>,
    ) -> Result<bool, Failure> {
        match sent(draft, done) {
            Ok(()) => Ok(false),
            Err(failure) if self.manner == Manner::Typed => {
                self.screen.log(&failure.to_string());
                Ok(true)
            }
            Err(failure) => Err(failure),
        }
    }
}
