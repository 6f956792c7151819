//! Whether text is UTF-8: all at once, or as it comes.

use super::{Place, Receiver};
use crate::{
    payload::utf8,
    protocol::{
        draft::Draft,
        info::{Kind, RuleInfo},
        violation::{Flow, Report, Seen, Stop, Violation},
    },
};

impl<D: Draft> Receiver<D> {
    /// The text of a message that came as one whole frame. It is checked here, and not by
    /// [`next`](Self::next), so that it is gone over only once. `offset` is where it starts in
    /// the sender's stream; `None` means that it is not UTF-8 and that this may pass.
    ///
    /// # Errors
    /// [`Stop`] when the report wants no more.
    #[inline]
    pub fn text<'a>(
        &self,
        payload: &'a [u8],
        offset: u64,
        report: &mut dyn Report,
    ) -> Result<Option<&'a str>, Stop> {
        self.checked(payload, report, |at| offset + at as u64)
    }

    /// The text of a message that an extension has decoded, of which a frame's payload starts
    /// at `offset` in the sender's stream; as [`text`](Self::text).
    ///
    /// # Errors
    /// [`Stop`] when the report wants no more.
    pub(crate) fn decoded_text<'a>(
        &self,
        payload: &'a [u8],
        offset: u64,
        report: &mut dyn Report,
    ) -> Result<Option<&'a str>, Stop> {
        self.checked(payload, report, |_| offset)
    }

    /// `place` gives where in the sender's stream the byte at an index is.
    #[inline]
    fn checked<'a>(
        &self,
        payload: &'a [u8],
        report: &mut dyn Report,
        place: impl FnOnce(usize) -> u64,
    ) -> Result<Option<&'a str>, Stop> {
        if let Ok(text) = utf8::check(payload) {
            return Ok(Some(text));
        }
        if let Some(rule) = self.text_rule {
            // The byte that shows it, as where the text comes in pieces.
            let fault = utf8::Validator::new().push(payload);
            let at = fault.err().unwrap_or(payload.len());
            self.not_text(rule, place(at), payload.get(at).copied(), report)?;
        }
        Ok(None)
    }

    /// Checks a piece of a message that comes in several, and closes the message at its end.
    pub(super) fn fragment(
        &mut self,
        place: &mut Place,
        body: &[u8],
        offset: u64,
        ends: bool,
        report: &mut dyn Report,
    ) -> Flow {
        let ends = ends && place.last;
        let message = &mut place.message;
        if let (Some(rule), Kind::Text, 0, false) =
            (self.text_rule, message.kind, message.coded, message.faulty)
        {
            let fault = match self.text.push(body) {
                Err(at) => Some((at, body.get(at).copied())),
                Ok(()) if ends && !self.text.is_complete() => Some((body.len(), None)),
                Ok(()) => None,
            };
            if let Some((at, byte)) = fault {
                message.faulty = true;
                self.not_text(rule, offset + at as u64, byte, report)?;
            }
        }
        self.message = if ends { None } else { Some(*message) };
        Ok(())
    }

    #[cold]
    fn not_text(
        &self,
        rule: &'static RuleInfo,
        offset: u64,
        byte: Option<u8>,
        report: &mut dyn Report,
    ) -> Flow {
        let seen = byte.map_or(Seen::Nothing, Seen::Byte);
        report.violation(Violation {
            rule,
            draft: self.draft.info(),
            by: self.from,
            offset,
            seen,
        })
    }
}
