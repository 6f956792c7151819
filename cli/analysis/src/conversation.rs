//! The conversation of the two endpoints: the opening handshake, the frames of each direction, and
//! the behaviour of both endpoints over time.

mod agreed;
mod channels;
mod content;
mod counted;
mod ending;
mod exchange;
mod frames;
mod handshake;

pub use self::{
    agreed::AgreedExtension,
    content::{Chunks, Content},
    counted::{CarriedChannels, ChannelMessages},
    exchange::Receipt,
};
pub(crate) use self::{
    channels::{ChannelEvent, Channels},
    ending::Ending,
    exchange::{Broken, Exchange, Moment, SentFrame},
    frames::{FrameEvent, Frames, Rest},
    handshake::{Answer, Kind, LIMITS, Opening, value_length},
};
