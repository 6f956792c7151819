//! Which draft it is, where no request shows it.

use wsdraft::{
    Draft, Role,
    frame::{Decode, Session},
    info::Kind,
};

use super::{Analyser, state::Current};

impl Analyser {
    /// Tells from the first bytes of frames whether the connection is of a draft that its
    /// request does not show: they are no frame of the draft that was assumed, but one of it.
    pub(super) fn settle(
        &mut self,
        mut current: Box<Current>,
        from: Role,
        bytes: &[u8],
    ) -> Box<Current> {
        let sides = [&self.sides.client, &self.sides.server];
        let begun = sides.iter().any(|side| {
            side.frames
                .as_ref()
                .is_none_or(|frames| frames.offset() > 0)
        });
        let known = |draft| is_frame(draft, from, bytes);
        let candidates = current.opening.as_ref().map(|opening| &opening.candidates);
        let hidden = match candidates {
            Some(names) if !begun && self.settings.forced().is_none() && !known(current.draft) => {
                self.settings.hidden(names).find(|draft| known(*draft))
            }
            _ => None,
        };
        let (Some(draft), Some(opening)) = (hidden, current.opening.as_mut()) else {
            return current;
        };
        let why = format!(
            "no request shows it, but the frames are those of {}",
            draft.info().short
        );
        opening.reasons.push(why);
        current.draft = draft;
        let answer = current.answer.take();
        self.begin_frames(current, answer, None)
    }
}

/// Whether bytes begin with a frame that the draft gives a meaning.
fn is_frame(draft: &dyn Draft, from: Role, bytes: &[u8]) -> bool {
    match draft.decode(bytes, from, &Session::default()) {
        Decode::Header(head) => head.kind != Kind::Reserved,
        Decode::Incomplete(_) => true,
        Decode::Overflow => false,
    }
}
