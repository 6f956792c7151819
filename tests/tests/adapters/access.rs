//! Who gets in: origins and hosts, through every adapter, in every draft.

use std::{
    convert::Infallible,
    io::{self, Cursor, Read, Write},
};

use axum::{Router, routing::get};
use http::{Request, Version};
use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, duplex},
    net::{TcpListener, TcpStream},
};
use wsdraft::{
    Error,
    axum::WebSocketUpgrade,
    handshake::{
        HeadLimits, Host, Hosts, Opening, Origin, Origins,
        client::{ClientHandshake, ClientOptions},
        parse,
        server::{Refusal, RefusalCause},
    },
    hyper::upgrade,
    info::Purpose,
    tokio::Acceptor,
};
use wsdraft_tests::sockets::{Spoken, drafts, find};

mod adapters;
mod hosts;

/// The request of a client.
fn request(draft: Spoken, host: &str, origin: Option<&str>) -> Vec<u8> {
    let opening = Opening {
        host,
        resource: "/chat",
        origin,
        subprotocols: &[],
        extensions: None,
        cookie: None,
        fields: &[],
        entropy: &|bytes| bytes.fill(7),
    };
    let client = ClientHandshake::new(draft, &opening, ClientOptions::default());
    client.request().into()
}

fn acceptor(origins: Origins, hosts: Hosts) -> Acceptor<Spoken> {
    Acceptor::any(drafts()).origins(origins).hosts(hosts)
}

/// Input and output in memory.
struct Memory(Cursor<Vec<u8>>, Vec<u8>);

impl Read for Memory {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        Read::read(&mut self.0, buffer)
    }
}

