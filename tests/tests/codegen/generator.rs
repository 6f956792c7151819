//! The generator: its three front ends agree, its output is the checked-in one.
//!
//! `WSDRAFT_UPDATE=1 cargo test -p wsdraft-tests --test codegen generator` writes the golden files
//! anew.

use std::{
    env, fs,
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use wsdraft_codegen::{Options, bundle, expand, extension_source, module_name, source, tokens};
use wsdraft_spec::Database;

const GOLDEN: [&str; 3] = ["hixie-76", "hybi-05", "rfc6455"];

fn database() -> &'static Database {
    Database::built_in().unwrap()
}

#[test]
fn output_is_the_golden_one() {
    for short in GOLDEN {
        let text = source(database().resolved(short).unwrap(), &Options::default());
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("data/golden/{short}.rs"));
        if env::var_os("WSDRAFT_UPDATE").is_some() {
            fs::write(&file, &text).unwrap();
        }
        let golden = fs::read_to_string(&file).unwrap();
        if let Some((at, (was, is))) = golden
            .lines()
            .zip(text.lines())
            .enumerate()
            .find(|(_, (was, is))| was != is)
        {
            panic!(
                "data/golden/{short}.rs:{}: checked in: {was}\ngenerated: {is}\nto accept: WSDRAFT_UPDATE=1 cargo test -p wsdraft-tests --test codegen generator",
                at + 1
            );
        }
        assert_eq!(
            golden.len(),
            text.len(),
            "data/golden/{short}.rs has another length"
        );
    }
}

/// What rustfmt makes of a text with its default settings.
fn formatted(text: &str) -> String {
    let mut child = Command::new("rustfmt")
        .args(["--edition", "2024"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("rustfmt, a component of the toolchain");
    child
        .stdin
        .take()
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "rustfmt reads the text");
    String::from_utf8(output.stdout).unwrap()
}

/// Every draft that can be spoken and every extension, by name, as source text.
fn sources() -> Vec<(String, String)> {
    let options = Options::default();
    let drafts = database().drafts().into_iter();
    let drafts = drafts.filter_map(|draft| {
        let draft = database().resolved(&draft.short)?;
        draft
            .is_complete()
            .then(|| (draft.short.clone(), source(draft, &options)))
    });
    let extensions = database().extensions().iter();
    let extensions = extensions.map(|extension| {
        let text = extension_source(extension, &options);
        (extension.short.clone(), text)
    });
    drafts.chain(extensions).collect()
}

#[test]
fn rustfmt_leaves_the_text_as_it_is() {
    let sources = sources();
    assert!(sources.len() > 30, "{}", sources.len());
    for (name, text) in sources {
        let formatted = formatted(&text);
        let lines = text.lines().zip(formatted.lines()).enumerate();
        let first = lines.into_iter().find(|(_, (ours, theirs))| ours != theirs);
        if let Some((at, (ours, theirs))) = first {
            panic!("{name}:{}:\ngenerated: {ours}\nrustfmt:   {theirs}", at + 1);
        }
        assert_eq!(text.len(), formatted.len(), "{name}");
    }
}

#[test]
fn attribute_build_script_and_command_line_give_the_same_tokens() {
    for draft in database().drafts() {
        let draft = database().resolved(&draft.short).unwrap();
        if !draft.is_complete() {
            continue;
        }
        let short = draft.short.as_str();
        let library = tokens(draft, &Options::default()).to_string();
        let printed: TokenStream = source(draft, &Options::default()).parse().unwrap();
        let (printed, library_words) = (canonical(printed), canonical(library.parse().unwrap()));
        let differs = printed.iter().zip(&library_words).position(|(a, b)| a != b);
        assert_eq!(
            differs.map(|at| &printed[at.saturating_sub(5)..at + 5]),
            None,
            "command line, {short}"
        );
        assert_eq!(printed.len(), library_words.len(), "command line, {short}");
        let attribute = expand(
            quote!(#short),
            quote!(
                pub mod ws {}
            ),
            Path::new(""),
        );
        assert!(body_of(attribute, "ws") == library, "attribute, {short}");
        let script = bundle(database(), &[draft], &Options::default());
        assert!(
            body_of(script, &module_name(short)) == library,
            "build script, {short}"
        );
    }
}

/// The tokens in the braces of a module.
fn body_of(tokens: TokenStream, name: &str) -> String {
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    let at = trees.windows(2).position(|pair| {
        matches!(&pair[0], TokenTree::Ident(word) if word == "mod")
            && matches!(&pair[1], TokenTree::Ident(word) if word == name)
    });
    match &trees[at.unwrap() + 2] {
        TokenTree::Group(group) => group.stream().to_string(),
        other => panic!("no braces after mod {name}: {other}"),
    }
}

/// Tokens without the trailing commas and parentheses that printing adds or drops.
fn canonical(tokens: TokenStream) -> Vec<String> {
    fn walk(tokens: TokenStream, out: &mut Vec<String>) {
        for tree in tokens {
            match tree {
                TokenTree::Group(group) => walk(group.stream(), out),
                TokenTree::Punct(punct) if punct.as_char() == ',' => {}
                other => out.push(other.to_string().replace("r\"", "\"")),
            }
        }
    }
    let mut out = Vec::new();
    walk(tokens, &mut out);
    out
}

#[test]
fn a_faulty_file_is_explained_with_its_places() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let file = "data/compile-fail/dialects/faulty-1.ron";
    let expansion = expand(
        quote!(path = #file),
        quote!(
            pub mod ws {}
        ),
        root,
    )
    .to_string();
    let message = syn_free_message(&expansion);
    let golden = root.join("data/compile-fail/faulty-file.txt");
    if env::var_os("WSDRAFT_UPDATE").is_some() {
        fs::write(&golden, &message).unwrap();
    }
    assert_eq!(message, fs::read_to_string(golden).unwrap());
    assert!(
        expansion.contains("pub struct Draft"),
        "uses of the module add no errors: {expansion}"
    );
}

/// The text of the `compile_error!` in an expansion.
fn syn_free_message(expansion: &str) -> String {
    let start = expansion.find("compile_error").unwrap();
    let text = &expansion[start..];
    let text = &text[text.find('"').unwrap() + 1..];
    let end = text
        .match_indices('"')
        .map(|(at, _)| at)
        .find(|&at| !text[..at].ends_with('\\'))
        .unwrap();
    text[..end].replace("\\n", "\n").replace("\\\"", "\"") + "\n"
}
