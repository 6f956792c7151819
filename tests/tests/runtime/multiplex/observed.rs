//! The vectors of each dialect and a connection of our own, seen by an observer, cut at every byte.

use wsdraft::{
    Draft, Role,
    drafts::rfc6455,
    extension::{Agreed, ExtensionInfo, Extensions, builtin},
    frame::Session,
    handshake::{HeadLimits, parse},
    info::Level,
    inspect::{Inspector, Observed},
    multiplex::{Observer, Sight},
};
use wsdraft_interpreter::{
    multiplex::Carried,
    vectors::{ChannelVectors, Vectors},
};
use wsdraft_spec::Database;

use super::{dialects, rules::physical};

const DRAFT: &dyn Draft = &rfc6455::Draft;
const REQUEST: &[u8] =
    b"GET / HTTP/1.1\r\nHost: server.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
    Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\
    Sec-WebSocket-Extensions: mux\r\n\r\n";

/// An observer of a connection, and the inspectors of both directions.
struct Watch {
    ends: [Inspector<&'static dyn Draft>; 2],
    observer: Observer<&'static dyn Draft>,
    seen: Vec<(Role, Sight)>,
}

impl Watch {
    fn new(dialect: &'static ExtensionInfo, both: bool) -> Self {
        let known = Extensions::all(&[dialect]);
        let token = dialect.tokens[0];
        let agreed: Agreed = known.check(DRAFT.info(), token, token).unwrap();
        let session = Session::default();
        let end = |from| {
            let inspector = Inspector::new(DRAFT, from, session).extended(&agreed);
            inspector.showing(Observer::<&dyn Draft>::MESSAGE)
        };
        let observer = if both {
            parse::with_request(REQUEST, &[], false, &HeadLimits::default(), |request| {
                Observer::of_both(DRAFT, &agreed, request, session, 100)
            })
            .unwrap()
        } else {
            Observer::new(DRAFT, &agreed, session, 100)
        };
        Self {
            ends: [end(Role::Client), end(Role::Server)],
            observer: observer
                .unwrap()
                .with_extensions(&Extensions::all(builtin::ALL)),
            seen: Vec::new(),
        }
    }

    fn feed(&mut self, from: Role, bytes: &[u8]) {
        let end = &mut self.ends[usize::from(from == Role::Server)];
        end.push(bytes);
        for observed in end {
            assert!(!matches!(observed, Observed::Violation(_)), "{observed:?}");
            self.observer.observe(from, &observed);
            self.seen
                .extend(self.observer.by_ref().map(|sight| (from, sight)));
        }
    }

    /// The rules that are violated, and by whom.
    fn violations(&self) -> Vec<(Role, &'static str)> {
        let violations = self.seen.iter().filter_map(|(_, sight)| match sight {
            Sight::Violation { violation, .. }
            | Sight::Channel {
                observed: Observed::Violation(violation),
                ..
            } => Some((violation.by, violation.rule.id)),
            _ => None,
        });
        violations.collect()
    }
}

fn watched(dialect: &'static ExtensionInfo, both: bool, messages: &[Carried], cut: usize) -> Watch {
    let mut watch = Watch::new(dialect, both);
    for message in messages {
        if both || message.by == messages.last().unwrap().by {
            for piece in physical(message).chunks(cut) {
                watch.feed(message.by, piece);
            }
        }
    }
    watch
}

/// Calls `check` with each case of each dialect.
fn each(
    mut check: impl FnMut(
        &'static ExtensionInfo,
        &'static str,
        Level,
        &wsdraft_interpreter::vectors::ChannelCase,
    ),
) {
    let database = Database::built_in().unwrap();
    let draft = Vectors::new(database.resolved("rfc6455").unwrap(), &rfc6455::Draft);
    for dialect in dialects() {
        let extension = database.extensions().get(dialect.short).unwrap();
        let vectors = ChannelVectors::new(extension, &draft).unwrap();
        for (id, _) in vectors.rules() {
            let rule = dialect.rule(id).unwrap();
            for case in vectors.of(id).unwrap_or_default() {
                check(dialect, rule.id, rule.level, &case);
            }
        }
    }
}

#[test]
fn an_observer_reports_what_breaks_a_rule_and_nothing_else() {
    let mut count = 0;
    each(|dialect, id, _, case| {
        for cut in [1, 2, 3, 7, usize::MAX] {
            let place = format!("{}: {id}, cut {cut}: {case:02x?}", dialect.short);
            let watch = watched(dialect, true, &case.broken, cut);
            assert_eq!(
                watch.violations(),
                [(case.by, id)],
                "{place}: {:?}",
                watch.seen
            );
            let watch = watched(dialect, true, &case.kept, cut);
            assert_eq!(watch.violations(), [], "{place}: {:?}", watch.seen);
            assert!(
                !watch
                    .seen
                    .iter()
                    .any(|(_, sight)| matches!(sight, Sight::Lost { .. })),
                "{place}"
            );
        }
        count += 1;
    });
    assert!(count > 100, "{count}");
}

#[test]
fn an_observer_of_one_direction_reports_only_what_that_direction_shows() {
    let both = [
        "quota-kept",
        "slot-available",
        "quota-bounded",
        "channel-fresh",
    ];
    each(|dialect, id, _, case| {
        let place = format!("{}: {id}: {case:02x?}", dialect.short);
        let watch = watched(dialect, false, &case.broken, usize::MAX);
        let expected = if both.contains(&id) {
            &[][..]
        } else {
            &[(case.by, id)]
        };
        assert_eq!(watch.violations(), expected, "{place}: {:?}", watch.seen);
        let watch = watched(dialect, false, &case.kept, usize::MAX);
        assert_eq!(watch.violations(), [], "{place}: {:?}", watch.seen);
    });
}

#[test]
fn what_is_too_long_is_not_followed_and_holds_little() {
    let dialect = dialects().last().unwrap();
    let mut watch = Watch::new(dialect, true);
    let length = Observer::<&dyn Draft>::MESSAGE + 1;
    let header = [&[0x82, 0xff][..], &(length as u64).to_be_bytes(), &[0; 4]].concat();
    watch.feed(Role::Client, &header);
    for piece in vec![0; length].chunks(64 << 10) {
        watch.feed(Role::Client, piece);
    }
    let [(Role::Client, Sight::Lost { channel: None, .. })] = &watch.seen[..] else {
        panic!("{:?}", watch.seen);
    };
    // Nothing more is shown of this direction, nor of what depends on it.
    watch.feed(Role::Client, &[0x82, 0x82, 0, 0, 0, 0, 1, 0x83]);
    watch.feed(Role::Server, &[0x82, 3, 1, 0x81, b'a']);
    assert_eq!(watch.violations(), []);
    assert!(
        watch.observer.held() < 100 << 10,
        "{}",
        watch.observer.held()
    );
}
