//! Extensions run as data.

use wsdraft::{
    extension::{
        Demand, Effect, ExtensionInfo, ExtensionRule, Frames, MethodInfo, ParameterInfo, Part,
        Sender, Transform, Value,
    },
    info::{Outcome, RuleInfo, Scope},
};
use wsdraft_spec::{Item, ResolvedExtension, extension as spec};

use crate::tables::{citation, date, level, list, role, text, texts, visibility};

/// The static data of an extension that is not compiled in, kept for the life of the process.
#[must_use]
pub fn interpreted(extension: &ResolvedExtension) -> &'static ExtensionInfo {
    let claims = extension.claims.as_ref().map(|claims| &claims.value);
    let transform = extension.transform.as_ref();
    let issued = extension
        .documents
        .iter()
        .filter_map(|document| document.issued);
    Box::leak(Box::new(ExtensionInfo {
        short: text(&extension.short),
        summary: text(&extension.summary),
        tokens: texts(extension.tokens().iter().map(|token| token.as_str())),
        documents: texts(
            extension
                .documents
                .iter()
                .map(|document| document.short.as_str()),
        ),
        issued: issued.max().map(date),
        drafts: texts(extension.drafts.iter().map(|draft| draft.as_str())),
        transform: transform.map_or(Transform::Nothing, |item| self::transform(item.value.apply)),
        bits: texts(
            claims
                .into_iter()
                .flat_map(|claims| &claims.bits)
                .map(|bit| bit.as_str()),
        ),
        on: match claims.map_or(spec::Frames::First, |claims| claims.on) {
            spec::Frames::First => Frames::First,
            spec::Frames::Data => Frames::Data,
            spec::Frames::All => Frames::All,
        },
        opcodes: list(
            claims
                .into_iter()
                .flat_map(|claims| claims.opcodes.iter().copied()),
        ),
        control_opcodes: list(
            claims
                .into_iter()
                .flat_map(|claims| claims.control_opcodes.iter().copied()),
        ),
        method: extension.method.as_ref().map(|method| MethodInfo {
            parameter: text(&method.value.parameter),
            name: text(&method.value.name),
        }),
        parameters: list(
            extension
                .parameters
                .iter()
                .map(|(name, item)| parameter(name, &item.value)),
        ),
        rules: list(
            extension
                .rules
                .iter()
                .map(|(id, rule)| self::rule(id, rule)),
        ),
    }))
}

const fn transform(transform: spec::Transforming) -> Transform {
    match transform {
        spec::Transforming::Nothing => Transform::Nothing,
        spec::Transforming::DeflateMessages => Transform::DeflateMessages,
        spec::Transforming::DeflateFrames => Transform::DeflateFrames,
        spec::Transforming::DeflateEveryFrame => Transform::DeflateEveryFrame,
        spec::Transforming::DeflateStream => Transform::DeflateStream,
        spec::Transforming::Multiplex => Transform::Multiplex,
    }
}

fn parameter(name: &str, parameter: &spec::Parameter) -> ParameterInfo {
    ParameterInfo {
        name: text(name),
        offer: parameter.offer.map(value),
        answer: parameter.answer.map(value),
        needs_offer: parameter.needs_offer,
        owed: parameter.owed,
        at_most_offered: parameter.at_most_offered,
        effect: match parameter.effect {
            spec::Effect::WindowBits(of) => Effect::WindowBits(sender(of)),
            spec::Effect::NoContextTakeover(of) => Effect::NoContextTakeover(sender(of)),
            spec::Effect::Quota => Effect::Quota,
            spec::Effect::Application => Effect::Application,
        },
        summary: text(&parameter.summary),
    }
}

const fn value(value: spec::Value) -> Value {
    match value {
        spec::Value::Flag => Value::Flag,
        spec::Value::Number(from, to) => Value::Number(from, to),
        spec::Value::FlagOrNumber(from, to) => Value::FlagOrNumber(from, to),
        spec::Value::Token => Value::Token,
    }
}

const fn sender(sender: spec::Sender) -> Sender {
    match sender {
        spec::Sender::Of(of) => Sender::Of(role(of)),
        spec::Sender::Receiver => Sender::Receiver,
    }
}

fn rule(id: &str, item: &Item<spec::ExtensionRule>) -> ExtensionRule {
    let rule = &item.value;
    let (scope, part) = match rule.scope {
        spec::ExtensionScope::Offer => (Scope::Request, Part::Offer),
        spec::ExtensionScope::Answer => (Scope::Response, Part::Answer),
        spec::ExtensionScope::List => (Scope::Response, Part::List),
        spec::ExtensionScope::Payload => (Scope::Message, Part::Payload),
        spec::ExtensionScope::Request => (Scope::Policy, Part::Other),
    };
    ExtensionRule {
        info: RuleInfo {
            id: text(id),
            variant: text(&rule.variant),
            level: level(rule.level),
            scope,
            by: rule.by.map(role),
            summary: text(&rule.summary),
            citation: text(&citation(&rule.evidence)),
            evidence: list(
                rule.evidence
                    .iter()
                    .map(|evidence| text(&format!("{evidence}"))),
            ),
            stated_in: text(&item.stated_in),
            outcome: match rule.otherwise {
                spec::Failure::Decline | spec::Failure::Nothing => Outcome::Nothing,
                spec::Failure::Abort => Outcome::Abort,
                spec::Failure::Fail(code) => Outcome::Fail(Some(code)),
                spec::Failure::FailWithoutCode => Outcome::Fail(None),
            },
            visibility: visibility(rule.require.visibility()),
        },
        part,
        demand: demand(&rule.require),
    }
}

fn demand(demand: &spec::Demand) -> Demand {
    let transforms =
        |transforms: &[spec::Transforming]| list(transforms.iter().copied().map(transform));
    match demand {
        spec::Demand::KnownParameters => Demand::KnownParameters,
        spec::Demand::DistinctParameters => Demand::DistinctParameters,
        spec::Demand::ValidValues => Demand::ValidValues,
        spec::Demand::Parameter(name) => Demand::Parameter(text(name)),
        spec::Demand::OfferedParameters => Demand::OfferedParameters,
        spec::Demand::OwedParameters => Demand::OwedParameters,
        spec::Demand::WithinOffer => Demand::WithinOffer,
        spec::Demand::Once => Demand::Once,
        spec::Demand::DistinctBits => Demand::DistinctBits,
        spec::Demand::CompressedOnce => Demand::CompressedOnce,
        spec::Demand::NotAfter(others) => Demand::NotAfter(transforms(others)),
        spec::Demand::NotBefore(others) => Demand::NotBefore(transforms(others)),
        spec::Demand::Deflate => Demand::Deflate,
        spec::Demand::BlockBoundary => Demand::BlockBoundary,
        spec::Demand::Documented(_) => Demand::Documented,
    }
}
