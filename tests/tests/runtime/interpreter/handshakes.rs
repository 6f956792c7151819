//! Requests and responses.

use super::*;

/// A change of a head.
#[derive(Clone, Debug)]
enum Edit {
    Drop(Index),
    Repeat(Index),
    Swap(Index, Index),
    Value(Index, Vec<u8>),
    Add(Index, Vec<u8>),
    Case(Index),
    First(String),
    Byte(Change),
}

fn value() -> impl Strategy<Value = Vec<u8>> {
    let known = [
        "",
        "websocket",
        "WebSocket",
        "Upgrade",
        "upgrade",
        "keep-alive, Upgrade",
        "13",
        "8",
        "0",
        "013",
        "13, 8",
        "1 2 4",
        "12345",
        "x",
        "a; b=\"c\"",
        "a; b=\"c d\"",
        "a;b=c,d",
        "\"",
        ",",
        "dGhlIHNhbXBsZSBub25jZQ==",
        "dGhlIHNhbXBsZSBub25jZR==",
        "ws://example.com/",
        "null",
        "example.com:80",
        "[::1]",
        "http://example.com",
        "chat",
        "chat, a",
        "chat a",
    ];
    prop_oneof![
        5 => select(known.to_vec()).prop_map(|text| text.as_bytes().to_vec()),
        1 => vec(prop_oneof![0x20u8..0x7f, 0x80u8..=0xff, Just(9)], 0..12),
    ]
}

fn edit() -> impl Strategy<Value = Edit> {
    let at = any::<Index>();
    prop_oneof![
        at.clone().prop_map(Edit::Drop),
        at.clone().prop_map(Edit::Repeat),
        (at.clone(), at.clone()).prop_map(|(one, other)| Edit::Swap(one, other)),
        (at.clone(), value()).prop_map(|(at, value)| Edit::Value(at, value)),
        (at.clone(), value()).prop_map(|(at, value)| Edit::Add(at, value)),
        at.prop_map(Edit::Case),
        select(vec![
            "GET / HTTP/1.0",
            "POST / HTTP/1.1",
            "GET http://example.com/x HTTP/1.1",
            "GET ftp://example.com/x HTTP/1.1",
            "GET x HTTP/1.1",
            "HTTP/1.1 200 OK",
            "HTTP/1.0 101 Switching Protocols",
        ])
        .prop_map(|line| Edit::First(line.into())),
        change().prop_map(Edit::Byte),
    ]
}

/// Changes a head; `names` are the fields that the draft knows.
fn edited(bytes: &[u8], edits: &[Edit], names: &[&str]) -> Vec<u8> {
    let (head, body) = split(bytes);
    let mut lines: Vec<Vec<u8>> = head
        .split(|byte| *byte == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line).to_vec())
        .filter(|line| !line.is_empty())
        .collect();
    let mut raw = Vec::new();
    for edit in edits {
        // The first line stays in its place.
        let count = lines.len().saturating_sub(1);
        if count == 0 {
            break;
        }
        let of = |at: &Index| 1 + at.index(count);
        match edit {
            Edit::Drop(at) => drop(lines.remove(of(at))),
            Edit::Repeat(at) => {
                let line = lines[of(at)].clone();
                lines.insert(of(at), line);
            }
            Edit::Swap(one, other) => lines.swap(of(one), of(other)),
            Edit::Value(at, value) => {
                let line = &mut lines[of(at)];
                let colon = line.iter().position(|byte| *byte == b':').unwrap_or(0);
                line.truncate(colon + 1);
                line.extend([b" ".as_slice(), value].concat());
            }
            Edit::Add(at, value) => {
                let name = at.get(names).as_bytes();
                lines.insert(of(at), [name, b": ", value].concat());
            }
            Edit::Case(at) => {
                let line = &mut lines[of(at)];
                line.make_ascii_uppercase();
            }
            Edit::First(line) => lines[0] = line.clone().into_bytes(),
            Edit::Byte(change) => raw.push(change.clone()),
        }
    }
    lines.push(Vec::new());
    let mut out = Vec::new();
    for line in lines {
        out.extend(line);
        out.extend(b"\r\n");
    }
    out.extend_from_slice(body);
    apply(&mut out, &raw);
    out
}

