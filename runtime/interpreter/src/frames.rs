//! Frames: decoding, encoding and checks, by walking the layout.

use wsdraft::{
    Role, Seen,
    frame::{self, Context, Decode, Encoded, FrameHeader, Length, Mask, Outgoing, Session},
    info::Kind,
    mask, support,
};
use wsdraft_spec::{
    model::Masking,
    requirement::{CloseTest, FrameCondition, FrameTest},
    vocabulary::{Cover, Delimiter, Extended, Form, LayoutField, TypeRange},
};

use crate::{Interpreted, expression};

/// Whether a rule holds for a frame.
pub(super) fn frame_is(condition: FrameCondition, header: &FrameHeader, context: &Context) -> bool {
    match condition {
        FrameCondition::Control => header.kind.is_control(),
        FrameCondition::Data => header.kind.is_data(),
        FrameCondition::Starts => header.kind.starts_message(),
        FrameCondition::Kind(kind) => kind == header.kind,
        FrameCondition::MessageOpen => context.open,
        FrameCondition::NoMessageOpen => !context.open,
    }
}

impl Interpreted {
    fn form(&self) -> Option<&Form> {
        self.spec.layout.as_ref().map(|layout| &layout.value.form)
    }

    /// The masking, if it covers the whole frame and this end masks.
    fn covering(&self, from: Role) -> Option<&Masking> {
        let masking = &self.spec.masking.as_ref()?.value;
        (masking.covers == Cover::Frame && masking.by == from).then_some(masking)
    }

    fn kind(&self, opcode: u8, length: Length) -> Kind {
        let known = self
            .spec
            .opcodes
            .values()
            .map(|item| &item.value)
            .find(|known| known.value == opcode);
        match known {
            Some(known) if !known.only_empty || length == Length::Bytes(0) => known.kind,
            _ => Kind::Reserved,
        }
    }

