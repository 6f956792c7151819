//! Assembles messages from their parts. The text of a message is kept as it is checked, so that it
//! is checked only once.

use core::ops::Range;

use super::super::{Connection, loan::Loan};
use crate::{
    machine::{
        error::ConnectionError,
        receive::{Frame, MessagePart},
    },
    payload::buffer::Assembly,
    protocol::{
        draft::Draft,
        frame::Length,
        violation::{Enforce, Flow, Report, Violation},
    },
};

/// Enforces the rules, and puts the checked text of a message into its assembly.
pub(super) struct Keep<'a> {
    pub(super) enforce: &'a mut Enforce,
    pub(super) assembly: &'a mut Assembly,
    /// The most bytes of a message.
    pub(super) limit: usize,
}

impl Report for Keep<'_> {
    fn violation(&mut self, violation: Violation) -> Flow {
        self.enforce.violation(violation)
    }

    fn text(&mut self, text: &str) {
        self.assembly.keep(text, self.limit);
    }
}

impl<D: Draft> Connection<D> {
    /// Takes a part of a message that came as a complete frame.
    pub(super) fn complete_part(
        &mut self,
        part: MessagePart,
        frame: &Frame,
        payload: Range<usize>,
    ) -> Result<Option<Loan>, ConnectionError> {
        self.begin_frame(Some(part), frame)?;
        self.append_chunk(payload, part.message.faulty)?;
        self.end_part(part)
    }

    /// Prepares for the payload of a frame.
    pub(super) fn begin_frame(
        &mut self,
        part: Option<MessagePart>,
        frame: &Frame,
    ) -> Result<(), ConnectionError> {
        if let Some(part) = part {
            self.begin_part(part);
        }
        self.core.note_coding(part, frame);
        self.core
            .begin_payload(part, frame.header.length, self.assembly.len())?;
        let Length::Bytes(length) = frame.header.length else {
            return Ok(());
        };
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        // The length of a compressed payload is not the length of what it inflates to.
        let wanted = self.core.incoming.wanted && !self.core.incoming.coding.frame;
        let size = length.saturating_add(usize::from(frame.header.size));
        self.input
            .announce(size, wanted && !self.assembly.is_text());
        let admitted = !wanted || self.assembly.announce(length);
        self.core.admitted(admitted)
    }

    /// Prepares the assembly for a part of a message.
    fn begin_part(&mut self, part: MessagePart) {
        let core = &self.core;
        // A message that may go on after invalid text, against a rule, is assembled from bytes.
        let rule = core.receiver.text_rule();
        let is_checked =
            rule.is_none_or(|rule| core.enforce.stops_at(rule)) && part.message.is_text();
        if part.first {
            self.assembly.begin(is_checked);
            if let Some(account) = &core.account {
                account.begins();
            }
        } else if !is_checked {
            // An extension may have changed a later frame.
            self.assembly.turn_into_bytes(core.receiver.carried());
        }
    }

    /// Appends a chunk of a payload to the message; `faulty` tells whether its text is invalid.
    pub(super) fn append_chunk(
        &mut self,
        chunk: Range<usize>,
        faulty: bool,
    ) -> Result<(), ConnectionError> {
        let Self {
            core,
            input,
            assembly,
            ..
        } = self;
        core.count_chunk(chunk.len(), assembly.len())?;
        if core.incoming.coding.frame {
            return core.decode(input.get(chunk), assembly);
        }
        if core.incoming.wanted {
            if faulty {
                assembly.turn_into_bytes(core.receiver.carried());
            }
            let admitted = assembly.push(input.get(chunk));
            return core.admitted(admitted);
        }
        Ok(())
    }

    /// Ends a part of a message, and the message if it is the last part.
    pub(super) fn end_part(&mut self, part: MessagePart) -> Result<Option<Loan>, ConnectionError> {
        let payload = self.core.incoming.coding;
        if payload.message {
            self.core.end_compressed(part.last, &mut self.assembly)?;
            if !part.last {
                return Ok(None);
            }
            let mut message = part.message;
            if let Some(coding) = &self.core.coding {
                message.claimed_bits = coding.others(message.claimed_bits);
            }
            return Ok(Some(Loan::Decoded(message, payload.offset)));
        }
        Ok(part.last.then_some(Loan::Assembled(part.message)))
    }
}
