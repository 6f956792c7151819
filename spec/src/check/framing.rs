//! Layout, masking and opcodes.

use super::{
    Found,
    handshake::{Place, expression},
    is_kebab,
};
use crate::{
    resolved::ResolvedDraft,
    vocabulary::{Cover, Expr, Extended, Form, LayoutField, TypeRange},
};

pub(super) fn check(draft: &ResolvedDraft, found: &mut Found<'_>) {
    if let Some(layout) = &draft.layout {
        let problems = match &layout.value.form {
            Form::Prefixed { fields, extended } => prefixed(fields, extended),
            Form::Delimited { types } => delimited(types),
        };
        for (field, problem) in problems {
            found.in_single(
                "layout",
                &layout.stated_in,
                |path| path.field("form").field(field),
                problem,
            );
        }
        opcodes(draft, found);
    }
    masking(draft, found);
}

fn prefixed(fields: &[LayoutField], extended: &[Extended]) -> Vec<(&'static str, String)> {
    let of_fields = fields_problems(fields).into_iter();
    let of_extended = extended_problems(fields, extended).into_iter();
    of_fields
        .map(|problem| ("fields", problem))
        .chain(of_extended.map(|problem| ("extended", problem)))
        .collect()
}

/// Problems of the bit fields in the first two bytes.
fn fields_problems(fields: &[LayoutField]) -> Vec<String> {
    let mut problems = Vec::new();
    let mut at = 0u32;
    for field in fields {
        let bits = u32::from(field.bits());
        let crosses = bits == 0 || at / 8 != (at + bits - 1) / 8;
        let is_number = matches!(field, LayoutField::Opcode(_) | LayoutField::Length(_));
        if is_number && (crosses || bits > 8) {
            problems.push("an opcode or a length must be within one byte".to_owned());
        }
        at += bits;
    }
    if at != 16 {
        problems.push(format!(
            "the fields fill {at} bits; they must fill two bytes"
        ));
    }
    let count = |test: fn(&LayoutField) -> bool| fields.iter().filter(|field| test(field)).count();
    let ends = count(|field| matches!(field, LayoutField::Final | LayoutField::More));
    let opcodes = count(|field| matches!(field, LayoutField::Opcode(_)));
    let lengths = count(|field| matches!(field, LayoutField::Length(_)));
    for (what, present) in [
        ("a Final or a More bit", ends),
        ("an Opcode", opcodes),
        ("a Length", lengths),
    ] {
        if present != 1 {
            problems.push(format!(
                "a layout must have {what} exactly once, not {present} times"
            ));
        }
    }
    if count(|field| matches!(field, LayoutField::Masked)) > 1 {
        problems.push("a layout must not have more than one Masked bit".to_owned());
    }
    let reserved: Vec<_> = fields
        .iter()
        .filter(|field| matches!(field, LayoutField::Reserved(_)))
        .collect();
    if (1..reserved.len()).any(|at| reserved[..at].contains(&reserved[at])) {
        problems.push("two reserved bits have the same name".to_owned());
    }
    problems
}

/// Problems of the extended forms of the length.
fn extended_problems(fields: &[LayoutField], extended: &[Extended]) -> Vec<String> {
    let mut problems = Vec::new();
    let mut lengths = fields.iter().rev().filter_map(|field| match field {
        LayoutField::Length(bits) => Some(u32::from(*bits).min(8)),
        LayoutField::Final
        | LayoutField::More
        | LayoutField::Reserved(_)
        | LayoutField::Opcode(_)
        | LayoutField::Masked => None,
    });
    let limit = 1u32 << lengths.next().unwrap_or_default();
    for (at, form) in extended.iter().enumerate() {
        if u32::from(form.marker) >= limit {
            problems.push(format!(
                "the marker {} does not fit the length field",
                form.marker
            ));
        }
        if !matches!(form.bits, 1..=64) {
            problems.push(format!("a length of {} bits; write 1 to 64", form.bits));
        }
        let before = extended[..at].last();
        if before.is_some_and(|before| before.marker >= form.marker || before.bits >= form.bits) {
            problems.push("write the forms in ascending order of marker and bits".to_owned());
        }
    }
    let markers_end = extended
        .last()
        .is_none_or(|form| u32::from(form.marker) + 1 == limit);
    let contiguous = extended
        .windows(2)
        .all(|pair| pair[0].marker.checked_add(1) == Some(pair[1].marker));
    if !(markers_end && contiguous) {
        problems.push("the markers must be the highest values of the length field".to_owned());
    }
    problems
}

