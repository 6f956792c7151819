//! Requests over versions of HTTP that have no upgrades: what `receive_extended` and the adapter for
//! the crate `http` make of them, in every bootstrap of the database and for every draft that has it.

use http::Version;
use wsdraft::{
    Draft, Misuse,
    drafts::rfc6455 as ws,
    extension::{Demand, ExtensionInfo, Part, builtin::BOOTSTRAPS},
    handshake::{
        Answer, Field, Fields, Host, Hosts, Origin, Origins, Requested, bootstrap,
        server::{RefusalCause, ServerHandshake, ServerOptions},
    },
    http::{Upgrade, UpgradeError},
    tokio::Acceptor,
};

mod dialect;
mod parsed;

use parsed::as_http;

/// A request as its fields, the method and the path among them.
type Sent = Vec<(String, String)>;

/// What is refused: the name of the cause and the status code.
type Refused = (Option<&'static str>, Option<u16>);

/// Hands a request to a server; what it asks for, or why it is refused.
fn receive<D: Draft + Clone>(
    handshake: &mut ServerHandshake<D>,
    http: &str,
    sent: &Sent,
) -> Result<Requested, Refused> {
    let part = |name: &str| {
        let mut found = sent.iter().filter(|(other, _)| other == name);
        found.next().map_or("", |(_, value)| value.as_str())
    };
    let others = sent
        .iter()
        .filter(|(name, _)| name != ":method" && name != ":path");
    let fields: Vec<_> = others
        .map(|(name, value)| Field {
            name,
            value: value.as_bytes(),
            offset: 0,
        })
        .collect();
    let received = handshake.receive_extended(
        http,
        &wsdraft::handshake::Request {
            method: part(":method"),
            target: part(":path"),
            minor_version: 0,
            fields: Fields::new(&fields, 0),
            body: &[],
            secure: false,
        },
    );
    received.map_err(|refusal| {
        let text = String::from_utf8(refusal.response.clone())
            .unwrap()
            .to_lowercase();
        for forbidden in ["\r\nconnection:", "\r\nupgrade:"] {
            assert!(!text.contains(forbidden), "{text}");
        }
        (refusal.name(), refusal.status)
    })
}

fn server<D: Draft + Clone>(draft: D) -> ServerHandshake<D> {
    ServerHandshake::new([draft], ServerOptions::default())
}

/// The drafts that a bootstrap opens connections of.
fn carried(extension: &ExtensionInfo) -> Vec<&'static dyn Draft> {
    let drafts = wsdraft::drafts::ALL.iter().copied();
    let found = drafts.filter(|draft| draft.info().bootstraps.contains(&extension.short));
    found.collect()
}

/// A request that breaks nothing.
fn valid(extension: &ExtensionInfo, draft: &dyn Draft) -> Sent {
    let bootstrap = extension.bootstrap.unwrap();
    let version = draft.info().wire_version.unwrap().to_string();
    let fields = [
        (":method", bootstrap.method),
        (":protocol", bootstrap.protocol),
        (":scheme", bootstrap.schemes.1),
        (":path", "/chat?room=1"),
        (":authority", "server.example.com"),
        ("sec-websocket-version", &version),
        ("origin", "https://www.example.com"),
        ("sec-websocket-protocol", "chat, superchat"),
        ("cookie", "session=1"),
    ];
    fields
        .map(|(name, value)| (name.into(), value.into()))
        .to_vec()
}

fn without(mut sent: Sent, name: &str) -> Sent {
    sent.retain(|(other, _)| other != name);
    sent
}

fn with(sent: Sent, name: &str, value: &str) -> Sent {
    let mut sent = without(sent, name);
    sent.push((name.into(), value.into()));
    sent
}

