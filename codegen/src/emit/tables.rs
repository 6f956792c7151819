//! `mod tables`: the static data.

use proc_macro2::TokenStream;
use quote::quote;
use wsdraft_spec::vocabulary::LocalCodes;

use super::{Uses, count, hex, ident, number, option, types, word::Word as _};
use crate::model::{CodeModel, FieldModel, Identity, Module, OpcodeModel, RuleModel};

/// The module.
pub(super) fn module(module: &Module<'_>, runtime: &TokenStream) -> TokenStream {
    let uses = &Uses::of(runtime);
    uses.names(&["info"]);
    let info = info(module, uses);
    let rules = module.tables.rules.iter();
    let entries = rules.map(|rule| rule_info(rule, uses));
    let rules = count(entries.len());
    let items = quote! {
        /// Information about the draft.
        pub static INFO: info::DraftInfo = info::DraftInfo {
            #info
        };

        /// Information about each rule, in the order in which the rules are checked.
        pub static RULES: [info::RuleInfo; #rules] = [#(#entries),*];
    };
    let imports = uses.declarations();
    quote! {
        mod tables {
            #imports

            #items
        }
    }
}

/// The fields of the information about the draft.
fn info(module: &Module<'_>, uses: &Uses<'_>) -> TokenStream {
    let tables = &module.tables;
    let identity = identity(&tables.identity);
    let opcodes = module
        .opcodes
        .iter()
        .map(|opcode| self::opcode(opcode, uses));
    let codes = module.codes.iter().map(|code| self::code(code, uses));
    let local = local_codes(&tables.local_codes);
    let closing = option(tables.closing.map(|(body, reply)| {
        let (body, reply) = (body.variant(uses), reply.variant(uses));
        quote! {
            info::Closing {
                body: info::CloseBody::#body,
                reply: info::CloseReply::#reply,
            }
        }
    }));
    let text_rule = option(tables.text_rule.map(|variant| {
        uses.parents(&["Rule"]);
        let variant = ident(variant);
        quote!(&RULES[Rule::#variant as usize])
    }));
    let opcode_bits = number(tables.opcode_bits);
    let reserved_bits = &tables.reserved_bits;
    let fragments = tables.fragments;
    let request_fields = tables.request_fields.iter().map(|one| field(one, uses));
    let response_fields = tables.response_fields.iter().map(|one| field(one, uses));
    let accepting_status = optional(tables.accepting_status);
    let (request_body, response_body) = (count(tables.request_body), count(tables.response_body));
    let signs = tables.signs.iter().map(|sign| {
        let (header, test, hint) = (sign.header, sign.test.variant(uses), sign.hint);
        quote!(info::SignInfo { header: #header, test: info::SignTest::#test, hint: #hint })
    });
    let bootstraps = tables.bootstraps;
    let (derives_key, undetectable) = (tables.derives_key, tables.undetectable);
    quote! {
        #identity
        rules: &RULES,
        opcodes: &[#(#opcodes),*],
        opcode_bits: #opcode_bits,
        close_codes: &[#(#codes),*],
        local_codes: #local,
        closing: #closing,
        text_rule: #text_rule,
        reserved_bits: &[#(#reserved_bits),*],
        fragments: #fragments,
        request_headers: &[#(#request_fields),*],
        accepting_status: #accepting_status,
        response_headers: &[#(#response_fields),*],
        request_body: #request_body,
        response_body: #response_body,
        bootstraps: &[#(#bootstraps),*],
        signs: &[#(#signs),*],
        derives_key: #derives_key,
        undetectable: #undetectable,
    }
}

fn identity(identity: &Identity<'_>) -> TokenStream {
    let (name, short, aliases) = (identity.name, identity.short, identity.aliases);
    let series = identity.series;
    let revision = optional(identity.revision);
    let serial = option(identity.serial.map(|serial| {
        let magnitude = number(serial.unsigned_abs());
        if serial < 0 {
            quote!(-#magnitude)
        } else {
            quote!(#magnitude)
        }
    }));
    let wire_version = optional(identity.wire_version);
    quote! {
        name: #name,
        short: #short,
        aliases: &[#(#aliases),*],
        series: #series,
        revision: #revision,
        serial: #serial,
        wire_version: #wire_version,
    }
}

fn optional(value: Option<u16>) -> TokenStream {
    option(value.map(|value| {
        let value = number(value);
        quote!(#value)
    }))
}

fn opcode(opcode: &OpcodeModel<'_>, uses: &Uses<'_>) -> TokenStream {
    let (value, name) = (hex(opcode.value), opcode.name);
    let kind = opcode.kind.variant(uses);
    quote!(info::OpcodeInfo { value: #value, kind: info::Kind::#kind, name: #name })
}

fn code(code: &CodeModel<'_>, uses: &Uses<'_>) -> TokenStream {
    let (value, name, meaning) = (number(code.code), code.name, code.meaning);
    let on_wire = code.on_wire;
    let by = option(code.by.map(|by| types::role(by, uses)));
    quote! {
        info::CloseCodeInfo {
            code: #value,
            name: #name,
            meaning: #meaning,
            on_wire: #on_wire,
            by: #by,
        }
    }
}

fn local_codes(codes: &LocalCodes) -> TokenStream {
    let (normal, going_away) = (optional(codes.normal), optional(codes.going_away));
    let (too_big, no_status) = (optional(codes.too_big), optional(codes.no_status));
    let (abnormal, internal) = (optional(codes.abnormal), optional(codes.internal));
    let (policy, overloaded) = (optional(codes.policy), optional(codes.overloaded));
    let (unsupported, bad_gateway) = (optional(codes.unsupported), optional(codes.bad_gateway));
    quote! {
        info::LocalCodes {
            normal: #normal,
            going_away: #going_away,
            too_big: #too_big,
            no_status: #no_status,
            abnormal: #abnormal,
            internal: #internal,
            policy: #policy,
            overloaded: #overloaded,
            unsupported: #unsupported,
            bad_gateway: #bad_gateway,
        }
    }
}

fn field(field: &FieldModel<'_>, uses: &Uses<'_>) -> TokenStream {
    let name = field.name;
    let purpose = field.purpose.variant(uses);
    let separator = field.separator.variant(uses);
    let (quoted, answers) = (field.quoted, field.answers);
    let text = option(field.text.map(|text| quote!(#text)));
    let versions = field.versions.iter().map(|&version| number(version));
    quote! {
        info::HeaderInfo {
            name: #name,
            purpose: info::Purpose::#purpose,
            separator: info::Separator::#separator,
            quoted: #quoted,
            text: #text,
            versions: &[#(#versions),*],
            answers: #answers,
        }
    }
}

/// The information about a rule of a draft or of an extension.
pub(super) fn rule_info(rule: &RuleModel<'_>, uses: &Uses<'_>) -> TokenStream {
    let (id, variant, summary) = (rule.id, rule.variant, rule.summary);
    let (citation, evidence, stated_in) = (&rule.citation, &rule.evidence, rule.stated_in);
    let level = rule.level.variant(uses);
    let scope = rule.scope.variant(uses);
    let by = option(rule.by.map(|by| types::role(by, uses)));
    let outcome = rule.outcome.variant(uses);
    let visibility = rule.visibility.variant(uses);
    quote! {
        info::RuleInfo {
            id: #id,
            variant: #variant,
            level: info::Level::#level,
            scope: info::Scope::#scope,
            by: #by,
            summary: #summary,
            citation: #citation,
            evidence: &[#(#evidence),*],
            stated_in: #stated_in,
            outcome: info::Outcome::#outcome,
            visibility: info::Visibility::#visibility,
        }
    }
}