fn names(draft: &dyn Draft) -> Vec<&'static str> {
    let info = draft.info();
    let headers = info.request_headers.iter().chain(info.response_headers);
    headers.map(|header| header.name).collect()
}

#[test]
fn handshakes_are_alike() {
    let input = (wish(), vec(edit(), 0..4), vec(edit(), 0..4));
    for &Pair {
        compiled,
        interpreted,
    } in pairs()
    {
        let names = names(compiled);
        run(384, &input, |(wish, of_request, of_response)| {
            let request = wish.request(compiled);
            assert_eq!(request, wish.request(interpreted));
            let request = edited(&request, &of_request, &names);
            with_request(&request, wish.secure, |request| {
                assert_eq!(
                    violations(|report| compiled.check_request(request, report)),
                    violations(|report| interpreted.check_request(request, report)),
                );
                let wanted = wish.answer();
                let response = answer(compiled, request, &wanted);
                assert_eq!(response, answer(interpreted, request, &wanted));
                let response = edited(&response, &of_response, &names);
                with_response(&response, |response| {
                    assert_eq!(
                        violations(|report| compiled.check_response(request, response, report)),
                        violations(|report| interpreted.check_response(request, response, report)),
                    );
                    assert_eq!(
                        compiled.session(request, response),
                        interpreted.session(request, response)
                    );
                });
            });
        });
    }
}

#[test]
fn handshakes_take_any_bytes() {
    let pairs = pairs();
    let drafts: Vec<&'static dyn Draft> = pairs.iter().map(|pair| pair.compiled).collect();
    let noise = prop_oneof![
        vec(any::<u8>(), 0..120),
        "(GET|HTTP/1.1) [ -~]{0,20}\r\n([A-Za-z-]{1,8}: ?[ -~]{0,12}\r\n){0,4}(\r\n)?"
            .prop_map(String::into_bytes),
    ];
    let input = (
        wish(),
        vec(edit(), 0..5),
        vec(edit(), 0..5),
        noise,
        1usize..64,
    );
    for (at, draft) in drafts.iter().copied().enumerate() {
        let names = names(draft);
        run(
            96,
            &input,
            |(wish, of_request, of_response, noise, size)| {
                let request = wish.request(draft);
                let request = edited(&request, &of_request, &names);
                for bytes in [&request, &noise] {
                    let mut server = ServerHandshake::new(drafts.clone(), ServerOptions::default());
                    for piece in bytes.chunks(size) {
                        match server.receive(piece) {
                            Ok(Some(Requested::Upgrade(_))) => {
                                let _ = server.accept(&wish.answer());
                            }
                            Ok(_) => {}
                            Err(_) => break,
                        }
                    }
                    let _ = server.take_output();
                    with_request(bytes, false, |request| {
                        let found = detect::detect(&request.fields, drafts.iter().copied());
                        let fits = detect::matches(draft.info(), &request.fields);
                        assert_eq!(found.candidates.contains(&draft.info()), fits);
                    });
                }
                let response = with_request(&request, false, |request| {
                    answer(draft, request, &wish.answer())
                });
                let response = edited(&response.unwrap_or_default(), &of_response, &names);
                for bytes in [&response, &noise] {
                    wish.with_opening(|opening| {
                        let options = ClientOptions::default();
                        let mut client = ClientHandshake::new(drafts[at], opening, options);
                        for piece in bytes.chunks(size) {
                            if client.receive(piece).is_err() {
                                return;
                            }
                        }
                        let _ = client.finish();
                    });
                }
            },
        );
    }
}
