//! Extensions: their tables, and typed offers, answers and rules.

use proc_macro2::TokenStream;
use quote::quote;
use wsdraft_spec::{
    extension::{Bootstrap, Value},
    vocabulary::Date,
};

use super::{Uses, count, doc, number, option, rules, tables, word::Word as _};
use crate::model::{ExtensionModule, ExtensionRuleModel, ParameterModel};

mod multiplex;
mod terms;

/// The items of an extension's module.
pub(crate) fn module(extension: &ExtensionModule<'_>, runtime: &TokenStream) -> TokenStream {
    let info = info(extension, runtime);
    let rules = rules::of_extension(extension, runtime);
    let named = !extension.tokens.is_empty();
    let terms = named.then(|| terms::module(extension, runtime));
    let mut exported = vec![quote!(tables::INFO)];
    if !extension.rules.is_empty() {
        exported.insert(0, quote!(rules::Rule));
    }
    if named {
        exported.push(quote!(terms::{Answer, Offer}));
    }
    let exported = match exported.as_slice() {
        [one] => quote!(self::#one),
        several => quote!(self::{#(#several),*}),
    };
    quote! {
        #[allow(unused_imports)]
        pub use #exported;

        #info
        #rules
        #terms
    }
}

/// `mod tables`: the static data.
fn info(extension: &ExtensionModule<'_>, runtime: &TokenStream) -> TokenStream {
    let uses = &Uses::of(runtime);
    uses.names(&["extension", "info"]);
    let (short, summary) = (extension.short, extension.summary);
    let (tokens, drafts) = (extension.tokens, extension.drafts);
    let documents = &extension.documents;
    let issued = option(extension.issued.map(date));
    let transform = extension.transform.variant(uses);
    let (bits, on) = (extension.bits, extension.on.variant(uses));
    let (opcodes, control_opcodes) = (extension.opcodes, extension.control_opcodes);
    let method = option(extension.method.map(|method| {
        let (parameter, name) = (method.parameter, method.name);
        quote!(extension::MethodInfo { parameter: #parameter, name: #name })
    }));
    let bootstrap = option(extension.bootstrap.map(bootstrap));
    let multiplexing = extension.multiplexing.as_ref();
    let multiplexing = option(multiplexing.map(|one| multiplex::info(one, uses)));
    let parameters = extension.parameters.iter();
    let parameters = parameters.map(|one| parameter(one, uses));
    let rules = extension.rules.iter().map(|rule| rule_entry(rule, uses));
    let length = count(extension.rules.len());
    let doc = doc(&extension.doc);
    let items = quote! {
        #doc
        pub static INFO: extension::ExtensionInfo = extension::ExtensionInfo {
            short: #short,
            summary: #summary,
            tokens: &[#(#tokens),*],
            documents: &[#(#documents),*],
            issued: #issued,
            drafts: &[#(#drafts),*],
            transform: extension::Transform::#transform,
            bits: &[#(#bits),*],
            on: extension::Frames::#on,
            opcodes: &[#(#opcodes),*],
            control_opcodes: &[#(#control_opcodes),*],
            method: #method,
            bootstrap: #bootstrap,
            multiplexing: #multiplexing,
            parameters: &[#(#parameters),*],
            rules: &RULES,
        };

        pub(super) static RULES: [extension::ExtensionRule; #length] = [#(#rules),*];
    };
    let imports = uses.declarations();
    quote! {
        mod tables {
            #imports

            #items
        }
    }
}

fn bootstrap(bootstrap: &Bootstrap) -> TokenStream {
    let (http, method, protocol) = (&bootstrap.http, &bootstrap.method, &bootstrap.protocol);
    let (setting, name) = (number(bootstrap.setting.0), &bootstrap.setting.1);
    let (plain, secure) = (&bootstrap.schemes.0, &bootstrap.schemes.1);
    let (required, forbidden) = (&bootstrap.required, &bootstrap.forbidden);
    let unprocessed = &bootstrap.unprocessed;
    let (first, last) = (number(bootstrap.success.0), number(bootstrap.success.1));
    let unknown_protocol = option(bootstrap.unknown_protocol.map(|status| {
        let status = number(status);
        quote!(#status)
    }));
    quote! {
        extension::BootstrapInfo {
            http: #http,
            setting: (#setting, #name),
            method: #method,
            protocol: #protocol,
            schemes: (#plain, #secure),
            required: &[#(#required),*],
            forbidden: &[#(#forbidden),*],
            unprocessed: &[#(#unprocessed),*],
            success: (#first, #last),
            unknown_protocol: #unknown_protocol,
        }
    }
}

fn date(date: Date) -> TokenStream {
    let (year, month) = (number(date.year), number(date.month));
    let day = option(date.day.map(|day| {
        let day = number(day);
        quote!(#day)
    }));
    quote!(info::Date { year: #year, month: #month, day: #day })
}

fn parameter(parameter: &ParameterModel<'_>, uses: &Uses<'_>) -> TokenStream {
    let value = |value: Option<Value>| {
        option(value.map(|value| {
            let value = value.variant(uses);
            quote!(extension::Value::#value)
        }))
    };
    let (offer, answer) = (value(parameter.offer), value(parameter.answer));
    let effect = parameter.effect.variant(uses);
    let (needs_offer, owed, at_most_offered) = (
        parameter.needs_offer,
        parameter.owed,
        parameter.at_most_offered,
    );
    let (name, summary) = (parameter.name, parameter.summary);
    quote! {
        extension::ParameterInfo {
            name: #name,
            offer: #offer,
            answer: #answer,
            needs_offer: #needs_offer,
            owed: #owed,
            at_most_offered: #at_most_offered,
            effect: extension::Effect::#effect,
            summary: #summary,
        }
    }
}

fn rule_entry(rule: &ExtensionRuleModel<'_>, uses: &Uses<'_>) -> TokenStream {
    let info = tables::rule_info(&rule.info, uses);
    let (part, demand) = (rule.part.variant(uses), rule.demand.variant(uses));
    quote! {
        extension::ExtensionRule {
            info: #info,
            part: extension::Part::#part,
            demand: extension::Demand::#demand,
        }
    }
}
