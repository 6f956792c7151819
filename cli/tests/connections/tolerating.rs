//! `wsdraft test server`: what a server may tolerate depends on what it negotiates.

use serde_json::Value;

use crate::common::{server::Server, told};

/// The verdict on a server that accepts a request whose list of extensions has no valid form.
fn verdict(extensions: &[&str]) -> (String, String) {
    let lax = ["--drafts", "rfc6455", "--allow", "extensions-valid"];
    let server = Server::serve(&[&lax[..], extensions].concat());
    let case = "request/extensions-valid/1/breaks";
    let url = server.url();
    let (_, json, err) = told(&["test", "server", "--json", &url, "--only", case], b"");
    let report: Value =
        serde_json::from_str(&json).unwrap_or_else(|error| panic!("{error}: {err}"));
    let case = &report["cases"][0];
    let text = |name: &str| case[name].as_str().unwrap_or_default().to_owned();
    (text("verdict"), text("why"))
}

/// RFC 6455 §9.1: who receives a value during negotiation that has no valid form must fail the connection.
#[test]
fn a_server_that_negotiates_nothing_need_not_read_what_is_offered() {
    let (found, why) = verdict(&[]);
    assert_eq!(found, "lenient", "{why}");
    assert!(why.contains("RFC 6455 §9.1"), "{why}");
    let (found, why) = verdict(&["--extensions", "permessage-deflate"]);
    assert_eq!(found, "wrong", "{why}");
}
