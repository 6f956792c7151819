//! Offers, answers and subprotocols.

use super::*;

fn opening(subprotocols: &[&str]) -> ClientHandshake<Spoken> {
    asking(subprotocols, None, Relaxed::NONE)
}

fn asking(subprotocols: &[&str], offer: Option<&str>, relaxed: Relaxed) -> ClientHandshake<Spoken> {
    let opening = Opening {
        host: "example.com",
        resource: "/",
        origin: None,
        subprotocols,
        extensions: offer,
        cookie: None,
        fields: &[],
        entropy: &|bytes| bytes.fill(7),
    };
    let options = ClientOptions::default().relaxed(relaxed);
    let ours = Extensions::named("permessage-deflate", builtin::ALL).unwrap();
    ClientHandshake::with_extensions(draft(), &opening, options, ours)
}

fn with_line(message: &[u8], line: &str) -> Vec<u8> {
    let end = message.len() - 2;
    [&message[..end], line.as_bytes(), b"\r\n\r\n"].concat()
}

fn answer(
    request: &[u8],
    extensions: Extensions,
    relaxed: Relaxed,
) -> Option<(Vec<u8>, Vec<String>)> {
    let options = ServerOptions::default().relaxed(relaxed);
    let mut server = ServerHandshake::new([draft()], options).with_extensions(extensions);
    let Ok(Some(Requested::Upgrade(offer))) = server.receive(request) else {
        return None;
    };
    let accepted = server.accept(&Answer {
        subprotocol: offer.subprotocols.first().map(String::as_str),
        ..Answer::default()
    });
    assert_eq!(accepted, Ok(()));
    let agreed = server.agreed().header().map(str::to_owned);
    Some((server.take_output(), agreed.into_iter().collect()))
}

#[test]
fn an_empty_subprotocol_in_an_answer_is_none() {
    const EMPTY: Relaxed = Relaxed::new(&["response-subprotocol-valid"]);
    let (plain, _) = answer(opening(&[]).request(), Extensions::none(), Relaxed::NONE).unwrap();
    let empty = with_line(&plain, "Sec-WebSocket-Protocol:");
    let strict = asking(&[], None, Relaxed::NONE).receive(&empty).map(|_| ());
    let Err(ClientError::Violation(violation)) = strict else {
        panic!("{strict:?}");
    };
    assert_eq!(violation.rule.id, "response-subprotocol-valid");
    for offered in [&[][..], &["chat"]] {
        let mut client = asking(offered, None, EMPTY);
        let agreed = client.receive(&empty).unwrap().unwrap();
        assert_eq!(agreed.subprotocol, None);
    }
}

#[test]
fn a_subprotocol_that_no_answer_can_name_is_not_chosen() {
    const NAMES: Relaxed = Relaxed::new(&["subprotocol-valid"]);
    let request = with_line(opening(&[]).request(), "Sec-WebSocket-Protocol: a b, chat");
    assert_eq!(answer(&request, Extensions::none(), Relaxed::NONE), None);
    let (answer, _) = answer(&request, Extensions::none(), NAMES).unwrap();
    let answer = String::from_utf8(answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 101 "), "{answer}");
    assert!(!answer.contains("Sec-WebSocket-Protocol"), "{answer}");
    // Nor does this end believe that it was.
    let acceptor = Acceptor::new(rfc6455::Draft)
        .policy(Policy::relaxed(NAMES))
        .subprotocols(Subprotocols::Any);
    let socket = acceptor.accept_blocking(Cursor::new(request)).unwrap();
    assert_eq!(socket.subprotocol(), None);
}

#[test]
fn rules_of_offers_can_be_relaxed() {
    let ours = || Extensions::named("permessage-deflate", builtin::ALL).unwrap();
    for (offer, rule, agreed) in [
        (
            "permessage-deflate; server_max_window_bits=16",
            "offer-values-valid",
            "permessage-deflate",
        ),
        (
            "permessage-deflate; x=1",
            "offer-parameters-known",
            "permessage-deflate",
        ),
        (
            "permessage-deflate; server_max_window_bits=9; server_max_window_bits=10",
            "offer-parameters-once",
            "permessage-deflate; server_max_window_bits=9",
        ),
    ] {
        let line = format!("Sec-WebSocket-Extensions: {offer}");
        let request = with_line(opening(&[]).request(), &line);
        let request = String::from_utf8(request).unwrap();
        let own = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n";
        let request = request.replace(own, "");
        let strict = answer(request.as_bytes(), ours(), Relaxed::NONE).unwrap();
        assert_eq!(strict.1, [""; 0], "{offer}");
        let relaxed = Relaxed::new(vec![rule].leak());
        let taken = answer(request.as_bytes(), ours(), relaxed).unwrap();
        assert_eq!(taken.1, [agreed], "{offer}");
    }
}

#[test]
fn rules_of_answers_can_be_relaxed() {
    let (plain, _) = answer(opening(&[]).request(), Extensions::none(), Relaxed::NONE).unwrap();
    for (offer, answered, rule) in [
        (
            "permessage-deflate",
            "permessage-deflate; client_max_window_bits=9",
            "answer-offered",
        ),
        (
            "permessage-deflate; server_no_context_takeover",
            "permessage-deflate",
            "answer-owed",
        ),
        (
            "permessage-deflate; server_max_window_bits=9",
            "permessage-deflate; server_max_window_bits=12",
            "answer-within-offer",
        ),
        (
            "permessage-deflate",
            "permessage-deflate; x",
            "answer-parameters-known",
        ),
        (
            "permessage-deflate",
            "permessage-deflate; server_max_window_bits=7",
            "answer-values-valid",
        ),
        (
            "permessage-deflate",
            "permessage-deflate, permessage-deflate",
            "listed-once",
        ),
    ] {
        let line = format!("Sec-WebSocket-Extensions: {answered}");
        let response = with_line(&plain, &line);
        let strict = asking(&[], Some(offer), Relaxed::NONE)
            .receive(&response)
            .map(|_| ());
        let Err(ClientError::Violation(violation)) = strict else {
            panic!("{answered}: {strict:?}");
        };
        assert_eq!(violation.rule.id, rule, "{answered}");
        let mut client = asking(&[], Some(offer), Relaxed::new(vec![rule].leak()));
        assert!(client.receive(&response).unwrap().is_some(), "{answered}");
        let agreed = client.finish().unwrap().extensions;
        assert_eq!(agreed.iter().count(), 1, "{answered}");
    }
}
