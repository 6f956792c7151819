//! The attribute: its arguments and its expansion.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use proc_macro2::{Literal, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use wsdraft_spec::{Database, LoadError, ResolvedDraft, did_you_mean, read_in};

use crate::{Options, extension_tokens, tokens};

/// The source that the attribute states.
#[derive(Clone, Debug)]
pub enum Input {
    /// A built-in draft.
    BuiltIn(String),
    /// A file of the user.
    File(PathBuf),
}

/// Why nothing was generated.
///
/// `Debug` prints the same text as `Display`: a build script whose `main` returns the error shows
/// it that way.
pub enum InputError {
    /// The attribute's arguments are neither a draft nor a path.
    Arguments(String),
    /// No built-in draft has this name.
    Unknown(String),
    /// The files contain errors.
    Load(LoadError),
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Arguments(message) | Self::Unknown(message) => f.write_str(message),
            Self::Load(LoadError::Spec(diagnostics)) => {
                for (at, diagnostic) in diagnostics.0.iter().enumerate() {
                    if at > 0 {
                        f.write_str("\n\n")?;
                    }
                    write!(f, "{diagnostic}\n{}", diagnostic.excerpt())?;
                }
                Ok(())
            }
            Self::Load(error) => error.fmt(f),
        }
    }
}

impl fmt::Debug for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for InputError {}

impl From<LoadError> for InputError {
    fn from(error: LoadError) -> Self {
        Self::Load(error)
    }
}

/// A draft and the files that it was read from.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The draft.
    pub draft: ResolvedDraft,
    /// The user's files that it depends on, with their paths as given.
    pub files: Vec<PathBuf>,
}

impl Input {
    /// Loads the draft. File paths are relative to `root`.
    ///
    /// # Errors
    /// If the draft does not exist or contains errors.
    pub fn load(&self, root: &Path) -> Result<Loaded, InputError> {
        let built_in = Database::built_in().map_err(|errors| LoadError::Spec(errors.clone()))?;
        match self {
            Self::BuiltIn(name) => {
                let Some(draft) = built_in.resolved(name) else {
                    let hint = did_you_mean(
                        name,
                        built_in
                            .drafts()
                            .into_iter()
                            .map(|draft| draft.short.as_str()),
                    );
                    let help = "; for a file of your own write `path = \"…\"`";
                    return Err(InputError::Unknown(format!(
                        "no built-in draft {name:?}{hint}{help}"
                    )));
                };
                if !draft.is_complete() {
                    return Err(InputError::Unknown(format!(
                        "the database contains only the identity of {name}; that is not enough to generate code"
                    )));
                }
                Ok(Loaded {
                    draft: draft.clone(),
                    files: Vec::new(),
                })
            }
            Self::File(path) => load_file(built_in, root, path),
        }
    }
}

impl Input {
    /// The items of a draft's or an extension's module, and the files that they were generated
    /// from.
    fn items(&self, root: &Path) -> Result<(TokenStream, Vec<PathBuf>), InputError> {
        if let Self::File(path) = self {
            if wsdraft_spec::Extensions::are_in(&read_in(root, path)?) {
                let built_in =
                    Database::built_in().map_err(|errors| LoadError::Spec(errors.clone()))?;
                let (database, short, files) = load_files(built_in, root, path)?;
                if let Some(extension) = database.extensions().get(&short) {
                    return Ok((extension_tokens(extension, &Options::default()), files));
                }
            }
        }
        let loaded = self.load(root)?;
        Ok((tokens(&loaded.draft, &Options::default()), loaded.files))
    }
}

/// For a build script: writes the items of a draft or an extension to `file` in the build output
/// folder and tells cargo which files they depend on.
///
/// ```no_run
/// // build.rs; the crate includes the file with
/// // `pub mod ws { include!(concat!(env!("OUT_DIR"), "/ws.rs")); }`.
/// use wsdraft_codegen::{Input, write};
///
/// fn main() -> Result<(), Box<dyn std::error::Error>> {
///     write(&Input::File("dialects/ours.ron".into()), "ws.rs")
/// }
/// ```
///
/// # Errors
/// If cargo does not run it, if the draft has errors, or if the file cannot be written.
pub fn write(input: &Input, file: &str) -> Result<(), Box<dyn std::error::Error>> {
    let variable = |name: &str| {
        std::env::var_os(name).ok_or_else(|| format!("{name} is not set; cargo sets it"))
    };
    let root = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(variable("OUT_DIR")?);
    println!("cargo::rerun-if-changed=build.rs");
    if let Input::File(path) = input {
        println!("cargo::rerun-if-changed={}", path.display());
    }
    let (items, files) = input.items(&root)?;
    for parent in files {
        println!("cargo::rerun-if-changed={}", parent.display());
    }
    std::fs::write(out.join(file), crate::text(&items))?;
    Ok(())
}

/// Loads a file and the files of its parents in the same folder. Returns the database, the short
/// name of the file's last item, and the files.
fn load_files(
    built_in: &Database,
    root: &Path,
    path: &Path,
) -> Result<(Database, String, Vec<PathBuf>), InputError> {
    let found = built_in.with_parents(root, path)?;
    let (files, sources): (Vec<_>, Vec<_>) = found.into_iter().unzip();
    let shorts = wsdraft_spec::shorts(&sources[0]);
    let database = built_in.clone().with(sources).map_err(LoadError::Spec)?;
    match shorts.into_iter().last() {
        Some(short) => Ok((database, short, files)),
        None => Err(InputError::Unknown(format!(
            "{} contains no draft",
            path.display()
        ))),
    }
}

