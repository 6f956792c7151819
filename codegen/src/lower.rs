//! Lowering: turns a checked, resolved draft into the Rust model.
//!
//! It relies on the checks of `wsdraft-spec`. The result needs no further lookup or computation.

use wsdraft_spec::{
    Item, ResolvedDraft, Table, model as written,
    requirement::{MessageTest, Requirement},
    sort, vocabulary as spec,
};

use crate::{
    model::{
        FieldModel, FrameModel, Identity, LayoutModel, Module, OpcodeModel, SignModel, Tables,
    },
    naming,
};

mod closing;
mod extension;
mod guard;
mod handshake;
mod layout;
mod plain;
mod rules;
mod value;

pub(crate) use self::extension::lower as lower_extension;

/// Lowers a draft.
pub(crate) fn lower(draft: &ResolvedDraft) -> Module<'_> {
    let layout = layout::layout(draft);
    let opcodes = opcodes(draft);
    let frames = frames(draft, &layout);
    let tables = tables(draft);
    Module {
        doc: doc(draft),
        rules: rules::groups(draft),
        plain: plain::plain(&layout, &opcodes, &frames.guards),
        codes: closing::codes(draft),
        code_policy: closing::policy(draft),
        request: handshake::request(draft),
        response: handshake::response(draft),
        opcodes,
        layout,
        frames,
        tables,
    }
}

/// Lowers the identity of a draft.
pub(crate) fn identity(draft: &ResolvedDraft) -> Identity<'_> {
    Identity {
        name: &draft.name,
        short: &draft.short,
        aliases: &draft.aliases,
        series: &draft.series,
        revision: draft.revision,
        serial: draft.serial,
        issued: draft.issued,
        expires: draft.expires,
        status: &draft.status,
        wire_version: draft.wire_version,
    }
}

fn tables(draft: &ResolvedDraft) -> Tables<'_> {
    let closing = draft.closing.as_ref().map(|closing| &closing.value);
    let status = draft.status_line.as_ref();
    let signs = draft.signs.values().map(|sign| SignModel {
        header: &sign.value.header,
        test: &sign.value.test,
        hint: draft.is_hint(&sign.value),
    });
    Tables {
        identity: identity(draft),
        rules: rules::entries(draft),
        opcode_bits: draft.opcode_bits().unwrap_or(8),
        local_codes: draft.local_codes(),
        closing: closing.map(|closing| (closing.body, closing.reply)),
        text_rule: text_rule(draft),
        reserved_bits: draft.reserved_bits(),
        fragments: draft.has_frames(spec::Kind::Continuation),
        request_fields: fields(&draft.request_headers),
        response_fields: fields(&draft.response_headers),
        accepting_status: status.map(|line| line.value.status),
        request_body: draft
            .request_body
            .as_ref()
            .map_or(0, |body| body.value.length),
        response_body: draft
            .response_body
            .as_ref()
            .map_or(0, |body| body.value.value.length()),
        bootstraps: draft.bootstraps(),
        signs: signs.collect(),
        derives_key: draft.session_key.is_some(),
        undetectable: draft.undetectable,
    }
}

/// Variant of the rule that text must be valid UTF-8.
fn text_rule(draft: &ResolvedDraft) -> Option<&str> {
    let utf8 = Requirement::Message(MessageTest::Utf8);
    let mut rules = draft.requirements();
    let (_, rule, _) = rules.find(|(_, _, requirement)| **requirement == utf8)?;
    Some(&rule.value.variant)
}

fn frames<'a>(draft: &'a ResolvedDraft, layout: &LayoutModel<'a>) -> FrameModel<'a> {
    let guards = guard::frame(draft, layout);
    let covered = match layout {
        LayoutModel::Prefixed(layout) => layout
            .masking
            .filter(|masking| masking.covers == spec::Cover::Frame),
        LayoutModel::Delimited(_) | LayoutModel::Unknown => None,
    };
    FrameModel {
        needs_length: guards.iter().any(guard::needs_length),
        covered_by: covered
            .filter(|_| !guards.is_empty())
            .map(|masking| masking.by),
        close_guards: guard::close(draft),
        guards,
    }
}

fn doc(draft: &ResolvedDraft) -> String {
    let issued = draft
        .issued
        .map_or_else(String::new, |date| format!(", issued {date}"));
    let version = draft.wire_version.map_or_else(String::new, |version| {
        format!(", version {version} on the wire")
    });
    if draft.name == draft.short {
        format!("The draft {}{issued}{version}.", draft.short)
    } else {
        format!(
            "The draft {} ({}{issued}{version}).",
            draft.short, draft.name
        )
    }
}

fn fields(headers: &Table<String, Item<written::Header>>) -> Vec<FieldModel<'_>> {
    let fields = headers.iter().map(|(name, header)| {
        let header = &header.value;
        FieldModel {
            name,
            constant: naming::constant(name),
            purpose: header.purpose,
            separator: header.value.separator(),
            quoted: header.value.has_quotes(),
            text: header.send.text(),
            versions: header.value.versions(),
            answers: header.send.answers(),
        }
    });
    fields.collect()
}

fn opcodes(draft: &ResolvedDraft) -> Vec<OpcodeModel<'_>> {
    let opcodes = draft.opcodes.iter().map(|(name, item)| {
        let opcode = &item.value;
        let empty = if opcode.only_empty {
            ", on an empty frame"
        } else {
            ""
        };
        let evidence = spec::Evidence::citation(&opcode.evidence);
        OpcodeModel {
            name,
            variant: naming::type_name(name),
            doc: format!("`0x{:X}`{empty} ({evidence}).", opcode.value),
            value: opcode.value,
            kind: opcode.kind,
        }
    });
    let mut opcodes: Vec<_> = opcodes.collect();
    sort::by_key(&mut opcodes, |opcode| opcode.value);
    opcodes
}
