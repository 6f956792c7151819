//! Requirements on frame headers, with the bytes and the lengths of the draft's layout.

use wsdraft_spec::requirement as spec;

use crate::model::{Bit, FrameCheck, FrameTest, LayoutModel, LengthForm, Prefixed};

/// Lowers a requirement; `None` if every frame of the layout meets it.
pub(super) fn test<'a>(
    test: &'a spec::FrameTest,
    layout: &LayoutModel<'a>,
) -> Option<FrameTest<'a>> {
    let layout = match layout {
        LayoutModel::Prefixed(layout) => Some(layout),
        LayoutModel::Delimited(_) | LayoutModel::Unknown => None,
    };
    let byte = |pick: fn(&Prefixed<'_>) -> usize| layout.map_or(0, pick);
    let opcode = byte(|layout| layout.opcode.byte);
    let fin = byte(|layout| layout.fin.byte);
    let length = byte(|layout| layout.length.byte);
    let mask = byte(|layout| layout.masked.map_or(0, |masked| masked.byte));
    let (byte, check) = match test {
        spec::FrameTest::KnownOpcode => (opcode, FrameCheck::KnownOpcode),
        spec::FrameTest::ReservedClear => {
            let bits = layout.map_or(&[][..], |layout| &layout.reserved);
            let (byte, in_first) = reserved(bits);
            (byte, FrameCheck::ReservedClear(in_first))
        }
        spec::FrameTest::MinimalLength => {
            let forms = forms(layout).iter().map(|form| (form.bits, form.shorter));
            (length, FrameCheck::MinimalLength(forms.collect()))
        }
        spec::FrameTest::LengthFits => {
            let partial = |form: &&LengthForm| usize::from(form.bits) < form.bytes * 8;
            let forms = forms(layout).iter().filter(partial);
            let forms: Vec<_> = forms.map(|form| (form.bits, form.longest + 1)).collect();
            if forms.is_empty() {
                return None;
            }
            (length, FrameCheck::LengthFits(forms))
        }
        spec::FrameTest::PayloadAtMost(limit) => (length, FrameCheck::PayloadAtMost(*limit)),
        spec::FrameTest::Final => (fin, FrameCheck::Final),
        spec::FrameTest::Masked => (mask, FrameCheck::Masked),
        spec::FrameTest::Unmasked => (mask, FrameCheck::Unmasked),
        spec::FrameTest::MessageOpen => (opcode, FrameCheck::MessageOpen),
        spec::FrameTest::NoMessageOpen => (opcode, FrameCheck::NoMessageOpen),
        spec::FrameTest::BeforeClose => (opcode, FrameCheck::BeforeClose),
        spec::FrameTest::Function(name) => (0, FrameCheck::Function(name)),
    };
    Some(FrameTest { byte, check })
}

fn forms<'m>(layout: Option<&'m Prefixed<'_>>) -> &'m [LengthForm] {
    layout.map_or(&[], |layout| &layout.forms)
}

/// The byte of the reserved bits, and those in the first byte if there are some in both.
fn reserved(bits: &[Bit]) -> (usize, Option<u8>) {
    // The bits of the first byte come first.
    match bits.iter().filter(|bit| bit.byte == 0).count() {
        all if all == bits.len() => (0, None),
        0 => (1, None),
        some => (0, Some(u8::MAX >> (8 - some))),
    }
}
