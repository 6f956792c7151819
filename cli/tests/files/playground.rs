//! `wsdraft export site --playground`: the page, and which modules are taken for it.

use std::fs;

use wsdraft_spec::FINGERPRINT;

use crate::common::{folder, told};

/// The start of a module that has this text in it.
fn module(text: &str) -> Vec<u8> {
    [&b"\0asm\x01\0\0\0 "[..], text.as_bytes(), b" "].concat()
}

#[test]
fn a_module_with_the_same_database_becomes_a_page() {
    let folder = folder("playground");
    let (out, file) = (folder.join("site"), folder.join("made.wasm"));
    fs::write(&file, module(FINGERPRINT)).unwrap();
    let (out, file) = (out.to_str().unwrap(), file.to_str().unwrap());
    let arguments = ["export", "site", "--playground", file, "--out", out];
    let (status, _, err) = told(&arguments, b"");
    assert_eq!((status, &*err), (0, ""));
    let read = |page: &str| fs::read_to_string(folder.join("site").join(page)).unwrap();
    let page = read("playground.html");
    for script in page.split(" src=\"").skip(1) {
        read(script.split('"').next().unwrap());
    }
    assert!(page.contains(r#"<a href="playground.html" aria-current="true">"#));
    let link = r#"<a href="../playground.html">Playground</a>"#;
    assert!(read("rules/index.html").contains(link));
    // The start and the search lead to it.
    assert!(read("index.html").contains(r#"The <a href="playground.html">playground</a>"#));
    let index = read("search-index.js");
    assert!(index.contains(r#""Playground""#) && index.contains(r#""playground.html""#));
    // On a phone, all parts of the navigation are in sight.
    let style = read("style.css");
    let (_, narrow) = style.split_once("@media (max-width: 44rem)").unwrap();
    assert!(
        narrow.contains("header nav ul { flex-wrap: wrap"),
        "{narrow}"
    );
    assert!(read("playground-module.js").starts_with("globalThis.wsdraftModule = '"));

    // Without it, nothing leads there, and what is left of it is named.
    let (status, _, err) = told(&["export", "site", "--out", out, "--check"], b"");
    assert_eq!(status, 1);
    assert!(
        err.contains("playground.html: is left from an earlier export"),
        "{err}"
    );
    let (_, _, _) = told(&["export", "site", "--out", out], b"");
    for page in ["rules/index.html", "index.html", "search-index.js"] {
        assert!(!read(page).contains("playground"), "{page}");
    }
    let (status, _, err) = told(&[&arguments[..], &["--check"]].concat(), b"");
    assert_eq!(status, 1);
    let again = format!("run: wsdraft export site --playground {file} --out {out}");
    assert!(err.contains(&again), "{err}");
}

#[test]
fn no_other_module_is_taken() {
    let folder = folder("playground-others");
    let out = folder.join("site");
    let out = out.to_str().unwrap();
    let refused = |name: &str, bytes: &[u8], more: &[&str]| {
        let file = folder.join(name);
        fs::write(&file, bytes).unwrap();
        let file = file.to_str().unwrap();
        let arguments = ["export", "site", "--playground", file, "--out", out];
        let (status, _, err) = told(&[&arguments[..], more].concat(), b"");
        assert_eq!(status, 2, "{err}");
        assert!(fs::metadata(out).is_err());
        err.replace(file, "FILE")
    };
    let why = refused("text", b"hello", &[]);
    assert_eq!(
        why,
        "wsdraft: --playground: FILE: this is no WebAssembly module\n"
    );
    let why = refused("other.wasm", &module("another program"), &[]);
    assert_eq!(
        why,
        "wsdraft: --playground: FILE: this is not the module of the playground\n"
    );
    let why = refused(
        "old.wasm",
        &module("wsdraft-database-0.0.1-0123456789abcdef"),
        &[],
    );
    assert!(why.contains("has the database of another version"), "{why}");
    let own = folder.join("own");
    fs::create_dir(&own).unwrap();
    let dialect = "Draft(name: \"ours-00\", short: \"ours-00\", type: \"ours\", status: \"private\", extends: \"rfc6455\", evidence: [Own(\"x\")])";
    fs::write(own.join("ours.ron"), dialect).unwrap();
    let own = own.to_str().unwrap();
    let why = refused("made.wasm", &module(FINGERPRINT), &["--spec-dir", own]);
    assert!(why.contains("leave out --spec-dir"), "{why}");
}