    pub(super) fn decode_frame(&self, bytes: &[u8], from: Role, session: &Session) -> Decode {
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

    fn key(&self, masking: &Masking, nonce: [u8; 4], session: &Session) -> Vec<u8> {
        let scope = expression::Scope {
            nonce,
            session: *session,
            ..expression::Scope::default()
        };
        expression::evaluate(&masking.key, &scope)
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
        let mut rest = u16::from_be_bytes(two);
        let mut take = |bits: u8| {
            let value = (u32::from(rest) >> (16 - u32::from(bits))) as u8;
            rest = ((u32::from(rest) << bits) & 0xffff) as u16;
            value
        };
        let (mut fin, mut reserved, mut names, mut opcode, mut masked, mut short) =
            (false, 0, 0, 0, false, 0);
        let mut length_bits = 0;
        for field in fields {
            match field {
                LayoutField::Final => fin = take(1) == 1,
                LayoutField::More => fin = take(1) == 0,
                LayoutField::Reserved(_) => {
                    reserved |= take(1) << names;
                    names += 1;
                }
                LayoutField::Opcode(bits) => opcode = take(*bits),
                LayoutField::Masked => masked = take(1) == 1,
                LayoutField::Length(bits) => {
                    short = take(*bits);
                    length_bits = *bits;
                }
            }
        }
        let mut size = 2;
        let mut length = u64::from(short);
        if let Some(form) = extended.iter().find(|form| form.marker == short) {
            let count = usize::from(form.bits.div_ceil(8));
            size += count;
            let Some(number) = bytes.get(2..size) else {
                return Decode::Incomplete(size);
            };
            length = number
                .iter()
                .fold(0, |length, &byte| length << 8 | u64::from(byte));
            length_bits = form.bits;
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

    pub(super) fn encode_frame(
        &self,
        frame: &Outgoing,
        from: Role,
        nonce: [u8; 4],
        session: &Session,
    ) -> Option<Encoded> {
        let mut known = self.spec.opcodes.values().map(|item| &item.value);
        let known = known.find(|known| known.kind == frame.kind);
        let claimed = matches!(frame.kind, Kind::Extension | Kind::ExtensionControl);
        match self.form()? {
            Form::Delimited { types } => {
                let opcode = known?;
                if !frame.fin || frame.reserved != 0 || (opcode.only_empty && frame.length != 0) {
                    return None;
                }
                let mut encoded = Encoded::new();
                encoded.push(&[opcode.value]);
                match types
                    .iter()
                    .find(|range| (range.from..=range.to).contains(&opcode.value))?
                    .payload
                {
                    Delimiter::Until(byte) => encoded.trailer = Some(byte),
                    Delimiter::Counted => frame::write_counted(frame.length, &mut encoded),
                }
                Some(encoded)
            }
            Form::Prefixed { fields, extended } => {
                let opcode = known.map(|known| known.value);
                let opcode = opcode.or_else(|| claimed.then_some(frame.opcode))?;
                let covering = self.covering(from);
                let masking = self.spec.masking.as_ref().map(|masking| &masking.value);
                let in_header = masking
                    .is_some_and(|masking| masking.covers == Cover::Payload && masking.by == from);
                let (short, form) = length_form(frame.length, fields, extended)?;
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
                        LayoutField::Masked => (u8::from(in_header), 1),
                        LayoutField::Length(bits) => (short, *bits),
                    };
                    two = two << bits | u32::from(value);
                }
                let mut encoded = Encoded::new();
                let start = if covering.is_some() { 4 } else { 0 };
                encoded.push(&nonce[..start]);
                encoded.push(&(two as u16).to_be_bytes());
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
    }

    /// The byte of the header that breaks a requirement, and what is there.
    pub(super) fn frame_breaks(
        &self,
        test: &FrameTest,
        header: &FrameHeader,
        context: &Context,
    ) -> Option<(u64, Seen)> {
        let opcode = || self.byte_of(|field| matches!(field, LayoutField::Opcode(_)));
        let length = || self.byte_of(|field| matches!(field, LayoutField::Length(_)));
        let fin = || self.byte_of(|field| matches!(field, LayoutField::Final | LayoutField::More));
        let masked = || self.byte_of(|field| matches!(field, LayoutField::Masked));
        let form = |bits: u8| match self.form() {
            Some(Form::Prefixed { fields, extended }) => extended
                .iter()
                .position(|form| form.bits == bits)
                .map(|at| shorter(fields, extended, at)),
            Some(Form::Delimited { .. }) | None => None,
        };
        let seen = Seen::Opcode(header.opcode);
        let payload = Seen::Number(header.payload_length());
        match test {
            FrameTest::KnownOpcode => (header.kind == Kind::Reserved).then(|| (opcode(), seen)),
            FrameTest::ReservedClear => {
                let stray = header.reserved & !context.claimed;
                (stray != 0).then(|| (self.reserved_byte(stray), Seen::Bits(stray)))
            }
            FrameTest::MinimalLength => {
                let shorter = form(header.length_bits)?;
                (header.payload_length() <= shorter).then(|| (length(), payload))
            }
            FrameTest::LengthFits => {
                form(header.length_bits)?;
                let over =
                    header.length_bits < 64 && header.payload_length() >> header.length_bits != 0;
                over.then(|| (length(), payload))
            }
            FrameTest::PayloadAtMost(limit) => {
                (header.payload_length() > *limit).then(|| (length(), payload))
            }
            FrameTest::Final => (!header.fin).then(|| (fin(), Seen::Nothing)),
            FrameTest::Masked => (!header.masked).then(|| (masked(), Seen::Nothing)),
            FrameTest::Unmasked => header.masked.then(|| (masked(), Seen::Nothing)),
            FrameTest::MessageOpen => (!context.open).then(|| (opcode(), seen)),
            FrameTest::NoMessageOpen => context.open.then(|| (opcode(), seen)),
            FrameTest::BeforeClose => context.closed.then(|| (opcode(), Seen::Nothing)),
            // No draft with such a rule is interpreted.
            FrameTest::Function(_) => None,
        }
    }

    /// Where a byte of the header stands in the sender's stream.
    pub(super) fn place(&self, context: &Context, byte: u64) -> u64 {
        context.offset
            + byte
            + if self.covering(context.from).is_some() {
                4
            } else {
                0
            }
    }

    fn byte_of(&self, test: impl Fn(&LayoutField) -> bool) -> u64 {
        let Some(Form::Prefixed { fields, .. }) = self.form() else {
            return 0;
        };
        let before = fields
            .iter()
            .take_while(|field| !test(field))
            .map(width)
            .sum::<u64>();
        if fields.iter().any(test) {
            before / 8
        } else {
            0
        }
    }

    fn reserved_byte(&self, stray: u8) -> u64 {
        let Some(Form::Prefixed { fields, .. }) = self.form() else {
            return 0;
        };
        let mut at = 0;
        let mut names = 0;
        for field in fields {
            if matches!(field, LayoutField::Reserved(_)) {
                if stray >> names & 1 == 1 {
                    return at / 8;
                }
                names += 1;
            }
            at += width(field);
        }
        0
    }

    /// The byte of a close body that breaks a requirement, and what is there.
    pub(super) fn close_breaks(
        &self,
        test: CloseTest,
        body: &[u8],
        from: Role,
    ) -> Option<(u64, Seen)> {
        match test {
            CloseTest::CodeComplete => (body.len() == 1).then_some((0, Seen::Number(1))),
            CloseTest::CodeAllowed => {
                let code = u16::from_be_bytes(*body.first_chunk()?);
                (!self.code_is_allowed(code)).then(|| (0, Seen::Number(u64::from(code))))
            }
            CloseTest::ReasonUtf8 => {
                let reason = body.get(2..)?;
                let at = support::not_utf8(reason)?;
                Some((2 + at as u64, Seen::text(reason)))
            }
            CloseTest::Letter { client, server } => {
                let letter = if from == Role::Client { client } else { server };
                let seen = body.first().map_or(Seen::Nothing, |&byte| Seen::Byte(byte));
                (body.first() != Some(&letter)).then_some((0, seen))
            }
        }
    }

    fn code_is_allowed(&self, code: u16) -> bool {
        if let Some(known) = self.spec.close_codes.get(&code) {
            return known.value.on_wire;
        }
        let Some(ranges) = &self.spec.close_ranges else {
            return true;
        };
        let range = ranges
            .value
            .ranges
            .iter()
            .find(|range| (range.from..=range.to).contains(&code));
        range.is_some_and(|range| range.usage.is_open())
    }
}

fn width(field: &LayoutField) -> u64 {
    u64::from(field.bits())
}

/// Largest length that the length field itself holds.
fn shortest(fields: &[LayoutField], extended: &[Extended]) -> u64 {
    let bits = fields
        .iter()
        .find(|field| matches!(field, LayoutField::Length(_)))
        .map_or(0, width);
    extended
        .first()
        .map_or((1 << bits) - 1, |form| u64::from(form.marker) - 1)
}

/// Largest length that the forms before this one hold.
fn shorter(fields: &[LayoutField], extended: &[Extended], at: usize) -> u64 {
    match at.checked_sub(1).and_then(|before| extended.get(before)) {
        Some(before) => u64::MAX >> (64 - u32::from(before.bits)),
        None => shortest(fields, extended),
    }
}

/// The value of the length field and the bytes of the longer form for a length.
fn length_form(length: u64, fields: &[LayoutField], extended: &[Extended]) -> Option<(u8, usize)> {
    if length <= shortest(fields, extended) {
        return Some((length as u8, 0));
    }
    let form = extended
        .iter()
        .find(|form| form.bits >= 64 || length >> form.bits == 0)?;
    Some((form.marker, usize::from(form.bits.div_ceil(8))))
}

fn key_mask(key: &[u8], phase: usize) -> Mask {
    if let Ok(key) = <[u8; 4]>::try_from(key) {
        Mask::Four(mask::rotate(key, phase))
    } else if let Ok(key) = <[u8; 20]>::try_from(key) {
        Mask::Twenty {
            key,
            phase: (phase % 20) as u8,
        }
    } else {
        Mask::None
    }
}
