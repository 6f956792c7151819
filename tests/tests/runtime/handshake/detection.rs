//! Detection against validity: what a draft takes for a valid request is detected as one of its
//! own, whatever else the request carries.

use std::collections::BTreeSet;

use wsdraft::{
    Draft, Enforce, Relaxed,
    detect::{self, Detection, detect},
    handshake::{
        HeadLimits, Opening, parse,
        server::{Refusal, Requested, ServerHandshake, ServerOptions},
    },
    info::{Purpose, SignTest},
};
use wsdraft_tests::sockets::{drafts, find};

type Field = (String, String);

/// A request as a draft writes it: its line, its fields, and what follows the head.
struct Written {
    line: String,
    fields: Vec<Field>,
    body: Vec<u8>,
}

fn written(draft: &dyn Draft) -> Written {
    let entropy = |bytes: &mut [u8]| bytes.fill(0x35);
    let mut bytes = Vec::new();
    let opening = Opening {
        host: "example.com",
        resource: "/chat",
        origin: Some("http://example.com"),
        subprotocols: &["chat"],
        extensions: Some("x-test"),
        cookie: Some("a=b"),
        fields: &[],
        entropy: &entropy,
    };
    draft.write_request(&opening, &mut bytes);
    let end = parse::head_end(&bytes).expect("a head");
    let head = str::from_utf8(&bytes[..end]).expect("text");
    let mut lines = head.trim_end().split("\r\n");
    let line = lines.next().expect("a line").to_owned();
    let fields = lines.filter_map(|line| line.split_once(": "));
    Written {
        line,
        fields: fields
            .map(|(name, value)| (name.into(), value.into()))
            .collect(),
        body: bytes[end..].to_vec(),
    }
}

fn head(line: &str, fields: &[Field]) -> Vec<u8> {
    let mut head = format!("{line}\r\n");
    for (name, value) in fields {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    head.into_bytes()
}

/// Every field that some draft writes, names, or looks at, with a value of that draft's.
fn pool() -> Vec<Field> {
    let mut pool: BTreeSet<Field> = BTreeSet::new();
    for draft in drafts() {
        let info = draft.info();
        pool.extend(written(draft).fields);
        for header in info.request_headers {
            let named = pool.iter().any(|(name, _)| name == header.name);
            if !named {
                pool.insert((header.name.into(), "1".into()));
            }
        }
        for sign in info.signs {
            if let SignTest::OneOf(values) | SignTest::AbsentOr(values) = sign.test {
                let values = values
                    .iter()
                    .map(|&value| (sign.header.into(), value.into()));
                pool.extend(values);
            }
        }
        if let Some(header) = info.request_header(Purpose::Version) {
            pool.insert((header.name.into(), "99".into()));
        }
    }
    pool.into_iter().collect()
}

fn found(head: &[u8]) -> Detection {
    let found = parse::with_request(head, &[], false, &HeadLimits::default(), |request| {
        detect(&request.fields, drafts())
    });
    found.expect("a request")
}

/// Checks that each draft that takes this request is among those that are detected.
fn agrees(line: &str, fields: &[Field], body: &[u8]) {
    let bytes = head(line, fields);
    let all: Vec<_> = drafts().collect();
    let looked = parse::with_request(&bytes, body, false, &HeadLimits::default(), |request| {
        let found = detect(&request.fields, drafts());
        let text = || String::from_utf8_lossy(&bytes).into_owned();
        for &draft in &all {
            let mut report = Enforce::new(Relaxed::NONE, false);
            let _ = draft.check_request(request, &mut report);
            let name = draft.info().short;
            let is_candidate = found.candidates.contains(&draft.info());
            assert_eq!(is_candidate, detect::matches(draft.info(), &request.fields));
            if report.finish().is_ok() {
                assert!(
                    is_candidate,
                    "{name} takes this, and is not detected:\n{}",
                    text()
                );
            }
        }
        let chosen = detect::choose(&all, &request.fields).map(|at| all[at].info());
        // A server speaks the draft that detection names.
        assert_eq!(chosen, found.draft, "{}", text());
        assert_eq!(found.nearest.is_some(), found.draft.is_none());
    });
    looked.expect("a request");
}

#[test]
fn what_a_draft_takes_is_detected_as_its_own() {
    let pool = pool();
    for draft in drafts() {
        let Written { line, fields, body } = written(draft);
        agrees(&line, &fields, &body);
        // Without each of its fields, and with one of another draft in its place or behind.
        for at in 0..=fields.len() {
            let mut fewer = fields.clone();
            if at < fields.len() {
                fewer.remove(at);
            }
            agrees(&line, &fewer, &body);
            for further in &pool {
                let mut more = fewer.clone();
                more.push(further.clone());
                agrees(&line, &more, &body);
            }
        }
        for (at, first) in pool.iter().enumerate() {
            for second in &pool[at..] {
                let mut more = fields.clone();
                more.extend([first.clone(), second.clone()]);
                agrees(&line, &more, &body);
            }
        }
    }
}

/// What every client of drafts with a version sends.
fn with_version(version: &str, more: &str) -> Vec<u8> {
    format!(
        "GET / HTTP/1.1\r\nHost: example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: {version}\r\n{more}\r\n"
    )
    .into_bytes()
}

fn serve(drafts: Vec<&'static dyn Draft>, head: &[u8]) -> Result<Option<Requested>, Refusal> {
    ServerHandshake::new(drafts, ServerOptions::default()).receive(head)
}

#[test]
fn fields_of_two_drafts_at_once_leave_a_draft_of_the_version() {
    let both = "Origin: http://example.com\r\nSec-WebSocket-Origin: http://example.com\r\n";
    let request = with_version("8", both);
    let found = found(&request);
    assert_eq!(found.draft.map(|draft| draft.wire_version), Some(Some(8)));
    assert!(found.likely().is_empty());
    let Ok(Some(Requested::Upgrade(offer))) = serve(drafts().collect(), &request) else {
        panic!("a server of every draft speaks version 8");
    };
    assert_eq!(offer.draft.wire_version, Some(8));
    for draft in drafts().filter(|draft| draft.info().wire_version == Some(8)) {
        let served = serve(vec![draft], &request);
        assert!(served.is_ok(), "{}: {served:?}", draft.info().short);
    }
}

#[test]
fn hints_choose_among_the_drafts_of_a_version() {
    let with_header = |name: &str| {
        let names = |draft: &&'static dyn Draft| {
            let header = draft.info().request_header(Purpose::Origin);
            draft.info().wire_version == Some(8) && header.is_some_and(|header| header.name == name)
        };
        let newest = drafts()
            .filter(names)
            .max_by_key(|draft| draft.info().serial);
        newest.expect("a draft").info()
    };
    for name in ["Origin", "Sec-WebSocket-Origin"] {
        let request = with_version("8", &format!("{name}: http://example.com\r\n"));
        let found = found(&request);
        assert_eq!(found.draft, Some(with_header(name)));
        let of_version = drafts().filter(|draft| draft.info().wire_version == Some(8));
        for draft in of_version {
            let info = draft.info();
            assert!(found.candidates.contains(&info), "{}", info.short);
            let named = info
                .request_header(Purpose::Origin)
                .map(|header| header.name);
            assert_eq!(
                found.likely().contains(&info),
                named == Some(name),
                "{}",
                info.short
            );
        }
    }
}

