//! Frames, based on the draft's layout: the checks, and the parts that decoding and encoding share.

use wsdraft::{
    Role, Seen,
    frame::{Context, FrameHeader, Length, Mask, Session},
    info::Kind,
    mask, support,
};
use wsdraft_spec::{
    model::Masking,
    requirement::{CloseTest, FrameTest},
    vocabulary::{Cover, Extended, Form, LayoutField},
};

use crate::{Interpreted, expression};

mod decode;
mod encode;

impl Interpreted {
    fn form(&self) -> Option<&Form> {
        self.spec.layout.as_ref().map(|layout| &layout.value.form)
    }

    /// The masking, if it covers the complete frame and this endpoint masks.
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

    fn key(&self, masking: &Masking, nonce: [u8; 4], session: &Session) -> Vec<u8> {
        let scope = expression::Scope {
            nonce,
            session: *session,
            ..expression::Scope::default()
        };
        expression::evaluate(&masking.key, &scope)
    }

    /// The byte of the frame header that violates a requirement, and what was received there.
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
            // The interpreter accepts no draft with such a rule.
            FrameTest::Function(_) => None,
        }
    }

    /// The offset of a byte of the frame header in the sender's frame stream.
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

    /// The byte of a close frame's body that violates a requirement, and what was received there.
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
                (!self.spec.allows_close_code(code)).then(|| (0, Seen::Number(u64::from(code))))
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
}

fn width(field: &LayoutField) -> u64 {
    u64::from(field.bits())
}

/// The largest length that fits in the length field itself.
fn shortest(fields: &[LayoutField], extended: &[Extended]) -> u64 {
    let bits = fields
        .iter()
        .find(|field| matches!(field, LayoutField::Length(_)))
        .map_or(0, width);
    extended
        .first()
        .map_or((1 << bits) - 1, |form| u64::from(form.marker) - 1)
}

/// The largest length that fits in the forms before this one.
fn shorter(fields: &[LayoutField], extended: &[Extended], at: usize) -> u64 {
    match at.checked_sub(1).and_then(|before| extended.get(before)) {
        Some(before) => u64::MAX >> (64 - u32::from(before.bits)),
        None => shortest(fields, extended),
    }
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
