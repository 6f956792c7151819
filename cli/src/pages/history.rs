//! What a draft or an extension changed, and where its sources disagree.

use wsdraft_exports::facts::sentences;
use wsdraft_spec::model::{Change, Conflict};

use super::page::{Page, cited, code};

/// What it changed in the one before it.
pub(crate) fn changes(changes: &[Change], page: &mut Page) {
    if changes.is_empty() {
        return;
    }
    page.heading(2, "What it changed");
    let rows = changes.iter().map(|change| {
        [
            sentences::change(change.kind).to_owned(),
            change.text.clone(),
            change
                .items
                .iter()
                .map(|item| code(item))
                .collect::<Vec<_>>()
                .join(", "),
            cited(&change.evidence),
        ]
    });
    page.table(["kind", "change", "as data", "source"], rows);
}

/// What sources disagree about, and what was decided.
pub(crate) fn conflicts(conflicts: &[Conflict], page: &mut Page) {
    if conflicts.is_empty() {
        return;
    }
    page.heading(2, "Where sources disagree");
    for conflict in conflicts {
        page.paragraph(&format!("**{}**", conflict.about));
        let claims = conflict.claims.iter();
        page.list(claims.map(|claim| format!("{}: {}", claim.by, claim.says)));
        page.paragraph(&format!("Decided: {}", conflict.decision));
    }
}
