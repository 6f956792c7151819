//! `mod draft`: the marker type and its implementation of the runtime's trait.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Uses, doc};
use crate::model::Module;

/// The module.
pub(super) fn module(module: &Module<'_>, runtime: &TokenStream) -> TokenStream {
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
    let plain = plain(module, uses);
    let (decode, frames, handshake) = (decode(), frames(), handshake());
    uses.parents(&["INFO", "frame", "layout", "request", "response"]);
    let imports = uses.declarations();
    quote! {
        mod draft {
        #imports

        #doc
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        pub struct Draft;

        impl #runtime::Draft for Draft {
            #[inline]
            fn info(&self) -> &'static DraftInfo {
                &INFO
            }

            #decode

            #plain

            #frames

            #handshake
        }
        }
    }
}

/// The method that decodes frame headers.
fn decode() -> TokenStream {
    quote! {
        #[inline]
        fn decode(
            &self,
            bytes: &[u8],
            from: Role,
            session: &Session,
        ) -> Decode {
            layout::decode(bytes, from, session)
        }
    }
}

/// The methods for frames.
fn frames() -> TokenStream {
    quote! {
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
    }
}

/// The methods for the opening handshake.
fn handshake() -> TokenStream {
    quote! {
        #[inline]
        fn check_request(
            &self,
            request: &Request<'_>,
            report: &mut dyn Report,
        ) -> Flow {
            request::check(request, report)
        }

        #[inline]
        fn write_response(
            &self,
            request: &Request<'_>,
            answer: &Answer<'_>,
            out: &mut Vec<u8>,
        ) {
            response::write(request, answer, out);
        }

        #[inline]
        fn write_response_body(
            &self,
            request: &Request<'_>,
            out: &mut Vec<u8>,
        ) {
            response::write_body(request, out);
        }

        #[inline]
        fn write_request(
            &self,
            opening: &Opening<'_>,
            out: &mut Vec<u8>,
        ) {
            request::write(opening, out);
        }

        #[inline]
        fn check_response(
            &self,
            request: &Request<'_>,
            response: &Response<'_>,
            report: &mut dyn Report,
        ) -> Flow {
            response::check(request, response, report)
        }

        #[inline]
        fn session(
            &self,
            request: &Request<'_>,
            response: &Response<'_>,
        ) -> Session {
            response::session(request, response)
        }
    }
}

/// The method for plain frames, if they follow every rule.
fn plain(module: &Module<'_>, uses: &Uses<'_>) -> Option<TokenStream> {
    let plain = module.plain.as_ref().filter(|plain| plain.keeps_every_rule);
    plain.map(|_| {
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
    })
}
