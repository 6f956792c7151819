//! What has been agreed, frames with reserved bits and opcodes that extensions of the application claim,
//! and the session that all frames belong to.

use alloc::boxed::Box;
#[cfg(feature = "multiplex")]
use alloc::sync::Arc;

use super::{Connection, Core, frames::write};
#[cfg(feature = "multiplex")]
use crate::machine::limits::Policy;
use crate::{
    machine::{
        error::{ConnectionError, Misuse},
        extension::Agreed,
    },
    protocol::{
        draft::Draft,
        frame::{Context, Decode, Outgoing, Session},
        info::Kind,
        violation::{Enforce, Relaxed},
    },
};

impl<D: Draft> Connection<D> {
    /// Sets the extensions that the opening handshake has agreed. Call it before anything is sent or
    /// received.
    #[must_use]
    pub fn extended(mut self, agreed: &Agreed) -> Self {
        self.extend(agreed);
        self
    }

    pub(crate) fn extend(&mut self, agreed: &Agreed) {
        if agreed.is_empty() && self.core.agreed.is_none() {
            return;
        }
        let relaxed = self.core.config.policy.relaxed;
        self.core.coding = self.core.receiver.add_extensions(agreed, relaxed);
        self.core.agreed = Some(Box::new(agreed.clone()));
    }

    /// The agreed extensions.
    pub const fn agreed(&self) -> &Agreed {
        static NONE: Agreed = Agreed::NONE;
        match &self.core.agreed {
            Some(agreed) => agreed,
            None => &NONE,
        }
    }

    /// The policy of the connection.
    #[cfg(feature = "multiplex")]
    pub(crate) fn policy(&self) -> &Policy {
        &self.core.config.policy
    }

    /// Lowers the limit on the length of messages.
    #[cfg(feature = "multiplex")]
    pub(crate) fn limit_messages(&mut self, most: usize) {
        if most < self.core.config.limits.message {
            Arc::make_mut(&mut self.core.config).limits.message = most;
            self.core.largest = self.core.largest.min(most);
            self.assembly.limit(most);
        }
    }

    /// What the opening handshake derived for its frames, for an
    /// [`Inspector`](crate::inspect::Inspector).
    pub const fn session(&self) -> &Session {
        self.core.receiver.session()
    }

    /// Sends a message in one frame with these reserved bits, which an agreed extension of the
    /// application claims. A compressing extension then compresses this payload.
    ///
    /// # Errors
    /// As [`text`](Self::text); [`ConnectionError::Misuse`] where the kind is none of a message, or a bit
    /// is not claimed or is that of the extension that compresses.
    pub fn coded(
        &mut self,
        kind: Kind,
        reserved: u8,
        payload: &[u8],
    ) -> Result<(), ConnectionError> {
        if !matches!(kind, Kind::Text | Kind::Binary) {
            return Err(Misuse::Unsupported(kind).into());
        }
        self.core.check_data(payload)?;
        self.core.check_claims(kind, reserved)?;
        self.core.queue_message(kind, reserved, payload)
    }

    /// Sends a frame with an opcode that an agreed extension claims. `reserved` are bits that an
    /// extension claims for every frame.
    ///
    /// # Errors
    /// As [`text`](Self::text); [`ConnectionError::Misuse`] where the opcode or a bit is not claimed, or
    /// the frame would break a rule of the draft, such as the one on the length of control
    /// frames.
    pub fn extension(
        &mut self,
        opcode: u8,
        reserved: u8,
        payload: &[u8],
    ) -> Result<(), ConnectionError> {
        let kind = self.core.receiver.claims().kind(opcode);
        if kind == Kind::Reserved {
            return Err(Misuse::Unclaimed.into());
        }
        self.core.check_open()?;
        self.core.check_claims(kind, reserved)?;
        self.core.check_room(payload.len())?;
        let frame = Outgoing {
            kind,
            fin: true,
            reserved,
            length: payload.len() as u64,
            opcode,
        };
        self.core.check_outgoing(&frame)?;
        self.core.queue_frame(&frame, payload)
    }
}

impl<D: Draft> Core<D> {
    /// Checks that the application may set these reserved bits on frames of this kind.
    fn check_claims(&self, kind: Kind, reserved: u8) -> Result<(), Misuse> {
        let claimed = self.receiver.claims().bits(kind);
        let free = self
            .coding
            .as_ref()
            .map_or(claimed, |coding| coding.others(claimed));
        if reserved & !free == 0 {
            Ok(())
        } else {
            Err(Misuse::Unclaimed)
        }
    }

    /// Checks a frame to be sent against the rules for the peer's frames.
    pub(super) fn check_outgoing(&self, frame: &Outgoing) -> Result<(), Misuse> {
        let (draft, session) = (self.receiver.draft(), self.receiver.session());
        let Some(encoded) = draft.encode(frame, self.role, [0; 4], session) else {
            return Err(Misuse::Unsupported(frame.kind));
        };
        if let Decode::Header(mut header) = draft.decode(encoded.bytes(), self.role, session) {
            header.kind = frame.kind;
            let context = Context {
                from: self.role,
                open: self.is_message_open(),
                closed: self.closing.local,
                claimed: self.receiver.claims().bits(frame.kind),
                offset: 0,
            };
            let mut enforce = Enforce::new(Relaxed::NONE, false);
            // `Stop` says no more than `finish` does.
            let _ = draft.check_frame(&header, &context, &mut enforce);
            enforce
                .finish()
                .map_err(|violation| Misuse::Breaks(violation.rule))?;
        }
        Ok(())
    }

    /// Appends a frame of an extension to the output.
    fn queue_frame(&mut self, frame: &Outgoing, payload: &[u8]) -> Result<(), ConnectionError> {
        let nonce = match &mut self.nonces {
            Some(nonces) => nonces.draw()?,
            None => [0; 4],
        };
        let receiver = &self.receiver;
        let encoded = receiver
            .draft()
            .encode(frame, self.role, nonce, receiver.session())
            .ok_or(Misuse::Unsupported(frame.kind))?;
        match &mut self.coding {
            Some(coding) if coding.is_stream() => {
                coding.stream(self.output.bytes(), |out| write(&encoded, payload, out));
            }
            _ => write(&encoded, payload, self.output.bytes()),
        }
        self.output.appended();
        self.meter.sent(frame.kind, payload.len());
        Ok(())
    }
}
