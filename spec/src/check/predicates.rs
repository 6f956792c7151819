//! Predicates: what a rule may ask for, when it may hold, and what both refer to.

use crate::{
    diagnostic::did_you_mean,
    keyword::is_keyword,
    model::{Header, Rule},
    resolved::ResolvedDraft,
    vocabulary::{CloseBody, Form, Kind, Predicate, Purpose, Role, Scope, Separator, Source},
};

/// What is lacking in a rule that nothing checks.
pub(crate) const UNSAID: &str = "say why nothing on the wire shows whether the rule is kept";

/// Whether a predicate can stand in a rule of the draft.
pub(super) fn predicate_fits(
    draft: &ResolvedDraft,
    rule: &Rule,
    predicate: &Predicate,
    is_condition: bool,
) -> Result<(), String> {
    let scope = rule.scope;
    if !scopes(predicate).contains(&scope) {
        return Err(format!("{predicate:?} says nothing about a {scope:?}"));
    }
    let (condition, requirement) = uses(predicate);
    if is_condition && !condition {
        return Err(format!("{predicate:?} cannot be a condition"));
    }
    if !is_condition && !requirement {
        return Err(format!("{predicate:?} is a condition, not a requirement"));
    }
    refers(draft, rule, predicate)
}

/// Whether what a predicate refers to exists.
fn refers(draft: &ResolvedDraft, rule: &Rule, predicate: &Predicate) -> Result<(), String> {
    use Predicate as P;
    let header = |name| header(draft, rule.scope, name);
    let body = draft.closing.as_ref().map(|closing| closing.value.body);
    match predicate {
        P::Always
        | P::Method
        | P::HttpVersion
        | P::Target
        | P::Status
        | P::Reason
        | P::Control
        | P::Data
        | P::Starts
        | P::KnownOpcode
        | P::PayloadAtMost(_)
        | P::Final
        | P::MessageOpen
        | P::NoMessageOpen
        | P::BeforeClose
        | P::Utf8 => Ok(()),
        P::Present(name)
        | P::Absent(name)
        | P::Once(name)
        | P::Conforms(name)
        | P::LowerCase(name) => header(name).map(drop),
        P::Distinct(name) => match header(name)?.value.separator() {
            Separator::None => Err(format!("{name:?} holds no list")),
            Separator::Comma | Separator::Space => Ok(()),
        },
        P::Order(names) | P::First(names) => {
            names.iter().try_for_each(|name| header(name).map(drop))
        }
        P::Answers(name) => match header(name)?.send {
            Source::Value(_) | Source::Echo(_) => Ok(()),
            _ => Err(format!("{name:?} is not computed from the request")),
        },
        P::Locates(name) => match header(name)?.send {
            Source::Location => Ok(()),
            _ => Err(format!("{name:?} is no location")),
        },
        P::Offered(name) => offered(draft, header(name)?.purpose),
        P::NothingFollows => must(draft.request_body.is_none(), "the request has a body"),
        P::AnswersBody => must(
            draft.response_body.is_some(),
            "the draft has no response_body",
        ),
        P::Accepts | P::Refuses => {
            must(draft.status_line.is_some(), "the draft has no status_line")
        }
        P::StatusIs(status) | P::VersionRefused(status) => {
            must((100..=599).contains(status), "that is no HTTP status")
        }
        P::Opcode(name) => opcode(draft, name),
        P::ReservedClear => must(
            !draft.reserved_bits().is_empty(),
            "the layout has no reserved bit",
        ),
        P::MinimalLength | P::LengthFits => {
            must(is_prefixed(draft), "the layout has no length field")
        }
        P::Masked | P::Unmasked => must(draft.masking.is_some(), "the draft has no masking"),
        P::Function(name) => must(is_snake(name), "that is no name of a function in Rust"),
        P::CodeComplete | P::CodeAllowed | P::ReasonUtf8 => must(
            body == Some(CloseBody::Status),
            "the draft's close frames hold no status code",
        ),
        P::Letter => must(
            matches!(body, Some(CloseBody::Letter { .. })),
            "the draft's close frames hold no letter",
        ),
        P::PingAnswered => must(
            has_frames(draft, Kind::Ping) && has_frames(draft, Kind::Pong),
            "the draft has no pings and pongs",
        ),
        P::CloseAnswered | P::CloseBodyMatches => {
            must(body.is_some(), "the draft has no closing handshake")
        }
        P::ServerEndsTransport => {
            must(body.is_some(), "the draft has no closing handshake")?;
            binds(rule, Role::Client)
        }
        P::WaitsForResponse => binds(rule, Role::Client),
        P::MaskingKeysVary => match &draft.masking {
            Some(masking) => binds(rule, masking.value.by),
            None => Err("the draft has no masking".into()),
        },
        P::Documented(why) => must(!why.trim().is_empty(), UNSAID),
    }
}

