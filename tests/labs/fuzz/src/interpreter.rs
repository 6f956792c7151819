//! Drafts run as data, against the code that is generated from them.

use std::sync::OnceLock;

use wsdraft::{
    Draft,
    frame::{Context, Decode, Outgoing},
    handshake::Answer,
    info::Kind,
    inspect::Inspector,
};
use wsdraft_interpreter::Interpreted;
use wsdraft_spec::Database;

use super::{
    converse::{observe, violations},
    handshakes::{self, request, response, with_request, with_response},
    input::{Input, SESSION, spliced},
};

/// A draft in both its forms.
#[derive(Clone, Copy, Debug)]
pub struct Pair {
    pub compiled: &'static dyn Draft,
    pub interpreted: &'static dyn Draft,
}

/// Every draft.
pub fn pairs() -> &'static [Pair] {
    static PAIRS: OnceLock<Vec<Pair>> = OnceLock::new();
    PAIRS.get_or_init(|| {
        let database = Database::built_in().expect("a database");
        let pairs = wsdraft::drafts::ALL.iter().map(|compiled| {
            let spec = database.resolved(compiled.info().short).expect("a draft");
            let interpreted = Interpreted::new(spec.clone()).expect("a complete draft");
            Pair {
                compiled: *compiled,
                interpreted: Box::leak(Box::new(interpreted)),
            }
        });
        pairs.collect()
    })
}

/// A test case: the draft's place, what is compared, and what that takes.
pub fn run(data: &[u8]) {
    let mut input = Input(data);
    let pair = input.pick(pairs());
    match input.byte() % 3 {
        0 => pair.frames(&mut input),
        1 => pair.written(&mut input),
        _ => pair.handshake(&mut input),
    }
}

impl Pair {
    fn both<T: PartialEq + std::fmt::Debug>(&self, of: impl Fn(&'static dyn Draft) -> T) -> T {
        let compiled = of(self.compiled);
        assert_eq!(compiled, of(self.interpreted), "{:?}", self.compiled);
        compiled
    }

    /// The sender (0 or 1), what came before, the claimed bits, and a stream.
    fn frames(&self, input: &mut Input<'_>) {
        let from = input.role();
        let state = input.byte();
        let claimed = input.byte() & 15;
        let bytes = input.0;
        let context = Context {
            from,
            open: state & 1 == 1,
            closed: state & 2 == 2,
            claimed,
            offset: 0,
        };
        if let Decode::Header(head) = self.both(|draft| draft.decode(bytes, from, &SESSION)) {
            self.both(|draft| violations(|report| draft.check_frame(&head, &context, report)));
        }
        self.both(|draft| violations(|report| draft.check_close(bytes, from, 0, report)));
        let limits = wsdraft::Limits::default();
        self.both(|draft| {
            let watch = Inspector::with(draft, from, SESSION, claimed, limits.clone());
            observe(watch, bytes, usize::MAX)
        });
    }

    /// Heads of frames: the sender (0 or 1), and for each its kind, flags and length.
    fn written(&self, input: &mut Input<'_>) {
        let from = input.role();
        while !input.is_empty() {
            let kind = *input.pick(&[
                Kind::Continuation,
                Kind::Text,
                Kind::Binary,
                Kind::Close,
                Kind::Ping,
                Kind::Pong,
                Kind::Reserved,
            ]);
            let flags = input.byte();
            let length: [u8; 8] = std::array::from_fn(|_| input.byte());
            let frame = Outgoing {
                kind,
                fin: flags & 1 == 1,
                reserved: flags >> 4,
                length: u64::from_be_bytes(length),
                opcode: flags >> 4,
            };
            self.both(|draft| draft.encode(&frame, from, [1, 2, 3, 4], &SESSION));
        }
    }

    /// Changes of the request with their length (two bytes), and changes of the answer.
    fn handshake(&self, input: &mut Input<'_>) {
        let length = usize::from(u16::from_be_bytes([input.byte(), input.byte()]));
        let (of_request, of_response) = input.0.split_at(length.min(input.0.len()));
        let answer = Answer {
            subprotocol: Some("chat"),
            nonce: *b"sixteen random b",
            ..Answer::default()
        };
        let written = self.both(request);
        let changed = spliced(&written, &mut Input(of_request));
        let answered = spliced(
            &self.both(|draft| response(draft, false)),
            &mut Input(of_response),
        );
        with_request(&changed, false, |request| {
            self.both(|draft| violations(|report| draft.check_request(request, report)));
            self.both(|draft| handshakes::answer(draft, request, &answer));
            with_response(&answered, |response| {
                self.both(|draft| {
                    violations(|report| draft.check_response(request, response, report))
                });
                self.both(|draft| draft.session(request, response));
            });
        });
    }
}
