//! `mod request` and `mod response`: checks and builders of the opening handshake.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use wsdraft_spec::vocabulary as spec;

use super::{Uses, count, doc, expr, guard, ident};
use crate::model::{FieldModel, Guard, Module};

/// `mod request`.
pub(super) fn request(module: &Module<'_>, runtime: &TokenStream) -> TokenStream {
    let uses = &Uses::of(runtime);
    uses.names(&[
        "Flow",
        "Report",
        "handshake::Opening",
        "handshake::Request",
        "support::Vec",
    ]);
    let guards = guard::guards(module, &module.request_guards, spec::Scope::Request, uses);
    let constants = constants(&module.request_fields);
    let checked = (!guards.is_empty()).then(|| Checked::new(uses, quote!(Role::Client)));
    let Checked { rule, broken } = checked.unwrap_or_default();
    let [request, report] = names(["request", "report"], guards.is_empty());
    let index = module.request_guards.iter().any(guard::is_about_fields);
    let index = index.then(|| quote!(let fields = request.fields.index(&FIELDS);));
    let write = write_request(module, uses);
    let imports = uses.declaration();
    quote! {
        /// The opening request.
        #[allow(dead_code)]
        pub mod request {
            #imports
            #rule

            #constants

            /// Checks an opening request.
            ///
            /// # Errors
            /// `Stop` if the report ends the check.
            pub fn check(#request: &Request<'_>, #report: &mut dyn Report) -> Flow {
                #index
                #broken
                #guards
                Ok(())
            }

            #write
        }
    }
}

