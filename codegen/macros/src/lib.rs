//! The attribute `#[websocket_draft]`; everything it does is done by `wsdraft-codegen`.

use std::path::PathBuf;

use proc_macro::TokenStream;

/// Fills a module with the code of a draft.
///
/// `#[websocket_draft("rfc6455")] pub mod ws {}` takes a built-in draft;
/// `#[websocket_draft(path = "dialects/ours.ron")] pub mod ws {}` takes a file, relative to
/// the folder of the crate's `Cargo.toml`. A draft that the file extends is a built-in one,
/// or stands beside it in a file of its name. Items in the module's body stay, so that rules
/// can call functions written there. An edit of a file makes cargo expand the attribute anew.
#[proc_macro_attribute]
pub fn websocket_draft(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let root = std::env::var_os("CARGO_MANIFEST_DIR")
        .map(PathBuf::from)
        .unwrap_or_default();
    wsdraft_codegen::expand(arguments.into(), item.into(), &root).into()
}
