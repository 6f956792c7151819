//! Keys that mask frames.

use wsdraft::frame::Mask;

use super::parts::SentFrame;

/// Looks for keys that are no random ones.
#[derive(Debug, Default)]
pub(super) struct Keys {
    /// The key of the latest frame with a payload, and bytes of its head, by which a key that
    /// masks the head too is turned.
    last: Option<(Mask, u8)>,
    /// Frames in a row with it.
    row: u64,
    told: bool,
}

impl Keys {
    /// Frames in a row that show that a key is used again and again: chance has it once in 2^96
    /// times.
    const SAME: u64 = 4;
    /// Those that show the same where the key is all zeros.
    const ZERO: u64 = 2;

    /// Looks at the next frame; what there is to say of its key.
    pub(super) fn next(&mut self, sent: &SentFrame) -> Option<String> {
        if sent.mask == Mask::None || !sent.filled || self.told {
            return None;
        }
        let key = (sent.mask, sent.size);
        self.row = match self.last {
            Some(last) if last == key || is_zero(last.0) && is_zero(key.0) => self.row + 1,
            _ => 1,
        };
        self.last = Some(key);
        let (zero, row) = (is_zero(sent.mask), self.row);
        let most = if zero { Self::ZERO } else { Self::SAME };
        if row < most {
            return None;
        }
        self.told = true;
        Some(if zero {
            format!("{row} frames in a row whose key is all zeros, so that nothing is masked")
        } else {
            format!("{row} frames in a row with one key")
        })
    }
}

fn is_zero(mask: Mask) -> bool {
    mask == Mask::Four([0; 4])
}
