//! The value of the extensions header: offers and answers.

use std::sync::OnceLock;

use wsdraft::{
    Draft,
    extension::{Agreed, Compression, Extensions, builtin::ALL, elements},
    info::Purpose,
};

use super::input::Input;

/// Every built-in extension that can be run.
fn all() -> &'static Extensions {
    static ALL_THAT_RUN: OnceLock<Extensions> = OnceLock::new();
    ALL_THAT_RUN.get_or_init(|| {
        let all = Extensions::named("all", ALL);
        all.expect("built-in extensions").that_run()
    })
}

/// The drafts that negotiate extensions.
pub fn drafts() -> Vec<&'static dyn Draft> {
    let negotiates = |draft: &&&dyn Draft| {
        let info = draft.info();
        info.request_header(Purpose::Extensions).is_some()
            && info.response_header(Purpose::Extensions).is_some()
    };
    let all = wsdraft::drafts::ALL.iter();
    all.filter(negotiates).copied().collect()
}

/// Settings from a byte.
pub fn settings(choice: u8) -> Compression {
    let mut settings = Compression::default();
    settings.level = choice % 10;
    settings.threshold = usize::from(choice & 1) * 32;
    settings.server_takeover = choice & 2 == 0;
    settings.client_takeover = choice & 4 == 0;
    settings.server_window_bits = 8 + (choice >> 3) % 8;
    settings.client_window_bits = 15 - (choice >> 5) % 8;
    settings
}

/// A test case: the draft's place, settings, the offer with its length, the answer.
pub fn run(data: &[u8]) {
    let mut input = Input(data);
    let drafts = drafts();
    let draft = input.pick(&drafts).info();
    let ours = all().clone().with_compression(settings(input.byte()));
    let offer = String::from_utf8_lossy(input.piece()).into_owned();
    let answer = String::from_utf8_lossy(input.0).into_owned();

    for text in [&offer, &answer] {
        for element in elements(text) {
            let written = element.to_string();
            let again: Vec<_> = elements(&written).collect();
            assert_eq!(again, [element], "{written:?} reads back as something else");
        }
    }
    // What this end answers, a client that supports the same takes.
    let agreed = ours.answer(draft, &offer);
    if let Some(header) = agreed.header() {
        match ours.check(draft, &offer, header) {
            Ok(checked) => same(&agreed, &checked),
            Err(violation) => panic!("{header:?} answers {offer:?}: {violation}"),
        }
        for agreement in agreed.iter() {
            for limits in [agreement.server, agreement.client] {
                assert!((8..=15).contains(&limits.window_bits), "{limits:?}");
            }
        }
    }
    // What may answer an offer may also be an answer.
    if ours.check(draft, &offer, &answer).is_ok() {
        let alone = ours.agreed(draft, &answer);
        assert!(alone.is_ok(), "{answer:?} answers {offer:?}, but {alone:?}");
    }
    let _ = ours.agreed(draft, &offer);
    let own = ours.offer(draft).expect("a draft that negotiates");
    let _ = ours.check(draft, &own, &answer);
}

fn same(one: &Agreed, other: &Agreed) {
    assert_eq!(one.header(), other.header());
    // Where dialects share an element, either may be found; what it means is the same.
    let terms = |agreed: &Agreed| -> Vec<_> {
        let items = agreed.iter();
        items
            .map(|item| (item.answer.clone(), item.server, item.client, item.claimed))
            .collect()
    };
    assert_eq!(terms(one), terms(other));
}
