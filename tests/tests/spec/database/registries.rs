//! IANA's registries beside the drafts.

use super::*;

fn registry(short: &str) -> &'static Registry {
    Registry::built_in().unwrap();
    Registry::find(short).unwrap()
}

#[test]
fn close_codes_of_the_protocol_are_the_registered_ones() {
    let newest = history().pop().unwrap();
    let registered: Vec<u16> = registry("close-codes")
        .entries
        .keys()
        .map(|code| code.parse().unwrap())
        .filter(|code| *code < 3000)
        .collect();
    let mut known: Vec<u16> = newest.close_codes.keys().copied().collect();
    known.sort_unstable();
    assert_eq!(known, registered);
}

#[test]
fn version_numbers_of_drafts_are_the_registered_ones() {
    for (number, entry) in registry("versions").entries.iter() {
        let Some(reference) = entry
            .reference
            .as_ref()
            .filter(|it| it.starts_with("draft"))
        else {
            continue;
        };
        let draft = database().draft(reference).expect(reference);
        let version = draft.wire_version.map(|version| version.to_string());
        if version.as_ref() != Some(number) {
            // Where a draft has another number, it says why.
            let about = |conflict: &wsdraft_spec::model::Conflict| {
                let mut claims = conflict.claims.iter();
                claims.any(|claim| claim.by == Evidence::Rfc("6455".into(), "11.6".into()))
            };
            assert!(draft.conflicts.iter().any(about), "{reference}");
        }
    }
}

#[test]
fn a_faulty_registry_is_explained_where_it_is_wrong() {
    let text = "Registry(\n    short: \"x\",\n    name: \"X\",\n    evidence: [],\n    entries: {\n        \"a\": (name: \"A\", evidence: []),\n    },\n)\n";
    let source = Source {
        file: "x.ron".into(),
        text: text.into(),
    };
    let errors = Registry::load([source]).unwrap_err();
    assert_eq!(
        errors.to_string(),
        "x.ron:4:5: evidence: a registry needs evidence\nx.ron:6:26: entries[\"a\"].evidence: a registration needs evidence"
    );
}
