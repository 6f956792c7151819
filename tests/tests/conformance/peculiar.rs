//! Endpoints with one peculiarity each, and the verdict that is fair to them.

use wsdraft::{Relaxed, Role};
use wsdraft_conformance::{Setup, Suite, Verdict, report::Report};
use wsdraft_spec::{
    Scenarios,
    scenario::{Answer, Choice, Meaning, Part, Payload, Step},
};

use super::{
    against,
    endpoints::{Client, Server},
    is_small, newest, prepared,
    wire::Endpoint,
};

/// A server whose bytes are changed on their way.
struct Changed<F> {
    server: Server,
    change: F,
}

impl<F: FnMut(Vec<u8>) -> Vec<u8>> Endpoint for Changed<F> {
    fn take(&mut self, bytes: &[u8]) {
        self.server.take(bytes);
    }

    fn end(&mut self) {
        self.server.end();
    }

    fn output(&mut self) -> Vec<u8> {
        (self.change)(self.server.output())
    }

    fn has_ended(&self) -> bool {
        self.server.has_ended()
    }
}

/// A client that asks for a connection, and does nothing else until it has received something so many
/// times. Then it parts with these bytes.
struct Parting {
    request: Vec<u8>,
    left: usize,
    bytes: &'static [u8],
}

impl Endpoint for Parting {
    fn take(&mut self, _: &[u8]) {
        self.left = self.left.saturating_sub(1);
    }

    fn end(&mut self) {}

    fn output(&mut self) -> Vec<u8> {
        if !self.request.is_empty() {
            return std::mem::take(&mut self.request);
        }
        match self.left {
            0 => std::mem::take(&mut self.bytes).to_vec(),
            _ => Vec::new(),
        }
    }

    fn has_ended(&self) -> bool {
        self.left == 0 && self.bytes.is_empty()
    }
}

/// A server that answers what has more than this many bytes with a close frame.
struct Overwhelmed {
    server: Server,
    most: usize,
    close: &'static [u8],
    over: bool,
}

impl Endpoint for Overwhelmed {
    fn take(&mut self, bytes: &[u8]) {
        self.over |= bytes.len() > self.most;
        if !self.over {
            self.server.take(bytes);
        }
    }

    fn end(&mut self) {
        self.server.end();
    }

    fn output(&mut self) -> Vec<u8> {
        match self.over {
            true => std::mem::take(&mut self.close).to_vec(),
            false => self.server.output(),
        }
    }

    fn has_ended(&self) -> bool {
        match self.over {
            true => self.close.is_empty(),
            false => self.server.has_ended(),
        }
    }
}

fn server() -> Server {
    Server::new(newest(), Relaxed::NONE)
}

/// What is tested, and the cases whose ids start so.
fn cases(subject: Role, starts: &[&str]) -> (Setup, Suite) {
    let (setup, mut suite) = prepared(newest(), subject);
    suite
        .cases
        .retain(|case| starts.iter().any(|start| case.id.starts_with(start)));
    (setup, suite)
}

/// The cases whose ids start so, against servers whose bytes are changed in this way.
fn changed<F>(starts: &[&str], change: impl Fn() -> F) -> Report
where
    F: FnMut(Vec<u8>) -> Vec<u8> + 'static,
{
    let (setup, suite) = cases(Role::Server, starts);
    against(&setup, &suite, &|| {
        Box::new(Changed {
            server: server(),
            change: change(),
        })
    })
}

/// A case against a client that parts when it has received something so many times.
fn parting(id: &str, left: usize, bytes: &'static [u8]) -> Verdict {
    let (setup, suite) = cases(Role::Client, &[id]);
    let report = against(&setup, &suite, &|| {
        let request = Client::new(newest(), Relaxed::NONE).output();
        Box::new(Parting {
            request,
            left,
            bytes,
        })
    });
    verdict(&report, id)
}

fn verdict(report: &Report, id: &str) -> Verdict {
    let case = report.cases.iter().find(|case| case.id == id);
    case.expect(id).verdict
}

/// What is said of the cases that were played.
fn said(report: &Report) -> Vec<(&str, Verdict, &str)> {
    let cases = report.cases.iter().filter(|case| case.played);
    cases
        .map(|case| (&*case.id, case.verdict, &*case.why))
        .collect()
}

/// A close frame of a client, masked with zeros.
const BYE: &[u8] = &[0x88, 0x80, 0, 0, 0, 0];

