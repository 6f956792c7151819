//! The static metadata of a draft, kept for the life of the process.

use wsdraft::info::{
    CloseCodeInfo, Closing, DraftInfo, HeaderInfo, OpcodeInfo, RuleInfo, SignInfo,
};
use wsdraft_spec::{
    Item, ResolvedDraft, Table,
    model::{Header, Rule},
    requirement::{MessageTest, Requirement},
    sort,
    vocabulary::{Evidence, Kind},
};

pub(super) fn text(text: &str) -> &'static str {
    Box::leak(text.into())
}

pub(super) fn texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> &'static [&'static str] {
    list(texts.into_iter().map(text))
}

pub(super) fn list<T>(items: impl Iterator<Item = T>) -> &'static [T] {
    Box::leak(items.collect::<Vec<_>>().into_boxed_slice())
}

/// The metadata of a draft.
pub(super) fn info(draft: &ResolvedDraft) -> DraftInfo {
    let rules = list(draft.rules.iter().map(|(id, rule)| rule_info(id, rule)));
    let text_rule = draft.rules.keys().position(|id| {
        let utf8 = Requirement::Message(MessageTest::Utf8);
        draft.requirement(id) == Some(&utf8)
    });
    DraftInfo {
        name: text(&draft.name),
        short: text(&draft.short),
        aliases: texts(draft.aliases.iter().map(|alias| alias.as_str())),
        series: text(&draft.series),
        revision: draft.revision,
        serial: draft.serial,
        wire_version: draft.wire_version,
        rules,
        opcodes: opcodes(draft),
        opcode_bits: draft.opcode_bits().unwrap_or(8),
        close_codes: close_codes(draft),
        local_codes: draft.local_codes(),
        closing: draft.closing.as_ref().map(|closing| Closing {
            body: closing.value.body,
            reply: closing.value.reply,
        }),
        text_rule: text_rule.and_then(|at| rules.get(at)),
        reserved_bits: texts(draft.reserved_bits()),
        fragments: draft.has_frames(Kind::Continuation),
        request_headers: headers(&draft.request_headers),
        accepting_status: draft.status_line.as_ref().map(|line| line.value.status),
        response_headers: headers(&draft.response_headers),
        request_body: draft
            .request_body
            .as_ref()
            .map_or(0, |body| body.value.length),
        response_body: draft
            .response_body
            .as_ref()
            .map_or(0, |body| body.value.value.length()),
        derives_key: draft.session_key.is_some(),
        bootstraps: texts(draft.bootstraps().iter().map(|name| name.as_str())),
        undetectable: draft.undetectable,
        signs: list(draft.signs.values().map(|sign| SignInfo {
            header: text(&sign.value.header),
            test: sign.value.test.map(
                |value| text(value),
                |values| texts(values.iter().map(|value| value.as_str())),
            ),
            hint: draft.is_hint(&sign.value),
        })),
    }
}

fn rule_info(id: &str, rule: &Item<Rule>) -> RuleInfo {
    let evidence = &rule.value.evidence;
    RuleInfo {
        id: text(id),
        variant: text(&rule.value.variant),
        level: rule.value.level,
        scope: rule.value.scope,
        by: rule.value.by,
        summary: text(&rule.value.summary),
        citation: text(&Evidence::citation(evidence)),
        evidence: list(evidence.iter().map(|evidence| text(&evidence.to_string()))),
        stated_in: text(&rule.stated_in),
        outcome: rule.value.otherwise,
        visibility: rule.value.require.visibility().map(text),
    }
}

fn opcodes(draft: &ResolvedDraft) -> &'static [OpcodeInfo] {
    let mut opcodes: Vec<_> = draft.opcodes.iter().collect();
    sort::by_key(&mut opcodes, |(_, opcode)| opcode.value.value);
    list(opcodes.into_iter().map(|(name, opcode)| OpcodeInfo {
        value: opcode.value.value,
        kind: opcode.value.kind,
        name: text(name),
    }))
}

fn close_codes(draft: &ResolvedDraft) -> &'static [CloseCodeInfo] {
    let mut codes: Vec<_> = draft.close_codes.iter().collect();
    sort::by_key(&mut codes, |(code, _)| **code);
    list(codes.into_iter().map(|(code, entry)| CloseCodeInfo {
        code: *code,
        name: text(&entry.value.name),
        meaning: text(&entry.value.meaning),
        on_wire: entry.value.on_wire,
        by: entry.value.by,
    }))
}

fn headers(table: &Table<String, Item<Header>>) -> &'static [HeaderInfo] {
    list(table.iter().map(|(name, header)| HeaderInfo {
        name: text(name),
        purpose: header.value.purpose,
        separator: header.value.value.separator(),
        quoted: header.value.value.has_quotes(),
        text: header.value.send.text().map(text),
        versions: list(header.value.value.versions().iter().copied()),
        answers: header.value.send.answers(),
    }))
}
