//! Where a file and its facts come from.

use wsdraft_spec::{ResolvedDraft, vocabulary::Evidence};

use super::yaml::Node;

/// References to these sources.
pub(super) fn references(evidence: &[Evidence]) -> Option<Node> {
    let mut all: Vec<String> = evidence.iter().map(reference).collect();
    match all.len() {
        0 => None,
        1 => all.pop().map(Node::Text),
        _ => Some(Node::from(all)),
    }
}

fn reference(evidence: &Evidence) -> String {
    match address(evidence) {
        Some(address) => format!("{address} {evidence}"),
        None => evidence.to_string(),
    }
}

/// Where the document is that the evidence names.
fn address(evidence: &Evidence) -> Option<String> {
    match evidence {
        Evidence::Rfc(number, section) => {
            let numbered = |text: &str| {
                text.starts_with(|first: char| first.is_ascii_digit())
                    && text
                        .chars()
                        .all(|letter| letter.is_ascii_digit() || letter == '.')
            };
            let rfc = format!("https://www.rfc-editor.org/rfc/rfc{number}");
            match (numbered(number), numbered(section)) {
                (false, _) => None,
                (true, false) => Some(rfc),
                (true, true) => Some(format!("{rfc}#section-{section}")),
            }
        }
        Evidence::Erratum(_, erratum) => {
            Some(format!("https://www.rfc-editor.org/errata/eid{erratum}"))
        }
        Evidence::Note(_)
        | Evidence::Perl(_)
        | Evidence::FrontPage(_)
        | Evidence::Implementation(_)
        | Evidence::Registry(_)
        | Evidence::Computed(_)
        | Evidence::Inferred(_)
        | Evidence::Own(_)
        | Evidence::Recalled => None,
    }
}

/// The number of a draft that is an RFC.
pub(super) fn rfc(draft: &ResolvedDraft) -> Option<u64> {
    let mut numbers = draft.evidence.iter().filter_map(|evidence| match evidence {
        Evidence::Rfc(number, _) if draft.short == format!("rfc{number}") => number.parse().ok(),
        _ => None,
    });
    numbers.next()
}