#[test]
fn an_offer_is_that_of_the_draft() {
    let mut checked = 0;
    for extension in BOOTSTRAPS {
        let bootstrap = extension.bootstrap.unwrap();
        for draft in carried(extension) {
            let mut handshake = server(draft);
            let sent = valid(extension, draft);
            let requested = receive(&mut handshake, bootstrap.http, &sent).unwrap();
            let Requested::Upgrade(offer) = requested else {
                panic!("{requested:?}");
            };
            assert_eq!(offer.draft, draft.info());
            assert_eq!(offer.resource, "/chat?room=1");
            assert_eq!(offer.host.as_deref(), Some("server.example.com"));
            assert_eq!(offer.origin.as_deref(), Some("https://www.example.com"));
            assert_eq!(offer.subprotocols, ["chat", "superchat"]);
            assert_eq!(offer.cookie.as_deref(), Some("session=1"));
            // The head is shown as it came.
            assert_eq!(offer.request.method(), bootstrap.method);
            assert_eq!(offer.request.target(), "/chat?room=1");
            assert_eq!(offer.request.field(":protocol"), Some(bootstrap.protocol));
            assert_eq!(
                offer.request.bootstrap().map(|one| one.http),
                Some(bootstrap.http)
            );
            assert!(offer.request.is_secure());
            let key = offer
                .request
                .fields()
                .iter()
                .any(|field| field.name.contains("-Key"));
            assert!(!key, "nobody has sent a key");
            let answer = Answer {
                subprotocol: Some("chat"),
                ..Answer::default()
            };
            handshake.accept(&answer).unwrap();
            assert!(handshake.is_done());
            assert!(handshake.finish().unwrap().rest.is_empty());
            checked += 1;
        }
    }
    assert!(checked >= BOOTSTRAPS.len(), "each bootstrap has a draft");
}

#[test]
fn each_rule_has_a_request_that_breaks_it_alone() {
    let mut broken = 0;
    for extension in BOOTSTRAPS {
        let bootstrap = extension.bootstrap.unwrap();
        let rules = extension
            .rules
            .iter()
            .filter(|rule| rule.part == Part::Request);
        for rule in rules {
            for draft in carried(extension) {
                let sent = valid(extension, draft);
                let faulty: Vec<Sent> = match rule.demand {
                    Demand::RequiredFields => bootstrap
                        .required
                        .iter()
                        // Without these, a request asks for something else.
                        .filter(|name| ![":method", ":protocol"].contains(name))
                        .map(|name| without(sent.clone(), name))
                        .collect(),
                    Demand::FieldAbsent(name) => vec![with(sent.clone(), name, "x.example")],
                    Demand::Scheme => vec![with(sent.clone(), ":scheme", "wss")],
                    Demand::Path => vec![with(sent.clone(), ":path", "http://other.example/")],
                    _ => continue,
                };
                for sent in faulty {
                    let strict = ServerOptions::default().strict(true);
                    let mut handshake = ServerHandshake::new([draft], strict);
                    let refused = receive(&mut handshake, bootstrap.http, &sent);
                    let status = rule.info.http_status();
                    assert_eq!(refused, Err((Some(rule.info.id), status)), "{sent:?}");
                    broken += 1;
                }
            }
        }
    }
    assert!(broken > 0);
}

#[test]
fn the_rules_of_the_draft_apply() {
    let extension = bootstrap::of(&ws::INFO, "2").unwrap();
    let sent = || valid(extension, &ws::Draft);
    for (name, value, rule, status) in [
        ("sec-websocket-version", "12", "version-supported", 400),
        ("origin", "not an origin", "origin-valid", 400),
        ("sec-websocket-protocol", "a b", "subprotocol-valid", 400),
        (
            "sec-websocket-protocol",
            "a, a",
            "subprotocols-distinct",
            400,
        ),
        ("sec-websocket-extensions", ";", "extensions-valid", 400),
        (":authority", "a b", "host-valid", 400),
    ] {
        let refused = receive(&mut server(ws::Draft), "2", &with(sent(), name, value));
        assert_eq!(
            refused.unwrap_err(),
            (Some(rule), Some(status)),
            "{name}: {value}"
        );
    }
    let refused = receive(
        &mut server(ws::Draft),
        "2",
        &without(sent(), "sec-websocket-version"),
    );
    assert_eq!(refused.unwrap_err().0, Some("version-present"));
    // What has no meaning here is passed over.
    for name in ["sec-websocket-key", "sec-websocket-accept"] {
        let received = receive(&mut server(ws::Draft), "2", &with(sent(), name, "?"));
        assert!(
            matches!(received, Ok(Requested::Upgrade(_))),
            "{received:?}"
        );
    }
}

/// Browsers send each cookie in a field of its own (RFC 9113 §8.2.3).
#[test]
fn cookies_are_joined() {
    let mut sent = valid(bootstrap::of(&ws::INFO, "2").unwrap(), &ws::Draft);
    sent.push(("cookie".into(), "theme=dark".into()));
    let Ok(Requested::Upgrade(offer)) = receive(&mut server(ws::Draft), "2", &sent) else {
        panic!("it is valid");
    };
    assert_eq!(offer.cookie.as_deref(), Some("session=1; theme=dark"));
    assert_eq!(offer.request.field("cookie"), offer.cookie.as_deref());
}

