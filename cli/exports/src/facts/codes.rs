//! Close codes: their ranges, who sends them, and who reports them.

use wsdraft_spec::{
    model::{CloseCode, CodeRange},
    vocabulary::{CodeUse, Role},
};

use super::atlas::Atlas;

/// The registry of close codes.
pub const REGISTRY: &str = "close-codes";

/// The range of the current draft that a code is in.
#[must_use]
pub fn range(code: u16, atlas: &Atlas<'_>) -> Option<CodeRange> {
    let ranges = &atlas.current()?.close_ranges.as_ref()?.value.ranges;
    let mut ranges = ranges.iter().copied();
    ranges.find(|range| (range.from..=range.to).contains(&code))
}

/// What is compared between drafts: the name, the meaning, and whether a close frame may contain the code.
#[must_use]
pub fn same(code: &CloseCode) -> (&str, &str, bool) {
    (&code.name, &code.meaning, code.on_wire)
}

/// Who may send a code, in words. `reported` says whether an endpoint reports it to its own application.
#[must_use]
pub fn wire(on_wire: bool, sent_by: Option<Role>, reported: bool) -> String {
    match (on_wire, sent_by) {
        (false, _) if !reported => "never".to_owned(),
        (false, _) => "never: an endpoint only reports it to its own application".into(),
        (true, None) => "both endpoints may send it".into(),
        (true, Some(by)) => format!("only a {} may send it", by.as_str()),
    }
}

/// What this implementation does with a code by itself; `None` if nothing.
#[must_use]
pub const fn local(usage: Option<CodeUse>) -> Option<&'static str> {
    match usage {
        None => None,
        Some(CodeUse::NoStatus | CodeUse::Abnormal) => Some("reports it by itself"),
        Some(
            CodeUse::Normal
            | CodeUse::GoingAway
            | CodeUse::TooBig
            | CodeUse::Policy
            | CodeUse::Internal
            | CodeUse::Overloaded
            | CodeUse::Unsupported
            | CodeUse::BadGateway,
        ) => Some("sends it by itself"),
    }
}
