//! Frames on the wire, valid or not.

use wsdraft::{
    Role,
    frame::{Encoded, Mask, Outgoing, write_counted},
    info::Kind,
    mask,
};
use wsdraft_spec::vocabulary::{Cover, Delimiter, Extended, Form, LayoutField, TypeRange};

use super::Raw;
use crate::vectors::{Input, Vectors};

/// The masking key of every frame, or the nonce that it is derived from.
const NONCE: [u8; 4] = [0x11, 0x22, 0x33, 0x44];

impl Vectors<'_> {
    /// The frames on the wire, one after the other.
    pub(in crate::vectors) fn stream(&self, by: Role, frames: &[Raw], claimed: u8) -> Input {
        let bytes = frames.iter().flat_map(|frame| self.encoded(by, frame));
        Input::Frames {
            bytes: bytes.collect(),
            claimed,
        }
    }

    fn encoded(&self, by: Role, frame: &Raw) -> Vec<u8> {
        match self.spec.layout.as_ref().map(|layout| &layout.value.form) {
            Some(Form::Prefixed { fields, .. }) => self.prefixed(by, frame, fields),
            Some(Form::Delimited { types }) => delimited(frame, types),
            None => Vec::new(),
        }
    }

    fn prefixed(&self, by: Role, frame: &Raw, fields: &[LayoutField]) -> Vec<u8> {
        let masking = self.spec.masking.as_ref().map(|masking| &masking.value);
        let masks = masking.filter(|masking| masking.by == by);
        let covers = masks.map(|masking| masking.covers);
        let masks_payload = covers == Some(Cover::Payload);
        let masked = frame.masked.unwrap_or(masks_payload);
        let length = frame.length.unwrap_or(frame.payload.len() as u64);
        let mut extended = self.extended().iter();
        let form = match frame.form {
            Some(bits) => extended.find(|form| form.bits == bits),
            None if length <= self.shortest_form() => None,
            None => extended.find(|form| length >> form.bits == 0),
        };
        let two = first_bytes(frame, fields, masked, length, form);
        let mut out = two.to_be_bytes().to_vec();
        if let Some(form) = form {
            let count = usize::from(form.bits.div_ceil(8));
            out.extend(&length.to_be_bytes()[8 - count..]);
        }
        let mut payload = frame.payload.clone();
        if masked {
            out.extend(NONCE);
            mask::apply(&mut payload, NONCE, 0);
        }
        out.extend(payload);
        if covers == Some(Cover::Frame) {
            mask::apply_cyclic(&mut out, &self.key(by), 0);
            out.splice(0..0, NONCE);
        }
        out
    }

    /// The masking key of a draft that masks complete frames.
    fn key(&self, by: Role) -> Vec<u8> {
        let frame = Outgoing {
            kind: Kind::Text,
            fin: true,
            reserved: 0,
            length: 0,
            opcode: 0,
        };
        let encoded = self.draft.encode(&frame, by, NONCE, &self.session);
        match encoded.map(|encoded| encoded.mask) {
            Some(Mask::Twenty { key, .. }) => key.into(),
            _ => NONCE.into(),
        }
    }
}

/// The first two bytes, which contain the bit fields.
fn first_bytes(
    frame: &Raw,
    fields: &[LayoutField],
    masked: bool,
    length: u64,
    form: Option<&Extended>,
) -> u16 {
    let mut two = 0;
    let mut names = 0;
    for field in fields {
        let (value, bits) = match field {
            LayoutField::Final => (u16::from(!frame.more), 1),
            LayoutField::More => (u16::from(frame.more), 1),
            LayoutField::Reserved(_) => {
                names += 1;
                (u16::from(frame.reserved >> (names - 1) & 1), 1)
            }
            LayoutField::Opcode(bits) => (u16::from(frame.opcode), *bits),
            LayoutField::Masked => (u16::from(masked), 1),
            LayoutField::Length(bits) => {
                let value = form.map_or(length as u16, |form| u16::from(form.marker));
                (value, *bits)
            }
        };
        two = two << bits | value;
    }
    two
}

fn delimited(frame: &Raw, types: &[TypeRange]) -> Vec<u8> {
    let mut out = vec![frame.opcode];
    let range = types
        .iter()
        .find(|range| (range.from..=range.to).contains(&frame.opcode));
    match range.map(|range| range.payload) {
        Some(Delimiter::Until(end)) => {
            out.extend(&frame.payload);
            out.push(end);
        }
        Some(Delimiter::Counted) | None => {
            let mut encoded = Encoded::new();
            write_counted(frame.payload.len() as u64, &mut encoded);
            out.extend(encoded.bytes());
            out.extend(&frame.payload);
        }
    }
    out
}
