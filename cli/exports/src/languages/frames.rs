//! Where the parts of a frame's head are, and what a head is checked for.

use wsdraft_spec::{
    ResolvedDraft,
    requirement::{FrameCondition, FrameTest, Requirement},
    vocabulary::{Cover, Delimiter, Expr, Extended, Form, Kind, LayoutField, Level, Role},
};

/// Where the parts of a head are. The masks are of the first two bytes, as one number.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Layout {
    /// The bit that tells whether the message goes on.
    pub(super) end: u16,
    /// Whether that bit is set in the last frame of a message, instead of in the others.
    pub(super) end_is_set: bool,
    /// The names and bits of the reserved bits.
    pub(super) reserved: Vec<(String, u16)>,
    /// The opcode.
    pub(super) opcode: u16,
    /// The bit that announces a masking key; 0 if there is none.
    pub(super) masked: u16,
    /// The length, or the marker of an extended one.
    pub(super) length: u16,
    /// The extended lengths.
    pub(super) extended: Vec<Longer>,
    /// The types of delimited frames, each with the byte that ends the payload, if it has no count.
    pub(super) types: Vec<(u8, u8, Option<u8>)>,
    /// The mask over whole frames.
    pub(super) cover: Option<Covering>,
}

/// An extended length.
#[derive(Debug, PartialEq)]
pub(super) struct Longer {
    pub(super) marker: u8,
    pub(super) bytes: u8,
    /// The bits that may be set.
    pub(super) bits: u8,
    /// The least length that no shorter form has.
    pub(super) least: u64,
}

/// A mask over whole frames, with four bytes in front of them.
#[derive(Debug, PartialEq)]
pub(super) struct Covering {
    /// Who masks.
    pub(super) by: Role,
    /// What the key is joined from.
    pub(super) parts: Vec<KeyPart>,
    /// Whether the key is the SHA-1 hash of that.
    pub(super) hashed: bool,
}

/// A part of a key.
#[derive(Debug, PartialEq)]
pub(super) enum KeyPart {
    /// The four bytes in front of the frame.
    Nonce,
    /// The key that the handshake derived.
    Session,
    /// A text of ASCII.
    Text(String),
}

impl Layout {
    /// The layout of a draft, if the draft is complete. Keys other than the bytes in front of the frame, or a hash of
    /// what is joined with them, cannot be told.
    pub(super) fn of(draft: &ResolvedDraft) -> Option<Self> {
        let form = &draft
            .layout
            .as_ref()
            .filter(|_| draft.is_complete())?
            .value
            .form;
        let mut layout = match form {
            Form::Prefixed { fields, extended } => Self::prefixed(fields, extended),
            Form::Delimited { types } => Self {
                types: (types.iter())
                    .map(|range| (range.from, range.to, sentinel(range.payload)))
                    .collect(),
                ..Self::default()
            },
        };
        let masking = draft.masking.as_ref().map(|masking| &masking.value);
        if let Some(masking) = masking.filter(|masking| masking.covers == Cover::Frame) {
            let hashed = masking.key.sha1_of();
            let mut parts = Vec::new();
            join(hashed.unwrap_or(&masking.key), &mut parts)?;
            layout.cover = Some(Covering {
                by: masking.by,
                parts,
                hashed: hashed.is_some(),
            });
        }
        Some(layout)
    }

    fn prefixed(fields: &[LayoutField], extended: &[Extended]) -> Self {
        let (mut layout, mut left) = (Self::default(), 16);
        for field in fields {
            left -= u32::from(field.bits()).min(left);
            let mask = (((1u32 << field.bits().min(16)) - 1) << left) as u16;
            match field {
                LayoutField::Final => (layout.end, layout.end_is_set) = (mask, true),
                LayoutField::More => layout.end = mask,
                LayoutField::Reserved(name) => layout.reserved.push((name.clone(), mask)),
                LayoutField::Opcode(_) => layout.opcode = mask,
                LayoutField::Masked => layout.masked = mask,
                LayoutField::Length(_) => layout.length = mask,
            }
        }
        let mut least = extended.first().map_or(0, |form| u64::from(form.marker));
        for form in extended {
            layout.extended.push(Longer {
                marker: form.marker,
                bytes: form.bits.div_ceil(8),
                bits: form.bits,
                least,
            });
            least = 1u64.checked_shl(u32::from(form.bits)).unwrap_or(u64::MAX);
        }
        layout
    }
}

