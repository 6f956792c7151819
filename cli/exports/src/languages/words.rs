//! The words that the tables use, as enumerations of each language.

use wsdraft_spec::{
    ResolvedDraft,
    vocabulary::{CodeUse, Kind, Level, Outcome, Purpose, RangeUse, Role, Scope},
};

use self::lists::*;
use super::{
    frames::{KeyPart, Test, When},
    model::Direction,
    rules::Shown,
    value::visible,
};

mod lists;

/// An enumeration.
#[derive(Debug)]
pub(super) struct Words {
    /// Its name, in words that hyphens join.
    pub(super) name: &'static str,
    /// What it is.
    pub(super) doc: &'static str,
    /// The word for a missing value, in languages that have no better way to say so.
    pub(super) missing: Option<&'static str>,
    /// The words.
    pub(super) of: Vec<Word>,
}

/// A word of an enumeration.
#[derive(Debug)]
pub(super) struct Word {
    /// The word: lower case letters, digits and hyphens.
    pub(super) name: String,
    /// What it stands for.
    pub(super) doc: String,
}

fn words(name: &'static str, doc: &'static str, of: &[(&str, &str)]) -> Words {
    let word = |(name, doc): &(&str, &str)| Word {
        name: (*name).into(),
        doc: (*doc).into(),
    };
    Words {
        name,
        doc,
        missing: None,
        of: of.iter().map(word).collect(),
    }
}

/// The word for a missing value of an enumeration, in languages that have no better way to say so.
pub(super) fn missing(name: &str) -> &'static str {
    match name {
        "role" => "any",
        _ => "none",
    }
}

/// All enumerations.
pub(super) fn all(drafts: &[&ResolvedDraft]) -> Vec<Words> {
    let mut all = vec![Words {
        of: drafts.iter().map(|draft| named(draft)).collect(),
        ..words("draft", "A draft of the protocol, by its short name.", &[])
    }];
    all.extend(of_facts());
    all.extend(of_checks());
    all
}

fn named(draft: &ResolvedDraft) -> Word {
    Word {
        name: draft.short.clone(),
        doc: visible(&format!("{}.", draft.name)),
    }
}

fn of_facts() -> Vec<Words> {
    let ends = [
        ("client", "The end that opened the connection."),
        ("server", "The end that accepted it."),
    ];
    let role = Words {
        missing: Some(missing("role")),
        ..words("role", "An end of a connection.", &ends)
    };
    let code_use = Words {
        missing: Some(missing("code-use")),
        ..words(
            "code-use",
            "The case in which an end itself uses a close code.",
            &CODE_USES,
        )
    };
    let close_reason = Words {
        missing: Some(missing("close-reason")),
        ..words(
            "close-reason",
            "Why a close code is allowed or not.",
            &CLOSE_REASONS,
        )
    };
    vec![
        role,
        words("level", "The level of a rule (RFC 2119).", &LEVELS),
        words("scope", "What a rule is about.", &SCOPES),
        words("outcome", "What breaking a rule leads to.", &OUTCOMES),
        words("shown", "What shows whether a rule is kept.", &SHOWN),
        words("kind", "What a frame is for.", &KINDS),
        words("direction", "Which head of the handshake.", &DIRECTIONS),
        words("purpose", "What a header field is for.", &PURPOSES),
        code_use,
        words("range-use", "Who uses a range of close codes.", &RANGE_USES),
        close_reason,
    ]
}

fn of_checks() -> Vec<Words> {
    vec![
        words(
            "key-source",
            "Where a part of a masking key comes from.",
            &KEY_SOURCES,
        ),
        words("condition", "The frames that a check is for.", &CONDITIONS),
        words("test", "What a check compares.", &TESTS),
    ]
}

pub(super) const fn role(role: Role) -> &'static str {
    role.as_str()
}

