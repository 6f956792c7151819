//! Writing frame headers.

use wsdraft::{
    Role,
    frame::{self, Encoded, Mask, Outgoing, Session},
    info::Kind,
    mask,
};
use wsdraft_spec::vocabulary::{Cover, Delimiter, Extended, Form, LayoutField, TypeRange};

use super::{key_mask, shortest};
use crate::Interpreted;

impl Interpreted {
    pub(crate) fn encode_frame(
        &self,
        frame: &Outgoing,
        from: Role,
        nonce: [u8; 4],
        session: &Session,
    ) -> Option<Encoded> {
        match self.form()? {
            Form::Delimited { types } => self.encode_delimited(frame, types),
            Form::Prefixed { fields, extended } => {
                self.encode_prefixed(frame, from, nonce, session, (fields, extended))
            }
        }
    }

    fn encode_delimited(&self, frame: &Outgoing, types: &[TypeRange]) -> Option<Encoded> {
        let mut known = self.spec.opcodes.values().map(|item| &item.value);
        let opcode = known.find(|known| known.kind == frame.kind)?;
        if !frame.fin || frame.reserved != 0 || (opcode.only_empty && frame.length != 0) {
            return None;
        }
        let mut encoded = Encoded::new();
        encoded.push(&[opcode.value]);
        let mut types = types.iter();
        let range = types.find(|range| (range.from..=range.to).contains(&opcode.value))?;
        match range.payload {
            Delimiter::Until(byte) => encoded.trailer = Some(byte),
            Delimiter::Counted => frame::write_counted(frame.length, &mut encoded),
        }
        Some(encoded)
    }

    fn encode_prefixed(
        &self,
        frame: &Outgoing,
        from: Role,
        nonce: [u8; 4],
        session: &Session,
        (fields, extended): (&[LayoutField], &[Extended]),
    ) -> Option<Encoded> {
        let mut known = self.spec.opcodes.values().map(|item| &item.value);
        let known = known.find(|known| known.kind == frame.kind);
        let claimed = matches!(frame.kind, Kind::Extension | Kind::ExtensionControl);
        let opcode = known.map(|known| known.value);
        let opcode = opcode.or_else(|| claimed.then_some(frame.opcode))?;
        let covering = self.covering(from);
        let masking = self.spec.masking.as_ref().map(|masking| &masking.value);
        let in_header =
            masking.is_some_and(|masking| masking.covers == Cover::Payload && masking.by == from);
        let (short, form) = length_form(frame.length, fields, extended)?;
        let mut encoded = Encoded::new();
        let start = if covering.is_some() { 4 } else { 0 };
        encoded.push(&nonce[..start]);
        encoded.push(&two_bytes(frame, opcode, in_header, short, fields));
        encoded.push(&frame.length.to_be_bytes()[8 - form..]);
        if in_header {
            encoded.push(&nonce);
            encoded.mask = Mask::Four(nonce);
        }
        if let Some(masking) = covering {
            let key = self.key(masking, nonce, session);
            mask::apply_cyclic(encoded.bytes_mut(start), &key, 0);
            encoded.mask = key_mask(&key, 2 + form);
        }
        Some(encoded)
    }
}

/// The first two bytes of a frame header, which contain the bit fields.
fn two_bytes(
    frame: &Outgoing,
    opcode: u8,
    masked: bool,
    short: u8,
    fields: &[LayoutField],
) -> [u8; 2] {
    let mut two = 0u32;
    let mut names = 0;
    for field in fields {
        let (value, bits) = match field {
            LayoutField::Final => (u8::from(frame.fin), 1),
            LayoutField::More => (u8::from(!frame.fin), 1),
            LayoutField::Reserved(_) => {
                names += 1;
                ((frame.reserved >> (names - 1)) & 1, 1)
            }
            LayoutField::Opcode(bits) => (opcode & (u8::MAX >> (8 - bits)), *bits),
            LayoutField::Masked => (u8::from(masked), 1),
            LayoutField::Length(bits) => (short, *bits),
        };
        two = two << bits | u32::from(value);
    }
    (two as u16).to_be_bytes()
}

/// The value of the length field, and the number of bytes of the extended form, for a length.
fn length_form(length: u64, fields: &[LayoutField], extended: &[Extended]) -> Option<(u8, usize)> {
    if length <= shortest(fields, extended) {
        return Some((length as u8, 0));
    }
    let form = extended
        .iter()
        .find(|form| form.bits >= 64 || length >> form.bits == 0)?;
    Some((form.marker, usize::from(form.bits.div_ceil(8))))
}
