//! `mod layout`: decodes and encodes frame headers.
//!
//! Nothing here mentions the draft, so drafts with the same layout share it.

use proc_macro2::TokenStream;
use quote::quote;

use super::Uses;
use crate::model::{LayoutModel, Module};

mod delimited;
mod plain;
mod prefixed;

/// The module.
pub(super) fn module(module: &Module<'_>, runtime: &TokenStream) -> TokenStream {
    let uses = &Uses::of(runtime);
    uses.names(&[
        "Role",
        "frame::Decode",
        "frame::Encoded",
        "frame::FrameHeader",
        "frame::Length",
        "frame::Mask",
        "frame::Outgoing",
        "frame::Session",
        "info::Kind",
    ]);
    let functions = match &module.layout {
        LayoutModel::Unknown => unknown(),
        LayoutModel::Prefixed(layout) => {
            let decode = prefixed::decode(layout, uses);
            let encode = prefixed::encode(layout, uses);
            let plain = module
                .plain
                .as_ref()
                .map(|plain| plain::function(plain, uses));
            quote!(#decode #plain #encode)
        }
        LayoutModel::Delimited(layout) => {
            let decode = delimited::decode(layout, uses);
            let encode = delimited::encode(layout, uses);
            quote!(#decode #encode)
        }
    };
    let imports = uses.declarations();
    quote! {
        /// The wire format of frames.
        pub mod layout {
            #imports

            #functions
        }
    }
}

fn unknown() -> TokenStream {
    quote! {
        /// The layout of this draft is not known, so nothing is decoded as a frame.
        #[must_use]
        pub fn decode(_bytes: &[u8], _from: Role, _session: &Session) -> Decode {
            Decode::Overflow
        }

        /// The layout of this draft is not known, so no frame can be encoded.
        #[must_use]
        pub fn encode(_frame: &Outgoing, _from: Role, _nonce: [u8; 4], _session: &Session) -> Option<Encoded> {
            None
        }

        const _: (Option<FrameHeader>, Option<Length>, Option<Mask>, Option<Kind>) = (None, None, None, None);
    }
}
