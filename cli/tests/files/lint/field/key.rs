//! Frames that are masked with a key of the connection.

use wsdraft::{
    Draft, Role,
    drafts::hybi_04,
    frame::{Decode, Mask, Session},
    handshake::{
        Answer, Opening,
        client::{ClientHandshake, ClientOptions},
        server::{ServerHandshake, ServerOptions},
    },
};

use super::{connection, events};

use crate::common::{capture::From, events::named};

/// The only library of the time that is known beside one other took the key of the connection.
#[test]
fn frames_under_the_key_of_the_connection_alone_are_known() {
    let draft = hybi_04::Draft;
    let opening = Opening {
        host: "example.com",
        resource: "/",
        origin: Some("http://example.com"),
        subprotocols: &[],
        extensions: None,
        cookie: None,
        fields: &[],
        entropy: &|bytes| bytes.fill(7),
    };
    let request = ClientHandshake::new(draft, &opening, ClientOptions::default());
    let request = request.request().to_vec();
    let mut server = ServerHandshake::new([draft], ServerOptions::default());
    server.receive(&request).unwrap();
    server.accept(&Answer::default()).unwrap();
    let response = server.take_output();
    let session = server.finish().unwrap().session;
    let key = session.masking_key.unwrap();
    let nonce = [1, 2, 3, 4];
    let own = own_key(&session, nonce);
    // Texts, then a close frame.
    let frames: [&[u8]; 3] = [b"\x84\x05Hello", b"\x84\x03abc", b"\x81\x00"];
    let linted = |key: [u8; 20]| {
        let mut capture = connection();
        capture.send(From::Client, &request);
        capture.send(From::Server, &response);
        for frame in frames {
            let masked = frame.iter().zip(key.iter().cycle());
            let masked: Vec<_> = masked.map(|(byte, key)| byte ^ key).collect();
            capture.send(From::Client, &[&nonce[..], &masked].concat());
        }
        capture.send(From::Server, b"\x81\x00");
        capture.finish(From::Server);
        capture.finish(From::Client);
        events(&capture.bytes(), &[])
    };
    let (found, status) = linted(own);
    assert_eq!((found.len(), status), (1, 0), "{found:?}");
    assert_eq!(found[0]["draft"], "hybi-04");
    let (found, status) = linted(key);
    assert_eq!((named(&found, "hint").len(), status), (1, 1), "{found:?}");
    let mut other = key;
    other[1] ^= 0x55;
    other[0] ^= 0x0f;
    let (found, _) = linted(other);
    assert!(named(&found, "hint").is_empty(), "{found:?}");
}

/// The key that masks a frame with this nonce.
fn own_key(session: &Session, nonce: [u8; 4]) -> [u8; 20] {
    let key = (0..=u8::MAX).find_map(|byte| {
        let bytes = [&nonce[..], &[0, byte, 0, 0, 0, 0, 0, 0, 0, 0]].concat();
        match hybi_04::Draft.decode(&bytes, Role::Client, session) {
            Decode::Header(head) => match head.mask {
                Mask::Twenty { key, .. } => Some(key),
                _ => None,
            },
            _ => None,
        }
    });
    key.unwrap()
}