fn load_file(built_in: &Database, root: &Path, path: &Path) -> Result<Loaded, InputError> {
    let (database, short, files) = load_files(built_in, root, path)?;
    match database.resolved(&short) {
        Some(draft) => Ok(Loaded {
            draft: draft.clone(),
            files,
        }),
        None => Err(InputError::Unknown(format!(
            "{} contains an extension, not a draft",
            path.display()
        ))),
    }
}

/// Expands `#[websocket_draft(arguments)] item`.
///
/// `root` is the folder of the crate that is being compiled. The expansion includes the bytes of
/// every source file, so cargo expands the attribute again after an edit.
#[must_use]
pub fn expand(arguments: TokenStream, item: TokenStream, root: &Path) -> TokenStream {
    let (module, body) = match shell(item) {
        Ok(shell) => shell,
        Err(error) => return error,
    };
    let span = last_span(&arguments);
    let doc = module_doc(&module, &arguments);
    let (items, error) = items_or_error(arguments, span, root);
    quote!(#error #doc #module { #body #items })
}

/// Expands to the items that [`expand`] puts into a module for these arguments.
#[must_use]
pub fn expand_items(arguments: TokenStream, root: &Path) -> TokenStream {
    let span = last_span(&arguments);
    let (items, error) = items_or_error(arguments, span, root);
    quote!(#error #items)
}

/// The place of the last argument.
fn last_span(arguments: &TokenStream) -> Span {
    let last = arguments.clone().into_iter().last();
    last.map_or_else(Span::call_site, |tree| tree.span())
}

/// The items of a module, and what has to stand outside if they are not those that were asked for.
fn items_or_error(
    arguments: TokenStream,
    span: Span,
    root: &Path,
) -> (TokenStream, Option<TokenStream>) {
    match parse(arguments).and_then(|input| input.items(root)) {
        Ok((items, files)) => {
            let tracked = files.iter().map(|file| {
                let file = format!("/{}", file.display());
                quote!(
                    const _: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), #file));
                )
            });
            (quote!(#items #(#tracked)*), None)
        }
        Err(error) => {
            let message = error.to_string();
            let error = quote_spanned!(span=> ::core::compile_error!(#message););
            // With the items of another draft, uses of the module add no errors.
            let built_in = Database::built_in().ok();
            let newest = built_in.and_then(|database| database.resolved(&database.newest()?.short));
            let items = newest.map(|draft| tokens(draft, &Options::default()));
            (items.unwrap_or_default(), Some(error))
        }
    }
}

/// A doc comment for a module that has none.
fn module_doc(module: &TokenStream, arguments: &TokenStream) -> Option<TokenStream> {
    let documented = module.clone().into_iter().any(|tree| match tree {
        TokenTree::Group(attribute) => {
            let name = attribute.stream().into_iter().next();
            matches!(name, Some(TokenTree::Ident(name)) if name == "doc")
        }
        _ => false,
    });
    let text = format!(" Generated from `{arguments}`.");
    (!documented).then(|| quote!(#[doc = #text]))
}

/// Reads `"name"` or `path = "file"`.
fn parse(arguments: TokenStream) -> Result<Input, InputError> {
    let usage = || {
        InputError::Arguments(
            "write the name of a draft, #[websocket_draft(\"…\")], or the path of a file, #[websocket_draft(path = \"…\")]".into(),
        )
    };
    let trees: Vec<TokenTree> = arguments.into_iter().collect();
    match trees.as_slice() {
        [TokenTree::Literal(name)] => text(name).map(Input::BuiltIn).ok_or_else(usage),
        [
            TokenTree::Ident(key),
            TokenTree::Punct(equals),
            TokenTree::Literal(file),
        ] if key == "path" && equals.as_char() == '=' => text(file)
            .map(|file| Input::File(file.into()))
            .ok_or_else(usage),
        _ => Err(usage()),
    }
}

/// The value of a plain string literal.
fn text(literal: &Literal) -> Option<String> {
    let source = literal.to_string();
    let inner = source.strip_prefix('"')?.strip_suffix('"')?;
    (!inner.contains('\\')).then(|| inner.to_owned())
}

/// Splits `pub mod name { … }` into the part before the braces and their contents.
fn shell(item: TokenStream) -> Result<(TokenStream, TokenStream), TokenStream> {
    let mut trees: Vec<TokenTree> = item.into_iter().collect();
    let is_module = trees
        .iter()
        .any(|tree| matches!(tree, TokenTree::Ident(word) if word == "mod"));
    match trees.pop() {
        Some(TokenTree::Group(body))
            if is_module && body.delimiter() == proc_macro2::Delimiter::Brace =>
        {
            Ok((trees.into_iter().collect(), body.stream()))
        }
        last => {
            let span = last.map_or_else(Span::call_site, |tree| tree.span());
            Err(quote_spanned!(span=> ::core::compile_error!(
                "#[websocket_draft] needs a module with a body: `pub mod ws {}`"
            );))
        }
    }
}
