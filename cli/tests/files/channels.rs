//! Multiplexing as data: what `explain`, `diff`, `show` and `export vectors` tell of it.

use serde_json::Value;

use crate::common::told;

fn text(arguments: &[&str]) -> String {
    let (status, out, err) = told(arguments, b"");
    assert!(matches!(status, 0 | 1), "{out}{err}");
    out
}

fn json(arguments: &[&str]) -> Value {
    serde_json::from_str(&text(&[&["--json"], arguments].concat())).unwrap()
}

#[test]
fn blocks_drop_codes_and_their_rules_are_explained() {
    let block = json(&["explain", "addchannelrequest"]);
    assert_eq!(
        (&block["kind"], &block["opcode"]),
        (&"block".into(), &0.into())
    );
    assert_eq!(block["sent_by"], "client");
    assert_eq!(block["extension"], "mux-07");
    let stages: Vec<&Value> = block["history"].as_array().unwrap().iter().collect();
    let of: Vec<&str> = stages
        .iter()
        .filter_map(|one| one["extension"].as_str())
        .collect();
    assert_eq!(of, ["mux-01", "mux-03", "mux-05"]);
    assert_eq!(
        block["fields"],
        "opcode: 3 bits, reserved: 3 bits, encoding: 2 bits"
    );
    let shown = text(&["explain", "block", "NewChannelSlot"]);
    assert!(shown.contains("first byte, slots, quota"), "{shown}");

    let code = json(&["explain", "2010"]);
    let code = std::iter::once(&code).chain(code["also"].as_array().into_iter().flatten());
    let code = code
        .into_iter()
        .find(|one| one["kind"] == "drop-code")
        .unwrap();
    assert_eq!(code["name"], "unknown-request-encoding");
    assert_eq!(code["ends"], "the physical connection");
    assert_eq!(code["rules"], serde_json::json!(["request-encoding-known"]));
    // A close code is what a number usually means.
    assert_eq!(json(&["explain", "1000"])["kind"], "close-code");
    let drop = json(&["explain", "drop", "1000"]);
    assert_eq!(
        (&drop["kind"], &drop["name"]),
        (&"drop-code".into(), &"normal-closure".into())
    );

    let rule = json(&["explain", "quota-kept"]);
    assert_eq!(
        (&rule["kind"], &rule["drop_code"]),
        (&"rule".into(), &3005.into())
    );
    let shown = text(&["explain", "block-known"]);
    assert!(
        shown.contains("the physical connection is failed with drop code 2004"),
        "{shown}"
    );
}

#[test]
fn extensions_are_compared_item_by_item() {
    let differences = json(&["diff", "mux-05", "mux-07"]);
    let find = |part: &str, item: &str| {
        let mut all = differences.as_array().unwrap().iter();
        all.find(|one| one["part"] == part && one["item"] == item)
    };
    let quotas = find("multiplexing/quotas", "multiplexing/quotas").unwrap();
    assert_eq!(quotas["from"]["cost"], "Payload");
    assert_eq!(quotas["to"]["cost"], "PayloadAndStart");
    assert_eq!(
        find("multiplexing/drop_codes", "3002").unwrap()["change"],
        "removed"
    );
    assert_eq!(
        find("multiplexing/drop_codes", "3009").unwrap()["change"],
        "added"
    );
    assert!(find("multiplexing/blocks", "FlowControl").is_none());
    assert_eq!(find("rules", "response-valid").unwrap()["change"], "added");
    let (status, _, err) = told(&["diff", "mux-05", "nope"], b"");
    assert_eq!(status, 2);
    assert!(err.contains("no draft or extension \"nope\""), "{err}");
    // One that does not multiplex lacks all of it.
    let shown = text(&["diff", "deflate-frame", "mux-07"]);
    assert!(shown.contains("multiplexing/blocks\n"), "{shown}");
    // An item of a table that only one of them has is an item, and not data.
    let shown = text(&["diff", "mux-03", "deflate-frame"]);
    assert!(
        shown.contains("multiplexing/blocks\n  - AddChannelRequest: 0: "),
        "{shown}"
    );
    assert!(!shown.contains("evidence"), "{shown}");
    assert!(
        !shown.contains("multiplexing/drop_codes"),
        "mux-03 has none: {shown}"
    );
    // What is no table has no heading of its own.
    assert!(shown.contains("\n- multiplexing/quotas: "), "{shown}");
    // In words, without the data.
    let shown = text(&["diff", "mux-05", "mux-07"]);
    for words in [
        "broken: the connection is failed -> the physical connection is failed with drop code 2012",
        "- 3001: handshake-failure: The handshake of a channel failed.",
        "cost: the bytes of its payload -> the bytes of its payload, and 1",
    ] {
        assert!(shown.contains(words), "{shown}");
    }
    let shown = text(&["diff", "hybi-03", "hybi-04"]);
    assert!(shown.contains("value: 20 bytes in base64"), "{shown}");
    assert!(!shown.contains(['{', '`']), "{shown}");
    let (status, _, err) = told(&["diff", "mux-07", "rfc6455"], b"");
    assert_eq!(status, 2);
    assert!(
        err.contains("mux-07 is an extension, and rfc6455 is not"),
        "{err}"
    );
}

