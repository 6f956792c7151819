//! What is likely behind a broken rule, from what the rule asks for and what was seen.

use wsdraft::{Role, Seen, Violation, info::Purpose};
use wsdraft_spec::vocabulary::Predicate;

/// What the connection showed until the rule was broken.
#[derive(Debug)]
pub(super) struct Circumstances<'a> {
    /// What the rule asks for.
    pub(super) require: &'a Predicate,
    /// Extensions that the client offered.
    pub(super) offered: Option<&'a str>,
    /// Extensions that were agreed.
    pub(super) agreed: Option<&'a str>,
    /// Whether the sender broke another rule, or lost bytes, before.
    pub(super) after_another: bool,
}

/// A likely cause, if there is one.
pub(super) fn likely(violation: &Violation, seen: &Circumstances<'_>) -> Option<String> {
    let by = violation.by;
    Some(match seen.require {
        Predicate::ReservedClear => match (seen.agreed, seen.offered) {
            (Some(agreed), _) => format!("a bit that none of the agreed extensions ({agreed}) uses"),
            (None, Some(offered)) => format!(
                "the {by} uses an extension that was offered ({offered}) but not agreed to in the response"
            ),
            (None, None) => format!(
                "the {by} uses an extension that nobody offered, or its frames are out of step: an earlier length was wrong"
            ),
        },
        Predicate::KnownOpcode if seen.after_another => {
            "the frames are out of step since the rule broken before: this is payload, not a frame".into()
        }
        Predicate::KnownOpcode => format!(
            "the {by} numbers its opcodes as another draft does, or an earlier length was wrong"
        ),
        Predicate::Masked => {
            "the client's library has masking switched off, or something between the ends rewrote the frame".into()
        }
        Predicate::Unmasked => "the server sends with a client's settings".into(),
        Predicate::MinimalLength => format!(
            "the {by} always writes the same form of the length instead of the shortest that holds it"
        ),
        Predicate::PayloadAtMost(_) => format!(
            "the {by} puts application data or a long reason into a control frame without cutting it"
        ),
        Predicate::MessageOpen => format!(
            "the {by} has dropped the first frame of the message, or marked it as the last one"
        ),
        Predicate::NoMessageOpen => format!(
            "two writers of the {by} send at the same time, so that their frames mix; or a last frame is not marked as such"
        ),
        Predicate::Final => format!("the {by} cuts every frame that is too big, control frames too"),
        Predicate::BeforeClose => format!(
            "the {by} goes on writing after it has closed: a queue was not emptied or dropped"
        ),
        Predicate::Utf8 => match violation.seen {
            Seen::Nothing => "the text was cut inside a character".into(),
            _ => format!("the {by} sends bytes or text of another encoding as text"),
        },
        Predicate::ReasonUtf8 => "the reason was cut inside a character to make it fit".into(),
        Predicate::CodeAllowed => format!(
            "the {by} passes on a code that is only reported locally, or that is nobody's"
        ),
        Predicate::CodeComplete => format!("the {by} writes the code as one byte, or not at all before the reason"),
        Predicate::Answers(header) => {
            let purpose = violation.draft.response_headers.iter();
            let purpose = purpose.clone().find(|info| info.name == header)?.purpose;
            match purpose {
                Purpose::Accept => {
                    "the server does not take the key as it was sent, uses another fixed text, or the answer is another connection's (a cache)".into()
                }
                Purpose::Origin => "the server is configured with another origin than the page has".into(),
                _ => return None,
            }
        }
        Predicate::AnswersBody => {
            "the server read the bytes after the request as something else: a proxy held them back, or the keys were parsed wrongly".into()
        }
        Predicate::Locates(_) => {
            "a proxy in front of the server changed host or scheme, and the server does not know its own address".into()
        }
        Predicate::Offered(_) => "the server answers with what it has, without looking at what was offered".into(),
        Predicate::Present(_) | Predicate::Conforms(_) if by == Role::Client && is_hop_by_hop(violation) => {
            "a proxy between the ends does not pass on the fields of one hop: it has to be told to".into()
        }
        Predicate::PingAnswered => format!(
            "the {by} leaves pings to an application that is busy or does not look at them; the other end takes the connection for dead{}",
            abnormal(violation)
        ),
        Predicate::CloseAnswered => format!(
            "the {by} drops the connection, or stops reading, where it is to answer the close frame{}",
            abnormal(violation)
        ),
        Predicate::CloseBodyMatches => format!("the {by} closes with a code and a reason of its own"),
        Predicate::MaskingKeysVary => format!(
            "the {by} has masking switched off for speed, or takes its keys from a source that was never seeded"
        ),
        Predicate::WaitsForResponse => format!(
            "the {by} takes the connection for open once it has sent its request: a server may drop what comes early, and a proxy may send it elsewhere"
        ),
        _ => return None,
    })
}

/// What applications are told of a connection that ends without the closing handshake.
fn abnormal(violation: &Violation) -> String {
    let code = violation.draft.local_codes.abnormal;
    code.map_or_else(String::new, |code| {
        format!(", and applications are told {code}")
    })
}

/// Whether the rule is about a field that proxies drop unless they are told not to.
fn is_hop_by_hop(violation: &Violation) -> bool {
    let (Seen::Missing(name) | Seen::Value(name, _)) = &violation.seen else {
        return false;
    };
    violation.draft.request_headers.iter().any(|header| {
        header.name == *name && matches!(header.purpose, Purpose::Upgrade | Purpose::Connection)
    })
}
