//! Interpreted extensions.

mod multiplex;

use wsdraft::{
    extension::{
        BootstrapInfo, Demand, ExtensionInfo, ExtensionRule, Frames, MethodInfo, ParameterInfo,
        Transform,
    },
    info::RuleInfo,
};
use wsdraft_spec::{Item, ResolvedExtension, extension as spec, vocabulary::Evidence};

use crate::tables::{list, text, texts};

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
        issued: issued.max(),
        drafts: texts(extension.drafts.iter().map(|draft| draft.as_str())),
        transform: transform.map_or(Transform::Nothing, |item| item.value.apply),
        bits: texts(
            claims
                .into_iter()
                .flat_map(|claims| &claims.bits)
                .map(|bit| bit.as_str()),
        ),
        on: claims.map_or(Frames::First, |claims| claims.on),
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
        bootstrap: extension
            .bootstrap
            .as_ref()
            .map(|item| bootstrap(&item.value)),
        multiplexing: extension.multiplexing.as_ref().map(multiplex::info),
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

fn bootstrap(bootstrap: &spec::Bootstrap) -> BootstrapInfo {
    let names = |names: &[String]| texts(names.iter().map(|name| name.as_str()));
    BootstrapInfo {
        http: text(&bootstrap.http),
        setting: (bootstrap.setting.0, text(&bootstrap.setting.1)),
        method: text(&bootstrap.method),
        protocol: text(&bootstrap.protocol),
        schemes: (text(&bootstrap.schemes.0), text(&bootstrap.schemes.1)),
        required: names(&bootstrap.required),
        forbidden: names(&bootstrap.forbidden),
        unprocessed: names(&bootstrap.unprocessed),
        success: bootstrap.success,
        unknown_protocol: bootstrap.unknown_protocol,
    }
}

fn parameter(name: &str, parameter: &spec::Parameter) -> ParameterInfo {
    ParameterInfo {
        name: text(name),
        offer: parameter.offer,
        answer: parameter.answer,
        needs_offer: parameter.needs_offer,
        owed: parameter.owed,
        at_most_offered: parameter.at_most_offered,
        effect: parameter.effect,
        summary: text(&parameter.summary),
    }
}

fn rule(id: &str, item: &Item<spec::ExtensionRule>) -> ExtensionRule {
    let rule = &item.value;
    ExtensionRule {
        info: RuleInfo {
            id: text(id),
            variant: text(&rule.variant),
            level: rule.level,
            scope: rule.scope.scope(),
            by: rule.by,
            summary: text(&rule.summary),
            citation: text(&Evidence::citation(&rule.evidence)),
            evidence: list(
                rule.evidence
                    .iter()
                    .map(|evidence| text(&format!("{evidence}"))),
            ),
            stated_in: text(&item.stated_in),
            outcome: rule.otherwise.outcome(),
            visibility: rule.require.visibility().map(text),
        },
        part: rule.scope,
        demand: demand(&rule.require),
    }
}

fn demand(demand: &spec::Demand) -> Demand {
    demand.map(
        |name| text(name),
        |transforms| list(transforms.iter().copied()),
    )
}
