//! Lowers extensions.

use wsdraft_spec::{
    Item, ResolvedExtension, Table,
    extension::{Claims, Frames, ResolvedMultiplexing, Transform, Value},
    sort,
    vocabulary::Evidence,
};

use crate::{
    model::{
        ExtensionModule, ExtensionRuleModel, MethodModel, MultiplexModel, ParameterModel,
        RuleModel, Term, Terms,
    },
    naming,
};

/// Lowers an extension.
pub(crate) fn lower(extension: &ResolvedExtension) -> ExtensionModule<'_> {
    let short = &extension.short;
    let documents = extension.documents.iter();
    let claims = extension.claims.as_ref().map(|claims| &claims.value);
    let claims = claims.map_or((&[][..], Frames::First, &[][..], &[][..]), claimed);
    let (bits, on, opcodes, control_opcodes) = claims;
    let transform = extension.transform.as_ref();
    let method = extension.method.as_ref().map(|method| MethodModel {
        parameter: &method.value.parameter,
        name: &method.value.name,
    });
    let parameters = parameters(extension);
    let terms = |what: &str, form: fn(&ParameterModel<'_>) -> Option<Value>| {
        terms(extension, method, &parameters, what, form)
    };
    ExtensionModule {
        doc: format!("Information about {short}."),
        rules_doc: format!("The rules of {short}."),
        short,
        summary: &extension.summary,
        tokens: extension.tokens(),
        issued: documents
            .clone()
            .filter_map(|document| document.issued)
            .max(),
        documents: documents.map(|document| document.short.as_str()).collect(),
        drafts: &extension.drafts,
        transform: transform.map_or(Transform::Nothing, |transform| transform.value.apply),
        bits,
        on,
        opcodes,
        control_opcodes,
        method,
        bootstrap: extension.bootstrap.as_ref().map(|item| &item.value),
        multiplexing: extension.multiplexing.as_ref().map(multiplexing),
        rules: rules(extension),
        offer: terms("An offer", |parameter| parameter.offer),
        answer: terms("An answer", |parameter| parameter.answer),
        parameters,
    }
}

type Claimed<'a> = (&'a [String], Frames, &'a [u8], &'a [u8]);

/// The bits, the frames, the opcodes and the control opcodes.
fn claimed(claims: &Claims) -> Claimed<'_> {
    let (opcodes, control_opcodes) = (&claims.opcodes, &claims.control_opcodes);
    (&claims.bits, claims.on, opcodes, control_opcodes)
}

fn parameters(extension: &ResolvedExtension) -> Vec<ParameterModel<'_>> {
    let parameters = extension.parameters.iter().map(|(name, item)| {
        let parameter = &item.value;
        ParameterModel {
            name,
            offer: parameter.offer,
            answer: parameter.answer,
            needs_offer: parameter.needs_offer,
            owed: parameter.owed,
            at_most_offered: parameter.at_most_offered,
            effect: parameter.effect,
            summary: &parameter.summary,
        }
    });
    parameters.collect()
}

fn rules(extension: &ResolvedExtension) -> Vec<ExtensionRuleModel<'_>> {
    let rules = extension.rules.iter().map(|(id, item)| {
        let rule = &item.value;
        let citation = Evidence::citation(&rule.evidence);
        ExtensionRuleModel {
            doc: format!("{} ({citation})", rule.summary),
            part: rule.scope,
            demand: &rule.require,
            info: RuleModel {
                id,
                variant: &rule.variant,
                level: rule.level,
                scope: rule.scope.scope(),
                by: rule.by,
                summary: &rule.summary,
                citation,
                evidence: rule.evidence.iter().map(ToString::to_string).collect(),
                stated_in: &item.stated_in,
                outcome: rule.otherwise.outcome(),
                visibility: rule.require.visibility(),
            },
        }
    });
    rules.collect()
}

fn multiplexing(stated: &ResolvedMultiplexing) -> MultiplexModel<'_> {
    let mut blocks = named(&stated.blocks);
    sort::by_key(&mut blocks, |(_, block)| block.opcode);
    let codes = stated.drop_codes.iter();
    let mut drop_codes: Vec<_> = codes.map(|(code, item)| (*code, &item.value)).collect();
    sort::by_key(&mut drop_codes, |(code, _)| *code);
    MultiplexModel {
        carriage: stated.carriage.as_ref().map(|item| &item.value.form),
        channels: stated.channels.as_ref().map(|item| &item.value),
        numbers: stated.numbers.as_ref().map(|item| &item.value.form),
        blocks,
        encodings: named(&stated.encodings),
        handshakes: stated.handshakes.as_ref().map(|item| &item.value),
        quotas: stated.quotas.as_ref().map(|item| &item.value),
        drops: stated.drops.as_ref().map(|item| &item.value),
        drop_codes,
        unknown: named(&stated.unknown),
    }
}

fn named<T>(table: &Table<String, Item<T>>) -> Vec<(&str, &T)> {
    let items = table.iter();
    items
        .map(|(name, item)| (name.as_str(), &item.value))
        .collect()
}

fn terms<'a>(
    extension: &'a ResolvedExtension,
    method: Option<MethodModel<'a>>,
    parameters: &[ParameterModel<'a>],
    what: &str,
    form: fn(&ParameterModel<'_>) -> Option<Value>,
) -> Terms<'a> {
    let token = extension.tokens().first().map_or("", String::as_str);
    let terms = parameters.iter().filter_map(|parameter| {
        Some(Term {
            name: parameter.name,
            field: naming::module(parameter.name),
            doc: parameter.summary,
            value: form(parameter)?,
        })
    });
    Terms {
        doc: format!("{what} of {}.", extension.short),
        name: method.map_or(token, |method| method.name),
        within: method.map(|method| (token, method.parameter)),
        terms: terms.collect(),
    }
}
