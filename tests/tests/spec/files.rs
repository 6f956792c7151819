//! Files of drafts that somebody else wrote: however deep, long or oddly named they are, they are
//! read in bounded memory and time, and nothing outside their folder is.

use std::{
    fs,
    path::{Path, PathBuf},
    thread,
};

use proc_macro2::{TokenStream, TokenTree};
use serde_json::Value;
use wsdraft_codegen::{Input, Options, expand, source, tokens};
use wsdraft_spec::{Database, LARGEST, LoadError, Source};

mod built_in;

/// An empty folder for a test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn draft(short: &str, extends: &str) -> String {
    format!(
        "Draft(name: {short:?}, short: {short:?}, type: \"ours\", status: \"private\", \
        evidence: [Own(\"A test\")], extends: {extends:?})"
    )
}

/// A list of drafts each of which extends the next.
fn chain(length: usize) -> String {
    let parent = |at: usize| match at {
        0 => "rfc6455".to_owned(),
        at => format!("c-{}", at - 1),
    };
    let drafts = (0..length)
        .rev()
        .map(|at| draft(&format!("c-{at}"), &parent(at)));
    format!("[{}]", drafts.collect::<Vec<_>>().join(",\n"))
}

fn extensions(length: usize) -> String {
    let one = |at: usize| {
        let extends = match at {
            0 => String::new(),
            at => format!("extends: \"e-{}\", ", at - 1),
        };
        format!(
            "Extension(short: \"e-{at}\", summary: \"S.\", {extends}evidence: [Own(\"A test\")])"
        )
    };
    let all = (0..length).rev().map(one);
    format!("[{}]", all.collect::<Vec<_>>().join(",\n"))
}

/// Loads a text where there is little room for recursion.
fn load(text: String) -> Result<(), String> {
    let load = move || {
        let source = Source {
            file: "x.ron".into(),
            text,
        };
        let loaded = Database::built_in().unwrap().clone().with([source]);
        loaded.map(drop).map_err(|errors| errors.to_string())
    };
    let thread = thread::Builder::new().stack_size(1 << 20).spawn(load);
    thread.unwrap().join().expect("no panic")
}

#[test]
fn a_chain_of_drafts_is_as_long_as_it_may_be() {
    let known = Database::built_in().unwrap();
    let generation = known.resolved("rfc6455").unwrap().lineage.len();
    load(chain(256 - generation)).expect("not too long");
    for length in [257 - generation, 900] {
        let errors = load(chain(length)).expect_err("too long");
        assert_eq!(errors.lines().count(), 1, "{errors}");
        assert!(errors.contains("the maximum is 256"), "{errors}");
    }
    let errors = load(extensions(900)).expect_err("too long");
    assert!(errors.contains("the maximum is 256"), "{errors}");
}

#[test]
fn no_more_drafts_are_loaded_than_memory_holds() {
    for text in [chain(3000), extensions(3000)] {
        let errors = load(text).expect_err("too many");
        assert_eq!(errors.lines().count(), 1, "{errors}");
        assert!(errors.contains("more than 1024"), "{errors}");
    }
}

/// What is beyond the bound is not even looked at: it could be any amount.
#[test]
fn loading_ends_at_the_bound() {
    let same = |draft: &str| format!("[{}]", vec![draft; 1000].join(",\n"));
    let (drafts, more) = (same(&draft("same", "rfc6455")), chain(1000));
    let extension = "Extension(short: \"e\", summary: \"S.\", evidence: [Own(\"A test\")])";
    for texts in [
        [chain(1000), more.replace("c-", "d-"), "broken".into()].to_vec(),
        [drafts.clone(), drafts, "broken".into()].to_vec(),
    ] {
        let taken = std::cell::Cell::new(0);
        let sources = texts.iter().map(|text| {
            taken.set(taken.get() + 1);
            Source {
                file: "x.ron".into(),
                text: text.clone(),
            }
        });
        let loaded = Database::built_in().unwrap().clone().with(sources);
        let errors = loaded.expect_err("too many").to_string();
        assert!(errors.contains("more than 1024 drafts"), "{errors}");
        assert!(taken.get() < 3, "{}", taken.get());
    }
    let texts = [same(extension), same(extension), "Extension(broken".into()];
    let sources = texts.map(|text| Source {
        file: "x.ron".into(),
        text,
    });
    let loaded = Database::built_in().unwrap().clone().with(sources);
    let errors = loaded.expect_err("too many").to_string();
    assert!(errors.contains("more than 1024 extensions"), "{errors}");
    assert_eq!(errors.matches("defined twice").count(), 100);
    // A folder, too: a file after the bound is not read, or it would be told that it is none.
    let folder = folder("many");
    for name in ["c", "d", "e"] {
        let text = chain(1000).replace("c-", &format!("{name}-"));
        fs::write(folder.join(format!("{name}.ron")), text).unwrap();
    }
    fs::create_dir(folder.join("z.ron")).unwrap();
    let errors = read_folder(&folder);
    assert!(errors.contains("more than 1024 drafts"), "{errors}");
}

