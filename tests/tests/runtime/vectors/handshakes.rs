//! Opening handshakes, as a server and as a client.

use super::*;

/// The head and what follows it.
fn split(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = bytes
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .unwrap();
    bytes.split_at(end + 4)
}

/// The first line, and the fields by name, sorted.
fn lines(head: &[u8]) -> (String, Vec<(String, String)>) {
    let text = String::from_utf8(head.to_vec()).unwrap();
    let mut lines = text.trim_end().split("\r\n");
    let first = lines.next().unwrap().to_owned();
    let mut fields: Vec<_> = lines
        .map(|line| {
            let (name, value) = line.split_once(':').unwrap();
            (name.to_ascii_lowercase(), value.trim().to_owned())
        })
        .collect();
    fields.sort();
    (first, fields)
}

fn field(head: &[u8], name: Option<&str>) -> Option<String> {
    let name = name?.to_ascii_lowercase();
    let (_, fields) = lines(head);
    let found = fields.into_iter().find(|(found, _)| *found == name);
    found.map(|(_, value)| value)
}

/// The nonce of a response, if it has one.
fn nonce(draft: &'static dyn Draft, response: &[u8]) -> Option<[u8; 16]> {
    let header = draft.info().response_header(Purpose::Nonce)?;
    let text = field(split(response).0, Some(header.name))?;
    decode_base64(&text).try_into().ok()
}

fn decode_base64(text: &str) -> Vec<u8> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bits = 0u32;
    let mut count = 0;
    let mut out = Vec::new();
    for letter in text.trim_end_matches('=').bytes() {
        let value = LETTERS.iter().position(|known| *known == letter).unwrap();
        bits = bits << 6 | value as u32;
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
        }
    }
    out
}

#[test]
fn handshakes_as_a_server() {
    each(Kind::Handshake, |vector, draft| {
        let at = format!("{} under {}", vector.id, draft.info().short);
        let mut request = vector.request();
        let expect = &vector.expect;
        let options = ServerOptions::default().secure(expect.secure);
        let accepts = vector.response().is_some() || expect.accept.is_some();
        if accepts {
            // The start of the client's frames may come along.
            request.extend_from_slice(b"frames");
        }
        for pieces in ways(&request) {
            let mut server = ServerHandshake::new(vec![draft], options);
            let mut progress = Ok(None);
            let mut sent = Vec::new();
            for piece in &pieces {
                match server.receive(piece) {
                    Ok(None) => {}
                    Ok(Some(Requested::Upgrade(offer))) => {
                        let response = vector.response();
                        let accepted = server.accept(&Answer {
                            subprotocol: expect.subprotocol.as_deref(),
                            extensions: None,
                            nonce: response
                                .and_then(|response| nonce(draft, &response))
                                .unwrap_or_default(),
                            fields: &[],
                        });
                        assert_eq!(accepted, Ok(()));
                        progress = Ok(Some(Requested::Upgrade(offer)));
                    }
                    other => {
                        progress = other;
                        break;
                    }
                }
                sent.extend(server.take_output());
            }
            if accepts {
                let Ok(Some(Requested::Upgrade(offer))) = progress else {
                    panic!("{at}: {progress:?}");
                };
                if let Some(origin) = &expect.origin {
                    assert_eq!(offer.origin.as_ref(), Some(origin), "{at}");
                }
                if let Some(name) = &expect.subprotocol {
                    assert!(offer.subprotocols.contains(name), "{at}");
                }
                expect_response(vector, draft, &sent, &at);
                let established = server.finish().unwrap();
                assert_eq!(established.rest, b"frames", "{at}");
                assert_eq!(
                    established.session.masking_key,
                    expect.masking_key(),
                    "{at}"
                );
            } else {
                let Err(refusal) = progress else {
                    panic!("{at}: {progress:?}");
                };
                assert!(matches!(refusal.cause, RefusalCause::Violation(_)), "{at}");
                let action = expect.action.as_deref().unwrap();
                let statuses: &[Option<u16>] = if action.starts_with("abort") {
                    &[None]
                } else if action.starts_with("HTTP 4xx") {
                    &[Some(400), Some(426)]
                } else {
                    assert!(action.contains("400"), "{at}");
                    &[Some(400)]
                };
                assert!(statuses.contains(&refusal.status), "{at}: {refusal:?}");
                assert_eq!(refusal.response.is_empty(), refusal.status.is_none());
                if action.contains("listing") {
                    let version = draft.info().request_header(Purpose::Version).unwrap();
                    let listed = field(split(&refusal.response).0, Some(version.name));
                    assert!(listed.unwrap().contains("13"), "{at}");
                }
            }
        }
    });
}