pub(super) const fn level(level: Level) -> &'static str {
    match level {
        Level::Must => "must",
        Level::Should => "should",
        Level::May => "may",
    }
}

pub(super) const fn scope(scope: Scope) -> &'static str {
    match scope {
        Scope::Request => "request",
        Scope::Response => "response",
        Scope::Frame => "frame",
        Scope::Message => "message",
        Scope::Close => "close",
        Scope::Conversation => "conversation",
        Scope::Policy => "policy",
    }
}

pub(super) const fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Fail(_) | Outcome::FailWithoutCode => "fail",
        Outcome::Reject(_) | Outcome::RejectWithVersions(_) => "refuse",
        Outcome::Abort => "abort",
        Outcome::Replace => "replace",
        Outcome::Discard => "discard",
        Outcome::Drop(_) | Outcome::DropWithoutCode => "drop",
        Outcome::FailPhysical(_) => "fail-physical",
        Outcome::Nothing => "nothing",
    }
}

pub(super) const fn shown(shown: Shown) -> &'static str {
    match shown {
        Shown::Head => "head",
        Shown::Stream => "stream",
        Shown::CloseCode => "close-code",
        Shown::Elsewhere => "elsewhere",
    }
}

pub(super) const fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::Request => "request",
        Direction::Response => "response",
    }
}

pub(super) const fn kind(kind: Kind) -> &'static str {
    kind.as_str()
}

pub(super) const fn purpose(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Upgrade => "upgrade",
        Purpose::Connection => "connection",
        Purpose::Host => "host",
        Purpose::Origin => "origin",
        Purpose::Key => "key",
        Purpose::Accept => "accept",
        Purpose::Nonce => "nonce",
        Purpose::Version => "version",
        Purpose::Subprotocol => "subprotocol",
        Purpose::Extensions => "extensions",
        Purpose::Location => "location",
        Purpose::Cookie => "cookie",
        Purpose::Http | Purpose::Other => "other",
    }
}

pub(super) const fn code_use(usage: CodeUse) -> &'static str {
    match usage {
        CodeUse::Normal => "normal",
        CodeUse::GoingAway => "going-away",
        CodeUse::TooBig => "too-big",
        CodeUse::NoStatus => "no-status",
        CodeUse::Abnormal => "abnormal",
        CodeUse::Internal => "internal",
        CodeUse::Policy => "policy",
        CodeUse::Overloaded => "overloaded",
        CodeUse::Unsupported => "unsupported",
        CodeUse::BadGateway => "bad-gateway",
    }
}

pub(super) const fn range_use(usage: RangeUse) -> &'static str {
    match usage {
        RangeUse::Unused => "unused",
        RangeUse::Protocol => "protocol",
        RangeUse::Later => "later",
        RangeUse::Registered => "registered",
        RangeUse::Private => "private",
    }
}

pub(super) const fn key_source(part: &KeyPart) -> &'static str {
    match part {
        KeyPart::Nonce => "nonce",
        KeyPart::Session => "session",
        KeyPart::Text(_) => "text",
    }
}

pub(super) const fn condition(when: When) -> &'static str {
    match when {
        When::Always => "always",
        When::Control => "control",
        When::Data => "data",
        When::Starts => "starts",
        When::Kind(of) => kind(of),
        When::MessageOpen => "message-open",
        When::NoMessageOpen => "no-message-open",
    }
}

pub(super) const fn test(test: Test) -> &'static str {
    match test {
        Test::KnownOpcode => "known-opcode",
        Test::ReservedClear => "reserved-clear",
        Test::MinimalLength => "minimal-length",
        Test::LengthFits => "length-fits",
        Test::PayloadAtMost => "payload-at-most",
        Test::Final => "final",
        Test::Masked => "masked",
        Test::Unmasked => "unmasked",
        Test::MessageOpen => "message-open",
        Test::NoMessageOpen => "no-message-open",
        Test::BeforeClose => "before-close",
    }
}
