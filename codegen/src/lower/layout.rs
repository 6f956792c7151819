//! Layouts: the position of each field of a frame header.

use wsdraft_spec::{
    ResolvedDraft, model as written, sort,
    vocabulary::{Delimiter, Extended, Form, Kind, LayoutField, TypeRange},
};

use super::value::key;
use crate::model::{
    Bit, Bits, Delimited, DelimitedOpcode, LayoutModel, LengthForm, Masking, Prefixed,
};

/// How a draft's frames are decoded and encoded.
pub(super) fn layout(draft: &ResolvedDraft) -> LayoutModel<'_> {
    let Some(layout) = &draft.layout else {
        return LayoutModel::Unknown;
    };
    let mut opcodes: Vec<_> = draft.opcodes.values().map(|item| &item.value).collect();
    sort::by_key(&mut opcodes, |opcode| opcode.value);
    match &layout.value.form {
        Form::Delimited { types } => LayoutModel::Delimited(delimited(types, &opcodes)),
        Form::Prefixed { fields, extended } => {
            let mut layout = prefixed(fields);
            lengths(&mut layout, extended);
            layout.kinds = (0..=layout.opcode.mask)
                .map(|value| {
                    let known = opcodes.iter().find(|opcode| opcode.value == value);
                    known.map_or(Kind::Reserved, |opcode| opcode.kind)
                })
                .collect();
            layout.opcodes = opcodes.iter().map(|one| (one.value, one.kind)).collect();
            let masking = draft.masking.as_ref();
            layout.masking = masking.map(|masking| self::masking(&masking.value));
            LayoutModel::Prefixed(layout)
        }
    }
}

fn delimited<'a>(types: &'a [TypeRange], opcodes: &[&written::Opcode]) -> Delimited<'a> {
    let opcodes = opcodes.iter().map(|opcode| {
        let mut types = types.iter();
        let range = types.find(|range| (range.from..=range.to).contains(&opcode.value));
        DelimitedOpcode {
            value: opcode.value,
            kind: opcode.kind,
            only_empty: opcode.only_empty,
            payload: range.map_or(Delimiter::Counted, |range| range.payload),
        }
    });
    Delimited {
        types,
        opcodes: opcodes.collect(),
    }
}

fn masking(masking: &written::Masking) -> Masking<'_> {
    Masking {
        by: masking.by,
        covers: masking.covers,
        key: key(&masking.key),
    }
}

/// The fields in the first two bytes.
fn prefixed<'a>(fields: &[LayoutField]) -> Prefixed<'a> {
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
        kinds: Vec::new(),
        opcodes: Vec::new(),
        masked: None,
        length: none,
        forms: Vec::new(),
        short: 0,
        longest_header: 2,
        longest: 0,
        masking: None,
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
            LayoutField::Final => model.fin = bit,
            LayoutField::More => (model.fin, model.more) = (bit, true),
            LayoutField::Reserved(_) => model.reserved.push(bit),
            LayoutField::Opcode(_) => model.opcode = bits,
            LayoutField::Masked => model.masked = Some(bit),
            LayoutField::Length(_) => model.length = bits,
        }
        at += width;
    }
    model
}

/// The forms of the length.
fn lengths(model: &mut Prefixed<'_>, extended: &[Extended]) {
    model.short = extended.first().map_or_else(
        || u64::from(model.length.mask),
        |form| u64::from(form.marker).saturating_sub(1),
    );
    model.longest = model.short;
    for form in extended {
        let longest = u64::MAX >> (64 - u32::from(form.bits.clamp(1, 64)));
        let bytes = usize::from(form.bits.div_ceil(8));
        model.forms.push(LengthForm {
            marker: form.marker,
            bits: form.bits,
            bytes,
            shorter: model.longest,
            longest,
        });
        model.longest = longest;
        model.longest_header = 2 + bytes;
    }
}
