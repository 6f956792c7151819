//! Large messages in writes of a few bytes.

use wsdraft::info::Kind;
use wsdraft_spec::scenario::{Part, Payload};

use crate::frames::{Pen, head, kind_of, part};

/// Bytes that every peer takes on a connection.
pub(crate) const LITTLE: u64 = 64 << 10;

/// A large message that the tester sent in writes of a few bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Chopped {
    pub(crate) kind: Kind,
    /// Bytes of its payload.
    pub(crate) length: u64,
}

/// The large message, if there is one, of which so many bytes of parts were `sent` in writes of this
/// `size` that the peer may know that it is large: more than every peer takes, or the head in one write.
pub(crate) fn chopped(
    pen: &Pen,
    parts: &[Part],
    each: &[u8],
    (size, sent): (usize, u64),
) -> Option<Chopped> {
    let (size, mut start, mut found) = (size.max(1) as u64, 0, None);
    for one in parts {
        if start >= sent {
            break;
        }
        if let Some((kind, payload)) = message(one) {
            let length = payload.length(each.len()) as u64;
            let head = head(pen, kind, length).map_or(0, |head| head.len() as u64);
            let last = (start + head).saturating_sub(1);
            let told = head > 0 && last < sent && start / size == last / size;
            if length >= LITTLE && (told || sent - start > LITTLE) {
                found = Some(Chopped { kind, length });
            }
        }
        start += part(pen, one, each).map_or(0, |bytes| bytes.len() as u64);
    }
    found
}

/// The message that a part is.
pub(crate) const fn message(part: &Part) -> Option<(Kind, &Payload)> {
    match part {
        Part::Text(payload) => Some((Kind::Text, payload)),
        Part::Binary(payload) => Some((Kind::Binary, payload)),
        Part::Frame { kind, payload, .. } => Some((kind_of(*kind), payload)),
        _ => None,
    }
}
