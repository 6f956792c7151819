//! Hosts.

use super::*;

#[test]
fn hosts_are_those_of_the_server() {
    let own = Hosts::these(["a.example", "b.example:8080", "c.example:80"]).unwrap();
    let acceptor = acceptor(Origins::Any, own);
    let cases = [
        ("a.example", true),
        ("A.EXAMPLE:9999", true),
        ("a.example.", true),
        ("b.example:8080", true),
        ("b.example", false),
        ("c.example", true),
        ("c.example:81", false),
        ("evil.example", false),
        ("a.example.evil.example", false),
        ("127.0.0.1", false),
    ];
    for draft in drafts().filter(|draft| !draft.info().undetectable) {
        for (host, expected) in cases {
            let request = request(draft, host, Some("http://client.example"));
            let judged = judged(&acceptor, &request);
            assert_eq!(judged.is_ok(), expected, "{host}");
            if let Err(refusal) = judged {
                assert_eq!(refusal.cause, RefusalCause::Host { host: host.into() });
                assert_eq!(refusal.status, Some(403));
                assert_eq!(refusal.name(), Some("host-refused"));
                let said = String::from_utf8(refusal.response).unwrap();
                assert!(said.starts_with("HTTP/1.1 403 Forbidden\r\n"), "{said}");
                assert!(said.contains("host-refused, RFC 9110 §7.4"), "{said}");
            }
        }
    }
}

#[test]
fn the_machine_itself_has_several_names() {
    let more = Hosts::loopback().and("127.0.0.5".parse::<std::net::IpAddr>().unwrap().into());
    let acceptor = acceptor(Origins::Any, more);
    let cases = [
        ("localhost:9001", true),
        ("127.0.0.1:9001", true),
        ("127.0.0.5", true),
        ("[::1]:9001", true),
        ("[0:0:0:0:0:0:0:1]", true),
        ("[::ffff:127.0.0.1]:9001", true),
        ("evil.example:9001", false),
        ("localhost.evil.example", false),
        ("127.0.0.1.nip.io", false),
    ];
    for (host, expected) in cases {
        let request = request(find("rfc6455"), host, None);
        assert_eq!(passes(&acceptor, &request), expected, "{host}");
    }
    for wrong in ["", "http://a", "a b", "[::1", "a:x", "*"] {
        assert!(wrong.parse::<Host>().is_err() || wrong == "*", "{wrong}");
    }
}

/// The host of an absolute target is the one that counts (RFC 9112 §3.2.2).
#[test]
fn an_absolute_target_names_the_host() {
    let own = Hosts::these(["a.example"]).unwrap();
    let acceptor = acceptor(Origins::Same, own);
    let ask = |target: &str, host: &str| {
        let request = request(find("rfc6455"), host, Some("http://a.example"));
        let line = format!("GET {target} ");
        let request = String::from_utf8(request)
            .unwrap()
            .replacen("GET /chat ", &line, 1);
        judged(&acceptor, request.as_bytes())
    };
    assert!(ask("http://a.example/chat", "a.example").is_ok());
    assert!(ask("http://A.example/chat", "evil.example").is_ok());
    let refusal = ask("http://evil.example/chat", "a.example").expect_err("another host");
    let host = "evil.example".into();
    assert_eq!(refusal.cause, RefusalCause::Host { host });

    let request = request(find("rfc6455"), "b.example", None);
    let absolute =
        String::from_utf8(request)
            .unwrap()
            .replacen("/chat", "http://a.example:81/c", 1);
    let mut accepting = acceptor.start_blocking(Memory(Cursor::new(absolute.into()), Vec::new()));
    let wsdraft::blocking::Requested::Upgrade(offer) = accepting.request().unwrap() else {
        panic!("an upgrade");
    };
    assert_eq!(
        (offer.host.as_deref(), &*offer.resource),
        (Some("a.example:81"), "/c")
    );
}

/// What opens no connection is held to the host, and not to the origin.
#[test]
fn a_page_is_under_the_hosts_too() {
    let acceptor = acceptor(Origins::Same, Hosts::these(["a.example"]).unwrap());
    let cause = |request: &[u8]| judged(&acceptor, request).expect_err("no upgrade").cause;
    let foreign = b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n";
    assert!(matches!(cause(foreign), RefusalCause::Host { .. }));
    let own = b"GET / HTTP/1.1\r\nHost: a.example\r\nOrigin: http://b.example\r\n\r\n";
    assert_eq!(cause(own), RefusalCause::NoUpgrade);
    assert_eq!(cause(b"GET / HTTP/1.0\r\n\r\n"), RefusalCause::NoUpgrade);
}