impl Write for Memory {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Write::write(&mut self.1, bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What a server does with a request, over a blocking stream.
fn judged(acceptor: &Acceptor<Spoken>, request: &[u8]) -> Result<(), Box<Refusal>> {
    match acceptor.accept_blocking(Memory(Cursor::new(request.into()), Vec::new())) {
        Ok(_) => Ok(()),
        Err(Error::Refused(refusal)) => Err(refusal),
        Err(error) => panic!("{error}"),
    }
}

fn passes(acceptor: &Acceptor<Spoken>, request: &[u8]) -> bool {
    judged(acceptor, request).is_ok()
}

#[test]
fn each_draft_has_the_origin_where_its_data_say() {
    let allowed = Origins::these(["https://good.example"]).unwrap();
    let acceptor = acceptor(allowed, Hosts::Any);
    for draft in drafts().filter(|draft| !draft.info().undetectable) {
        let name = draft.info().short;
        let asks = |origin: Option<&str>| request(draft, "server.example", origin);
        assert!(
            passes(&acceptor, &asks(Some("https://good.example"))),
            "{name}"
        );
        let refusal = judged(&acceptor, &asks(Some("https://evil.example"))).expect_err(name);
        let origin = "https://evil.example".into();
        assert_eq!(refusal.cause, RefusalCause::Origin { origin }, "{name}");
        assert_eq!(refusal.status, Some(403), "{name}");
        assert_eq!(refusal.name(), Some("origin-refused"), "{name}");
    }
}

/// A request may be of several drafts, or its client write the origin into the field of another.
#[test]
fn the_origin_counts_wherever_a_spoken_draft_has_it() {
    let acceptor = acceptor(
        Origins::these(["https://good.example"]).unwrap(),
        Hosts::Any,
    );
    let field = |name| {
        let header = find(name).info().request_header(Purpose::Origin);
        header.unwrap().name
    };
    let (older, newer) = (field("hybi-06"), field("rfc6455"));
    assert_ne!(older, newer);
    for name in ["hybi-06", "hybi-08", "hybi-12", "rfc6455"] {
        let bare = String::from_utf8(request(find(name), "a", None)).unwrap();
        assert!(passes(&acceptor, bare.as_bytes()), "{name}");
        let with = |one: &str, other: &str| {
            let value = |origin| format!("https://{origin}.example");
            let fields = format!(
                "\r\n{older}: {}\r\n{newer}: {}\r\n\r\n",
                value(one),
                value(other)
            );
            bare.replacen("\r\n\r\n", &fields, 1)
        };
        assert!(passes(&acceptor, with("good", "good").as_bytes()), "{name}");
        assert!(
            !passes(&acceptor, with("good", "evil").as_bytes()),
            "{name}"
        );
        assert!(
            !passes(&acceptor, with("evil", "good").as_bytes()),
            "{name}"
        );
        let only = format!("\r\n{newer}: https://evil.example\r\n\r\n");
        let only = bare.replacen("\r\n\r\n", &only, 1);
        assert!(!passes(&acceptor, only.as_bytes()), "{name}");
    }
    // Whoever speaks one draft alone goes by its field.
    let one =
        Acceptor::new(find("rfc6455")).origins(Origins::these(["https://good.example"]).unwrap());
    let bare = String::from_utf8(request(find("rfc6455"), "a", None)).unwrap();
    let fields = format!("\r\n{older}: https://evil.example\r\n\r\n");
    assert!(passes(
        &one,
        bare.replacen("\r\n\r\n", &fields, 1).as_bytes()
    ));
}

#[test]
fn origins_of_the_own_pages_have_the_same_scheme_host_and_port() {
    let draft = find("rfc6455");
    let plain = acceptor(Origins::Same, Hosts::Any);
    let secure = plain.clone().secure(true);
    // Host, origin, whether it passes, and whether it does where the server is secure.
    let cases = [
        ("a.example", Some("http://a.example"), true, false),
        ("a.example", Some("https://a.example"), false, true),
        ("a.example:80", Some("http://a.example"), true, false),
        ("a.example", Some("http://a.example:80"), true, false),
        ("a.example:443", Some("https://a.example"), false, true),
        ("a.example", Some("https://a.example:443"), false, true),
        ("a.example:8080", Some("http://a.example:8080"), true, false),
        ("a.example:8080", Some("http://a.example"), false, false),
        ("a.example", Some("http://a.example:8080"), false, false),
        ("A.Example", Some("HTTP://a.eXAMPLE"), true, false),
        ("b.a.example", Some("http://a.example"), false, false),
        ("[::1]:9001", Some("http://[::1]:9001"), true, false),
        ("[0:0::0:1]", Some("http://[::1]"), true, false),
        ("[::1]", Some("http://[::2]"), false, false),
        ("127.0.0.1", Some("http://localhost"), false, false),
        ("a.example", Some("null"), false, false),
        ("a.example", Some("http://a.example/"), false, false),
        ("a.example", Some("a.example"), false, false),
        ("a.example", Some("ws://a.example"), false, false),
        ("a.example", Some("file://"), false, false),
        (
            "a.example",
            Some("http://a.example http://a.example"),
            true,
            false,
        ),
        (
            "a.example",
            Some("http://a.example http://b.example"),
            false,
            false,
        ),
        // No browser.
        ("a.example", None, true, true),
    ];
    for (host, origin, expected, expected_secure) in cases {
        let request = request(draft, host, origin);
        // What is no origin at all may break a rule of the draft before.
        assert_eq!(passes(&plain, &request), expected, "{host} {origin:?}");
        assert_eq!(
            passes(&secure, &request),
            expected_secure,
            "TLS: {host} {origin:?}"
        );
    }
}

#[test]
fn a_list_of_origins_is_compared_by_what_they_are() {
    let list = [
        "https://a.example",
        "http://b.example:8080",
        "http://[2001:DB8::1]",
        "chrome-extension://abcdef",
    ];
    let acceptor = acceptor(Origins::these(list).unwrap(), Hosts::Any);
    let cases = [
        ("https://a.example", true),
        ("https://A.EXAMPLE:443", true),
        ("http://a.example", false),
        ("https://a.example:8443", false),
        ("https://a.example.evil.example", false),
        ("https://evil-a.example", false),
        ("http://b.example:8080", true),
        ("http://b.example", false),
        ("http://[2001:db8:0:0::1]:80", true),
        ("chrome-extension://abcdef", true),
        ("chrome-extension://abcdeg", false),
        ("null", false),
    ];
    for (origin, expected) in cases {
        let request = request(find("rfc6455"), "server.example", Some(origin));
        assert_eq!(passes(&acceptor, &request), expected, "{origin}");
    }
    let nulls = self::acceptor(Origins::these(["null"]).unwrap(), Hosts::Any);
    assert!(passes(&nulls, &request(find("rfc6455"), "a", Some("null"))));
    for wrong in [
        "",
        "a.example",
        "https://",
        "https://a.example/",
        "https://a b",
        "*",
    ] {
        assert!(wrong.parse::<Origin>().is_err(), "{wrong}");
    }
    let shown: Origin = "HTTPS://[::0:1]:443".parse().unwrap();
    assert_eq!(shown.to_string(), "https://[::1]");
}

/// A header field that comes twice passes if both do.
#[test]
fn every_value_counts() {
    let own = Hosts::these(["a.example"]).unwrap();
    let acceptor = acceptor(Origins::these(["http://a.example"]).unwrap(), own);
    let draft = find("hybi-06");
    let twice = |purpose, value: &str| {
        let name = draft.info().request_header(purpose).unwrap().name;
        let request = request(draft, "a.example", Some("http://a.example"));
        let field = format!("\r\n{name}: {value}\r\n\r\n");
        String::from_utf8(request)
            .unwrap()
            .replacen("\r\n\r\n", &field, 1)
    };
    for (purpose, good, evil) in [
        (Purpose::Host, "a.example", "evil.example"),
        (Purpose::Origin, "http://a.example", "http://evil.example"),
    ] {
        assert!(passes(&acceptor, twice(purpose, good).as_bytes()), "{good}");
        assert!(
            !passes(&acceptor, twice(purpose, evil).as_bytes()),
            "{evil}"
        );
    }
}

/// A server behind a proxy that ends TLS; and whoever says nothing lets everybody in.
#[test]
fn nothing_is_refused_that_was_not_asked_for() {
    let open = Acceptor::any(drafts());
    for draft in drafts().filter(|draft| !draft.info().undetectable) {
        let request = request(
            draft,
            "anything.example:81",
            Some("https://anywhere.example"),
        );
        assert!(passes(&open, &request), "{}", draft.info().short);
    }
}