fn delimited(types: &[TypeRange]) -> Vec<(&'static str, String)> {
    let mut problems = Vec::new();
    let mut next = 0u16;
    for range in types {
        if u16::from(range.from) != next || range.to < range.from {
            let message = format!(
                "the ranges must cover every type once, in ascending order; expected a range from {next}"
            );
            problems.push(("types", message));
            return problems;
        }
        next = u16::from(range.to) + 1;
    }
    if next != 256 {
        problems.push(("types", format!("the types from {next} on are not covered")));
    }
    problems
}

fn opcodes(draft: &ResolvedDraft, found: &mut Found<'_>) {
    let written = found.draft;
    let limit = 1u16 << draft.opcode_bits().unwrap_or(8).min(8);
    let entries: Vec<_> = draft.opcodes.iter().collect();
    for (at, (name, opcode)) in entries.iter().enumerate() {
        let mut report = |field: &str, message: String| {
            found.in_item(
                "opcodes",
                &written.opcodes,
                name,
                &opcode.stated_in,
                |path| path.field(field),
                message,
            );
        };
        if !is_kebab(name) {
            report(
                "value",
                format!(
                    "{name:?} is not a valid name; write lower case letters, digits and hyphens"
                ),
            );
        }
        if u16::from(opcode.value.value) >= limit {
            report(
                "value",
                format!(
                    "{} does not fit the layout's opcode field",
                    opcode.value.value
                ),
            );
        }
        for (other, earlier) in &entries[..at] {
            if earlier.value.value == opcode.value.value {
                report(
                    "value",
                    format!("{other:?} already has the value {}", opcode.value.value),
                );
            }
            if earlier.value.kind == opcode.value.kind {
                report(
                    "kind",
                    format!(
                        "{other:?} is already the draft's {:?} frame",
                        opcode.value.kind
                    ),
                );
            }
        }
    }
}

fn masking(draft: &ResolvedDraft, found: &mut Found<'_>) {
    let has_bit = matches!(
        draft.layout.as_ref().map(|layout| &layout.value.form),
        Some(Form::Prefixed { fields, .. }) if fields.contains(&LayoutField::Masked)
    );
    let Some(masking) = &draft.masking else {
        if has_bit {
            let stated_in = draft.layout.as_ref().map_or("", |layout| &layout.stated_in);
            let message = "the layout has a Masked bit, but the draft states no masking".to_owned();
            found.in_single("layout", stated_in, |path| path.field("form"), message);
        }
        return;
    };
    let value = &masking.value;
    let mut report = |field: &str, message: String| {
        found.in_single(
            "masking",
            &masking.stated_in,
            |path| path.field(field),
            message,
        );
    };
    if (value.covers == Cover::Payload) != has_bit {
        report("covers", "a mask over the payload needs a Masked bit in the layout; a mask over the frame needs none".into());
    }
    if matches!(
        draft.layout.as_ref().map(|layout| &layout.value.form),
        Some(Form::Delimited { .. })
    ) {
        report("covers", "delimited frames cannot be masked".into());
    }
    let derived = value.covers == Cover::Frame && value.key.sha1_of().is_some();
    if !derived && value.key != Expr::FrameNonce {
        report(
            "key",
            "write FrameNonce or, for a mask over the frame, Sha1(…)".into(),
        );
    }
    for problem in expression(draft, &value.key, Place::Frame) {
        report("key", problem);
    }
}