#[test]
fn a_token_stands_for_the_newest_extension_that_has_it() {
    assert_eq!(text(&["show", "mux"]), text(&["show", "mux-07"]));
    assert_eq!(
        text(&["diff", "mux-05", "mux"]),
        text(&["diff", "mux-05", "mux-07"])
    );
    assert_eq!(text(&["generate", "mux"]), text(&["generate", "mux-07"]));
    for command in ["show", "generate"] {
        let (status, _, err) = told(&[command, "mux-7"], b"");
        assert_eq!(status, 2);
        let said = "no draft or extension \"mux-7\"; did you mean \"mux-07\"?";
        assert!(err.contains(said), "{err}");
    }
    let (_, _, err) = told(&["show", "nothing-of-the-kind"], b"");
    assert!(err.contains("`wsdraft list` shows all of them"), "{err}");
}

#[test]
fn drop_codes_are_compared_in_the_order_of_their_numbers() {
    let differences = json(&["diff", "mux-05", "mux-07"]);
    let all = differences.as_array().unwrap().iter();
    let codes = all.filter(|one| one["part"] == "multiplexing/drop_codes");
    let codes: Vec<u32> = codes
        .map(|one| one["item"].as_str().unwrap().parse().unwrap())
        .collect();
    assert!(codes.len() > 3 && codes.is_sorted(), "{codes:?}");
}

#[test]
fn the_format_is_shown() {
    let shown = text(&["show", "mux-01"]);
    for part in ["BLOCKS", "EncapsulatedControlFrame", "flow-control"] {
        assert!(
            shown.to_lowercase().contains(&part.to_lowercase()),
            "{part}: {shown}"
        );
    }
    let shown = json(&["show", "x-google-mux"]);
    let ids = &shown["multiplexing"]["channels"]["value"]["ids"];
    assert_eq!(ids["Leading"]["escape"], 31);
}

#[test]
fn vectors_say_what_must_come_of_them() {
    let document = json(&["export", "vectors", "mux-07"]);
    assert_eq!(document["drafts"], serde_json::json!([]));
    let [extension] = &document["extensions"].as_array().unwrap()[..] else {
        panic!("{document}");
    };
    assert_eq!(extension["physical_close"], 1011);
    let rules = extension["rules"].as_array().unwrap();
    let rule = |id: &str| rules.iter().find(|rule| rule["rule"] == id).unwrap();
    // The server grants 5 bytes, and the text of 5 bytes costs 6.
    let vector = &rule("quota-kept")["vectors"][0];
    assert_eq!(
        vector["broken"][0]["payload"],
        "00 40 01 05".replace(' ', "")
    );
    assert_eq!(vector["broken"][1]["payload"], "018148656c6c6f");
    assert_eq!(vector["kept"][0]["payload"], "00400106");
    assert_eq!(vector["expect"]["outcome"], "drop");
    assert_eq!(vector["expect"]["channel"], 1);
    assert_eq!(vector["expect"]["drop_code"], 3005);
    let vector = &rule("request-valid")["vectors"][0];
    assert_eq!(vector["expect"]["outcome"], "refuse");
    assert_eq!(vector["expect"]["http_status"], 400);
    assert!(rule("drop-answered")["untested"].is_string());
    let (status, _, err) = told(&["export", "vectors", "permessage-deflate"], b"");
    assert_eq!(status, 2);
    assert!(err.contains("does not multiplex"), "{err}");
}
