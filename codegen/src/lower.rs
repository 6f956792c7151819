//! Lowering: a checked, resolved draft becomes the Rust-shaped model.
//!
//! Relies on the checks of `wsdraft-spec`; afterwards no name is left to look up and no
//! number to compute.

use wsdraft_spec::{Item, ResolvedDraft, model as written, vocabulary as spec};

use crate::{
    model::{
        Check, CodeModel, CodePolicy, Condition, FieldModel, Guard, Module, OpcodeModel, RuleModel,
    },
    naming,
};

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
    let guards = |scope: spec::Scope| -> Vec<Guard<'_>> {
        let of_scope = draft
            .rules
            .iter()
            .filter(|(_, rule)| rule.value.scope == scope);
        of_scope
            .filter_map(|(id, rule)| guard(draft, id, rule))
            .collect()
    };
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
        text_rule: draft
            .rules
            .values()
            .find(|rule| rule.value.require == spec::Predicate::Utf8)
            .map(|rule| rule.value.variant.as_str()),
        host: host(draft),
        rules,
        request_fields,
        response_fields,
    }
}

fn host(draft: &ResolvedDraft) -> &str {
    let host = draft
        .request_headers
        .iter()
        .find(|(_, header)| header.value.purpose == spec::Purpose::Host);
    host.map_or("", |(name, _)| name)
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

fn guard<'a>(
    draft: &'a ResolvedDraft,
    id: &str,
    item: &'a Item<written::Rule>,
) -> Option<Guard<'a>> {
    let rule = &item.value;
    if rule.level == spec::Level::May {
        return None;
    }
    Some(Guard {
        comment: format!("{}, {}: {id}", citation(rule), rule.level),
        variant: &rule.variant,
        by: rule.by,
        when: condition(draft, &rule.when),
        check: check(draft, rule)?,
    })
}

fn condition<'a>(draft: &'a ResolvedDraft, when: &'a spec::Predicate) -> Condition<'a> {
    use spec::Predicate as P;
    match when {
        P::Control => Condition::Control,
        P::Data => Condition::Data,
        P::Starts => Condition::Starts,
        P::Opcode(name) => draft.opcodes.get(name).map_or(Condition::Always, |opcode| {
            Condition::Opcode(opcode.value.kind)
        }),
        P::MessageOpen => Condition::MessageOpen,
        P::NoMessageOpen => Condition::NoMessageOpen,
        P::Present(name) => Condition::Present(name),
        P::Accepts => Condition::Accepts,
        P::Refuses => Condition::Refuses,
        P::StatusIs(status) => Condition::StatusIs(*status),
        P::VersionRefused(status) => Condition::VersionRefused(*status),
        P::Always => Condition::Always,
        // The checks of the specification let none of these be a condition.
        P::Method
        | P::HttpVersion
        | P::Target
        | P::Status
        | P::Reason
        | P::Absent(_)
        | P::Once(_)
        | P::Distinct(_)
        | P::LowerCase(_)
        | P::Conforms(_)
        | P::Order(_)
        | P::First(_)
        | P::NothingFollows
        | P::Answers(_)
        | P::AnswersBody
        | P::Locates(_)
        | P::Offered(_)
        | P::KnownOpcode
        | P::ReservedClear
        | P::MinimalLength
        | P::LengthFits
        | P::PayloadAtMost(_)
        | P::Final
        | P::Masked
        | P::Unmasked
        | P::BeforeClose
        | P::Function(_)
        | P::Utf8
        | P::CodeComplete
        | P::CodeAllowed
        | P::ReasonUtf8
        | P::Letter
        | P::PingAnswered
        | P::CloseAnswered
        | P::CloseBodyMatches
        | P::MaskingKeysVary
        | P::WaitsForResponse
        | P::ServerEndsTransport
        | P::Documented(_) => Condition::Always,
    }
}

fn check<'a>(draft: &'a ResolvedDraft, rule: &'a written::Rule) -> Option<Check<'a>> {
    use spec::Predicate as P;
    let headers = match rule.scope {
        spec::Scope::Response => &draft.response_headers,
        _ => &draft.request_headers,
    };
    Some(match &rule.require {
        P::Method => Check::Method(&draft.request_line.as_ref()?.value.method),
        P::HttpVersion => Check::HttpVersion(draft.request_line.as_ref()?.value.minor_version),
        P::Target => Check::Target(&draft.request_line.as_ref()?.value.absolute),
        P::Status => Check::Status(draft.status_line.as_ref()?.value.status),
        P::Reason => Check::Reason(&draft.status_line.as_ref()?.value.reason),
        P::Present(name) => Check::Present(name),
        P::Absent(name) => Check::Absent(name),
        P::Once(name) => Check::Once(name),
        P::LowerCase(name) => Check::LowerCase(name),
        P::Distinct(name) => Check::Distinct(name, headers.get(name)?.value.value.separator()),
        P::Conforms(name) => Check::Conforms(name, &headers.get(name)?.value.value),
        P::Order(names) => Check::Order(names.iter().map(String::as_str).collect()),
        P::First(names) => Check::First(names.iter().map(String::as_str).collect()),
        P::NothingFollows => Check::NothingFollows,
        P::Answers(name) => match &headers.get(name)?.value.send {
            spec::Source::Value(expr) => Check::Computed(name, expr),
            spec::Source::Echo(of) => Check::Echoes { field: name, of },
            _ => return None,
        },
        P::AnswersBody => Check::ComputedBody(&draft.response_body.as_ref()?.value.value),
        P::Locates(name) => Check::Locates {
            field: name,
            host: host(draft),
        },
        P::Offered(name) => {
            let purpose = headers.get(name)?.value.purpose;
            let (of, header) = draft
                .request_headers
                .iter()
                .find(|(_, header)| header.value.purpose == purpose)?;
            Check::Offered {
                field: name,
                of,
                separator: header.value.value.separator(),
            }
        }
        P::KnownOpcode => Check::KnownOpcode,
        P::ReservedClear => Check::ReservedClear,
        P::MinimalLength => Check::MinimalLength,
        P::LengthFits => Check::LengthFits,
        P::PayloadAtMost(limit) => Check::PayloadAtMost(*limit),
        P::Final => Check::Final,
        P::Masked => Check::Masked(true),
        P::Unmasked => Check::Masked(false),
        P::MessageOpen => Check::MessageOpen(true),
        P::NoMessageOpen => Check::MessageOpen(false),
        P::BeforeClose => Check::BeforeClose,
        P::Function(name) => Check::Function(name),
        P::CodeComplete => Check::CodeComplete,
        P::CodeAllowed => Check::CodeAllowed,
        P::ReasonUtf8 => Check::ReasonUtf8,
        P::Letter => match draft.closing.as_ref()?.value.body {
            spec::CloseBody::Letter { client, server } => Check::Letter { client, server },
            _ => return None,
        },
        P::Always
        | P::Accepts
        | P::Refuses
        | P::StatusIs(_)
        | P::VersionRefused(_)
        | P::Control
        | P::Data
        | P::Starts
        | P::Opcode(_)
        | P::Utf8
        | P::PingAnswered
        | P::CloseAnswered
        | P::CloseBodyMatches
        | P::MaskingKeysVary
        | P::WaitsForResponse
        | P::ServerEndsTransport
        | P::Documented(_) => return None,
    })
}
