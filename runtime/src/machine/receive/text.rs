//! Checks that text is valid UTF-8: all at once, or as it arrives.

use super::{MessagePart, Receiver};
use crate::{
    payload::utf8,
    protocol::{
        draft::Draft,
        info::{Kind, RuleInfo},
        violation::{Flow, Report, Seen, Stop, Violation},
    },
};

impl<D: Draft> Receiver<D> {
    /// The text of a message that came in one complete frame. This checks it, and
    /// [`next`](Self::next) does not, so that the bytes are read only once. `offset` is the
    /// position of the payload in the sender's stream. `None` means that the text is not valid
    /// UTF-8 and that the report lets this pass.
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

    /// As [`text`](Self::text), for a message that an extension has decoded. `offset` is the
    /// position of its last frame's payload in the sender's stream.
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

    /// `position` maps an index of the payload to an offset in the sender's stream.
    #[inline]
    fn checked<'a>(
        &self,
        payload: &'a [u8],
        report: &mut dyn Report,
        position: impl FnOnce(usize) -> u64,
    ) -> Result<Option<&'a str>, Stop> {
        if let Ok(text) = utf8::check(payload) {
            return Ok(Some(text));
        }
        if let Some(rule) = self.text_rule {
            // The same byte as for text that arrives in chunks.
            let fault = utf8::Validator::new().push(payload);
            let at = fault.err().unwrap_or(payload.len());
            self.not_text(rule, position(at), payload.get(at).copied(), report)?;
        }
        Ok(None)
    }

    /// Whether the text of the open message is not valid UTF-8, and no rule stops at that.
    pub(crate) fn is_faulty(&self) -> bool {
        self.open_message.is_some_and(|message| message.faulty)
    }

    /// The incomplete code point at the end of the text of the open message.
    pub(crate) fn carried(&self) -> &[u8] {
        self.text.carried()
    }

    /// Checks a chunk of a message, and closes the message at its end.
    pub(super) fn check_chunk(
        &mut self,
        part: &mut MessagePart,
        chunk: &[u8],
        offset: u64,
        ends: bool,
        report: &mut dyn Report,
    ) -> Flow {
        let ends = ends && part.last;
        let message = &mut part.message;
        if let (Kind::Text, 0, false) = (message.kind, message.claimed_bits, message.faulty) {
            let fault = match self.text.push_to(chunk, &mut |text| report.text(text)) {
                Err(at) => Some((at, chunk.get(at).copied())),
                Ok(()) if ends && !self.text.is_complete() => Some((chunk.len(), None)),
                Ok(()) => None,
            };
            if let Some((at, byte)) = fault {
                message.faulty = true;
                if let Some(rule) = self.text_rule {
                    self.not_text(rule, offset + at as u64, byte, report)?;
                }
            }
        }
        self.open_message = if ends { None } else { Some(*message) };
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
