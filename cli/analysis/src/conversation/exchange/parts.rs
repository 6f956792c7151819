//! What is told of a conversation, and what is found.

use std::time::Duration;

use wsdraft::{
    Role,
    frame::Mask,
    info::{Conversation as Asked, Kind},
};

/// How a record shows that an endpoint has received something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Receipt {
    /// By its TCP acknowledgements.
    Acknowledged,
    /// By the order of the record.
    Order,
    /// By time alone: data that passes a proxy is still in transit.
    Time,
    /// Not at all: the two directions are recorded separately.
    Nothing,
}

/// A frame that passed.
#[derive(Clone, Debug)]
pub(crate) struct SentFrame {
    /// What it is for.
    pub(crate) kind: Kind,
    /// Whether it is its message's last.
    pub(crate) fin: bool,
    /// Where it starts in the sender's frames.
    pub(crate) offset: u64,
    /// How it is masked.
    pub(crate) mask: Mask,
    /// Bytes of its head.
    pub(crate) size: u8,
    /// Its reserved bits that are set, unless extensions were looked into.
    pub(crate) reserved: u8,
    /// Whether it has a payload.
    pub(crate) filled: bool,
    /// The payload of a control frame, where it is there as a whole.
    pub(crate) payload: Option<Box<[u8]>>,
}

impl SentFrame {
    /// Bytes of a control frame that are kept, at most: no draft has longer ones.
    const MOST: usize = 125;

    /// A frame; `payload` is what is there of it.
    pub(crate) fn new(
        (kind, fin): (Kind, bool),
        offset: u64,
        (mask, size): (Mask, u8),
        length: u64,
        payload: &[u8],
    ) -> Self {
        let whole = !kind.is_data() && payload.len() as u64 == length;
        Self {
            kind,
            fin,
            offset,
            mask,
            size,
            reserved: 0,
            filled: length > 0,
            payload: (whole && payload.len() <= Self::MOST).then(|| payload.into()),
        }
    }
}

/// A rule of conversations that is broken.
#[derive(Debug)]
pub(crate) struct Broken {
    /// What the rule asks for.
    pub(crate) asked: Asked,
    /// Who breaks it.
    pub(crate) by: Role,
    /// The packet with what shows it.
    pub(crate) packet: Option<u64>,
    /// Where that was in the direction of who breaks it.
    pub(crate) offset: u64,
    /// What was seen.
    pub(crate) seen: String,
}

/// When and where something passed.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Moment {
    /// When, on the clock of the record.
    pub(crate) time: Option<Duration>,
    /// In which packet.
    pub(crate) packet: Option<u64>,
    /// Bytes of the sender's direction up to its end.
    pub(crate) end: u64,
    /// Bytes of the other direction at that time.
    pub(crate) other: u64,
}