const fn sentinel(payload: Delimiter) -> Option<u8> {
    match payload {
        Delimiter::Until(byte) => Some(byte),
        Delimiter::Counted => None,
    }
}

/// The parts of a key; `None` if it is made in another way.
fn join(expr: &Expr, parts: &mut Vec<KeyPart>) -> Option<()> {
    match expr {
        Expr::Concat(all) => all.iter().try_for_each(|one| join(one, parts))?,
        Expr::FrameNonce => parts.push(KeyPart::Nonce),
        Expr::SessionKey => parts.push(KeyPart::Session),
        Expr::Text(text) if text.is_ascii() => parts.push(KeyPart::Text(text.clone())),
        Expr::Text(_)
        | Expr::Base64(_)
        | Expr::Sha1(_)
        | Expr::Md5(_)
        | Expr::Header(_)
        | Expr::ResponseHeader(_)
        | Expr::SpacedNumber(_)
        | Expr::Body => return None,
    }
    Some(())
}

/// A check of a head.
#[derive(Debug, PartialEq)]
pub(super) struct Check {
    pub(super) rule: String,
    /// Whose frames; `None` if both ends' are.
    pub(super) by: Option<Role>,
    pub(super) when: When,
    pub(super) test: Test,
    /// The largest payload; 0 in other tests.
    pub(super) limit: u64,
}

/// The frames that a check is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    Always,
    Control,
    Data,
    Starts,
    Kind(Kind),
    MessageOpen,
    NoMessageOpen,
}

/// What is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Test {
    KnownOpcode,
    ReservedClear,
    MinimalLength,
    LengthFits,
    PayloadAtMost,
    Final,
    Masked,
    Unmasked,
    MessageOpen,
    NoMessageOpen,
    BeforeClose,
}

/// The checks of a draft, in their order.
pub(super) fn checks(draft: &ResolvedDraft) -> Vec<Check> {
    let rules = draft.requirements().filter_map(|(id, rule, requirement)| {
        let Requirement::Frame { when, test } = requirement else {
            return None;
        };
        let (test, limit) = tested(test)?;
        (rule.value.level != Level::May).then(|| Check {
            rule: id.clone(),
            by: rule.value.by,
            when: condition(*when),
            test,
            limit,
        })
    });
    rules.collect()
}

const fn condition(when: Option<FrameCondition>) -> When {
    match when {
        None => When::Always,
        Some(FrameCondition::Control) => When::Control,
        Some(FrameCondition::Data) => When::Data,
        Some(FrameCondition::Starts) => When::Starts,
        Some(FrameCondition::Kind(kind)) => When::Kind(kind),
        Some(FrameCondition::MessageOpen) => When::MessageOpen,
        Some(FrameCondition::NoMessageOpen) => When::NoMessageOpen,
    }
}

/// The test and its limit; `None` if only the author of a dialect knows it.
const fn tested(test: &FrameTest) -> Option<(Test, u64)> {
    Some(match test {
        FrameTest::KnownOpcode => (Test::KnownOpcode, 0),
        FrameTest::ReservedClear => (Test::ReservedClear, 0),
        FrameTest::MinimalLength => (Test::MinimalLength, 0),
        FrameTest::LengthFits => (Test::LengthFits, 0),
        FrameTest::PayloadAtMost(limit) => (Test::PayloadAtMost, *limit),
        FrameTest::Final => (Test::Final, 0),
        FrameTest::Masked => (Test::Masked, 0),
        FrameTest::Unmasked => (Test::Unmasked, 0),
        FrameTest::MessageOpen => (Test::MessageOpen, 0),
        FrameTest::NoMessageOpen => (Test::NoMessageOpen, 0),
        FrameTest::BeforeClose => (Test::BeforeClose, 0),
        FrameTest::Function(_) => return None,
    })
}
