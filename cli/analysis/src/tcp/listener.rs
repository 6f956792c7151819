//! Who takes what segments carry.

use wsdraft::Role;

use crate::{bytes::End, error::Error};

/// Takes what the segments of a connection carry, in its order.
pub(crate) trait Listener {
    /// The next bytes of a direction, and the packet that they came in.
    fn bytes(&mut self, from: Role, bytes: &[u8], packet: u64) -> Result<(), Error>;

    /// So many of the next bytes of a direction are not recorded.
    fn gap(&mut self, from: Role, missing: u64, packet: Option<u64>) -> Result<(), Error>;

    /// A direction ended.
    fn end(&mut self, from: Role, how: End);

    /// An end has so many bytes of the other direction.
    fn acknowledged(&mut self, by: Role, bytes: u64);
}
