//! Rules of requests and responses.

use super::*;

#[test]
fn requests() {
    each(Scope::Request, |subject, case| {
        let (at, info) = (subject.at(case), subject.rule);
        subject.observe(case);
        let (Input::Request(broken), Input::Request(kept)) = (&case.broken, &case.kept) else {
            panic!("{at}: {case:?}");
        };
        let options = ServerOptions::default().strict(info.level == Level::Should);
        let serve = |message: &Bytes| {
            ServerHandshake::new(vec![subject.draft], options).receive(&message.all())
        };
        let offered = serve(kept);
        assert!(
            matches!(offered, Ok(Some(Requested::Upgrade(_)))),
            "{at}: {offered:?}"
        );
        if info.outcome == Outcome::Nothing {
            let offered = serve(broken);
            assert!(
                matches!(offered, Ok(Some(Requested::Upgrade(_)))),
                "{at}: {offered:?}"
            );
            return;
        }
        let refusal = match serve(broken) {
            Err(refusal) => refusal,
            // Without a sign of the protocol it is a request like any other.
            Ok(Some(Requested::Plain(_))) => {
                let upgrade = subject
                    .draft
                    .info()
                    .request_header(Purpose::Upgrade)
                    .unwrap();
                let head = String::from_utf8_lossy(&broken.head).to_ascii_lowercase();
                let name = format!("\r\n{}:", upgrade.name.to_ascii_lowercase());
                assert!(!head.contains(&name), "{at}");
                return;
            }
            Ok(progress) => panic!("{at}: {progress:?}"),
        };
        let RefusalCause::Violation(violation) = refusal.cause else {
            panic!("{at}: {refusal:?}");
        };
        assert_eq!(violation.rule.id, info.id, "{at}");
        assert_eq!(refusal.status, info.http_status(), "{at}");
        let answer = String::from_utf8(refusal.response).unwrap();
        match info.http_status() {
            Some(status) => {
                assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{at}");
                let header = subject.draft.info().request_header(Purpose::Version);
                let listed = header.is_some_and(|header| answer.contains(header.name));
                // The text explains, and may name the field; a list is a line of its own.
                assert!(listed || !info.outcome.lists_versions(), "{at}: {answer}");
            }
            None => assert_eq!(answer, "", "{at}"),
        }
    });
}

#[test]
fn responses() {
    each(Scope::Response, |subject, case| {
        let (at, info) = (subject.at(case), subject.rule);
        subject.observe(case);
        let receive = |input: &Input| {
            let Input::Response(offered, bytes) = input else {
                panic!("{at}: {input:?}");
            };
            let mut client = client(subject.draft, offered, info.level == Level::Should);
            client.receive(&bytes.all()).map(|agreed| agreed.is_some())
        };
        // A refusal is one, whether it is as it should be or not.
        if let spec::Predicate::Refuses
        | spec::Predicate::StatusIs(200..)
        | spec::Predicate::VersionRefused(_) = subject.data.when
        {
            for input in [&case.broken, &case.kept] {
                let refused = receive(input);
                assert!(
                    matches!(refused, Err(ClientError::Refused { .. })),
                    "{at}: {refused:?}"
                );
            }
            return;
        }
        assert_eq!(receive(&case.kept), Ok(true), "{at}");
        if info.outcome == Outcome::Nothing {
            assert_eq!(receive(&case.broken), Ok(true), "{at}");
            return;
        }
        match receive(&case.broken) {
            Err(ClientError::Violation(violation)) => {
                assert_eq!(violation.rule.id, info.id, "{at}")
            }
            // A server that does not switch has its reasons.
            Err(ClientError::Refused { status, .. }) => {
                assert_eq!(
                    subject.data.require,
                    spec::Predicate::Status,
                    "{at}: {status}"
                )
            }
            other => panic!("{at}: {other:?}"),
        }
    });
}

#[test]
fn who_refuses_for_another_reason_than_the_version_need_list_none() {
    const RULE: &str = "versions-listed";
    let database = Database::built_in().unwrap();
    let limits = HeadLimits::default();
    let mut checked = 0;
    let ruled = wsdraft::drafts::ALL.iter().copied();
    for compiled in ruled.filter(|draft| draft.info().rule(RULE).is_some()) {
        let info = compiled.info();
        let spec = database.resolved(info.short).unwrap();
        let interpreted = Interpreted::new(spec.clone()).unwrap();
        let interpreted: &'static dyn Draft = Box::leak(Box::new(interpreted));
        let valid = client(compiled, &Offered::default(), false);
        let valid = String::from_utf8(valid.request().to_vec()).unwrap();
        let number = info.wire_version.unwrap();
        let version = |other: &str| {
            let header = info.request_header(Purpose::Version).unwrap().name;
            valid.replace(
                &format!("{header}: {number}"),
                &format!("{header}: {other}"),
            )
        };
        for (request, listed, wanted) in [
            (valid.clone(), "", true),
            (valid.clone(), "Sec-WebSocket-Version: 8\r\n", false),
            (version("99"), "", true),
            // What axum answers so, among others.
            (
                valid.replace(": Upgrade\r\n", ": keep-alive\r\n"),
                "",
                false,
            ),
            (valid.replace("GET ", "POST "), "", false),
        ] {
            let response = format!("HTTP/1.1 426 Upgrade Required\r\n{listed}\r\n");
            for draft in [compiled, interpreted] {
                let mut found = Vec::new();
                let checks = with_request(request.as_bytes(), &[], false, &limits, |request| {
                    with_response(response.as_bytes(), &[], &limits, |response| {
                        let mut note = |violation: Violation| {
                            found.push(violation.rule.id);
                            Ok(())
                        };
                        draft.check_response(request, response, &mut note)
                    })
                });
                assert_eq!(checks, Ok(Ok(Ok(()))));
                assert_eq!(found.contains(&RULE), wanted, "{}: {request}", info.short);
            }
        }
        checked += 1;
    }
    assert_eq!(checked, 8);
}

fn client(
    draft: &'static dyn Draft,
    offered: &Offered,
    strict: bool,
) -> ClientHandshake<&'static dyn Draft> {
    let options = ClientOptions::default().strict(strict);
    offered.with_opening(|opening| ClientHandshake::new(draft, opening, options))
}