fn must(holds: bool, otherwise: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise.into()) }
}

fn binds(rule: &Rule, role: Role) -> Result<(), String> {
    if rule.by == Some(role) {
        Ok(())
    } else {
        Err(format!("it binds one end; write `by: {role:?}`"))
    }
}

fn header<'d>(draft: &'d ResolvedDraft, scope: Scope, name: &str) -> Result<&'d Header, String> {
    let headers = match scope {
        Scope::Response => &draft.response_headers,
        _ => &draft.request_headers,
    };
    let header = headers.get(name).map(|item| &item.value);
    header.ok_or_else(|| {
        let hint = did_you_mean(name, headers.keys().map(String::as_str));
        format!("the draft's {scope:?} has no header {name:?}{hint}")
    })
}

fn offered(draft: &ResolvedDraft, purpose: Purpose) -> Result<(), String> {
    let mut offers = draft.request_headers.values();
    if offers.any(|offer| offer.value.purpose == purpose) {
        Ok(())
    } else {
        Err(format!("no request header has the purpose {purpose:?}"))
    }
}

fn opcode(draft: &ResolvedDraft, name: &str) -> Result<(), String> {
    if draft.opcodes.get(name).is_some() {
        return Ok(());
    }
    let hint = did_you_mean(name, draft.opcodes.keys().map(String::as_str));
    Err(format!("the draft has no opcode {name:?}{hint}"))
}

fn is_prefixed(draft: &ResolvedDraft) -> bool {
    let form = draft.layout.as_ref().map(|layout| &layout.value.form);
    matches!(form, Some(Form::Prefixed { .. }))
}

fn has_frames(draft: &ResolvedDraft, kind: Kind) -> bool {
    let mut opcodes = draft.opcodes.values();
    opcodes.any(|opcode| opcode.value.kind == kind)
}

/// The scopes in which a predicate means something.
const fn scopes(predicate: &Predicate) -> &'static [Scope] {
    use Predicate as P;
    match predicate {
        P::Always => &[
            Scope::Request,
            Scope::Response,
            Scope::Frame,
            Scope::Message,
            Scope::Close,
            Scope::Conversation,
            Scope::Policy,
        ],
        P::Method | P::Target | P::NothingFollows => &[Scope::Request],
        P::HttpVersion
        | P::Present(_)
        | P::Absent(_)
        | P::Once(_)
        | P::Distinct(_)
        | P::LowerCase(_)
        | P::Conforms(_)
        | P::Order(_)
        | P::First(_) => &[Scope::Request, Scope::Response],
        P::Status
        | P::Reason
        | P::Answers(_)
        | P::AnswersBody
        | P::Locates(_)
        | P::Offered(_)
        | P::Accepts
        | P::Refuses
        | P::StatusIs(_)
        | P::VersionRefused(_) => &[Scope::Response],
        P::Control
        | P::Data
        | P::Starts
        | P::Opcode(_)
        | P::KnownOpcode
        | P::ReservedClear
        | P::MinimalLength
        | P::LengthFits
        | P::PayloadAtMost(_)
        | P::Final
        | P::Masked
        | P::Unmasked
        | P::MessageOpen
        | P::NoMessageOpen
        | P::BeforeClose
        | P::Function(_) => &[Scope::Frame],
        P::Utf8 => &[Scope::Message],
        P::CodeComplete | P::CodeAllowed | P::ReasonUtf8 | P::Letter => &[Scope::Close],
        P::PingAnswered
        | P::CloseAnswered
        | P::CloseBodyMatches
        | P::MaskingKeysVary
        | P::WaitsForResponse
        | P::ServerEndsTransport => &[Scope::Conversation],
        P::Documented(_) => &[Scope::Policy],
    }
}

/// Whether a predicate can be a condition, and whether it can be a requirement.
const fn uses(predicate: &Predicate) -> (bool, bool) {
    use Predicate as P;
    match predicate {
        P::Always
        | P::Accepts
        | P::Refuses
        | P::StatusIs(_)
        | P::VersionRefused(_)
        | P::Control
        | P::Data
        | P::Starts
        | P::Opcode(_) => (true, false),
        P::Present(_) | P::MessageOpen | P::NoMessageOpen => (true, true),
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
        | P::Documented(_) => (false, true),
    }
}

fn is_snake(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_lowercase())
        && word
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        && !is_keyword(word)
}
