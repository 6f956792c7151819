//! Lowering: turns a checked, resolved draft into the Rust model.
//!
//! It relies on the checks of `wsdraft-spec`. The result needs no further lookup or computation.

use wsdraft_spec::{
    Item, ResolvedDraft, model as written,
    requirement::{MessageTest, Requirement},
    vocabulary as spec,
};

use crate::{
    model::{CodeModel, CodePolicy, FieldModel, Guard, Module, OpcodeModel, RuleModel},
    naming,
};

mod guard;
mod layout;
mod plain;

/// Lowers a draft.
pub(crate) fn lower(draft: &ResolvedDraft) -> Module<'_> {
    let request_fields = fields(&draft.request_headers);
    let response_fields = fields(&draft.response_headers);
    let rules: Vec<RuleModel<'_>> = draft
        .rules
        .iter()
        .map(|(id, rule)| rule_model(id, rule))
        .collect();
    let guards = |scope: spec::Scope| guards(draft, scope);
    let layout = layout::layout(draft);
    let opcodes = opcodes(draft);
    let frame_guards = guards(spec::Scope::Frame);
    Module {
        draft,
        doc: doc(draft),
        plain: plain::plain(&layout, &opcodes, &frame_guards),
        opcodes,
        codes: codes(draft),
        code_policy: code_policy(draft),
        layout,
        request_guards: guards(spec::Scope::Request),
        response_guards: guards(spec::Scope::Response),
        frame_guards,
        close_guards: guards(spec::Scope::Close),
        text_rule: text_rule(draft),
        host: draft.host(),
        rules,
        request_fields,
        response_fields,
    }
}

/// Variant of the rule that text must be valid UTF-8.
fn text_rule(draft: &ResolvedDraft) -> Option<&str> {
    let utf8 = Requirement::Message(MessageTest::Utf8);
    let mut rules = draft.requirements();
    let (_, rule, _) = rules.find(|(_, _, requirement)| **requirement == utf8)?;
    Some(&rule.value.variant)
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

fn fields(headers: &wsdraft_spec::Table<String, Item<written::Header>>) -> Vec<FieldModel<'_>> {
    headers
        .iter()
        .map(|(name, header)| FieldModel {
            name,
            constant: naming::constant(name),
            header: &header.value,
        })
        .collect()
}

fn rule_model<'a>(id: &'a str, rule: &'a Item<written::Rule>) -> RuleModel<'a> {
    let citation = citation(&rule.value);
    let evidence: Vec<String> = rule
        .value
        .evidence
        .iter()
        .map(ToString::to_string)
        .collect();
    let level = rule.value.level;
    let doc = format!(
        "{}\n\n`{id}`, {level}; {}.",
        rule.value.summary,
        evidence.join("; ")
    );
    RuleModel {
        id,
        variant: &rule.value.variant,
        doc,
        rule: &rule.value,
        citation,
        evidence,
        stated_in: &rule.stated_in,
    }
}

fn citation(rule: &written::Rule) -> String {
    rule.evidence
        .first()
        .map(ToString::to_string)
        .unwrap_or_default()
}

fn opcodes(draft: &ResolvedDraft) -> Vec<OpcodeModel<'_>> {
    let mut opcodes: Vec<_> = draft
        .opcodes
        .iter()
        .map(|(name, item)| {
            let evidence = item
                .value
                .evidence
                .first()
                .map(ToString::to_string)
                .unwrap_or_default();
            let empty = if item.value.only_empty {
                ", on an empty frame"
            } else {
                ""
            };
            OpcodeModel {
                name,
                variant: naming::type_name(name),
                doc: format!("`0x{:X}`{empty} ({evidence}).", item.value.value),
                opcode: &item.value,
            }
        })
        .collect();
    opcodes.sort_by_key(|opcode| opcode.opcode.value);
    opcodes
}

fn codes(draft: &ResolvedDraft) -> Vec<CodeModel<'_>> {
    let mut codes: Vec<_> = draft
        .close_codes
        .iter()
        .map(|(code, item)| {
            let evidence = item
                .value
                .evidence
                .first()
                .map(ToString::to_string)
                .unwrap_or_default();
            CodeModel {
                code: *code,
                constant: naming::constant(&item.value.name),
                doc: format!(
                    "{code}: {} ({evidence}).",
                    item.value.meaning.trim_end_matches('.')
                ),
                entry: &item.value,
            }
        })
        .collect();
    codes.sort_by_key(|code| code.code);
    codes
}

fn code_policy(draft: &ResolvedDraft) -> CodePolicy {
    let mut policy = CodePolicy {
        otherwise: draft.close_ranges.is_none(),
        ..CodePolicy::default()
    };
    for code in codes(draft) {
        if !code.entry.on_wire {
            policy.never.push(code.code);
            continue;
        }
        policy.listed.push(code.code);
        policy.one.extend(code.entry.by.map(|by| (code.code, by)));
    }
    let ranges = draft
        .close_ranges
        .iter()
        .flat_map(|ranges| &ranges.value.ranges);
    let open = ranges.filter(|range| range.usage.is_open());
    policy.open = open.map(|range| (range.from, range.to)).collect();
    policy
}

/// The checks of a scope's rules.
fn guards(draft: &ResolvedDraft, scope: spec::Scope) -> Vec<Guard<'_>> {
    let rules = draft.requirements();
    let checked = rules
        .filter(|(_, rule, _)| rule.value.scope == scope && rule.value.level != spec::Level::May);
    let guards = checked.filter_map(|(id, rule, requirement)| {
        let (when, check) = guard::lower(requirement)?;
        let rule = &rule.value;
        Some(Guard {
            comment: format!("{}, {}: {id}", citation(rule), rule.level),
            variant: &rule.variant,
            by: rule.by,
            when,
            check,
        })
    });
    guards.collect()
}
