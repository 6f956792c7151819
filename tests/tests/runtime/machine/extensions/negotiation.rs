//! Offers and answers.

use super::*;

/// The parameters of an answer, as the vectors write them.
fn parameters(header: &str) -> Value {
    let element = elements(header).next().expect("an element");
    let mut map = serde_json::Map::new();
    for (name, value) in element.parameters {
        let value = match value {
            None => Value::Bool(true),
            Some(text) => text.parse::<u64>().map_or(Value::String(text), Value::from),
        };
        map.insert(name, value);
    }
    Value::Object(map)
}

#[test]
fn offers_are_answered_as_the_vectors_say() {
    for vector in vectors("neg.offer") {
        let id = vector["id"].as_str().unwrap();
        let name = vector["ext"].as_str().unwrap();
        let names = if id == "mux-off-order-bad" {
            "mux-07, permessage-deflate"
        } else if name == "permessage-deflate@draft-08" {
            "permessage-deflate@-08"
        } else {
            name
        };
        let lines: Vec<&str> = vector["offer_lines"]
            .as_array()
            .unwrap()
            .iter()
            .map(|line| line.as_str().unwrap())
            .collect();
        let answer = named(names).answer(draft().info(), &lines.join(", "));
        let header = answer.header();
        let expect = &vector["expect"];
        match expect["outcome"].as_str().unwrap() {
            "decline" | "decline-or-reject-handshake" => assert_eq!(header, None, "{id}"),
            "accept-or-decline" => {}
            "accept-one" => assert_eq!(header, Some("permessage-deflate"), "{id}"),
            "accept" => {
                let header = header.unwrap_or_else(|| panic!("{id} is declined"));
                let got = parameters(header);
                if let Some(wanted) = expect.get("agreed") {
                    assert_eq!(&got, wanted, "{id}");
                }
                if let Some(any) = expect["agreed_one_of"].as_array() {
                    assert!(any.contains(&got), "{id}: {header}");
                }
                if let Some(any) = expect["response_any_of"].as_array() {
                    assert!(any.contains(&Value::from(header)), "{id}: {header}");
                }
                for never in expect["response_must_not_include"]
                    .as_array()
                    .into_iter()
                    .flatten()
                {
                    assert!(!header.contains(never.as_str().unwrap()), "{id}: {header}");
                }
                if let Some(bits) = expect["server_sender"]["max_window_bits"].as_u64() {
                    let server = answer.iter().next().unwrap().server;
                    assert_eq!(u64::from(server.window_bits), bits, "{id}");
                }
            }
            other => panic!("{id}: {other}"),
        }
    }
}

#[test]
fn answers_are_taken_as_the_vectors_say() {
    for vector in vectors("neg.response") {
        let id = vector["id"].as_str().unwrap();
        let offer = vector["offer"].as_str().unwrap();
        let lines: Vec<&str> = vector["response_lines"]
            .as_array()
            .unwrap()
            .iter()
            .map(|line| line.as_str().unwrap())
            .collect();
        let token = offer.split(';').next().unwrap();
        let checked = named(token).check(draft().info(), offer, &lines.join(", "));
        let expect = &vector["expect"];
        match expect["outcome"].as_str().unwrap() {
            "fail" => assert!(checked.is_err(), "{id}"),
            "ok-uncompressed" => assert!(checked.unwrap().is_empty(), "{id}"),
            "ok" => {
                let agreed = checked.unwrap_or_else(|error| panic!("{id}: {error}"));
                if let Some(wanted) = expect.get("agreed") {
                    assert_eq!(&parameters(agreed.header().unwrap()), wanted, "{id}");
                }
                if let Some(bits) = expect["client_sender"]["max_window_bits"].as_u64() {
                    let client = agreed.iter().next().unwrap().client;
                    assert_eq!(u64::from(client.window_bits), bits, "{id}");
                    assert!(client.no_context_takeover, "{id}");
                }
            }
            other => panic!("{id}: {other}"),
        }
    }
}

#[test]
fn names_mean_dialects() {
    let shorts = |names: &str| named(names).names();
    assert_eq!(shorts("permessage-deflate"), "permessage-deflate");
    assert_eq!(shorts("permessage-deflate@-08"), "permessage-deflate-s2c");
    assert_eq!(
        shorts("deflate-frame, permessage-deflate-s2c"),
        "deflate-frame, permessage-deflate-s2c"
    );
    assert_eq!(
        shorts("x-webkit-permessage-compress"),
        "permessage-compress"
    );
    let all = Extensions::all(builtin::ALL);
    assert_eq!(all.supported().len(), builtin::ALL.len());
    // Those that can be spoken.
    assert_eq!(named("all").names(), all.that_run().names());
    assert!(Extensions::named("deflat-frame", builtin::ALL).is_err());
    assert_eq!(Extensions::compression().names(), "permessage-deflate");
}

#[test]
fn offers_and_answers_are_typed() {
    use builtin::permessage_deflate::{Answer, Offer, Rule};
    let element = elements("permessage-deflate; client_max_window_bits; server_max_window_bits=10")
        .next()
        .unwrap();
    let offer = Offer::read(&element).unwrap();
    let wanted = Offer {
        server_max_window_bits: Some(10),
        client_max_window_bits: Some(None),
        ..Offer::default()
    };
    assert_eq!(offer, wanted);
    assert_eq!(Offer::read(&offer.element()).unwrap(), offer);
    let faulty = elements("permessage-deflate; client_max_window_bits")
        .next()
        .unwrap();
    let fault = Answer::read(&faulty).unwrap_err();
    assert!(std::ptr::eq(fault.rule, Rule::AnswerValuesValid.info()));
    let method = builtin::permessage_compress::Offer {
        s2c_max_window_bits: Some(9),
        ..Default::default()
    };
    assert_eq!(
        method.element().to_string(),
        "permessage-compress; method=\"deflate; s2c_max_window_bits=9\""
    );
    assert_eq!(
        builtin::permessage_compress::Offer::read(&method.element()).unwrap(),
        method
    );
}

#[test]
fn what_is_shown_of_extensions_has_no_addresses() {
    let shown = format!("{:?}", Extensions::all(builtin::ALL));
    assert!(shown.contains("permessage-deflate"), "{shown}");
    assert!(!shown.contains("0x"), "{shown}");
}