/// Each error keeps its line, which may be as long as a file.
#[test]
fn of_many_errors_the_first_are_reported() {
    for count in [5, 100, 3000] {
        let sources = (0..count).map(|at| format!("source_{at}: Own(\"A test\")"));
        let text = format!(
            "Draft(sources: {{{}}}, name: \"a\", short: \"a\", type: \"ours\", status: \"private\", \
            evidence: [Own(\"A test\")], extends: \"rfc6455\")",
            sources.collect::<Vec<_>>().join(", ")
        );
        let errors = load(text).expect_err("nothing cites the sources");
        assert_eq!(errors.lines().count(), 101.min(count), "{errors}");
        let last = errors.lines().last().unwrap();
        assert_eq!(last.contains("more errors"), count > 100, "{last}");
    }
}

#[test]
fn a_text_that_is_nested_deeply_is_refused() {
    let deep = |open: &str, close: &str, times: usize| {
        let rule = format!("{}Text(\"x\"){}", open.repeat(times), close.repeat(times));
        draft("deep-1", "rfc6455").replace(
            "extends",
            &format!("session_key: Add((value: {rule}, evidence: [Own(\"x\")])), extends"),
        )
    };
    for text in [
        deep("Sha1(", ")", 100_000),
        deep("Concat([", "])", 50_000),
        "(".repeat(500_000),
        "[".repeat(500_000),
        "/*".repeat(250_000),
        "Draft(".repeat(50_000),
        "Extension(".repeat(50_000),
        "{\"a\":".repeat(50_000),
    ] {
        assert!(load(text).is_err());
    }
}

fn read_folder(folder: &Path) -> String {
    let loaded = Database::built_in().unwrap().clone().with_folder(folder);
    match loaded.expect_err("it cannot be read") {
        LoadError::Io(file, error) => format!("{file}: {error}"),
        LoadError::Spec(errors) => errors.to_string(),
    }
}

#[test]
fn a_file_is_read_up_to_its_bound() {
    let folder = folder("large-spec");
    let text = draft("large-1", "rfc6455");
    let fill = |length: usize| format!("{text}{}", " ".repeat(length - text.len()));
    fs::write(folder.join("large-1.ron"), fill(LARGEST as usize)).unwrap();
    let built_in = Database::built_in().unwrap();
    assert!(built_in.clone().with_folder(&folder).is_ok());
    fs::write(folder.join("large-1.ron"), fill(LARGEST as usize + 1)).unwrap();
    let error = read_folder(&folder);
    assert!(
        error.ends_with("large-1.ron: larger than 1 MiB, the maximum size of a file of drafts"),
        "{error}"
    );
    fs::write(folder.join("large-1.ron"), b"Draft(\xff)").unwrap();
    assert!(read_folder(&folder).ends_with("large-1.ron: not valid UTF-8"));
    fs::remove_file(folder.join("large-1.ron")).unwrap();
    fs::create_dir(folder.join("folder-1.ron")).unwrap();
    assert!(read_folder(&folder).ends_with("folder-1.ron: not a regular file"));
}

#[cfg(unix)]
#[test]
fn what_never_ends_or_never_begins_is_not_read() {
    use std::{os::unix::fs::symlink, process::Command};

    let endless = folder("endless-spec");
    symlink("/dev/zero", endless.join("zero-1.ron")).unwrap();
    assert!(read_folder(&endless).ends_with("zero-1.ron: not a regular file"));
    let silent = folder("silent-spec");
    let pipe = silent.join("pipe-1.ron");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    assert!(read_folder(&silent).ends_with("pipe-1.ron: not a regular file"));
    // A parent that stands beside its child, too.
    fs::write(silent.join("child-1.ron"), draft("child-1", "pipe-1")).unwrap();
    let error = Input::File("child-1.ron".into())
        .load(&silent)
        .expect_err("no parent");
    assert!(error.to_string().contains("no draft \"pipe-1\""), "{error}");
    // What is linked to is as good as what is there.
    let linked = folder("linked-spec");
    fs::write(linked.join("there"), draft("here-1", "rfc6455")).unwrap();
    symlink("there", linked.join("here-1.ron")).unwrap();
    assert!(
        Database::built_in()
            .unwrap()
            .clone()
            .with_folder(&linked)
            .is_ok()
    );
}

