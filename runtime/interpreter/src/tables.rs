//! A draft's static metadata, kept for the life of the process.

use wsdraft::info::{
    CloseBody, CloseCodeInfo, CloseReply, Closing, Conversation, Date, DraftInfo, HeaderInfo, Kind,
    Level, LocalCodes, OpcodeInfo, Outcome, Purpose, Role, RuleInfo, Scope, Separator, SignInfo,
    SignTest, Visibility,
};
use wsdraft_spec::{
    Item, ResolvedDraft, Table,
    model::{Header, Rule},
    vocabulary as spec,
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
    let text_rule = draft
        .rules
        .values()
        .position(|rule| rule.value.require == spec::Predicate::Utf8);
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
        local_codes: local_codes(draft),
        closing: draft.closing.as_ref().map(|closing| Closing {
            body: match closing.value.body {
                spec::CloseBody::Empty => CloseBody::Empty,
                spec::CloseBody::Opaque => CloseBody::Opaque,
                spec::CloseBody::Letter { client, server } => CloseBody::Letter { client, server },
                spec::CloseBody::Status => CloseBody::Status,
            },
            reply: match closing.value.reply {
                spec::CloseReply::Empty => CloseReply::Empty,
                spec::CloseReply::Echo => CloseReply::Echo,
                spec::CloseReply::EchoCode => CloseReply::EchoCode,
                spec::CloseReply::Letter => CloseReply::Letter,
            },
        }),
        text_rule: text_rule.and_then(|at| rules.get(at)),
        reserved_bits: texts(draft.reserved_bits()),
        fragments: draft
            .opcodes
            .values()
            .any(|opcode| opcode.value.kind == spec::Kind::Continuation),
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
        undetectable: draft.undetectable,
        signs: list(draft.signs.values().map(|sign| SignInfo {
            header: text(&sign.value.header),
            test: match &sign.value.test {
                spec::SignTest::Present => SignTest::Present,
                spec::SignTest::Absent => SignTest::Absent,
                spec::SignTest::OneOf(values) => {
                    SignTest::OneOf(texts(values.iter().map(|value| value.as_str())))
                }
                spec::SignTest::Exactly(value) => SignTest::Exactly(text(value)),
                spec::SignTest::AbsentOr(values) => {
                    SignTest::AbsentOr(texts(values.iter().map(|value| value.as_str())))
                }
            },
            hint: draft.is_hint(&sign.value),
        })),
    }
}

fn rule_info(id: &str, rule: &Item<Rule>) -> RuleInfo {
    let evidence = &rule.value.evidence;
    RuleInfo {
        id: text(id),
        variant: text(&rule.value.variant),
        level: level(rule.value.level),
        scope: match rule.value.scope {
            spec::Scope::Request => Scope::Request,
            spec::Scope::Response => Scope::Response,
            spec::Scope::Frame => Scope::Frame,
            spec::Scope::Message => Scope::Message,
            spec::Scope::Close => Scope::Close,
            spec::Scope::Conversation => Scope::Conversation,
            spec::Scope::Policy => Scope::Policy,
        },
        by: rule.value.by.map(role),
        summary: text(&rule.value.summary),
        citation: text(&citation(evidence)),
        evidence: list(evidence.iter().map(|evidence| text(&evidence.to_string()))),
        stated_in: text(&rule.stated_in),
        outcome: match rule.value.otherwise {
            spec::Outcome::Fail(code) => Outcome::Fail(Some(code)),
            spec::Outcome::FailWithoutCode => Outcome::Fail(None),
            spec::Outcome::Reject(status) => Outcome::Reject {
                status,
                versions: false,
            },
            spec::Outcome::RejectWithVersions(status) => Outcome::Reject {
                status,
                versions: true,
            },
            spec::Outcome::Abort => Outcome::Abort,
            spec::Outcome::Replace => Outcome::Replace,
            spec::Outcome::Discard => Outcome::Discard,
            spec::Outcome::Nothing => Outcome::Nothing,
        },
        visibility: visibility(rule.value.require.visibility()),
    }
}

pub(super) fn visibility(visibility: spec::Visibility<'_>) -> Visibility {
    match visibility {
        spec::Visibility::Input => Visibility::Input,
        spec::Visibility::Hidden(why) => Visibility::Hidden(text(why)),
        spec::Visibility::Conversation(asked) => Visibility::Conversation(match asked {
            spec::Conversation::PingAnswered => Conversation::PingAnswered,
            spec::Conversation::CloseAnswered => Conversation::CloseAnswered,
            spec::Conversation::CloseBodyMatches => Conversation::CloseBodyMatches,
            spec::Conversation::MaskingKeysVary => Conversation::MaskingKeysVary,
            spec::Conversation::WaitsForResponse => Conversation::WaitsForResponse,
            spec::Conversation::ServerEndsTransport => Conversation::ServerEndsTransport,
        }),
    }
}

