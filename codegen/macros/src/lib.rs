//! The attribute `#[websocket_draft]`.
//!
//! Without the feature `generator`, the crate has no dependencies: the attribute then takes only
//! drafts that the runtime has anyway. `wsdraft-codegen` implements the rest.

use proc_macro::{Delimiter, Group, TokenStream, TokenTree};

/// Fills a module with the code of a draft.
///
/// `#[websocket_draft("rfc6455")] pub mod ws {}` uses a built-in draft. The module re-exports it from
/// `wsdraft::drafts`, where the newest draft and the one that it came from always are, and all
/// others with the feature `legacy` of `wsdraft`.
///
/// The feature `macros` of `wsdraft` brings the generator. Without `legacy`, the module then has the
/// code of an older draft for itself. `#[websocket_draft(path = "dialects/ours.ron")] pub mod ws {}`
/// uses a file; the path is relative to the folder of the crate's `Cargo.toml`. The draft that the
/// file extends must be built in or be in a file with its name in the same folder. Items in the
/// module's body are kept, so rules can call functions that are written there. Cargo expands the
/// attribute again after a file is edited.
#[proc_macro_attribute]
pub fn websocket_draft(arguments: TokenStream, item: TokenStream) -> TokenStream {
    named(&arguments, &item).unwrap_or_else(|| generated(arguments, item))
}

/// The module with a built-in draft, if the argument is nothing but a name.
fn named(arguments: &TokenStream, item: &TokenStream) -> Option<TokenStream> {
    let mut trees = arguments.clone().into_iter();
    let (Some(TokenTree::Literal(name)), None) = (trees.next(), trees.next()) else {
        return None;
    };
    let source = name.to_string();
    source.strip_prefix('"')?;
    let mut module: Vec<TokenTree> = item.clone().into_iter().collect();
    let is_module =
        |tree: &TokenTree| matches!(tree, TokenTree::Ident(word) if word.to_string() == "mod");
    let Some(TokenTree::Group(body)) = module.pop() else {
        return None;
    };
    if !module.iter().any(is_module) || body.delimiter() != Delimiter::Brace {
        return None;
    }
    let call: TokenStream = "wsdraft::__built_in!".parse().ok()?;
    let name = TokenStream::from(TokenTree::Literal(name));
    let name = TokenTree::Group(Group::new(Delimiter::Brace, name));
    let items = [body.stream(), call, name.into()].into_iter().collect();
    let mut filled = Group::new(Delimiter::Brace, items);
    filled.set_span(body.span());
    let doc = format!("#[doc = {:?}]", format!(" Generated from `{source}`."));
    let mut out: TokenStream = match is_documented(&module) {
        true => TokenStream::new(),
        false => doc.parse().ok()?,
    };
    out.extend(module);
    out.extend([TokenTree::Group(filled)]);
    Some(out)
}

/// Whether one of the attributes before an item is its documentation.
fn is_documented(item: &[TokenTree]) -> bool {
    item.iter().any(|tree| match tree {
        TokenTree::Group(attribute) => {
            let name = attribute.stream().into_iter().next();
            matches!(name, Some(TokenTree::Ident(name)) if name.to_string() == "doc")
        }
        _ => false,
    })
}

#[cfg(feature = "generator")]
fn generated(arguments: TokenStream, item: TokenStream) -> TokenStream {
    wsdraft_codegen::expand(arguments.into(), item.into(), &root()).into()
}

#[cfg(not(feature = "generator"))]
fn generated(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let _ = arguments;
    let error = "::core::compile_error!(\"#[websocket_draft] takes the name of a draft and fills a module with a body, \
                 #[websocket_draft(\\\"…\\\")] pub mod ws {}; for a file of your own, add the feature `macros` of wsdraft\");";
    let mut out: TokenStream = error.parse().unwrap_or_default();
    // The item stays, so that uses of it add few errors.
    out.extend(item);
    out
}

/// The items of a built-in draft's module, by the name of the draft.
#[cfg(feature = "generator")]
#[doc(hidden)]
#[proc_macro]
pub fn __generate(name: TokenStream) -> TokenStream {
    wsdraft_codegen::expand_items(name.into(), &root()).into()
}

/// The folder of the crate that is being compiled.
#[cfg(feature = "generator")]
fn root() -> std::path::PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR")
        .map(std::path::PathBuf::from)
        .unwrap_or_default()
}
