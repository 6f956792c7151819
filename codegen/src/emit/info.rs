//! The marker type, its `Draft` implementation, and the static `DraftInfo`.

use proc_macro2::TokenStream;
use quote::quote;
use wsdraft_spec::vocabulary as spec;

use super::{Uses, count, doc, ident, number, option, types, word::Word as _};
use crate::model::{FieldModel, Module};

/// `mod draft`: the marker type and its implementation of the runtime's trait.
pub(super) fn marker(module: &Module<'_>, runtime: &TokenStream) -> TokenStream {
    let uses = &Uses::of(runtime);
    uses.names(&[
        "Flow",
        "Report",
        "Role",
        "frame::Context",
        "frame::Decode",
        "frame::Encoded",
        "frame::FrameHeader",
        "frame::Outgoing",
        "frame::Session",
        "handshake::Answer",
        "handshake::Opening",
        "handshake::Request",
        "handshake::Response",
        "info::DraftInfo",
        "support::Vec",
    ]);
    let doc = doc(&module.doc);
    let plain = module.plain.as_ref().filter(|plain| plain.keeps_every_rule);
    let plain = plain.map(|_| {
        uses.names(&["frame::Plain"]);
        quote! {
            #[inline]
            fn plain(
                &self,
                bytes: &[u8],
                from: Role,
                session: &Session,
            ) -> Option<Plain> {
                layout::plain(bytes, from, session)
            }
        }
    });
    let imports = uses.declaration();
    quote! {
        mod draft {
        #imports
        use super::{INFO, frame, layout, request, response};

        #doc
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        pub struct Draft;

        impl #runtime::Draft for Draft {
            #[inline]
            fn info(&self) -> &'static DraftInfo {
                &INFO
            }

            #[inline]
            fn decode(
                &self,
                bytes: &[u8],
                from: Role,
                session: &Session,
            ) -> Decode {
                layout::decode(bytes, from, session)
            }

            #plain

            #[inline]
            fn check_frame(
                &self,
                header: &FrameHeader,
                context: &Context,
                report: &mut dyn Report,
            ) -> Flow {
                frame::check(header, context, report)
            }

            #[inline]
            fn check_close(
                &self,
                body: &[u8],
                from: Role,
                offset: u64,
                report: &mut dyn Report,
            ) -> Flow {
                frame::check_close(body, from, offset, report)
            }

            #[inline]
            fn encode(
                &self,
                frame: &Outgoing,
                from: Role,
                nonce: [u8; 4],
                session: &Session,
            ) -> Option<Encoded> {
                layout::encode(frame, from, nonce, session)
            }

            fn check_request(
                &self,
                request: &Request<'_>,
                report: &mut dyn Report,
            ) -> Flow {
                request::check(request, report)
            }

            fn write_response(
                &self,
                request: &Request<'_>,
                answer: &Answer<'_>,
                out: &mut Vec<u8>,
            ) {
                response::write(request, answer, out);
            }

            fn write_response_body(
                &self,
                request: &Request<'_>,
                out: &mut Vec<u8>,
            ) {
                response::write_body(request, out);
            }

            fn write_request(
                &self,
                opening: &Opening<'_>,
                out: &mut Vec<u8>,
            ) {
                request::write(opening, out);
            }

            fn check_response(
                &self,
                request: &Request<'_>,
                response: &Response<'_>,
                report: &mut dyn Report,
            ) -> Flow {
                response::check(request, response, report)
            }

            fn session(
                &self,
                request: &Request<'_>,
                response: &Response<'_>,
            ) -> Session {
                response::session(request, response)
            }
        }
        }
    }
}

