//! `wsdraft export site`, and `explain --web`, which leads to its pages.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use wsdraft_spec::{Database, Topics, topic::Subject};

use crate::common::{folder, told};

/// The pages below a folder, by their addresses.
fn pages(folder: &Path) -> BTreeMap<String, String> {
    fn walk(root: &Path, folder: &Path, found: &mut BTreeMap<String, String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(root, &path, found);
            } else if path.extension().is_some_and(|end| end == "html") {
                let parts = path.strip_prefix(root).unwrap().components();
                let parts: Vec<_> = parts
                    .map(|part| part.as_os_str().to_str().unwrap())
                    .collect();
                found.insert(parts.join("/"), fs::read_to_string(&path).unwrap());
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(folder, folder, &mut found);
    found
}

/// What stands between two texts, each time.
fn between<'a>(text: &'a str, before: &'a str, after: char) -> impl Iterator<Item = &'a str> {
    text.split(before)
        .skip(1)
        .filter_map(move |rest| rest.split(after).next())
}

fn ids(text: &str) -> BTreeSet<&str> {
    between(text, " id=\"", '"').collect()
}

/// The address that a link of a page leads to.
fn target(page: &str, link: &str) -> String {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        if part == ".." {
            parts.pop().expect("a folder above");
        } else {
            parts.push(part);
        }
    }
    parts.join("/")
}

fn written(name: &str) -> (PathBuf, BTreeMap<String, String>) {
    let folder = folder(name);
    let out = folder.to_str().unwrap();
    let (status, _, err) = told(&["export", "site", "--out", out], b"");
    assert_eq!((status, &*err), (0, ""));
    let pages = pages(&folder);
    (folder, pages)
}

#[test]
fn everything_with_a_name_has_a_page_and_every_link_leads_somewhere() {
    let (folder, pages) = written("site");
    let database = Database::built_in().unwrap();
    let mut expected: BTreeSet<String> = BTreeSet::new();
    for written in database.drafts() {
        let draft = database.resolved(&written.short).unwrap();
        expected.insert(format!("drafts/{}.html", draft.short));
        expected.extend(draft.rules.keys().map(|id| format!("rules/{id}.html")));
        expected.extend(
            draft
                .close_codes
                .keys()
                .map(|code| format!("close-codes/{code}.html")),
        );
        expected.extend(
            draft
                .opcodes
                .keys()
                .map(|name| format!("opcodes/{name}.html")),
        );
        let fields = draft
            .request_headers
            .keys()
            .chain(draft.response_headers.keys());
        expected.extend(fields.map(|name| format!("headers/{}.html", name.to_lowercase())));
    }
    for extension in database.extensions().iter() {
        expected.insert(format!("extensions/{}.html", extension.short));
        expected.extend(extension.rules.keys().map(|id| format!("rules/{id}.html")));
    }
    let statuses = Topics::of(Subject::Status);
    expected.extend(statuses.map(|(key, _)| format!("statuses/{key}.html")));
    expected.insert("diff/hixie-75-to-rfc6455.html".into());
    expected.insert("diff/hybi-05-to-hybi-06.html".into());
    expected.insert("messages/invalid-frame-header.html".into());
    let missing: Vec<&String> = expected
        .iter()
        .filter(|page| !pages.contains_key(*page))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");

    for (page, text) in &pages {
        let own = ids(text);
        assert_eq!(
            own.len(),
            text.matches(" id=\"").count(),
            "{page}: an id stands twice"
        );
        let links = [" href=\"", " src=\"", " action=\""];
        for link in links.iter().flat_map(|name| between(text, name, '"')) {
            if link.starts_with("https://www.rfc-editor.org/") || link == "data:," {
                continue;
            }
            let (path, place) = link.split_once('#').unwrap_or((link, ""));
            let to = if path.is_empty() {
                page.clone()
            } else {
                target(page, path)
            };
            assert!(folder.join(&to).is_file(), "{page}: {link}");
            if !place.is_empty() {
                assert!(ids(&pages[&to]).contains(place), "{page}: {link}");
            }
        }
    }
}

#[test]
fn pages_say_what_the_database_says() {
    let (_, pages) = written("site-content");
    for (page, parts) in [
        (
            "close-codes/1006.html",
            &[
                "never: an endpoint only reports it",
                "The usual causes, the most likely first",
                "wsdraft lint FILE",
                "RFC 6455 §7.4.1",
            ][..],
        ),
        (
            "rules/control-frame-length.html",
            // The length of 126 of a ping, masked, and its key.
            &[
                "fe 00 7e",
                "11 22 33 44",
                "breaks the rule at fe",
                "--only control-frame-length",
            ],
        ),
        (
            "rules/host-present.html",
            &["<ins class=\"line\">", "Host: example.com"],
        ),
        (
            "rules/tls-supported.html",
            &["There are none: nothing on the wire shows"],
        ),
        (
            "drafts/rfc6455.html",
            &["HTTP/1.1 101 Switching Protocols", "Sec-WebSocket-Accept"],
        ),
        (
            "diff/hybi-03-to-hybi-04.html",
            &["Sec-WebSocket-Key1", "removed"],
        ),
        (
            "messages/invalid-frame-header.html",
            &["../rules/length-minimal.html"],
        ),
    ] {
        for part in parts {
            assert!(pages[page].contains(part), "{page}: {part}");
        }
    }
}

