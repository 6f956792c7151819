//! What an opening handshake leads to.

use alloc::vec::Vec;

use crate::{machine::extension::Agreed, protocol::frame::Session};

/// A finished handshake.
#[derive(Debug)]
pub struct Established<D> {
    /// The draft that is spoken.
    pub draft: D,
    /// Keys that frames need.
    pub session: Session,
    /// What was agreed of the extensions that this end supports.
    pub extensions: Agreed,
    /// Bytes that followed the handshake: the start of the peer's frame stream.
    pub rest: Vec<u8>,
}
