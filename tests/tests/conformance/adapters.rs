//! The adapters of the runtime, over TCP on this machine: each is strict.

use std::{
    io::{self, ErrorKind, Read as _, Write as _},
    net::{Shutdown, TcpStream},
    thread,
    time::Duration,
};

use wsdraft::{Limits, Role, extension::Extensions};
use wsdraft_conformance::{
    Case, Played, Received, Setup, Suite, Verdict, Wire, play, report::Report,
};
use wsdraft_tests::sockets::{Spoken, drafts};

use super::{LIGHT, assert_none, at_once, faults, is_newest, is_small, prepared};

mod clients;
mod servers;

/// A stream as a transport. It blocks, so that no future ever waits.
struct Tcp(TcpStream);

impl Tcp {
    /// How long a peer may take nothing of what is sent.
    const STUCK: Duration = Duration::from_secs(30);

    fn new(stream: TcpStream) -> Self {
        stream.set_nodelay(true).expect("an option");
        let stuck = Some(Self::STUCK);
        stream.set_write_timeout(stuck).expect("an option");
        Self(stream)
    }
}

impl Wire for Tcp {
    async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(bytes)
    }

    async fn receive(&mut self, within: Duration) -> Received {
        let within = within.max(Duration::from_millis(1));
        self.0.set_read_timeout(Some(within)).expect("an option");
        let mut bytes = vec![0; 64 << 10];
        match self.0.read(&mut bytes) {
            Ok(0) => Received::End,
            Ok(count) => {
                bytes.truncate(count);
                Received::Bytes(bytes)
            }
            Err(error) => match error.kind() {
                ErrorKind::WouldBlock | ErrorKind::TimedOut => Received::Silence,
                _ => Received::Reset,
            },
        }
    }

    async fn pause(&mut self, time: Duration) {
        thread::sleep(time);
    }

    async fn half_close(&mut self) -> io::Result<()> {
        self.0.shutdown(Shutdown::Write)
    }
}

/// Limits that take everything that the tester sends.
fn roomy() -> Limits {
    let mut limits = Limits::default();
    (limits.frame, limits.message) = (64 << 20, 64 << 20);
    limits
}

/// Everything that this build can negotiate.
fn extensions() -> Extensions {
    Extensions::all(wsdraft::extension::builtin::ALL).that_run()
}

/// Sections with what differs between drafts. The others are played in the newest one, and in all of
/// them without adapters. Large messages take long without optimisations, and are the machine's work.
const DIFFERENT: [&str; 8] = [
    "request",
    "response",
    "frame",
    "message",
    "close-frame",
    "opening",
    "closing",
    "sends",
];

/// Old drafts of both kinds of frames, in which one adapter plays all sections.
const WIDE: [&str; 2] = ["hixie-76", "hybi-08"];

/// How long an answer may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// Plays the cases of every draft that the adapter speaks, each over the stream that `open` gives,
/// and returns what is not strict.
fn untidy(
    subject: Role,
    adapter: &str,
    widely: bool,
    speaks: impl Fn(Spoken) -> bool,
    mut open: impl FnMut(Spoken) -> Box<dyn FnMut() -> TcpStream>,
) -> Vec<String> {
    let mut all = Vec::new();
    for draft in drafts().filter(|draft| speaks(*draft)) {
        let (mut setup, mut suite) = prepared(draft, subject);
        (setup.grace, setup.patience) = (Setup::GRACE, PATIENCE);
        suite.cases.retain(|case| {
            let wide = widely && WIDE.contains(&draft.info().short);
            let all = is_newest(draft) || (wide && case.weight() <= LIGHT);
            is_small(case) && (all || DIFFERENT.contains(&&*case.section))
        });
        let mut open = open(draft);
        let report = tested(&setup, &suite, adapter, &mut *open);
        let strict = report.summary.count(Verdict::Strict);
        assert!(strict > 40, "{adapter} {}: {strict}", draft.info().short);
        let faults = faults(&report).into_iter();
        all.extend(faults.map(|fault| format!("{adapter} {subject}: {fault}")));
    }
    all
}

/// Plays the cases, one after the other.
fn tested(
    setup: &Setup,
    suite: &Suite,
    adapter: &str,
    open: &mut dyn FnMut() -> TcpStream,
) -> Report {
    let mut one = |case: &Case| -> Played {
        let mut wire = Tcp::new(open());
        at_once(play(setup, case, &mut wire))
    };
    let cases = suite.cases.iter();
    let played: Vec<_> = cases
        .map(|case| case.is_played().then(|| one(case)))
        .collect();
    Report::of(setup, suite, adapter.into(), &played)
}