#[test]
fn a_dialect_has_pages_and_its_texts_are_escaped() {
    let specs = folder("site-dialect");
    let dialect = r#"Draft(
        name: "ours-1", short: "ours-1", type: "ours", status: "private", extends: "rfc6455",
        evidence: [Own("<our> & \"manual\"")],
        rules: (add: {
            "our-rule": (level: Must, scope: Frame, by: Client, require: Function("ours"), otherwise: FailWithoutCode,
                summary: "<script>alert(1)</script>", evidence: [Own("x")]),
        }),
    )"#;
    fs::write(specs.join("ours.ron"), dialect).unwrap();
    let out = folder("site-of-dialect");
    let (specs, name) = (specs.to_str().unwrap(), out.to_str().unwrap());
    let (status, _, err) = told(&["export", "site", "--out", name, "--spec-dir", specs], b"");
    assert_eq!((status, &*err), (0, ""));
    let rule = fs::read_to_string(out.join("rules/our-rule.html")).unwrap();
    assert!(
        rule.contains("&lt;script&gt;alert(1)&lt;/script&gt;"),
        "{rule}"
    );
    assert!(!rule.contains("<script>"), "{rule}");
    let draft = fs::read_to_string(out.join("drafts/ours-1.html")).unwrap();
    assert!(
        draft.contains("&lt;our&gt; &amp; &quot;manual&quot;"),
        "{draft}"
    );
    let (status, page, _) = told(&["explain", "our-rule", "--web", "--spec-dir", specs], b"");
    assert_eq!((status, &*page), (0, "rules/our-rule.html\n"));
}

#[test]
fn every_command_that_a_rule_names_works() {
    let (_, pages) = written("site-of-commands");
    let pages = pages.values();
    let ids: BTreeSet<&str> = pages
        .flat_map(|page| between(page, "wsdraft lint FILE --only ", '<'))
        .collect();
    assert!(ids.contains("payload-deflated") && ids.len() > 80);
    let mut command = vec!["lint", "--hex", "> 818000000000"];
    command.extend(ids.iter().flat_map(|id| ["--only", id]));
    let (status, out, err) = told(&command, b"");
    assert_eq!(status, 0, "{out}{err}");
}

#[test]
fn explain_leads_to_pages() {
    let web = |words: &[&str]| told(&[&["explain", "--web"], words].concat(), b"");
    for (word, page) in [
        ("1006", "close-codes/1006.html"),
        ("going-away", "close-codes/1001.html"),
        ("3500", "close-codes/index.html#ranges"),
        ("control-frame-length", "rules/control-frame-length.html"),
        ("opcode 8", "opcodes/close.html"),
        ("hybi-08", "drafts/hybi-08.html"),
        (
            "draft-ietf-hybi-thewebsocketprotocol-08",
            "drafts/hybi-08.html",
        ),
        ("permessage-deflate", "extensions/permessage-deflate.html"),
        (
            "server_max_window_bits",
            "extensions/permessage-deflate.html#parameters",
        ),
        ("ECONNRESET", "messages/econnreset.html"),
        ("mqtt", "registries/index.html#subprotocols"),
        ("13", "registries/index.html#versions"),
        ("426", "statuses/426.html"),
        ("AddChannelRequest", "blocks/addchannelrequest.html"),
        ("drop 3005", "drop-codes/3005.html"),
    ] {
        assert_eq!(
            web(&[word]),
            (0, format!("{page}\n"), String::new()),
            "{word}"
        );
    }
    let (_, both, _) = web(&["3005"]);
    assert_eq!(
        both,
        "close-codes/index.html#ranges\ndrop-codes/3005.html\n"
    );
    let (_, both, _) = web(&["frame"]);
    assert_eq!(both, "limits/frame-size.html\nterms/frame.html\n");
    let (status, json, _) = told(&["--json", "explain", "1006", "--web"], b"");
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        (status, json["page"].as_str()),
        (0, Some("close-codes/1006.html"))
    );
    assert_eq!(json["code"], 1006);

    let site = folder("site for explain");
    fs::create_dir(site.join("close-codes")).unwrap();
    fs::write(site.join("close-codes/1006.html"), "").unwrap();
    let site = site.to_str().unwrap();
    let (status, page, _) = web(&["1006", "--site", site]);
    assert_eq!(status, 0);
    assert!(
        page.starts_with("file://")
            && page.ends_with("/site%20for%20explain/close-codes/1006.html\n"),
        "{page}"
    );
    let (status, _, err) = web(&["1007", "--site", site]);
    assert_eq!(status, 2);
    assert!(err.contains("wsdraft export site --out"), "{err}");
    assert_eq!(web(&["zzzzzz", "--site", site]).0, 2);
}