#[test]
fn the_options_secure_a_connection_whose_scheme_does_not() {
    let sent = valid(bootstrap::of(&ws::INFO, "2").unwrap(), &ws::Draft);
    let sent = with(sent, ":scheme", "http");
    for secure in [false, true] {
        let options = ServerOptions::default().secure(secure);
        let mut handshake = ServerHandshake::new([ws::Draft], options);
        let requested = receive(&mut handshake, "2", &sent).unwrap();
        assert_eq!(requested.head().is_secure(), secure);
    }
}

#[test]
fn access_is_decided_by_the_authority() {
    let sent = valid(bootstrap::of(&ws::INFO, "2").unwrap(), &ws::Draft);
    let refused = |hosts: &str, origins: &str, sent: &Sent| {
        let hosts = Hosts::These(vec![hosts.parse::<Host>().unwrap()]);
        let origins = Origins::These(vec![origins.parse::<Origin>().unwrap()]);
        let acceptor = Acceptor::new(ws::Draft).hosts(hosts).origins(origins);
        Upgrade::by(&acceptor, &as_http(Version::HTTP_2, sent))
            .err()
            .map(|error| match error {
                UpgradeError::Refused(refusal) => refusal.name().unwrap_or_default(),
                error => panic!("{error}"),
            })
    };
    let ours = "https://www.example.com";
    assert_eq!(refused("server.example.com", ours, &sent), None);
    assert_eq!(refused("other.example", ours, &sent), Some("host-refused"));
    assert_eq!(
        refused("server.example.com", "https://a.example", &sent),
        Some("origin-refused")
    );
    // Also where no connection is asked for.
    let page = with(with(sent, ":method", "GET"), ":protocol", "");
    assert_eq!(refused("other.example", ours, &page), Some("host-refused"));
}

#[test]
fn a_head_keeps_the_limits() {
    let sent = valid(bootstrap::of(&ws::INFO, "2").unwrap(), &ws::Draft);
    let mut many = sent.clone();
    many.extend((0..100).map(|at| (format!("x-{at}"), String::new())));
    let long = with(sent, "cookie", &"a".repeat(20_000));
    for sent in [many, long] {
        assert_eq!(
            receive(&mut server(ws::Draft), "2", &sent).unwrap_err(),
            (None, Some(431))
        );
    }
}

#[test]
fn an_unknown_protocol_gets_the_status_that_is_stated() {
    for extension in BOOTSTRAPS {
        let bootstrap = extension.bootstrap.unwrap();
        for draft in carried(extension) {
            let sent = with(valid(extension, draft), ":protocol", "connect-udp");
            let mut handshake = server(draft);
            let received = receive(&mut handshake, bootstrap.http, &sent);
            assert!(matches!(received, Ok(Requested::Plain(_))));
            let refusal = handshake.refuse_plain();
            assert_eq!(refusal.cause, RefusalCause::NoUpgrade);
            assert_eq!(
                refusal.status,
                Some(bootstrap.unknown_protocol.unwrap_or(400))
            );
        }
    }
}

#[test]
fn a_draft_without_a_bootstrap_is_not_spoken() {
    let sent = valid(bootstrap::of(&ws::INFO, "2").unwrap(), &ws::Draft);
    let drafts = wsdraft::drafts::ALL.iter().copied();
    for draft in drafts.filter(|draft| draft.info().bootstraps.is_empty()) {
        let error = Upgrade::by(&Acceptor::new(draft), &as_http(Version::HTTP_2, &sent));
        assert_eq!(error.unwrap_err(), UpgradeError::Version(Version::HTTP_2));
    }
    // A server that keeps the protocol to itself.
    let sent = without(sent, ":protocol");
    let error = Upgrade::by(&Acceptor::new(ws::Draft), &as_http(Version::HTTP_2, &sent));
    assert_eq!(error.unwrap_err(), UpgradeError::Version(Version::HTTP_2));
    let mut handshake = server(ws::Draft);
    assert!(matches!(
        receive(&mut handshake, "4", &sent),
        Ok(Requested::Plain(_))
    ));
    assert!(handshake.bootstrap().is_none());
}

#[test]
fn fields_of_an_upgrade_are_the_applications_mistake() {
    let sent = valid(bootstrap::of(&ws::INFO, "2").unwrap(), &ws::Draft);
    let mut handshake = server(ws::Draft);
    receive(&mut handshake, "2", &sent).unwrap();
    let answer = |fields: &'static [(&str, &str)]| Answer {
        fields,
        ..Answer::default()
    };
    let refused = handshake.accept(&answer(&[("Connection", "close")]));
    assert_eq!(refused, Err(Misuse::Reserved("connection")));
    assert_eq!(handshake.accept(&answer(&[("X-Room", "1")])), Ok(()));
}
