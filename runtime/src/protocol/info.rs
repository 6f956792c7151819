//! The static data of a draft in generated code.
//!
//! Everything in this module is plain data behind `&'static` references. A
//! [`Violation`](crate::Violation) can therefore refer to its rule without owning anything.
//! Generated modules contain the data; the runtime only reads it.

use core::{fmt, ops::RangeInclusive};

pub use wsdraft_vocabulary::{
    CloseBody, CloseReply, CodeUse, Conversation, Date, Kind, Level, LocalCodes, Outcome, Purpose,
    Role, Scope, Separator, Visibility,
};

/// The requirement of a [`SignInfo`] for its header field.
pub type SignTest = wsdraft_vocabulary::SignTest<&'static str, &'static [&'static str]>;

/// One rule of a draft, as its violations cite it.
///
/// Its `Debug` output is its id.
#[derive(PartialEq, Eq)]
pub struct RuleInfo {
    /// The stable identifier, the same in every draft that has the rule.
    pub id: &'static str,
    /// The name of the variant in the generated `Rule` enum.
    pub variant: &'static str,
    /// The requirement level.
    pub level: Level,
    /// The subject of the rule.
    pub scope: Scope,
    /// The role that must follow it, or `None` if both endpoints must.
    pub by: Option<Role>,
    /// The requirement, in one sentence.
    pub summary: &'static str,
    /// The strongest evidence, for example `RFC 6455 §5.5`.
    pub citation: &'static str,
    /// All evidence, strongest first.
    pub evidence: &'static [&'static str],
    /// The short name of the draft that last stated the rule in this form.
    pub stated_in: &'static str,
    /// The outcome of a violation.
    pub outcome: Outcome,
    /// How a violation becomes visible.
    pub visibility: Visibility<'static>,
}

impl RuleInfo {
    /// Whether an endpoint that enforces requirements refuses violations: the rule is a MUST, and a
    /// violation leads to something.
    #[must_use]
    pub const fn is_fatal(&self) -> bool {
        matches!(self.level, Level::Must) && self.outcome.is_enforced()
    }

    /// The close code for a violation of this rule, if any.
    #[must_use]
    pub const fn close_code(&self) -> Option<u16> {
        self.outcome.close_code()
    }

    /// The HTTP status code for a violation of this rule, if any.
    #[must_use]
    pub const fn http_status(&self) -> Option<u16> {
        self.outcome.http_status()
    }
}

/// An opcode of a draft.
#[derive(Debug, PartialEq, Eq)]
pub struct OpcodeInfo {
    /// The value on the wire.
    pub value: u8,
    /// Its purpose.
    pub kind: Kind,
    /// Its name in the draft's data.
    pub name: &'static str,
}

/// A close code that a draft defines.
#[derive(Debug, PartialEq, Eq)]
pub struct CloseCodeInfo {
    /// The code.
    pub code: u16,
    /// Its name, for example `protocol-error`.
    pub name: &'static str,
    /// Its meaning, in one sentence.
    pub meaning: &'static str,
    /// Whether it may appear in a close frame. Other codes are only reported locally.
    pub on_wire: bool,
    /// The role that sends it, or `None` if both do. A receiver does not refuse it for that reason.
    pub by: Option<Role>,
}

impl CloseCodeInfo {
    /// Whether this endpoint may send it.
    #[must_use]
    pub fn is_sent_by(&self, role: Role) -> bool {
        self.on_wire && self.by.is_none_or(|by| by == role)
    }
}

/// The closing handshake of a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closing {
    /// The content of a close frame's body.
    pub body: CloseBody,
    /// The content of the response.
    pub reply: CloseReply,
}

/// A header field that a draft defines.
#[derive(Debug, PartialEq, Eq)]
pub struct HeaderInfo {
    /// The field name, as the draft writes it.
    pub name: &'static str,
    /// Its purpose.
    pub purpose: Purpose,
    /// How it separates several values.
    pub separator: Separator,
    /// Whether a value in it may be a quoted-string (extension parameters).
    pub quoted: bool,
    /// The text that it always has.
    pub text: Option<&'static str>,
    /// The version numbers that it may contain in a request. The first one is the one to send.
    pub versions: &'static [u16],
    /// Whether its value is computed from something in the request that it answers.
    pub answers: bool,
}

/// A sign that shows which draft a request follows.
#[derive(Debug, PartialEq, Eq)]
pub struct SignInfo {
    /// The name of the header field.
    pub header: &'static str,
    /// The requirement for it.
    pub test: SignTest,
    /// Whether it excludes nothing. A request without it is only less likely to follow the draft,
    /// because no rule requires it.
    pub hint: bool,
}

impl fmt::Debug for RuleInfo {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}

