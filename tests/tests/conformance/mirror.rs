//! A server that sends each frame back as it came: it breaks by what it sends every rule that the tester
//! breaks by its frames. Which of these faults are its own is told apart.

use wsdraft::{Relaxed, Role};
use wsdraft_conformance::{Verdict, report::Report};

use super::{
    against,
    endpoints::{Client, Server},
    newest, prepared,
    wire::Endpoint,
};

/// An endpoint that sends back the frames that come after its handshake.
struct Mirror<P> {
    handshake: P,
    /// What came after the handshake, up to the last whole frame.
    rest: Vec<u8>,
    output: Vec<u8>,
    opened: bool,
    closed: bool,
}

impl<P> Mirror<P> {
    const fn new(handshake: P) -> Self {
        Self {
            handshake,
            rest: Vec::new(),
            output: Vec::new(),
            opened: false,
            closed: false,
        }
    }

    /// Takes a frame out of what came: its first byte and its payload.
    fn frame(&mut self) -> Option<(u8, Vec<u8>)> {
        let [first, second, ..] = *self.rest else {
            return None;
        };
        let extended = match second & 0x7f {
            126 => 2,
            127 => 8,
            _ => 0,
        };
        let mut length = usize::from(second & 0x7f);
        if extended > 0 {
            let bytes = self.rest.get(2..2 + extended)?.iter();
            length = bytes.fold(0, |length, &byte| (length << 8) | usize::from(byte));
        }
        let masked = second & 0x80 != 0;
        let start = 2 + extended + if masked { 4 } else { 0 };
        let payload = self.rest.get(start..start.checked_add(length)?)?;
        let key = &self.rest[2 + extended..start];
        let key = key.iter().copied().chain([0; 4]).take(4);
        let key: Vec<u8> = key.collect();
        let pairs = payload.iter().zip(key.iter().cycle());
        let payload = pairs.map(|(byte, key)| byte ^ key).collect();
        self.rest.drain(..start + length);
        Some((first, payload))
    }

    fn reflect(&mut self, mask: u8) {
        while !self.closed
            && let Some((first, payload)) = self.frame()
        {
            self.closed = first & 0x0f == 8;
            self.output.push(first);
            match u16::try_from(payload.len()).unwrap() {
                length @ ..126 => self.output.push(length as u8 | mask),
                length => {
                    self.output.push(126 | mask);
                    self.output.extend(length.to_be_bytes());
                }
            }
            // A key of zeros.
            self.output.extend(vec![0; if mask == 0 { 0 } else { 4 }]);
            self.output.extend(payload);
        }
    }
}

impl<P: Endpoint> Mirror<P> {
    fn take_as(&mut self, bytes: &[u8], mask: u8) {
        if self.opened {
            self.rest.extend(bytes);
            self.reflect(mask);
        } else {
            self.handshake.take(bytes);
            self.output.extend(self.handshake.output());
        }
    }

    fn has_ended(&self) -> bool {
        self.output.is_empty() && (self.closed || !self.opened && self.handshake.has_ended())
    }
}

impl Endpoint for Mirror<Server> {
    fn take(&mut self, bytes: &[u8]) {
        self.take_as(bytes, 0);
        self.opened |= self.output.starts_with(b"HTTP/1.1 101");
    }

    fn end(&mut self) {
        self.closed = true;
    }

    fn output(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.output)
    }

    fn has_ended(&self) -> bool {
        self.has_ended()
    }
}

impl Endpoint for Mirror<Client> {
    fn take(&mut self, bytes: &[u8]) {
        let end = bytes.windows(4).position(|end| end == b"\r\n\r\n");
        let (head, frames) = match end {
            Some(end) if !self.opened => bytes.split_at(end + 4),
            _ => (&[][..], bytes),
        };
        if !head.is_empty() {
            self.take_as(head, 0x80);
            self.opened = !self.handshake.has_ended();
        }
        self.take_as(frames, 0x80);
    }

    fn end(&mut self) {
        self.closed = true;
    }

    fn output(&mut self) -> Vec<u8> {
        if !self.opened {
            self.output.extend(self.handshake.output());
        }
        std::mem::take(&mut self.output)
    }

    fn has_ended(&self) -> bool {
        self.has_ended()
    }
}

