//! Several logical connections over one physical connection, without I/O.
//!
//! A channel is a stream of bytes that carries frames of the draft, like a stream of TCP, so each end
//! of it is a [`Connection`](crate::Connection) like any other. What is different inside the physical
//! messages is translated here: frames have no length and no mask there, and are sent as far as the
//! quota of the channel allows.

mod blocks;
mod channel;
mod channels;
mod codec;
mod ending;
mod format;
mod incoming;
mod inner;
mod judge;
mod ledger;
mod limits;
mod numbers;
mod outgoing;
mod reading;
mod receiving;
mod refused;
mod sending;
mod slots;
mod streams;
mod terms;
mod watching;

pub use self::{
    channel::ChannelKey,
    channels::Over,
    codec::Block,
    format::Format,
    judge::{Broken, Dropped},
    limits::MultiplexLimits,
    refused::Unspoken,
};
pub(crate) use self::{
    channels::{Channels, Happened},
    reading::Read,
    streams::Trouble,
    watching::Watched,
};
