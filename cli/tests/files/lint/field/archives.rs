//! HTTP archives.

use serde_json::{Value, json};

use super::{events, told};

use crate::common::{
    chat::{REQUEST, RESPONSE},
    events::named,
};

fn archive(request: Value, response: Value, messages: Value) -> String {
    json!({"log": {"version": "1.2", "entries": [
        {"odd": true},
        {"request": request, "response": response, "_webSocketMessages": messages},
    ]}})
    .to_string()
}

fn headers(head: &str) -> Value {
    let fields = head
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once(": "));
    fields
        .map(|(name, value)| json!({"name": name, "value": value}))
        .collect()
}

#[test]
fn one_odd_message_costs_itself_alone() {
    let text = archive(
        json!({"method": "GET", "url": "ws://server.example.com/chat", "headers": headers(REQUEST)}),
        json!({"status": 101, "statusText": "Switching Protocols", "headers": headers(RESPONSE)}),
        json!([
            {"type": "send", "opcode": 1, "data": "SURROGATE"},
            {"type": "send", "opcode": 1, "data": null},
            {"type": "send", "opcode": "text", "data": "a"},
            {"type": "sent", "opcode": 1, "data": "a"},
            {"type": "send", "opcode": 300, "data": "a"},
            7,
            {"type": "send", "opcode": 3, "data": ""},
        ]),
    );
    let text = format!("\u{feff}{}", text.replace("SURROGATE", r"\ud83d"));
    let (found, status) = events(text.as_bytes(), &[]);
    let broken = named(&found, "violation");
    assert_eq!((broken.len(), status), (1, 1), "{found:?}");
    assert_eq!(broken[0]["rule"], "opcode-known");
    let odd: Vec<_> = named(&found, "unchecked")
        .iter()
        .map(|note| note["detail"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(odd.len(), 5, "{odd:?}");
    assert!(odd[0].starts_with("message 2 "), "{odd:?}");
    assert_eq!(named(&found, "connection")[0]["messages"]["client"], 1);
    let (_, text) = told(text.as_bytes());
    assert!(
        text.contains("1 entry of the archive has no request and response, and was not read"),
        "{text}"
    );
}

/// RFC 8441: neither Upgrade nor Connection nor a key, and an answer with 200.
#[test]
fn an_opening_in_http_2_is_no_error() {
    let fields = |status: u16, messages: Value| {
        archive(
            json!({"method": "CONNECT", "url": "wss://example.org/s", "httpVersion": "h2", "headers": [
                {"name": ":method", "value": "CONNECT"}, {"name": ":protocol", "value": "websocket"},
                {"name": "sec-websocket-version", "value": "13"},
                {"name": "origin", "value": "https://example.org"},
            ]}),
            json!({"status": status, "statusText": "", "headers": [{"name": ":status", "value": status.to_string()}]}),
            messages,
        )
    };
    let clean = fields(200, json!([{"type": "send", "opcode": 1, "data": "x"}]));
    let (found, status) = events(clean.as_bytes(), &[]);
    assert_eq!((found.len(), status), (2, 0), "{found:?}");
    let note = named(&found, "unchecked")[0]["detail"].as_str().unwrap();
    assert!(
        note.contains("RFC 8441") && note.contains("not checked"),
        "{note}"
    );
    assert_eq!(found[1]["ended"], "how it ended is not recorded");
    assert_eq!(found[1]["messages"]["client"], 1);
    let odd = fields(200, json!([{"type": "receive", "opcode": 3, "data": ""}]));
    let (found, _) = events(odd.as_bytes(), &[]);
    assert_eq!(named(&found, "violation").len(), 1, "{found:?}");
    let (found, status) = events(fields(403, json!([])).as_bytes(), &[]);
    assert_eq!(status, 0);
    assert_eq!(
        named(&found, "connection")[0]["ended"],
        "refused by the server with 403"
    );
}
