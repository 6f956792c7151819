//! Rules: what they may ask for, and what they refer to.

use super::{Found, is_kebab};
use crate::{
    diagnostic::did_you_mean,
    model::Rule,
    resolved::ResolvedDraft,
    vocabulary::{CloseBody, Form, Grammar, Outcome, Predicate, Role, Scope, Separator, Source},
};

pub(super) fn check(draft: &ResolvedDraft, found: &mut Found<'_>) {
    let written = found.draft;
    let entries: Vec<_> = draft.rules.iter().collect();
    for (at, (id, rule)) in entries.iter().enumerate() {
        let mut problems = Vec::new();
        if !is_kebab(id) {
            problems.push((
                "variant",
                "the rule's id has lower case letters, digits and hyphens".to_owned(),
            ));
        }
        if !is_camel(&rule.value.variant) {
            problems.push((
                "variant",
                format!("{:?} is no name of a variant in Rust", rule.value.variant),
            ));
        }
        for (other, earlier) in &entries[..at] {
            if earlier.value.variant == rule.value.variant {
                problems.push((
                    "variant",
                    format!("{other:?} has the variant {:?} already", rule.value.variant),
                ));
            }
        }
        for (field, predicate, is_condition) in [
            ("when", &rule.value.when, true),
            ("require", &rule.value.require, false),
        ] {
            if let Err(problem) = predicate_fits(draft, &rule.value, predicate, is_condition) {
                problems.push((field, problem));
            }
        }
        if let Err(problem) = outcome_fits(draft, &rule.value) {
            problems.push(("otherwise", problem));
        }
        for (field, problem) in problems {
            found.in_item(
                "rules",
                &written.rules,
                *id,
                &rule.stated_in,
                |path| path.field(field),
                problem,
            );
        }
    }
}

pub(crate) fn is_camel(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_uppercase())
        && word.bytes().all(|b| b.is_ascii_alphanumeric())
        && word != "Self"
}

