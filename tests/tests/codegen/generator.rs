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
use wsdraft_codegen::{
    Options, bundle, expand, extension_source, extension_tokens, module_name, same_code, source,
    tokens,
};
use wsdraft_spec::{Database, Source, read};

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

/// The drafts that can be spoken and the extensions of a database: name, source text and tokens.
fn generated(database: &Database) -> Vec<(String, String, TokenStream)> {
    let options = Options::default();
    let drafts = database.drafts().into_iter();
    let drafts = drafts.filter_map(|draft| database.resolved(&draft.short));
    let drafts = drafts.filter(|draft| draft.is_complete()).map(|draft| {
        let text = source(draft, &options);
        (draft.short.clone(), text, tokens(draft, &options))
    });
    let extensions = database.extensions().iter().map(|extension| {
        let text = extension_source(extension, &options);
        let tokens = extension_tokens(extension, &options);
        (extension.short.clone(), text, tokens)
    });
    drafts.chain(extensions).collect()
}

/// Every built-in draft and extension and those of the tests.
fn sources() -> Vec<(String, String, TokenStream)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/dialects");
    let files = fs::read_dir(folder).unwrap();
    let dialects = files.map(|file| read(&file.unwrap().path()).unwrap());
    generated(&database().clone().with(dialects).unwrap())
}

#[test]
fn rustfmt_leaves_the_text_as_it_is() {
    let sources = sources();
    assert!(sources.len() > 30, "{}", sources.len());
    for (name, text, _) in sources {
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
fn the_text_is_laid_out_and_has_the_same_tokens() {
    for (name, text, tokens) in sources() {
        is_laid_out(&name, &text);
        let comment = |line: &&str| !line.trim_start().starts_with("// ");
        let code: Vec<&str> = text.lines().filter(comment).collect();
        // The emitters' doc comments are raw strings, the printed ones are not.
        let [code, tokens] = [code.join("\n"), tokens.to_string()].map(|text| cooked(&text));
        assert!(same_code(&code, &tokens), "{name}");
    }
}

/// Fails if the printer did not know the syntax of a text, so that it has no layout.
fn is_laid_out(name: &str, text: &str) {
    assert!(text.lines().count() > 20, "{name}: {text}");
    assert!(!text.contains("# ["), "{name}: {text}");
}

/// A text whose doc comments are attributes with plain strings.
fn cooked(text: &str) -> String {
    let tokens: TokenStream = text.parse().unwrap();
    tokens.to_string().replace("[doc = r\"", "[doc = \"")
}

/// The text of a draft that a file with this content adds to another one.
fn dialect(parent: &str, content: &str) -> String {
    let text = format!(
        "Draft(name: \"own-1\", short: \"own-1\", type: \"own\", revision: 1, status: \"private\", evidence: [Own(\"A test\")], extends: \"{parent}\", {content})"
    );
    let file = "own-1.ron".into();
    let database = database().clone().with([Source { file, text }]).unwrap();
    source(database.resolved("own-1").unwrap(), &Options::default())
}

/// Lists that just fit a line or just do not, and chains of methods below an array.
#[test]
fn rustfmt_leaves_long_lists_and_chains_as_they_are() {
    let header = |name: &str, facts: &str| {
        format!("\"{name}\": (purpose: Other, {facts}, evidence: [Own(\"A test\")])")
    };
    let mut contents = Vec::new();
    for first in ["1", "12", "123", "1234", "12345"] {
        let versions: Vec<String> = (20_000..20_040).map(|number| number.to_string()).collect();
        let versions = format!("value: Version([{first}, {}])", versions.join(", "));
        let field = header("X-Versions", &versions);
        contents.push(format!("request_headers: (add: {{{field}}})"));
    }
    for length in 1..30 {
        let names = ["A", "B", "C", "D", "E"].map(|name| format!("X-{}", name.repeat(length)));
        let fields = names.each_ref().map(|name| header(name, "value: Any"));
        contents.push(format!(
            "request_headers: (add: {{{}}}), rules: (add: {{\"own-order\": (level: Must, scope: Request, require: Order({names:?}), otherwise: Abort, summary: \"In order.\", evidence: [Own(\"A test\")])}})",
            fields.join(", ")
        ));
        let text = "t".repeat(length);
        let key = "Header(\"Sec-WebSocket-Key\")";
        let value = format!("Base64(Concat([{key}, Text(\"{text}\"), {key}, {key}, Md5({key})]))");
        let field = header("X-Value", &format!("value: Any, send: Value({value})"));
        contents.push(format!("response_headers: (add: {{{field}}})"));
    }
    for content in contents {
        let text = dialect("rfc6455", &content);
        is_laid_out(&content, &text);
        let formatted = formatted(&text);
        let lines = text.lines().zip(formatted.lines());
        let differs: Vec<_> = lines.filter(|(ours, theirs)| ours != theirs).collect();
        assert!(differs.is_empty(), "{content}: {:?}", differs[0]);
    }
}

/// An expression may be nested as deep as a file allows. Each level doubles the number of layouts.
#[test]
fn nested_expressions_are_laid_out_in_time() {
    for (open, close, levels) in [
        ("Sha1(", ")", 55),
        ("Md5(Base64(", "))", 27),
        ("Concat([", "])", 27),
        ("Base64(Concat([Text(\"a\"), ", "]))", 16),
        ("Concat([Concat([Text(\"a\"), Text(\"b\")]), ", "])", 27),
    ] {
        let nested = format!(
            "{}Header(\"Sec-WebSocket-Key\"){}",
            open.repeat(levels),
            close.repeat(levels)
        );
        let text = dialect(
            "hybi-04",
            &format!("session_key: Replace((value: Sha1({nested}), evidence: [Own(\"A test\")]))"),
        );
        is_laid_out(open, &text);
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
