//! `mod request` and `mod response`: checks and builders of the opening handshake.

use proc_macro2::{Literal, TokenStream, TokenTree};
use quote::quote;
use wsdraft_spec::vocabulary as spec;

use super::{count, doc, expr, guard, ident, mentions};
use crate::model::{FieldModel, Module};

/// `mod request`.
pub(super) fn request(module: &Module<'_>, runtime: &TokenStream) -> TokenStream {
    let guards: Vec<_> = module
        .request_guards
        .iter()
        .map(|guard| guard::guard(module, guard, spec::Scope::Request, runtime))
        .collect();
    let constants = constants(&module.request_fields);
    let used = !guards.is_empty();
    let imports = used.then(|| {
        quote!(
            use super::{Rule, broken};
        )
    });
    let roles = used.then(|| quote!(Role, Seen,));
    let (request, report) = if used {
        (ident("request"), ident("report"))
    } else {
        (ident("_request"), ident("_report"))
    };
    let index = guards
        .iter()
        .any(|guard| is_used(guard, "fields"))
        .then(|| quote!(let fields = request.fields.index(&FIELDS);));
    let write = write_request(module);
    quote! {
        /// The opening request.
        pub mod request {
            use #runtime::{Flow, Report, #roles handshake::{Opening, Request}, support::{self, Vec}};
            #imports

            #constants

            /// Checks an opening request.
            ///
            /// # Errors
            /// `Stop` if the report ends the check.
            pub fn check(#request: &Request<'_>, #report: &mut dyn Report) -> Flow {
                #index
                #(#guards)*
                Ok(())
            }

            #write
        }
    }
}

/// `mod response`.
pub(super) fn response(module: &Module<'_>, runtime: &TokenStream) -> TokenStream {
    let guards: Vec<_> = module
        .response_guards
        .iter()
        .map(|guard| guard::guard(module, guard, spec::Scope::Response, runtime))
        .collect();
    let constants = constants(&module.response_fields);
    let used = !guards.is_empty();
    let imports = used.then(|| {
        quote!(
            use super::{Rule, broken};
        )
    });
    let roles = used.then(|| quote!(Role, Seen,));
    let text = quote!(#(#guards)*);
    let name = |name: &str, used: bool| {
        if used {
            ident(name)
        } else {
            ident(&format!("_{name}"))
        }
    };
    let index =
        is_used(&text, "fields").then(|| quote!(let fields = response.fields.index(&FIELDS);));
    let accepts =
        is_used(&text, "accepts").then(|| quote!(let accepts = super::INFO.accepts(response);));
    let request = name("request", mentions(&text, "request"));
    let (response, report) = (name("response", used), name("report", used));
    let write = write_response(module, runtime);
    let session = session(module, runtime);
    quote! {
        /// The response to the opening request.
        pub mod response {
            use #runtime::{
                Flow, Report, #roles
                frame::Session,
                handshake::{Answer, Request, Response},
                support::{self, Vec},
            };
            #imports

            #constants

            /// Checks the response to `request`.
            ///
            /// # Errors
            /// `Stop` if the report ends the check.
            pub fn check(#request: &Request<'_>, #response: &Response<'_>, #report: &mut dyn Report) -> Flow {
                #index
                #accepts
                #(#guards)*
                Ok(())
            }

            #write

            #session
        }
    }
}

/// Whether a variable is used: its name appears other than as a field name.
fn is_used(tokens: &TokenStream, name: &str) -> bool {
    let mut after_dot = false;
    tokens.clone().into_iter().any(|tree| {
        let used = match &tree {
            TokenTree::Ident(ident) => ident == name && !after_dot,
            TokenTree::Group(group) => is_used(&group.stream(), name),
            _ => false,
        };
        after_dot = matches!(&tree, TokenTree::Punct(punct) if punct.as_char() == '.');
        used
    })
}

