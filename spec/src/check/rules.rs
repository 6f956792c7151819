//! Rules: their names, and what breaking them may lead to.

use super::{Found, is_kebab, predicates::predicate_fits};
use crate::{
    model::Rule,
    resolved::ResolvedDraft,
    vocabulary::{Grammar, Outcome, Predicate, Role, Scope},
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

fn outcome_fits(draft: &ResolvedDraft, rule: &Rule) -> Result<(), String> {
    let scopes: &[Scope] = match rule.otherwise {
        Outcome::Fail(_) | Outcome::FailWithoutCode => {
            &[Scope::Frame, Scope::Message, Scope::Close]
        }
        Outcome::Reject(_) | Outcome::RejectWithVersions(_) => &[Scope::Request],
        Outcome::Abort => &[Scope::Request, Scope::Response],
        Outcome::Replace => &[Scope::Message],
        Outcome::Discard => &[Scope::Frame],
        Outcome::Nothing => &[
            Scope::Request,
            Scope::Response,
            Scope::Conversation,
            Scope::Policy,
        ],
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
