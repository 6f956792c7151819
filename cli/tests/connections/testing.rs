//! `wsdraft test`: what it writes about a live server, and what it says of one that got worse.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpListener,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use serde_json::Value;

use crate::common::{folder, markup::parse, schema::fault, server::Server, told};

/// A few cases, so that a test takes no time.
const CASES: [&str; 5] = [
    "--strict",
    "--only",
    "frame/control-*",
    "--only",
    "sends/control-*",
];

fn test(server: &Server, arguments: &[&str]) -> (i32, String, String) {
    let url = server.url();
    told(
        &[&["test", "server", &url], &CASES[..], arguments].concat(),
        b"",
    )
}

fn strict() -> Server {
    Server::serve(&["--drafts", "rfc6455"])
}

/// A server that tolerates what it must refuse.
fn lax() -> Server {
    Server::serve(&["--drafts", "rfc6455", "--allow", "control-frame-length"])
}

#[test]
fn a_report_is_written_in_all_forms() {
    let folder = folder("test-forms");
    let file = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let (html, xml, log) = (file("pages"), file("junit.xml"), file("log.sarif"));
    let forms = ["--html", &html, "--junit", &xml, "--sarif", &log];
    let lax = lax();
    let (status, text, _) = test(&lax, &forms);
    assert_eq!(status, 1, "{text}");
    assert!(
        text.contains("  frame/control-frame-length/1/breaks  RFC 6455 §"),
        "{text}"
    );
    assert!(text.contains("^^"), "the byte is marked: {text}");
    parse(&fs::read_to_string(xml).unwrap());
    let log: Value = serde_json::from_str(&fs::read_to_string(log).unwrap()).unwrap();
    let result = &log["runs"][0]["results"][0];
    assert_eq!(result["ruleId"], "control-frame-length");

    // Those of another server stand beside them.
    let strict = strict();
    let (status, json, _) = test(&strict, &["--html", &html, "--json"]);
    assert_eq!(status, 0, "{json}");
    let (_, schema, _) = told(&["test", "schema"], b"");
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(fault(&json, &schema, &schema), None);
    let index = fs::read_to_string(folder.join("pages/index.json")).unwrap();
    let index: Value = serde_json::from_str(&index).unwrap();
    assert_eq!(index.as_object().unwrap().len(), 2);
    let page = fs::read_to_string(folder.join("pages/index.html")).unwrap();
    for (_, attribute, value) in parse(&page) {
        if attribute == "href" && !value.starts_with('#') {
            let page = fs::read_to_string(folder.join("pages").join(&value));
            parse(&page.expect(&value));
        }
    }
    for server in [&lax, &strict] {
        assert!(page.contains(&server.url()));
        let cases = index[server.url()].as_object().unwrap();
        assert_eq!(cases.len(), json["cases"].as_array().unwrap().len());
    }
    let left = fs::read_dir(folder.join("pages")).unwrap();
    let hidden = left.filter(|entry| {
        entry
            .as_ref()
            .unwrap()
            .file_name()
            .to_string_lossy()
            .starts_with('.')
    });
    assert_eq!(
        hidden.count(),
        0,
        "no file is left that was written on the way"
    );
}

