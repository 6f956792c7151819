//! Layouts: the position of each field of a frame header.

use wsdraft_spec::{ResolvedDraft, model as written, vocabulary as spec};

use crate::model::{Bit, Bits, LayoutModel, LengthForm, Prefixed};

/// How a draft's frames are decoded and encoded.
pub(super) fn layout(draft: &ResolvedDraft) -> LayoutModel<'_> {
    let Some(layout) = &draft.layout else {
        return LayoutModel::Unknown;
    };
    match &layout.value.form {
        spec::Form::Delimited { types } => LayoutModel::Delimited(types),
        spec::Form::Prefixed { fields, extended } => LayoutModel::Prefixed(prefixed(
            fields,
            extended,
            draft.masking.as_ref().map(|masking| &masking.value),
        )),
    }
}

fn prefixed<'a>(
    fields: &[spec::LayoutField],
    extended: &[spec::Extended],
    masking: Option<&'a written::Masking>,
) -> Prefixed<'a> {
    let none = Bits {
        byte: 0,
        shift: 0,
        mask: 0,
    };
    let mut model = Prefixed {
        fin: Bit { byte: 0, shift: 0 },
        more: false,
        reserved: Vec::new(),
        opcode: none,
        masked: None,
        length: none,
        forms: Vec::new(),
        short: 0,
        masking,
    };
    let mut at = 0u32;
    for field in fields {
        let width = u32::from(field.bits());
        let byte = (at / 8) as usize;
        let shift = 8u32.saturating_sub(at % 8 + width);
        let bit = Bit { byte, shift };
        let bits = Bits {
            byte,
            shift,
            mask: u8::try_from((1u32 << width.min(8)) - 1).unwrap_or(u8::MAX),
        };
        match field {
            spec::LayoutField::Final => model.fin = bit,
            spec::LayoutField::More => (model.fin, model.more) = (bit, true),
            spec::LayoutField::Reserved(_) => model.reserved.push(bit),
            spec::LayoutField::Opcode(_) => model.opcode = bits,
            spec::LayoutField::Masked => model.masked = Some(bit),
            spec::LayoutField::Length(_) => model.length = bits,
        }
        at += width;
    }
    model.short = extended.first().map_or_else(
        || u64::from(model.length.mask),
        |form| u64::from(form.marker).saturating_sub(1),
    );
    let mut shorter = model.short;
    for form in extended {
        let longest = u64::MAX >> (64 - u32::from(form.bits.clamp(1, 64)));
        model.forms.push(LengthForm {
            marker: form.marker,
            bits: form.bits,
            bytes: usize::from(form.bits.div_ceil(8)),
            shorter,
            longest,
        });
        shorter = longest;
    }
    model
}
