//! Whole heads: what an application sees of a request before it decides, and of a response.

mod at_once;
mod blocking;
mod requests;
mod responses;

use wsdraft::{
    Error,
    handshake::{
        Address, Offer,
        server::{Refusal, RefusalCause},
    },
};
use wsdraft_tests::sockets::{Spoken, connector};

/// A request of the newest draft, with these lines after its own.
fn request(lines: &[u8]) -> Vec<u8> {
    let usual = b"GET /chat?room=1 HTTP/1.1\r\nHost: server.example\r\nUpgrade: websocket\r\n\
        Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
        Sec-WebSocket-Version: 13\r\n";
    [usual, lines, b"\r\n"].concat()
}

/// Checks that an offer of that request has all of it, where the lines are [`LINES`].
fn sees_everything(offer: &Offer) {
    let request = &offer.request;
    assert_eq!(request.method(), "GET");
    assert_eq!(request.target(), "/chat?room=1");
    assert_eq!(request.resource(), "/chat?room=1");
    assert_eq!(request.minor_version(), 1);
    assert_eq!(request.field("AUTHORIZATION"), Some("Bearer secret"));
    assert_eq!(request.field("x-forwarded-for"), Some("203.0.113.9"));
    assert_eq!(request.field("x-absent"), None);
    let names: Vec<_> = request.fields().iter().map(|field| field.name).collect();
    let ours = [
        "authorization",
        "X-Forwarded-For",
        "x-LIST",
        "X-List",
        "X-Raw",
    ];
    assert_eq!(names[5..], ours);
    let list: Vec<_> = request
        .fields()
        .all("x-list")
        .map(|field| field.value)
        .collect();
    assert_eq!(list, [b"1", b"2"]);
    let raw = request.fields().get("x-raw").expect("a field");
    assert_eq!((raw.value, raw.text()), (&b"\xff"[..], None));
    assert_eq!(request.fields().len(), 10);
}

const LINES: &[u8] = b"authorization:  Bearer secret \r\nX-Forwarded-For: 203.0.113.9\r\n\
    x-LIST: 1\r\nX-List: 2\r\nX-Raw: \xff\r\n";

fn refusal<T: std::fmt::Debug>(result: Result<T, Error>) -> Refusal {
    match result {
        Err(Error::Refused(refusal)) => *refusal,
        other => panic!("no refusal: {other:?}"),
    }
}