#[test]
fn a_baseline_fails_only_what_got_worse() {
    let folder = folder("test-baseline");
    let (lax, strict) = (lax(), strict());
    let file = |name: &str, server: &Server| {
        let (_, json, _) = test(server, &["--json"]);
        let file = folder.join(name);
        fs::write(&file, json).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let (good, bad) = (file("good.json", &strict), file("bad.json", &lax));
    let (status, text, _) = test(&lax, &["--baseline", &good]);
    assert_eq!(status, 1, "{text}");
    assert!(
        text.contains("worse: frame/control-frame-length/1/breaks: strict -> "),
        "{text}"
    );
    let (status, text, _) = test(&lax, &["--baseline", &bad]);
    assert_eq!(status, 0, "{text}");
    assert!(text.contains("no better in the baseline"), "{text}");
    assert!(!text.contains("= peer:"), "{text}");
    let (status, _, told) = test(&strict, &["--baseline", &bad, "--json"]);
    assert_eq!(status, 0);
    assert!(
        told.contains("better: frame/control-frame-length/1/breaks: "),
        "{told}"
    );
}

#[test]
fn what_cannot_be_read_or_written_is_told_before_the_test() {
    let folder = folder("test-unwritable");
    let baseline = |text: &str| {
        let file = folder.join("baseline.json");
        fs::write(&file, text).unwrap();
        file.to_str().unwrap().to_owned()
    };
    // Nobody listens there.
    let url = "ws://127.0.0.1:1/";
    let fails = |arguments: &[&str], why: &str| {
        let (status, out, errors) = told(&[&["test", "server", url], arguments].concat(), b"");
        assert_eq!((status, &*out), (2, ""), "{errors}");
        assert!(errors.contains(why), "{errors}");
    };
    let nowhere = folder.join("nowhere/x").to_str().unwrap().to_owned();
    fails(&["--junit", &nowhere], &nowhere);
    fails(&["--sarif", folder.to_str().unwrap()], "is a folder");
    fails(&["--html", "/dev/null/pages"], "/dev/null/pages");
    fails(&["--baseline", &nowhere], &nowhere);
    fails(&["--baseline", &baseline("")], "the file is empty");
    fails(
        &["--baseline", &baseline("{")],
        "not what `wsdraft test --json` prints",
    );
    fails(
        &["--baseline", &baseline("{\"drafts\": []}")],
        "not what `wsdraft test --json` prints",
    );
    fails(
        &[
            "--baseline",
            &baseline("{\"format\": \"wsdraft-test/1\", \"reports\": []}"),
        ],
        "it has no report",
    );
    let large = folder.join("large.json");
    let made = fs::File::create(&large).unwrap();
    made.set_len((256 << 20) + 1).unwrap();
    fails(
        &["--baseline", large.to_str().unwrap()],
        "large.json: more than 256 MiB",
    );
    fs::remove_file(large).unwrap();
    let hand = include_str!("../../../tests/data/conformance/report.json");
    let other = baseline(&hand.replace("\"rfc6455\"", "\"hybi-00\""));
    fails(&["--baseline", &other], "it is on a server of hybi-00");
    let pages = folder.join("pages");
    fs::create_dir_all(pages.join("data")).unwrap();
    fs::write(pages.join("data/foreign.json"), "[]").unwrap();
    fails(
        &["--html", pages.to_str().unwrap()],
        "foreign.json: not what",
    );
}

#[test]
fn cases_are_listed_without_a_server() {
    let only = ["test", "server", "--list", "--only", "closing/*"];
    let (status, text, _) = told(&only, b"");
    assert_eq!(status, 0);
    assert!(text.lines().count() > 5, "{text}");
    for line in text.lines() {
        let (id, title) = line.split_once("  ").unwrap();
        assert!(id.starts_with("closing/") && title.ends_with('.'), "{line}");
    }
    let (_, json, _) = told(&[&only[..], &["--json"]].concat(), b"");
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json.as_array().unwrap().len(), text.lines().count());
}

#[test]
fn a_rule_that_a_dialect_removes_has_a_case() {
    let dialects = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/data/dialects");
    let dialects = dialects.to_str().unwrap();
    let verdict = |server: &Server| {
        let url = server.url();
        let only = ["--only", "client-frame-masked", "--json"];
        let of = ["--spec-dir", dialects, "--draft", "unmasked-1"];
        let (status, json, errors) =
            told(&[&["test", "server", &url], &of[..], &only].concat(), b"");
        assert_eq!(status, 0, "{errors}");
        let json: Value = serde_json::from_str(&json).unwrap();
        let cases = json["cases"].as_array().unwrap().clone();
        assert_eq!(cases[0]["id"], "frame/client-frame-masked/1/removed");
        cases[0]["verdict"].clone()
    };
    let lax = Server::serve(&["--spec-dir", dialects, "--drafts", "unmasked-1"]);
    assert_eq!(verdict(&lax), "strict");
    assert_eq!(verdict(&strict()), "stricter");
}

#[test]
fn options_that_cannot_be_meant_are_told() {
    let fails = |arguments: &[&str], why: &str| {
        let url = "ws://127.0.0.1:1/";
        let (status, _, errors) = told(&[&["test", "server", url], arguments].concat(), b"");
        assert_eq!(status, 2, "{errors}");
        assert!(errors.contains(why), "{errors}");
        assert_eq!(errors.lines().count(), 1, "{errors}");
    };
    for timeout in ["0", "-1", "NaN", "inf", "1e300"] {
        fails(
            &["--timeout", timeout],
            "--timeout: it has to be a number of seconds",
        );
    }
    fails(&["--jobs", "0"], "--jobs: at least one");
    let list = |only: &str, why: &str| fails(&["--list", "--only", only], why);
    list("closing", "did you mean \"closing/*\"?");
    list(
        "contol-frame-length",
        "did you mean \"control-frame-length\"?",
    );
    list("fragment/*", "did you mean \"fragments\"?");
    list("close/*", "the sections are request, ");
}

