//! Decoding frame headers.

use wsdraft::{
    Role,
    frame::{self, Decode, Encoded, FrameHeader, Length, Mask, Session},
    mask,
};
use wsdraft_spec::vocabulary::{Delimiter, Extended, Form, LayoutField, TypeRange};

use super::key_mask;
use crate::Interpreted;

/// The first two bytes of a frame header, which contain the bit fields.
#[derive(Clone, Copy, Debug, Default)]
struct Clear {
    fin: bool,
    reserved: u8,
    opcode: u8,
    masked: bool,
    /// The length field and its number of bits.
    short: u8,
    length_bits: u8,
}

impl Clear {
    fn read(two: [u8; 2], fields: &[LayoutField]) -> Self {
        let mut rest = u16::from_be_bytes(two);
        let mut take = |bits: u8| {
            let value = (u32::from(rest) >> (16 - u32::from(bits))) as u8;
            rest = ((u32::from(rest) << bits) & 0xffff) as u16;
            value
        };
        let (mut clear, mut names) = (Self::default(), 0);
        for field in fields {
            match field {
                LayoutField::Final => clear.fin = take(1) == 1,
                LayoutField::More => clear.fin = take(1) == 0,
                LayoutField::Reserved(_) => {
                    clear.reserved |= take(1) << names;
                    names += 1;
                }
                LayoutField::Opcode(bits) => clear.opcode = take(*bits),
                LayoutField::Masked => clear.masked = take(1) == 1,
                LayoutField::Length(bits) => {
                    clear.short = take(*bits);
                    clear.length_bits = *bits;
                }
            }
        }
        clear
    }
}

impl Interpreted {
    pub(crate) fn decode_frame(&self, bytes: &[u8], from: Role, session: &Session) -> Decode {
        let Some(masking) = self.covering(from) else {
            return self.decode_clear(bytes);
        };
        let Some((&nonce, covered)) = bytes.split_first_chunk::<4>() else {
            return Decode::Incomplete(6);
        };
        let key = self.key(masking, nonce, session);
        let mut clear = [0; Encoded::MAX];
        let length = covered.len().min(clear.len());
        clear[..length].copy_from_slice(&covered[..length]);
        mask::apply_cyclic(&mut clear[..length], &key, 0);
        match self.decode_clear(&clear[..length]) {
            Decode::Header(header) => Decode::Header(FrameHeader {
                mask: key_mask(&key, usize::from(header.size)),
                masked: true,
                size: header.size + 4,
                ..header
            }),
            Decode::Incomplete(needed) => Decode::Incomplete(needed + 4),
            Decode::Overflow => Decode::Overflow,
        }
    }

    fn decode_clear(&self, bytes: &[u8]) -> Decode {
        match self.form() {
            Some(Form::Prefixed { fields, extended }) => {
                self.decode_prefixed(bytes, fields, extended)
            }
            Some(Form::Delimited { types }) => self.decode_delimited(bytes, types),
            None => Decode::Overflow,
        }
    }

    fn decode_prefixed(
        &self,
        bytes: &[u8],
        fields: &[LayoutField],
        extended: &[Extended],
    ) -> Decode {
        let Some(&two) = bytes.first_chunk::<2>() else {
            return Decode::Incomplete(2);
        };
        let Clear {
            fin,
            reserved,
            opcode,
            masked,
            short,
            mut length_bits,
        } = Clear::read(two, fields);
        let mut size = 2;
        let mut length = u64::from(short);
        if let Some(form) = extended.iter().find(|form| form.marker == short) {
            size += usize::from(form.bits.div_ceil(8));
            let Some(number) = bytes.get(2..size) else {
                return Decode::Incomplete(size);
            };
            let shifted = number
                .iter()
                .fold(0, |sum, &byte| sum << 8 | u64::from(byte));
            (length, length_bits) = (shifted, form.bits);
        }
        let mut mask = Mask::None;
        if masked {
            let Some(&key) = bytes.get(size..).and_then(|rest| rest.first_chunk()) else {
                return Decode::Incomplete(size + 4);
            };
            mask = Mask::Four(key);
            size += 4;
        }
        let length = Length::Bytes(length);
        let kind = self.kind(opcode, length);
        Decode::Header(FrameHeader {
            kind,
            opcode,
            fin,
            reserved,
            masked,
            length_bits,
            size: size as u8,
            length,
            mask,
        })
    }

    fn decode_delimited(&self, bytes: &[u8], types: &[TypeRange]) -> Decode {
        let Some((&opcode, rest)) = bytes.split_first() else {
            return Decode::Incomplete(1);
        };
        let range = types
            .iter()
            .find(|range| (range.from..=range.to).contains(&opcode));
        let (length, size) = match range.map(|range| range.payload) {
            Some(Delimiter::Until(byte)) => (Length::Until(byte), 1),
            Some(Delimiter::Counted) => match frame::counted(rest) {
                Ok(Some((length, size))) => (Length::Bytes(length), size + 1),
                Ok(None) => return Decode::Incomplete(bytes.len() + 1),
                Err(_) => return Decode::Overflow,
            },
            None => return Decode::Overflow,
        };
        Decode::Header(FrameHeader {
            kind: self.kind(opcode, length),
            opcode,
            fin: true,
            reserved: 0,
            masked: false,
            length_bits: 0,
            size: size as u8,
            length,
            mask: Mask::None,
        })
    }
}
