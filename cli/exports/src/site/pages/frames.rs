//! The layout of a frame as a picture and in words.

use wsdraft_spec::{
    ResolvedDraft,
    vocabulary::{Extended, Form, LayoutField, TypeRange},
};

use crate::{
    facts::sentences,
    site::{
        html::{Html, code, element, h2, p, plain, span, table},
        page::{Site, cited},
        widgets::sourced,
    },
    words,
};

/// The section about frames; empty if the draft states no layout.
pub(super) fn section(site: &Site<'_>, draft: &ResolvedDraft) -> Html {
    let mut out = Html::default();
    if let Some(layout) = &draft.layout {
        out.push(h2("frames", "Frames"));
        out.push(match &layout.value.form {
            Form::Prefixed { fields, extended } => prefixed(fields, extended),
            Form::Delimited { types } => delimited(types),
        });
        out.push(p(sourced("", cited(&layout.value.evidence))));
    }
    if let Some(masking) = &draft.masking {
        let text = Html::prose(&sentences::masking(&masking.value)).and(".");
        out.push(p(sourced(text, cited(&masking.value.evidence))));
    }
    let rows = draft.opcodes.iter().map(|(name, item)| {
        let empty = if item.value.only_empty {
            ", without payload only"
        } else {
            ""
        };
        vec![
            code(format!("0x{:X}", item.value.value)),
            site.code("opcode", name),
            format!("{}{empty}", words::kind(item.value.kind)).into(),
            site.link("draft", &item.since),
            cited(&item.value.evidence),
        ]
    });
    let head = ["value", "name", "a frame with it", "since", "source"];
    let opcodes = table("Opcodes", &head, rows);
    if !opcodes.is_empty() {
        out.push(h2("opcodes", "Opcodes").and(opcodes));
    }
    out
}

/// The first bytes bit by bit, and what each field holds.
fn prefixed(fields: &[LayoutField], extended: &[Extended]) -> Html {
    let cells = fields.iter().map(|field| {
        let (name, class) = short(field);
        let bits = field.bits();
        let count = words::count(bits.into(), "bit");
        let cell = span("name", name).and(span("count", count));
        element("li", &[("class", &format!("{class} bits-{bits}"))], cell)
    });
    let picture = element("ol", &[("class", "layout")], cells.collect::<Html>());
    let picture = p("The first bytes, bit by bit:").and(picture);
    let mut at = 0;
    let rows = fields.iter().map(|field| {
        let bits = field.bits();
        let place = format!("byte {}, bit {}", at / 8 + 1, at % 8);
        at += bits;
        vec![
            place.into(),
            bits.to_string().into(),
            sentences::layout_field(field).into(),
        ]
    });
    let rows: Vec<_> = rows.collect();
    let lengths = extended.iter().map(|form| {
        vec![
            code(form.marker.to_string()),
            format!("{} bits, big-endian", form.bits).into(),
        ]
    });
    picture
        .and(table(
            "Fields of the first bytes",
            &["from", "bits", "holds"],
            rows,
        ))
        .and(table(
            "Longer lengths",
            &["marker", "the length that follows"],
            lengths,
        ))
}

/// A field's name as it fits into the picture, and its class.
fn short(field: &LayoutField) -> (String, &'static str) {
    match field {
        LayoutField::Final => ("FIN".into(), "head"),
        LayoutField::More => ("MORE".into(), "head"),
        LayoutField::Reserved(name) => (name.clone(), "reserved"),
        LayoutField::Opcode(_) => ("opcode".into(), "head"),
        LayoutField::Masked => ("MASK".into(), "key"),
        LayoutField::Length(_) => ("length".into(), "length"),
    }
}

fn delimited(types: &[TypeRange]) -> Html {
    let rows = types.iter().map(|range| {
        let bytes = format!("0x{:02X} to 0x{:02X}", range.from, range.to);
        vec![code(bytes), sentences::delimiter(range.payload).into()]
    });
    table(
        "Frames by their first byte",
        &["first byte", "payload"],
        rows,
    )
}

/// The section about closing; empty if the draft has none.
pub(super) fn closing(site: &Site<'_>, draft: &ResolvedDraft) -> Html {
    let mut out = Html::default();
    if let Some(closing) = &draft.closing {
        let text = format!("{}.", sentences::closing(&closing.value));
        out.push(p(sourced(text, cited(&closing.value.evidence))));
    }
    let rows = draft.close_codes.iter().map(|(number, item)| {
        let wire = match (item.value.on_wire, item.value.by) {
            (false, _) => "never".to_owned(),
            (true, None) => "yes".into(),
            (true, Some(by)) => format!("yes; sent by a {}", by.as_str()),
        };
        vec![
            site.code("close-code", &number.to_string()),
            code(&item.value.name),
            item.value.meaning.as_str().into(),
            wire.into(),
            site.link("draft", &item.since),
            cited(&item.value.evidence),
        ]
    });
    let head = ["code", "name", "means", "on the wire", "since", "source"];
    out.push(table("Close codes", &head, rows));
    if let Some(ranges) = &draft.close_ranges {
        let rows = ranges.value.ranges.iter().map(|range| {
            vec![
                code(format!("{} to {}", range.from, range.to)),
                words::range(range.usage).into(),
            ]
        });
        out.push(plain("h3", "Ranges of close codes"));
        out.push(table("Ranges of close codes", &["codes", "are"], rows));
    }
    match out.is_empty() {
        true => out,
        false => h2("closing", "Closing").and(out),
    }
}