/// The field names, and a constant with the index of each.
fn constants(fields: &[FieldModel<'_>]) -> TokenStream {
    let length = count(fields.len());
    let names = fields.iter().map(|field| field.name);
    let constants = fields.iter().enumerate().map(|(at, field)| {
        let (constant, doc) = (
            ident(&field.constant),
            doc(&format!("Index of `{}` in [`FIELDS`].", field.name)),
        );
        let at = count(at);
        quote! {
            #doc
            pub const #constant: usize = #at;
        }
    });
    quote! {
        /// The header fields that the draft refers to.
        pub static FIELDS: [&str; #length] = [#(#names),*];

        #(#constants)*
    }
}

/// Statements that write header fields. Adjacent fixed texts are merged.
struct Lines {
    text: String,
    statements: Vec<TokenStream>,
}

impl Lines {
    fn new(start: String) -> Self {
        Self {
            text: start,
            statements: Vec::new(),
        }
    }

    fn text(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn statement(&mut self, statement: TokenStream) {
        if !self.text.is_empty() {
            let literal = Literal::byte_string(self.text.as_bytes());
            self.statements
                .push(quote!(out.extend_from_slice(#literal);));
            self.text.clear();
        }
        self.statements.push(statement);
    }

    fn finish(mut self) -> Vec<TokenStream> {
        self.statement(TokenStream::new());
        self.statements
    }
}

fn write_request(module: &Module<'_>) -> TokenStream {
    let draft = module.draft;
    let method = draft
        .request_line
        .as_ref()
        .map_or("GET", |line| line.value.method.as_str());
    let minor = draft
        .request_line
        .as_ref()
        .map_or(1, |line| line.value.minor_version);
    let mut lines = Lines::new(format!("{method} "));
    lines.statement(quote!(support::push_text(out, opening.resource.as_bytes());));
    lines.text(&format!(" HTTP/1.{minor}\r\n"));
    for field in &module.request_fields {
        let name = field.name;
        match &field.header.send {
            spec::Source::Text(text) => lines.text(&format!("{name}: {text}\r\n")),
            spec::Source::Version => {
                if let spec::Grammar::Version(versions) = &field.header.value {
                    let version = versions.first().copied().unwrap_or_default();
                    lines.text(&format!("{name}: {version}\r\n"));
                }
            }
            spec::Source::Random => match field.header.value {
                spec::Grammar::Base64(length) => {
                    let length = count(length);
                    lines.statement(
                        quote!(support::push_random_base64::<#length>(out, #name, opening);),
                    );
                }
                _ => lines.statement(quote!(support::push_spaced_number(out, #name, opening);)),
            },
            spec::Source::Given => lines.statement(given_request(field, name)),
            _ => {}
        }
    }
    lines.statement(quote!(support::push_fields(out, opening.fields);));
    lines.text("\r\n");
    if let Some(body) = &draft.request_body {
        let length = count(body.value.length);
        lines.statement(quote!(support::push_random::<#length>(out, opening);));
    }
    let statements = lines.finish();
    quote! {
        /// Appends an opening request: its head and its body.
        pub fn write(opening: &Opening<'_>, out: &mut Vec<u8>) {
            #(#statements)*
        }
    }
}

/// Writes the application's value for a field's purpose.
fn given_request(field: &FieldModel<'_>, name: &str) -> TokenStream {
    match field.header.purpose {
        spec::Purpose::Host => quote!(support::push_field(out, #name, opening.host.as_bytes());),
        spec::Purpose::Origin => quote!(support::push_optional(out, #name, opening.origin);),
        spec::Purpose::Extensions => {
            quote!(support::push_optional(out, #name, opening.extensions);)
        }
        spec::Purpose::Cookie => quote!(support::push_optional(out, #name, opening.cookie);),
        spec::Purpose::Subprotocol => {
            let between = match field.header.value.separator() {
                spec::Separator::Comma => Some(", "),
                spec::Separator::Space => Some(" "),
                spec::Separator::None => None,
            };
            let between = super::option(between.map(|between| quote!(#between)));
            quote!(support::push_list(out, #name, opening.subprotocols, #between);)
        }
        _ => TokenStream::new(),
    }
}

fn write_response(module: &Module<'_>, runtime: &TokenStream) -> TokenStream {
    let draft = module.draft;
    let (status, reason) = draft.status_line.as_ref().map_or((101, ""), |line| {
        (line.value.status, line.value.reason.as_str())
    });
    let minor = draft
        .request_line
        .as_ref()
        .map_or(1, |line| line.value.minor_version);
    let mut lines = Lines::new(format!("HTTP/1.{minor} {status} {reason}\r\n"));
    for field in &module.response_fields {
        let name = field.name;
        match &field.header.send {
            spec::Source::Text(text) => lines.text(&format!("{name}: {text}\r\n")),
            spec::Source::Random => {
                let nonce = quote!(#runtime::digest::base64(&answer.nonce).as_bytes());
                lines.statement(quote!(support::push_field(out, #name, #nonce);));
            }
            spec::Source::Value(value) => {
                let value = expr::bytes(value, runtime);
                lines.statement(quote!(support::push_field(out, #name, #value);));
            }
            spec::Source::Echo(of) => lines.statement(quote! {
                if let Some(field) = request.fields.get(#of) {
                    support::push_field(out, #name, field.value);
                }
            }),
            spec::Source::Location => {
                let host = module.host;
                lines.statement(quote!(support::push_field(out, #name, support::location(request, #host).as_bytes());));
            }
            spec::Source::Given => match field.header.purpose {
                spec::Purpose::Subprotocol => {
                    lines
                        .statement(quote!(support::push_optional(out, #name, answer.subprotocol);));
                }
                spec::Purpose::Extensions => {
                    lines.statement(quote!(support::push_optional(out, #name, answer.extensions);));
                }
                _ => {}
            },
            spec::Source::Version | spec::Source::Nothing => {}
        }
    }
    lines.statement(quote!(support::push_fields(out, answer.fields);));
    lines.text("\r\n");
    let statements = lines.finish();
    let uses_request = mentions(&quote!(#(#statements)*), "request");
    let request = if uses_request {
        ident("request")
    } else {
        ident("_request")
    };
    let body = draft
        .response_body
        .as_ref()
        .map(|body| expr::bytes(&body.value.value, runtime));
    let write_body = match body {
        Some(value) => quote! {
            /// Appends the bytes that follow the response head.
            pub fn write_body(request: &Request<'_>, out: &mut Vec<u8>) {
                out.extend_from_slice(#value);
            }
        },
        None => quote! {
            /// Appends the bytes that follow the response head. This draft has none.
            pub fn write_body(_request: &Request<'_>, _out: &mut Vec<u8>) {}
        },
    };
    quote! {
        /// Appends the head of the response to a valid request.
        pub fn write(#request: &Request<'_>, answer: &Answer<'_>, out: &mut Vec<u8>) {
            #(#statements)*
        }

        #write_body
    }
}

fn session(module: &Module<'_>, runtime: &TokenStream) -> TokenStream {
    let Some(key) = &module.draft.session_key else {
        return quote! {
            /// Derives the keys that frames need. This draft needs none.
            #[must_use]
            pub fn session(_request: &Request<'_>, _response: &Response<'_>) -> Session {
                Session { masking_key: None }
            }
        };
    };
    let value = expr::hash(&key.value.value, runtime);
    let response = if expr::uses_response(&key.value.value) {
        ident("response")
    } else {
        ident("_response")
    };
    quote! {
        /// Derives the keys that frames need.
        #[must_use]
        pub fn session(request: &Request<'_>, #response: &Response<'_>) -> Session {
            Session { masking_key: Some(#value) }
        }
    }
}