#[test]
fn scenarios_of_ones_own_name_rules_that_exist() {
    let folder = folder("test-scenarios");
    let place = folder.to_str().unwrap();
    let test = ["test", "server", "--list", "--scenarios", place];
    let (status, _, errors) = told(&test, b"");
    assert_eq!(status, 2);
    assert!(errors.contains("no *.ron file"), "{errors}");
    let file = folder.join("own.ron");
    let text = |rule: &str| {
        format!(
            "Scenarios(section: \"own\", title: \"Own\", scenarios: {{\"ping\": (
                summary: \"It answers.\", rules: [\"{rule}\"],
                steps: [Probe], evidence: [Rfc(\"6455\", \"5.5.2\")])}})"
        )
    };
    fs::write(&file, text("ping-answerd")).unwrap();
    let hint =
        "no draft or extension has the rule \"ping-answerd\"; did you mean \"ping-answered\"?";
    let (status, _, errors) = told(&test, b"");
    assert_eq!(status, 2);
    assert!(errors.contains(hint), "{errors}");
    let check = ["check", file.to_str().unwrap()];
    let (status, text_of, _) = told(&check, b"");
    assert_eq!(status, 1);
    assert!(
        text_of.contains(hint) && text_of.contains("own.ron:2:"),
        "{text_of}"
    );
    fs::write(&file, text("ping-answered")).unwrap();
    assert_eq!(told(&check, b"").0, 0);
    let (status, cases, _) = told(&test, b"");
    assert_eq!(status, 0);
    assert!(cases.contains("own/ping  It answers.\n"), "{cases}");
}

/// A server that answers each request with the same.
fn answering(answer: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(answer);
        }
    });
    address.to_string()
}

#[test]
fn a_server_that_cannot_be_tested_is_told_with_what_to_do() {
    let fails = |scheme: &str, answer: &'static [u8], more: &[&str], why: &str| {
        let url = format!("{scheme}://{}/", answering(answer));
        let (status, _, errors) = told(&[&["test", "server", &url], more].concat(), b"");
        assert_eq!(status, 2, "{errors}");
        assert!(errors.contains(why), "{errors}");
    };
    let fine = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    fails(
        "ws",
        fine,
        &[],
        "with 200 OK, and does not switch protocols",
    );
    fails("wss", fine, &[], "does not speak TLS");
    let bad = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
    let old = ["--draft", "hixie-76"];
    fails("ws", bad, &old, "does the server speak hixie-76?");
    fails("ws", b"\x15\x03\x03\0\x02\x02\x32", &[], "use wss://");
    let (status, _, errors) = told(&["test", "server", "ws://me:word@127.0.0.1:1/"], b"");
    assert_eq!(status, 2);
    assert!(
        errors.contains("use --header 'Authorization: …'"),
        "{errors}"
    );
}

#[test]
fn an_interrupted_test_says_so_and_reports_what_it_knows() {
    let server = strict();
    let child = Command::new(env!("CARGO_BIN_EXE_wsdraft"))
        .args(["test", "server", &server.url(), "--jobs", "1", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let id = child.id().to_string();
    let ended = thread::spawn(move || {
        thread::sleep(Duration::from_secs(1));
        Command::new("kill").args(["-INT", &id]).status()
    });
    let output = child.wait_with_output().unwrap();
    assert!(ended.join().unwrap().unwrap().success());
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{errors}");
    assert!(errors.contains("interrupted after "), "{errors}");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(report["summary"]["unknown"].as_u64().unwrap() > 0);
}

/// The endpoints in the index of a folder with pages.
fn indexed(pages: &Path) -> usize {
    let index = fs::read_to_string(pages.join("index.json")).unwrap();
    let index: Value = serde_json::from_str(&index).unwrap();
    index.as_object().unwrap().len()
}

#[test]
fn tests_write_into_one_folder_at_the_same_time() {
    let pages = folder("test-at-once").join("pages");
    let html = pages.to_str().unwrap();
    let servers = [(); 4].map(|()| strict());
    thread::scope(|scope| {
        for server in &servers {
            scope.spawn(|| {
                let (status, text, errors) = test(server, &["--html", html]);
                assert_eq!(status, 0, "{text}{errors}");
            });
        }
    });
    assert_eq!(indexed(&pages), servers.len());
}

#[cfg(unix)]
#[test]
fn links_and_pipes_in_a_folder_are_not_followed() {
    use std::os::unix::fs::symlink;

    let folder = folder("test-links");
    let (pages, other) = (folder.join("pages"), folder.join("other"));
    fs::create_dir_all(pages.join("data")).unwrap();
    fs::write(&other, "foreign").unwrap();
    symlink(&other, pages.join("index.html")).unwrap();
    symlink(folder.join("nowhere"), pages.join("index.json")).unwrap();
    symlink(&other, pages.join("data/link.json")).unwrap();
    let pipe = pages.join("data/pipe.json");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    let (status, text, errors) = test(&strict(), &["--html", pages.to_str().unwrap()]);
    assert_eq!(status, 0, "{text}{errors}");
    assert_eq!(indexed(&pages), 1);
    assert_eq!(fs::read_to_string(&other).unwrap(), "foreign");
    assert!(!folder.join("nowhere").exists());
    assert!(!pages.join("index.html").is_symlink());
    assert!(pages.join("data/link.json").is_symlink() && pipe.exists());
}
