//! Close codes that one end alone sends: a fact that binds who sends, and nobody who receives.

use wsdraft::{
    Close, CloseChange, ConnectionError, Draft, Ending, Event, Misuse, Role,
    drafts::{self, rfc6455},
    frame::{Outgoing, Session},
    info::Kind,
    inspect::{Inspector, Observed},
};
use wsdraft_interpreter::Interpreted;
use wsdraft_spec::Database;
use wsdraft_tests::connection;

type Spoken = &'static dyn Draft;

/// Every draft, compiled and as data.
fn spoken() -> Vec<Spoken> {
    let database = Database::built_in().unwrap();
    let interpreted = drafts::ALL.iter().map(|draft| {
        let spec = database.resolved(draft.info().short).unwrap().clone();
        let draft: Spoken = Box::leak(Box::new(Interpreted::new(spec).unwrap()));
        draft
    });
    drafts::ALL.iter().copied().chain(interpreted).collect()
}

/// A close frame with a code, whoever may send it.
fn close_frame(draft: Spoken, from: Role, code: u16) -> Vec<u8> {
    let frame = Outgoing {
        kind: Kind::Close,
        fin: true,
        reserved: 0,
        length: 2,
        opcode: 0,
    };
    let head = draft.encode(&frame, from, [0; 4], &Session::default());
    [head.unwrap().bytes(), &code.to_be_bytes()].concat()
}

#[test]
fn a_code_of_one_end_binds_who_sends() {
    let mut seen = 0;
    for draft in spoken() {
        for code in draft.info().close_codes {
            let (code, Some(by)) = (code.code, code.by) else {
                continue;
            };
            seen += 1;
            let refused = connection(draft, by.peer()).close(code, "");
            assert_eq!(
                refused,
                Err(ConnectionError::Misuse(Misuse::CloseCode(code)))
            );
            let mut sender = connection(draft, by);
            sender.close(code, "").unwrap();
            assert_eq!(sender.output(), close_frame(draft, by, code));
        }
    }
    assert!(seen > 0);
}

#[test]
fn a_code_of_one_end_is_taken_from_the_other() {
    for draft in spoken() {
        for code in draft.info().close_codes {
            let (code, Some(by)) = (code.code, code.by) else {
                continue;
            };
            for from in [Role::Client, Role::Server] {
                let wire = close_frame(draft, from, code);
                let mut receiver = connection(draft, from.peer());
                receiver.feed(&wire);
                let Ok(Some(Event::Close(close))) = receiver.receive() else {
                    panic!("{code} from a {from:?} is taken");
                };
                assert_eq!(close.code, Some(code));
                // The answer is this end's own: it has the code only if that may be said here.
                let normal = draft.info().local_codes.normal.unwrap();
                let answer = if by == from.peer() { code } else { normal };
                assert_eq!(receiver.output(), close_frame(draft, from.peer(), answer));

                let mut inspector = Inspector::new(draft, from, Session::default());
                inspector.push(&wire);
                let seen = inspector.by_ref();
                assert!(!seen.any(|one| matches!(one, Observed::Violation(_))));
            }
        }
    }
}

#[test]
fn generated_codes_tell_the_two_apart() {
    for entry in rfc6455::Draft.info().close_codes {
        let code = rfc6455::CloseCode(entry.code);
        assert_eq!(code.is_allowed(), entry.on_wire);
        for role in [Role::Client, Role::Server] {
            assert_eq!(code.is_sent_by(role), entry.is_sent_by(role));
        }
    }
}

/// What a draft says of codes, told by hand: those that it takes, and those that it refuses.
#[test]
fn codes_are_bounded_as_each_draft_bounds_them() {
    let taken = |short: &str, code: u16| {
        let mut drafts = spoken().into_iter().filter(|it| it.info().short == short);
        let (compiled, as_data) = (drafts.next().unwrap(), drafts.next().unwrap());
        let receive = |draft: Spoken| {
            let mut end = connection(draft, Role::Client);
            end.feed(&close_frame(draft, Role::Server, code));
            let event = end.receive();
            matches!(event, Ok(Some(Event::Close(close))) if close.code == Some(code))
        };
        assert_eq!(receive(compiled), receive(as_data), "{short}: {code}");
        receive(compiled)
    };
    for (short, takes, refuses) in [
        ("hybi-07", &[0, 999, 1005, 1016, 65535][..], &[][..]),
        ("hybi-09", &[0, 999, 1016, 65535], &[1005, 1006]),
        (
            "hybi-12",
            &[1000, 1004, 1008, 1011, 1014, 3000, 4999],
            &[0, 999, 1005, 1006, 1015, 1016, 2999, 5000, 65535],
        ),
        (
            "hybi-13",
            &[1000, 1008, 3000, 4999],
            &[0, 999, 1004, 1005, 1006, 1011, 1015, 2999, 5000],
        ),
        (
            "rfc6455",
            &[1000, 1011, 1014, 3000, 4999],
            &[0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000],
        ),
    ] {
        for &code in takes {
            assert!(taken(short, code), "{short} refuses {code}");
        }
        for &code in refuses {
            assert!(!taken(short, code), "{short} takes {code}");
        }
    }
}

