//! Close codes: their ranges, who sends them, and who reports them.

use wsdraft_spec::{
    ResolvedDraft,
    model::{CloseCode, CodeRange},
    requirement::{CloseTest, Requirement},
    vocabulary::{CodeUse, Level, Role},
};

use super::atlas::Atlas;

/// The registry of close codes.
pub const REGISTRY: &str = "close-codes";

/// The range of the current draft that a code is in.
#[must_use]
pub fn range(code: u16, atlas: &Atlas<'_>) -> Option<CodeRange> {
    atlas.current()?.close_range(code).copied()
}

/// Whether close frames of a draft can say why.
#[must_use]
pub fn has_codes(draft: &ResolvedDraft) -> bool {
    !draft.close_codes.is_empty() || draft.close_ranges.is_some()
}

/// What a draft makes of a code that it does not define.
#[derive(Clone, Copy, Debug)]
pub struct Undefined<'a> {
    /// Short name of the draft.
    pub draft: &'a str,
    /// Whether a close frame may contain the code.
    pub on_wire: bool,
    /// The rule that forbids it, if there is one.
    pub rule: Option<&'a str>,
}

impl<'a> Undefined<'a> {
    /// What a draft makes of this code; `None` if the draft defines it.
    #[must_use]
    pub fn of(code: u16, draft: &'a ResolvedDraft) -> Option<Self> {
        if draft.close_codes.get(&code).is_some() {
            return None;
        }
        let on_wire = draft.allows_close_code(code);
        let rule = forbidding(draft).filter(|_| !on_wire);
        Some(Self {
            draft: &draft.short,
            on_wire,
            rule,
        })
    }

    /// Who may send it, in words.
    #[must_use]
    pub fn wire(&self) -> String {
        let draft = self.draft;
        match (self.on_wire, self.rule) {
            (true, _) => "both endpoints may send it".into(),
            (false, None) => format!("never: {draft} does not define it"),
            (false, Some(rule)) => {
                format!("never: {draft} does not define it, and its rule {rule} forbids it")
            }
        }
    }
}

/// The rule about the codes that close frames may contain.
#[must_use]
pub fn forbidding(draft: &ResolvedDraft) -> Option<&str> {
    let mut rules = draft.requirements().filter(|(_, rule, requirement)| {
        rule.value.level != Level::May
            && **requirement == Requirement::Close(CloseTest::CodeAllowed)
    });
    rules.next().map(|(id, ..)| id.as_str())
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
