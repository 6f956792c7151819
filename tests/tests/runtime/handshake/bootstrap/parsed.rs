//! Requests that another server has parsed, the vectors among them.

use http::{HeaderName, HeaderValue, Request, Version};
use serde_json::Value;
use wsdraft::{
    drafts::rfc6455 as ws,
    extension::Extensions,
    handshake::Answer,
    http::{Protocol, Upgrade},
    tokio::Acceptor,
};

use super::Sent;

/// A request in the types of the crate `http`.
pub(super) fn as_http(version: Version, sent: &Sent) -> Request<()> {
    let part = |name: &str| {
        let mut found = sent.iter().filter(|(other, _)| other == name);
        found.next().map(|(_, value)| value.as_str())
    };
    let mut request = Request::new(());
    *request.version_mut() = version;
    *request.method_mut() = part(":method").unwrap().parse().unwrap();
    let mut uri = http::Uri::builder();
    if let Some(scheme) = part(":scheme") {
        uri = uri.scheme(scheme);
    }
    if let Some(authority) = part(":authority") {
        uri = uri.authority(authority);
    }
    if let Some(path) = part(":path") {
        uri = uri.path_and_query(path);
    }
    *request.uri_mut() = uri
        .build()
        .unwrap_or_else(|_| part(":path").unwrap().parse().unwrap());
    if let Some(protocol) = part(":protocol") {
        request.extensions_mut().insert(Protocol::from(protocol));
    }
    for (name, value) in sent.iter().filter(|(name, _)| !name.starts_with(':')) {
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        request
            .headers_mut()
            .append(name, HeaderValue::from_str(value).unwrap());
    }
    request
}

/// The vectors of `data/vectors/extensions.json`.
#[test]
fn the_vectors_hold() {
    let vectors: Value =
        serde_json::from_str(include_str!("../../../../data/vectors/extensions.json")).unwrap();
    let mut checked = 0;
    for vector in vectors["vectors"].as_array().unwrap() {
        if vector["kind"] != "bootstrap.request" {
            continue;
        }
        let pairs = vector["headers"].as_array().unwrap().iter();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let sent: Sent = pairs.map(|pair| (text(&pair[0]), text(&pair[1]))).collect();
        let version = match vector["http"].as_str().unwrap() {
            "h2" => Version::HTTP_2,
            "h3" => Version::HTTP_3,
            other => panic!("{other}"),
        };
        let acceptor = Acceptor::new(ws::Draft).extensions(Extensions::compression());
        let request = as_http(version, &sent);
        let upgrade = Upgrade::by(&acceptor, &request);
        let expected = &vector["expect"];
        match expected["outcome"].as_str().unwrap() {
            "accept" => {
                let answer = upgrade.unwrap().accept(&Answer::default()).unwrap();
                assert_eq!(
                    answer.status().as_u16(),
                    expected["status"],
                    "{}",
                    vector["id"]
                );
                for absent in expected["response_must_not_include"].as_array().unwrap() {
                    let absent = absent.as_str().unwrap();
                    assert!(!answer.headers().contains_key(absent), "{absent}");
                }
            }
            "stream-error" | "reject" => {
                let answer = upgrade.unwrap_err().response();
                assert!(answer.status().is_client_error() || answer.status().is_server_error());
                if let Some(status) = expected["status"].as_u64() {
                    assert_eq!(
                        u64::from(answer.status().as_u16()),
                        status,
                        "{}",
                        vector["id"]
                    );
                }
            }
            // These are about settings, which the HTTP library keeps.
            "client-must-not-send" | "connection-error" => continue,
            other => panic!("{other}"),
        }
        checked += 1;
    }
    assert!(checked >= 4, "{checked}");
}
