//! HTTP's versions, and what stands in heads twice.

use super::*;

fn replaced(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    let mut windows = bytes.windows(from.len());
    let at = windows
        .position(|window| window == from.as_bytes())
        .expect(from);
    let (before, rest) = bytes.split_at(at);
    [before, to.as_bytes(), &rest[from.len()..]].concat()
}

/// The whole answer of a server that takes the request; `None` where it refuses.
fn answer(draft: &'static dyn Draft, request: &[u8]) -> Option<Vec<u8>> {
    let mut server = server(draft);
    server.receive(request).ok()?;
    server.accept(&Answer::default()).unwrap();
    Some(server.take_output())
}

/// "HTTP/1.1 or higher", asks RFC 6455 §4.2.1.
#[test]
fn a_later_minor_version_is_read_as_the_one_that_is_known() {
    for &draft in drafts::ALL {
        let short = draft.info().short;
        let asked = request(draft);
        for minor in 2..=9 {
            let version = format!("HTTP/1.{minor}\r\n");
            let later = replaced(&asked, "HTTP/1.1\r\n", &version);
            assert_eq!(
                answer(draft, &later),
                answer(draft, &asked),
                "{short} {version}"
            );
            let head = head_end(&later).unwrap();
            let limits = HeadLimits::default();
            let looks = with_request(&later[..head], &later[head..], false, &limits, |seen| {
                assert_eq!(seen.minor_version, minor);
                assert_eq!((seen.method, seen.target), ("GET", "/"));
                for field in seen.fields.iter() {
                    assert!(later[field.offset..].starts_with(field.value), "{short}");
                }
                seen.fields.iter().count()
            });
            assert!(looks.unwrap() >= 4, "{short}");
        }
    }
}

#[test]
fn an_answer_of_a_later_minor_version_is_taken() {
    for &draft in drafts::ALL {
        let short = draft.info().short;
        let answer = answer(draft, &request(draft)).unwrap();
        let later = replaced(&answer, "HTTP/1.1 ", "HTTP/1.2 ");
        let agreed = client(draft).receive(&later).map(|agreed| agreed.is_some());
        assert_eq!(agreed, Ok(true), "{short}");
    }
}

/// In text, HTTP/2 and the others are no HTTP that is known: 505 (RFC 9110 §15.6.6).
#[test]
fn another_major_version_is_refused() {
    for &draft in drafts::ALL {
        let asked = request(draft);
        for version in ["HTTP/2.0", "HTTP/3.1", "HTTP/0.9"] {
            let other = replaced(&asked, "HTTP/1.1", version);
            let refusal = server(draft).receive(&other).unwrap_err();
            assert_eq!(refusal.cause, RefusalCause::Head(HeadError::Version));
            assert!(
                refusal
                    .response
                    .starts_with(b"HTTP/1.1 505 HTTP Version Not Supported\r\n")
            );
        }
        for version in [
            "HTTP/1.",
            "HTTP/11",
            "HTTP/1.x",
            "http/1.2",
            "HTTP/1.22",
            "FTTP/1.1",
        ] {
            let other = replaced(&asked, "HTTP/1.1", version);
            let refusal = server(draft).receive(&other).unwrap_err();
            assert_eq!(refusal.status, Some(400), "{version}");
        }
    }
}

/// A field that stands twice is the list of both values, and is judged like that list.
#[test]
fn both_forms_of_a_doubled_field_are_judged_alike() {
    let mut refused = 0;
    for &draft in drafts::ALL {
        let (info, asked) = (draft.info(), request(draft));
        let answered = answer(draft, &asked).unwrap();
        for purpose in [Purpose::Upgrade, Purpose::Connection] {
            let name = info.request_header(purpose).unwrap().name;
            let line = |message: &[u8]| {
                let text = String::from_utf8_lossy(message).into_owned();
                let mut lines = text.lines();
                let line = lines
                    .find(|line| line.starts_with(&format!("{name}: ")))
                    .unwrap();
                line.to_owned()
            };
            let forms = |message: &[u8]| {
                let line = line(message);
                let value = line.split_once(": ").unwrap().1;
                [
                    format!("{line}\r\n{line}\r\n"),
                    format!("{line}, {value}\r\n"),
                ]
                .map(|form| replaced(message, &format!("{line}\r\n"), &form))
            };
            let [twice, list] = forms(&asked).map(|form| answer(draft, &form).is_some());
            assert_eq!(twice, list, "{name} in a request of {}", info.short);
            let [both, listed] = forms(&answered).map(|form| client(draft).receive(&form).is_ok());
            assert_eq!(both, listed, "{name} in a response of {}", info.short);
            refused += usize::from(!twice) + usize::from(!both);
        }
    }
    assert!(refused > 20, "{refused}");
}
