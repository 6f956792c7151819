//! What is likely behind a broken rule, from what the rule asks for and what was seen.

use wsdraft::{
    Role, Seen, Violation,
    info::{HeaderInfo, Purpose},
};
use wsdraft_spec::vocabulary::Predicate as Asks;

mod texts;

/// What the connection showed until the rule was broken.
#[derive(Debug)]
pub(crate) struct Circumstances<'a> {
    /// What the rule asks for.
    pub(crate) require: &'a Asks,
    /// Extensions that the client offered.
    pub(crate) offered: Option<&'a str>,
    /// Extensions that were agreed.
    pub(crate) agreed: Option<&'a str>,
    /// Whether the sender broke another rule, or lost bytes, before.
    pub(crate) after_another: bool,
}

/// A likely cause, if there is one.
pub(crate) fn likely(violation: &Violation, seen: &Circumstances<'_>) -> Option<String> {
    let by = |does: &str| Some(format!("the {} {does}", violation.by));
    match seen.require {
        Asks::ReservedClear => Some(reserved_bits(violation.by, seen)),
        Asks::KnownOpcode if seen.after_another => Some(texts::OUT_OF_STEP.into()),
        Asks::KnownOpcode => by(texts::OPCODE),
        Asks::Masked => Some(texts::MASKED.into()),
        Asks::Unmasked => Some(texts::UNMASKED.into()),
        Asks::MinimalLength => by(texts::MINIMAL_LENGTH),
        Asks::PayloadAtMost(_) => by(texts::PAYLOAD_AT_MOST),
        Asks::MessageOpen => by(texts::MESSAGE_OPEN),
        Asks::NoMessageOpen => Some(two_writers(violation.by)),
        Asks::Final => by(texts::FINAL),
        Asks::BeforeClose => by(texts::BEFORE_CLOSE),
        Asks::Utf8 if violation.seen == Seen::Nothing => Some(texts::CUT_TEXT.into()),
        Asks::Utf8 => by(texts::UTF8),
        Asks::ReasonUtf8 => Some(texts::REASON_UTF8.into()),
        Asks::CodeAllowed => by(texts::CODE_ALLOWED),
        Asks::CodeComplete => by(texts::CODE_COMPLETE),
        Asks::Answers(header) => answers(violation, header),
        Asks::AnswersBody => Some(texts::ANSWERS_BODY.into()),
        Asks::Locates(_) => Some(texts::LOCATES.into()),
        Asks::Offered(_) => Some(texts::OFFERED.into()),
        Asks::Present(_) | Asks::Conforms(_) => hop_by_hop(violation),
        Asks::PingAnswered => by(&abnormal(texts::PING_ANSWERED, violation)),
        Asks::CloseAnswered => by(&abnormal(texts::CLOSE_ANSWERED, violation)),
        Asks::CloseBodyMatches => by(texts::CLOSE_BODY_MATCHES),
        Asks::MaskingKeysVary => by(texts::MASKING_KEYS_VARY),
        Asks::WaitsForResponse => by(texts::WAITS_FOR_RESPONSE),
        Asks::Always | Asks::Documented(_) | Asks::Function(_) => None,
        Asks::Method | Asks::HttpVersion | Asks::Target | Asks::Status | Asks::Reason => None,
        Asks::Absent(_) | Asks::Once(_) | Asks::Distinct(_) | Asks::LowerCase(_) => None,
        Asks::Order(_) | Asks::First(_) | Asks::NothingFollows => None,
        Asks::Accepts | Asks::Refuses | Asks::StatusIs(_) | Asks::VersionRefused(_) => None,
        Asks::Control | Asks::Data | Asks::Starts | Asks::Opcode(_) => None,
        Asks::LengthFits | Asks::Letter | Asks::ServerEndsTransport => None,
    }
}

/// Why reserved bits are set.
fn reserved_bits(by: Role, seen: &Circumstances<'_>) -> String {
    match (seen.agreed, seen.offered) {
        (Some(agreed), _) => {
            format!("a bit that none of the agreed extensions ({agreed}) uses")
        }
        (None, Some(offered)) => format!(
            "the {by} uses an extension that was offered ({offered}) but not agreed to in the response"
        ),
        (None, None) => format!(
            "the {by} uses an extension that nobody offered, or its frames are out of step: an earlier length was wrong"
        ),
    }
}

/// Why a message starts within another one.
fn two_writers(by: Role) -> String {
    format!(
        "two writers of the {by} send at the same time, so that their frames mix; or a last frame is not marked as such"
    )
}

/// Why a field of the response does not have the value that the draft computes.
fn answers(violation: &Violation, header: &str) -> Option<String> {
    let mut headers = violation.draft.response_headers.iter();
    match headers.find(|info| info.name == header)?.purpose {
        Purpose::Accept => Some(texts::ACCEPT.into()),
        Purpose::Origin => Some(texts::ORIGIN.into()),
        Purpose::Upgrade | Purpose::Connection | Purpose::Host | Purpose::Http => None,
        Purpose::Key | Purpose::Nonce | Purpose::Version | Purpose::Subprotocol => None,
        Purpose::Extensions | Purpose::Location | Purpose::Cookie | Purpose::Other => None,
    }
}

/// Why a field of the request is missing that proxies drop unless they are told not to.
fn hop_by_hop(violation: &Violation) -> Option<String> {
    let (Seen::Missing(name) | Seen::Value(name, _)) = &violation.seen else {
        return None;
    };
    let is_hop_by_hop = |header: &HeaderInfo| {
        let purposes = [Purpose::Upgrade, Purpose::Connection];
        header.name == *name && purposes.contains(&header.purpose)
    };
    let mut headers = violation.draft.request_headers.iter();
    let dropped = violation.by == Role::Client && headers.any(is_hop_by_hop);
    dropped.then(|| texts::HOP_BY_HOP.into())
}

/// A text, and what applications are told of a connection that ends without the closing handshake.
fn abnormal(text: &str, violation: &Violation) -> String {
    match violation.draft.local_codes.abnormal {
        Some(code) => format!("{text}, and applications are told {code}"),
        None => text.into(),
    }
}
