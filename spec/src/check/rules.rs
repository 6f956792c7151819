//! Rules: their names and the outcomes that a violation may have.

use super::{Found, is_kebab, predicates::requirement};
use crate::{
    model::Rule,
    requirement::Requirement,
    resolved::ResolvedDraft,
    table::Table,
    vocabulary::{Grammar, Outcome, Predicate, Role, Scope},
};

/// Checks the rules. Returns the requirements of the rules without problems.
pub(super) fn check(draft: &ResolvedDraft, found: &mut Found<'_>) -> Table<String, Requirement> {
    let written = found.draft;
    let mut requirements = Table::default();
    let entries: Vec<_> = draft.rules.iter().collect();
    for (at, (id, rule)) in entries.iter().enumerate() {
        let mut problems = Vec::new();
        if !is_kebab(id) {
            problems.push((
                "variant",
                "write a rule id of lower case letters, digits and hyphens".to_owned(),
            ));
        }
        if !is_camel(&rule.value.variant) {
            problems.push((
                "variant",
                format!(
                    "{:?} is not a valid name of a Rust variant",
                    rule.value.variant
                ),
            ));
        }
        for (other, earlier) in &entries[..at] {
            if earlier.value.variant == rule.value.variant {
                problems.push((
                    "variant",
                    format!("{other:?} already has the variant {:?}", rule.value.variant),
                ));
            }
        }
        match requirement(draft, &rule.value) {
            Ok(requirement) => requirements.set((*id).clone(), requirement),
            Err(wrong) => problems.extend(wrong),
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
    requirements
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
        // Drafts have no channels.
        Outcome::Drop(_) | Outcome::DropWithoutCode | Outcome::FailPhysical(_) => &[],
        Outcome::Nothing => &[
            Scope::Request,
            Scope::Response,
            Scope::Conversation,
            Scope::Policy,
        ],
    };
    if !scopes.contains(&rule.scope) {
        return Err(format!(
            "a rule with the scope {:?} cannot lead to {:?}",
            rule.scope, rule.otherwise
        ));
    }
    match rule.otherwise {
        Outcome::Fail(code) if draft.close_codes.get(&code).is_none() => {
            return Err(format!("the draft has no close code {code}"));
        }
        Outcome::Reject(status) | Outcome::RejectWithVersions(status)
            if !(400..=599).contains(&status) =>
        {
            return Err(format!("{status} is not the status code of an HTTP error"));
        }
        Outcome::RejectWithVersions(_) if !has_versions(draft) => {
            return Err("no request header field contains a version".into());
        }
        Outcome::Discard if rule.require != Predicate::BeforeClose => {
            return Err("only frames after a close frame can be discarded".into());
        }
        Outcome::Fail(_)
        | Outcome::FailWithoutCode
        | Outcome::Reject(_)
        | Outcome::RejectWithVersions(_)
        | Outcome::Abort
        | Outcome::Replace
        | Outcome::Discard
        | Outcome::Drop(_)
        | Outcome::DropWithoutCode
        | Outcome::FailPhysical(_)
        | Outcome::Nothing => {}
    }
    if rule.scope == Scope::Request && rule.by == Some(Role::Server) {
        return Err("a client sends the request; omit `by` or write Client".into());
    }
    Ok(())
}

fn has_versions(draft: &ResolvedDraft) -> bool {
    let mut headers = draft.request_headers.values();
    headers.any(|header| matches!(header.value.value, Grammar::Version(_)))
}
