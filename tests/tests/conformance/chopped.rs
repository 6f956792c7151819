//! Large messages in small writes, and servers that refuse them by a limit or by a fault.

use wsdraft::{Relaxed, Role};
use wsdraft_conformance::{Suite, Verdict};
use wsdraft_spec::{
    Scenarios,
    scenario::{Part, Payload, Step},
};

use super::{against, endpoints::Server, newest, prepared, wire::Endpoint};

/// A server that ends the connection when it receives something of this kind.
struct Ending {
    server: Server,
    refuses: fn(&[u8]) -> bool,
    over: bool,
}

impl Endpoint for Ending {
    fn take(&mut self, bytes: &[u8]) {
        self.over |= (self.refuses)(bytes);
        self.server.take(bytes);
    }

    fn end(&mut self) {
        self.server.end();
    }

    fn output(&mut self) -> Vec<u8> {
        match self.over {
            true => Vec::new(),
            false => self.server.output(),
        }
    }

    fn has_ended(&self) -> bool {
        self.over || self.server.has_ended()
    }
}

/// The length of a frame with a long payload, if its head starts here.
fn announced(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [0x81 | 0x82, 0xff, rest @ ..] => {
            let length = rest.first_chunk()?;
            usize::try_from(u64::from_be_bytes(*length)).ok()
        }
        _ => None,
    }
}

/// Has a limit, and knows it from the head.
fn limited(bytes: &[u8]) -> bool {
    announced(bytes).is_some_and(|length| length > 60_000)
}

/// Takes one write for one frame.
fn piecewise(bytes: &[u8]) -> bool {
    announced(bytes).is_some_and(|length| bytes.len() < length)
}

/// Has a limit for one kind only, and takes one write for one frame.
fn mixed(bytes: &[u8]) -> bool {
    piecewise(bytes) || limited(bytes) && bytes[0] == 0x82
}

/// The verdicts of the cases whose ids start so.
fn verdicts(suite: &Suite, refuses: fn(&[u8]) -> bool, starts: &[&str]) -> Vec<(String, Verdict)> {
    let (setup, _) = prepared(newest(), Role::Server);
    let mut suite = suite.clone();
    suite
        .cases
        .retain(|case| starts.iter().any(|start| case.id.starts_with(start)));
    let report = against(&setup, &suite, &|| {
        let server = Server::new(newest(), Relaxed::NONE);
        Box::new(Ending {
            server,
            refuses,
            over: false,
        })
    });
    let cases = report.cases.into_iter();
    cases.map(|case| (case.id, case.verdict)).collect()
}

/// The verdicts of the cases with small writes.
fn chopped(refuses: fn(&[u8]) -> bool, more: &[&str]) -> Vec<(String, Verdict)> {
    let (_, suite) = prepared(newest(), Role::Server);
    let small = [
        "writes/text-64",
        "writes/binary-2048",
        "echo/text-chopped-1300",
    ];
    let mut verdicts = verdicts(&suite, refuses, &[&small, more].concat());
    verdicts.retain(|(id, _)| small.iter().any(|start| id.starts_with(start)));
    assert_eq!(verdicts.len(), 4);
    verdicts
}

#[test]
fn servers_that_take_a_length_in_one_write_only_are_wrong() {
    for (id, verdict) in chopped(piecewise, &["sizes/text/1-mib", "sizes/binary/1-mib"]) {
        assert_eq!(verdict, Verdict::Wrong, "{id}");
    }
    // The largest that is taken in one write tells nothing of what is longer.
    for (id, verdict) in chopped(piecewise, &["echo/text/65536"]) {
        let known = id == "echo/text-chopped-1300/65536";
        let wanted = if known {
            Verdict::Wrong
        } else {
            Verdict::Unknown
        };
        assert_eq!(verdict, wanted, "{id}");
    }
}

#[test]
fn servers_that_refuse_a_length_in_one_write_too_are_lenient() {
    for (id, verdict) in chopped(limited, &["sizes/text/64-kib", "echo/binary/65536"]) {
        assert_eq!(verdict, Verdict::Lenient, "{id}");
    }
    for (id, verdict) in chopped(mixed, &["sizes/text/1-mib", "sizes/binary/1-mib"]) {
        let is_text = id.contains("/text");
        let wanted = if is_text {
            Verdict::Wrong
        } else {
            Verdict::Lenient
        };
        assert_eq!(verdict, wanted, "{id}");
    }
}

#[test]
fn nothing_is_known_of_servers_that_were_sent_nothing_long_in_one_write() {
    for refuses in [limited, piecewise] {
        for (id, verdict) in chopped(refuses, &[]) {
            assert_eq!(verdict, Verdict::Unknown, "{id}");
        }
    }
}

/// It cannot know a length of which it has not received all.
#[test]
fn servers_that_end_within_a_head_are_wrong() {
    let (setup, _) = prepared(newest(), Role::Server);
    let sections = Scenarios::built_in().unwrap();
    let echo = sections.iter().find(|one| one.section == "echo").unwrap();
    let mut echo = echo.clone();
    let large = Payload::try_from("hex:2a*131072".to_owned()).unwrap();
    for (_, scenario) in echo.scenarios.iter_mut() {
        let small = Part::Text(Payload::try_from("hex:2a*125".to_owned()).unwrap());
        scenario.steps[0] = Step::Chopped(1, vec![Part::Text(large.clone()), small]);
    }
    let suite = Suite::new(&setup, &[echo]);
    let within = |bytes: &[u8]| bytes == [0xff];
    for (id, verdict) in verdicts(&suite, within, &["echo/text-chopped-997"]) {
        assert_eq!(verdict, Verdict::Wrong, "{id}");
    }
}