/// `mod tables`: the static data.
pub(super) fn tables(module: &Module<'_>, runtime: &TokenStream) -> TokenStream {
    let uses = &Uses::of(runtime);
    uses.names(&["info"]);
    let draft = module.draft;
    let (name, short, aliases, series) = (&draft.name, &draft.short, &draft.aliases, &draft.series);
    let revision = option(draft.revision.map(|revision| {
        let revision = number(revision);
        quote!(#revision)
    }));
    let serial = option(draft.serial.map(|serial| {
        let magnitude = number(serial.unsigned_abs());
        if serial < 0 {
            quote!(-#magnitude)
        } else {
            quote!(#magnitude)
        }
    }));
    let wire_version = option(draft.wire_version.map(|version| {
        let version = number(version);
        quote!(#version)
    }));
    let opcodes = module.opcodes.iter().map(|opcode| {
        let (value, name, kind) = (
            super::hex(opcode.opcode.value),
            opcode.name,
            opcode.opcode.kind.variant(uses),
        );
        quote!(info::OpcodeInfo { value: #value, kind: info::Kind::#kind, name: #name })
    });
    let codes = module.codes.iter().map(|code| {
        let (value, name, meaning) = (number(code.code), &code.entry.name, &code.entry.meaning);
        let (on_wire, by) = (
            code.entry.on_wire,
            option(code.entry.by.map(|by| types::role(by, uses))),
        );
        quote! {
            info::CloseCodeInfo {
                code: #value,
                name: #name,
                meaning: #meaning,
                on_wire: #on_wire,
                by: #by,
            }
        }
    });
    let local = local_codes(module);
    let closing = option(draft.closing.as_ref().map(|closing| {
        let body = closing.value.body.variant(uses);
        let reply = closing.value.reply.variant(uses);
        quote! {
            info::Closing {
                body: info::CloseBody::#body,
                reply: info::CloseReply::#reply,
            }
        }
    }));
    let text_rule = option(module.text_rule.map(|variant| {
        let variant = ident(variant);
        quote!(&RULES[Rule::#variant as usize])
    }));
    let opcode_bits = number(draft.opcode_bits().unwrap_or(8));
    let reserved_bits = draft.reserved_bits();
    let fragments = draft
        .opcodes
        .values()
        .any(|opcode| opcode.value.kind == spec::Kind::Continuation);
    let accepting_status = option(draft.status_line.as_ref().map(|line| {
        let status = number(line.value.status);
        quote!(#status)
    }));
    let request_headers = headers(&module.request_fields, uses);
    let response_headers = headers(&module.response_fields, uses);
    let request_body = number(
        draft
            .request_body
            .as_ref()
            .map_or(0, |body| body.value.length) as u64,
    );
    let response_body = number(
        draft
            .response_body
            .as_ref()
            .map_or(0, |body| body.value.value.length()) as u64,
    );
    let signs = draft.signs.values().map(|sign| {
        let header = &sign.value.header;
        let test = sign.value.test.variant(uses);
        let hint = draft.is_hint(&sign.value);
        quote!(info::SignInfo { header: #header, test: info::SignTest::#test, hint: #hint })
    });
    let derives_key = draft.session_key.is_some();
    let undetectable = draft.undetectable;
    let entries = types::rule_entries(module, uses);
    let rules = count(entries.len());
    let items = quote! {
        /// Information about the draft.
        pub static INFO: info::DraftInfo = info::DraftInfo {
            name: #name,
            short: #short,
            aliases: &[#(#aliases),*],
            series: #series,
            revision: #revision,
            serial: #serial,
            wire_version: #wire_version,
            rules: &RULES,
            opcodes: &[#(#opcodes),*],
            opcode_bits: #opcode_bits,
            close_codes: &[#(#codes),*],
            local_codes: #local,
            closing: #closing,
            text_rule: #text_rule,
            reserved_bits: &[#(#reserved_bits),*],
            fragments: #fragments,
            request_headers: &[#(#request_headers),*],
            accepting_status: #accepting_status,
            response_headers: &[#(#response_headers),*],
            request_body: #request_body,
            response_body: #response_body,
            signs: &[#(#signs),*],
            derives_key: #derives_key,
            undetectable: #undetectable,
        };

            /// Information about each rule, in the order in which the rules are checked.
            pub static RULES: [info::RuleInfo; #rules] = [#(#entries),*];
    };
    let rule = module.text_rule.map(|_| {
        quote!(
            use super::Rule;
        )
    });
    let imports = uses.declaration();
    quote! {
        mod tables {
            #imports
            #rule

            #items
        }
    }
}

fn local_codes(module: &Module<'_>) -> TokenStream {
    let code = |usage: spec::CodeUse| {
        option(
            module
                .codes
                .iter()
                .find(|code| code.entry.local == Some(usage))
                .map(|code| {
                    let value = number(code.code);
                    quote!(#value)
                }),
        )
    };
    let (normal, going_away) = (code(spec::CodeUse::Normal), code(spec::CodeUse::GoingAway));
    let (too_big, no_status) = (code(spec::CodeUse::TooBig), code(spec::CodeUse::NoStatus));
    let (abnormal, internal) = (code(spec::CodeUse::Abnormal), code(spec::CodeUse::Internal));
    let (policy, overloaded) = (code(spec::CodeUse::Policy), code(spec::CodeUse::Overloaded));
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
        }
    }
}

fn headers(fields: &[FieldModel<'_>], uses: &Uses<'_>) -> Vec<TokenStream> {
    fields
        .iter()
        .map(|field| {
            let name = field.name;
            let purpose = field.header.purpose.variant(uses);
            let separator = field.header.value.separator().variant(uses);
            let quoted = field.header.value == spec::Grammar::QuotedExtensions;
            let text = option(match &field.header.send {
                spec::Source::Text(text) => Some(quote!(#text)),
                _ => None,
            });
            let versions = match &field.header.value {
                spec::Grammar::Version(versions) => {
                    versions.iter().map(|&version| number(version)).collect()
                }
                _ => Vec::new(),
            };
            let answers = field.header.send.answers();
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
        })
        .collect()
}
