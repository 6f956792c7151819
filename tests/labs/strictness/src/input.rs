//! A hostile input: what it breaks, and its bytes.

/// Something that a peer may not send.
#[derive(Debug)]
pub struct Input {
    /// The section of RFC 6455 that forbids it.
    pub section: &'static str,
    /// What it is, in words.
    pub what: &'static str,
    /// The rule of ours that refuses it.
    pub rule: &'static str,
    /// Who receives it, and as what.
    pub case: Case,
}

/// What is received.
#[derive(Debug)]
pub enum Case {
    /// A server receives an opening request.
    Request(Vec<u8>),
    /// A client receives an answer; the text `ACCEPT` stands for the right one.
    Response(Vec<u8>),
    /// An end receives frames after a good handshake.
    Frames(End, Vec<u8>),
}

/// An end of a connection, as the receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Client,
    Server,
}

impl End {
    /// What a crate calls this end, of its names for the two.
    pub fn pick<R>(self, server: R, client: R) -> R {
        match self {
            Self::Server => server,
            Self::Client => client,
        }
    }
}

impl Case {
    /// Who receives it.
    pub const fn receiver(&self) -> End {
        match self {
            Self::Request(_) => End::Server,
            Self::Response(_) => End::Client,
            Self::Frames(end, _) => *end,
        }
    }
}