/// `mod response`.
pub(super) fn response(module: &Module<'_>, runtime: &TokenStream) -> TokenStream {
    let uses = &Uses::of(runtime);
    uses.names(&[
        "Flow",
        "Report",
        "frame::Session",
        "handshake::Answer",
        "handshake::Request",
        "handshake::Response",
        "support::Vec",
    ]);
    let guards = guard::guards(module, &module.response_guards, spec::Scope::Response, uses);
    let constants = constants(&module.response_fields);
    let checked = (!guards.is_empty()).then(|| Checked::new(uses, quote!(Role::Server)));
    let Checked { rule, broken } = checked.unwrap_or_default();
    let about = |test: fn(&Guard<'_>) -> bool| module.response_guards.iter().any(test);
    let index = about(guard::is_about_fields);
    let index = index.then(|| quote!(let fields = response.fields.index(&FIELDS);));
    let accepts = about(guard::depends_on_acceptance);
    let accepts = accepts.then(|| quote!(let accepts = super::INFO.accepts(response);));
    let [request] = names(["request"], !about(guard::compares_with_request));
    let [response, report] = names(["response", "report"], guards.is_empty());
    let write = write_response(module, uses);
    let session = session(module, uses);
    let imports = uses.declaration();
    quote! {
        /// The response to the opening request.
        #[allow(dead_code, clippy::collapsible_if)]
        pub mod response {
            #imports
            #rule

            #constants

            /// Checks the response to `request`.
            ///
            /// # Errors
            /// `Stop` if the report ends the check.
            pub fn check(#request: &Request<'_>, #response: &Response<'_>, #report: &mut dyn Report) -> Flow {
                #index
                #accepts
                #broken
                #guards
                Ok(())
            }

            #write

            #session
        }
    }
}

/// What a check needs that has guards.
#[derive(Default)]
struct Checked {
    rule: TokenStream,
    broken: TokenStream,
}

impl Checked {
    fn new(uses: &Uses<'_>, by: TokenStream) -> Self {
        uses.names(&["Role", "support::Found"]);
        Self {
            rule: quote!(
                use super::Rule;
            ),
            broken: quote! {
                let mut broken = |rule: Rule, found: Found| {
                    report.violation(rule.broken(#by, found.offset, found.seen))
                };
            },
        }
    }
}

/// Names of parameters.
fn names<const N: usize>(names: [&str; N], unused: bool) -> [proc_macro2::Ident; N] {
    names.map(|name| {
        if unused {
            ident(&format!("_{name}"))
        } else {
            ident(name)
        }
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

fn write_request(module: &Module<'_>, uses: &Uses<'_>) -> TokenStream {
    let push_text = uses.name("support::push_text");
    let push_fields = uses.name("support::push_fields");
    let push_random = uses.name("support::push_random");
    let push_random_base64 = uses.name("support::push_random_base64");
    let push_spaced_number = uses.name("support::push_spaced_number");
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
    lines.statement(quote!(#push_text(out, opening.resource.as_bytes());));
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
                    lines.statement(quote!(#push_random_base64::<#length>(out, #name, opening);));
                }
                _ => lines.statement(quote!(#push_spaced_number(out, #name, opening);)),
            },
            spec::Source::Given => lines.statement(given_request(field, name, uses)),
            _ => {}
        }
    }
    lines.statement(quote!(#push_fields(out, opening.fields);));
    lines.text("\r\n");
    if let Some(body) = &draft.request_body {
        let length = count(body.value.length);
        lines.statement(quote!(#push_random::<#length>(out, opening);));
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
fn given_request(field: &FieldModel<'_>, name: &str, uses: &Uses<'_>) -> TokenStream {
    let push_field = uses.name("support::push_field");
    let push_list = uses.name("support::push_list");
    let push_optional = uses.name("support::push_optional");
    match field.header.purpose {
        spec::Purpose::Host => quote!(#push_field(out, #name, opening.host.as_bytes());),
        spec::Purpose::Origin => quote!(#push_optional(out, #name, opening.origin);),
        spec::Purpose::Extensions => {
            quote!(#push_optional(out, #name, opening.extensions);)
        }
        spec::Purpose::Cookie => quote!(#push_optional(out, #name, opening.cookie);),
        spec::Purpose::Subprotocol => {
            let between = match field.header.value.separator() {
                spec::Separator::Comma => Some(", "),
                spec::Separator::Space => Some(" "),
                spec::Separator::None => None,
            };
            let between = super::option(between.map(|between| quote!(#between)));
            quote!(#push_list(out, #name, opening.subprotocols, #between);)
        }
        _ => TokenStream::new(),
    }
}

fn write_response(module: &Module<'_>, uses: &Uses<'_>) -> TokenStream {
    let base64 = uses.name("digest::base64");
    let location = uses.name("support::location");
    let push_field = uses.name("support::push_field");
    let push_fields = uses.name("support::push_fields");
    let push_optional = uses.name("support::push_optional");
    let draft = module.draft;
    let (status, reason) = draft.status_line.as_ref().map_or((101, ""), |line| {
        (line.value.status, line.value.reason.as_str())
    });
    let minor = draft
        .request_line
        .as_ref()
        .map_or(1, |line| line.value.minor_version);
    let mut lines = Lines::new(format!("HTTP/1.{minor} {status} {reason}\r\n"));
    let mut reads_request = false;
    for field in &module.response_fields {
        let name = field.name;
        match &field.header.send {
            spec::Source::Text(text) => lines.text(&format!("{name}: {text}\r\n")),
            spec::Source::Random => {
                let nonce = quote!(#base64(&answer.nonce).as_bytes());
                lines.statement(quote!(#push_field(out, #name, #nonce);));
            }
            spec::Source::Value(value) => {
                reads_request |= expr::uses_request(value);
                let value = expr::bytes(value, uses);
                lines.statement(quote!(#push_field(out, #name, #value);));
            }
            spec::Source::Echo(of) => {
                reads_request = true;
                lines.statement(quote! {
                    if let Some(field) = request.fields.get(#of) {
                        #push_field(out, #name, field.value);
                    }
                });
            }
            spec::Source::Location => {
                reads_request = true;
                let host = module.host;
                lines.statement(
                    quote!(#push_field(out, #name, #location(request, #host).as_bytes());),
                );
            }
            spec::Source::Given => match field.header.purpose {
                spec::Purpose::Subprotocol => {
                    lines.statement(quote!(#push_optional(out, #name, answer.subprotocol);));
                }
                spec::Purpose::Extensions => {
                    lines.statement(quote!(#push_optional(out, #name, answer.extensions);));
                }
                _ => {}
            },
            spec::Source::Version | spec::Source::Nothing => {}
        }
    }
    lines.statement(quote!(#push_fields(out, answer.fields);));
    lines.text("\r\n");
    let statements = lines.finish();
    let [request] = names(["request"], !reads_request);
    let body = draft
        .response_body
        .as_ref()
        .map(|body| expr::bytes(&body.value.value, uses));
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

fn session(module: &Module<'_>, uses: &Uses<'_>) -> TokenStream {
    let Some(key) = &module.draft.session_key else {
        return quote! {
            /// Derives the keys that frames need. This draft needs none.
            #[must_use]
            pub fn session(_request: &Request<'_>, _response: &Response<'_>) -> Session {
                Session { masking_key: None }
            }
        };
    };
    let value = expr::hash(&key.value.value, uses);
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