/// Everything static about a draft.
///
/// Its `Debug` output is its short name.
pub struct DraftInfo {
    /// Full name, for example `draft-ietf-hybi-thewebsocketprotocol-17`.
    pub name: &'static str,
    /// Short name, for example `hybi-17`.
    pub short: &'static str,
    /// Alternative names.
    pub aliases: &'static [&'static str],
    /// The series: `hixie`, `hybi`, `rfc`, or a private one.
    pub series: &'static str,
    /// The revision within the series.
    pub revision: Option<u16>,
    /// Position in the history. Positions are consecutive, and negative for drafts from before the
    /// working group.
    pub serial: Option<i16>,
    /// The version number on the wire.
    pub wire_version: Option<u16>,
    /// Its rules, in the order of the checks.
    pub rules: &'static [RuleInfo],
    /// Its opcodes.
    pub opcodes: &'static [OpcodeInfo],
    /// The number of bits of a frame's opcode, or of its type if frames are delimited: 1 to 8.
    pub opcode_bits: u8,
    /// Its close codes.
    pub close_codes: &'static [CloseCodeInfo],
    /// Close codes that the connection itself uses.
    pub local_codes: LocalCodes,
    /// Its closing handshake, or `None` if a connection ends without one.
    pub closing: Option<Closing>,
    /// The rule that text must be valid UTF-8.
    pub text_rule: Option<&'static RuleInfo>,
    /// Names of the reserved bits, in the order of [`FrameHeader::reserved`](crate::FrameHeader::reserved)'s bits.
    pub reserved_bits: &'static [&'static str],
    /// Whether a message may be fragmented.
    pub fragments: bool,
    /// The header fields of a request.
    pub request_headers: &'static [HeaderInfo],
    /// The status code of a response that accepts.
    pub accepting_status: Option<u16>,
    /// The header fields of a response.
    pub response_headers: &'static [HeaderInfo],
    /// Number of bytes after the request head that belong to the handshake.
    pub request_body: usize,
    /// Number of bytes after the response head that belong to the handshake.
    pub response_body: usize,
    /// Whether the handshake derives a key that frames need, as returned by
    /// [`Draft::session`](crate::Draft::session).
    pub derives_key: bool,
    /// Names of the [extensions](crate::extension::builtin::BOOTSTRAPS) that open a connection of this
    /// draft over other versions of HTTP.
    pub bootstraps: &'static [&'static str],
    /// The signs that identify a request of this draft. A request that lacks any of them violates a
    /// rule, except for [hints](SignInfo::hint).
    pub signs: &'static [SignInfo],
    /// Whether requests contain nothing that distinguishes this draft from an older one. A request
    /// that fits both is then attributed to the older one.
    pub undetectable: bool,
}

impl DraftInfo {
    /// The rule with this id.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&'static RuleInfo> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// The rule that has this requirement for a conversation.
    #[must_use]
    pub fn conversation_rule(&self, asked: Conversation) -> Option<&'static RuleInfo> {
        self.rules
            .iter()
            .find(|rule| rule.visibility == Visibility::Conversation(asked))
    }

    /// Whether the draft defines this header field of a response (case-insensitive).
    #[must_use]
    pub(crate) fn response_header_named(&self, name: &str) -> bool {
        let mut headers = self.response_headers.iter();
        headers.any(|header| header.name.eq_ignore_ascii_case(name))
    }

    /// The request's header field with this purpose.
    #[must_use]
    pub fn request_header(&self, purpose: Purpose) -> Option<&'static HeaderInfo> {
        self.request_headers
            .iter()
            .find(|header| header.purpose == purpose)
    }

    /// The response's header field with this purpose.
    #[must_use]
    pub fn response_header(&self, purpose: Purpose) -> Option<&'static HeaderInfo> {
        self.response_headers
            .iter()
            .find(|header| header.purpose == purpose)
    }

    /// Values that an opcode can have.
    #[must_use]
    pub fn opcode_values(&self) -> RangeInclusive<u8> {
        0..=u8::MAX >> 8u8.saturating_sub(self.opcode_bits).min(7)
    }

    /// Whether an opcode can appear on the wire, but has no meaning in this draft.
    #[must_use]
    pub fn leaves_free(&self, opcode: u8) -> bool {
        let mut known = self.opcodes.iter();
        self.opcode_values().contains(&opcode) && known.all(|known| known.value != opcode)
    }

    /// Whether this draft has frames of this kind.
    #[must_use]
    pub fn has(&self, kind: Kind) -> bool {
        self.opcodes.iter().any(|opcode| opcode.kind == kind)
    }
}

impl PartialEq for DraftInfo {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for DraftInfo {}

impl fmt::Debug for DraftInfo {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.short)
    }
}
