//! No rule is forgotten: generated code checks each one that a single input shows to be broken.

use wsdraft_codegen::{Options, tokens};
use wsdraft_spec::{Database, ResolvedDraft, requirement::Requirement, vocabulary::Level};

/// The drafts that can be spoken.
fn drafts() -> impl Iterator<Item = &'static ResolvedDraft> {
    let database = Database::built_in().unwrap();
    let drafts = database.drafts().into_iter();
    drafts
        .filter_map(|draft| database.resolved(&draft.short))
        .filter(|draft| draft.is_complete())
}

#[test]
fn every_rule_about_one_input_has_a_guard() {
    let mut guards = 0;
    for draft in drafts() {
        let code = tokens(draft, &Options::default()).to_string();
        assert_eq!(draft.requirements().count(), draft.rules.len());
        for (id, rule, requirement) in draft.requirements() {
            let is_checked = match requirement {
                Requirement::Request { .. }
                | Requirement::Response { .. }
                | Requirement::Frame { .. }
                | Requirement::Close(_) => rule.value.level != Level::May,
                // The frame machine checks text, and is told which rule says so.
                Requirement::Message(_) => true,
                Requirement::Conversation(_) | Requirement::Hidden(_) => false,
            };
            // The enum itself and the list of all rules write `Self`.
            let named = format!("Rule :: {} ", rule.value.variant);
            let is_named = code.replace(',', " ,").contains(&named);
            assert_eq!(is_named, is_checked, "{}: {id}", draft.short);
            guards += usize::from(is_checked);
        }
    }
    assert!(guards > 500, "{guards}");
}
