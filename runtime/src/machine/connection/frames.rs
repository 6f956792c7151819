//! Writes frames to the output.

use alloc::vec::Vec;

use super::Core;
use crate::{
    machine::error::{ConnectionError, Misuse},
    payload::{entropy::NoEntropy, mask},
    protocol::{
        draft::Draft,
        frame::{Encoded, Mask, Outgoing},
        info::Kind,
    },
};

impl<D: Draft> Core<D> {
    /// Appends a data frame to the output.
    #[inline]
    pub(super) fn queue_data(
        &mut self,
        kind: Kind,
        fin: bool,
        reserved: u8,
        payload: &[u8],
    ) -> Result<(), ConnectionError> {
        if self.coding.is_some() {
            return self.queue_coded(kind, fin, reserved, payload);
        }
        self.queue_with(kind, fin, reserved, payload)
    }

    #[inline(never)]
    fn queue_coded(
        &mut self,
        kind: Kind,
        fin: bool,
        reserved: u8,
        payload: &[u8],
    ) -> Result<(), ConnectionError> {
        let Some(mut coding) = self.coding.take() else {
            return self.queue_with(kind, fin, reserved, payload);
        };
        // Compressing a payload cannot be undone.
        let drawn = self
            .nonces
            .as_mut()
            .map_or(Ok(()), |nonces| nonces.reserve());
        if coding.is_stream() || drawn.is_err() {
            self.coding = Some(coding);
            drawn?;
            return self.queue_with(kind, fin, reserved, payload);
        }
        let done = match coding.encode(kind, fin, payload) {
            Some(bit) => self.queue_with(kind, fin, reserved | bit, coding.scratch()),
            None => self.queue_with(kind, fin, reserved, payload),
        };
        coding.encoded(done.is_ok());
        self.coding = Some(coding);
        done
    }

    /// Appends a control frame to the output.
    #[inline]
    pub(super) fn queue(
        &mut self,
        kind: Kind,
        fin: bool,
        payload: &[u8],
    ) -> Result<(), ConnectionError> {
        self.queue_with(kind, fin, 0, payload)?;
        self.meter.sent(kind, payload.len());
        Ok(())
    }

    #[inline]
    pub(super) fn queue_with(
        &mut self,
        kind: Kind,
        fin: bool,
        reserved: u8,
        payload: &[u8],
    ) -> Result<(), ConnectionError> {
        let nonce = self.nonce()?;
        let encoded = self.encode(kind, fin, reserved, payload, nonce);
        let encoded = fits(&encoded, kind, payload)?;
        match &mut self.coding {
            Some(coding) if coding.is_stream() => {
                coding.stream(self.output.bytes(), |out| write(encoded, payload, out));
            }
            _ => write(encoded, payload, self.output.bytes()),
        }
        self.output.appended();
        Ok(())
    }

    #[inline]
    pub(super) fn nonce(&mut self) -> Result<[u8; 4], NoEntropy> {
        match &mut self.nonces {
            Some(nonces) => nonces.draw(),
            None => Ok([0; 4]),
        }
    }

    /// Encodes a frame header, with the mask and the trailer for its payload.
    #[inline]
    pub(super) fn encode(
        &self,
        kind: Kind,
        fin: bool,
        reserved: u8,
        payload: &[u8],
        nonce: [u8; 4],
    ) -> Option<Encoded> {
        let frame = Outgoing {
            kind,
            fin,
            reserved,
            length: payload.len() as u64,
            opcode: 0,
        };
        let session = self.receiver.session();
        self.receiver
            .draft()
            .encode(&frame, self.role, nonce, session)
    }
}

/// Checks that the draft has this kind of frame and that the payload does not contain the delimiter.
/// It borrows, because moving a header costs as much as encoding it.
#[inline]
pub(super) fn fits<'a>(
    encoded: &'a Option<Encoded>,
    kind: Kind,
    payload: &[u8],
) -> Result<&'a Encoded, Misuse> {
    let Some(encoded) = encoded else {
        return Err(Misuse::Unsupported(kind));
    };
    match encoded.trailer {
        Some(delimiter) if memchr::memchr(delimiter, payload).is_some() => {
            Err(Misuse::Delimiter(delimiter))
        }
        _ => Ok(encoded),
    }
}

/// A header that is encoded here stays in registers: to read it from memory right after would wait
/// for the stores.
#[inline(always)]
pub(super) fn write(encoded: &Encoded, payload: &[u8], out: &mut Vec<u8>) {
    if encoded.trailer.is_some() {
        // Otherwise the last byte, with no room for it, would double a large buffer.
        out.reserve(Encoded::MAX + payload.len() + 1);
    }
    encoded.append_to(out);
    match &encoded.mask {
        Mask::None => out.extend_from_slice(payload),
        Mask::Four(key) => mask::extend_masked(out, payload, *key, 0),
        Mask::Twenty { key, phase } => extend_cyclic(out, payload, key, *phase),
    }
    if let Some(trailer) = encoded.trailer {
        out.push(trailer);
    }
}

#[inline(never)]
fn extend_cyclic(out: &mut Vec<u8>, payload: &[u8], key: &[u8], phase: u8) {
    let start = out.len();
    out.extend_from_slice(payload);
    let masked = out.get_mut(start..).unwrap_or_default();
    mask::apply_cyclic(masked, key, usize::from(phase));
}
