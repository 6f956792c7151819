//! The attribute `#[websocket_draft]`, implemented by `wsdraft-codegen`.

use std::path::PathBuf;

use proc_macro::TokenStream;

/// Fills a module with the code of a draft.
///
/// `#[websocket_draft("rfc6455")] pub mod ws {}` uses a built-in draft. `#[websocket_draft(path =
/// "dialects/ours.ron")] pub mod ws {}` uses a file; the path is relative to the folder of the
/// crate's `Cargo.toml`. The draft that the file extends must be built in or be in a file with its
/// name in the same folder. Items in the module's body are kept, so rules can call functions that
/// are written there. Cargo expands the attribute again after a file is edited.
#[proc_macro_attribute]
pub fn websocket_draft(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let root = std::env::var_os("CARGO_MANIFEST_DIR")
        .map(PathBuf::from)
        .unwrap_or_default();
    wsdraft_codegen::expand(arguments.into(), item.into(), &root).into()
}
