//! What channels carry.

use std::collections::BTreeMap;

use serde::Serialize;
use wsdraft::{Role, inspect::Observed, multiplex::Sight};

use crate::bytes::PerRole;

/// The channels that a connection carried, as far as they were followed.
#[derive(Clone, Debug, Serialize)]
pub struct CarriedChannels {
    /// The dialects that they can be of, the newest first.
    pub dialects: Vec<&'static str>,
    /// The number of channels that were opened, with the one that is open from the start.
    pub opened: u64,
    /// Whether everything was followed to the end. If not, there may be more channels and messages.
    pub complete: bool,
    /// What each of them carried. Only some of very many are listed.
    pub messages: Vec<ChannelMessages>,
}

/// The messages on a channel.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ChannelMessages {
    /// The ID.
    pub channel: u32,
    /// The number of messages from the client.
    pub client: u64,
    /// The number of messages from the server.
    pub server: u64,
}

/// Counts channels and their messages.
#[derive(Debug, Default)]
pub(super) struct Counted {
    opened: u64,
    messages: BTreeMap<u32, PerRole<u64>>,
}

impl Counted {
    /// Channels whose messages are counted.
    const MOST: usize = 1 << 10;

    /// One channel is open.
    pub(super) fn first(id: u32) -> Self {
        let mut counted = Self::default();
        counted.open(id);
        counted
    }

    fn open(&mut self, id: u32) {
        self.opened += 1;
        self.of(id);
    }

    fn of(&mut self, id: u32) -> Option<&mut PerRole<u64>> {
        let is_full = self.messages.len() >= Self::MOST;
        match is_full && !self.messages.contains_key(&id) {
            true => None,
            false => Some(self.messages.entry(id).or_default()),
        }
    }

    /// Takes what was seen of what an end sends.
    pub(super) fn take(&mut self, from: Role, sight: &Sight) {
        match sight {
            Sight::Opened { channel } => self.open(*channel),
            Sight::Channel { channel, observed } if is_message(observed) => {
                if let Some(messages) = self.of(*channel) {
                    *messages.of_mut(from) += 1;
                }
            }
            _ => {}
        }
    }

    /// What there is to say at the end.
    pub(super) fn summary(&self, dialects: Vec<&'static str>, complete: bool) -> CarriedChannels {
        let messages = self.messages.iter();
        let messages = messages.map(|(&channel, &PerRole { client, server })| ChannelMessages {
            channel,
            client,
            server,
        });
        CarriedChannels {
            dialects,
            opened: self.opened,
            complete,
            messages: messages.collect(),
        }
    }

    /// Bytes of memory that it takes, roughly.
    pub(super) fn held(&self) -> usize {
        // Half of the nodes of a tree may be empty.
        2 * self.messages.len() * size_of::<(u32, PerRole<u64>)>()
    }
}

/// Whether a message ends here.
fn is_message(observed: &Observed) -> bool {
    match observed {
        Observed::Text(_) | Observed::Binary(_) | Observed::Coded { .. } => true,
        Observed::Long { kind, .. } => kind.is_data(),
        _ => false,
    }
}