/// What one end sends is passed on so that it may be sent, between any two drafts.
#[test]
fn every_close_frame_has_a_counterpart_that_may_be_sent() {
    let codes = (1000..1016).chain([2999, 3000, 4000, 4999]).map(Some);
    let codes: Vec<Option<u16>> = codes.chain([None]).collect();
    let pairs = |from| drafts::ALL.iter().map(move |to| (from, *to));
    for (from, to) in drafts::ALL.iter().copied().flat_map(pairs) {
        let info = to.info();
        let local = [info.local_codes.no_status, info.local_codes.abnormal];
        for role in [Role::Client, Role::Server] {
            let said = codes.iter().map(|code| {
                let mut close = Close::default();
                (close.code, close.reason) = (*code, "why".into());
                close.translated(from.info(), to, role)
            });
            for said in said.chain([Ending::lost(to, role)]) {
                let what = format!("{from:?} to {to:?}: {said:?}");
                assert!(said.code.is_none() || !local.contains(&said.code), "{what}");
                let reason = if said.code.is_none() {
                    ""
                } else {
                    &said.reason
                };
                let closed = connection(to, role).close(said.code, reason);
                assert_eq!(closed, Ok(()), "{what}");
            }
        }
    }
}

fn find(name: &str) -> Spoken {
    let mut all = drafts::ALL.iter().copied();
    all.find(|draft| draft.info().short == name).expect(name)
}

/// What a server hears where a client of another draft closes with this code: a code, a reason, and
/// what is not as it was.
fn passed_on(
    from: &str,
    to: &str,
    code: Option<u16>,
) -> (Option<u16>, String, Option<CloseChange>) {
    let mut close = Close::default();
    (close.code, close.reason) = (code, "why".into());
    let said = close.translated(find(from).info(), &find(to), Role::Server);
    (said.code, said.reason.to_string(), said.change)
}

#[test]
fn a_close_code_keeps_its_meaning_in_another_draft() {
    let same = |code| (Some(code), "why".to_owned(), None);
    assert_eq!(passed_on("rfc6455", "hybi-06", Some(1001)), same(1001));
    assert_eq!(passed_on("rfc6455", "hybi-17", Some(4567)), same(4567));
    let (from, to) = (1009, 1004);
    let change = CloseChange::Renumbered { from, to };
    assert_eq!(
        passed_on("rfc6455", "hybi-06", Some(from)),
        (Some(to), "why".into(), Some(change))
    );
    let (from, to) = (1012, Some(1001));
    let change = CloseChange::Replaced { from, to };
    assert_eq!(
        passed_on("rfc6455", "hybi-17", Some(from)),
        (to, "1012: why".into(), Some(change))
    );
}

#[test]
fn a_code_that_cannot_be_said_is_not_sent() {
    let nothing = |change| (None, String::new(), change);
    let code = 1001;
    let change = CloseChange::NoCode { code };
    let said = passed_on("rfc6455", "hixie-76", Some(code));
    assert_eq!(said, nothing(Some(change)));
    let change = CloseChange::NoFrame { code: Some(code) };
    let said = passed_on("rfc6455", "hixie-75", Some(code));
    assert_eq!(said, nothing(Some(change)));
    let code = 1000;
    let change = CloseChange::Supplied { code };
    let said = passed_on("hixie-76", "rfc6455", None);
    assert_eq!(said, (Some(code), String::new(), Some(change)));
    assert_eq!(passed_on("rfc6455", "hybi-17", None), nothing(None));
    // A code that the peer did not send is not sent on.
    assert_eq!(passed_on("rfc6455", "rfc6455", Some(1005)), nothing(None));
    let lost = |to: &str, role| Ending::lost(&find(to), role).code;
    assert_eq!(lost("rfc6455", Role::Client), Some(1001));
    assert_eq!(lost("rfc6455", Role::Server), Some(1014));
    assert_eq!(lost("hybi-17", Role::Server), Some(1001));
    assert_eq!(lost("hixie-76", Role::Server), None);
}
