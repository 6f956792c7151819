//! Lists and payloads that nobody thought of.

use proptest::prelude::*;

use super::*;

/// Lists that are nearly right.
fn list() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "permessage-deflate",
        "deflate-frame",
        "permessage-compress",
        "mux",
        "server_max_window_bits",
        "client_max_window_bits",
        "server_no_context_takeover",
        "method",
        "max_window_bits",
        "deflate",
        "=",
        "=10",
        "=8",
        "=16",
        "=99999999999999999999",
        "; ",
        ", ",
        "\"",
        "\\",
        " ",
        "=\"deflate; s2c_max_window_bits=9\"",
    ]);
    prop::collection::vec(word, 0..12).prop_map(|words| words.concat())
}

proptest! {
    #[test]
    fn no_list_is_too_strange(offer in list(), answer in list(), any in any::<String>()) {
        let info = draft().info();
        let all = named("all");
        for offer in [&offer, &any] {
            let answered = all.answer(info, offer);
            // What we answer is what we would take.
            if let Some(header) = answered.header() {
                let taken = all.check(info, offer, header);
                prop_assert!(taken.is_ok(), "{offer:?} is answered by {header:?}: {taken:?}");
            }
            let _ = all.check(info, offer, &answer);
            let _ = all.agreed(info, &any);
        }
    }

    #[test]
    fn no_payload_is_too_strange(
        name in prop::sample::select(ALL.to_vec()),
        first in any::<u8>(),
        payloads in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..200), 1..5),
    ) {
        let mut limits = Limits::default();
        limits.message = 5000;
        let agreed = match name {
            "permessage-compress" | "perframe-compress" => {
                agreed(name, &format!("{name}; method=deflate"))
            }
            "permessage-deflate-s2c" => agreed(name, "permessage-deflate"),
            "deflate-frame-window-bits" => agreed(name, "deflate-frame"),
            _ => agreed(name, name),
        };
        let mut stream = Vec::new();
        for payload in &payloads {
            stream.extend(frame(first & 0xcf | 0x02, payload));
        }
        let mut whole = receiver(Role::Client, &agreed, limits.clone());
        let (got, error) = receive(&mut whole, &[&stream]);
        let sizes = got.iter().map(|one| match one {
            Got::Text(text) => text.len(),
            Got::Binary(bytes) | Got::Ping(bytes) => bytes.len(),
        });
        prop_assert!(sizes.max().unwrap_or(0) <= 5000);
        let mut bytewise = receiver(Role::Client, &agreed, limits);
        let pieces: Vec<&[u8]> = stream.chunks(1).collect();
        let (again, other) = receive(&mut bytewise, &pieces);
        prop_assert_eq!(got, again);
        prop_assert_eq!(error.is_some(), other.is_some());
    }
}
