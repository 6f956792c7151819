//! What the vectors say of messages, frames and streams, whole and cut at every byte.

use super::*;

fn expected(message: &Value) -> Option<Vec<u8>> {
    if let Some(text) = message["expect_text"].as_str() {
        return Some(text.as_bytes().to_vec());
    }
    if message["expect"] == "error" {
        return None;
    }
    let parts = message["expect_parts"].as_array().expect("a known form");
    let mut bytes = Vec::new();
    for part in parts {
        let times = part["n"].as_u64().unwrap_or(1);
        (0..times).for_each(|_| bytes.extend(hex(&part["hex"])));
    }
    Some(bytes)
}

/// Where to cut a stream in two.
fn cuts(length: usize) -> impl Iterator<Item = usize> {
    (0..=length).filter(move |cut| length <= 2048 || *cut < 64 || cut % 997 == 0)
}

#[test]
fn messages_inflate_to_what_the_vectors_say() {
    for vector in vectors("pmd.messages") {
        let id = vector["id"].as_str().unwrap();
        let lenient = vector["strength"] == "lenient";
        let mut value = "permessage-deflate".to_owned();
        if vector["params"]["sender_no_context_takeover"] == true {
            value.push_str("; server_no_context_takeover");
        }
        if let Some(bits) = vector["params"]["sender_max_window_bits"].as_u64() {
            write!(value, "; server_max_window_bits={bits}").unwrap();
        }
        let agreed = agreed("permessage-deflate", &value);
        let mut stream = Vec::new();
        let mut wanted = Vec::new();
        let mut fails = false;
        for message in vector["messages"].as_array().unwrap() {
            let coded = message["rsv1"] == true;
            let payload = hex(&message["payload_hex"]);
            stream.extend(frame(if coded { 0xc2 } else { 0x82 }, &payload));
            match expected(message) {
                Some(bytes) => wanted.push(Got::Binary(bytes)),
                None => fails = true,
            }
        }
        for cut in cuts(stream.len()) {
            let mut connection = receiver(Role::Client, &agreed, Limits::default());
            let (before, after) = stream.split_at(cut);
            let (got, error) = receive(&mut connection, &[before, after]);
            if let (true, Some(error)) = (lenient, &error) {
                let code = error.rule().and_then(|rule| rule.close_code());
                assert_eq!(code, Some(1007), "{id}");
                assert!(
                    wanted.starts_with(&got),
                    "{id}: no bytes that were not sent"
                );
                continue;
            }
            assert_eq!(got, wanted, "{id} cut at {cut}: {error:?}");
            assert_eq!(error.is_some(), fails, "{id} cut at {cut}: {error:?}");
        }
        // One byte at a time.
        let mut connection = receiver(Role::Client, &agreed, Limits::default());
        let pieces: Vec<&[u8]> = stream.chunks(1).collect();
        let (got, _) = receive(&mut connection, &pieces);
        assert!(wanted.starts_with(&got), "{id}");
        assert!(lenient || got == wanted, "{id}");
    }
}

#[test]
fn frames_give_what_the_vectors_say() {
    for vector in vectors("ws.frames") {
        let id = vector["id"].as_str().unwrap();
        let role = match vector["receiver"].as_str().unwrap() {
            "server" => Role::Server,
            _ => Role::Client,
        };
        let name = vector["ext"].as_str().unwrap();
        let agreed = if vector["negotiated"] == true {
            agreed(name, name)
        } else {
            Agreed::default()
        };
        let mut limits = Limits::default();
        if let Some(limit) = vector["limits"]["max_message_bytes"].as_u64() {
            limits.message = limit as usize;
        }
        let expect = &vector["expect"];
        let wanted: Vec<Got> = expect["messages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|message| {
                let text = message["text"].as_str().unwrap().to_owned();
                match message["type"].as_str().unwrap() {
                    "text" => Got::Text(text),
                    "ping" => Got::Ping(text.into_bytes()),
                    other => panic!("{other}"),
                }
            })
            .collect();
        let codes: Vec<u64> = expect["close_codes"]
            .as_array()
            .map(|codes| codes.iter().filter_map(Value::as_u64).collect())
            .unwrap_or_default();
        let stream = hex(&vector["stream_hex"]);
        for cut in cuts(stream.len()) {
            let mut connection = receiver(role, &agreed, limits.clone());
            let (before, after) = stream.split_at(cut);
            let (got, error) = receive(&mut connection, &[before, after]);
            assert_eq!(got, wanted, "{id} cut at {cut}: {error:?}");
            assert_eq!(
                error.is_some(),
                expect["then"] == "fail",
                "{id} cut at {cut}: {error:?}"
            );
            if error.is_some() {
                // The peer is told: the last frame of the output is a close frame with a code.
                let output = connection.output();
                let code = match role {
                    Role::Server => u16::from_be_bytes([output[2], output[3]]),
                    Role::Client => {
                        let code = [output[6] ^ output[2], output[7] ^ output[3]];
                        u16::from_be_bytes(code)
                    }
                };
                assert!(codes.contains(&u64::from(code)), "{id}: {code}");
            }
        }
    }
}