/// What these cases say of the mirror, and what follows for the rules about what it sends.
fn mirrored(subject: Role, starts: &[&str]) -> Report {
    let (setup, mut suite) = prepared(newest(), subject);
    let is_wanted = |id: &str| starts.iter().any(|start| id.starts_with(start));
    suite
        .cases
        .retain(|case| case.section == "sends" || is_wanted(&case.id));
    let report = against(&setup, &suite, &|| match subject {
        Role::Server => Box::new(Mirror::new(Server::new(newest(), Relaxed::NONE))),
        Role::Client => Box::new(Mirror::new(Client::new(newest(), Relaxed::NONE))),
    });
    let played = report.cases.iter().filter(|case| case.section != "sends");
    assert!(played.count() >= starts.len(), "{starts:?}");
    report
}

fn of<'a>(report: &'a Report, id: &str) -> (Verdict, &'a str) {
    let case = report.cases.iter().find(|case| case.id == id).expect(id);
    (case.verdict, &case.why)
}

/// The rules that these cases find broken by what the mirror sends.
fn broken(report: &Report) -> Vec<&str> {
    let cases = report.cases.iter();
    let broken = cases.filter(|case| case.section == "sends" && case.verdict == Verdict::Wrong);
    broken.map(|case| &*case.rules[0]).collect()
}

#[test]
fn what_a_receiver_may_tolerate_it_must_not_send() {
    for subject in [Role::Server, Role::Client] {
        for (case, rule) in [
            ("closing/reason-too-long", "control-frame-length"),
            ("control/ping-too-long", "control-frame-length"),
            ("frame/control-frame-final/1/breaks", "control-frame-final"),
            ("closing/half-a-code", "close-code-complete"),
            ("closing/code-forbidden/1005", "close-code-allowed"),
            ("closing/code-forbidden/1006", "close-code-allowed"),
            ("closing/code-out-of-range/1015", "close-code-allowed"),
        ] {
            let report = mirrored(subject, &[case]);
            let (verdict, why) = of(&report, case);
            assert_eq!(verdict, Verdict::Lenient, "{case}: {why}");
            let named = format!(" What it sends breaks {rule}.");
            assert!(why.ends_with(&named), "{case}: {why}");
            assert_eq!(broken(&report), [rule], "{subject} {case}");
            let (_, why) = of(&report, &format!("sends/{rule}"));
            let told = format!("In {case}: the {subject} broke it at byte ");
            assert!(why.starts_with(&told), "{why}");
        }
    }
}

#[test]
fn what_no_text_forbids_may_be_sent_back() {
    for subject in [Role::Server, Role::Client] {
        for case in [
            "closing/code-reserved/1004",
            "closing/code-out-of-range/0",
            "closing/code-out-of-range/999",
            "closing/code-out-of-range/1016",
            "closing/code-out-of-range/2999",
            "closing/code-out-of-range/5000",
            "closing/code-out-of-range/65535",
            "closing/reason-not-utf8",
        ] {
            let report = mirrored(subject, &[case]);
            let (verdict, why) = of(&report, case);
            assert_eq!(verdict, Verdict::Lenient, "{case}: {why}");
            assert!(!why.contains("What it sends"), "{case}: {why}");
            assert_eq!(broken(&report), [""; 0], "{subject} {case}");
        }
    }
}

/// The case of a fault that a receiver must refuse finds it already.
#[test]
fn a_fault_that_is_sent_back_counts_once() {
    for subject in [Role::Server, Role::Client] {
        for (case, rule) in [
            ("message/text-utf8/1/breaks", "text-utf8"),
            ("utf8-invalid/within-text", "text-utf8"),
            ("frame/reserved-bits-clear/1/breaks", "reserved-bits-clear"),
            ("frame/opcode-known/1/breaks", "opcode-known"),
        ] {
            let report = mirrored(subject, &[case]);
            let (verdict, why) = of(&report, case);
            assert_eq!(verdict, Verdict::Wrong, "{case}: {why}");
            assert!(why.contains(rule), "{case}: {why}");
            assert_eq!(broken(&report), [""; 0], "{subject} {case}");
        }
    }
}

/// An endpoint that takes a broken handshake has no right answer to it.
#[test]
fn answers_to_broken_handshakes_count_for_nothing() {
    let report = mirrored(Role::Server, &["request/"]);
    assert_eq!(broken(&report), [""; 0]);
    let report = mirrored(Role::Client, &["response/"]);
    assert_eq!(broken(&report), [""; 0]);
}