fn expect_response(vector: &Vector, draft: &'static dyn Draft, sent: &[u8], at: &str) {
    let expect = &vector.expect;
    let (head, body) = split(sent);
    if let Some(response) = vector.response() {
        if vector.strict_order {
            assert_eq!(
                String::from_utf8_lossy(sent),
                String::from_utf8_lossy(&response),
                "{at}"
            );
        }
        let (expected, expected_body) = split(&response);
        assert_eq!(lines(head), lines(expected), "{at}");
        assert_eq!(body, expected_body, "{at}");
    }
    let value = |purpose| {
        let header = draft.info().response_header(purpose);
        field(head, header.map(|header| header.name))
    };
    if let Some(accept) = &expect.accept {
        assert_eq!(value(Purpose::Accept).as_ref(), Some(accept), "{at}");
    }
    if let Some(location) = &expect.location {
        assert_eq!(value(Purpose::Location).as_ref(), Some(location), "{at}");
    }
}

#[test]
fn handshakes_as_a_client() {
    each(Kind::Handshake, |vector, draft| {
        let Some(response) = vector.response() else {
            return;
        };
        let at = format!("{} under {}", vector.id, draft.info().short);
        let (info, expect, request) = (draft.info(), &vector.expect, vector.request());
        let (head, body) = split(&request);

        // The exchange as it is keeps every rule.
        let mut broken = Vec::new();
        let mut observe = |violation: wsdraft::Violation| {
            broken.push(violation);
            Ok(())
        };
        let (response_head, response_body) = split(&response);
        let limits = HeadLimits::default();
        parse::with_request(head, body, expect.secure, &limits, |request| {
            draft.check_request(request, &mut observe).unwrap();
            parse::with_response(response_head, response_body, &limits, |response| {
                draft
                    .check_response(request, response, &mut observe)
                    .unwrap();
                let key = draft.session(request, response).masking_key;
                assert_eq!(key, expect.masking_key(), "{at}");
            })
            .unwrap();
        })
        .unwrap();
        assert_eq!(broken, [], "{at}");
        if let Some(version) = expect.version {
            assert_eq!(info.wire_version, Some(version), "{at}");
        }
        if let Some(name) = &expect.origin_header {
            let header = info.request_header(Purpose::Origin).unwrap();
            assert_eq!(header.name, name, "{at}");
        }

        // A client that draws the same key sends the same request.
        let value = |purpose| field(head, info.request_header(purpose).map(|header| header.name));
        let key = value(Purpose::Key);
        if info.request_body > 0 {
            return;
        }
        let key = key.map(|key| decode_base64(&key)).unwrap_or_default();
        let used = Cell::new(0);
        let entropy = |bytes: &mut [u8]| {
            for byte in bytes {
                *byte = key[used.get()];
                used.set(used.get() + 1);
            }
        };
        let (host, origin) = (value(Purpose::Host).unwrap(), value(Purpose::Origin));
        let offered = value(Purpose::Subprotocol).unwrap_or_default();
        let subprotocols: Vec<_> = offered
            .split([',', ' '])
            .filter(|name| !name.is_empty())
            .collect();
        let target = lines(head).0.split(' ').nth(1).unwrap().to_owned();
        let opening = Opening {
            host: &host,
            resource: &target,
            origin: origin.as_deref(),
            subprotocols: &subprotocols,
            extensions: None,
            cookie: None,
            fields: &[],
            entropy: &entropy,
        };
        let options = ClientOptions::default().secure(expect.secure);
        for pieces in ways(&response) {
            used.set(0);
            let mut client = ClientHandshake::new(draft, &opening, options);
            assert_eq!(lines(client.request()), lines(head), "{at}");
            let mut agreed = None;
            for piece in pieces {
                agreed = client.receive(piece).unwrap().cloned();
            }
            let agreed = agreed.unwrap_or_else(|| panic!("{at}: incomplete"));
            // Not every vector names the subprotocol that its response chooses.
            let text = String::from_utf8_lossy(&response);
            let header = draft.info().response_header(Purpose::Subprotocol);
            let mut values = text
                .lines()
                .filter_map(|line| line.strip_prefix(header?.name)?.strip_prefix(": "));
            assert_eq!(agreed.subprotocol.as_deref(), values.next(), "{at}");
            assert_eq!(agreed.extensions, expect.extensions, "{at}");
            let established = client.finish().unwrap();
            assert_eq!(
                established.session.masking_key,
                expect.masking_key(),
                "{at}"
            );
        }
    });
}

#[test]
fn explanations() {
    for vector in vectors::all() {
        if vector.kind != Kind::Explanation {
            continue;
        }
        let expect = &vector.expect;
        let input = expect.sha1_input();
        let printed = wsdraft::digest::base64(&wsdraft::digest::sha1(&[&input]));
        assert_eq!(Some(&printed), expect.printed.as_ref(), "{}", vector.id);
        // What the drafts' text asks for: the key as text, and the identifier as text.
        let (key, identifier) = input.split_at(16);
        let mut text = wsdraft::digest::base64(key);
        for (at, byte) in identifier.iter().enumerate() {
            if matches!(at, 4 | 6 | 8 | 10) {
                text.push('-');
            }
            text.push_str(&format!("{byte:02X}"));
        }
        let accept = wsdraft::digest::base64(&wsdraft::digest::sha1(&[text.as_bytes()]));
        assert_eq!(
            Some(&accept),
            expect.correct_accept.as_ref(),
            "{}",
            vector.id
        );
    }
}
