//! Opens channels, as many as the server allows in time.

use std::{
    cell::{OnceCell, RefCell},
    pin::pin,
    sync::Arc,
    time::Duration,
};

use tokio::time::sleep;
use wsdraft::{Connection, Error, Role, extension::multiplex::MultiplexInfo};

use super::{super::ending::closed, Carried, Channels, Opened, ready::first_ready};
use crate::{
    channel::{Fate, Noted},
    events::Event,
    failure::Failure,
    specs::Spoken,
    words::count,
};

/// Whether the server has closed the connection that carries the channels, and how.
#[derive(Debug, Default)]
pub(super) struct Left(OnceCell<String>);

impl Left {
    /// Looks whether the server has closed this connection.
    pub(super) fn note(&self, connection: &Connection<Spoken>) {
        if let Some(close) = connection.peer_close() {
            self.0.get_or_init(|| closed(close.code, connection.info()));
        }
    }
}

impl Channels<'_> {
    /// How long to wait for channels without a word.
    const SILENT: Duration = Duration::from_secs(2);

    /// Opens the channels that are not open; tells whether all are.
    pub(super) async fn open(
        &self,
        mux: &Carried,
        (table, left): (&'static MultiplexInfo, &Left),
        opened: &RefCell<Vec<Opened>>,
    ) -> Result<bool, Failure> {
        let missing = opened.borrow().len()..self.count;
        let mut opens: Vec<_> = missing
            .map(|_| Box::pin(self.open_one(mux, table, opened)))
            .collect();
        let mut why = Vec::new();
        // It ends before the limit of each opening does, so that it is known what they waited for.
        let mut late = pin!(sleep(self.patience));
        let mut silent = pin!(sleep(Self::SILENT));
        let mut is_silent = true;
        loop {
            tokio::select! {
                biased;
                () = &mut late => {
                    why.extend(self.lacks(mux.waiting(), opens.len()));
                    break;
                }
                one = first_ready(&mut opens) => match one {
                    Some(one) => why.extend(one?.filter(|_| why.is_empty())),
                    None => break,
                },
                () = &mut silent, if is_silent => {
                    is_silent = false;
                    self.tell_waiting(mux.waiting());
                }
            }
        }
        drop(opens);
        let there = opened.borrow().len();
        if there < self.count {
            if let Some(closed) = left.0.get() {
                why = vec![closed.clone()];
            }
            let why = match &why[..] {
                [] => String::new(),
                why => format!(": {}", why.join("; ")),
            };
            let count = self.count;
            let screen = &self.opening.screen;
            screen.log(&format!("{there} of {count} channels are open{why}"));
        }
        Ok(there == self.count)
    }

    /// Says that the command waits, if channels wait for the server.
    fn tell_waiting(&self, waiting: usize) {
        if waiting > 0 {
            let (all, patience) = (self.count, self.patience.as_secs_f64());
            let allowed = all.saturating_sub(waiting);
            self.opening.screen.log(&format!(
                "the server has allowed {allowed} of {all} channels so far; the command waits up to {patience} s"
            ));
        }
    }

    /// What the server has not done in time for those that are not open. So many of them have no slot.
    fn lacks(&self, waiting: usize, missing: usize) -> Option<String> {
        let patience = self.patience.as_secs_f64();
        let number = |of: usize| u64::try_from(of).unwrap_or(u64::MAX);
        let asked = missing.saturating_sub(waiting);
        let unanswered = || count(number(asked), "request");
        let room = count(number(self.count.saturating_sub(waiting)), "channel");
        match (waiting, asked) {
            (0, 0) => None,
            (0, _) => Some(format!(
                "the server did not answer {} within {patience} s",
                unanswered()
            )),
            (_, 0) => Some(format!(
                "the server gave room for {room} within {patience} s"
            )),
            _ => Some(format!(
                "the server gave room for {room} within {patience} s, and did not answer {}",
                unanswered()
            )),
        }
    }

    /// Opens a channel. Returns why it is not open, if that is not the answer of the server.
    async fn open_one(
        &self,
        mux: &Carried,
        table: &'static MultiplexInfo,
        opened: &RefCell<Vec<Opened>>,
    ) -> Result<Option<String>, Failure> {
        let channel = match mux.open_channel() {
            Ok(channel) => channel,
            Err(error) => return Ok(Some(Error::from(error).to_string())),
        };
        let (id, fate) = (channel.id(), Fate::new(table));
        let noted = Noted::new(channel, Arc::clone(&fate));
        match self.inner.connect(noted, &self.opening.address).await {
            Ok(socket) => {
                let subprotocol = socket.subprotocol().map(ToOwned::to_owned);
                let one = self.opened((id, fate), socket, subprotocol);
                opened.borrow_mut().push(one);
                Ok(None)
            }
            Err(error) => {
                let screen = self.opening.screen.of_channel(id);
                match fate.report(Role::Client) {
                    Some(dropped) => screen.event(&Event::Dropped(dropped)).map(|()| None),
                    None => self.opening.lacks(&error, &screen),
                }
            }
        }
    }
}
