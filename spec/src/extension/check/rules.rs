//! Rules of an extension.

use super::{Demand, ExtensionRule, Failure, Part, ResolvedExtension, multiplexing};
use crate::{
    check::{UNSAID, is_camel, is_kebab},
    diagnostic::did_you_mean,
};

/// What is wrong with a rule, and in which field.
pub(super) fn problem(
    id: &str,
    rule: &ExtensionRule,
    extension: &ResolvedExtension,
) -> Option<(&'static str, String)> {
    if !is_kebab(id) {
        let text = "write a rule id of lower case letters, digits and hyphens";
        return Some(("variant", text.into()));
    }
    if !is_camel(&rule.variant) {
        let text = format!("{:?} is not a valid name of a Rust variant", rule.variant);
        return Some(("variant", text));
    }
    if !scopes(&rule.require).contains(&rule.scope) {
        let text = format!(
            "{:?} does not apply to the scope {:?}",
            rule.require, rule.scope
        );
        return Some(("require", text));
    }
    if let Some(text) = requirement(&rule.require, extension) {
        return Some(("require", text));
    }
    if let Some(problem) = multiplexing::rules::problem(rule, extension) {
        return Some(problem);
    }
    if !leads_to(rule.scope, rule.otherwise) {
        let text = format!(
            "a rule with the scope {:?} cannot lead to {:?}",
            rule.scope, rule.otherwise
        );
        return Some(("otherwise", text));
    }
    if rule.scope == Part::Request && extension.bootstrap.is_none() {
        let text = "a rule about a request needs a bootstrap; state one";
        return Some(("scope", text.into()));
    }
    if matches!(rule.otherwise, Failure::Reject(status) if !(400..=599).contains(&status)) {
        return Some((
            "otherwise",
            "a request is refused with a status code of 400 to 599".into(),
        ));
    }
    if matches!(rule.otherwise, Failure::Fail(code) if code > 4999) {
        return Some(("otherwise", "a close code must be below 5000".into()));
    }
    None
}

/// What is wrong with what a rule requires.
fn requirement(demand: &Demand, extension: &ResolvedExtension) -> Option<String> {
    if let Demand::Parameter(name) = demand {
        let method = extension
            .method
            .as_ref()
            .map(|method| &method.value.parameter);
        if extension.parameters.get(name).is_none() && method != Some(name) {
            let hint = did_you_mean(name, extension.parameters.keys().map(String::as_str));
            return Some(format!("no parameter {name:?}{hint}"));
        }
    }
    if let (Demand::FieldAbsent(name), Some(bootstrap)) = (demand, &extension.bootstrap) {
        let forbidden = &bootstrap.value.forbidden;
        if !forbidden.contains(name) {
            let hint = did_you_mean(name, forbidden.iter().map(String::as_str));
            return Some(format!("the bootstrap does not forbid {name:?}{hint}"));
        }
    }
    if matches!(demand, Demand::Documented(why) if why.trim().is_empty()) {
        return Some(UNSAID.into());
    }
    None
}

/// The scopes that a demand applies to.
const fn scopes(demand: &Demand) -> &'static [Part] {
    use Demand as D;
    use Part as S;
    match demand {
        D::KnownParameters | D::DistinctParameters | D::ValidValues | D::Parameter(_) => {
            &[S::Offer, S::Answer]
        }
        D::OfferedParameters | D::OwedParameters | D::WithinOffer => &[S::Answer],
        D::Once | D::DistinctBits | D::CompressedOnce | D::NotAfter(_) | D::NotBefore(_) => {
            &[S::List]
        }
        D::Deflate | D::BlockBoundary => &[S::Payload],
        D::RequiredFields | D::FieldAbsent(_) | D::Scheme | D::Path => &[S::Request],
        D::Channels(asked) => match asked.part() {
            S::Envelope => &[S::Envelope],
            S::Block => &[S::Block],
            S::Channel => &[S::Channel],
            S::Offer | S::Answer | S::List | S::Payload | S::Request => &[],
        },
        D::Documented(_) => &[
            S::Offer,
            S::Answer,
            S::List,
            S::Payload,
            S::Request,
            S::Envelope,
            S::Block,
            S::Channel,
        ],
    }
}

/// Whether a rule with this scope can have this outcome.
const fn leads_to(scope: Part, otherwise: Failure) -> bool {
    match otherwise {
        Failure::Nothing => true,
        Failure::Decline => matches!(scope, Part::Offer | Part::List),
        Failure::Reject(_) => matches!(scope, Part::Request | Part::Block),
        Failure::Abort => matches!(scope, Part::Answer | Part::List),
        Failure::Fail(_) => matches!(scope, Part::Payload),
        Failure::FailWithoutCode => matches!(
            scope,
            Part::Payload | Part::Envelope | Part::Block | Part::Channel
        ),
        Failure::FailPhysical(_) => {
            matches!(scope, Part::Envelope | Part::Block | Part::Channel)
        }
        Failure::Drop(_) | Failure::DropWithoutCode => {
            matches!(scope, Part::Block | Part::Channel)
        }
    }
}