fn predicate_fits(
    draft: &ResolvedDraft,
    rule: &Rule,
    predicate: &Predicate,
    is_condition: bool,
) -> Result<(), String> {
    use Predicate as P;
    let scope = rule.scope;
    let headers = match scope {
        Scope::Response => &draft.response_headers,
        _ => &draft.request_headers,
    };
    let header = |name: &String| {
        headers.get(name).ok_or_else(|| {
            let hint = did_you_mean(name, headers.keys().map(String::as_str));
            format!("the draft's {scope:?} has no header {name:?}{hint}")
        })
    };
    let scopes: &[Scope] = match predicate {
        P::Always => &[
            Scope::Request,
            Scope::Response,
            Scope::Frame,
            Scope::Message,
            Scope::Close,
            Scope::Policy,
        ],
        P::Method | P::Target | P::NothingFollows => &[Scope::Request],
        P::HttpVersion
        | P::Present(_)
        | P::Absent(_)
        | P::Once(_)
        | P::Distinct(_)
        | P::Conforms(_)
        | P::Order(_)
        | P::First(_) => &[Scope::Request, Scope::Response],
        P::Status | P::Reason | P::Answers(_) | P::AnswersBody | P::Locates(_) | P::Offered(_) => {
            &[Scope::Response]
        }
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
        P::Documented => &[Scope::Policy],
    };
    if !scopes.contains(&scope) {
        return Err(format!("{predicate:?} says nothing about a {scope:?}"));
    }
    let conditions = matches!(
        predicate,
        P::Always
            | P::Control
            | P::Data
            | P::Starts
            | P::Opcode(_)
            | P::Present(_)
            | P::MessageOpen
            | P::NoMessageOpen
    );
    if is_condition && !conditions {
        return Err(format!("{predicate:?} cannot be a condition"));
    }
    if !is_condition
        && matches!(
            predicate,
            P::Always | P::Control | P::Data | P::Starts | P::Opcode(_)
        )
    {
        return Err(format!("{predicate:?} is a condition, not a requirement"));
    }
    let prefixed = matches!(
        draft.layout.as_ref().map(|layout| &layout.value.form),
        Some(Form::Prefixed { .. })
    );
    let body = draft.closing.as_ref().map(|closing| closing.value.body);
    match predicate {
        P::Present(name) | P::Absent(name) | P::Once(name) | P::Conforms(name) => {
            header(name).map(drop)
        }
        P::Distinct(name) => match header(name)?.value.value.separator() {
            Separator::None => Err(format!("{name:?} holds no list")),
            _ => Ok(()),
        },
        P::Order(names) | P::First(names) => {
            names.iter().try_for_each(|name| header(name).map(drop))
        }
        P::Answers(name) => match header(name)?.value.send {
            Source::Value(_) | Source::Echo(_) => Ok(()),
            _ => Err(format!("{name:?} is not computed from the request")),
        },
        P::Locates(name) => match header(name)?.value.send {
            Source::Location => Ok(()),
            _ => Err(format!("{name:?} is no location")),
        },
        P::Offered(name) => {
            let purpose = header(name)?.value.purpose;
            let offered = draft
                .request_headers
                .values()
                .any(|header| header.value.purpose == purpose);
            if offered {
                Ok(())
            } else {
                Err(format!("no request header has the purpose {purpose:?}"))
            }
        }
        P::NothingFollows if draft.request_body.is_some() => Err("the request has a body".into()),
        P::AnswersBody if draft.response_body.is_none() => {
            Err("the draft has no response_body".into())
        }
        P::Opcode(name) if draft.opcodes.get(name).is_none() => {
            let hint = did_you_mean(name, draft.opcodes.keys().map(String::as_str));
            Err(format!("the draft has no opcode {name:?}{hint}"))
        }
        P::ReservedClear if draft.reserved_bits().is_empty() => {
            Err("the layout has no reserved bit".into())
        }
        P::MinimalLength | P::LengthFits if !prefixed => {
            Err("the layout has no length field".into())
        }
        P::Masked | P::Unmasked if draft.masking.is_none() => {
            Err("the draft has no masking".into())
        }
        P::Function(name) if !is_snake(name) => {
            Err(format!("{name:?} is no name of a function in Rust"))
        }
        P::CodeComplete | P::CodeAllowed | P::ReasonUtf8 if body != Some(CloseBody::Status) => {
            Err("the draft's close frames hold no status code".into())
        }
        P::Letter if !matches!(body, Some(CloseBody::Letter { .. })) => {
            Err("the draft's close frames hold no letter".into())
        }
        _ => Ok(()),
    }
}

fn is_snake(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_lowercase())
        && word
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

fn outcome_fits(draft: &ResolvedDraft, rule: &Rule) -> Result<(), String> {
    let scopes: &[Scope] = match rule.otherwise {
        Outcome::Fail(_) | Outcome::FailWithoutCode => {
            &[Scope::Frame, Scope::Message, Scope::Close]
        }
        Outcome::Reject(_) | Outcome::RejectWithVersions(_) => &[Scope::Request],
        Outcome::Abort => &[Scope::Request, Scope::Response],
        Outcome::Replace => &[Scope::Message],
        Outcome::Discard => &[Scope::Frame],
        Outcome::Nothing => &[Scope::Policy],
    };
    if !scopes.contains(&rule.scope) {
        return Err(format!(
            "a rule about a {:?} cannot lead to {:?}",
            rule.scope, rule.otherwise
        ));
    }
    match rule.otherwise {
        Outcome::Discard if rule.require != Predicate::BeforeClose => {
            Err("only what follows a close frame can be discarded".into())
        }
        Outcome::Fail(code) if draft.close_codes.get(&code).is_none() => {
            Err(format!("the draft has no close code {code}"))
        }
        Outcome::Reject(status) | Outcome::RejectWithVersions(status)
            if !(400..=599).contains(&status) =>
        {
            Err(format!("{status} is no HTTP status of an error"))
        }
        Outcome::RejectWithVersions(_)
            if !draft
                .request_headers
                .values()
                .any(|header| matches!(header.value.value, Grammar::Version(_))) =>
        {
            Err("no request header carries a version".into())
        }
        _ if rule.scope == Scope::Request && rule.by == Some(Role::Server) => {
            Err("a client sends the request; leave `by` out or write Client".into())
        }
        _ => Ok(()),
    }
}
