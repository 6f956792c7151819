//! Frames and closing, as the page of a draft tells of them.

use wsdraft_exports::facts::sentences;
use wsdraft_spec::{
    Item, ResolvedDraft,
    model::{CloseCode, Closing},
    vocabulary::{CodeUse, Extended, Form, LayoutField, TypeRange},
};

use super::page::{Page, cited, code};
use crate::words;

/// Layout, masking, opcodes, close frames and codes.
pub(crate) fn describe(draft: &ResolvedDraft, page: &mut Page) {
    if let Some(layout) = &draft.layout {
        page.heading(2, "Frames");
        match &layout.value.form {
            Form::Prefixed { fields, extended } => prefixed(fields, extended, page),
            Form::Delimited { types } => delimited(types, page),
        }
        page.sourced("That is the layout", layout, &layout.value.evidence);
    }
    if let Some(masking) = &draft.masking {
        let text = sentences::masking(&masking.value);
        page.sourced(&text, masking, &masking.value.evidence);
    }
    opcodes(draft, page);
    closing(draft, page);
}

fn prefixed(fields: &[LayoutField], extended: &[Extended], page: &mut Page) {
    let mut at = 0;
    let rows = fields.iter().map(|field| {
        let bits = field.bits();
        let place = format!("{}, from {}", at / 8 + 1, at % 8);
        at += bits;
        [place, bits.to_string(), sentences::layout_field(field)]
    });
    let rows: Vec<_> = rows.collect();
    page.table(["byte, bit", "bits", "holds"], rows);
    let rows = extended.iter().map(|form| {
        [
            form.marker.to_string(),
            format!("{} bits, big-endian", form.bits),
        ]
    });
    page.table(["marker", "the length that follows"], rows);
}

fn delimited(types: &[TypeRange], page: &mut Page) {
    let rows = types.iter().map(|range| {
        let end = sentences::delimiter(range.payload);
        [format!("0x{:02X} to 0x{:02X}", range.from, range.to), end]
    });
    page.table(["type byte", "payload"], rows);
}

fn opcodes(draft: &ResolvedDraft, page: &mut Page) {
    if draft.opcodes.is_empty() {
        return;
    }
    page.heading(3, "Opcodes");
    let rows = draft.opcodes.iter().map(|(name, item)| {
        let kind = words::kind(item.value.kind);
        let empty = if item.value.only_empty {
            ", without payload only"
        } else {
            ""
        };
        [
            format!("0x{:X}", item.value.value),
            code(name),
            format!("{kind}{empty}"),
            item.since.clone(),
            cited(&item.value.evidence),
        ]
    });
    page.table(["value", "name", "does", "since", "source"], rows);
}

fn closing(draft: &ResolvedDraft, page: &mut Page) {
    if draft.closing.is_none() && draft.close_codes.is_empty() && draft.close_ranges.is_none() {
        return;
    }
    page.heading(2, "Closing");
    if let Some(closing) = &draft.closing {
        bodies(closing, page);
    }
    let rows = draft.close_codes.iter();
    let head = [
        "close code",
        "name",
        "says",
        "on the wire",
        "since",
        "source",
    ];
    page.table(head, rows.map(|(code, item)| close_code(*code, item)));
    if let Some(ranges) = &draft.close_ranges {
        let rows = ranges.value.ranges.iter().map(|range| {
            [
                format!("{} to {}", range.from, range.to),
                words::range(range.usage).into(),
            ]
        });
        page.table(["close codes", "are"], rows);
        page.sourced("Those are the ranges", ranges, &ranges.value.evidence);
    }
}

/// What close frames hold.
fn bodies(closing: &Item<Closing>, page: &mut Page) {
    let text = sentences::closing(&closing.value);
    page.sourced(&text, closing, &closing.value.evidence);
}

fn close_code(number: u16, item: &Item<CloseCode>) -> [String; 6] {
    let wire = match (item.value.on_wire, item.value.by) {
        (false, _) => "never".to_owned(),
        (true, None) => "yes".into(),
        (true, Some(by)) => format!("yes; sent by a {}", by.as_str()),
    };
    let used = match item.value.local {
        None => "",
        Some(CodeUse::NoStatus | CodeUse::Abnormal) => " (reported only)",
        Some(_) => " (sent by this implementation itself)",
    };
    [
        number.to_string(),
        code(&item.value.name),
        format!("{}{used}", item.value.meaning),
        wire,
        item.since.clone(),
        cited(&item.value.evidence),
    ]
}
