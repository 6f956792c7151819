//! Frames that are masked with keys which a key of the connection takes part in.

use wsdraft::{
    Draft, Role,
    frame::{Decode, FrameHeader, Mask, Session},
    info::Kind,
};

use super::{Analyser, state::Current};
use crate::finding::NoteKind;

impl Current {
    /// First bytes of frames that are kept.
    const START: usize = 64;

    /// Keeps how the frames of a client begin that masks them with a key of the connection.
    pub(super) fn keep_start(&mut self, from: Role, bytes: &[u8]) {
        let keyed = self
            .answer
            .as_ref()
            .is_some_and(|answer| answer.session.masking_key.is_some());
        if keyed && from == Role::Client {
            let room = Self::START.saturating_sub(self.first.len());
            self.first
                .extend_from_slice(bytes.get(..room).unwrap_or(bytes));
        }
    }
}

impl Analyser {
    /// Says it, once, where the first frame of a client that is in trouble is sane under the
    /// key of the connection alone.
    pub(super) fn hint_at_key(&mut self, current: &mut Current, from: Role) {
        if from == Role::Server || current.hinted || current.first.is_empty() {
            return;
        }
        current.hinted = true;
        let session = current.answer.as_ref().map(|answer| answer.session);
        let session = session.unwrap_or_default();
        if is_sane_under_key(current.draft, &session, &current.first) {
            let at = self.sides.client.start;
            let what = NoteKind::Hint(
                "the frames can be read with the connection's key alone: the client masks with it, and not with the hash of it and each frame's nonce, as a library of the time did"
                    .into(),
            );
            let note = current.note(from, self.sides.client.trace.packet(at), at, what);
            self.note(note);
        }
    }
}

/// Whether frames begin with one that has a meaning under the key of the connection alone, and
/// none under its own.
fn is_sane_under_key(draft: &dyn Draft, session: &Session, bytes: &[u8]) -> bool {
    /// Bytes of the nonce, in front of what is masked.
    const NONCE: usize = 4;

    let decode = |bytes: &[u8]| match draft.decode(bytes, Role::Client, session) {
        Decode::Header(head) => Some(head),
        _ => None,
    };
    let sane = |head: &FrameHeader| {
        let whole = u64::from(head.size).saturating_add(head.payload_length());
        let fits = whole <= bytes.len() as u64;
        head.kind != Kind::Reserved
            && head.reserved == 0
            && (fits || bytes.len() >= Current::START && head.kind.is_data())
    };
    // Some head with this nonce, whatever it says, tells the frame's own key.
    let own = (0..=u8::MAX).find_map(|change| {
        let mut bytes = bytes.to_vec();
        *bytes.get_mut(NONCE + 1)? ^= change;
        match decode(&bytes)?.mask {
            Mask::Twenty { key, .. } => Some(key),
            _ => None,
        }
    });
    let (Some(key), Some(own)) = (session.masking_key, own) else {
        return false;
    };
    let mut remasked = bytes.to_vec();
    for (at, byte) in remasked.iter_mut().skip(NONCE).enumerate() {
        *byte ^= key[at % key.len()] ^ own[at % own.len()];
    }
    !decode(bytes).is_some_and(|head| sane(&head))
        && decode(&remasked).is_some_and(|head| sane(&head))
}