#[test]
fn clients_may_take_their_time_to_refuse_what_they_have_to() {
    let broken = "response/accept-matches/1/breaks";
    for left in [1, 2] {
        for bytes in [&[][..], BYE] {
            assert_eq!(parting(broken, left, bytes), Verdict::Strict, "{left}");
        }
    }
}

#[test]
fn clients_may_refuse_unusual_responses_and_take_their_time() {
    for left in [1, 2] {
        let parting = |id: &str| parting(id, left, &[]);
        let verdict = parting("opening/unknown-field-in-response");
        assert_eq!(verdict, Verdict::Strict, "{left}");
        let verdict = parting("opening/long-field");
        assert_eq!(verdict, Verdict::Strict, "{left}");
        for id in [
            "opening/bytewise",
            "opening/names-in-lower-case",
            "opening/space-around-values",
        ] {
            assert_eq!(parting(id), Verdict::Lenient, "{id} {left}");
        }
    }
    // Nothing shows whether one that is silent has refused the response.
    for id in ["opening/long-field", "opening/names-in-lower-case"] {
        assert_eq!(parting(id, usize::MAX, &[]), Verdict::Unknown, "{id}");
    }
}

/// One that is silent may have refused the response and kept the transport.
#[test]
fn clients_that_refuse_a_valid_response_are_stricter_and_nothing_is_known_of_silent_ones() {
    for kept in [
        "response/accept-matches/1/keeps",
        "response/response-connection-valid/1/keeps",
    ] {
        for left in [1, 2] {
            assert_eq!(parting(kept, left, &[]), Verdict::Stricter, "{left}");
        }
        assert_eq!(parting(kept, usize::MAX, &[]), Verdict::Unknown);
    }
}

/// The head of a response with this field in place of one for extensions.
fn answering(head: Vec<u8>, extensions: &str) -> Vec<u8> {
    let is_head = head.starts_with(b"HTTP/1.1 101");
    let Some(head) = String::from_utf8(head.clone()).ok().filter(|_| is_head) else {
        return head;
    };
    let lines = head.trim_end().split("\r\n");
    let others = lines.filter(|line| !line.starts_with("Sec-WebSocket-Extensions"));
    let mut lines: Vec<&str> = others.collect();
    let field = format!("Sec-WebSocket-Extensions: {extensions}");
    lines.push(&field);
    (lines.join("\r\n") + "\r\n\r\n").into_bytes()
}

#[test]
fn servers_whose_answers_to_offers_of_compression_are_invalid_are_wrong() {
    for answer in [
        "permessage-deflate; server_max_window_bits=99",
        "permessage-deflate; unknown",
        "permessage-deflate; server_no_context_takeover=1",
    ] {
        let report = changed(&["compression-offers/offer-default/"], || {
            move |bytes| answering(bytes, answer)
        });
        for (id, verdict, why) in said(&report) {
            assert_eq!(verdict, Verdict::Wrong, "{id}: {why}");
            assert!(why.contains(answer), "{id}: {why}");
        }
    }
    let report = changed(&["compression-refused/"], || {
        |bytes| answering(bytes, "permessage-deflate")
    });
    for (id, verdict, why) in said(&report) {
        assert_eq!(verdict, Verdict::Wrong, "{id}: {why}");
        assert!(why.contains("agrees to permessage-deflate"), "{id}: {why}");
    }
    assert!(said(&report).len() > 5);
}

#[test]
fn how_a_server_ends_tells_a_limit_from_a_fault() {
    let close = |close: &'static [u8], most: usize, id: &str| {
        let (setup, suite) = cases(Role::Server, &[id]);
        let report = against(&setup, &suite, &|| {
            Box::new(Overwhelmed {
                server: server(),
                most,
                close,
                over: false,
            })
        });
        verdict(&report, id)
    };
    const TOO_BIG: &[u8] = &[0x88, 2, 0x03, 0xf1];
    const INTERNAL: &[u8] = &[0x88, 2, 0x03, 0xf3];
    const PROTOCOL: &[u8] = &[0x88, 2, 0x03, 0xea];
    let large = "sizes/binary/64-kib";
    assert_eq!(close(TOO_BIG, 60_000, large), Verdict::Stricter);
    assert_eq!(close(INTERNAL, 60_000, large), Verdict::Lenient);
    assert_eq!(close(PROTOCOL, 60_000, large), Verdict::Wrong);
    assert_eq!(close(&[], 60_000, large), Verdict::Lenient);
    assert_eq!(
        close(&[], 900, "writes/binary-round-trips/1024"),
        Verdict::Wrong
    );
    let small = "echo/binary/65535";
    assert_eq!(close(INTERNAL, 60_000, small), Verdict::Lenient);
    assert_eq!(close(PROTOCOL, 60_000, small), Verdict::Wrong);
}