#[test]
fn what_is_of_no_draft_comes_nearest_to_one_and_one_thing_decides() {
    // No version that is known: the newest draft answers, with the versions that are spoken.
    for version in ["9", "14", "99", "x"] {
        let request = with_version(version, "");
        let found = found(&request);
        assert_eq!(found.draft, None);
        let nearest = found.nearest.expect("the nearest draft");
        assert_eq!(nearest.wire_version, Some(13), "{version}");
        assert_eq!(found.reasons.len(), 1, "{version}");
        let reason = found.reasons[0].to_string();
        assert!(
            reason.contains("Sec-WebSocket-Version is not 13"),
            "{reason}"
        );
        let refusal = serve(drafts().collect(), &request).expect_err("a refusal");
        assert_eq!(refusal.status, Some(426));
        let answer = String::from_utf8(refusal.response).unwrap();
        assert!(
            answer.contains("Sec-WebSocket-Version: 13, 8, 7, 6, 5, 4\r\n"),
            "{answer}"
        );
    }
    // A field that only some drafts have tells more than their age.
    let keys = b"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\nOrigin: http://a\r\nSec-WebSocket-Key1: 1 2\r\n\r\n";
    let found_by_key = found(keys);
    let nearest = found_by_key.nearest.expect("the nearest draft");
    assert!(nearest.request_body > 0, "{}", nearest.short);
    assert_eq!(found_by_key.reasons.len(), 1, "{}", nearest.short);
    let unversioned = b"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    let found_unversioned = found(unversioned);
    let nearest = found_unversioned.nearest.expect("the nearest draft");
    assert_eq!(nearest.wire_version, Some(13));
    let reason = found_unversioned.reasons[0].to_string();
    assert!(
        reason.contains("Sec-WebSocket-Version is missing"),
        "{reason}"
    );
    let missing = &found_unversioned.reasons[0];
    assert!(!missing.present && !missing.holds, "{reason}");
    assert!(find("hixie-76").info().signs.iter().any(|sign| sign.hint));
}