#[test]
fn the_inspector_shows_what_the_vectors_say() {
    for vector in vectors("ws.frames") {
        let id = vector["id"].as_str().unwrap();
        let from = match vector["receiver"].as_str().unwrap() {
            "server" => Role::Client,
            _ => Role::Server,
        };
        let name = vector["ext"].as_str().unwrap();
        let agreed = if vector["negotiated"] == true {
            agreed(name, name)
        } else {
            Agreed::default()
        };
        let mut limits = Limits::default();
        if let Some(limit) = vector["limits"]["max_message_bytes"].as_u64() {
            limits.message = limit as usize;
        }
        let fails = vector["expect"]["then"] == "fail";
        let wanted = &vector["expect"]["messages"];
        let stream = hex(&vector["stream_hex"]);
        for cut in cuts(stream.len()) {
            let mut inspector =
                Inspector::with(draft(), from, Session::default(), 0, limits.clone())
                    .extended(&agreed);
            let (before, after) = stream.split_at(cut);
            inspector.push(before);
            inspector.push(after);
            inspector.end_of_input();
            let (mut got, mut faults) = (Vec::new(), 0);
            for observed in inspector {
                match observed {
                    Observed::Text(text) => got.push(json!({ "type": "text", "text": text })),
                    Observed::Ping(bytes) => {
                        let text = String::from_utf8(bytes).unwrap();
                        got.push(json!({ "type": "ping", "text": text }));
                    }
                    Observed::Violation(_) | Observed::Exceeded { .. } => faults += 1,
                    _ => {}
                }
            }
            assert_eq!(faults > 0, fails, "{id} cut at {cut}");
            if !fails {
                assert_eq!(&Value::from(got), wanted, "{id} cut at {cut}");
            }
        }
    }
}

#[test]
fn the_inspector_inflates_streams() {
    for vector in vectors("stream.inflate") {
        let id = vector["id"].as_str().unwrap();
        let agreed = agreed("deflate-stream", "deflate-stream");
        let see = |agreed: &Agreed, pieces: &[&[u8]]| {
            let mut inspector =
                Inspector::new(draft(), Role::Server, Session::default()).extended(agreed);
            pieces.iter().for_each(|piece| inspector.push(piece));
            inspector.end_of_input();
            inspector.collect::<Vec<_>>()
        };
        let wire = hex(&vector["wire_hex"]);
        for cut in cuts(wire.len()) {
            let (before, after) = wire.split_at(cut);
            let seen = see(&agreed, &[before, after]);
            match vector.get("expect_ws_bytes_hex").map(hex) {
                Some(plain) => {
                    assert_eq!(
                        seen,
                        see(&Agreed::default(), &[&plain]),
                        "{id} cut at {cut}"
                    );
                }
                None => {
                    let fault = |one: &Observed| matches!(one, Observed::Violation(_));
                    assert!(seen.iter().any(fault), "{id} cut at {cut}");
                }
            }
        }
    }
}

#[test]
fn streams_give_the_bytes_that_the_vectors_say() {
    let info = draft().info();
    for vector in vectors("stream.inflate") {
        let id = vector["id"].as_str().unwrap();
        let agreed = named("deflate-stream")
            .agreed(info, "deflate-stream")
            .unwrap();
        let wire = hex(&vector["wire_hex"]);
        let plain = vector.get("expect_ws_bytes_hex").map(hex);
        for cut in cuts(wire.len()) {
            let (before, after) = wire.split_at(cut);
            let mut connection = receiver(Role::Client, &agreed, Limits::default());
            let (got, error) = receive(&mut connection, &[before, after]);
            match &plain {
                None => assert!(error.is_some(), "{id} cut at {cut}"),
                Some(plain) => {
                    let mut other = receiver(Role::Client, &Agreed::default(), Limits::default());
                    let (wanted, _) = receive(&mut other, &[plain]);
                    assert_eq!(error, None, "{id} cut at {cut}");
                    assert_eq!(got, wanted, "{id} cut at {cut}");
                    assert_eq!(connection.peer_close(), other.peer_close(), "{id}");
                }
            }
        }
    }
}
