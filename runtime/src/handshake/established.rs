//! The result of an opening handshake.

use alloc::vec::Vec;

use crate::{machine::extension::Agreed, protocol::frame::Session};

/// A finished handshake.
#[derive(Debug)]
pub struct Established<D> {
    /// The draft in use.
    pub draft: D,
    /// Keys for frames.
    pub session: Session,
    /// The negotiated extensions, as far as this endpoint supports them.
    pub extensions: Agreed,
    /// Bytes that followed the handshake: the start of the peer's frame stream.
    pub rest: Vec<u8>,
}