/// The bytes of a server without its messages and pongs.
fn without_answers(bytes: Vec<u8>) -> Vec<u8> {
    if bytes.starts_with(b"HTTP/") {
        return bytes;
    }
    let (mut kept, mut rest) = (Vec::new(), &bytes[..]);
    while let [first, length, ..] = *rest {
        let (size, length) = match length {
            126 => (4, usize::from(u16::from_be_bytes([rest[2], rest[3]]))),
            127 => {
                let length = u64::from_be_bytes(rest[2..10].try_into().unwrap());
                (10, usize::try_from(length).unwrap())
            }
            length => (2, usize::from(length)),
        };
        let (frame, others) = rest.split_at(size + length);
        if first & 0x0f == 8 {
            kept.extend_from_slice(frame);
        }
        rest = others;
    }
    kept
}

#[test]
fn servers_that_answer_neither_messages_nor_pings_are_wrong_for_the_pings_only() {
    let (mut setup, mut suite) = prepared(newest(), Role::Server);
    (setup.echoes, setup.pongs) = (false, false);
    suite.cases.retain(is_small);
    let report = against(&setup, &suite, &|| {
        Box::new(Changed {
            server: server(),
            change: without_answers,
        })
    });
    let count = |wanted| {
        let all = said(&report).into_iter();
        all.filter(|(_, verdict, _)| *verdict == wanted).count()
    };
    // RFC 6455 §5.5.2 says that it must answer pings.
    let bad = said(&report).into_iter().filter(|(id, verdict, _)| {
        matches!(verdict, Verdict::Wrong | Verdict::Unknown) && !id.starts_with("control/")
    });
    assert_eq!(bad.collect::<Vec<_>>(), []);
    assert!(count(Verdict::Strict) > 100, "{}", count(Verdict::Strict));
    assert!(count(Verdict::NotApplicable) > 100);
}

#[test]
fn a_large_echo_that_differs_in_its_last_bytes_is_wrong() {
    for at in [3 << 20, (4 << 20) - 1] {
        let report = changed(&["sizes/binary/4-mib", "sizes/binary/64-kib"], move || {
            let mut done = 0;
            move |mut bytes: Vec<u8>| {
                // The head comes before it.
                if let Some(byte) = bytes.get_mut(at - done.min(at)).filter(|_| done <= at) {
                    *byte ^= 1;
                }
                done += bytes.len();
                bytes
            }
        });
        assert_eq!(verdict(&report, "sizes/binary/64-kib"), Verdict::Strict);
        let (_, verdict, why) = said(&report)
            .into_iter()
            .find(|(id, ..)| *id == "sizes/binary/4-mib")
            .unwrap();
        assert_eq!(verdict, Verdict::Wrong, "{why}");
        assert!(why.contains("after the first 1048576 differ"), "{why}");
    }
}

#[test]
fn choices_without_answers_are_told_from_others() {
    let choice = |answers: Vec<Answer>| Choice {
        answers,
        means: Meaning::Strict,
        why: String::new(),
    };
    let payload = |text: &str| Payload::try_from(text.to_owned()).unwrap();
    let (setup, _) = prepared(newest(), Role::Server);
    let played = |steps: Vec<Step>| {
        let sections = Scenarios::built_in().unwrap();
        let mut section = sections
            .iter()
            .find(|section| section.section == "control")
            .unwrap()
            .clone();
        for (_, scenario) in section.scenarios.iter_mut() {
            scenario.steps.clone_from(&steps);
        }
        let mut suite = Suite::new(&setup, &[section]);
        suite.cases.retain(|case| case.id == "control/ten-pings");
        let report = against(&setup, &suite, &|| Box::new(server()));
        verdict(&report, "control/ten-pings")
    };
    let ping = Step::Send(vec![Part::Ping(payload("one")), Part::Ping(payload("two"))]);
    let none = vec![choice(Vec::new()), choice(vec![Answer::End])];
    let verdict = played(vec![ping.clone(), Step::OneOf(none)]);
    assert_eq!(verdict, Verdict::Strict, "pongs are passed over");
    let verdict = played(vec![ping.clone(), Step::OneOf(Vec::new())]);
    assert_eq!(verdict, Verdict::Wrong, "nothing is right");
    let late = vec![
        choice(Vec::new()),
        choice(vec![Answer::Pong(payload("two"))]),
    ];
    let verdict = played(vec![ping, Step::OneOf(late)]);
    assert_eq!(verdict, Verdict::Strict);
}