#[test]
fn a_name_that_is_none_never_becomes_a_path() {
    let root = folder("traversal");
    fs::create_dir_all(root.join("specs/in")).unwrap();
    fs::create_dir_all(root.join("secret")).unwrap();
    for secret in ["secret/top.ron", "specs/in/top.ron", "specs/.ron"] {
        fs::write(root.join(secret), "TOKEN=abc123").unwrap();
    }
    let absolute = root.join("secret/top");
    for name in [
        "../secret/top",
        "in/top",
        "",
        absolute.to_str().unwrap(),
        "./in/top",
        "..\\secret\\top",
    ] {
        let extension = format!(
            "Extension(short: \"a-1\", summary: \"S.\", extends: {name:?}, drafts: [{name:?}], evidence: [Own(\"A test\")])"
        );
        for text in [draft("a-1", name), extension] {
            fs::write(root.join("specs/a-1.ron"), text).unwrap();
            let path = Path::new("specs/a-1.ron");
            let alone = Database::built_in()
                .unwrap()
                .clone()
                .with_file(&root.join(path));
            let alone = alone.expect_err("no parent").to_string();
            let input = Input::File(path.into())
                .load(&root)
                .expect_err("no parent")
                .to_string();
            let arguments = "path = \"specs/a-1.ron\"".parse().unwrap();
            let module = "pub mod ours {}".parse().unwrap();
            let attribute = expand(arguments, module, &root).to_string();
            for told in [alone, input, attribute] {
                assert!(
                    told.contains("is not a valid short name"),
                    "{name:?}: {told}"
                );
                assert!(!told.contains("abc123"), "{name:?}: {told}");
            }
        }
    }
}

/// A draft with a text wherever one can stand, and a rule that is a function.
fn wordy(text: &str, function: &str) -> String {
    // RON has the escapes of Rust, but for the shortest one.
    let text = format!("{text:?}").replace("\\0", "\\u{0}");
    format!(
        "Draft(name: \"wordy-1\", short: \"wordy-1\", type: {text}, status: {text}, evidence: [Own({text})], \
        extends: \"rfc6455\", close_codes: (add: {{4001: (name: \"wordy\", meaning: {text}, evidence: [Own({text})])}}), \
        rules: (add: {{\"wordy-rule\": (variant: \"WordyRule\", level: Must, scope: Frame, \
        require: Function({function:?}), otherwise: Fail(1002), summary: {text}, evidence: [Own({text})])}}))"
    )
}

#[test]
fn no_text_gets_out_of_a_comment_or_a_string() {
    for text in [
        "*/ pub fn pwned() {} /*",
        "\"); pub fn pwned() {} //",
        "a\rpub fn pwned() {}",
        "a\r\npub fn pwned() {}",
        "a\npub fn pwned() {}",
        "\\\");\npub fn pwned() {}",
        "\u{2028}pub fn pwned() {}",
        "\u{85}\u{202e}\u{7f}\u{1b}[2J",
        "{}{0}%s\0",
        "\"#\"##",
    ] {
        let file = Source {
            file: "x.ron".into(),
            text: wordy(text, "wordy"),
        };
        let database = Database::built_in().unwrap().clone().with([file]);
        let database = database.unwrap_or_else(|errors| panic!("{text:?}: {errors}"));
        let draft = database.resolved("wordy-1").unwrap();
        let options = Options::default();
        let printed = source(draft, &options);
        assert!(printed.lines().count() > 500, "{text:?}: not formatted");
        let obeyed = |one: char| one.is_control() && one != '\n';
        assert_eq!(printed.find(obeyed), None, "{text:?}");
        let formatted: TokenStream = printed.parse().expect("tokens");
        for tokens in [tokens(draft, &options), formatted] {
            assert!(!has_word(tokens, "pwned"), "{text:?}");
        }
    }
}

fn has_word(tokens: TokenStream, word: &str) -> bool {
    tokens.into_iter().any(|tree| match tree {
        TokenTree::Group(group) => has_word(group.stream(), word),
        TokenTree::Ident(ident) => ident == word,
        _ => false,
    })
}

#[test]
fn a_function_has_a_name() {
    for name in [
        "std::process::abort",
        "x(); y",
        "fn",
        "self",
        "gen",
        "r#fn",
        "a b",
        "É",
        "",
    ] {
        let errors = load(wordy("a text", name)).expect_err("no name");
        assert!(
            errors.contains("is not a valid name of a Rust function"),
            "{name:?}: {errors}"
        );
    }
}
