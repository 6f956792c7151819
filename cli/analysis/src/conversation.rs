//! What the ends of a connection say to each other: the opening handshake, the frames of each
//! direction, and what both ends do over time.

mod agreed;
mod content;
mod ending;
mod exchange;
mod frames;
mod handshake;

pub use self::{
    agreed::AgreedExtension,
    content::{Chunks, Content},
    exchange::Receipt,
};
pub(crate) use self::{
    ending::Ending,
    exchange::{Broken, Exchange, Moment, SentFrame},
    frames::{FrameEvent, Frames, Rest},
    handshake::{Answer, Kind, LIMITS, Opening, value_length},
};
