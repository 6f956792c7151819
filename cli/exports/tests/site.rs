//! The site of a dialect: each page has an address of its own, and its topics have pages.

use std::collections::BTreeSet;

use wsdraft_exports::{
    Document,
    site::{self, Addresses},
};
use wsdraft_spec::{Database, Source};

/// The built-in database and these files.
fn with(texts: &[&str]) -> Database {
    let sources = texts.iter().enumerate().map(|(at, text)| Source {
        file: format!("{at}.ron"),
        text: (*text).to_owned(),
    });
    let database = Database::built_in().unwrap().clone();
    database.with(sources).unwrap()
}

fn written(database: &Database) -> Vec<Document> {
    site::site(database).unwrap()
}

/// The page whose title is this.
fn titled<'a>(pages: &'a [Document], title: &str) -> &'a Document {
    let start = format!("<title>{title} – ");
    let mut found = pages.iter().filter(|page| page.text.contains(&start));
    let page = found.next().unwrap_or_else(|| panic!("no {title}"));
    assert!(found.next().is_none(), "two of {title}");
    page
}

fn draft(short: &str, more: &str) -> String {
    format!(
        "Draft(name: {short:?}, short: {short:?}, type: \"ours\", status: \"private\", extends: \"rfc6455\", \
         evidence: [Own(\"x\")]{more})"
    )
}

const RULE: &str = r#", rules: (add: {"index": (level: Must, scope: Frame, by: Client, require: Function("ours"),
    otherwise: FailWithoutCode, summary: "Ours.", evidence: [Own("x")])})"#;

const FIELDS: &str = r#", request_headers: (add: {
    "X-A": (purpose: Other, value: Any, evidence: [Own("x")]),
    "X--A": (purpose: Other, value: Any, evidence: [Own("x")]),
})"#;

const MESSAGES: &str = r#"Topics(subject: Message, entries: {
    "Oh no!": (text: "It is ours.", see: ["1006"], evidence: [Own("x")]),
    "oh no?": (text: "It is ours as well.", evidence: [Own("x")]),
    "?!": (text: "It has no letters.", evidence: [Own("x")]),
    "OH NO!": (text: "It is loud.", evidence: [Own("x")]),
    "ECONNRESET": (text: "Ours says more.", see: ["1006"], evidence: [Own("x")]),
})"#;

const CODES: &str = r#"Topics(subject: CloseCode, entries: {
    "4711": (text: "Our own code.", reporter: "ours", evidence: [Own("x")]),
})"#;

#[test]
fn two_pages_never_have_one_address() {
    let drafts = [
        draft("index", RULE),
        draft("timeline", FIELDS),
        draft("ours", ""),
        draft("rfc6455-to-ours", ""),
        draft("ours-to-ours", ""),
    ];
    let mut texts: Vec<&str> = drafts.iter().map(String::as_str).collect();
    texts.push(MESSAGES);
    let database = with(&texts);
    let pages = written(&database);
    let addresses: BTreeSet<String> = pages.iter().map(|one| one.path.to_lowercase()).collect();
    assert_eq!(addresses.len(), pages.len());
    for title in [
        "X-A", "X--A", "?!", "Oh no!", "oh no?", "OH NO!", "Timeline", "Drafts", "timeline",
    ] {
        let page = titled(&pages, title);
        let name = page.path.rsplit('/').next().unwrap();
        assert!(!name.starts_with(['.', '-']), "{title}: {name}");
    }
    // What was there before stays where it was, and what moves does not depend on what else there is.
    for page in written(Database::built_in().unwrap()) {
        assert!(addresses.contains(&page.path), "{}", page.path);
    }
    let alone = written(&with(&[drafts[1].as_str()]));
    for title in ["X--A", "timeline"] {
        assert_eq!(titled(&alone, title).path, titled(&pages, title).path);
    }
    let search = pages
        .iter()
        .find(|one| one.path == "search-index.js")
        .unwrap();
    for title in ["X--A", "OH NO!", "timeline"] {
        let row = search
            .text
            .lines()
            .find(|line| line.contains(&format!("\",\"{title}\",\"")));
        let path = &titled(&pages, title).path;
        assert!(row.unwrap().contains(path.as_str()), "{row:?} {path}");
    }
}

