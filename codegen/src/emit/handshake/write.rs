//! Functions that write requests and responses.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::{
    emit::{Uses, count, expr, option, parameters},
    model::{RequestLine, RequestModel, ResponseLine, ResponseModel},
};

/// Statements that write a head. Adjacent fixed texts are merged.
#[derive(Default)]
struct Lines {
    text: String,
    statements: Vec<TokenStream>,
}

impl Lines {
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

/// `fn write` of a request.
pub(super) fn request(model: &RequestModel<'_>, uses: &Uses<'_>) -> TokenStream {
    let mut lines = Lines::default();
    for line in &model.lines {
        request_line(line, &mut lines, uses);
    }
    let statements = lines.finish();
    quote! {
        /// Appends an opening request: its head and its body.
        #[inline]
        pub fn write(opening: &Opening<'_>, out: &mut Vec<u8>) {
            #(#statements)*
        }
    }
}

fn request_line(line: &RequestLine<'_>, lines: &mut Lines, uses: &Uses<'_>) {
    let push_optional = uses.name("support::push_optional");
    lines.statement(match line {
        RequestLine::Text(text) => return lines.text(text),
        RequestLine::Resource => {
            let push_text = uses.name("support::push_text");
            quote!(#push_text(out, opening.resource.as_bytes());)
        }
        RequestLine::RandomBase64(name, length) => {
            let (push, length) = (uses.name("support::push_random_base64"), count(*length));
            quote!(#push::<#length>(out, #name, opening);)
        }
        RequestLine::SpacedNumber(name) => {
            let push_spaced_number = uses.name("support::push_spaced_number");
            quote!(#push_spaced_number(out, #name, opening);)
        }
        RequestLine::Host(name) => {
            let push_field = uses.name("support::push_field");
            quote!(#push_field(out, #name, opening.host.as_bytes());)
        }
        RequestLine::Origin(name) => quote!(#push_optional(out, #name, opening.origin);),
        RequestLine::Extensions(name) => quote!(#push_optional(out, #name, opening.extensions);),
        RequestLine::Cookie(name) => quote!(#push_optional(out, #name, opening.cookie);),
        RequestLine::Subprotocols(name, between) => {
            let push_list = uses.name("support::push_list");
            let between = option(between.map(|between| quote!(#between)));
            quote!(#push_list(out, #name, opening.subprotocols, #between);)
        }
        RequestLine::OwnFields => {
            let push_fields = uses.name("support::push_fields");
            quote!(#push_fields(out, opening.fields);)
        }
        RequestLine::RandomBody(length) => {
            let (push_random, length) = (uses.name("support::push_random"), count(*length));
            quote!(#push_random::<#length>(out, opening);)
        }
    });
}

/// `fn write`, `fn write_body` and `fn session` of a response.
pub(super) fn response(model: &ResponseModel<'_>, uses: &Uses<'_>) -> TokenStream {
    let mut lines = Lines::default();
    for line in &model.lines {
        response_line(line, &mut lines, uses);
    }
    let statements = lines.finish();
    let [request] = parameters(["request"], !model.answers_request);
    let write_body = write_body(model, uses);
    let session = session(model, uses);
    quote! {
        /// Appends the head of the response to a valid request.
        #[inline]
        pub fn write(#request: &Request<'_>, answer: &Answer<'_>, out: &mut Vec<u8>) {
            #(#statements)*
        }

        #write_body

        #session
    }
}

fn response_line(line: &ResponseLine<'_>, lines: &mut Lines, uses: &Uses<'_>) {
    let push_field = uses.name("support::push_field");
    let push_optional = uses.name("support::push_optional");
    lines.statement(match line {
        ResponseLine::Text(text) => return lines.text(text),
        ResponseLine::Nonce(name) => {
            let push_base64 = uses.name("support::push_base64");
            quote!(#push_base64(out, #name, &answer.nonce);)
        }
        ResponseLine::Value(name, value) => match expr::in_base64(value.expr, uses) {
            Some(bytes) => {
                let push_base64 = uses.name("support::push_base64");
                quote!(#push_base64(out, #name, #bytes);)
            }
            None => {
                let value = expr::bytes(value.expr, uses);
                quote!(#push_field(out, #name, #value);)
            }
        },
        ResponseLine::Echo { name, of } => quote! {
            if let Some(field) = request.fields.get(#of) {
                #push_field(out, #name, field.value);
            }
        },
        ResponseLine::Location { name, host } => {
            let location = uses.name("support::location");
            quote!(#push_field(out, #name, #location(request, #host).as_bytes());)
        }
        ResponseLine::Subprotocol(name) => quote!(#push_optional(out, #name, answer.subprotocol);),
        ResponseLine::Extensions(name) => quote!(#push_optional(out, #name, answer.extensions);),
        ResponseLine::OwnFields => {
            let push_fields = uses.name("support::push_fields");
            quote!(#push_fields(out, answer.fields);)
        }
    });
}

fn write_body(model: &ResponseModel<'_>, uses: &Uses<'_>) -> TokenStream {
    let Some(body) = &model.body else {
        return quote! {
            /// Appends the bytes that follow the response head. This draft has none.
            #[inline]
            pub fn write_body(_request: &Request<'_>, _out: &mut Vec<u8>) {}
        };
    };
    let value = expr::bytes(body.expr, uses);
    quote! {
        /// Appends the bytes that follow the response head.
        #[inline]
        pub fn write_body(request: &Request<'_>, out: &mut Vec<u8>) {
            out.extend_from_slice(#value);
        }
    }
}

fn session(model: &ResponseModel<'_>, uses: &Uses<'_>) -> TokenStream {
    let Some(key) = &model.session_key else {
        return quote! {
            /// Derives the keys that frames need. This draft needs none.
            #[inline]
            #[must_use]
            pub fn session(_request: &Request<'_>, _response: &Response<'_>) -> Session {
                Session { masking_key: None }
            }
        };
    };
    let value = expr::sha1(*key, uses);
    let [response] = parameters(["response"], !key.of.response);
    quote! {
        /// Derives the keys that frames need.
        #[inline]
        #[must_use]
        pub fn session(request: &Request<'_>, #response: &Response<'_>) -> Session {
            Session { masking_key: Some(#value) }
        }
    }
}