/// What frames of a kind are for.
pub(super) const fn level(level: spec::Level) -> Level {
    match level {
        spec::Level::Must => Level::Must,
        spec::Level::Should => Level::Should,
        spec::Level::May => Level::May,
    }
}

pub(super) const fn date(date: spec::Date) -> Date {
    Date {
        year: date.year,
        month: date.month,
        day: date.day,
    }
}

pub(super) const fn kind(kind: spec::Kind) -> Kind {
    match kind {
        spec::Kind::Continuation => Kind::Continuation,
        spec::Kind::Text => Kind::Text,
        spec::Kind::Binary => Kind::Binary,
        spec::Kind::Close => Kind::Close,
        spec::Kind::Ping => Kind::Ping,
        spec::Kind::Pong => Kind::Pong,
    }
}

fn opcodes(draft: &ResolvedDraft) -> &'static [OpcodeInfo] {
    let mut opcodes: Vec<_> = draft.opcodes.iter().collect();
    opcodes.sort_by_key(|(_, opcode)| opcode.value.value);
    list(opcodes.into_iter().map(|(name, opcode)| OpcodeInfo {
        value: opcode.value.value,
        kind: kind(opcode.value.kind),
        name: text(name),
    }))
}

fn close_codes(draft: &ResolvedDraft) -> &'static [CloseCodeInfo] {
    let mut codes: Vec<_> = draft.close_codes.iter().collect();
    codes.sort_by_key(|(code, _)| **code);
    list(codes.into_iter().map(|(code, entry)| CloseCodeInfo {
        code: *code,
        name: text(&entry.value.name),
        meaning: text(&entry.value.meaning),
        on_wire: entry.value.on_wire,
        by: entry.value.by.map(role),
    }))
}

fn local_codes(draft: &ResolvedDraft) -> LocalCodes {
    let code = |usage| {
        let found = draft
            .close_codes
            .iter()
            .find(|(_, entry)| entry.value.local == Some(usage));
        found.map(|(code, _)| *code)
    };
    LocalCodes {
        normal: code(spec::CodeUse::Normal),
        going_away: code(spec::CodeUse::GoingAway),
        too_big: code(spec::CodeUse::TooBig),
        no_status: code(spec::CodeUse::NoStatus),
        abnormal: code(spec::CodeUse::Abnormal),
        internal: code(spec::CodeUse::Internal),
        policy: code(spec::CodeUse::Policy),
        overloaded: code(spec::CodeUse::Overloaded),
    }
}

fn headers(table: &Table<String, Item<Header>>) -> &'static [HeaderInfo] {
    list(table.iter().map(|(name, header)| HeaderInfo {
        name: text(name),
        purpose: purpose(header.value.purpose),
        separator: separator(&header.value.value),
        quoted: header.value.value == spec::Grammar::QuotedExtensions,
        text: match &header.value.send {
            spec::Source::Text(value) => Some(text(value)),
            _ => None,
        },
        versions: match &header.value.value {
            spec::Grammar::Version(versions) => list(versions.iter().copied()),
            _ => &[],
        },
        answers: header.value.send.answers(),
    }))
}

const fn purpose(purpose: spec::Purpose) -> Purpose {
    match purpose {
        spec::Purpose::Upgrade => Purpose::Upgrade,
        spec::Purpose::Connection => Purpose::Connection,
        spec::Purpose::Host => Purpose::Host,
        spec::Purpose::Origin => Purpose::Origin,
        spec::Purpose::Key => Purpose::Key,
        spec::Purpose::Accept => Purpose::Accept,
        spec::Purpose::Nonce => Purpose::Nonce,
        spec::Purpose::Version => Purpose::Version,
        spec::Purpose::Subprotocol => Purpose::Subprotocol,
        spec::Purpose::Extensions => Purpose::Extensions,
        spec::Purpose::Location => Purpose::Location,
        spec::Purpose::Cookie => Purpose::Cookie,
        spec::Purpose::Http => Purpose::Http,
        spec::Purpose::Other => Purpose::Other,
    }
}

/// How several values of a grammar stand in one header field.
pub(super) const fn separator(grammar: &spec::Grammar) -> Separator {
    match grammar.separator() {
        spec::Separator::None => Separator::None,
        spec::Separator::Comma => Separator::Comma,
        spec::Separator::Space => Separator::Space,
    }
}

/// One of the two ends.
pub(super) const fn role(role: spec::Role) -> Role {
    match role {
        spec::Role::Client => Role::Client,
        spec::Role::Server => Role::Server,
    }
}

/// The first evidence of a fact.
pub(super) fn citation(evidence: &[spec::Evidence]) -> String {
    evidence
        .first()
        .map_or_else(String::new, |first| format!("{first}"))
}