#[test]
fn topics_of_ones_own_have_pages() {
    let pages = written(&with(&[MESSAGES, CODES]));
    let text = |path: &str| &pages.iter().find(|one| one.path == path).unwrap().text;
    assert!(text("messages/oh-no.html").contains("It is ours."));
    assert!(text("messages/econnreset.html").contains("Ours says more."));
    assert!(text("messages/index.html").contains("It is loud."));
    assert!(text("close-codes/4711.html").contains("Our own code."));
    assert!(text("close-codes/1006.html").contains("../messages/oh-no.html"));
    let count = |pages: &[Document]| {
        let start = pages.iter().find(|one| one.path == "index.html").unwrap();
        let (before, _) = start.text.split_once(" texts of browsers").unwrap();
        let digits = before.rsplit(|one: char| !one.is_ascii_digit()).next();
        digits.unwrap().parse::<usize>().unwrap()
    };
    let built_in = written(Database::built_in().unwrap());
    assert_eq!(count(&pages), count(&built_in) + 4);
}

#[test]
fn a_page_says_what_its_bytes_do_not_and_names_no_command_that_fails() {
    let pages = written(Database::built_in().unwrap());
    let text = |path: &str| &pages.iter().find(|one| one.path == path).unwrap().text;
    let rule = text("rules/reserved-bits-clear.html");
    assert!(rule.contains("The ends agreed on an extension that uses RSV1."));
    // A draft in between lacks the rule.
    let (facts, _) = rule.split_once("In every draft").unwrap();
    for draft in ["hybi-01", "hybi-07", "hybi-09"] {
        assert!(facts.contains(&format!(">{draft}<")), "{draft}");
    }
    assert!(rule.contains("--only reserved-bits-clear"));
    assert!(text("rules/payload-deflated.html").contains("--only payload-deflated"));
    assert!(text("rules/quota-kept.html").contains("--only quota-kept"));
    for hidden in [
        "control-frames-in-blocks",
        "host-port",
        "pseudo-fields-present",
    ] {
        let page = text(&format!("rules/{hidden}.html"));
        assert!(!page.contains("--only"), "{hidden}");
    }
    assert!(!text("drafts/timeline.html").contains("on day"));
    let utf8 = text("rules/text-utf8.html");
    assert!(utf8.contains("wording, what comes of it") && !utf8.contains(".; "));
}

#[test]
fn blocks_and_drop_codes_have_pages() {
    let database = Database::built_in().unwrap();
    let addresses = Addresses::of(database);
    let pages = written(database);
    let text = |path: &str| &pages.iter().find(|one| one.path == path).unwrap().text;
    let search = text("search-index.js");
    for (kind, name, page, says) in [
        (
            "block",
            "AddChannelRequest",
            "blocks/addchannelrequest.html",
            "asks for a new channel",
        ),
        (
            "drop-code",
            "3005",
            "drop-codes/3005.html",
            "exceeds the remaining quota",
        ),
        (
            "drop-code",
            "quota-violation",
            "drop-codes/3005.html",
            "quota-kept",
        ),
    ] {
        assert_eq!(addresses.find(kind, name), Some(page));
        assert!(text(page).contains(says), "{page}");
        assert!(text("extensions/mux-07.html").contains(&format!("\"../{page}\"")));
        assert!(search.contains(&format!("\"{page}\"")));
    }
    assert!(text("rules/quota-kept.html").contains("../drop-codes/3005.html"));
    // Two numbers that are the same lead to each other.
    assert!(text("drop-codes/1000.html").contains("../close-codes/1000.html"));
    assert!(text("close-codes/1000.html").contains("../drop-codes/1000.html"));
}

#[test]
fn differences_are_told_in_words() {
    let pages = written(Database::built_in().unwrap());
    let mut diffs = pages.iter().filter(|one| one.path.starts_with("diff/"));
    for data in [
        "Reject(",
        "Base64(",
        "OneOf(",
        "Keyword(",
        "Given",
        "Prefixed(",
        "only_empty",
        ": null",
    ] {
        let raw = diffs.clone().find(|page| page.text.contains(data));
        assert!(raw.is_none(), "{data} in {}", raw.unwrap().path);
    }
    let step = diffs
        .find(|page| page.path == "diff/hybi-03-to-hybi-04.html")
        .unwrap();
    for words in [
        "20 bytes in base64",
        "what the application gives",
        "<li>Commas, not spaces, separate subprotocols</li>",
    ] {
        assert!(step.text.contains(words), "{words}");
    }
}

#[test]
fn titles_are_unique_and_the_site_stays_small() {
    let pages = written(Database::built_in().unwrap());
    let mut titles = BTreeSet::new();
    for page in pages.iter().filter(|one| one.path.ends_with(".html")) {
        let title = page.text.split("<title>").nth(1).unwrap();
        let title = title.split("</title>").next().unwrap();
        assert!(titles.insert(title), "two pages are called {title}");
    }
    let size: usize = pages.iter().map(|page| page.text.len()).sum();
    assert!(size < 9_000_000, "{size} bytes");
    let start = &pages.iter().find(|one| one.path == "index.html").unwrap();
    assert!(start.text.contains("89 Internet-Drafts and rfc6455"));
}
